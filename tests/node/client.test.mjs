// edgepost/client, in Node, against the sandbox in this process: no port, every fault.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { Edgepost, EdgepostError } from "edgepost/client";
import { Sandbox } from "edgepost/sandbox";
import { flood, listen } from "../support/http.mjs";

const CREATE = "pieterpost.create_checkout_link";
const READ = "pieterpost.get_order";
const HOST = "https://sandbox.test";
const vector = new URL("../vectors/pieterpost.create_checkout_link/letter_checkout.json", import.meta.url);
const { input } = JSON.parse(readFileSync(vector, "utf8"));

let sandbox;
let sent;
let edgepost;

/** In the place of the gateway: the sandbox itself, with its key. */
const withKey = (url, init) => {
  sent.push({ url, ...init, body: init.body && Buffer.from(init.body).toString() });
  return sandbox.fetch(url, { ...init, headers: { ...init.headers, authorization: "Bearer pp_test_sandbox" } });
};

beforeEach(() => {
  sandbox = new Sandbox({ pieterpost: { stepMs: 50 } });
  sent = [];
  edgepost = new Edgepost({ baseUrl: HOST, fetch: withKey });
});

const control = (path, body) => sandbox.fetch(`${HOST}/_sandbox/${path}`, { method: "POST", body: JSON.stringify(body) });
const state = async () => (await sandbox.fetch(`${HOST}/_sandbox/state`)).json();
const fault = async (operation, kind, more = {}) =>
  assert.equal((await control("faults", { operation, kind, ...more })).status, 201);
const pay = (checkoutUrl, action = "pay") => sandbox.fetch(checkoutUrl, { method: "POST", body: new URLSearchParams({ action }) });

test("a call draws a key, sends the canonical bytes and reads the answer", async () => {
  const called = await edgepost.call(CREATE, input);
  assert.equal(called.kind, "ok");
  assert.equal(called.value.status, "checkout_open");
  assert.match(called.key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(called.replayed, false);
  const [request] = sent;
  assert.equal(request.url, `${HOST}/pieterpost/v1/checkout-links`);
  assert.equal(request.method, "POST");
  assert.equal(request.redirect, "manual");
  assert.equal(request.headers["idempotency-key"], called.key);
  assert.deepEqual(JSON.parse(request.body), input);
});

test("PO-091: a hook has no id of its own, so a call draws a key for the gateway; what has one draws none", async () => {
  const hook = { events: ["order"], url: "https://shop.example.com/hooks", secret: "fake" };
  const made = await edgepost.call("postpay.create_hook", hook, { attempts: 1 });
  const [{ headers }] = sent;
  assert.match(made.key, /^[0-9a-f-]{36}$/);
  assert.equal(headers["idempotency-key"], made.key);
  const own = await edgepost.call("postpay.create_hook", hook, { idempotencyKey: "mine" });
  assert.deepEqual([own.key, sent[1].headers["idempotency-key"]], ["mine", "mine"]);
  for (const [operation, given] of [["capture_order", { order_id: "a" }], ["create_refund", { order_id: "a", refund_id: "r" }], ["delete_hook", { id: "h" }]]) {
    const { key } = await edgepost.call(`postpay.${operation}`, given);
    assert.deepEqual([key, sent.at(-1).headers["idempotency-key"]], [null, undefined], operation);
  }
});

test("PB-003 PB-006 PO-091: what a gateway knows itself is left out, and one name is enough", async () => {
  const refill = { postalReportingNumber: "3001234567", amount: 500, currencyCode: "USD", maxAmount: 500 };
  const { key } = await edgepost.call("pitneybowes.fund_account", refill);
  const hook = { events: ["order"], url: "https://mail.example.com/hooks/postpay/test" };
  await edgepost.call("postpay.create_hook", hook);
  await edgepost.call("pitneybowes.list_merchants", "{ }");
  const [{ url, headers, body }, made, listed] = sent;
  assert.match(url, /\/developers\/-\/merchants\/3001234567\/account\/fund$/);
  assert.deepEqual([headers["x-pb-transactionid"], headers["idempotency-key"]], [key, undefined]);
  assert.deepEqual(JSON.parse(body), { amount: 500, currencyCode: "USD" });
  assert.deepEqual(JSON.parse(made.body), { ...hook, secret: "-" });
  assert.match(listed.url, /\/developers\/-\/merchants$/);
  await edgepost.call("pitneybowes.fund_account", { ...refill, developerId: "12345678" });
  assert.match(sent.at(-1).url, /\/developers\/12345678\/merchants/);
  for (const [operation, input, path] of [["pitneybowes.fund_account", { ...refill, developerId: null }, "/developerId"], ["postpay.create_hook", {}, "/url"], ["pitneybowes.get_balance", [], ""]]) {
    const found = await edgepost.call(operation, JSON.stringify(input)).catch(({ issues }) => issues.map(({ path }) => path));
    assert.ok(Array.isArray(found) && found.includes(path), `${operation}: ${JSON.stringify(found)}`);
  }
});

test("PP-125: a lost answer is asked for again with the same key and bytes, and one order is made", async () => {
  for (const kind of ["drop_after", "html_body", "empty_body", "status_500_after", "drop_before", "redirect"]) {
    await control("reset", {});
    sent = [];
    const phases = [];
    await fault(CREATE, kind);
    const called = await edgepost.call(CREATE, input, { onProgress: (progress) => phases.push(progress.phase) });
    assert.equal(called.kind, "ok", kind);
    assert.deepEqual(phases, ["sending", "waiting", "sending"], kind);
    assert.equal(sent.length, 2);
    assert.equal(sent[0].body, sent[1].body);
    assert.equal(sent[0].headers["idempotency-key"], sent[1].headers["idempotency-key"]);
    assert.equal((await state()).pieterpost.orders.length, 1, kind);
  }
});

test("PP-174: it gives up after the attempts that it was given, and the key lets the caller go on", async () => {
  await fault(CREATE, "drop_after", { times: 5 });
  const lost = await edgepost.call(CREATE, input, { attempts: 2 });
  assert.deepEqual([lost.kind, lost.status, lost.retry], ["unknown", null, { advice: "same_bytes" }]);
  assert.equal(sent.length, 2);
  await control("reset", {});
  const again = await edgepost.call(CREATE, input, { idempotencyKey: lost.key });
  assert.equal(again.kind, "ok");
  assert.equal(again.key, lost.key);
});

test("a refusal is not repeated", async () => {
  await fault(CREATE, "code", { code: "account_inactive" });
  const refused = await edgepost.call(CREATE, input);
  assert.deepEqual([refused.kind, refused.code, refused.retry.advice], ["refused", "account_inactive", "never"]);
  assert.equal(sent.length, 1);
});

test("an answer that does not come in time is unknown", async () => {
  await fault(CREATE, "delay_after", { delayMs: 5_000 });
  const late = await edgepost.call(CREATE, input, { timeoutMs: 100, attempts: 1 });
  assert.deepEqual([late.kind, late.status], ["unknown", null]);
  assert.equal((await state()).pieterpost.orders.length, 1);
});

test("bad input is thrown before anything is sent", async () => {
  await assert.rejects(edgepost.call(CREATE, { requestType: "letter" }), (error) => {
    assert.ok(error instanceof EdgepostError);
    assert.equal(error.code, "invalid_input");
    assert.match(error.message, /^pieterpost\.create_checkout_link: \/senderEmail: senderEmail is missing\. \(and 1 more\)$/);
    assert.equal(error.issues.filter(({ severity }) => severity === "error").length, 2);
    return true;
  });
  await assert.rejects(edgepost.call(CREATE, { requestType: 1n }), { code: "invalid_input" });
  await assert.rejects(edgepost.call("pieterpost.no_such", {}), { code: "unknown_operation" });
  await assert.rejects(new Edgepost({ baseUrl: "ftp://x" }).call(CREATE, input), { code: "invalid_input" });
  assert.equal(sent.length, 0);
});

test("a caller can give up, and keeps the key", async () => {
  await fault(CREATE, "delay_after", { delayMs: 5_000 });
  const leaving = new AbortController();
  setTimeout(() => leaving.abort(new Error("enough")), 50);
  await assert.rejects(edgepost.call(CREATE, input, { signal: leaving.signal }), (error) => {
    assert.deepEqual([error.code, error.cause.message], ["aborted", "enough"]);
    assert.equal(error.key, sent[0].headers["idempotency-key"]);
    return true;
  });
  await assert.rejects(edgepost.call(CREATE, input, { signal: AbortSignal.abort() }), { code: "aborted" });
  assert.equal(sent.length, 1, "what was given up before is not sent");
  await fault(CREATE, "drop_after", { times: 9 });
  const pausing = new AbortController();
  const onProgress = ({ phase }) => phase === "waiting" && pausing.abort();
  await assert.rejects(edgepost.call(CREATE, input, { signal: pausing.signal, onProgress }), { code: "aborted" });
});

test("PP-161 PP-163: wait follows an order to its end", async () => {
  const { value } = await edgepost.call(CREATE, input);
  await pay(value.checkoutUrl);
  const seen = [];
  const waited = await edgepost.wait(READ, { orderId: value.orderId }, { onProgress: ({ value }) => seen.push(value.status) });
  assert.deepEqual([waited.kind, waited.done, waited.value.status], ["ok", true, "fulfilled"]);
  assert.equal(seen[0], "paid");
  assert.equal(seen.at(-1), "fulfilled");
});

test("wait ends when the caller has seen enough, and when its time is up", async () => {
  const { value } = await edgepost.call(CREATE, input);
  const until = ({ status }) => status === "checkout_open";
  const enough = await edgepost.wait(READ, { orderId: value.orderId }, { until });
  assert.deepEqual([enough.done, enough.value.status], [true, "checkout_open"]);
  const over = await edgepost.wait(READ, { orderId: value.orderId }, { waitMs: 100 });
  assert.deepEqual([over.done, over.value.status], [false, "checkout_open"]);
  const foreign = await edgepost.wait(READ, { orderId: "ord_none" });
  assert.deepEqual([foreign.kind, foreign.done, foreign.code], ["refused", false, "order_not_found"]);
});

test("wait goes on over answers that are lost", async () => {
  const { value } = await edgepost.call(CREATE, input);
  await pay(value.checkoutUrl);
  for (const kind of ["drop_before", "html_body", "status_500_after"]) await fault(READ, kind);
  const waited = await edgepost.wait(READ, { orderId: value.orderId });
  assert.deepEqual([waited.done, waited.value.status], [true, "fulfilled"]);
});

test("many calls at once do not meet", async () => {
  const several = Array.from({ length: 40 }, (_, index) => edgepost.call(CREATE, { ...input, externalId: `invoice_${index}` }));
  const values = (await Promise.all(several)).map(({ value }) => value);
  assert.deepEqual(values.map(({ externalId }) => externalId), Array.from({ length: 40 }, (_, index) => `invoice_${index}`));
  assert.equal(new Set(values.map(({ orderId }) => orderId)).size, 40);
});

test("what a caller's own callbacks throw stops nothing", async () => {
  const onProgress = () => {
    throw new Error("mine");
  };
  assert.equal((await edgepost.call(CREATE, input, { onProgress })).kind, "ok");
});

/** What a promise of a call comes to; a call that hangs is a defect of its own. */
const settled = (promise) => {
  const late = new Promise((_, reject) => setTimeout(reject, 5_000, new Error("it hangs")).unref());
  return Promise.race([promise, late]);
};
const invalid = (name) => (error) => {
  assert.ok(error instanceof EdgepostError, String(error));
  assert.deepEqual([error.code, error.message.split(" is ")[0]], ["invalid_options", name]);
  return true;
};

test("an option of another type is named before anything reaches the wasm", async () => {
  for (const [options, name] of [
    [undefined, "baseUrl"],
    [{}, "baseUrl"],
    ["https://sandbox.test", "options"],
    [{ baseUrl: 7 }, "baseUrl"],
    [{ baseUrl: `${HOST}/\ud800` }, "baseUrl"],
    [{ baseUrl: `${HOST}/?a=b` }, "baseUrl"],
    [{ baseUrl: HOST, grant: {} }, "grant"],
    [{ baseUrl: HOST, grant: "\ud800" }, "grant"],
    [{ baseUrl: HOST, fetch: "fetch" }, "fetch"],
  ]) {
    assert.throws(() => new Edgepost(options), invalid(name));
  }
  for (const [options, name] of [
    ["now", "options"],
    [{ idempotencyKey: 12345 }, "idempotencyKey"],
    [{ idempotencyKey: "\udfff" }, "idempotencyKey"],
    [{ grant: 1 }, "grant"],
    [{ acceptLanguage: ["nl"] }, "acceptLanguage"],
    [{ attempts: 3n }, "attempts"],
    [{ timeoutMs: NaN }, "timeoutMs"],
    [{ timeoutMs: Infinity }, "timeoutMs"],
    [{ signal: {} }, "signal"],
    [{ onProgress: true }, "onProgress"],
  ]) {
    await assert.rejects(settled(edgepost.call(CREATE, input, options)), invalid(name));
  }
  await assert.rejects(settled(edgepost.wait(READ, { orderId: "ord_1" }, { until: "paid" })), invalid("until"));
  await assert.rejects(settled(edgepost.wait(READ, { orderId: "ord_1" }, { waitMs: "1" })), invalid("waitMs"));
  assert.equal(sent.length, 0);
});

test("PP-007: an option that there is not is refused by its name alone", async () => {
  const isRefused = ({ code, message }) => code === "invalid_options" && message.startsWith("There is no option ") && !message.includes("pp_test");
  assert.throws(() => new Edgepost({ baseUrl: HOST, key: "pp_test_x" }), isRefused);
  await assert.rejects(edgepost.call(CREATE, input, { authorization: "Bearer pp_test_x" }), isRefused);
  await assert.rejects(edgepost.wait(READ, { orderId: "ord_1" }, { untill: () => true }), isRefused);
});

test("a secret that cannot be used is not shown", () => {
  assert.throws(() => new Edgepost({ baseUrl: HOST, grant: "secret\ud800" }), (error) => !error.message.includes("secret"));
});

test("what is null is not there, and a URL is an address", async () => {
  const url = new Edgepost({ baseUrl: new URL(HOST), fetch: withKey, grant: null });
  const called = await settled(url.call(CREATE, input, { idempotencyKey: null, signal: null, timeoutMs: null }));
  assert.equal(called.kind, "ok");
  assert.equal(sent[0].url, `${HOST}/pieterpost/v1/checkout-links`);
});

test("a fetch of one's own that answers with no Response is said so, once, with the key", async () => {
  for (const nothing of [undefined, null, "text", {}, { status: 200, headers: {} }]) {
    const asked = [];
    const own = new Edgepost({ baseUrl: HOST, fetch: async (url, init) => void asked.push(init.headers) ?? nothing });
    const idempotencyKey = "order-demo-001";
    await assert.rejects(settled(own.call(CREATE, input, { idempotencyKey })), (error) => {
      assert.equal(error.key, idempotencyKey, "it may have been sent");
      return invalid("what fetch answers with")(error);
    });
    assert.equal(asked.length, 1);
    await assert.rejects(settled(own.wait(READ, { orderId: "ord_1" })), invalid("what fetch answers with"));
  }
});

test("a Response that is made by hand is one", async () => {
  const body = new TextEncoder().encode('{"code":"account_inactive","error":"No."}');
  for (const arrayBuffer of [() => body.buffer, async () => body]) {
    const fetch = () => ({ status: 403, headers: new Map([["x-count", 7]]), arrayBuffer });
    const { kind, code } = await settled(new Edgepost({ baseUrl: HOST, fetch }).call(CREATE, input));
    assert.deepEqual([kind, code], ["refused", "account_inactive"]);
  }
});

test("an answer without end is none, and is not read to the end of the memory", async (context) => {
  const sizes = [];
  const server = await listen(async (request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "application/json" }).write('{"status":"');
    sizes.push(await flood(response));
  });
  context.after(() => server.close());
  const began = Date.now();
  for (const fetch of [undefined, (url, init) => globalThis.fetch(url, init)]) {
    const { kind } = await new Edgepost({ baseUrl: server.url, fetch }).call(CREATE, input, { attempts: 2, timeoutMs: 60_000 });
    assert.equal(kind, "unknown");
  }
  assert.ok(Date.now() - began < 30_000, "nobody waited for the timeout");
  while (sizes.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(sizes.every((size) => size > 8 * 1_048_576 && size < 32 * 1_048_576), `${sizes}: the connection is closed`);
});

test("an answer has 8 MiB at the most, whoever made it", async () => {
  const [start, end] = ['{"code":"account_inactive","error":"', '"}'];
  const stream = (body) => new Response(body, { status: 403 });
  const byHand = (body) => ({ status: 403, headers: {}, arrayBuffer: () => Buffer.from(body) });
  for (const made of [stream, byHand]) {
    for (const [more, expected] of [[0, "refused"], [1, "unknown"]]) {
      const body = start + "a".repeat(8 * 1_048_576 - start.length - end.length + more) + end;
      const { kind } = await new Edgepost({ baseUrl: HOST, fetch: () => made(body) }).call(CREATE, input, { attempts: 1 });
      assert.equal(kind, expected);
    }
  }
});
