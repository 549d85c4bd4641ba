// edgepost/server with Postpay and Pitney Bowes, in Node, against the sandbox in this process: keys, tokens, lost answers.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { inspect } from "node:util";
import { verifyWebhook } from "edgepost";
import { Sandbox } from "edgepost/sandbox";
import { Edgepost, EdgepostError, signWebhook } from "edgepost/server";

const HOST = "https://sandbox.test";
const POSTPAY = { merchantId: "id_canary", key: "sk_test_fake_canary", baseUrl: `${HOST}/postpay` };
const PITNEYBOWES = { key: "fake-canary-key", secret: "fake-canary-secret", baseUrl: `${HOST}/pitneybowes` };
const FUND = "pitneybowes.fund_account";
const REFILL = { developerId: "canary-developer", postalReportingNumber: "3000000001", amount: 500, currencyCode: "USD", maxAmount: 500 };
const MERCHANT = { developerId: REFILL.developerId, postalReportingNumber: REFILL.postalReportingNumber };
const { input } = JSON.parse(readFileSync(new URL("../vectors/postpay.create_checkout/create_a_checkout.json", import.meta.url), "utf8"));

let sandbox, sent;

beforeEach(() => {
  sandbox = new Sandbox({
    postpay: { merchants: [{ id: POSTPAY.merchantId, key: POSTPAY.key }] },
    pitneybowes: { developers: [{ ...PITNEYBOWES, baseUrl: undefined, developerId: REFILL.developerId }], merchants: [MERCHANT] },
  });
  sent = [];
});

const send = (url, init) => {
  sent.push({ url, ...init });
  return sandbox.fetch(url, init);
};
const postpay = (access = {}, fetch = send) => new Edgepost({ direct: { postpay: { ...POSTPAY, ...access } }, fetch });
const pitneybowes = (access = {}, fetch = send) => new Edgepost({ direct: { pitneybowes: { ...PITNEYBOWES, ...access } }, fetch });
const control = (path, body) => sandbox.fetch(`${HOST}/_sandbox/${path}`, { method: "POST", body: JSON.stringify(body) });
const fault = async (operation, kind, more = {}) => assert.equal((await control("faults", { operation, kind, ...more })).status, 201);
const state = async () => (await sandbox.fetch(`${HOST}/_sandbox/state`)).json();
const paths = () => sent.map(({ url }) => new URL(url).pathname.replace(/^\/(postpay|pitneybowes)/, ""));
const refused = ({ code, message }) => code === "invalid_options" && !/canary|fake/.test(message);

test("PO-001 PO-003: Postpay is called with Basic, and reads have no header more", async () => {
  const edgepost = postpay();
  const minted = await edgepost.call("postpay.create_checkout", input);
  assert.equal(minted.kind, "ok", JSON.stringify(minted));
  const read = await edgepost.call("postpay.get_order", { order_id: input.order_id }, { grant: "a.b.c" });
  assert.deepEqual([read.kind, read.value.status], ["ok", "pending"]);
  const names = sent.map(({ headers }) => Object.keys(headers).sort().join());
  assert.deepEqual(names, ["accept,authorization,content-type", "accept,authorization"]);
  for (const { headers, redirect } of sent) {
    assert.equal(headers.authorization, `Basic ${btoa(`${POSTPAY.merchantId}:${POSTPAY.key}`)}`);
    assert.deepEqual([headers.accept, redirect], ["application/vnd.postpay+json; version=v1", "manual"]);
  }
});

test("PO-002: the key decides between sandbox and production, which are never mixed", async () => {
  const asked = async (access) => {
    const urls = [];
    const fetch = (url) => (urls.push(url), new Response("{}"));
    await postpay({ baseUrl: undefined, ...access }, fetch).call("postpay.get_order", { order_id: "order-01" }, { attempts: 1 });
    return urls.join();
  };
  const live = { key: POSTPAY.key.replace("test", "live") };
  assert.equal(await asked({}), "https://sandbox.postpay.io/orders/order-01");
  assert.equal(await asked(live), "https://api.postpay.io/orders/order-01");
  for (const baseUrl of ["https://api.postpay.io", "https://API.postpay.io:443/v1", "https://api.postpay.io./"]) {
    assert.throws(() => postpay({ baseUrl }), refused, baseUrl);
  }
  assert.throws(() => postpay({ ...live, baseUrl: "https://sandbox.postpay.io/" }), refused);
  const pieterpost = { key: "pp_test_fake_canary" };
  assert.throws(() => new Edgepost({ direct: { pieterpost, postpay: { ...POSTPAY, ...live } } }), refused);
  assert.throws(() => new Edgepost({ direct: { pitneybowes: { ...PITNEYBOWES, testMode: false }, postpay: POSTPAY } }), refused);
  new Edgepost({ direct: { pieterpost, postpay: POSTPAY, pitneybowes: PITNEYBOWES } });
});

test("PO-002 PO-007: what is no key is refused before the wire, and not shown", async () => {
  for (const access of [
    ...[undefined, null, 7, "", "canary", "sk_test", "sk_live", " sk_test_canary", "sk_test_canary\n", "pp_test_canary"].map((key) => ({ key })),
    ...[undefined, "", 7, "id:canary", "id canary", "idé"].map((merchantId) => ({ merchantId })),
    { secret: "canary" }, { baseUrl: "http://postpay.example" }, { testMode: true },
  ]) {
    assert.throws(() => postpay(access), refused, JSON.stringify(access));
  }
  for (const access of [{ key: "fake:canary" }, { secret: "" }, { secret: undefined }, { secret: "fake canary" }, { testMode: "no" }, { merchantId: "canary" }]) {
    assert.throws(() => pitneybowes(access), refused, JSON.stringify(access));
  }
  for (const direct of [{}, { postpay: null }, { postpay: "canary" }, { postalform: { key: "canary" } }, { postalform: { testMode: false }, postpay: POSTPAY }]) assert.throws(() => new Edgepost({ direct }), refused);
  await assert.rejects(postpay().call("pieterpost.get_wallet", {}), refused);
  assert.equal(sent.length, 0);
});

test("PO-072: a list is read to its end at the provider itself, and nowhere else", async () => {
  const edgepost = postpay();
  for (let order = 0; order < 5; order += 1) await edgepost.call("postpay.create_checkout", { ...input, order_id: `order-${order}` });
  const found = [];
  for await (const { order_id } of edgepost.each("postpay.list_orders", { page_size: 2 })) found.push(order_id);
  assert.equal(new Set(found).size, 5);
  const evil = (url, init) => (sent.push({ url, ...init }), Response.json({ count: 9, next: "https://evil.example/postpay/orders?page=2", previous: null, results: [] }));
  sent = [];
  await assert.rejects(edgepost.each.call(postpay({}, evil), "postpay.list_orders", {}).next(), { code: "incomplete" });
  assert.deepEqual(sent.map(({ url }) => url), [`${HOST}/postpay/orders`]);
});

test("PO-052 PO-064 PO-112: what may have happened is not sent again, and the answer says to look first", async () => {
  for (const [operation, given, advice] of [
    ["postpay.create_checkout", input, "new_key"],
    ["postpay.capture_order", { order_id: input.order_id }, "check_first"],
    ["postpay.create_refund", { order_id: input.order_id, refund_id: "refund-01", amount: 100 }, "check_first"],
    ["postpay.create_hook", { events: ["order"], url: "https://shop.example.com/hooks", secret: "not-a-secret-dolphins" }, "check_first"],
  ]) {
    sent = [];
    await fault(operation, "drop_after");
    const lost = await postpay().call(operation, given, { idempotencyKey: "mine" });
    assert.deepEqual([lost.kind, lost.retry.advice, sent.length], ["unknown", advice, 1], operation);
    assert.ok(!("idempotency-key" in sent[0].headers), operation);
  }
});

test("PB-004 PB-020: Pitney Bowes is called with a token, which is fetched with key and secret", async () => {
  const edgepost = pitneybowes();
  const balance = async () => (await edgepost.call("pitneybowes.get_balance", MERCHANT)).value;
  await balance();
  const funded = await edgepost.call(FUND, REFILL);
  assert.deepEqual([funded.kind, funded.value.amount], ["ok", 500], JSON.stringify(funded));
  assert.equal(paths()[0], "/oauth/token");
  assert.equal(paths().filter((path) => path === "/oauth/token").length, 1);
  const [asked, , refill] = sent;
  assert.deepEqual([asked.headers.authorization, asked.body], [`Basic ${btoa(`${PITNEYBOWES.key}:${PITNEYBOWES.secret}`)}`, "grant_type=client_credentials"]);
  assert.match(refill.headers.authorization, /^Bearer \S+$/);
  await assert.rejects(edgepost.call(FUND, { ...REFILL, developerId: undefined }), ({ issues }) => issues.some(({ path, code }) => path === "/developerId" && code === "missing_member"));
  assert.deepEqual([refill.headers["x-pb-transactionid"], refill.headers["idempotency-key"]], [funded.key, undefined]);
});

test("PB-022: 200 calls at once make one token request, also when the token they all hold is refused", async () => {
  const edgepost = pitneybowes();
  const all = () => Promise.all(Array.from({ length: 200 }, () => edgepost.call("pitneybowes.get_balance", MERCHANT)));
  const asked = () => paths().filter((path) => path === "/oauth/token").length;
  assert.ok((await all()).every(({ kind }) => kind === "ok"));
  assert.equal(asked(), 1);
  await control("clock", { advanceMs: 36_000_000 });
  assert.ok((await all()).every(({ kind }) => kind === "ok"), "the provider's clock is ahead of ours");
  assert.equal(asked(), 2);
});

test("PB-012 PB-022: a refill that was refused as unauthorised is sent once more, with another token, and nothing else is", async () => {
  const edgepost = pitneybowes();
  await edgepost.call("pitneybowes.get_balance", MERCHANT);
  await control("clock", { advanceMs: 36_000_000 });
  assert.equal((await edgepost.call(FUND, REFILL)).kind, "ok");
  assert.equal((await state()).pitneybowes.refills.length, 1);
  for (const kind of ["drop_after", "html_body", "empty_body", "status_500_after"]) {
    sent = [];
    await fault(FUND, kind);
    const { kind: outcome, retry } = await edgepost.call(FUND, REFILL);
    assert.deepEqual([outcome, retry.advice, paths().length], ["unknown", "never", 1], kind);
  }
  for (const [status, body, calls] of [[401, "<html>", 1], [401, "", 1], [401, "{}", 1], [401, '{"errors":[{"errorCode":"1000032"}]}', 2], [403, '{"errors":[{"errorCode":"1000032"}]}', 1]]) {
    let count = 0;
    const fetch = (url, init) => (url.endsWith("/oauth/token") ? send(url, init) : ((count += 1), new Response(body, { status })));
    await pitneybowes({}, fetch).call(FUND, REFILL);
    assert.equal(count, calls, `${status} ${body}`);
  }
});

test("PB-021 PB-023: a token that says no time is not kept, and what is no token is not used", async () => {
  const calls = async (answer, count = 2) => {
    let asked = 0;
    const used = [];
    const fetch = (url, init) => {
      if (!url.endsWith("/oauth/token")) return used.push(init.headers.authorization), send(url, init);
      asked += 1;
      return answer();
    };
    const edgepost = pitneybowes({}, fetch);
    let last;
    for (let turn = 0; turn < count; turn += 1) last = await edgepost.call("pitneybowes.get_balance", MERCHANT, { attempts: 1 });
    return { asked, used, last };
  };
  const json = (body, status = 200) => () => Response.json(body, { status });
  // The sandbox refuses this token, so that each call needs a second one: one that is kept is the first of the next call.
  for (const [expiresIn, expected] of [["35999", 3], [35999, 3], [undefined, 4], ["", 4], ["soon", 4], ["-5", 4], [1.5, 4], ["60", 4], ["9".repeat(400), 4]]) {
    const { asked, used } = await calls(json({ access_token: "other.fake", expiresIn }));
    assert.deepEqual([asked, used.length], [expected, 4], String(expiresIn));
  }
  for (const answer of [json({ access_token: "a b" }), json({ access_token: "" }), json({ access_token: 7 }), json([]), json({ access_token: "fake" }, 500), () => new Response("<html>"), () => { throw new TypeError("fetch failed"); }]) {
    const { used, last } = await calls(answer, 1);
    assert.deepEqual([used, last.kind, last.code, last.retry], [[], "refused", "token_unavailable", { advice: "after", afterMs: 1_000 }]);
  }
  const { used, last } = await calls(json({ error: "invalid_client" }, 401), 1);
  assert.deepEqual([used, last.kind, last.code, last.retry.advice], [[], "refused", "token_refused", "never"]);
});

test("PB-012: who gave up while the token was fetched has sent nothing", async () => {
  let give;
  const slow = (url, init) => (url.endsWith("/oauth/token") ? new Promise((resolve) => (give = () => resolve(send(url, init)))) : send(url, init));
  const lost = await pitneybowes({}, slow).call(FUND, REFILL, { timeoutMs: 50 });
  assert.equal(lost.kind, "unknown");
  give();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await state()).pitneybowes.refills.length, 0);
});

test("PB-020 PO-092: no secret shows in an error, an outcome or an inspection", async () => {
  const seen = [];
  const hear = (promise) => promise.then((value) => seen.push(value), (error) => seen.push(error, error.cause, error.stack));
  for (const edgepost of [postpay(), pitneybowes(), postpay({}, () => { throw new TypeError("fetch failed"); }), pitneybowes({}, () => "no Response")]) {
    seen.push(edgepost);
    await hear(edgepost.call("postpay.capture_order", { order_id: "order-01" }));
    await hear(edgepost.call(FUND, { ...REFILL, developerId: "another" }));
  }
  const token = sent.map(({ headers }) => headers.authorization).find((value) => value.startsWith("Bearer ")).slice(7);
  assert.ok(seen.length > 8 && token.length > 8);
  for (const value of seen) {
    const shown = `${inspect(value, { depth: 9, showHidden: true, getters: true })} ${JSON.stringify(value)} ${String(value)}`;
    assert.ok(!shown.includes("canary") && !shown.includes(token), shown);
  }
});

test("PO-093 PO-098: 1,000 random bodies are signed as node:crypto signs them, and are verified", () => {
  const secret = "not-a-secret-dolphins";
  for (let count = 0; count < 1_000; count += 1) {
    const body = randomBytes(count);
    const now = 1_588_935_484_000 + count * 1_001;
    const seconds = Math.trunc(now / 1_000);
    const headers = signWebhook("postpay", { body, secret, now });
    const digest = createHmac("sha256", secret).update(`${seconds}:`).update(body).digest("hex");
    assert.deepEqual(headers, { "x-postpay-signature": `${seconds}:${digest}` });
    assert.equal(verifyWebhook("postpay", { headers, body, secret, now }).ok, true);
    assert.equal(verifyWebhook("postpay", { headers, body: Buffer.concat([body, Buffer.of(0)]), secret, now }).reason, "mismatch");
  }
});

test("PO-098: the vendor's example, of the present if no time is said", () => {
  const [secret, body] = ["dolphins", '{"order_id":"order-01","status":"captured"}'];
  const signed = signWebhook("postpay", { body, secret, now: 1_588_935_484_000 });
  assert.equal(signed["x-postpay-signature"], "1588935484:5d7f2089364366f576026cd092d6928618b71df463f1295e833ae275daca1025");
  assert.equal(verifyWebhook("postpay", { headers: signWebhook("postpay", { body: "é", secret }), body: "é", secret }).ok, true);
  for (const wrong of [undefined, {}, { body, secret: "" }, { body, secret: ["dolphins"] }, { body: {}, secret }, { body, secret: "dol\0phins" }, { body, secret, now: "now" }]) {
    assert.throws(() => signWebhook("postpay", wrong), (error) => error instanceof EdgepostError && error.code === "invalid_options" && !error.message.includes("dol"));
  }
  assert.throws(() => signWebhook("pieterpost", { body, secret }), { code: "invalid_options" });
});

const POSTALFORM = new URL("../vectors/postalform.create_order/example_request_manual_addresses.json", import.meta.url);

test("PF-096 PFM-004: PostalForm is called and paid without a key, and nothing of ours is shown to it", async () => {
  const edgepost = new Edgepost({ direct: { postalform: { baseUrl: `${HOST}/postalform` } }, fetch: send });
  const { request_id: id, ...order } = JSON.parse(readFileSync(POSTALFORM, "utf8")).input;
  const signer = { methods: ["stripe"], pay: () => ({ payload: { spt: "spt_test_direct" } }) };
  const paid = await edgepost.pay("postalform.create_order_mpp", { ...order, request_id: id }, { maxAmount: { amount: "5.00", currency: "USD" }, signer, grant: "a.b.c" });
  assert.deepEqual([paid.kind, paid.key], ["paid", id], JSON.stringify(paid));
  const found = await edgepost.call("postalform.get_order_mpp", { id }, { grant: "a.b.c" });
  assert.deepEqual([found.kind, found.value.is_paid], ["ok", true]);
  assert.deepEqual((await state()).postalform.settlements.map(({ spent, cents }) => [spent, cents]), [["spt_test_direct", 340]]);
  for (const { headers, redirect, url } of sent) {
    assert.deepEqual([redirect, Object.keys(headers).filter((name) => !["accept", "authorization", "content-type"].includes(name))], ["manual", []], url);
  }
  assert.equal(sent.filter(({ headers }) => headers.authorization?.startsWith("Payment ")).length, 1);
});

test("PFD-010: PostalForm's tools need a gateway, and nothing is sent without one", async () => {
  const edgepost = new Edgepost({ direct: { postalform: { baseUrl: `${HOST}/postalform` } }, fetch: send });
  const refused = await edgepost.call("postalform.search_addresses", { target: "recipient", query: "Library of Congress" });
  assert.deepEqual([refused.kind, refused.code, sent.length], ["refused", "no_gateway", 0]);
  assert.match(refused.message, /edgepost\/client/);
  const own = await edgepost.pay("postalform.create_order", { ...JSON.parse(readFileSync(POSTALFORM, "utf8")).input }, { maxAmount: { amount: "5.00", currency: "USD" }, signer: "gateway", waitMs: 0 });
  assert.notEqual(own.kind, "paid");
});
