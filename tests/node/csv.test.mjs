// What the core's own tests do not show of CSV in Node: the border, pieces of any size, memory, and a peer.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { plan, recipientBatches, recipients } from "edgepost";
import Papa from "papaparse";

const HEADER = "name,streetAddress,postalCode,city,state,country,gift code\n";
const row = (number) => `Public Library ${number},${number} Main Street,02116,Boston,MA,United States,G-${number}\n`;
const rows = (count) => Array.from({ length: count }, (_, number) => row(number)).join("");

/** A generator of numbers that are the same in every run. */
function random(seed) {
  return (below) => ((seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) >>> 8) % below;
}

async function gathered(source, options) {
  const all = { ok: true, rows: [], columns: [], issues: [] };
  for await (const list of recipientBatches(source, options)) {
    const rebased = (path) => path.replace(/^\/rows\/(\d+)/, (_, number) => `/rows/${Number(number) + all.rows.length}`);
    for (const issue of list.issues) {
      issue.path = rebased(issue.path);
      for (const change of issue.fix ?? []) change.path = rebased(change.path);
    }
    all.issues.push(...list.issues);
    all.rows.push(...list.rows);
    all.ok &&= list.ok;
    if (list.columns.length > 0) all.columns = list.columns;
  }
  return all;
}

test("PFB-021: rows have their line, their recipient and its custom fields", () => {
  const { ok, rows: [first], columns, issues } = recipients(HEADER + row(7));
  assert.deepEqual([ok, issues], [true, []]);
  assert.deepEqual(first, {
    line: 2,
    recipient: {
      name: "Public Library 7",
      streetAddress: "7 Main Street",
      postalCode: "02116",
      city: "Boston",
      state: "MA",
      country: "United States",
      customFields: { gift_code: "G-7" },
    },
    customFields: { gift_code: "G-7" },
  });
  assert.deepEqual(columns.at(-1), { header: "gift code", member: "customFields.gift_code", guessed: true });
});

test("a file says its delimiter in its first line, for all of its batches", async () => {
  const text = `sep=;\r\n${(HEADER + Array.from({ length: 9_000 }, (_, index) => row(index)).join("")).replaceAll(",", ";")}`;
  let [count, last] = [0, 0];
  for await (const list of recipientBatches(new Blob([text]))) {
    assert.deepEqual(list.issues, []);
    count += list.rows.length;
    last = list.rows.at(-1).line;
  }
  assert.deepEqual([count, last], [9_000, 9_002]);
});

test("PL-001: a country of all rows that nobody knows is reported once, whatever the number of batches", async () => {
  const text = `name,streetAddress,city,zip\n${Array.from({ length: 20_000 }, (_, index) => `Library ${index},Spui 68,Den Haag,2511 BT\n`).join("")}`;
  const found = [];
  let batches = 0;
  for await (const { issues } of recipientBatches(new Blob([text]), { country: "Neverland", mode: "strict" })) {
    batches += 1;
    found.push(...issues.map(({ code, severity, path, line }) => [code, severity, path, line]));
  }
  assert.ok(batches > 1);
  assert.deepEqual(found, [["unknown_country", "error", "", 1]]);
});

test("options reach the core, and what cannot be one is named", () => {
  const csv = "who;zip;Ort;line1;x\nLibrary;2514 EA;Den Haag;Prins Willem-Alexanderhof 5;y\n";
  const options = { delimiter: ";", country: "Netherlands", columns: { who: "name", x: null } };
  const list = recipients(csv, options);
  assert.deepEqual([list.ok, list.issues], [true, []]);
  assert.deepEqual(list.columns.map(({ member }) => member), ["name", "postalCode", "city", "streetAddress", ""]);
  assert.equal(list.rows[0].recipient.country, "Netherlands");
  const wrong = HEADER + row(1).replace("02116", "x");
  assert.deepEqual([recipients(wrong).ok, recipients(wrong, { mode: "strict" }).ok], [true, false]);
  for (const [name, value] of [["delimiter", "::"], ["country", 7], ["columns", "x"], ["columns", { a: 7 }], ["mode", "loose"], ["cuontry", "NL"]]) {
    assert.throws(() => recipients("", { [name]: value }), (error) => error.code === "invalid_options" && error.message.includes(name), name);
  }
});

test("what is no text is an issue, and never thrown", async () => {
  for (const csv of [undefined, null, 7, {}, [], new ArrayBuffer(3)]) {
    const list = recipients(csv);
    assert.deepEqual([list.ok, list.issues[0].code, list.rows], [false, "invalid_type", []]);
  }
  for (const source of [undefined, null, 7, {}, [7], [null]]) {
    const list = await gathered(source);
    assert.deepEqual([list.ok, list.issues[0].code], [false, "invalid_type"], String(source));
  }
  // What came before is not lost, but for a row that may go on.
  const broken = await gathered([HEADER + row(1) + row(2), row(3).slice(0, 9), 7, row(4)]);
  assert.deepEqual(broken.rows.map(({ line }) => line), [2, 3]);
  assert.deepEqual([broken.ok, broken.issues.map(({ code }) => code)], [false, ["invalid_type"]]);
  assert.equal(recipients(`${HEADER}\ud800${row(1)}`).issues[0].code, "replacement_character", "half a character is none");
});

test("a batch says how far it is, in bytes of the file", async () => {
  const csv = `\ufeff${HEADER}${rows(20_000).replace("Boston", "Málaga")}`;
  const size = Buffer.byteLength(csv);
  for (const source of [[csv], new Blob([csv])]) {
    const seen = [];
    for await (const { bytes } of recipientBatches(source)) seen.push(bytes);
    assert.ok(seen.length > 2 && seen.every((bytes, index) => bytes > (seen[index - 1] ?? 0)), String(seen));
    assert.equal(seen.at(-1), size);
  }
  assert.equal(recipients(new Blob([csv])).issues[0].hint, "recipientBatches() takes a Blob or a stream.");
});

test("the same recipient in a later batch is told by its first line, in the words of the core", async () => {
  const csv = HEADER + rows(30_000) + row(5) + row(5);
  const list = recipients(csv);
  assert.deepEqual(list.issues.map(({ line, path, message }) => [line, path, message]), [
    [30_002, "/rows/30000/recipient", "The same name and address is at line 7 already."],
    [30_003, "/rows/30001/recipient", "The same name and address is at line 7 already."],
  ]);
  for (const { line, offset } of list.issues) assert.equal(csv.slice(0, offset).split("\n").length, line);
  const { code, severity, params, hint } = list.issues[0];
  const [said] = plan([list.rows[0], list.rows[0]]).issues;
  assert.deepEqual({ code, severity, hint }, { code: said.code, severity: said.severity, hint: said.hint });
  assert.deepEqual([params, said.params], [{ where: "line", first: 7 }, { where: "index", first: 0 }]);
  assert.deepEqual((await gathered([csv])).issues, list.issues);
});

test("any split of the bytes gives the same as the whole", async () => {
  const odd = `\ufeff${HEADER}${rows(3)}a,"b\r\n"x"y,,\r\n\r\n,,,,,,\né\ud83d\ude00,"1\n2",2116,Boston,MA,US,\n${rows(4)}"`;
  const whole = recipients(odd);
  assert.ok(whole.issues.length > 5);
  const bytes = new TextEncoder().encode(odd);
  const next = random(1);
  for (let round = 0; round < 20; round++) {
    const cuts = (length, most) => {
      const pieces = [];
      for (let at = 0; at < length; ) pieces.push([at, (at += 1 + next(most))]);
      return pieces;
    };
    assert.deepEqual(await gathered(cuts(bytes.length, 40).map(([from, to]) => bytes.subarray(from, to))), whole);
    assert.deepEqual(await gathered(cuts(odd.length, 40).map(([from, to]) => odd.slice(from, to))), whole, "text, also within a character");
  }
  // Large enough for several pieces of the wasm's, with rows that are longer than one.
  const long = `${HEADER}${rows(9_000)}"${"x\n".repeat(300_000)}",1 Main Street,02116,Boston,MA,US,\n${rows(9_000)}${"y".repeat(2 << 20)}\n${row(1)}`;
  const large = recipients(long);
  assert.ok(large.issues.some(({ code, line }) => code === "row_too_long" && line === 318_003));
  assert.equal(large.rows.at(-1).line, 318_004);
  assert.equal(large.rows.length, 18_003);
  const largeBytes = new TextEncoder().encode(long);
  const pieces = [];
  for (let at = 0; at < largeBytes.length; ) pieces.push(largeBytes.subarray(at, (at += 100_000 + next(400_000))));
  assert.deepEqual(await gathered(pieces), large);
});

test("every kind of source is taken", async () => {
  const csv = HEADER + rows(9);
  const whole = recipients(csv);
  const bytes = new TextEncoder().encode(csv);
  const stream = () => new Blob([csv]).stream();
  const old = { getReader: () => stream().getReader() };
  for (const source of [csv, bytes, new Blob([csv]), stream(), old, [csv], [bytes], (async function* () { yield csv; })()]) {
    assert.deepEqual(await gathered(source), whole);
  }
  let closed = false;
  for await (const list of recipientBatches((function* () { try { for (;;) yield row(1); } finally { closed = true; } })())) {
    assert.ok(list.issues.length > 0);
    break;
  }
  assert.ok(closed, "who stops, stops the source");
});

test("PFB-022, PFB-023, PFB-024: the cells are those of papaparse, without its faults", () => {
  const next = random(7);
  const alphabet = ["a", "B", " ", "'", "é", "😀", "0", ";", "\t", ","];
  for (let round = 0; round < 300; round++) {
    const width = 1 + next(6);
    const end = ["\n", "\r\n", "\r"][next(3)];
    const cell = () => {
      let text = "x";
      for (let length = next(8); length > 0; length--) text += alphabet[next(alphabet.length)];
      if (next(4) === 0) text += ['"', "\n", "\r\n", '""', ","][next(5)];
      return /[",\r\n]/.test(text) || next(5) === 0 ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const header = Array.from({ length: width }, (_, index) => `own_${index}`).join(",");
    const body = Array.from({ length: 1 + next(5) }, () => Array.from({ length: width }, cell).join(",")).join(end);
    const csv = `${header}${end}${body}${next(2) ? end : ""}`;
    const theirs = Papa.parse(csv, { header: true, skipEmptyLines: true, delimiter: ",", newline: end }).data;
    assert.deepEqual(recipients(csv).rows.map(({ customFields }) => customFields), theirs, JSON.stringify(csv));
  }
  // Papa's own: a phantom row for the trailing newline; csv-simple-parser's too.
  assert.equal(Papa.parse("a\n1\n", { header: true, delimiter: "," }).data.length, 2);
  assert.equal(recipients("a\n1\n").rows.length, 1);
});

test("a million rows take less than 200 MB", { timeout: 240_000 }, () => {
  const script = fileURLToPath(new URL("../support/million-rows.mjs", import.meta.url));
  const { rows: count, duplicates, megabytes, seconds } = JSON.parse(execFileSync(process.execPath, [script], { encoding: "utf8" }));
  assert.deepEqual([count, duplicates], [1_000_000, 1]);
  assert.ok(megabytes < 200, `${megabytes} MB`);
  assert.ok(seconds < 120, `${seconds} s`);
});

test("no megabyte is slow", () => {
  const start = performance.now();
  for (const unit of ['"', ",", '"",', "\n", ",\n", '"\n', 'a"', '"a"b,', "\r", "é", "\0", '"a\n', "name,"]) {
    for (const before of ["", HEADER]) recipients(before + unit.repeat(1_000_000 / unit.length));
  }
  const seconds = (performance.now() - start) / 1_000;
  assert.ok(seconds < 60, `${seconds} s`);
});
