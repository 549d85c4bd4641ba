// The official package of MPP: its server takes our credentials, its client pays our sandbox, and what it does where a
// payment is answered with another challenge.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Edgepost } from "edgepost/client";
import { Sandbox } from "edgepost/sandbox";
import { peer } from "./install.mjs";

const CREATE = "postalform.create_order_mpp";
const HOST = "https://sandbox.test";
const PATH = "/postalform/api/machine/mpp/orders";
const vector = new URL("../vectors/postalform.create_order/example_request_manual_addresses.json", import.meta.url);
const { request_id: ID, ...ORDER } = JSON.parse(readFileSync(vector, "utf8")).input;
const FIVE = { amount: "5.00", currency: "USD" };
const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...ORDER, request_id: ID }) };

let mppx, server;

before(async () => {
  mppx = await peer("mppx.mjs");
  server = await mppx.officialServer();
});
after(() => server.close());

/** A wallet with one token for each time that it is asked. */
function wallet() {
  const tokens = [];
  return { tokens, methods: ["stripe"], pay: () => ({ payload: { spt: tokens[tokens.push(`spt_test_${tokens.length + 1}`) - 1] } }) };
}

const settled = async (sandbox) => (await (await sandbox.fetch(`${HOST}/_sandbox/state`)).json()).postalform.settlements.length;

test("PFM-010: the official server takes our credential", async () => {
  const signer = wallet();
  const paid = await new Edgepost({ baseUrl: server.url }).pay(CREATE, ORDER, { maxAmount: FIVE, signer });
  assert.equal(paid.kind, "paid", JSON.stringify(paid));
  assert.deepEqual(server.charges.map(({ amount, currency }) => [Number(amount), currency]), [[340, "usd"]]);
  assert.match(server.charges[0].key, /spt_test_1$/);
  assert.equal(paid.summary.settlement.settlement_tx, "pi_1");
  assert.deepEqual(signer.tokens, ["spt_test_1"]);
});

test("PFM-010: the official client pays our sandbox", async () => {
  for (const options of [{}, { hasDigest: true }, { otherHeader: true }]) {
    const sandbox = new Sandbox({ postalform: { webhookMs: 0, ...options } });
    const { fetch, tokens } = mppx.officialFetch((input, init) => sandbox.fetch(input, init));
    const answer = await fetch(HOST + PATH, post);
    assert.equal(answer.status, 202, JSON.stringify(options));
    assert.ok(answer.headers.get("payment-receipt"));
    assert.deepEqual([await settled(sandbox), tokens.length], [1, 1]);
  }
});

test("PF-083: where a payment is answered with another challenge, the official client mints several tokens and ours one", async () => {
  const sandbox = new Sandbox();
  // The provider has heard of no payment, or says so.
  const deaf = (input, init) => {
    const request = new Request(input, init);
    request.headers.delete("authorization");
    return sandbox.fetch(request);
  };
  const { fetch, tokens } = mppx.officialFetch(deaf);
  await fetch(HOST + PATH, post).catch(() => {});
  assert.ok(tokens.length > 1, `${tokens.length} tokens for one order`);

  const signer = wallet();
  const edgepost = new Edgepost({ baseUrl: HOST, fetch: deaf });
  const open = await edgepost.pay(CREATE, ORDER, { maxAmount: FIVE, signer, waitMs: 5_000 });
  assert.equal(open.kind, "open");
  assert.ok(open.until > Date.now() + 240_000, "until the token's challenge is over");
  assert.equal(signer.tokens.length, 1);
});
