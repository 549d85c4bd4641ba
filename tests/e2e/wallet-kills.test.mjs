// The gateway's own wallet where the machine loses its power, aimed by the network and by a remote signer at each step of a
// payment; and what is in its storage then.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Edgepost } from "edgepost/client";
import { peer } from "../peers/install.mjs";
import { startSandbox } from "../support/servers.mjs";
import { told } from "../support/shop.mjs";
import { allow, known, letter, pay, PRICE, signedBy, startPaying, startSigner } from "../support/wallet.mjs";
import { startWire } from "../support/wire.mjs";

let sandbox, wire, persistTo;

before(async () => {
  persistTo = await mkdtemp(join(tmpdir(), "edgepost-wallet-kills-"));
  sandbox = await startSandbox({ postalform: { webhookMs: 300, stepMs: 300 } });
  wire = await startWire(sandbox);
});

after(async () => {
  await wire?.close();
  await sandbox?.close();
  await rm(persistTo, { recursive: true, force: true });
});

const start = (options) => startPaying({ url: wire.url }, { persistTo, policy: { requests_per_minute: 10_000 }, ...options });

/** What was settled for an order. */
async function settled({ request_id: id }) {
  const { orders, settlements } = (await sandbox.state()).postalform;
  const order = orders.find(({ requestIds }) => requestIds.includes(id));
  return settlements.filter(({ orderId }) => orderId === order?.orderId).map(({ cents }) => cents);
}

/** All that is written down, as it is. */
async function stored() {
  let all = "";
  for (const file of await readdir(persistTo, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) all += await readFile(join(file.path, file.name), "latin1");
  }
  return all;
}

/** Where it dies: before a request has got there, behind that, and while it is signed. */
const POINTS = ["quote", "behind quote", "create", "behind create", "sign", "paid", "behind paid", "read", "behind read"];

test("PF-083 PF-096: wherever the machine dies, the payment is gone on with, and made once", async (t) => {
  let gateway;
  let strikes = () => undefined;
  const signer = await startSigner(t, () => strikes("sign"));
  gateway = await start(signedBy(signer));
  t.after(() => gateway.stop());
  for (const point of POINTS) {
    const order = letter(randomUUID());
    const token = await allow();
    let killed;
    strikes = (here) => (here === point ? (killed ??= gateway.kill()) : undefined);
    wire.plan(order.request_id, async (kind) => {
      const dies = kind === point && !killed;
      await strikes(kind);
      return dies ? { lost: true, instead: null } : { behind: () => strikes(`behind ${kind}`) };
    });
    const first = await pay(gateway, order, token).catch(() => undefined);
    assert.ok(killed && first === undefined, `${point}: it died`);
    await killed;
    gateway = await start({ ...signedBy(signer), port: gateway.port });
    const answer = await known(gateway, order, token);
    const { kind, summary } = await answer.json();
    assert.deepEqual([answer.status, kind, summary.is_paid], [200, "paid", true], point);
    assert.deepEqual(await settled(order), [PRICE], point);
    assert.equal(wire.payments(order.request_id).length, 1, `${point}: ${wire.kinds(order.request_id)}`);
    // Once the money has left, nothing but the order is asked; what did not get there is sent again as it was.
    assert.equal(wire.kinds(order.request_id).filter((kind) => kind === "paid").length, point === "paid" ? 2 : 1, point);
  }
});

test("PF-096: what was signed is written down, and nobody reads it without LEDGER_ENCRYPTION_KEY", async (t) => {
  let gateway = await start();
  t.after(() => gateway.stop());
  const order = letter(randomUUID());
  const token = await allow();
  // It is signed, and stays open.
  wire.plan(order.request_id, (kind) => (kind === "paid" ? { lost: true, instead: null } : undefined));
  assert.equal((await pay(gateway, order, token)).status, 202);
  await gateway.kill();
  const [{ value }] = wire.payments(order.request_id);
  const { signature, authorization } = JSON.parse(Buffer.from(value, "base64").toString()).payload;
  const written = await stored();
  assert.ok(written.includes("CREATE TABLE payment"), "it was looked in the right place");
  for (const secret of [value, value.slice(40, 100), signature, signature.slice(2, 66), authorization.nonce, "Library of Congress", order.recipient_name]) {
    assert.ok(!written.includes(secret), secret);
  }

  // With another key it is there all the same: nothing else is paid in its place.
  gateway = await start({ port: gateway.port, vars: { LEDGER_ENCRYPTION_KEY: "another-ledger-encryption-canary-of-32-bytes" } });
  wire.plan(order.request_id, () => undefined);
  assert.deepEqual(await told(await pay(gateway, order, token)), [500, "internal", "same_bytes"]);
  await gateway.logged(/LEDGER_ENCRYPTION_KEY does not open a payment/);
  assert.deepEqual(await settled(order), []);
  await gateway.kill();

  // With its own it goes on, with the payment that was signed.
  gateway = await start({ port: gateway.port });
  const answer = await known(gateway, order, token);
  assert.deepEqual([answer.status, (await answer.json()).kind], [200, "paid"]);
  assert.deepEqual([await settled(order), wire.payments(order.request_id).length], [[PRICE], 1]);
});

test("PF-096: of a payment that a caller makes itself nothing is written down that could be spent", async (t) => {
  const gateway = await start();
  t.after(() => gateway.stop());
  const { account } = await peer("x402.mjs");
  const order = letter(randomUUID());
  // Its answer is lost, and so is all that follows: the ledger has to know of it.
  wire.plan(order.request_id, (kind) => (kind === "paid" ? { lost: true, instead: null } : undefined));
  const edgepost = new Edgepost({ baseUrl: gateway.url, grant: await allow() });
  const paid = await edgepost.pay("postalform.create_order", order, { maxAmount: { amount: "5.00", currency: "USD" }, signer: account, waitMs: 5_000 });
  assert.equal(paid.kind, "open");
  await gateway.kill();
  const [{ value }] = wire.payments(order.request_id);
  const { signature, authorization } = JSON.parse(Buffer.from(value, "base64").toString()).payload;
  const written = await stored();
  assert.ok(written.includes("CREATE TABLE ledger") && written.includes("postalform.create_order"), "it was looked in the right place");
  for (const secret of [value, value.slice(40, 100), signature, authorization.nonce]) assert.ok(!written.includes(secret), secret);
});

test("PF-096: a wallet without LEDGER_ENCRYPTION_KEY serves nothing, and says why", async (t) => {
  const gateway = await startPaying(sandbox, { vars: { LEDGER_ENCRYPTION_KEY: "" } });
  t.after(() => gateway.stop());
  assert.deepEqual(await told(await pay(gateway, letter(randomUUID()), await allow())), [503, "misconfigured", "never"]);
  await gateway.logged(/LEDGER_ENCRYPTION_KEY is missing/);
});
