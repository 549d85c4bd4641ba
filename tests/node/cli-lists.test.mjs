// The command line with lists of recipients: `check` of CSV files, `merge` and `plan`.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { recipients } from "edgepost";
import { edgepost, folder } from "../support/cli.mjs";

const HEADER = "name,streetAddress,postalCode,city,country,code";
const RIJKSMUSEUM = "Rijksmuseum,Museumstraat 1,1071 XX,Amsterdam,Netherlands,SPRING-10";
const LIBRARY = "British Library,96 Euston Road,NW1 2DB,London,United Kingdom,SPRING-11";
const csv = (...rows) => `${[HEADER, ...rows].join("\n")}\n`;
/** Somebody of their own in each row: nobody is met twice. */
const many = (count) => csv(...Array.from({ length: count }, (_, index) => `Library ${index},Museumstraat ${index + 1},1071 XX,Amsterdam,Netherlands,C${index}`));

test("a CSV file is checked by line, and the columns are told", async (context) => {
  const { file } = folder(context);
  const path = file("list.csv", csv(RIJKSMUSEUM, LIBRARY.replace("London", ""), 'Ragged,row', RIJKSMUSEUM.replace("Netherlands", "Atlantis")));
  const { code, stdout, stderr } = await edgepost(["check", path]);
  assert.deepEqual([code, stderr], [1, ""]);
  assert.match(stdout, /^Columns: name, .*country, code = customFields\.code\.\n/);
  const rows = stdout.split("\n").filter((row) => /^ {3}\d /.test(row)).map((row) => row.trim().split(/ {2,}/).slice(0, 3));
  assert.deepEqual(rows.filter(([, severity]) => severity === "error"), [["3", "error", "city"], ["4", "error", "the row"]].concat(rows.filter(([line, severity]) => line === "5" && severity === "error")));
  assert.match(stdout, /\d errors?.* in 4 rows\.\n$/);
});

test("a file without a header is asked about, and no option of a program is named", async () => {
  const bare = await edgepost(["check", "-"], { input: `${RIJKSMUSEUM}\n${LIBRARY}\n` });
  assert.match(bare.stdout, /Is the first line a header\? Say in --columns which one/);
  const wrong = await edgepost(["check", "-", "--columns", "Zip=postalCode"], { input: csv(RIJKSMUSEUM) });
  assert.match(wrong.stdout, /no column Zip, which --columns names/);
  assert.ok(![bare, wrong].some(({ stdout }) => stdout.includes("options.")));
});

test("a CSV file without a fault ends with 0", async (context) => {
  const { file } = folder(context);
  const { code, stdout } = await edgepost(["check", file("list.csv", csv(RIJKSMUSEUM, LIBRARY))]);
  assert.equal(code, 0);
  assert.match(stdout, /No findings in 2 rows\.\n$/);
});

test("--json is one object, with every issue's line, column and offset", async () => {
  const input = csv(RIJKSMUSEUM, LIBRARY.replace("London", ""));
  const { code, stdout, stderr } = await edgepost(["check", "-", "--json"], { input });
  const { issues, columns, ...rest } = JSON.parse(stdout);
  assert.deepEqual([code, stderr], [1, ""]);
  assert.deepEqual(columns.map(({ header, member }) => [header, member]).at(-1), ["code", "customFields.code"]);
  assert.deepEqual(rest, { ok: false, errors: 1, warnings: 0, notes: 0, file: "the standard input", format: "csv", rows: 2 });
  const [{ path, line, column, offset, code: kind }] = issues;
  assert.deepEqual([path, line, column], ["/rows/1/recipient/city", 3, 4], kind);
  assert.equal(input.slice(offset, offset + 7), ",United");
});

test("headers, delimiter and country are the caller's to say", async (context) => {
  const { file } = folder(context);
  const path = file("list.csv", "Wie;Waar;Zip;Plaats;Geheim\nRijksmuseum;Museumstraat 1;1071 XX;Amsterdam;x\n");
  const columns = ["--columns", "Wie=name,Waar=streetAddress", "--columns", "Zip=postalCode,Plaats=city,Geheim="];
  const { code, stdout } = await edgepost(["check", path, "--json", "--delimiter", ";", "--country", "NL", ...columns]);
  const report = JSON.parse(stdout);
  assert.deepEqual([code, report.issues, report.rows], [0, [], 1]);
  assert.deepEqual(report.columns.map(({ member, guessed }) => [member, guessed]), [["name", false], ["streetAddress", false], ["postalCode", false], ["city", false], ["", false]]);
  const plain = await edgepost(["check", path]);
  assert.equal(plain.code, 1);
  assert.match(plain.stdout, /^ +1 +error .*semicolon[^]*Give that as --delimiter\./m);
  const wrong = await edgepost(["check", path, "--delimiter", "; "]);
  assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
  assert.match(wrong.stderr, /delimiter/);
});

test("100,000 rows come through a pipe, and every finding has its own line", async () => {
  const rows = 100_000;
  const broken = new Set([7, 12_345, 99_999]);
  const lines = many(rows).split("\n");
  for (const row of broken) lines[row + 1] = lines[row + 1].replace("Amsterdam", "");
  const { code, stdout, stderr } = await edgepost(["check", "-", "--json"], { input: lines.join("\n") });
  const report = JSON.parse(stdout);
  assert.deepEqual([code, report.rows, report.errors, stderr], [1, rows, broken.size, ""], "no bar but on a terminal");
  assert.deepEqual(report.issues.map(({ line, path }) => [line, path]), [...broken].map((row) => [row + 2, `/rows/${row}/recipient/city`]));
});

/** What a JSON Patch of issues makes of a document (RFC 6902). */
function mended(document, issues) {
  const copy = structuredClone(document);
  const at = (path) => {
    const steps = path.split("/").slice(1);
    return [steps.slice(0, -1).reduce((value, step) => value[step], copy), steps.at(-1)];
  };
  for (const { op, path, from, value } of issues.flatMap(({ fix }) => fix ?? [])) {
    const [there, name] = at(path);
    if (op === "move") {
      const [old, oldName] = at(from);
      there[name] = old[oldName];
      delete old[oldName];
    } else if (op === "remove") delete there[name];
    else there[name] = value;
  }
  return copy;
}

test("PL-002: the fixes of --json are for their own rows, in every batch and in JSON", async () => {
  const rows = 8_000;
  const lines = many(rows).split("\n");
  for (const row of [3, rows - 2]) lines[row + 1] = lines[row + 1].replace("1071 XX", "1071xx").replace("Netherlands", "Nehterlands");
  const input = lines.join("\n");
  const right = recipients(many(rows));
  const { issues } = JSON.parse((await edgepost(["check", "-", "--json"], { input })).stdout);
  assert.ok(issues.some(({ path, fix }) => path === `/rows/${rows - 2}/recipient/country` && fix));
  assert.deepEqual(mended({ rows: recipients(input).rows.map(({ line, recipient }) => ({ line, recipient })) }, issues).rows.map(({ recipient }) => recipient.country), right.rows.map(({ recipient }) => recipient.country));
  const again = mended({ rows: recipients(input).rows }, issues).rows;
  // Now that the country is known its postal code can be mended as well.
  const list = again.map(({ recipient }) => ({ ...recipient, customFields: undefined, zipCode: undefined }));
  Object.assign(list[5], { state: null, postalCode: undefined, postalCod: "1071 XX" });
  const told = JSON.parse((await edgepost(["check", "-", "--json"], { input: JSON.stringify(list) })).stdout).issues;
  assert.ok(["replace", "move", "remove"].every((kind) => told.some(({ fix }) => fix?.some(({ op }) => op === kind))), JSON.stringify(told));
  const plain = right.rows.map(({ recipient: { customFields: _, ...rest } }) => rest);
  assert.deepEqual(mended(JSON.parse(JSON.stringify(list)), told), plain);
});

test("140,000 findings and a JSON list in one line are told in seconds", { timeout: 60_000 }, async (context) => {
  const { file } = folder(context);
  const count = 140_000;
  const path = file("same.csv", `name\n${"x\n".repeat(count)}`);
  const checked = JSON.parse((await edgepost(["check", path, "--json"])).stdout);
  assert.equal(checked.warnings, count - 1);
  const planned = await edgepost(["plan", path, "--json"]);
  assert.deepEqual([planned.code, JSON.parse(planned.stdout).leftOver.length], [1, count]);
  const merged = await edgepost(["merge", file("letter.txt", "{{a}}"), path, "--json"]);
  assert.deepEqual([merged.code, JSON.parse(merged.stdout).texts.length], [0, count]);
  const one = file("one.json", JSON.stringify(Array.from({ length: 60_000 }, (_, index) => ({ name: `Library ${index}`, streetAddress: `Museumstraat ${index}`, postalCode: "1071 XX", city: "Amsterdam", country: "NL" }))));
  for (const command of ["check", "plan"]) assert.equal((await edgepost([command, one])).code, 0, command);
});

test("nothing of a file steers a terminal, and a pipe gets it as it is", async (context) => {
  const { file } = folder(context);
  const template = file("letter.txt", "Dear {{n}},\r\n\tyours\n");
  const list = file("list.csv", "name,n\nA,A\u001b]0;title\u0007\u009b1m\u202e\n");
  const terminal = { env: { NODE_OPTIONS: "--import data:text/javascript,process.stdout.isTTY=true" } };
  const shown = await edgepost(["merge", template, list], terminal);
  assert.equal(shown.stdout, "--- 1, line 2\nDear A\\u001b]0;title\\u0007\\u009b1m\\u202e,\n\tyours\n\n\n");
  const piped = await edgepost(["merge", template, list]);
  assert.equal(piped.stdout, "--- 1, line 2\nDear A\u001b]0;title\u0007\u009b1m\u202e,\r\n\tyours\n\n\n");
  for (const command of [["merge", template, list, "--json"], ["plan", list, "--json"], ["check", list, "--json"]]) {
    const { stdout } = await edgepost(command, terminal);
    assert.doesNotMatch(stdout.replaceAll("\n", ""), /[\p{Cc}\u202e]/u);
    const texts = JSON.parse(stdout).texts;
    if (texts) assert.match(texts[0], /\u009b1m\u202e/);
  }
});

test("merge prints every text, and tells a value that is missing", async (context) => {
  const { file } = folder(context);
  const template = file("letter.txt", "Dear {{first_name}},\nyour code is {{code}}.\n");
  const list = file("list.csv", csv(RIJKSMUSEUM, LIBRARY));
  const fine = await edgepost(["merge", template, list]);
  assert.deepEqual([fine.code, fine.stderr], [0, ""]);
  assert.match(fine.stdout, /^--- 1, line 2\nDear Rijksmuseum,\nyour code is SPRING-10\.\n/);
  assert.match(fine.stdout, /--- 2, line 3\nDear British,\nyour code is SPRING-11\.\n/);
  // Addresses are none of its business.
  const blank = await edgepost(["merge", template, file("blank.csv", "name,code\nRijksmuseum,SPRING-10\nBritish Library,\n")]);
  assert.equal(blank.code, 0);
  assert.match(blank.stderr, /^ +3 +warning +customFields\/code +code is empty/m);
  const short = file("short.csv", "name,cod\nRijksmuseum,SPRING-10\nBritish Library,SPRING-11\n");
  const missing = await edgepost(["merge", template, short]);
  assert.equal(missing.code, 0);
  assert.match(missing.stderr, /^ +3 +warning +customFields\/code .*no value/m);
  assert.equal((await edgepost(["merge", template, short, "--mode", "strict"])).code, 1);
  const strict = await edgepost(["merge", template, short, "--mode", "strict", "--json"]);
  const { ok, texts, lines, issues } = JSON.parse(strict.stdout);
  assert.deepEqual([strict.code, ok, texts, lines], [1, false, [], [2, 3]]);
  const errors = issues.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors.map(({ path, line }) => [path, line]), [
    ["/recipients/0/customFields/code", 2],
    ["/recipients/1/customFields/code", 3],
  ]);
});

test("merge writes a file for each, and none over another", async (context) => {
  const { file, path } = folder(context);
  const template = file("letter.txt", "Dear {{first_name}}");
  const list = file("list.json", JSON.stringify(Array.from({ length: 11 }, (_, index) => ({ name: `Library${index} x` }))));
  const { code, stdout } = await edgepost(["merge", template, list, "--out", `${path}/texts`]);
  assert.deepEqual([code, stdout], [0, `11 texts in ${path}/texts.\n`]);
  assert.deepEqual(readdirSync(`${path}/texts`).sort(), Array.from({ length: 11 }, (_, index) => `${String(index + 1).padStart(2, "0")}.txt`));
  assert.equal(readFileSync(`${path}/texts/11.txt`, "utf8"), "Dear Library10");
  const again = await edgepost(["merge", template, list, "--out", `${path}/texts`]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /01\.txt is there already/);
  assert.match((await edgepost(["merge", template, list, "--out", template])).stderr, /is there already|cannot be written to/);
});

test("a row that cannot be read has no text, and none is written", async (context) => {
  const { file } = folder(context);
  const template = file("letter.txt", "Dear {{first_name}}");
  const { code, stdout, stderr } = await edgepost(["merge", template, file("list.csv", csv(RIJKSMUSEUM, "ragged,row"))]);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^ +3 +error/m);
  for (const text of ['[{"name": "Rijksmuseum",}]', '[{"name": "Rijksmuseum"}, 5]']) {
    const broken = await edgepost(["merge", template, file("list.json", text)]);
    assert.deepEqual([broken.code, broken.stdout], [1, ""], text);
    assert.match(broken.stderr, /^ +1 +error/m);
  }
});

test("plan splits a list into orders, and says who is left over", async (context) => {
  const { file } = folder(context);
  const path = file("list.csv", many(60));
  const [fine, again, json] = await Promise.all([edgepost(["plan", path]), edgepost(["plan", path]), edgepost(["plan", path, "--json"])]);
  assert.deepEqual(fine, again);
  assert.deepEqual([fine.code, fine.stderr], [0, ""]);
  assert.match(fine.stdout, /^1 .* 25 +2-26$/m);
  assert.match(fine.stdout, /^3 orders for 60 recipients: 1 day at /m);
  const { orders, lines, leftOver } = JSON.parse(json.stdout);
  assert.deepEqual([orders.map(({ indexes }) => indexes.length), lines.length, leftOver], [[25, 25, 10], 60, []]);
  for (const { id } of orders) assert.ok(fine.stdout.includes(id));
  const other = await edgepost(["plan", path, "--per-day", "1", "--campaign", "spring", "--json"]);
  assert.equal(JSON.parse(other.stdout).days, 3);
  assert.ok(JSON.parse(other.stdout).orders.every(({ id }) => !json.stdout.includes(id)));
  const left = await edgepost(["plan", file("bad.csv", csv(RIJKSMUSEUM, LIBRARY.replace("London", "")))]);
  assert.equal(left.code, 1);
  assert.match(left.stderr, /^ +3 +error +city/m);
  assert.match(left.stdout, /1 recipient is left over, at line 3\./);
  const twice = await edgepost(["plan", file("twice.csv", csv(RIJKSMUSEUM, RIJKSMUSEUM)), "--json"]);
  const [same, ...others] = JSON.parse(twice.stdout).issues;
  assert.deepEqual([same.code, same.line, same.message, same.params, others], ["duplicate_recipient", 3, "The same name and address is at line 2 already.", { where: "line", first: 2 }, []]);
  // A row that cannot be read is told once, and many lines are not told one by one.
  const rows = Array.from({ length: 30 }, (_, index) => (index % 2 ? `Ragged ${index},row` : RIJKSMUSEUM.replace("Rijksmuseum", `Museum ${index}`)));
  const ragged = await edgepost(["plan", file("ragged.csv", csv(...rows, ...rows.map((row) => row.replace("Ragged", "Again")), ...rows))]);
  assert.doesNotMatch(ragged.stderr, /name is missing/);
  assert.match(ragged.stdout, /45 recipients are left over, at line (\d+, ){19}\d+ and 25 more lines\.\n$/);
});

test("PFB-034 PFB-036: a list for PostalForm is checked and merged as PostalForm reads it", async (context) => {
  const { file } = folder(context);
  const head = "recipient_name,line1,city,state,zip,code\nLibrary of Congress,101 Independence Ave SE,Washington,DC,20540,A1\n";
  const list = file("bulk.csv", `${head}Supreme Court,1 1st St NE,Washington,XX,2054,A2\n`);
  const asPostalForm = ["--provider", "postalform"];
  const checked = await edgepost(["check", list, "--json", ...asPostalForm]);
  assert.deepEqual(JSON.parse(checked.stdout).issues.map(({ path, rule, line }) => [path, rule, line]), [
    ["/rows/1/recipient/state", "PFB-034", 3],
    ["/rows/1/recipient/zip", "PFB-036", 3],
  ]);
  const template = file("letter.txt", "To {{recipient_name}} in {{city}}: {{code}}");
  const merged = await edgepost(["merge", template, file("good.csv", head), ...asPostalForm]);
  assert.deepEqual([merged.code, merged.stdout], [0, "--- 1, line 2\nTo Library of Congress in Washington: A1\n\n"]);
  for (const wrong of [[list, "--country", "NL"], [list, "--columns", "zip=postalCode"], [file("list.json", "[]")]]) {
    const { code, stderr } = await edgepost(["check", ...wrong, ...asPostalForm]);
    assert.equal(code, 2);
    assert.match(stderr, /PostalForm/);
  }
});
