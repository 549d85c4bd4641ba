// Orders that the gateway pays itself, on workerd, against the sandbox: caps, many callers at once, answers that are lost, a
// machine that loses its power, a signer elsewhere.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { peer } from "../peers/install.mjs";
import { ledger } from "../support/refill.mjs";
import { startSandbox } from "../support/servers.mjs";
import { told } from "../support/shop.mjs";
import { ACCOUNT, allow, KEY, letter, pay, PRICE, settled, startPaying } from "../support/wallet.mjs";

let sandbox;
let gateway;
let persistTo;

/** What was settled since this was called. */
async function settlements() {
  // The sandbox is not reset: it would give its ids again, and the wallet remembers what was paid.
  const { length } = await settled(sandbox);
  return async () => (await settled(sandbox)).slice(length);
}

before(async () => {
  persistTo = await mkdtemp(join(tmpdir(), "edgepost-wallet-"));
  sandbox = await startSandbox({ postalform: { webhookMs: 300, stepMs: 300 } });
  gateway = await startPaying(sandbox, { persistTo });
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
  await rm(persistTo, { recursive: true, force: true });
});

/** Makes a gateway of its own, for a test of another configuration. */
async function other(t, options) {
  const gateway = await startPaying(sandbox, options);
  t.after(() => gateway.stop());
  return gateway;
}

/** viem, signing typed data over http as another Worker would; `before` is done first. */
async function startSigner(t, before) {
  const { account } = await peer("x402.mjs");
  const signer = { asked: [], refuses: false };
  const server = createServer(async (request, response) => {
    const asked = JSON.parse(await text(request));
    signer.asked.push(asked);
    await before();
    response.writeHead(signer.refuses ? 403 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(signer.refuses ? {} : { signature: await account.signTypedData(asked) }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  signer.address = `127.0.0.1:${server.address().port}`;
  return signer;
}

/** Asks until it is known. */
async function known(gateway, order, token) {
  for (let tries = 0; ; tries += 1) {
    const answer = await pay(gateway, order, token);
    if (answer.status !== 202 || tries === 100) return answer;
    await pause(500);
  }
}

test("PFS-009 PF-096: ten callers ask for one order, and it is paid once", async () => {
  const since = await settlements();
  const order = letter(randomUUID());
  const grants = await Promise.all(Array.from({ length: 10 }, () => allow()));
  const answers = await Promise.all(grants.map((token) => known(gateway, order, token)));
  const bodies = await Promise.all(answers.map((answer) => answer.json()));
  for (const [at, { kind, summary, ledger: entry }] of bodies.entries()) {
    assert.deepEqual([answers[at].status, kind, summary.price_usd, summary.is_paid, entry.id], [200, "paid", "3.40", true, bodies[0].ledger.id]);
    assert.match(summary.settlement.settlement_tx, /^0x/);
  }
  assert.deepEqual(await since(), [PRICE]);

  const again = await pay(gateway, order, await allow());
  assert.deepEqual([again.status, again.headers.get("edgepost-replayed"), again.headers.get("edgepost-operation")], [200, "true", "postalform.create_order"]);
  assert.deepEqual(await told(await pay(gateway, letter(order.request_id, { color: true }), await allow())), [409, "idempotency_key_reused", "new_key"]);
  // Whoever has paid may look it up.
  const read = await fetch(`${gateway.url}/postalform/api/machine/orders/${order.request_id}`, { headers: { "edgepost-grant": again.headers.get("edgepost-order-grant") } });
  assert.deepEqual([read.status, (await read.json()).is_paid], [200, true]);
  const entry = await (await ledger(gateway, bodies[0].ledger.id)).json();
  assert.deepEqual([entry.kind, entry.ledger.state, entry.ledger.payer], ["paid", "paid", ACCOUNT]);
  assert.deepEqual(await since(), [PRICE]);
});

test("PFS-008: what is over a cap is not signed, and without caps nothing is paid", async (t) => {
  const since = await settlements();
  const order = () => letter(randomUUID());
  const small = await allow({ max_amount: { usd: PRICE - 1 } });
  assert.deepEqual(await told(await pay(gateway, order(), small)), [409, "payment_refused", "never"]);
  assert.deepEqual(await told(await pay(gateway, order(), await allow({ max_amount: undefined }))), [403, "grant_insufficient", "never"]);
  assert.deepEqual(await told(await pay(gateway, order())), [401, "grant_missing", "never"]);
  const tight = await other(t, { wallet: [PRICE, 500, 500] });
  const refused = await other(t, { wallet: [PRICE - 1, 500, 500] });
  assert.deepEqual(await told(await pay(refused, order(), await allow())), [409, "payment_refused", "never"]);
  assert.equal((await known(tight, order(), await allow())).status, 200);
  assert.deepEqual(await told(await pay(tight, order(), await allow())), [429, "spending_limit_reached", "after"]);
  const uncapped = await other(t, { wallet: null });
  assert.deepEqual(await told(await pay(uncapped, order(), await allow())), [503, "provider_not_configured", "never"]);
  assert.deepEqual(await since(), [PRICE]);
});

test("PF-083: a machine that loses its power behind the settlement goes on with the same payment", async () => {
  const since = await settlements();
  const order = letter(randomUUID());
  const token = await allow();
  const first = pay(gateway, order, token).catch(() => undefined);
  for (let tries = 0; (await since()).length === 0; tries += 1) {
    assert.ok(tries < 1_000, "it is paid");
    await pause(10);
  }
  await gateway.kill();
  await first;
  gateway = await startPaying(sandbox, { persistTo, port: gateway.port });
  const answer = await known(gateway, order, token);
  assert.deepEqual([answer.status, (await answer.json()).kind], [200, "paid"]);
  assert.deepEqual(await since(), [PRICE]);
});

test("PF-096 PF-083: a signer elsewhere is asked for the typed data, and what it signed is paid once where the answer is lost", async (t) => {
  const since = await settlements();
  const signer = await startSigner(t, () => sandbox.fault("postalform.create_order", "drop_after"));
  const remote = await other(t, { signer: signer.address, vars: { X402_PRIVATE_KEY_TEST: "", X402_ADDRESS_TEST: ACCOUNT } });
  const answer = await known(remote, letter(randomUUID()), await allow());
  assert.deepEqual([answer.status, (await answer.json()).kind], [200, "paid"]);
  assert.deepEqual([await since(), signer.asked.length], [[PRICE], 1]);
  assert.deepEqual([signer.asked[0].domain.chainId, signer.asked[0].message.value], [84532, "3400000"]);

  // It says no: nothing is sent, and the same may be asked again.
  signer.refuses = true;
  const order = letter(randomUUID());
  assert.deepEqual(await told(await pay(remote, order, await allow())), [503, "not_sent", "same_bytes"]);
  signer.refuses = false;
  assert.equal((await known(remote, order, await allow())).status, 200);
  assert.deepEqual(await since(), [PRICE, PRICE]);
});

test("PF-096: the key is in no answer, no log and no storage", async () => {
  const answer = await known(gateway, letter(randomUUID()), await allow());
  let heard = `${JSON.stringify([...answer.headers])} ${await answer.text()}`;
  await gateway.logged(/"event":"paying"/);
  heard += gateway.log();
  for (const folder of await readdir(join(persistTo, "do"))) {
    for (const name of await readdir(join(persistTo, "do", folder))) heard += await readFile(join(persistTo, "do", folder, name), "latin1");
  }
  assert.ok(heard.includes("Library of Congress") && heard.includes('"event":"signs"'), "it was looked in the right places");
  assert.ok(!heard.toLowerCase().includes(KEY.slice(2)));
});
