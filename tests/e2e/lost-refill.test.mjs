// Refills on workerd whose answer is lost, at every step: money moves once, the caller learns that nobody knows, with the
// balance before and after, and a person resolves it (PB-012).
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { Edgepost } from "edgepost/client";
import { until } from "../support/postpay.mjs";
import { allow, CENTS, ledger, look, MERCHANT, operator, postage, refill, startPostage, startRefills } from "../support/refill.mjs";
import { told } from "../support/shop.mjs";

let sandbox;
let gateway;
let persistTo;

before(async () => {
  persistTo = await mkdtemp(join(tmpdir(), "edgepost-lost-refill-"));
  sandbox = await startPostage();
  await start();
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
  await rm(persistTo, { recursive: true, force: true });
});

/** A reset forgets tokens too: the gateway gets another one before a test aims its faults. */
beforeEach(async () => {
  await sandbox.reset();
  await (await look(gateway, "", await allow("list_merchants"))).text();
});

/** The gateway with what it wrote down, at the same address. */
async function start() {
  gateway = await startRefills(sandbox, { persistTo, port: gateway?.port });
}

const fault = (operation, kind, more) => sandbox.fault(`pitneybowes.${operation}`, kind, more);
const seen = async (operation) => (await sandbox.state()).requests[`pitneybowes.${operation}`].seen;
const dollars = (balances) => balances?.accounts[0].balance;
/** What the ledger shows of an entry: state, balances, and what a person found. */
async function entry(id) {
  const { state, before, after, resolution } = await (await ledger(gateway, id)).json();
  return [state, dollars(before), dollars(after), resolution?.happened];
}

/** A refill of somebody's own, ready to be asked for as often as wanted. */
async function caller() {
  const [token, key] = [await allow("fund_account"), randomUUID()];
  return { token, again: () => refill(gateway, { token, key }), another: () => refill(gateway, { token }) };
}

const [BEFORE, AFTER] = [CENTS / 100, CENTS / 100 + 500];

for (const [kind, moved, code] of [
  ["drop_before", false, "upstream_unreachable"],
  ["drop_after", true, "upstream_unreachable"],
  ["status_500_before", false, "upstream_unreadable"],
  ["status_500_after", true, "upstream_unreadable"],
  ["html_body", true, "upstream_unreadable"],
  ["empty_body", true, "upstream_unreadable"],
  ["redirect", false, "upstream_unreadable"],
]) {
  test(`PB-012: after ${kind} it is unknown, never sent again, and a person resolves it`, async () => {
    await fault("fund_account", kind);
    const { again, another } = await caller();
    const now = moved ? AFTER : BEFORE;
    const lost = await again();
    const { code: said, retry, ledger: known, detail } = await lost.json();
    assert.deepEqual([lost.status, said, retry.advice], [502, code, "never"]);
    assert.match(detail, /Nobody knows whether it happened/);
    assert.ok(detail.includes(` ${BEFORE} before, and `) && detail.includes(` ${now} after`), detail);
    assert.deepEqual([known.state, dollars(known.before), dollars(known.after)], ["unknown", BEFORE, now]);
    assert.deepEqual([known.input.amount, known.input.postalReportingNumber], [500, MERCHANT]);

    for (let times = 0; times < 2; times += 1) {
      const answer = await again();
      const body = await answer.json();
      assert.deepEqual([answer.status, body.code, body.retry.advice, body.ledger], [502, "answer_lost", "never", known]);
    }
    assert.deepEqual(await told(await another()), [403, "grant_exhausted", "never"], "it stays set aside");
    assert.deepEqual(await entry(known.id), ["unknown", BEFORE, now, undefined]);

    const resolved = await ledger(gateway, known.id, { happened: moved, note: "The bank's statement of today." });
    const { resolution, state, transactionId } = await resolved.json();
    assert.deepEqual([resolved.status, state], [200, moved ? "done" : "refused"]);
    assert.deepEqual([resolution.happened, resolution.by, resolution.note], [moved, "the operator", "The bank's statement of today."]);
    assert.match(transactionId, /^[\w-]{25}$/);
    assert.deepEqual((await postage(sandbox)).ids, moved ? [transactionId] : []);

    const told_ = await again();
    assert.equal(told_.headers.get("edgepost-replayed"), "true");
    if (moved) {
      assert.deepEqual([told_.status, await told_.json()], [200, { amount: 500, currencyCode: "USD" }], "PB-010");
      assert.deepEqual(await told(await another()), [403, "grant_exhausted", "never"]);
    } else {
      assert.deepEqual(await told(told_), [409, "not_done", "new_key"]);
      assert.deepEqual(await told(await another()), [200], "what was set aside can be spent");
    }
    assert.deepEqual([await seen("fund_account"), (await postage(sandbox)).cents], [moved ? 1 : 2, CENTS + 50_000]);
  });
}

const LONG = { delayMs: 15_000 };
for (const [point, faults, waitsFor, count, moved] of [
  ["while the balance before is asked for", [["get_balance", "delay_after", LONG]], "get_balance", 1, undefined],
  ["while the provider has heard of it and done nothing", [["fund_account", "delay_before", LONG]], "fund_account", 1, false],
  ["while the provider has done it and not answered", [["fund_account", "delay_after", LONG]], "fund_account", 1, true],
  [
    "while the balance after is asked for",
    [["fund_account", "drop_after"], ["get_balance", "delay_after", { delayMs: 1 }], ["get_balance", "delay_after", LONG]],
    "get_balance",
    2,
    true,
  ],
]) {
  for (const first of ["the caller asks again", "an operator looks"]) {
    test(`PB-012: killed ${point}, then ${first}: money moves once at the most, and the ledger says what is true`, async () => {
      const { again } = await caller();
      for (const [operation, kind, more] of faults) await fault(operation, kind, more);
      const sent = () => [...gateway.log().matchAll(/"event":"sends","id":"([\w-]{43})"/g)].map(([, id]) => id);
      const known = sent().length;
      const lost = again().then(told, () => undefined);
      await until(async () => (await seen(waitsFor)) >= count);
      if (moved !== undefined) await until(() => sent().length > known);
      const id = sent()[known];
      await gateway.kill();
      assert.equal(await lost, undefined);
      await start();
      if (moved === undefined) {
        assert.deepEqual(await told(await again()), [200], "nothing was sent: the same again sends it");
        assert.deepEqual([await seen("fund_account"), (await postage(sandbox)).cents], [1, CENTS + 50_000]);
        return;
      }
      if (first === "the caller asks again") {
        const answer = await again();
        const { code, retry, ledger: known } = await answer.json();
        assert.deepEqual([answer.status, code, retry.advice, known.id], [502, "answer_lost", "never", id]);
      }
      // What the provider has only heard of may happen later: nobody can tell.
      const [state, balance, later] = await entry(id);
      assert.deepEqual([state, balance], ["unknown", BEFORE]);
      assert.ok(later === AFTER || (!moved && later === BEFORE), `${later}`);
      assert.equal((await ledger(gateway, id, { happened: true })).status, 200);
      assert.deepEqual(await told(await again()), [200]);
      assert.equal(await seen("fund_account"), 1);
    });
  }
}

test("PB-012: the client hears it too, and asks no more", async () => {
  const client = new Edgepost({ baseUrl: gateway.url, grant: await allow("fund_account") });
  const input = { postalReportingNumber: MERCHANT, amount: 500, currencyCode: "USD", maxAmount: 500 };
  await fault("fund_account", "drop_after");
  const options = { idempotencyKey: "AAAAAAAAAAAAAAAAAAAAAA" };
  const lost = await client.call("pitneybowes.fund_account", input, options);
  assert.deepEqual([lost.kind, lost.retry], ["unknown", { advice: "never" }]);
  assert.ok(lost.excerpt.includes(` ${BEFORE} before, and `) && lost.excerpt.includes(` ${AFTER} after`), lost.excerpt);
  const { id, state, before, after } = lost.ledger;
  assert.deepEqual([state, dollars(before), dollars(after)], ["unknown", BEFORE, AFTER]);
  assert.ok(lost.excerpt.includes(id));
  assert.equal((await ledger(gateway, id, { happened: true })).status, 200);
  const done = await client.call("pitneybowes.fund_account", input, options);
  assert.deepEqual([done.kind, done.value], ["ok", { amount: 500, currencyCode: "USD" }]);
  assert.deepEqual([await seen("fund_account"), (await postage(sandbox)).refills], [1, 1]);
});

test("PB-012: where the balance cannot be read before, nothing is sent", async () => {
  const { again } = await caller();
  for (const [kind, advice] of [["drop_before", "same_bytes"], ["html_body", "same_bytes"], ["status_500_before", "same_bytes"], ["status_429", "after"]]) {
    await fault("get_balance", kind);
    assert.deepEqual(await told(await again()), [503, "not_sent", advice], kind);
  }
  const elsewhere = await refill(gateway, { token: await allow("fund_account"), merchant: "3009999999" });
  const { code, detail } = await elsewhere.json();
  assert.deepEqual([elsewhere.status, code], [503, "not_sent"]);
  assert.match(detail, /404/);
  assert.deepEqual([await seen("fund_account"), (await postage(sandbox)).cents], [0, CENTS]);
  assert.deepEqual(await told(await again()), [200], "with the same grant");
});

test("PB-012: where the balance cannot be read after, it is looked again", async () => {
  const { again } = await caller();
  await fault("fund_account", "drop_after");
  await fault("get_balance", "delay_after", { delayMs: 1 });
  await fault("get_balance", "drop_before");
  const { ledger: known } = await (await again()).json();
  assert.deepEqual([known.state, dollars(known.before), known.after], ["unknown", BEFORE, null]);
  assert.deepEqual(await entry(known.id), ["unknown", BEFORE, AFTER, undefined]);
  const looked = await seen("get_balance");
  assert.deepEqual(await told(await again()), [502, "answer_lost", "never"]);
  assert.deepEqual([await seen("get_balance"), await seen("fund_account")], [looked, 1], "then it is known");
});

test("PB-012: only an operator sees and resolves, only what is open, and only in one way", async () => {
  const { again, token } = await caller();
  await fault("fund_account", "drop_after");
  const { id } = (await (await again()).json()).ledger;
  for (const found of [undefined, { happened: true }]) {
    assert.deepEqual(await told(await ledger(gateway, id, found, token)), [403, "grant_insufficient", "never"]);
    assert.deepEqual(await told(await ledger(gateway, "A".repeat(43), found)), [404, "not_found", "never"]);
    assert.equal((await ledger(gateway, "A".repeat(42), found)).status, 404);
  }
  for (const bad of [{}, { happened: "yes" }, { happened: true, why: "" }, { happened: true, note: "x".repeat(1_001) }, []]) {
    assert.deepEqual(await told(await ledger(gateway, id, bad)), [422, "invalid_input", "never"], JSON.stringify(bad).slice(0, 40));
  }
  const plain = await fetch(`${gateway.url}/ledger/${id}/resolve`, { method: "POST", headers: { "edgepost-grant": await operator() }, body: '{"happened":true}' });
  assert.equal(plain.status, 415);
  assert.equal((await entry(id))[0], "unknown");

  assert.equal((await ledger(gateway, id, { happened: true, note: "first" })).status, 200);
  const second = await (await ledger(gateway, id, { happened: true, note: "second" })).json();
  assert.equal(second.resolution.note, "first", "said once more it stays as it was");
  assert.deepEqual(await told(await ledger(gateway, id, { happened: false })), [409, "not_open", "never"]);
  await gateway.kill();
  await start();
  assert.deepEqual(await entry(id), ["done", BEFORE, AFTER, true]);

  const done = await caller();
  await (await done.again()).text();
  await gateway.logged(/"event":"sends"/);
  const other = [...gateway.log().matchAll(/"event":"sends","id":"([\w-]{43})"/g)].at(-1)[1];
  assert.deepEqual((await entry(other))[0], "done");
  assert.deepEqual(await told(await ledger(gateway, other, { happened: false })), [409, "not_open", "never"], "it was answered");
  const first = await fetch(`${gateway.url}/ledger/${id}`);
  assert.equal(first.status, 401);
});

test("PB-012: many who ask for the same at once have it done once, also where the answer is lost", async () => {
  for (const [kind, expected] of [[undefined, [200]], ["drop_after", [502, "upstream_unreachable", "never"]]]) {
    if (kind) await fault("fund_account", kind);
    const { again } = await caller();
    const answers = await Promise.all(Array.from({ length: 20 }, () => again().then(told)));
    for (const answer of answers) assert.ok([String(expected), "502,answer_lost,never"].includes(String(answer)), String(answer));
  }
  assert.deepEqual([await seen("fund_account"), (await postage(sandbox)).refills], [2, 2]);
});
