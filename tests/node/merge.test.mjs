// Merged texts beside those of the peers, and what holds for any of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "edgepost";
import handlebars from "handlebars";
import { render } from "micromustache";
import mustache from "mustache";

const PEERS = {
  mustache: (template, values) => mustache.render(template, values),
  handlebars: (template, values) => handlebars.compile(template)(values),
  micromustache: (template, values) => render(template, values),
};
const one = (template, customFields, options) => merge(template, [{ customFields }], options);
/** What a template means, in one line. */
const meant = (template, values) =>
  template.replace(/\{\{ *([A-Za-z_][A-Za-z0-9_]{0,39}) *\}\}/g, (whole, name) => (Object.hasOwn(values, name) ? values[name] : whole));

/** Numbers that look random and are the same each time. */
function dice(seed) {
  return (sides) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * sides);
  };
}

test("PP-077, PP-080: where nothing is missing or special, the peers print the same", () => {
  const roll = dice(1);
  const pieces = ["Dear ", "{{name}}", ",\n", "{{gift_code}}", " – Łódź ", "{{ name }}", "😀", "{{city}}", "."];
  for (let round = 0; round < 300; round += 1) {
    const template = Array.from({ length: 1 + roll(12) }, () => pieces[roll(pieces.length)]).join("");
    const values = { name: `Ada ${roll(99)}`, gift_code: "{{city}}", city: ["Zürich", "東京", "𠜎"][roll(3)] };
    const [text] = one(template, values).texts;
    for (const [name, peer] of Object.entries(PEERS)) assert.equal(text, peer(template, values), name);
  }
});

test("PP-080: an apostrophe stays one on paper, where mustache and handlebars print an entity", () => {
  const [template, values] = ["Dear {{name}}", { name: "O'Neil & Sons" }];
  assert.equal(one(template, values).texts[0], "Dear O'Neil & Sons");
  assert.notEqual(PEERS.mustache(template, values), "Dear O'Neil & Sons");
  assert.notEqual(PEERS.handlebars(template, values), "Dear O'Neil & Sons");
  assert.equal(one(template, values, { format: "html" }).texts[0], PEERS.mustache(template, values));
});

test("PP-077: what is missing is neither a hole nor undefined, and is said", () => {
  const template = "Code: {{gift_code}}.";
  for (const peer of Object.values(PEERS)) assert.match(peer(template, {}), /^Code: (undefined)?\.$/);
  const { ok, texts, issues } = one(template, {}, { mode: "strict" });
  assert.deepEqual([ok, texts], [false, [template]]);
  assert.deepEqual(issues.map(({ code, path }) => [code, path]), [["unresolved_placeholder", "/recipients/0/customFields/gift_code"]]);
  assert.equal(template.slice(issues[0].params.start, issues[0].params.end), "{{gift_code}}");
});

test("PP-074, PP-080, PP-081: any text is merged in one pass, one for each recipient", () => {
  const roll = dice(2);
  const pieces = ["{", "}", "{{", "}}", "a", "b1", " ", "{{a}}", "{{ b1  }}", "{{{a}}}", "{{a", "é", "😀", "\ud83d", "\n", "\0", "\ufeff", "'", '"', "\\", "<"];
  const text = () => Array.from({ length: roll(14) }, () => pieces[roll(pieces.length)]).join("");
  for (let round = 0; round < 3_000; round += 1) {
    // Half a character in a template makes it none; in a value it makes the value none.
    const template = `${text()}.`.toWellFormed();
    const recipients = Array.from({ length: roll(5) }, () => ({ customFields: { ...(roll(2) ? { a: text() } : {}), ...(roll(2) ? { b1: text() } : {}) } }));
    const { texts } = merge(template, recipients);
    const expected = recipients.map(({ customFields }) =>
      meant(template, Object.fromEntries(Object.entries(customFields).filter(([, value]) => value.isWellFormed()))));
    assert.deepEqual(texts, expected, JSON.stringify({ template, recipients }));
  }
});

test("PP-078: what every one of 10,000 recipients lacks is listed, and nothing light hides an error", () => {
  const recipients = Array.from({ length: 10_000 }, (_, index) => ({ name: `Museum ${index}`, customFields: { a: "😀", unused: "x", ...(index < 9_000 ? { b: "b" } : {}) } }));
  const { issues, texts } = merge("{{a}} {{b}}", recipients, { mode: "strict" });
  const count = (code) => issues.filter((issue) => issue.code === code).length;
  assert.deepEqual([texts.length, count("unresolved_placeholder"), count("emoji"), count("too_many_issues")], [10_000, 1_000, 10_000, 0]);
  assert.deepEqual(issues.find(({ code }) => code === "unused_variable").params, { variable: "unused", count: 10_000 });
});

test("recipients as JSON: the same, and a fault has its place in it", () => {
  const recipients = [{ name: "Ada Lovelace" }, { name: "Zoë" }];
  const bytes = new TextEncoder().encode(JSON.stringify(recipients));
  for (const given of [recipients, JSON.stringify(recipients), bytes]) assert.deepEqual(merge("{{first_name}}", given).texts, ["Ada", "Zoë"]);
  const broken = merge("Hi", '[{"name": "Ada"},\n {"name" "Sam"}]');
  assert.deepEqual([broken.ok, broken.texts], [false, []]);
  const [{ code, path, params }] = broken.issues;
  assert.deepEqual([code, path, params.line, params.column], ["invalid_json", "/recipients/1", 2, 10]);
  for (const [given, found, at] of [["{}", "invalid_type", "/recipients"], [[{ name: 1n }], "not_json_value", "/recipients/0/name"]]) {
    const [issue] = merge("Hi", given).issues;
    assert.deepEqual([issue.code, issue.path], [found, at]);
  }
  assert.deepEqual(merge(undefined, recipients).issues.map((issue) => [issue.code, issue.path]), [["missing_member", "/template"]]);
});

test("more text than there is memory for is said, and is none", () => {
  const { ok, texts, issues } = merge("x".repeat(1_000_000), Array(200).fill({}));
  assert.deepEqual([ok, texts], [false, []]);
  assert.ok(issues.some(({ code, path }) => code === "texts_too_long" && path === "/template"));
});

test("every code point of the first two planes is taken for what Unicode says", () => {
  const isKnown = process.versions.unicode === "17.0";
  const all = Array.from({ length: 0x20000 }, (_, code) => code).filter((code) => code >= 0x20 && (code < 0xd800 || code > 0xdfff) && code !== 0xfe0f);
  const { issues } = merge("{{a}}", all.map((code) => ({ customFields: { a: `x${String.fromCodePoint(code)}` } })));
  const found = new Map(issues.filter(({ params }) => params?.character).map(({ code, path }) => [all[Number(path.split("/")[2])], code]));
  const differ = [];
  for (const code of all) {
    const text = String.fromCodePoint(code);
    const isEmoji = /\p{Emoji_Presentation}/u.test(text) || (code > 0xffff && /\p{Extended_Pictographic}/u.test(text));
    let expected;
    if (/\p{Cc}/u.test(text)) expected = "control_character";
    else if (/\p{Bidi_Control}/u.test(text) && !/[\u200e\u200f\u061c]/.test(text)) expected = "bidirectional_control";
    else if (/\p{Co}/u.test(text)) expected = "private_use_character";
    else if (isEmoji) expected = "emoji";
    else if (/\p{Cn}/u.test(text)) expected = "unassigned_character";
    const actual = found.get(code);
    // An older Unicode knows less; beyond U+FFFF small gaps are left out.
    const mayDiffer = expected === "unassigned_character" && (!isKnown || (code > 0xffff && actual === undefined));
    if (actual !== expected && !mayDiffer) differ.push([code.toString(16), actual, expected]);
  }
  assert.deepEqual(differ, []);
  assert.ok(found.size > 10_000, `${found.size} found`);
});
