// Postpay on workerd, against the sandbox: a page sets no price, and money moves once, whatever becomes of an answer.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { build } from "edgepost";
import { Edgepost } from "edgepost/client";
import { ALL_CANARIES, until } from "../support/postpay.mjs";
import { allow, approve, approved, ask, captured, checkout, startShop, startShopSandbox, told, TOTAL } from "../support/shop.mjs";

let sandbox;
let gateway;
let persistTo;

before(async () => {
  persistTo = await mkdtemp(join(tmpdir(), "edgepost-postpay-"));
  sandbox = await startShopSandbox();
  await start();
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
  await rm(persistTo, { recursive: true, force: true });
});

beforeEach(() => sandbox.reset());

/** The gateway with what it wrote down, at the same address. */
async function start() {
  gateway = await startShop(sandbox, { persistTo, port: gateway?.port, policy: { requests_per_minute: 10_000 } });
}

const HOOK = { events: ["order"], url: "https://shop.example.com/hooks", secret: "fake-secret-of-a-hook" };
const fault = (operation, kind, more) => sandbox.fault(`postpay.${operation}`, kind, more);
const seen = async (operation) => (await sandbox.state()).requests[`postpay.${operation}`].seen;
const transactions = async () => (await sandbox.state()).postpay.transactions.map(({ type, amount }) => [type, amount]);
const capture = (order, token) => ask(gateway, "POST", `/orders/${order}/capture`, { token });
const refund = (order, body, token) => ask(gateway, "POST", `/orders/${order}/refunds`, { body, token });

test("a checkout is made, approved, captured, and refunded in parts until nothing is left", async () => {
  const body = checkout(gateway);
  const made = await ask(gateway, "POST", "/checkouts", { body, token: await allow("create_checkout", { amount: { aed: TOTAL } }) });
  const { redirect_url } = await made.json();
  assert.deepEqual([made.status, made.headers.get("edgepost-operation")], [200, "postpay.create_checkout"]);
  await approve(redirect_url);

  const own = made.headers.get("edgepost-order-grant");
  const order = await (await ask(gateway, "GET", `/orders/${body.order_id}`, { token: own })).json();
  assert.deepEqual([order.order_id, order.status], [body.order_id, "approved"]);
  assert.deepEqual(await told(await ask(gateway, "GET", "/orders/another", { token: own })), [403, "grant_insufficient", "never"]);
  assert.equal((await capture(body.order_id, own)).status, 403, "who may look may not take");

  const token = await allow("capture_order", { orders: [body.order_id] });
  const first = await capture(body.order_id, token);
  const again = await capture(body.order_id, token);
  assert.equal(await again.text(), await first.text());
  assert.deepEqual([first.headers.get("edgepost-source"), again.headers.get("edgepost-replayed")], ["provider", "true"]);
  assert.equal(await seen("capture_order"), 1);

  for (const [refund_id, amount, expected] of [
    ["r-1", 50_000, [200]],
    ["r-1", 50_000, [200]],
    ["r-2", 31_480, [200]],
    ["r-3", 1, [409, "limit_exceeded"]],
  ]) {
    const token = await allow("create_refund", { sub: "shop", orders: [body.order_id], amount: { aed: amount } });
    assert.deepEqual(await told(await refund(body.order_id, { refund_id, amount }, token)), expected, refund_id);
  }
  assert.equal(await seen("create_refund"), 3);
  const lists = await allow("list_refunds");
  const page = await ask(gateway, "GET", `/orders/${body.order_id}/refunds?page=1&page_size=1`, { token: lists });
  const { count, results, next } = await page.json();
  assert.deepEqual([count, results.length], [2, 1], "PO-070: numbers of a query are numbers");
  assert.ok(next.startsWith(`${gateway.url}/postpay/orders/${body.order_id}/refunds?`), next);
  const second = await (await fetch(next, { headers: { "edgepost-grant": lists } })).json();
  assert.deepEqual([second.results.length, second.next], [1, null], "PO-072: links lead on through the gateway");
  const found = [];
  const edgepost = new Edgepost({ baseUrl: gateway.url, grant: lists });
  for await (const { refund_id } of edgepost.each("postpay.list_refunds", { order_id: body.order_id, page_size: 1 })) found.push(refund_id);
  assert.deepEqual(found.sort(), ["r-1", "r-2"]);
});

test("a page that changes the amount of a checkout is refused before Postpay is called", async () => {
  const body = checkout(gateway);
  const cheap = { ...body, items: [{ ...body.items[0], unit_price: 100 }], discounts: [], tax_amount: 0, total_amount: 2_100 };
  const { digest } = build("postpay.create_checkout", body);
  for (const claims of [{ amount: { aed: TOTAL } }, { intent: digest }]) {
    const token = await allow("create_checkout", claims);
    const post = (body) => ask(gateway, "POST", "/checkouts", { body, token });
    assert.deepEqual(await told(await post(cheap)), [403, "grant_insufficient", "never"]);
    assert.deepEqual(await told(await post({ ...body, currency: "SAR" })), [403, "grant_insufficient", "never"]);
  }
  for (const free of [{}, { max_amount: { aed: TOTAL } }]) {
    const answer = await ask(gateway, "POST", "/checkouts", { body, token: await allow("create_checkout", free) });
    const { code, detail } = await answer.json();
    assert.deepEqual([answer.status, code], [403, "grant_insufficient"]);
    assert.match(detail, /`amount`.*`intent`/);
  }
  assert.equal((await ask(gateway, "POST", "/checkouts", { body })).status, 401);
  assert.deepEqual(await told(await ask(gateway, "POST", "/checkouts", { body: { ...body, total_amount: 814.8 }, token: await allow("create_checkout", { amount: { aed: TOTAL } }) })), [422, "invalid_input", "never"]);
  assert.equal(await seen("create_checkout"), 0);

  const token = await allow("create_checkout", { amount: { aed: TOTAL } });
  assert.deepEqual(await told(await ask(gateway, "POST", "/checkouts", { body, token })), [200]);
  const another = checkout(gateway);
  assert.deepEqual(await told(await ask(gateway, "POST", "/checkouts", { body: another, token })), [403, "grant_exhausted", "never"], "one sum, once");
});

/** Where an answer is lost: after the provider did it, and before. */
const AFTER = ["drop_after", "status_500_after", "html_body", "empty_body"];
const BEFORE = ["drop_before", "status_500_before", "redirect"];

for (const kind of AFTER) {
  test(`PO-052 PO-064 PO-018 PO-090: after ${kind} the provider is asked, and the caller learns what is true`, async () => {
    const order = await approved(gateway);
    await fault("capture_order", kind);
    const taken = await capture(order, await allow("capture_order"));
    assert.deepEqual([taken.status, (await taken.json()).status], [200, "captured"]);

    await fault("create_refund", kind);
    const token = await allow("create_refund", { orders: [order], amount: { aed: 500 } });
    const back = await refund(order, { refund_id: "r", amount: 500 }, token);
    assert.deepEqual([back.status, (await back.json()).amount], [200, 500]);
    assert.deepEqual(await told(await refund(order, { refund_id: "r", amount: 500 }, token)), [200], "and again");
    assert.deepEqual(await told(await refund(order, { refund_id: "r-2", amount: 500 }, token)), [403, "grant_exhausted", "never"]);
    assert.deepEqual([await seen("capture_order"), await seen("create_refund")], [1, 1]);
    assert.deepEqual(await transactions(), [["order", TOTAL], ["refund", -500]]);

    await fault("create_hook", kind);
    const [hooks, key] = [await allow("create_hook"), randomUUID()];
    const made = await ask(gateway, "POST", "/hooks", { body: HOOK, token: hooks, key });
    assert.deepEqual([made.status, (await made.json()).url], [200, HOOK.url]);
    assert.deepEqual([(await sandbox.state()).postpay.hooks.length, await seen("create_hook")], [1, 1]);

    await fault("create_checkout", kind);
    const body = checkout(gateway);
    const once = await allow("create_checkout", { amount: { aed: TOTAL } });
    const mint = (body) => ask(gateway, "POST", "/checkouts", { body, token: once });
    assert.deepEqual(await told(await mint(body)), [502, "answer_lost", "new_key"], "its page is lost");
    assert.deepEqual(await told(await mint(body)), [502, "answer_lost", "new_key"]);
    assert.deepEqual(await told(await mint({ ...body, order_id: randomUUID() })), [200], "the grant is still good");
  });
}

for (const kind of BEFORE) {
  test(`PO-052 PO-064 PO-018 PO-090: after ${kind} nothing happened, and the same request makes it happen once`, async () => {
    const unknown = [502, kind === "drop_before" ? "upstream_unreachable" : "upstream_unreadable", "same_bytes"];
    const twice = async (operation, call) => {
      await fault(operation, kind);
      assert.deepEqual(await told(await call()), unknown, operation);
      assert.deepEqual(await told(await call()), [200], operation);
      assert.deepEqual(await told(await call()), [200], operation);
      assert.equal(await seen(operation), 2, operation);
    };
    const [body, once] = [checkout(gateway), await allow("create_checkout", { amount: { aed: TOTAL } })];
    await twice("create_checkout", () => ask(gateway, "POST", "/checkouts", { body, token: once }));
    const order = await approved(gateway);
    const takes = await allow("capture_order");
    await twice("capture_order", () => capture(order, takes));
    const gives = await allow("create_refund", { orders: [order], amount: { aed: 500 } });
    await twice("create_refund", () => refund(order, { refund_id: "r", amount: 500 }, gives));
    const [hooks, key] = [await allow("create_hook"), randomUUID()];
    await twice("create_hook", () => ask(gateway, "POST", "/hooks", { body: HOOK, token: hooks, key }));
    assert.deepEqual(await transactions(), [["order", TOTAL], ["refund", -500]]);
    assert.equal((await sandbox.state()).postpay.hooks.length, 1);
  });
}

test("PO-052: while nobody can tell, it is unknown and not sent again", async () => {
  const order = await approved(gateway);
  const token = await allow("capture_order");
  await fault("capture_order", "drop_after");
  await fault("get_order", "drop_before", { times: 2 });
  assert.deepEqual(await told(await capture(order, token)), [502, "upstream_unreachable", "same_bytes"]);
  assert.deepEqual(await told(await capture(order, token)), [502, "answer_lost", "same_bytes"]);
  assert.equal(await seen("capture_order"), 1);
  assert.deepEqual(await told(await capture(order, token)), [200]);
  assert.deepEqual([await seen("capture_order"), await transactions()], [1, [["order", TOTAL]]]);
});

/** Each call that changes something, ready to be made as often as wanted, and who is asked what became of it. */
const CALLS = {
  create_checkout: ["get_order", async () => {
    const [body, token] = [checkout(gateway), await allow("create_checkout", { amount: { aed: TOTAL } })];
    return () => ask(gateway, "POST", "/checkouts", { body, token });
  }],
  capture_order: ["get_order", async () => {
    const [order, token] = [await approved(gateway), await allow("capture_order")];
    return () => capture(order, token);
  }],
  create_refund: ["get_refund", async () => {
    const order = await captured(gateway);
    const token = await allow("create_refund", { orders: [order], amount: { aed: 500 } });
    return () => refund(order, { refund_id: "r", amount: 500 }, token);
  }],
  create_hook: ["list_hooks", async () => {
    const [token, key] = [await allow("create_hook"), randomUUID()];
    return () => ask(gateway, "POST", "/hooks", { body: HOOK, token, key });
  }],
};

/** How many there are of what a call makes. */
async function made(operation) {
  const { orders, hooks, transactions } = (await sandbox.state()).postpay;
  return ({ create_checkout: orders, create_hook: hooks }[operation] ?? transactions).length;
}

for (const [operation, [asked, ready]] of Object.entries(CALLS)) {
  for (const [point, faults, waitsFor, calls] of [
    ["while the provider has heard of it and done nothing", [[operation, "delay_before"]], operation, 2],
    ["while the provider has done it and not answered", [[operation, "delay_after"]], operation, 1],
    ["while the provider is asked what became of it", [[operation, "drop_after"], [asked, "delay_after"]], asked, 1],
  ]) {
    test(`PO-052 PO-064 PO-018 PO-090: ${operation}, killed ${point}: once, and the retry learns what is true`, async () => {
      const call = await ready();
      const [before, looks] = [await made(operation), await seen(waitsFor)];
      for (const [name, kind] of faults) await fault(name, kind, kind.startsWith("delay") ? { delayMs: 15_000 } : {});
      const lost = call().then(told, () => undefined);
      await until(async () => (await seen(waitsFor)) > looks);
      await gateway.kill();
      assert.equal(await lost, undefined);
      await start();
      const expected = operation === "create_checkout" && calls === 1 ? [502, "answer_lost", "new_key"] : [200];
      assert.deepEqual(await told(await call()), expected);
      assert.deepEqual(await told(await call()), expected, "and again");
      assert.deepEqual([(await made(operation)) - before, await seen(operation)], [1, calls]);
    });
  }
}

test("PO-052 PO-064: what somebody else did is told as what it is", async () => {
  const order = await captured(gateway);
  const other = await capture(order, await allow("capture_order"));
  assert.deepEqual([other.status, (await other.json()).status], [200, "captured"], "another caller, another entry");
  assert.deepEqual(await transactions(), [["order", TOTAL]]);
  const open = checkout(gateway);
  await ask(gateway, "POST", "/checkouts", { body: open, token: await allow("create_checkout", { amount: { aed: TOTAL } }) });
  assert.deepEqual(await told(await capture(open.order_id, await allow("capture_order"))), [409, "invalid_status"], "nobody approved it");

  const give = async (amount) => refund(order, { refund_id: "r", amount }, await allow("create_refund", { orders: [order], amount: { aed: amount } }));
  assert.deepEqual(await told(await give(500)), [200]);
  assert.deepEqual(await told(await give(500)), [200], "another caller says the same");
  assert.deepEqual(await told(await give(400)), [409, "id_taken", "new_key"]);
  assert.deepEqual(await transactions(), [["order", TOTAL], ["refund", -500]]);
});

test("PO-050 PO-064: a hundred at once move the money once", async () => {
  const order = await approved(gateway);
  const takes = await allow("capture_order");
  const times = (call) => Promise.all(Array.from({ length: 100 }, call));
  const captures = await times(async () => told(await capture(order, takes)));
  assert.deepEqual(new Set(captures.map(String)), new Set(["200"]));
  const gives = await allow("create_refund", { orders: [order], amount: { aed: 500 } });
  const refunds = await times(async () => told(await refund(order, { refund_id: "r", amount: 500 }, gives)));
  assert.deepEqual(new Set(refunds.map(String)), new Set(["200"]));
  assert.deepEqual([await seen("capture_order"), await seen("create_refund")], [1, 1]);
  assert.deepEqual(await transactions(), [["order", TOTAL], ["refund", -500]]);
});

test("PO-090 PO-091 PO-092: a hook is made, changed, looked at and taken away, and tells no secret", async () => {
  const token = await allow("*");
  const said = async (...call) => {
    const answer = await ask(gateway, ...call);
    const text = await answer.text();
    assert.ok(!text.includes("fake"));
    return [answer.status, text && JSON.parse(text)];
  };
  assert.equal((await said("POST", "/hooks", { body: HOOK, token }))[1].code, "idempotency_key_missing");
  const [, { id }] = await said("POST", "/hooks", { body: HOOK, token, key: randomUUID() });
  for (const active of [false, true, false]) {
    assert.equal((await said("PATCH", `/hooks/${id}`, { body: { active }, token }))[1].active, active);
  }
  assert.equal((await said("GET", `/hooks/${id}`, { token }))[1].active, false);
  await fault("delete_hook", "drop_after");
  assert.deepEqual((await said("DELETE", `/hooks/${id}`, { token }))[1].retry, { advice: "same_bytes" });
  assert.equal((await said("DELETE", `/hooks/${id}`, { token }))[0], 404, "it is gone");
  const [, another] = await said("POST", "/hooks", { body: HOOK, token, key: randomUUID() });
  assert.deepEqual(await said("DELETE", `/hooks/${another.id}`, { token }), [204, ""]);
  assert.deepEqual((await sandbox.state()).postpay.hooks, []);
});

test("no log line and no file of the ledger's holds a key, or a hook's secret", async () => {
  const secrets = [...Object.values(ALL_CANARIES), HOOK.secret];
  const forms = secrets.flatMap((secret) => [secret, Buffer.from(secret).toString("base64").replace(/=+$/, "").slice(0, -1)]);
  const [order, token] = [await approved(gateway), await allow("capture_order")];
  await fault("capture_order", "drop_after");
  assert.equal((await capture(order, token)).status, 200);
  await gateway.logged(/"event":"checked"/);
  assert.deepEqual(forms.filter((form) => gateway.log().includes(form)), []);
  await gateway.stop();
  const entries = await readdir(persistTo, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath ?? entry.path, entry.name), "latin1"));
  assert.ok(files.some((text) => text.includes("captured")), "the ledger was written");
  assert.deepEqual(forms.filter((form) => files.some((text) => text.includes(form))), []);
  gateway = undefined;
});
