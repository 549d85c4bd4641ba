// The seven ways in which a payment goes wrong (x402-foundation/x402 #3208) through a gateway on workerd: for a caller that pays
// itself over x402 and MPP, and for the gateway's own wallet. What was settled is counted at the sandbox, what could be spent on the
// wire. Nothing here is faster than a real clock: what was signed is dead two minutes behind its end, so all of it runs at once.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Edgepost } from "edgepost/client";
import { peer } from "../peers/install.mjs";
import { startSandbox } from "../support/servers.mjs";
import { allow, letter, pay, PRICE, startPaying } from "../support/wallet.mjs";
import { startWire } from "../support/wire.mjs";

/** How long a challenge is good: longer than an answer is waited for. */
const GOOD_SECONDS = 32;
const FIVE = { amount: "5.00", currency: "USD" };

let sandbox, wire, gateway, account, officialFetch;

before(async () => {
  ({ account, officialFetch } = await peer("x402.mjs"));
  sandbox = await startSandbox({ postalform: { webhookMs: 300, stepMs: 300, challengeSeconds: GOOD_SECONDS } });
  wire = await startWire(sandbox);
  gateway = await startPaying({ url: wire.url }, { policy: { requests_per_minute: 10_000 } });
});

after(async () => {
  await gateway?.stop();
  await wire?.close();
  await sandbox?.close();
});

/** A caller that pays itself. */
async function byItself(operation, signer, order) {
  const { request_id: id } = order;
  const grant = await allow({ max_amount: undefined });
  const edgepost = new Edgepost({ baseUrl: gateway.url, grant });
  const paid = await edgepost.pay(operation, order, { maxAmount: FIVE, signer });
  assert.equal(paid.key, id);
  return paid;
}

let tokens = 0;
const stripe = { methods: ["stripe"], pay: () => ({ payload: { spt: `spt_test_${(tokens += 1)}` } }) };

const WAYS = {
  "who pays itself over x402": (order) => byItself("postalform.create_order", account, order),
  "who pays itself over MPP": (order) => byItself("postalform.create_order_mpp", stripe, order),
  "the gateway's wallet": async (order) => {
    const token = await allow();
    for (;;) {
      const answer = await pay(gateway, order, token);
      const told = await answer.json();
      if (answer.status !== 202) return told;
      await pause(2_000);
    }
  },
};

const html = (status) => ({ status, headers: { "content-type": "text/html" }, body: "<html>busy</html>" });
const problem = JSON.stringify({ type: "https://paymentauth.org/problems/invalid-challenge", detail: "Try again.", code: "payment_required", message: "Pay." });
const FAILED = Buffer.from(JSON.stringify({ success: false, errorReason: "unexpected_settle_error", transaction: "", network: "eip155:84532" })).toString("base64");
const required = (headers = {}) => ({ status: 402, headers, body: problem });
const firstPaid = (fate) => (kind, count) => (kind === "paid" && count === 0 ? fate : undefined);
const firstPayment = (fate) => (kind, _count, nth) => (nth === 0 ? fate : undefined);

/** By their names: what happens, and how many payments are shown for it. */
const MODES = {
  clean: [() => undefined, 1],
  "accept then time out": [firstPaid({ instead: null }), 1],
  "a 5xx behind the settlement": [firstPaid({ instead: html(502) }), 1],
  "double 402, settled": [firstPaid({ instead: required() }), 1],
  "double 402, not settled": [firstPayment({ lost: true, instead: required() }), 2],
  // It gets there when nobody waits for it any more, and the same was sent meanwhile.
  "a slow answer": [firstPaid({ lateMs: 21_000 }), 1],
  "reconcile unavailable": [
    (kind, count) => {
      if (kind === "paid") return count === 0 ? { instead: null } : undefined;
      return kind === "read" && count < 3 ? { lost: true, instead: html(count % 2 === 0 ? 200 : 503) } : undefined;
    },
    1,
  ],
  // The provider says that nothing was taken and that it can be tried again. That is no proof.
  "declared safe": [firstPayment({ lost: true, instead: required({ "payment-response": FAILED }) }), 2],
};

/** What was settled for an order. */
async function settled({ request_id: id }) {
  const { orders, settlements } = (await sandbox.state()).postalform;
  const order = orders.find(({ requestIds }) => requestIds.includes(id));
  return settlements.filter(({ orderId }) => orderId === order?.orderId);
}

describe("PF-080 PF-083 PF-086: whatever becomes of a payment on its way", { concurrency: true, timeout: 400_000 }, () => {
  for (const [way, make] of Object.entries(WAYS)) {
    for (const [mode, [fate, payments]] of Object.entries(MODES)) {
      test(`${mode}: ${way} pays once`, async () => {
        const order = letter(randomUUID());
        wire.plan(order.request_id, fate);
        const paid = await make(order);
        assert.deepEqual([paid.kind, paid.summary?.is_paid, paid.summary?.price_usd], ["paid", true, "3.40"], JSON.stringify(paid));
        const of = await settled(order);
        assert.deepEqual(of.map(({ cents }) => cents), [PRICE], "settled once");
        assert.equal(paid.summary.settlement.settlement_tx, of[0].reference, "and that is what is said");
        assert.equal(wire.payments(order.request_id).length, payments, wire.kinds(order.request_id).join());
        assert.ok(!wire.isDoubled(order.request_id), "two could be spent at once");
      });
    }
  }

  for (const mode of ["accept then time out", "double 402, settled", "double 402, not settled"]) {
    test(`${mode}: a client that signs anew at each 402 has one payment that can be spent`, async () => {
      const order = letter(randomUUID());
      wire.plan(order.request_id, MODES[mode][0]);
      const headers = { "content-type": "application/json", "edgepost-grant": await allow({ max_amount: undefined }) };
      const paying = officialFetch(globalThis.fetch);
      const send = () => paying(`${gateway.url}/postalform/api/machine/orders`, { method: "POST", headers, body: JSON.stringify(order) });
      const answers = [await send(), await send(), await send()];
      assert.ok(answers[0].status >= 402 && answers.slice(1).every(({ status }) => status === 409), answers.map(({ status }) => status).join());
      assert.equal((await answers[2].json()).code, "idempotency_key_reused");
      assert.equal(wire.payments(order.request_id).length, 1, "the second never gets there");
      assert.equal((await settled(order)).length, mode.endsWith("not settled") ? 0 : 1);
    });
  }

  test("PF-092: who has another time than the provider hears of it, and pays all the same", async () => {
    const aheadMs = 150_000;
    const told = [];
    for (const way of ["who pays itself over x402", "the gateway's wallet"]) {
      const order = letter(randomUUID());
      wire.plan(order.request_id, () => ({ aheadMs }));
      const paid = await WAYS[way](order);
      assert.deepEqual([paid.kind, (await settled(order)).length], ["paid", 1], way);
      told.push(paid.clockSkewMs);
    }
    await gateway.logged(/"event":"alarm".*"skewMs":-1/);
    told.push(Number(/"skewMs":(-\d+)/.exec(gateway.log())[1]));
    assert.ok([told[0], told[2]].every((skewMs) => skewMs < -aheadMs + 10_000 && skewMs > -aheadMs - 10_000), told.join());
  });
});
