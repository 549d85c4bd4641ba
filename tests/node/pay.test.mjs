// edgepost/client pays PostalForm's sandbox in this process: over MPP with a token of Stripe's. (x402 needs a wallet's
// packages: tests/peers.)
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { Edgepost, EdgepostError } from "edgepost/client";
import { Sandbox } from "edgepost/sandbox";

const CREATE = "postalform.create_order_mpp";
const HOST = "https://sandbox.test";
const vector = new URL("../vectors/postalform.create_order/example_request_manual_addresses.json", import.meta.url);
const { request_id: ID, ...ORDER } = JSON.parse(readFileSync(vector, "utf8")).input;
const FIVE = { amount: "5.00", currency: "USD" };

let sandbox, edgepost, asked, sent;

beforeEach(() => {
  sandbox = new Sandbox({ postalform: { webhookMs: 0, stepMs: 0 } });
  sent = [];
  asked = [];
  edgepost = client();
});

const client = () =>
  new Edgepost({
    baseUrl: HOST,
    fetch: (url, init) => {
      sent.push({ url, method: init.method, paid: init.headers.authorization });
      return sandbox.fetch(url, init);
    },
  });

/** Mints a token, and first does whatever a test wants to have happened by then. */
const wallet = (first = () => {}) => ({
  methods: ["stripe"],
  async pay(ask, again) {
    asked.push({ ...ask, again });
    await first(ask);
    return { payload: { spt: `spt_test_${asked.length}` } };
  },
});

const settled = async () => (await (await sandbox.fetch(`${HOST}/_sandbox/state`)).json()).postalform.settlements.map(({ cents }) => cents);
const fault = (kind, operation = CREATE) =>
  sandbox.fetch(`${HOST}/_sandbox/faults`, { method: "POST", body: JSON.stringify({ operation, kind }) });
const rejected = (code) => (error) => error instanceof EdgepostError && error.code === code;

test("PFS-009 PFM-005: an order is paid once, and told as paid", async () => {
  const phases = [];
  sandbox = new Sandbox({ postalform: { webhookMs: 300, stepMs: 0 } });
  const paid = await edgepost.pay(CREATE, ORDER, { maxAmount: FIVE, signer: wallet(), onProgress: ({ phase }) => phases.push(phase) });
  assert.equal(paid.kind, "paid");
  assert.match(paid.key, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.equal(paid.summary.request_id, paid.key);
  assert.deepEqual([paid.summary.price_usd, paid.summary.page_count, paid.summary.is_paid], ["3.40", 1, true]);
  assert.deepEqual(await settled(), [340]);
  const [ask] = asked;
  assert.deepEqual([ask.method, ask.again, ask.request.amount, ask.request.currency], ["stripe", false, "340", "usd"]);
  assert.equal(ask.request.externalId, paid.summary.order_id);
  assert.deepEqual([...new Set(phases)], ["sending", "signing", "waiting"]);
  assert.ok(sent.every(({ url }) => url.startsWith(`${HOST}/postalform/api/machine/mpp/orders`)));
});

test("PF-083: an answer that is lost behind the payment is asked for, and nothing is paid again", async () => {
  for (const kind of ["drop_after", "status_500_after", "html_body"]) {
    const before = (await settled()).length;
    const paid = await edgepost.pay(CREATE, ORDER, { maxAmount: FIVE, signer: wallet(() => fault(kind)) });
    assert.equal(paid.kind, "paid", kind);
    assert.equal((await settled()).length, before + 1, kind);
  }
  assert.equal(new Set(sent.map(({ paid }) => paid).filter(Boolean)).size, 3);
});

test("PFS-002: several at once, and another process later, pay one order once", async () => {
  const order = { ...ORDER, request_id: ID };
  const options = { maxAmount: FIVE, signer: wallet() };
  const both = await Promise.all([edgepost.pay(CREATE, order, options), edgepost.pay(CREATE, JSON.stringify(order), options)]);
  assert.deepEqual(both.map(({ kind, key }) => [kind, key]), [["paid", ID], ["paid", ID]]);
  assert.equal((await client().pay(CREATE, order, options)).kind, "paid", "without the journal it hears that it is paid");
  assert.deepEqual(await settled(), [340]);
});

test("PFS-002: who gives up goes on from the journal, wherever that was", async () => {
  const journals = new Map();
  const journal = { load: async (id) => journals.get(id), save: async (id, text) => void journals.set(id, text) };
  const order = { ...ORDER, request_id: ID };
  const leave = new AbortController();
  const first = edgepost.pay(CREATE, order, { maxAmount: FIVE, signer: wallet(() => leave.abort()), journal, signal: leave.signal });
  await assert.rejects(first, (error) => rejected("aborted")(error) && error.key === ID);
  assert.equal(JSON.parse(journals.get(ID)).phase, "sign");
  const paid = await client().pay(CREATE, order, { maxAmount: FIVE, signer: wallet(), journal });
  assert.deepEqual([paid.kind, asked.map(({ again }) => again)], ["paid", [false, true]]);
  assert.equal(asked[0].challengeId, asked[1].challengeId);
  assert.equal(JSON.parse(journals.get(ID)).phase, "over");
  const other = { ...order, buyer_name: "Somebody else" };
  await assert.rejects(client().pay(CREATE, other, { maxAmount: FIVE, signer: wallet(), journal }), rejected("journal"));
  journals.set(ID, "{}");
  await assert.rejects(client().pay(CREATE, order, { maxAmount: FIVE, signer: wallet(), journal }), rejected("journal"));
  assert.deepEqual(await settled(), [340]);
});

test("a fetch of one's own that answers with no Response ends the payment, which goes on from its journal", async () => {
  const journals = new Map();
  const journal = { load: async (id) => journals.get(id), save: async (id, text) => void journals.set(id, text) };
  const options = { maxAmount: FIVE, signer: wallet(), journal };
  for (const isBroken of [() => true, ({ headers }) => Boolean(headers.authorization)]) {
    const fetch = async (url, init) => {
      const answer = await sandbox.fetch(url, init);
      return isBroken(init) ? undefined : answer;
    };
    await assert.rejects(new Edgepost({ baseUrl: HOST, fetch }).pay(CREATE, { ...ORDER, request_id: ID }, options), (error) => {
      assert.match(error.message, /what fetch answers with/);
      return rejected("invalid_options")(error) && error.key === ID;
    });
  }
  assert.equal(JSON.parse(journals.get(ID)).phase, "pay");
  const byHand = async (url, init) => {
    const answer = await sandbox.fetch(url, init);
    return { status: answer.status, headers: new Map(answer.headers), arrayBuffer: () => answer.arrayBuffer() };
  };
  const paid = await new Edgepost({ baseUrl: HOST, fetch: byHand }).pay(CREATE, { ...ORDER, request_id: ID }, options);
  assert.deepEqual([paid.kind, asked.length, await settled()], ["paid", 1, [340]]);
});

test("PFS-002: what cannot be written down is not signed", async () => {
  const journal = { load: () => null, save: () => Promise.reject(new Error("the disk is full")) };
  const full = edgepost.pay(CREATE, ORDER, { maxAmount: FIVE, signer: wallet(), journal });
  await assert.rejects(full, (error) => rejected("journal")(error) && /disk/.test(error.cause.message));
  assert.deepEqual([asked, await settled()], [[], []]);
});

test("PFS-008 PF-094: what does not fit is refused before anything is signed", async () => {
  const pay = (options, from = edgepost) => from.pay(CREATE, ORDER, { maxAmount: FIVE, signer: wallet(), ...options });
  const live = new Edgepost({ baseUrl: HOST, testMode: false, fetch: (url, init) => sandbox.fetch(url, init) });
  const tempo = { methods: ["tempo_transaction"], pay: () => assert.fail("asked") };
  for (const [refused, code, about] of [
    [await pay({ maxAmount: { amount: "3.39", currency: "usd" } }), "over_cap", "3.40"],
    [await pay({ pages: 2 }), "other_page_count", "1"],
    [await pay({ signer: { ...wallet(), methods: ["card"] } }), "unsupported_method", "tempo, stripe"],
    [await pay({ signer: tempo }, live), "other_mode", "tempo 42431"],
  ]) {
    assert.equal(refused.kind, "refused");
    assert.deepEqual([refused.refusal.code, refused.refusal.about], [code, about]);
    assert.ok(refused.refusal.hint.length > 0);
  }
  const no = await pay({ signer: { methods: ["stripe"], pay: () => Promise.reject(new Error("declined by the owner")) } });
  assert.deepEqual([no.kind, no.message], ["not_signed", "declined by the owner"]);
  const card = await pay({ signer: { methods: ["stripe"], pay: () => ({ payload: { spt: "spt_1" }, source: "4242 4242 4242 4242" }) } });
  assert.equal(card.refusal.code, "card_number", "PFM-007");
  assert.deepEqual([asked, await settled()], [[], []]);
});

test("what is no cap and no signer is told before anything is sent", async () => {
  for (const options of [
    {},
    { signer: wallet() },
    { maxAmount: FIVE },
    { maxAmount: 5, signer: wallet() },
    { maxAmount: { amount: 5, currency: "USD" }, signer: wallet() },
    { maxAmount: { amount: "5.001", currency: "USD" }, signer: wallet() },
    { maxAmount: { amount: "5.00", currency: "EUR" }, signer: wallet() },
    { maxAmount: FIVE, signer: { address: "0x" } },
    { maxAmount: FIVE, signer: wallet(), maximum: 1 },
  ]) {
    await assert.rejects(edgepost.pay(CREATE, ORDER, options), rejected("invalid_options"));
  }
  await assert.rejects(edgepost.pay(CREATE, { request_id: ID }, { maxAmount: FIVE, signer: wallet() }), rejected("invalid_input"));
  await assert.rejects(edgepost.pay(CREATE, "{", { maxAmount: FIVE, signer: wallet() }), rejected("invalid_input"));
  assert.deepEqual(sent, []);
});
