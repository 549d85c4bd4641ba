// Orders that the gateway pays itself, on workerd, against the sandbox: caps, many callers at once, answers that are lost, a
// machine that loses its power, a signer elsewhere.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Edgepost } from "edgepost/client";
import { ledger } from "../support/refill.mjs";
import { startSandbox } from "../support/servers.mjs";
import { told } from "../support/shop.mjs";
import { ACCOUNT, allow, KEY, known, letter, pay, PRICE, settled, signedBy, startPaying, startSigner } from "../support/wallet.mjs";

const CREATE = "postalform.create_order";

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
  const folder = await mkdtemp(join(tmpdir(), "edgepost-caps-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const caps = { wallet: [PRICE, 500, 500], persistTo: folder };
  let tight = await other(t, caps);
  const refused = await other(t, { wallet: [PRICE - 1, 500, 500] });
  assert.deepEqual(await told(await pay(refused, order(), await allow())), [409, "payment_refused", "never"]);
  assert.equal((await known(tight, order(), await allow())).status, 200);
  assert.deepEqual(await told(await pay(tight, order(), await allow())), [429, "spending_limit_reached", "after"]);
  // What was spent is not forgotten with the machine.
  await tight.kill();
  tight = await other(t, caps);
  assert.deepEqual(await told(await pay(tight, order(), await allow())), [429, "spending_limit_reached", "after"]);
  for (const missing of [0, 1, 2]) {
    const faulty = await other(t, { wallet: [PRICE, 500, 500].map((cap, at) => (at === missing ? undefined : cap)) });
    assert.deepEqual(await told(await pay(faulty, order(), await allow())), [503, "misconfigured", "never"], String(missing));
  }
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
  const remote = await other(t, signedBy(signer));
  const answer = await known(remote, letter(randomUUID()), await allow());
  assert.deepEqual([answer.status, (await answer.json()).kind], [200, "paid"]);
  assert.deepEqual([await since(), signer.asked.length], [[PRICE], 1]);
  assert.deepEqual([signer.asked[0].domain.chainId, signer.asked[0].message.value], [84532, "3400000"]);

  // It cannot now, or says no: nothing is sent, and the same may be asked again.
  const order = letter(randomUUID());
  signer.refuses = 403;
  assert.deepEqual(await told(await pay(remote, order, await allow())), [409, "payment_refused", "never"]);
  signer.refuses = 503;
  assert.deepEqual(await told(await pay(remote, order, await allow())), [503, "not_sent", "same_bytes"]);
  signer.refuses = false;
  assert.equal((await known(remote, order, await allow())).status, 200);
  assert.deepEqual(await since(), [PRICE, PRICE]);
});

test("PFS-003 PFS-008: the pages and the price that a caller states are held, by the package's client as well", async () => {
  const since = await settlements();
  for (const query of ["?pages=2", "?max_cents=339"]) {
    assert.deepEqual(await told(await pay(gateway, letter(randomUUID()), await allow(), query)), [409, "payment_refused", "never"], query);
  }
  assert.deepEqual(await told(await pay(gateway, letter(randomUUID()), await allow(), "?page=1")), [422, "invalid_input", "never"]);
  assert.deepEqual(await since(), []);
  const edgepost = new Edgepost({ baseUrl: gateway.url, grant: await allow() });
  const order = letter(randomUUID());
  const own = (amount, more) => edgepost.pay(CREATE, order, { maxAmount: { amount, currency: "USD" }, signer: "gateway", ...more });
  for (const refused of [await own("3.39"), await own("5.00", { pages: 2 })]) {
    assert.deepEqual([refused.kind, refused.status, refused.code, refused.key], ["declined", 409, "payment_refused", order.request_id]);
  }
  assert.deepEqual(await since(), []);
  for (const paid of [await own("3.4", { pages: 1 }), await own("3.40")]) {
    assert.deepEqual([paid.kind, paid.summary.price_usd, paid.key], ["paid", "3.40", order.request_id]);
  }
  assert.deepEqual(await since(), [PRICE]);
  const none = new Edgepost({ baseUrl: gateway.url });
  assert.deepEqual((await none.pay(CREATE, letter(randomUUID()), { maxAmount: { amount: "5.00", currency: "USD" }, signer: "gateway" })).code, "grant_missing");
});

test("PFM-001: the gateway's wallet knows no MPP, and says who does", async () => {
  const answer = await fetch(`${gateway.url}/pay/postalform.create_order_mpp`, { method: "POST", headers: { "edgepost-grant": await allow() } });
  const { code, detail } = await answer.json();
  assert.deepEqual([answer.status, code], [404, "not_found"]);
  assert.match(detail, /\/pay\/postalform\.create_order, .*\/postalform\/api\/machine\/mpp\/orders/);
  const edgepost = new Edgepost({ baseUrl: gateway.url, grant: await allow() });
  const { request_id: _, ...order } = letter(randomUUID());
  await assert.rejects(edgepost.pay(`${CREATE}_mpp`, order, { maxAmount: { amount: "5.00", currency: "USD" }, signer: "gateway" }), { code: "invalid_options" });
  const { paths } = await (await fetch(`${gateway.url}/openapi.json`)).json();
  assert.deepEqual(Object.keys(paths).filter((path) => path.startsWith("/pay/")), [`/pay/${CREATE}`]);
  assert.deepEqual(paths[`/pay/${CREATE}`].post.parameters.map(({ name }) => name), ["pages", "max_cents"]);
});

test("PF-073 PFM-003: a call for payment is kept by nobody, and pages of other origins can read it", async () => {
  const exposed = { "postalform/api/machine/orders": "payment-required", "postalform/api/machine/mpp/orders": "www-authenticate" };
  for (const [path, header] of Object.entries(exposed)) {
    const headers = { "content-type": "application/json", "edgepost-grant": await allow(), origin: gateway.url };
    const answer = await fetch(`${gateway.url}/${path}`, { method: "POST", headers, body: JSON.stringify(letter(randomUUID())) });
    assert.deepEqual([answer.status, answer.headers.get("cache-control"), answer.headers.get("access-control-allow-origin")], [402, "no-store", gateway.url]);
    assert.ok(answer.headers.get(header), header);
    const readable = answer.headers.get("access-control-expose-headers").split(/, */);
    for (const name of [header, "payment-response", "payment-receipt", "date"]) assert.ok(readable.includes(name), name);
    assert.ok(Math.abs(Date.parse(answer.headers.get("date")) - Date.now()) < 60_000, "the provider's clock comes with it");
  }
});

test("PF-096 PFS-007: the key is in no answer, no log and no storage", async () => {
  const answer = await known(gateway, letter(randomUUID()), await allow());
  let heard = `${JSON.stringify([...answer.headers])} ${await answer.text()}`;
  await gateway.logged(/"event":"paying"/);
  heard += gateway.log();
  for (const folder of await readdir(join(persistTo, "do"))) {
    for (const name of await readdir(join(persistTo, "do", folder))) heard += await readFile(join(persistTo, "do", folder, name), "latin1");
  }
  assert.ok(heard.includes("CREATE TABLE payment") && heard.includes('"event":"signs"'), "it was looked in the right places");
  assert.ok(!heard.toLowerCase().includes(KEY.slice(2)));
});
