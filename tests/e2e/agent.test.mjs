// The example of an agent that pays for its own mail, and the READMEs' recipes for paying, as they stand there, with viem: a
// gateway on workerd, and the sandbox behind it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installed } from "../peers/install.mjs";
import { grant } from "../support/direct.mjs";
import { recipe } from "../support/readme.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";
import { KEY, letter, settled } from "../support/wallet.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CREATE = "postalform.create_order";
const PDF = `%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Count 1 /Kids [3 0 R] >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >> endobj
trailer << /Root 1 0 R >>
%%EOF
`;

let sandbox, gateway, folder, env;

before(async () => {
  sandbox = await startSandbox({ postalform: { webhookMs: 300, stepMs: 300 } });
  gateway = await startGateway(sandbox, { vars: { POSTALFORM_URL: `${sandbox.url}/postalform` } });
  folder = await installed();
  await symlink(join(ROOT, "npm"), join(folder, "node_modules/edgepost"));
  await copyFile(join(ROOT, "examples/agent.mjs"), join(folder, "agent.mjs"));
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
});

beforeEach(async () => {
  await sandbox.reset();
  env = { ...process.env, EDGEPOST_GRANT: await grant({ ops: ["postalform.*"] }), WALLET_KEY: KEY };
});

/** Runs a script in the folder: what it says, and its exit code. */
const run = (...words) => within({}, ...words);

/** The same; it may be killed. */
async function within(limits, ...words) {
  const { stdout, stderr, code, signal } = await promisify(execFile)(process.execPath, words, { cwd: folder, env, ...limits }).catch((error) => error);
  return { stdout, stderr, code: code ?? 0, signal };
}

/** Where the agent keeps its books of a letter to each address. */
const books = async (name) => (await readdir(folder)).filter((entry) => entry.startsWith(`${name}-`) && entry.endsWith(".mail"));

/** The agent with a letter of its own. */
async function agent(name, address = "Library of Congress > 101 Independence", ...more) {
  await writeFile(join(folder, `${name}.pdf`), PDF);
  return run("agent.mjs", gateway.url, `${name}.pdf`, address, ...more);
}

test("PFS-002 PFS-009: the agent finds an address in a building, uploads, pays, and does not pay again", async () => {
  const first = await agent("letter", "Library of Congress > Washington");
  assert.deepEqual([first.code, await settled(sandbox)], [1, []]);
  assert.match(first.stderr, /Which one is it\? 101 Independence Ave SE; 10 1st St SE; 110 2nd St SE/);
  const paid = await agent("letter");
  assert.equal(paid.code, 0, paid.stderr);
  const { kind, summary } = JSON.parse(paid.stdout);
  assert.deepEqual([kind, summary.price_usd, summary.is_paid, summary.settlement.network], ["paid", "3.40", true, "eip155:84532"]);
  assert.deepEqual(await settled(sandbox), [340]);
  assert.equal((await sandbox.state()).postalform.uploads[0].size, PDF.length);
  const again = await agent("letter");
  assert.deepEqual([again.code, JSON.parse(again.stdout).summary.order_id], [0, summary.order_id]);
  assert.deepEqual(await settled(sandbox), [340]);
  const written = (await Promise.all((await books("letter")).map((book) => readdir(join(folder, book))))).flat();
  assert.ok(written.length > 2 && written.every((name) => /^(order|journal-\d+)\.json$/.test(name)), "no draft is left");
});

test("PFS-002: the agent sends the same PDF to another address, and another PDF of that name, as orders of their own", async () => {
  const first = await agent("notice", "476 5th Ave");
  const other = await agent("notice", "Library of Congress > 101 Independence");
  await writeFile(join(folder, "notice.pdf"), PDF.replace("%%EOF", "% 2\n%%EOF"));
  const changed = await run("agent.mjs", gateway.url, "notice.pdf", "476 5th Ave");
  for (const { code, stderr } of [first, other, changed]) assert.equal(code, 0, stderr);
  assert.equal(new Set([first, other, changed].map(({ stdout }) => JSON.parse(stdout).summary.request_id)).size, 3);
  assert.deepEqual([await settled(sandbox), (await books("notice")).length], [[340, 340, 340], 3]);
});

test("PFS-002 PF-083: the agent is killed again and again, wherever it is, and pays once", async () => {
  await writeFile(join(folder, "killed.pdf"), PDF);
  let [kills, paid] = [0, undefined];
  for (let lives = 300; paid === undefined; lives += 150) {
    const ended = await within({ timeout: lives, killSignal: "SIGKILL" }, "agent.mjs", gateway.url, "killed.pdf", "476 5th Ave");
    if (ended.signal === "SIGKILL") kills += 1;
    else paid = ended;
  }
  assert.ok(kills > 1, `${kills} times`);
  assert.deepEqual([paid.code, JSON.parse(paid.stdout).kind, await settled(sandbox)], [0, "paid", [340]]);
});

test("PF-083: an answer that is lost behind the payment costs the agent nothing", async () => {
  const name = "lost";
  const { code } = await agent(name, "476 5th Ave", "3.39");
  assert.equal(code, 1, "PFS-008: not within what it may spend");
  assert.deepEqual(await settled(sandbox), []);
  await sandbox.fault(CREATE, "drop_after", { times: 2 });
  const paid = await agent(name);
  assert.equal(paid.code, 0, paid.stdout + paid.stderr);
  assert.deepEqual(await settled(sandbox), [340]);
});

for (const [where, block] of [
  ["README.md", async () => /^## Mail that a program pays for$.*?^```js\n(.*?)^```$/ms.exec(await readFile(join(ROOT, "README.md"), "utf8"))[1]],
  ["npm/README.md", () => recipe("PostalForm: mail that pays", "js")],
]) {
  test(`PFS-008 PFS-009: the recipe of ${where} pays once`, async () => {
    const lines = (await block()).replace("https://mail.example.com", gateway.url);
    assert.ok(lines.includes(gateway.url));
    const order = letter("7b0c5f0e-2a53-4a53-9d7e-0f6f4a3c1c11");
    await writeFile(join(folder, "letter.pdf"), PDF);
    await writeFile(join(folder, "order.json"), JSON.stringify(order));
    await writeFile(join(folder, "recipe.mjs"), lines);
    const first = await run("recipe.mjs");
    assert.match(first.stdout, /paid/, first.stderr);
    assert.deepEqual(await settled(sandbox), [340]);
  });
}

test("PFD-014 PFS-003 PFS-004: the lines of docs/postalform-orders.md do what they say", async () => {
  const text = await readFile(join(ROOT, "docs/postalform-orders.md"), "utf8");
  const [check, search, discover, pay, wait, list] = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, lines]) => lines);
  const given = `
    import { readFile } from "node:fs/promises";
    import { privateKeyToAccount } from "viem/accounts";
    const [pdf, grant] = [await readFile("letter.pdf"), process.env.EDGEPOST_GRANT];
    const [signer, journal] = [privateKeyToAccount(process.env.WALLET_KEY), undefined];
    const csv_content = "recipient_name,line1,city,state,zip\\nLibrary of Congress,101 Independence Ave SE,Washington,DC,20540\\n";
    const template_text = "Dear {{recipient_name}}";`;
  // The order is shown first, and what is found for it behind.
  const lines = [given, search, check, discover, pay, wait].join("\n").replace("https://mail.example.com", gateway.url);
  const told = "console.log(JSON.stringify([ok, issues.length, paid.kind, done, value.current_step, found.recipient_address_text, isWithinCap]));";
  await writeFile(join(folder, "letter.pdf"), PDF);
  await writeFile(join(folder, "docs.mjs"), lines.replace("const { ok, reasons,", "const { isWithinCap, reasons,") + told);
  const { stdout, stderr } = await run("docs.mjs");
  assert.deepEqual(JSON.parse(stdout || `"${stderr}"`), [true, 4, "paid", true, "email_sent", "101 Independence Ave SE, Washington DC 20540", false]);
  assert.deepEqual(await settled(sandbox), [340]);
  await writeFile(join(folder, "list.mjs"), `${given}\n${list}\nconsole.log(issues.length, texts);`);
  assert.equal((await run("list.mjs")).stdout, "0 [ 'Dear Library of Congress' ]\n");
});
