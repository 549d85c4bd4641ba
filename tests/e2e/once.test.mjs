// A thing that is asked for many times happens once: on workerd, with its SQLite, against the sandbox.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { mint, order, seen } from "../support/orders.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";

let sandbox;
let gateway;
let persistTo;

before(async () => {
  persistTo = await mkdtemp(join(tmpdir(), "edgepost-ledger-"));
  sandbox = await startSandbox({ pieterpost: { requestsPerMinute: 10_000 } });
  gateway = await startGateway(sandbox, { persistTo });
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
  await rm(persistTo, { recursive: true, force: true });
});

beforeEach(() => sandbox.reset());

/** The gateway again, after it was killed: the same address, the same storage. */
async function restart() {
  gateway = await startGateway(sandbox, { persistTo, port: gateway.port });
}

const orders = async () => (await sandbox.state()).pieterpost.orders;

test("ID-01 PP-125: 100 at once with one key make one order and get 100 equal answers", async () => {
  const key = randomUUID();
  const body = order(gateway);
  const answers = await Promise.all(Array.from({ length: 100 }, () => mint(gateway, body, { key })));
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  assert.equal(new Set(bodies).size, 1);
  const state = await sandbox.state();
  assert.equal(seen(state, "create_checkout_link"), 1, "two at once are one call upstream");
  assert.equal(state.pieterpost.orders.length, 1);
  assert.equal(JSON.parse(bodies[0]).orderId, state.pieterpost.orders[0].order.orderId);
});

test("a repeated request is answered by the ledger, with the same bytes", async () => {
  const key = randomUUID();
  const first = await mint(gateway, order(gateway), { key });
  const again = await mint(gateway, JSON.stringify(order(gateway), null, 2), { key });
  assert.equal(first.headers.get("edgepost-source"), "provider");
  assert.equal(first.headers.get("edgepost-replayed"), null);
  assert.equal(again.headers.get("edgepost-source"), "ledger");
  assert.equal(again.headers.get("edgepost-replayed"), "true");
  assert.equal(again.status, first.status);
  assert.equal(await again.text(), await first.text());
  assert.equal(seen(await sandbox.state(), "create_checkout_link"), 1);
});

test("PP-006: other bytes under the same key are refused before the provider is called", async () => {
  const key = randomUUID();
  await mint(gateway, order(gateway), { key });
  const other = await mint(gateway, order(gateway, { locale: "nl" }), { key });
  assert.equal(other.status, 409);
  assert.equal((await other.json()).code, "idempotency_key_reused");
  assert.equal(seen(await sandbox.state(), "create_checkout_link"), 1);
});

test("ID-02: the same key of two origins makes two orders, which the provider tells apart", async () => {
  const key = randomUUID();
  const one = await mint(gateway, order(gateway), { key });
  const other = await mint(gateway, order(gateway), { key, headers: { origin: gateway.url } });
  assert.notEqual((await one.json()).orderId, (await other.json()).orderId);
  const keys = (await orders()).map(({ idempotencyKey }) => idempotencyKey);
  assert.equal(new Set(keys).size, 2);
  assert.ok(!keys.includes(key), "the provider sees a hash of the key");
});

test("ID-03: the answer survives a restart", async () => {
  const key = randomUUID();
  const first = await (await mint(gateway, order(gateway), { key })).text();
  await gateway.kill();
  await restart();
  const again = await mint(gateway, order(gateway), { key });
  assert.equal(again.headers.get("edgepost-replayed"), "true");
  assert.equal(await again.text(), first);
});

test("PP-125: killed while it waits for an answer, the retry gets the order that was made", async () => {
  const key = randomUUID();
  await sandbox.fault("create_checkout_link", "delay_after", { delayMs: 15_000 });
  const lost = mint(gateway, order(gateway), { key }).then(
    () => assert.fail("there was an answer"),
    (error) => error,
  );
  while ((await orders()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await gateway.kill();
  assert.ok((await lost) instanceof TypeError);
  await restart();
  const retry = await mint(gateway, order(gateway), { key });
  assert.equal(retry.status, 201);
  const made = await orders();
  assert.equal(made.length, 1);
  assert.equal((await retry.json()).orderId, made[0].order.orderId);
  assert.equal((await sandbox.state()).requests["pieterpost.create_checkout_link"].outcomes.replayed, 1);
});

for (const [kind, code, status] of [
  ["drop_before", "upstream_unreachable", 502],
  ["drop_after", "upstream_unreachable", 502],
  ["html_body", "upstream_unreadable", 502],
  ["empty_body", "upstream_unreadable", 502],
  ["redirect", "upstream_unreadable", 502],
  ["status_500_after", "unknown_error", 500],
  ["status_500_before", "unknown_error", 500],
]) {
  test(`PP-174: after ${kind} nobody knows, the ledger remembers, and the retry makes one order`, async () => {
    const key = randomUUID();
    await sandbox.fault("create_checkout_link", kind);
    const lost = await mint(gateway, order(gateway), { key });
    const problem = await lost.json();
    assert.deepEqual([lost.status, problem.code], [status, code]);
    if (status === 502) assert.deepEqual(problem.retry, { advice: "same_bytes" });
    const other = await mint(gateway, order(gateway, { locale: "nl" }), { key });
    assert.equal(other.status, 409, "the key stays bound to its body");
    const retry = await mint(gateway, order(gateway), { key });
    assert.equal(retry.status, 201);
    const made = await orders();
    assert.equal(made.length, 1);
    assert.equal((await retry.json()).orderId, made[0].order.orderId);
    const { seen: calls } = (await sandbox.state()).requests["pieterpost.create_checkout_link"];
    assert.equal(calls, 2, "one call that was lost and one that was not; no redirect was followed");
  });
}

test("PO-006: an answer that comes too late is unknown after 20 s, whoever is asked", async () => {
  const key = randomUUID();
  await sandbox.fault("create_checkout_link", "delay_after", { delayMs: 40_000 });
  const started = Date.now();
  const late = await mint(gateway, order(gateway), { key });
  const waited = Date.now() - started;
  assert.equal(late.status, 504);
  const problem = await late.json();
  assert.deepEqual([problem.code, problem.retry], ["upstream_timeout", { advice: "same_bytes" }]);
  assert.ok(waited > 19_000 && waited < 25_000, `${waited} ms`);
  const retry = await mint(gateway, order(gateway), { key });
  assert.equal(retry.status, 201);
  assert.equal((await orders()).length, 1);
});

test("PP-172 PP-174: a refusal that would come again is kept, one that can pass is not", async () => {
  const key = randomUUID();
  await sandbox.fault("create_checkout_link", "code", { code: "invalid_request" });
  const refused = await mint(gateway, order(gateway), { key });
  const again = await mint(gateway, order(gateway), { key });
  assert.equal(again.headers.get("edgepost-replayed"), "true");
  assert.equal(again.status, refused.status);
  assert.equal(await again.text(), await refused.text());

  for (const code of ["rate_limited", "invalid_api_key", "misconfigured", "daily_order_cap_reached"]) {
    const key = randomUUID();
    await sandbox.fault("create_checkout_link", "code", { code });
    const refused = await mint(gateway, order(gateway), { key });
    assert.equal((await refused.json()).code, code);
    assert.equal(refused.headers.get("edgepost-source"), "provider");
    assert.equal((await mint(gateway, order(gateway), { key })).status, 201, code);
  }
});

test("a caller who goes away does not stop what was begun", async () => {
  const key = randomUUID();
  await sandbox.fault("create_checkout_link", "delay_after", { delayMs: 1_500 });
  const leaving = new AbortController();
  const left = mint(gateway, order(gateway), { key, signal: leaving.signal }).catch((error) => error);
  while ((await orders()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  leaving.abort();
  await left;
  const back = await mint(gateway, order(gateway), { key });
  assert.equal(back.status, 201);
  assert.equal(seen(await sandbox.state(), "create_checkout_link"), 1, "the second attempt waited for the first answer");
});
