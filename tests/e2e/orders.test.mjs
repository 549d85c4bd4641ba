// PostalForm's orders through a gateway on workerd, paid by the caller: over MPP, with tokens of Stripe's. (x402 needs a wallet's
// packages: tests/peers.)
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, test } from "node:test";
import { build } from "edgepost";
import { Edgepost } from "edgepost/client";
import { grant } from "../support/direct.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";

const CREATE = "postalform.create_order_mpp";
const vector = new URL("../vectors/postalform.create_order/example_request_manual_addresses.json", import.meta.url);
const { request_id: _, ...ORDER } = JSON.parse(readFileSync(vector, "utf8")).input;
const FIVE = { amount: "5.00", currency: "USD" };

let sandbox, gateway, token;

before(async () => {
  sandbox = await startSandbox({ postalform: { webhookMs: 0, stepMs: 0 } });
  gateway = await startGateway(sandbox, { vars: { POSTALFORM_URL: `${sandbox.url}/postalform` } });
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
});

beforeEach(async () => {
  await sandbox.reset();
  token = await grant({ ops: ["postalform.*"] });
});

/** Sends an order as it is, paid or not. */
const send = (order, payment) =>
  fetch(`${gateway.url}/postalform/api/machine/mpp/orders`, {
    method: "POST",
    headers: { "content-type": "application/json", "edgepost-grant": token, ...(payment && { authorization: payment }) },
    body: JSON.stringify(order),
  });

/** A payment that answers a challenge; `change` makes it another. */
function paying(challenge, payload, change = {}) {
  const members = Object.fromEntries([...challenge.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name, value.replace(/\\(.)/g, "$1")]));
  const credential = JSON.stringify({ challenge: { ...members, ...change }, payload });
  return `Payment ${Buffer.from(credential).toString("base64url")}`;
}

/** An unpaid order, and its challenge for a token. */
async function drafted() {
  const order = { ...ORDER, request_id: randomUUID() };
  const unpaid = await send(order);
  assert.equal(unpaid.status, 402);
  const challenges = unpaid.headers.get("www-authenticate").split(/, (?=Payment )/);
  const challenge = challenges.find((one) => one.includes('method="stripe"'));
  const { externalId } = JSON.parse(Buffer.from(/request="([^"]+)"/.exec(challenge)[1], "base64url"));
  return { order, challenge, pay: (spt, change) => paying(challenge, { spt, ...(externalId && { externalId }) }, change) };
}

const settled = async () => (await sandbox.state()).postalform.settlements.map(({ spent }) => spent);
const code = async (answer) => [answer.status, (await answer.json()).code];

test("PF-002: PostalForm is served where its address is named, and nowhere else", async (t) => {
  const health = async ({ url }) => (await (await fetch(`${url}/healthz`)).json()).providers;
  assert.deepEqual(await health(gateway), ["pieterpost", "postalform"]);
  const other = await startGateway(sandbox);
  t.after(() => other.stop());
  assert.deepEqual(await health(other), ["pieterpost"]);
  const asked = await fetch(`${other.url}/postalform/.well-known/x402`, { headers: { "edgepost-grant": token } });
  assert.deepEqual(await code(asked), [503, "provider_not_configured"]);
});

test("PFS-009 PFM-005: a caller finds out, pays through the gateway, and looks its order up", async () => {
  const edgepost = new Edgepost({ baseUrl: gateway.url, grant: token });
  const { ok, reasons } = await edgepost.discover({ maxAmount: FIVE });
  assert.deepEqual([ok, reasons], [true, []]);
  const signer = { methods: ["stripe"], pay: () => ({ payload: { spt: "spt_test_once" } }) };
  const paid = await edgepost.pay(CREATE, ORDER, { maxAmount: FIVE, signer });
  assert.deepEqual([paid.kind, paid.summary.price_usd], ["paid", "3.40"]);
  assert.deepEqual(await settled(), ["spt_test_once"]);
  const found = await edgepost.call("postalform.get_order_mpp", { id: paid.key });
  assert.deepEqual([found.kind, found.value.is_paid], ["ok", true]);
});

test("PFM-011: who pays is answered again with the receipt, and nobody else is", async () => {
  const { order, pay } = await drafted();
  const first = await send(order, pay("spt_test_one"));
  assert.equal(first.status, 202);
  const receipt = first.headers.get("payment-receipt");
  assert.ok(receipt);
  const again = await send(order, pay("spt_test_one"));
  assert.deepEqual([again.status, again.headers.get("edgepost-source"), again.headers.get("payment-receipt")], [202, "ledger", receipt]);
  assert.equal(await again.text(), await first.text());
  for (const other of [pay("spt_test_two"), undefined]) {
    const refused = await send(order, other);
    assert.equal(refused.headers.get("payment-receipt"), null);
    assert.deepEqual(await code(refused), [409, "idempotency_key_reused"]);
  }
  assert.deepEqual(await settled(), ["spt_test_one"]);
});

test("PF-080 PFM-009: behind a lost answer another payment waits until the first is over and the order unpaid", async () => {
  for (const [change, isOver, isTaken] of [
    [{ expires: "2026-01-01T00:00:00Z" }, true, false],
    [{ expires: new Date(Date.now() - 60_000).toISOString() }, false, false],
    [{}, false, false],
    [{ expires: "2026-01-01T00:00:00Z" }, true, true],
  ]) {
    const { order, pay } = await drafted();
    const before = await settled();
    await sandbox.fault(CREATE, "drop_before");
    const lost = await send(order, pay("spt_test_lost", change));
    assert.ok(lost.status >= 500, String(lost.status));
    if (isTaken) {
      // Somebody has paid for the order elsewhere: the gateway hears so when it asks.
      const headers = { "content-type": "application/json", authorization: pay("spt_test_elsewhere") };
      const url = `${sandbox.url}/postalform/api/machine/mpp/orders`;
      const { body } = build(CREATE, order);
      assert.equal((await fetch(url, { method: "POST", headers, body })).status, 202);
    }
    const second = await send(order, pay("spt_test_second"));
    if (isOver && !isTaken) {
      assert.equal(second.status, 202, "what was lost can no longer be spent");
      assert.deepEqual(await settled(), [...before, "spt_test_second"]);
    } else {
      assert.deepEqual(await code(second), [409, "idempotency_key_reused"], JSON.stringify(change));
      assert.deepEqual(await settled(), isTaken ? [...before, "spt_test_elsewhere"] : before);
    }
    await sandbox.reset();
  }
});
