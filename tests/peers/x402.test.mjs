// The official packages of x402: their server and facilitator take what we sign, their client pays our sandbox, and what it
// does where an answer is lost.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Edgepost } from "edgepost/client";
import { Sandbox } from "edgepost/sandbox";
import { peer } from "./install.mjs";

const CREATE = "postalform.create_order";
const HOST = "https://sandbox.test";
const vector = new URL("../vectors/postalform.create_order/example_request_manual_addresses.json", import.meta.url);
const { request_id: ID, ...ORDER } = JSON.parse(readFileSync(vector, "utf8")).input;
const FIVE = { amount: "5.00", currency: "USD" };

let x402;
const servers = [];

before(async () => {
  x402 = await peer("x402.mjs");
});
after(() => Promise.all(servers.map((server) => server.close())));

/** A server, whose answer to the first payment is lost if that is wanted. */
async function server(loses = false) {
  let lost = !loses;
  const made = await x402.officialServer(() => !lost && (lost = true));
  servers.push(made);
  return made;
}

const body = JSON.stringify({ ...ORDER, request_id: ID });
const post = { method: "POST", headers: { "content-type": "application/json" }, body };
const settled = async (sandbox) => (await (await sandbox.fetch(`${HOST}/_sandbox/state`)).json()).postalform.settlements.length;

test("PF-092: the official server and facilitator take what a viem account signs for us", async () => {
  const { url, settlements } = await server();
  const edgepost = new Edgepost({ baseUrl: url });
  const paid = await edgepost.pay(CREATE, ORDER, { maxAmount: FIVE, signer: x402.account });
  assert.equal(paid.kind, "paid", JSON.stringify(paid));
  assert.deepEqual(settlements.map(({ from, value }) => [from, value]), [[x402.account.address, 3_400_000n]]);
  assert.match(paid.summary.settlement.settlement_tx, /^0x[0-9a-f]{64}$/);
  assert.equal(paid.summary.settlement.network, "eip155:84532");
});

test("PF-083: where the answer is lost behind the settlement, the official client pays twice and ours once", async () => {
  const theirs = await server(true);
  const fetch = x402.officialFetch(globalThis.fetch);
  await assert.rejects(fetch(`${theirs.url}/postalform/api/machine/orders`, post));
  assert.equal((await fetch(`${theirs.url}/postalform/api/machine/orders`, post)).status, 202);
  assert.equal(theirs.settlements.length, 2, "as it is called again, it signs again");

  const ours = await server(true);
  const edgepost = new Edgepost({ baseUrl: ours.url });
  const paid = await edgepost.pay(CREATE, ORDER, { maxAmount: FIVE, signer: x402.account });
  assert.deepEqual([paid.kind, ours.settlements.length], ["paid", 1]);
  assert.equal((await edgepost.pay(CREATE, { ...ORDER, request_id: paid.key }, { maxAmount: FIVE, signer: x402.account })).kind, "paid");
  assert.equal(ours.settlements.length, 1);
});

test("PF-092: the official client pays our sandbox", async () => {
  const sandbox = new Sandbox({ postalform: { webhookMs: 0, stepMs: 0 } });
  const fetch = x402.officialFetch((input, init) => sandbox.fetch(input, init));
  const answer = await fetch(`${HOST}/postalform/api/machine/orders`, post);
  assert.equal(answer.status, 202);
  assert.ok(answer.headers.get("payment-response"));
  assert.equal(await settled(sandbox), 1);
});

test("PF-094 PFS-008: our client refuses the official server's challenge where it does not fit", async () => {
  const { url, settlements } = await server();
  const refused = async (options, client = {}) =>
    (await new Edgepost({ baseUrl: url, ...client }).pay(CREATE, ORDER, { maxAmount: FIVE, signer: x402.account, ...options })).refusal.code;
  assert.equal(await refused({ maxAmount: { amount: "3.39", currency: "USD" } }), "over_cap");
  assert.equal(await refused({}, { testMode: false }), "other_mode");
  assert.equal(await refused({ signer: { address: "0x12", signTypedData: () => assert.fail("asked") } }), "wrong_address");
  const no = await new Edgepost({ baseUrl: url }).pay(CREATE, ORDER, { maxAmount: FIVE, signer: { address: x402.account.address, signTypedData: () => Promise.reject(new Error("no")) } });
  assert.deepEqual([no.kind, no.message, settlements.length], ["not_signed", "no", 0]);
});

const ELSEWHERE = "0x000000000000000000000000000000000000dEaD";
const PAID = [202, undefined];
const NO_MATCH = [402, "No matching payment requirements"];
const refused = (reason) => [402, `invalid_exact_evm_${reason}`];
const accepts = (changes) => ({ accepted, ...rest }) => ({ ...rest, accepted: { ...accepted, ...changes } });
const signs = (signature) => ({ payload, ...rest }) => ({ ...rest, payload: { ...payload, signature } });

for (const [name, how, verdict] of [
  ["as the official client makes it", {}, PAID],
  ["as it is signed here", { changes: {} }, PAID],
  ["of too little", { changes: { value: "3399999" } }, refused("payload_authorization_value_mismatch")],
  ["of too much", { changes: { value: "3400001" } }, refused("payload_authorization_value_mismatch")],
  ["of a smaller sum on both sides", { changes: { value: "1" }, shows: accepts({ amount: "1" }) }, NO_MATCH],
  ["to somebody else", { changes: { to: ELSEWHERE } }, refused("recipient_mismatch")],
  ["to somebody else on both sides", { changes: { to: ELSEWHERE }, shows: accepts({ payTo: ELSEWHERE }) }, NO_MATCH],
  ["that is over", { changes: { seconds: -1 } }, refused("payload_authorization_valid_before")],
  ["that is over too soon", { changes: { seconds: 4 } }, refused("payload_authorization_valid_before")],
  ["that is not good yet", { changes: { validAfter: "99999999999" } }, refused("payload_authorization_valid_after")],
  ["on the other network", { shows: accepts({ network: "eip155:8453" }) }, NO_MATCH],
  ["signed by nobody", { shows: signs(`0x${"11".repeat(64)}1b`) }, refused("signature")],
  ["from somebody else's account", { changes: { from: ELSEWHERE } }, refused("signature")],
  ["twice", { times: 2 }, refused("nonce_already_used")],
]) {
  test(`PF-092: a payment ${name}: the official server and our sandbox agree`, async () => {
    const theirs = await server();
    const ours = new Sandbox({ postalform: { noticeMs: 60_000 } });
    const send = (call) => (payment) => call({ ...post, headers: { ...post.headers, ...(payment && { "payment-signature": payment }) } });
    assert.deepEqual(await x402.judged(send((init) => fetch(`${theirs.url}/postalform/api/machine/orders`, init)), how), verdict, "the official server");
    assert.deepEqual(await x402.judged(send((init) => ours.fetch(`${HOST}/postalform/api/machine/orders`, init)), how), verdict, "our sandbox");
    assert.deepEqual([theirs.settlements.length, await settled(ours)], Array(2).fill(Number(verdict === PAID || how.times === 2)));
  });
}
