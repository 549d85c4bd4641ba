// The command line itself, and `check` of JSON files. Lists are in cli-lists.test.mjs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync } from "node:fs";
import { test } from "node:test";
import { validate } from "edgepost";
import { edgepost, folder } from "../support/cli.mjs";

const recipient = { name: "Rijksmuseum", streetAddress: "Museumstraat 1", postalCode: "1071 XX", city: "Amsterdam", country: "Netherlands" };
const order = { requestType: "letter", senderEmail: "sender@example.com", letters: [{ recipient, message: "Hello." }] };
const COMMANDS = ["check", "merge", "plan", "grant", "hook", "sandbox"];

test("it explains itself, and each command with examples", async () => {
  for (const args of [[], ["--help"], ["-h"], ["help"]]) {
    const { code, stdout, stderr } = await edgepost(args);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const command of COMMANDS) assert.match(stdout, new RegExp(`^  ${command} `, "m"));
  }
  for (const command of COMMANDS) {
    const [help, flag] = await Promise.all([edgepost(["help", command]), edgepost([command, "--help"])]);
    assert.deepEqual(help, flag);
    assert.deepEqual([help.code, help.stderr], [0, ""]);
    assert.match(help.stdout, new RegExp(`Examples:\n  npx edgepost ${command}`));
  }
  assert.match((await edgepost(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
});

test("a wrong call is told with a way out, without a stack, and ends with 2", async (context) => {
  const { path, file } = folder(context);
  const good = file("order.json", JSON.stringify(order));
  const closed = file("closed.csv", "name\n");
  chmodSync(closed, 0o000);
  for (const [args, says, input] of [
    [["chek"], /unknown command 'chek'[^]*Did you mean check\?/],
    [["check"], /missing required argument 'file'/],
    [["check", good, "extra"], /too many arguments/],
    [["check", good, "--jsno"], /unknown option '--jsno'[^]*Did you mean --json\?/],
    [["check", good, "--mode", "loose"], /'loose' is invalid. Allowed choices are strict, lenient/],
    [["check", good, "--operation", "pieterpost.create"], /Allowed choices are .*pieterpost\.create_order/],
    [["check", good, "--columns", "Zip"], /--columns takes pairs .* "Zip" is none/],
    [["check", good, "--columns", "Zip=postcode"], /no member postcode\. There are: name, .*postalCode/],
    [["check", good, "--country", "Germny"], /^--country "Germny" is not a country that is known\. Did you mean Germany\?\n$/],
    [["check", good, "--delimiter", "; "], /--delimiter takes a comma, a semicolon, \| or tab/],
    [["check", `${path}/none.json`], /^There is no file .*none\.json\.\n$/],
    [["check", `${good}/none.json`], /^There is no file/],
    [["check", path], /is a directory: name a file in it/],
    [["check", file("a.xlsx", "PK\u0003\u0004\0\0")], /is a spreadsheet or another ZIP file\. Save it as "CSV UTF-8"/],
    [["check", file("a.csv", Buffer.from("%PDF-2.0"))], /is a PDF document/],
    [["check", file("b.csv", Buffer.from("\ufeffname,city\n", "utf16le"))], /is in UTF-16\. Save it/],
    [["check", file("c.csv", "name\0,city\n")], /holds NUL bytes/],
    [["check", file("text.json", '"text"')], /neither an object nor a list/],
    [["check", file("empty.json", "{}")], /cannot be told by its members: name it with --operation/],
    [["check", file("no.json", "[]"), "--operation", "pieterpost.create_order"], /is a list of recipients: --operation is for an object/],
    [["check", file("no.csv", "name\n"), "--operation", "pieterpost.create_order"], /is a list of recipients/],
    [["check", good, "--delimiter", ";"], /is JSON: --columns and --delimiter are for CSV/],
    [["check", "-"], /is compressed with gzip/, Buffer.from([0x1f, 0x8b, 8, 0])],
    [["merge", "-", "-"], /Only one of the two/],
    [["merge", file("latin1.txt", Buffer.from([0xe9, 0x74, 0xe9])), file("list.json", "[]")], /is not in UTF-8/],
    [["merge", good, file("object.json", "{}")], /is no list of recipients/],
    [["hook", "gateway.example"], /"gateway\.example" is no address of a gateway, such as https:/],
    [["hook", "http://gateway.invalid"], /"http:\/\/gateway\.invalid" is no address of a gateway, such as https:/],
    [["hook", "https://me@gateway.invalid"], /is no address of a gateway/],
    [["plan", good, "--per-day", "many"], /--per-day .*'many' is invalid. It takes a whole number/],
  ]) {
    const { code, stdout, stderr } = await edgepost(args, { input });
    assert.deepEqual([code, stdout], [2, ""], `${args} ${stderr}`);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /\n\s+at |node:/);
  }
  // Nothing is closed to root.
  if (process.getuid() !== 0) assert.match((await edgepost(["check", closed])).stderr, /must not be read: its permissions forbid it/);
});

test("an order is checked, by line, and the operation is told", async (context) => {
  const { file } = folder(context);
  const good = file("order.json", JSON.stringify(order));
  const fine = await edgepost(["check", good]);
  assert.deepEqual(fine, { code: 0, stdout: `Taken for the input of pieterpost.create_order; --operation names another.\nNo findings in ${good}, as pieterpost.create_order.\n`, stderr: "" });
  const written = JSON.stringify({ ...order, leters: 1, letters: [{ recipient: { ...recipient, city: 7, name: undefined }, message: "\u001b[31m" }] }, null, 2);
  const { code, stdout } = await edgepost(["check", file("bad.json", written), "--operation", "pieterpost.create_order"]);
  assert.equal(code, 1);
  const line = (text) => written.split("\n").findIndex((one) => one.includes(text)) + 1;
  const rows = stdout.split("\n").filter((row) => /^ {2,}\d+ /.test(row)).map((row) => row.trim().split(/ +/).slice(0, 3));
  assert.deepEqual(rows, [
    [String(line('"recipient"')), "error", "/letters/0/recipient/name"],
    [String(line('"city"')), "error", "/letters/0/recipient/city"],
    [String(line('"message"')), "warning", "/letters/0/message"],
    [String(line('"leters"')), "warning", "/leters"],
  ]);
  assert.match(stdout, /^2 errors, 2 warnings in /m);
  assert.ok(!stdout.includes("\u001b"), "no escape of the file's gets through");
});

test("an object with the members of a recipient is one", async (context) => {
  const { file } = folder(context);
  const path = file("one.json", `\ufeff${JSON.stringify({ ...recipient, postalCode: "1071xx", city: undefined }, null, 2)}`);
  const { code, stdout } = await edgepost(["check", path]);
  assert.equal(code, 1);
  assert.match(stdout, /^Taken for a recipient; --operation names an operation\.\n/);
  assert.match(stdout, /error +\/city[^]* in 1 row\.\n$/);
  const { issues, rows } = JSON.parse((await edgepost(["check", path, "--json"])).stdout);
  const mended = issues.find((issue) => issue.code === "unusual_form");
  assert.deepEqual([rows, mended.line, mended.fix], [1, 4, [{ op: "replace", path: "/postalCode", value: "1071 XX" }]]);
  const list = JSON.parse((await edgepost(["check", "-", "--json"], { input: JSON.stringify([recipient, { ...recipient, ctiy: "x", city: undefined }]) })).stdout);
  assert.deepEqual(list.issues.find((issue) => issue.fix).fix, [{ op: "move", from: "/1/ctiy", path: "/1/city" }]);
  assert.match((await edgepost(["check", file("name.json", '{"name":"x"}')])).stdout, /^Taken for a recipient/);
  assert.match((await edgepost(["check", file("upload.json", '{"name":"x","kind":"letter-attachment"}')])).stdout, /pieterpost\.upload_asset/);
});

test("each command says which mode it is in if nothing is said", async () => {
  for (const [command, usual] of [["check", "lenient for lists, strict for all else"], ["merge", "lenient"], ["plan", "strict"]]) {
    const { stdout } = await edgepost([command, "--help"]);
    assert.ok(stdout.replaceAll(/\s+/g, " ").includes(`as a preview may have it; ${usual}, if nothing is said`), stdout);
  }
});

test("a warning does not fail, and the mode counts", async (context) => {
  const { file } = folder(context);
  const draft = { requestType: "letter", composeMode: "template", templateMessage: "Dear {{nobody}},", letters: [{ recipient }] };
  const path = file("draft.json", JSON.stringify(draft));
  assert.equal((await edgepost(["check", path])).code, 1);
  const { code, stdout } = await edgepost(["check", path, "--mode", "lenient"]);
  assert.equal(code, 0);
  assert.match(stdout, /warning .*nobody/);
});

test("broken JSON has a line and a column", async (context) => {
  const { file } = folder(context);
  for (const [text, line, column] of [['{\n  "a": 1,\n}', 3, 1], ["[1,\n 2", 2, 3], ["", 1, 1], ["{} x", 1, 4]]) {
    const { code, stdout } = await edgepost(["check", file("broken.json", text), "--json"]);
    const { ok, issues } = JSON.parse(stdout);
    assert.deepEqual([code, ok, issues[0].code, issues[0].line, issues[0].column], [1, false, "invalid_json", line, column], text);
  }
  const deep = await edgepost(["check", file("deep.json", "[".repeat(100_000) + "]".repeat(100_000))]);
  assert.equal(deep.code, 1);
  assert.match(deep.stdout, /64 levels/);
});

test("--json says all that validate says, with the place", async (context) => {
  const { file } = folder(context);
  const input = { ...order, letters: [{ recipient: { ...recipient, postalCode: "" }, message: "" }] };
  const path = file("order.json", `\ufeff${JSON.stringify(input)}`);
  const { code, stdout, stderr } = await edgepost(["check", path, "--json"]);
  const { issues, ...rest } = JSON.parse(stdout);
  assert.deepEqual([code, stderr], [1, ""]);
  const expected = validate("pieterpost.create_order", `\ufeff${JSON.stringify(input)}`).issues;
  const byPath = (one, other) => (one.path + one.code < other.path + other.code ? -1 : 1);
  assert.deepEqual(issues.map(({ line, column, ...issue }) => issue).sort(byPath), expected.sort(byPath));
  const [errors, warnings, notes] = ["error", "warning", "info"].map((kind) => expected.filter(({ severity }) => severity === kind).length);
  assert.ok(errors > 0 && notes > 0);
  assert.deepEqual(rest, { ok: false, errors, warnings, notes, file: path, format: "json", operation: "pieterpost.create_order" });
});

test("a JSON list of recipients is checked one by one, as it is written", async (context) => {
  const { file } = folder(context);
  const path = file("list.json", '[\n{"name":"A","name":"Rijksmuseum","streetAddress":"Museumstraat 1","postalCode":"1071 XX","city":"Amsterdam"},\n5,\n{}]');
  const { code, stdout } = await edgepost(["check", path, "--json", "--country", "NL"]);
  const { issues, rows } = JSON.parse(stdout);
  assert.deepEqual([code, rows], [1, 3]);
  assert.deepEqual(issues.slice(0, 2).map(({ path, code, line }) => [path, code, line]), [["/0/name", "duplicate_member", 2], ["/1", "invalid_type", 3]]);
  const missing = issues.slice(2).map(({ path, line }) => [path, line]);
  assert.ok(missing.every(([, line]) => line === 4) && missing.some(([path]) => path === "/2/city") && !missing.some(([path]) => path === "/2/country"), stdout);
  const piped = await edgepost(["check", "-", "--json"], { input: "[]" });
  assert.deepEqual(JSON.parse(piped.stdout), { issues: [], ok: true, errors: 0, warnings: 0, notes: 0, file: "the standard input", format: "json", rows: 0 });
});

test("colours are asked for, and forbidden", async (context) => {
  const { file } = folder(context);
  const path = file("order.json", JSON.stringify({ ...order, letters: [] }));
  const colours = async (env) => (await edgepost(["check", path], { env })).stdout.includes("\u001b[31merror");
  assert.deepEqual([await colours({}), await colours({ FORCE_COLOR: "1" }), await colours({ FORCE_COLOR: "1", NO_COLOR: "1" })], [false, true, false]);
  assert.ok(!(await edgepost(["check", path, "--json"], { env: { FORCE_COLOR: "1" } })).stdout.includes("\u001b"));
});

test("whoever reads only the start is not shouted at", async (context) => {
  const { file } = folder(context);
  const path = file("list.json", JSON.stringify(Array.from({ length: 20_000 }, () => ({}))));
  const bin = new URL("../../npm/bin/edgepost.js", import.meta.url).pathname;
  const { stdout, stderr } = await new Promise((resolve) => {
    execFile("sh", ["-c", `"${process.execPath}" "${bin}" check "${path}" | head -n 3`], (_, stdout, stderr) => resolve({ stdout, stderr }));
  });
  assert.equal(stdout.split("\n").length, 4);
  assert.equal(stderr, "");
});
