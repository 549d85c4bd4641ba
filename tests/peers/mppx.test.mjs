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
/** New each time: the official client writes into it. */
const post = (headers = {}, id = ID) => ({ method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify({ ...ORDER, request_id: id }) });

let mppx, node, server;
const running = [];

before(async () => {
  mppx = await peer("mppx.mjs");
  node = await mppx.startNode();
  running.push(node);
  server = await officialServer();
});
after(() => Promise.all(running.map((one) => one.close())));

async function officialServer(options) {
  const made = await mppx.officialServer({ node, ...options });
  running.push(made);
  return made;
}

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
    const answer = await fetch(HOST + PATH, post());
    assert.equal(answer.status, 202, JSON.stringify(options));
    assert.ok(answer.headers.get("payment-receipt"));
    assert.deepEqual([await settled(sandbox), tokens.length], [1, 1]);
  }
});

test("PF-083: where the answer is lost behind the payment, the official client is charged twice and ours once", async () => {
  const theirs = await officialServer({ loses: true });
  const { fetch, tokens } = mppx.officialFetch(globalThis.fetch);
  await assert.rejects(fetch(theirs.url + PATH, post()));
  assert.equal((await fetch(theirs.url + PATH, post())).status, 202);
  assert.deepEqual([theirs.charges.length, tokens.length], [2, 2], "as it is called again, it pays again");

  const ours = await officialServer({ loses: true });
  const signer = wallet();
  const paid = await new Edgepost({ baseUrl: ours.url }).pay(CREATE, ORDER, { maxAmount: FIVE, signer });
  assert.deepEqual([paid.kind, ours.charges.length, signer.tokens.length], ["paid", 1, 1]);
});

test("PF-083: where a payment is answered with another challenge, the official client mints several tokens and ours one", async () => {
  const sandbox = new Sandbox();
  let shown = [];
  // The provider has heard of no payment, or says so.
  const deaf = (input, init) => {
    const request = new Request(input, init);
    const payment = request.headers.get("authorization");
    if (payment) shown.push(payment);
    request.headers.delete("authorization");
    return sandbox.fetch(request);
  };
  const { fetch, tokens } = mppx.officialFetch(deaf);
  await fetch(HOST + PATH, post()).catch(() => {});
  assert.deepEqual([tokens.length, new Set(shown).size], [3, 3], "tokens for one order, as the README says");

  shown = [];
  const signer = wallet();
  const edgepost = new Edgepost({ baseUrl: HOST, fetch: deaf });
  const open = await edgepost.pay(CREATE, ORDER, { maxAmount: FIVE, signer, waitMs: 5_000 });
  assert.equal(open.kind, "open");
  assert.ok(open.until > Date.now() + 240_000, "until the token's challenge is over");
  assert.deepEqual([signer.tokens.length, new Set(shown).size], [1, 1]);
});

test("PFM-010: the official server takes our credentials of Tempo, once each", async () => {
  for (const method of ["tempo_transaction", "tempo_hash"]) {
    const before = node.transfers.length;
    const signer = mppx.wallet(node, method);
    const heard = [];
    const watched = async (url, init) => {
      const shown = init.headers.authorization;
      const answer = await fetch(url, init);
      if (shown) heard.push([shown, answer.status]);
      return answer;
    };
    const paid = await new Edgepost({ baseUrl: server.url, fetch: watched }).pay(CREATE, ORDER, { maxAmount: FIVE, signer });
    assert.equal(paid.kind, "paid", JSON.stringify(paid));
    const [moved, ...more] = node.transfers.slice(before);
    assert.deepEqual([moved.amount, moved.to, more], [3_400_000n, "0x209693Bc6afc0C5328bA36FaF03C514EF312287C", []], method);
    assert.match(paid.summary.settlement.settlement_tx, /^0x[0-9a-f]{64}$/);
    assert.deepEqual([signer.made.size, heard.map(([, status]) => status)], [1, [202]]);

    const [[authorization]] = heard;
    const again = await fetch(server.url + PATH, post({ authorization }, paid.key));
    assert.deepEqual([again.status, node.transfers.length], [402, before + 1], "the same again moves nothing");
  }
});

test("PFM-010: the official client pays our sandbox on Tempo, however it sends and whoever it says that it is", async () => {
  for (const options of [{ mode: "pull" }, { mode: "push" }, { clientId: "tests" }]) {
    const sandbox = new Sandbox({ postalform: { webhookMs: 0 } });
    const answer = await mppx.tempoFetch((input, init) => sandbox.fetch(input, init), node, options)(HOST + PATH, post());
    assert.equal(answer.status, 202, JSON.stringify(options));
    assert.ok(answer.headers.get("payment-receipt"));
    assert.equal(await settled(sandbox), 1);
  }
});

const ELSEWHERE = "0x000000000000000000000000000000000000dEaD";
const OTHER_MEMO = "0xef1ed712011ece072f76bd8b82350e00000000000000000000eb18f2d4402269";
const PAID = [202, undefined];
const UNVERIFIED = [402, "verification-failed"];
const INVALID = [402, "invalid-challenge"];
const shows = (changes) => ({ challenge, ...rest }) => ({ ...rest, challenge: { ...challenge, ...changes } });
const pays = (payload) => (shown) => ({ ...shown, payload });

for (const [name, how, verdict] of [
  ["on Tempo, as the official client does", {}, PAID],
  ["on Tempo, as its signer does it here", { changes: {} }, PAID],
  ["on Tempo, sent by the wallet", { changes: { sends: true } }, PAID],
  ["on Tempo, too little", { changes: { amount: "3399999" } }, UNVERIFIED],
  ["on Tempo, too much", { changes: { amount: "3400001" } }, UNVERIFIED],
  ["on Tempo, to somebody else", { changes: { to: ELSEWHERE } }, UNVERIFIED],
  ["on Tempo, with another token", { changes: { token: "0x20c0000000000000000000000000000000000001" } }, UNVERIFIED],
  ["on Tempo, for another challenge", { changes: { memo: OTHER_MEMO } }, UNVERIFIED],
  ["on Tempo, for no challenge", { changes: { memo: undefined } }, UNVERIFIED],
  ["on Tempo, twice", { times: 2 }, UNVERIFIED],
  ["on Tempo, sent by the wallet and shown twice", { changes: { sends: true }, times: 2 }, UNVERIFIED],
  ["on Tempo, with what is no hash", { shows: pays({ type: "hash", hash: "0x12" }) }, [402, "invalid-payload"]],
  ["on Tempo, with a token of Stripe's", { shows: pays({ spt: "spt_test_1" }) }, [402, "invalid-payload"]],
  ["on Tempo, too late", { seconds: 2, pauseMs: 2_100 }, [402, "payment-expired"]],
  ["with Stripe", { method: "stripe" }, PAID],
  ["with Stripe, twice", { method: "stripe", times: 2 }, UNVERIFIED],
  ["with Stripe, for another order", { method: "stripe", shows: pays({ spt: "spt_test_1", externalId: "another" }) }, INVALID],
  ["with Stripe, for whatever order", { method: "stripe", shows: pays({ spt: "spt_test_1" }) }, INVALID],
  ["with Stripe, too late", { method: "stripe", seconds: 2, pauseMs: 2_100 }, [402, "payment-expired"]],
  ["with Stripe, for another sum", { method: "stripe", shows: shows({ request: { amount: "1", currency: "usd" } }) }, INVALID],
  ["for another realm", { shows: shows({ realm: "evil.example" }) }, INVALID],
  ["for a challenge that nobody made", { shows: shows({ id: "made-up" }) }, INVALID],
  ["for a challenge that is good for longer", { shows: shows({ expires: "2099-01-01T00:00:00Z" }) }, INVALID],
]) {
  test(`PFM-010: a payment ${name}: the official server and our sandbox agree`, async () => {
    const { seconds = 300 } = how;
    const theirs = seconds === 300 ? server : await officialServer({ seconds });
    const ours = new Sandbox({ postalform: { noticeMs: 60_000, challengeSeconds: seconds } });
    const send = (url, call) => (authorization) => call(url, post(authorization && { authorization }));
    assert.deepEqual(await mppx.judged(send(theirs.url + PATH, fetch), node, how), verdict, "the official server");
    assert.deepEqual(await mppx.judged(send(HOST + PATH, (url, init) => ours.fetch(url, init)), node, how), verdict, "our sandbox");
    assert.equal(await settled(ours), Number(verdict === PAID || how.times === 2), "refused is not settled");
  });
}

test("PFM-010: what only a chain knows the official server asks it", async (t) => {
  const send = (url, call) => (authorization) => call(url, post(authorization && { authorization }));
  for (const changes of [{ amount: "3399999" }, { to: ELSEWHERE }, { memo: OTHER_MEMO }]) {
    assert.deepEqual(await mppx.judged(send(server.url + PATH, fetch), node, { changes: { sends: true, ...changes } }), UNVERIFIED, JSON.stringify(changes));
  }
  // A transaction whose time is over no node takes; the official server calls that a fault of its own.
  const late = { changes: { seconds: 1 }, pauseMs: 1_100 };
  const before = node.transfers.length;
  t.mock.method(console, "error", () => {});
  assert.deepEqual(await mppx.judged(send(server.url + PATH, fetch), node, late), [500, "internal-payment-error"]);
  const ours = new Sandbox();
  assert.deepEqual(await mppx.judged(send(HOST + PATH, (url, init) => ours.fetch(url, init)), node, late), UNVERIFIED);
  assert.deepEqual([node.transfers.length, await settled(ours)], [before, 0]);
});
