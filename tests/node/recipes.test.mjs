// The recipes of npm/README.md that run on a server, as they stand there, against the sandbox.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { recipe } from "../support/readme.mjs";
import { CANARIES, startSandbox } from "../support/servers.mjs";
import { startWorker } from "../support/worker.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CSV = `Name,Street,ZIP code,City,State,Country,code
Library of Congress,101 Independence Avenue SE,20540,Washington,DC,United States,SPRING-1
British Library,96 Euston Road,NW1 2DB,London,,United Kingdom,SPRING-2
Rijksmuseum,Museumstraat 1,1071 XX,Amsterdam,,Netherlands,SPRING-3
`;
const run = promisify(execFile);

let sandbox, folder;

before(async () => {
  sandbox = await startSandbox({ pieterpost: { balances: [{ cents: 10_000 }] } });
  // Inside the repository, where the package is found.
  await mkdir(join(ROOT, "target"), { recursive: true });
  folder = await mkdtemp(join(ROOT, "target/recipes-"));
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
  await sandbox?.close();
});

const env = () => ({ PIETERPOST_KEY: CANARIES.PIETERPOST_KEY_TEST, PIETERPOST_URL: `${sandbox.url}/pieterpost` });
const orders = async () => (await sandbox.state()).pieterpost.orders.map(({ order }) => order);

test("an order is checked, previewed and built", async () => {
  await writeFile(join(folder, "order.mjs"), `${await recipe("An order", "js")}\nconsole.log(ok, method, url, body.length > 0);`);
  const { stdout } = await run(process.execPath, ["order.mjs"], { cwd: folder });
  const last = "Dear British friends, your code is SPRING-10.\ntrue POST https://pieterpost.com/v1/checkout-links true\n";
  assert.ok(stdout.endsWith(last), stdout);
});

test("an issue is said in other words, and mended by its fix", async () => {
  await writeFile(join(folder, "issues.mjs"), await recipe("Issues", "js"));
  const { stdout } = await run(process.execPath, ["issues.mjs"], { cwd: folder });
  assert.match(stdout, /^error city fehlt\.$/m);
  assert.match(stdout, /^info Statt 1071xx schreibt man meist 1071 XX\.$/m);
  assert.match(stdout, /^warning ctiy is not known/m);
  assert.match(stdout, /postalCode: '1071 XX'[^]*city: 'Amsterdam'[^]*\} true\n$/);
});

test("a large file is read in batches, and it says how far it is", async () => {
  const rows = Array.from({ length: 9_000 }, (_, index) => `Library ${index},${index} Main Street,02116,Boston,${index === 7_000 ? "" : "MA"},United States,S-${index}\n`);
  await writeFile(join(folder, "recipients.csv"), CSV + rows.join(""));
  await writeFile(join(folder, "batches.mjs"), await recipe("Large files", "js"));
  const { stdout, stderr } = await run(process.execPath, ["batches.mjs"], { cwd: folder });
  assert.match(stdout, /^line 7005: error: /);
  const progress = stderr.trim().split("\n");
  assert.ok(progress.length > 1 && Number.parseInt(progress[0]) < 100, stderr);
  assert.equal(progress.at(-1), "100 %, 9003 rows");
});

test("each line of the command line's section does what it says", async () => {
  await writeFile(join(folder, "recipients.csv"), CSV);
  await writeFile(join(folder, "letter.txt"), "Dear {{first_name}}, your code is {{code}}.\n");
  const recipient = { name: "British Library", streetAddress: "96 Euston Road", postalCode: "NW1 2DB", city: "London", country: "United Kingdom" };
  await writeFile(join(folder, "order.json"), JSON.stringify({ requestType: "letter", senderEmail: "sender@", letters: [{ recipient, message: "Hello" }] }));
  await writeFile(join(folder, "bulk.csv"), "recipient_name,line1,city,state,zip\nLibrary of Congress,101 Independence Ave SE,Washington,DC,20540\n");
  const expected = [/3 rows|3 recipients/i, /3 rows/, /"invalid_email"/, /No findings in 1 row/, /Dear Rijksmuseum, your code is SPRING-3\./, /2 orders/];
  const lines = (await recipe("Command line", "sh")).trim().split("\n");
  assert.equal(lines.length, expected.length);
  for (const [index, line] of lines.entries()) {
    const [command] = line.split("#");
    const words = command.trim().split(/\s+/);
    assert.deepEqual(words.splice(0, 2), ["npx", "edgepost"]);
    const ended = await run(process.execPath, [join(ROOT, "npm/bin/edgepost.js"), ...words], { cwd: folder }).catch((error) => error);
    assert.match(ended.stdout, expected[index], line);
    assert.equal(ended.code ?? 0, words.includes("order.json") ? 1 : 0, ended.stderr);
  }
});

test("the Node script sends a spreadsheet, and sends nothing twice", async () => {
  await writeFile(join(folder, "main.mjs"), await recipe("Node", "js"));
  await writeFile(join(folder, "recipients.csv"), CSV);
  const send = () => run(process.execPath, ["main.mjs"], { cwd: folder, env: { ...process.env, ...env() } });
  const { stdout } = await send();
  assert.match(stdout, /^ZIP code is taken for postalCode$/m);
  assert.match(stdout, /^3 letters in 2 orders, 1 day\(s\), 0 left over$/m);
  assert.equal(stdout.match(/ (draft|paid|queued|fulfilled)$/gm)?.length, 2, stdout);
  assert.deepEqual((await orders()).map(({ recipientCount }) => recipientCount).sort(), [1, 2]);
  await send();
  assert.equal((await orders()).length, 2);
});

test("the Node script stops at a mistake, before anything is sent", async () => {
  const before = (await orders()).length;
  await writeFile(join(folder, "recipients.csv"), CSV.replace("SPRING-2", "").replace("1071 XX", "1071"));
  const ended = await run(process.execPath, ["main.mjs"], { cwd: folder, env: { ...process.env, ...env() } }).catch((error) => error);
  assert.equal(ended.code, 1);
  assert.match(ended.stdout, /^line 4: .*1071/m);
  assert.equal((await orders()).length, before);
});

test("the Worker mints a payment link, and refuses what is wrong before it calls anybody", async () => {
  const worker = await startWorker(folder, await recipe("A Worker", "js"), env());
  try {
    const url = await worker.ready;
    const letter = { recipient: { name: "British Library", streetAddress: "96 Euston Road", postalCode: "NW1 2DB", city: "London", country: "United Kingdom" }, message: "Hello" };
    const order = { requestType: "letter", senderEmail: "sender@example.com", returnUrl: "https://example.com/", letters: [letter] };
    const post = (body) => fetch(url, { method: "POST", headers: { "idempotency-key": "recipe-1" }, body: JSON.stringify(body) });
    const refused = await post({ ...order, senderEmail: "sender@" });
    assert.deepEqual([refused.status, (await refused.json()).issues[0].path], [422, "/senderEmail"]);
    const before = (await orders()).length;
    const minted = await (await post(order)).json();
    assert.equal(minted.kind, "ok", JSON.stringify(minted));
    assert.ok(minted.value.checkoutUrl.startsWith(sandbox.url), minted.value.checkoutUrl);
    assert.equal((await orders()).length, before + 1);
  } finally {
    await worker.dispose();
  }
});
