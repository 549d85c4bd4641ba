// Lists of Postpay, page by page, in Node, against the sandbox in this process.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, beforeEach, test } from "node:test";
import { Edgepost, EdgepostError } from "edgepost/client";
import { Sandbox } from "edgepost/sandbox";

const LIST = "postpay.list_orders";
const HOST = "https://sandbox.test";
const { input } = JSON.parse(readFileSync(new URL("../vectors/postpay.create_checkout/create_a_checkout.json", import.meta.url), "utf8"));
const NAMES = Array.from({ length: 45 }, (_, index) => `order-${String(index).padStart(2, "0")}`);

const sandbox = new Sandbox();
let sent;

/** In the place of the gateway: the sandbox itself, with its key. */
const withKey = (url, init) => {
  sent.push(url.slice(`${HOST}/postpay`.length));
  return sandbox.fetch(url, { ...init, headers: { ...init.headers, authorization: `Basic ${btoa("id_sandbox:sk_test_sandbox")}` } });
};
const edgepost = new Edgepost({ baseUrl: `${HOST}/`, fetch: withKey });
/** A provider that answers as it likes. */
const liar = (answer) => new Edgepost({ baseUrl: HOST, fetch: (url) => (sent.push(url), Response.json(answer(sent.length))) });
const order = { order_id: "order-1", status: "captured", status_changed: "2026-11-21T12:00:00Z", total_amount: 1, tax_amount: 0, currency: "AED", created: "2026-11-21T12:00:00Z" };

const all = async (list) => {
  const found = [];
  for await (const one of list) found.push(one);
  return found;
};
const fault = async (kind, more = {}) => {
  const body = JSON.stringify({ operation: LIST, kind, ...more });
  assert.equal((await sandbox.fetch(`${HOST}/_sandbox/faults`, { method: "POST", body })).status, 201);
};

before(async () => {
  sent = [];
  for (const order_id of NAMES) assert.equal((await edgepost.call("postpay.create_checkout", { ...input, order_id })).kind, "ok");
});
beforeEach(() => (sent = []));

test("PO-070 PO-071: a list is read to its end, page by page", async () => {
  const found = await all(edgepost.each(LIST, { ordering: "created" }));
  assert.deepEqual(found.map(({ order_id }) => order_id).sort(), NAMES);
  assert.deepEqual(sent, ["/orders?ordering=created", "/orders?page=2&ordering=created", "/orders?page=3&ordering=created"]);
});

test("PO-070 PO-073: it begins where it is told, with the filters and the size that it is told", async () => {
  const given = { page: 2, page_size: 20, order_id__in: NAMES.slice(0, 42).join() };
  const found = await all(edgepost.each(LIST, given));
  assert.equal(found.length, 22);
  assert.ok(sent[0].startsWith("/orders?page=2&page_size=20&order_id__in=order-00") && sent[1].startsWith("/orders?page=3&page_size=20&order_id__in=order-00"));
  assert.deepEqual(await all(edgepost.each(LIST, { status: "captured" })), []);
});

test("who leaves the loop asks for no more", async () => {
  for await (const { order_id } of edgepost.each(LIST, {})) {
    assert.ok(order_id);
    break;
  }
  assert.equal(sent.length, 1);
});

test("who changes the filters meanwhile does not change the question", async () => {
  const given = { page_size: 30 };
  for await (const _ of edgepost.each(LIST, given)) given.page_size = 1;
  assert.deepEqual(sent, ["/orders?page_size=30", "/orders?page=2&page_size=30"]);
});

test("PO-112: a page that is lost is read again", async () => {
  for (const kind of ["drop_before", "html_body", "status_500_after"]) {
    await fault(kind);
    assert.equal((await all(edgepost.each(LIST, {}))).length, 45, kind);
  }
});

test("what cannot be read to its end says so, with the outcome", async () => {
  await fault("html_body", { times: 3 });
  await assert.rejects(all(edgepost.each(LIST, {})), (error) => {
    assert.ok(error instanceof EdgepostError);
    assert.deepEqual([error.code, error.message], ["incomplete", `${LIST}: no answer came that can be read`]);
    assert.deepEqual([error.cause.kind, error.cause.status], ["unknown", 200]);
    return true;
  });
  const foreign = edgepost.each("postpay.list_refunds", { order_id: "no-such-order" });
  await assert.rejects(all(foreign), ({ code, cause }) => code === "incomplete" && cause.kind === "refused" && cause.status === 404);
});

test("PO-072: a link that leads elsewhere is not followed, and nothing is sent there", async () => {
  for (const next of ["https://evil.example/postpay/orders?page=2", "https://sandbox.test.evil.example/?page=2", "//sandbox.test/postpay/orders?page=2", "/postpay/orders?page=2", "https://sandbox.test/postpay/orders", 7]) {
    sent = [];
    const found = [];
    const reading = async () => {
      for await (const one of liar(() => ({ count: 90, next, previous: null, results: [order] })).each(LIST, {})) found.push(one);
    };
    await assert.rejects(reading(), { code: "incomplete" }, String(next));
    assert.deepEqual([sent, found], [[`${HOST}/postpay/orders`], [order]], "what came before is good");
  }
});

test("PO-072: of a link only the page's number is used", async () => {
  const next = `${HOST}/elsewhere?page=2&status=denied&page_size=1`;
  const list = liar((turn) => ({ count: 2, next: turn === 1 ? next : null, previous: null, results: [order] }));
  assert.equal((await all(list.each(LIST, { status: "captured" }))).length, 2);
  assert.deepEqual(sent, [`${HOST}/postpay/orders?status=captured`, `${HOST}/postpay/orders?page=2&status=captured`]);
});

test("PO-072: pages that would never end do", async () => {
  const page = (next, results = [order]) => ({ count: 9, next: `${HOST}/postpay/orders?page=${next}`, previous: null, results });
  for (const [endless, pages] of [[() => page(1), 1], [() => page(2), 2], [(turn) => page(turn + 1, turn === 3 ? [] : [order]), 3], [() => page(100_001), 1]]) {
    sent = [];
    await assert.rejects(all(liar(endless).each(LIST, {})), { code: "incomplete" });
    assert.equal(sent.length, pages);
  }
});

test("a caller can give up, between pages and in one", async () => {
  const leaving = new AbortController();
  const found = [];
  const reading = async () => {
    for await (const one of edgepost.each(LIST, {}, { signal: leaving.signal })) if (found.push(one) === 20) leaving.abort(new Error("enough"));
  };
  await assert.rejects(reading(), ({ code, cause }) => code === "aborted" && cause.message === "enough");
  assert.deepEqual([found.length, sent.length], [20, 1]);
  await fault("delay_after", { delayMs: 5_000 });
  await assert.rejects(all(edgepost.each(LIST, {}, { signal: AbortSignal.timeout(50) })), { code: "aborted" });
});

test("PO-070 PO-078: what is wrong is said before anything is sent", async () => {
  for (const [name, given, path] of [
    [LIST, { page_size: 51 }, "/page_size"],
    [LIST, { page: 0 }, "/page"],
    [LIST, { description__contains: "x" }, "/description__contains"],
    [LIST, { ordering: "order_id" }, "/ordering"],
    ["postpay.list_refunds", {}, "/order_id"],
  ]) {
    await assert.rejects(all(edgepost.each(name, given)), ({ code, issues }) => code === "invalid_input" && issues[0].path === path, path);
  }
  for (const name of ["postpay.get_order", "postpay.create_checkout", "pieterpost.create_order", "pitneybowes.list_merchants"]) {
    await assert.rejects(all(edgepost.each(name, { ...input, developerId: "fake" })), { code: "incomplete", message: `${name}: it has no pages` });
  }
  await assert.rejects(all(edgepost.each("postpay.no_such", {})), { code: "unknown_operation" });
  await assert.rejects(all(edgepost.each(LIST, {}, { idempotencyKey: 7 })), { code: "invalid_options" });
  await assert.rejects(all(edgepost.each(LIST, {}, { page: 2 })), { code: "invalid_options" });
  assert.equal(sent.length, 0);
});
