// What the commands are made of: colours, widths, the bar, the table, places in a JSON text, and what a file is for.
import assert from "node:assert/strict";
import { test } from "node:test";
import "edgepost";
import { Counts, Table } from "../../npm/dist/cli/findings.js";
import { guessOperation } from "../../npm/dist/cli/guess.js";
import { itemsOf, locate } from "../../npm/dist/cli/locate.js";
import { bar, ProgressLine } from "../../npm/dist/cli/progress.js";
import { counted, padded, painter, visible, widthOf, wrapped } from "../../npm/dist/cli/terminal.js";

const plain = (_, text) => text;
const RED = "\u001b[31mx\u001b[39m";

test("colours are for terminals, NO_COLOR and FORCE_COLOR have their say", () => {
  for (const [isTerminal, environment, expected] of [
    [true, {}, RED],
    [false, {}, "x"],
    [true, { TERM: "dumb" }, "x"],
    [true, { NO_COLOR: "1" }, "x"],
    [true, { NO_COLOR: "" }, RED],
    [false, { FORCE_COLOR: "1" }, RED],
    [false, { FORCE_COLOR: "" }, RED],
    [true, { FORCE_COLOR: "0" }, "x"],
    [true, { FORCE_COLOR: "false" }, "x"],
    [true, { FORCE_COLOR: "1", NO_COLOR: "1" }, "x"],
  ]) {
    assert.equal(painter(isTerminal, environment)("red", "x"), expected, JSON.stringify([isTerminal, environment]));
  }
});

test("what a file holds does not steer the terminal", () => {
  assert.equal(visible("a\u001b[31mb\u0007\u009b\n\r\t\u202ec\u2028"), "a\\u001b[31mb\\u0007\\u009b\\n\\r\\t\\u202ec\\u2028");
  assert.equal(visible("Zoë, 東京 👩‍🚀"), "Zoë, 東京 👩‍🚀");
});

test("widths are those of a terminal", () => {
  for (const [text, width] of [["", 0], ["Zoë", 3], ["Zoe\u0308", 3], ["東京", 4], ["한국", 4], ["👍", 2], ["ＡＢ", 4], ["a\u200db", 2]]) {
    assert.equal(widthOf(text), width, text);
  }
  assert.equal(padded("東京", 6), "東京  ");
});

test("lines break between words, inside one only where it has to be", () => {
  assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrapped("a verylongword b", 6), ["a", "verylo", "ngword", "b"]);
  assert.deepEqual(wrapped("東京都庁", 5), ["東京", "都庁"]);
  assert.deepEqual(wrapped("one two", Infinity), ["one two"]);
  assert.deepEqual(wrapped("", 5), [""]);
  for (let width = 2; width < 40; width += 1) {
    const text = "The postal code 1071 X, of 東京, is not written as in the Netherlands.";
    const lines = wrapped(text, width);
    assert.ok(lines.every((line) => widthOf(line) <= width), `${width}`);
    assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
  }
});

test("the bar is honest", () => {
  const half = { bytes: 512, ofBytes: 1024, rows: 1 };
  assert.equal(bar(half, 80), "[############------------]  50 %  512 B of 1.0 KB  1 row");
  assert.equal(bar({ bytes: 0, ofBytes: 10, rows: 0 }, 80), "[------------------------]   0 %  0 B of 10 B  0 rows");
  // Not done before the last byte, and no more than done if the file grew.
  assert.match(bar({ bytes: 9_999, ofBytes: 10_000, rows: 5 }, 80), /^\[#{23}-\] {2}99 %/);
  assert.match(bar({ bytes: 20_000, ofBytes: 10_000, rows: 5 }, 80), /^\[#{24}\] 100 %/);
  // What comes through a pipe has no end that is known; an empty file is no division by nothing.
  assert.equal(bar({ bytes: 3 * 1024 ** 2, rows: 12_345 }, 80), "3.0 MB  12,345 rows");
  assert.equal(bar({ bytes: 0, ofBytes: 0, rows: 0 }, 80), "0 B  0 rows");
  assert.equal(bar(half, 20).length, 20);
});

test("the bar is drawn on a terminal, after a while, now and then, and taken away", () => {
  const written = [];
  let now = 0;
  const stream = { isTTY: true, columns: 60, write: (text) => written.push(text) };
  const line = new ProgressLine(stream, () => now);
  const show = (at) => ((now = at), line.show({ bytes: at, ofBytes: 1_000, rows: at }));
  show(100);
  line.clear();
  assert.deepEqual(written, [], "what is over soon needs none");
  for (const at of [300, 310, 350, 400]) show(at);
  assert.deepEqual(written.map((text) => /(\d+) rows/.exec(text)[1]), ["300", "400"]);
  assert.ok(written.every((text) => text.startsWith("\r\u001b[K") && !text.includes("\n")));
  line.clear();
  line.clear();
  assert.deepEqual(written.slice(2), ["\r\u001b[K"]);
  const silent = new ProgressLine({ isTTY: false, write: () => assert.fail("no terminal") }, () => 10_000);
  silent.show({ bytes: 1, rows: 1 });
  silent.clear();
});

test("a table fits into the terminal, names a line once and keeps its columns", () => {
  const finding = (changes) => ({ path: "", code: "missing_member", severity: "error", message: "city is missing.", where: "city", ...changes });
  const table = new Table(plain, 60);
  const first = table.add([
    finding({ line: 2 }),
    finding({ line: 2, severity: "warning", where: "Name of the customer, as given", message: "It is long, and so it is broken into two lines.", hint: "Shorten it." }),
  ]);
  assert.equal(
    first,
    [
      "line  kind     where                     finding",
      "   2  error    city                      city is missing.",
      "      warning  Name of the customer, as given",
      "                                         It is long, and so it is",
      "                                         broken into two lines.",
      "                                         Shorten it.",
      "",
    ].join("\n"),
  );
  assert.equal(table.add([finding({ line: 123_456, rule: "PP-020" })]), "123456  error    city                      city is missing. (PP-020)\n");
  assert.equal(table.add([]), "");
  assert.match(new Table(plain, undefined).add([finding({ message: "x ".repeat(200) })]), /\n {6}error    city   (x ){199}x\n$/);
});

test("counts are said in words", () => {
  const counts = new Counts();
  assert.equal(String(counts), "No findings");
  counts.add([{ severity: "error" }, { severity: "warning" }, { severity: "warning" }, { severity: "info" }]);
  assert.equal(String(counts), "1 error, 2 warnings, 1 note");
  assert.equal(counted(10_000, "row"), "10,000 rows");
});

test("places in a JSON text are found, or the nearest thing around them", () => {
  const text = '{\n  "a/b": [1, {"c~d": "x]}\\"\\\\"},\n    [ ]],\n  "e": {"f": null}, "": 7,\n  "g\\u0041": -1.5e3\n}';
  const places = {
    "": [1, 1],
    "/a~1b": [2, 10],
    "/a~1b/0": [2, 11],
    "/a~1b/1/c~0d": [2, 22],
    "/a~1b/2": [3, 5],
    "/a~1b/9": [2, 10],
    "/e/f": [4, 14],
    "/e/missing/deeper": [4, 8],
    "/": [4, 25],
    "/gA": [5, 14],
  };
  const found = locate(text, Object.keys(places));
  for (const [pointer, [line, column]] of Object.entries(places)) assert.deepEqual(found.get(pointer), { line, column }, pointer);
  JSON.parse(text);
});

test("depth and long texts cost no stack", () => {
  const deep = `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)},"b":${JSON.stringify('\\"'.repeat(2_000_000))},"c":1}`;
  assert.equal(locate(deep, ["/c"]).get("/c").column, deep.length - 1);
});

test("items of a list are cut where they end", () => {
  const items = ['{"a":[1,"]"]}', "5", '"x,\\"y"', "[ ]", "null"];
  const text = ` [ ${items.join(" ,\n")} ] `;
  assert.deepEqual([...itemsOf(text)].map(([start, end]) => text.slice(start, end)), items);
  assert.deepEqual([...itemsOf("[]")], []);
});

test("what an object is for is told by its members", () => {
  const recipient = { name: "Rijksmuseum" };
  for (const [value, operation] of [
    [{ recipient }, "pieterpost.create_compose_link"],
    [{ requestType: "letter", letters: [{ recipient }] }, "pieterpost.create_order"],
    [{ requestType: "letter", leters: [{ recipient }] }, "pieterpost.create_order"],
    [{ requestType: "letter", letters: [{ recipient }], returnUrl: "https://example.com/" }, "pieterpost.create_checkout_link"],
    [{ orderId: "ord_1" }, "pieterpost.get_order"],
    [{ amountCents: 2_500, currency: "eur" }, "pieterpost.create_topup"],
    [{ kind: "letter-attachment", name: "a.pdf" }, "pieterpost.upload_asset"],
    [{}, undefined],
    [{ nothing: "known", toString: 1 }, undefined],
  ]) {
    assert.equal(guessOperation(value), operation, JSON.stringify(value));
  }
});
