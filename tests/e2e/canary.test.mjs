// The keys that the gateway holds appear nowhere: not in an answer, a log line, a page or a published file.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { mint, order, read } from "../support/orders.mjs";
import { CANARIES, startGateway, startSandbox } from "../support/servers.mjs";

const ROOT = new URL("../..", import.meta.url).pathname;
/** What a canary looks like on its way out: as it is, and as it would be encoded. */
const FORMS = Object.values(CANARIES).flatMap((canary) => [
  canary,
  Buffer.from(canary).toString("base64").replace(/=+$/, "").slice(0, -1),
  Buffer.from(canary).toString("hex"),
  encodeURIComponent(canary),
]);

let sandbox;
let gateway;
let persistTo;
let heard = "";

before(async () => {
  persistTo = await mkdtemp(join(tmpdir(), "edgepost-canary-"));
  sandbox = await startSandbox({ pieterpost: { requestsPerMinute: 10_000 } });
  gateway = await startGateway(sandbox, { persistTo });
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
  await rm(persistTo, { recursive: true, force: true });
});

/** Notes everything that an answer says. */
async function hear(answer) {
  const text = await answer.text();
  heard += `${answer.status} ${JSON.stringify([...answer.headers])} ${text}\n`;
  return text;
}

/** All files below a folder, as one text. */
async function filesBelow(folder) {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return Promise.all(files.map(async (file) => [file, await readFile(file, "latin1")]));
}

const canaries = (text) => FORMS.filter((form) => text.includes(form));

test("PP-175 PP-007: the canaries are in use, and nothing that goes out holds them", async () => {
  const minted = await mint(gateway, order(gateway));
  const grant = minted.headers.get("edgepost-order-grant");
  const { orderId } = JSON.parse(await hear(minted));
  const [{ account }] = (await sandbox.state()).pieterpost.orders;
  assert.equal(account, "acct_sandbox", "the provider was shown the canary");

  await hear(await read(gateway, orderId, grant));
  await hear(await read(gateway, orderId));
  await hear(await read(gateway, orderId, "a.b.c"));
  for (const path of ["/", "/healthz", "/openapi.json", "/main.js", "/style.css", "/nothing", "/pieterpost/v1/wallet", "/.dev.vars"]) {
    await hear(await fetch(`${gateway.url}${path}`));
  }
  for (const body of ["", "{", "[]", JSON.stringify(order(gateway, { senderEmail: "x" })), JSON.stringify(order(gateway, { returnUrl: "https://evil.example/" }))]) {
    await hear(await mint(gateway, body));
  }
  // What a provider could do to bring the key back: errors of every kind.
  for (const kind of ["drop_after", "html_body", "empty_body", "redirect", "status_500_after", "status_429"]) {
    const key = randomUUID();
    await sandbox.fault("create_checkout_link", kind);
    await hear(await mint(gateway, order(gateway), { key }));
    await hear(await mint(gateway, order(gateway), { key }));
    await sandbox.fault("get_order", kind);
    await hear(await read(gateway, orderId, grant));
  }
  for (const code of ["invalid_api_key", "api_key_inactive", "misconfigured", "db_error"]) {
    await sandbox.fault("create_checkout_link", "code", { code });
    await hear(await mint(gateway, order(gateway)));
  }
  assert.ok(heard.length > 10_000);
  assert.deepEqual(canaries(heard), []);
  assert.deepEqual(canaries(JSON.stringify(await sandbox.state())), [], "nor does what the provider keeps");
});

test("PP-175: no log line holds them", async () => {
  await gateway.logged(/"event":"served"/);
  assert.deepEqual(canaries(gateway.log()), []);
});

test("PP-175: what the ledger writes down does not hold them", async () => {
  await gateway.stop();
  const files = await filesBelow(persistTo);
  assert.ok(files.some(([, text]) => text.includes("checkout_open")), "the ledger was written");
  for (const [file, text] of files) assert.deepEqual(canaries(text), [], file);
  gateway = undefined;
});

test("PP-007: no published file holds a key, and no entry for browsers takes one", async () => {
  const published = [...(await filesBelow(join(ROOT, "npm/dist"))), ...(await filesBelow(join(ROOT, "worker/page/dist")))];
  assert.ok(published.length > 30);
  for (const [file, text] of published) {
    assert.deepEqual(canaries(text), [], file);
    // In a module the beginnings of keys stand beside other words; in a text a key would stand alone.
    if (file.endsWith(".wasm")) continue;
    assert.ok(!/pp_live_\w/.test(text), `${file} holds a live key`);
    // The emulated provider knows test keys of its own; whoever talks to the gateway knows none.
    if (!/sandbox|cli\.js|serve\.js/.test(file)) assert.ok(!/pp_test_\w/.test(text), `${file} holds a test key`);
  }
});
