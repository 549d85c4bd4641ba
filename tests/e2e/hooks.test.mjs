// Postpay's webhooks on workerd: verified, looked up, and handed on to the merchant until they are taken.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, beforeEach, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { edgepost } from "../support/cli.mjs";
import { grant } from "../support/direct.mjs";
import { ALL_CANARIES, POSTPAY_CANARIES, deliver, signature, startMerchant, startPostpay, until, varsOf } from "../support/postpay.mjs";
import { CANARIES, startGateway } from "../support/servers.mjs";

let postpay;
let merchant;
let gateway;
let persistTo;

before(async () => {
  persistTo = await mkdtemp(join(tmpdir(), "edgepost-hooks-"));
  [postpay, merchant] = await Promise.all([startPostpay(), startMerchant()]);
  await start();
});

after(async () => {
  await gateway?.stop();
  await Promise.all([postpay?.close(), merchant?.close()]);
  await rm(persistTo, { recursive: true, force: true });
});

async function start(more) {
  gateway = await startGateway(postpay, { persistTo, port: gateway?.port, vars: varsOf(postpay, merchant, more) });
}

beforeEach(() => {
  merchant.taken.length = 0;
  merchant.replies.length = 0;
  postpay.calls.length = 0;
});

/** An order that Postpay knows, and a delivery about it. */
function order(status = "captured") {
  const order_id = randomUUID();
  const at = "2026-11-21T10:00:00Z";
  const order = { order_id, status, status_changed: at, total_amount: 81_480, tax_amount: 3_880, currency: "AED", created: at };
  postpay.orders.set(order_id, order);
  return { order, hint: JSON.stringify({ order_id, status: "captured" }) };
}

/** The messages about an order, when there are as many as that. */
async function messages({ order_id }, count = 1) {
  const about = () => merchant.taken.filter(({ message }) => message.data.order_id === order_id);
  await until(() => about().length >= count, () => `${about().length} of ${count} messages:\n${gateway.log()}`);
  return about();
}

const operator = () => grant({ ops: ["ledger.*"] });
const deadLetters = async (token) => {
  const headers = token ? { "edgepost-grant": token } : {};
  const answer = await fetch(`${gateway.url}/hooks/dead-letters`, { headers });
  return [answer.status, await answer.json()];
};
const dead = async () => (await deadLetters(await operator()))[1].deadLetters;

test("PO-093 PO-099 PO-100: what Postpay says of the order is handed on, not what was delivered", async () => {
  const { order: known, hint } = order("approved");
  const at = Math.floor(Date.now() / 1000);
  const answer = await deliver(gateway, hint, { signed: signature(hint, { at }) });
  assert.equal(answer.status, 200);
  const [{ id, message }] = await messages(known);
  assert.match(id, /^msg_[\w-]{43}$/);
  const timestamp = new Date(at * 1000).toISOString();
  assert.deepEqual(message, { type: "postpay.order.approved", timestamp, data: known });
});

test("PO-093: the secret that was it before is taken as well", async () => {
  const { order: known, hint } = order();
  const signed = signature(hint, { secret: POSTPAY_CANARIES.POSTPAY_WEBHOOK_SECRET_TEST_PREVIOUS });
  assert.equal((await deliver(gateway, hint, { signed })).status, 200);
  assert.equal((await messages(known)).length, 1);
});

test("PO-094 PO-095 PO-096 PO-097: what Postpay did not sign, or not now, is refused in one word and does nothing", async () => {
  const { hint } = order();
  const now = Math.floor(Date.now() / 1000);
  const good = signature(hint);
  const told = new Set();
  for (const [body, signed] of [
    [hint.replace("captured", "capturee"), good],
    [`${hint} `, good],
    [hint, signature(hint, { at: now - 310 })],
    [hint, signature(hint, { at: now + 310 })],
    [hint, signature(hint, { secret: "another" })],
    [hint, good.toUpperCase()],
    [hint, good.split(":")[1]],
    [hint, good.replace(":", ".5:")],
    [hint, undefined],
    [Buffer.alloc(2_000_000), good],
  ]) {
    const answer = await deliver(gateway, body, { signed: signed ?? null });
    assert.equal(answer.status, 403, signed);
    assert.equal(answer.headers.get("edgepost-source"), "gateway");
    told.add(await answer.text());
  }
  assert.equal(told.size, 1, "nobody learns what was wrong");
  await pause(300);
  assert.deepEqual([postpay.calls, merchant.taken], [[], []]);
});

test("only the deployment's own mode is served, and only deliveries", async () => {
  const { hint } = order();
  assert.equal((await deliver(gateway, hint, { mode: "live" })).status, 404);
  const answer = await fetch(`${gateway.url}/hooks/postpay/test`);
  assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "POST"]);
});

test("PO-099: the same delivery again, also at the same time, is answered and dropped", async () => {
  const { order: known, hint } = order();
  const signed = signature(hint);
  const answers = await Promise.all(Array.from({ length: 8 }, () => deliver(gateway, hint, { signed })));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  await messages(known);
  assert.equal((await deliver(gateway, hint, { signed: ` ${signed}` })).status, 200);
  await pause(500);
  assert.equal((await messages(known)).length, 1);
  assert.deepEqual(postpay.calls, [`GET /orders/${known.order_id}`]);
});

test("until the merchant says 2xx it is sent again, later and later; redirects are not followed", async () => {
  const { order: known, hint } = order();
  merchant.replies.push(500, 302, "drop", 200);
  await deliver(gateway, hint);
  const sent = await messages(known, 4);
  assert.equal(new Set(sent.map(({ id }) => id)).size, 1, "one id, by which the merchant can tell");
  assert.equal(new Set(sent.map(({ body }) => body)).size, 1);
  const waits = sent.slice(1).map(({ at }, before) => at - sent[before].at);
  for (const [attempt, least] of [90, 290, 890].entries()) assert.ok(waits[attempt] >= least, `waits ${waits}`);
  await pause(400);
  assert.equal((await messages(known)).length, 4, "what was taken is not sent again");
  assert.deepEqual([merchant.elsewhere, await dead()], [[], []]);
});

test("PO-099: an order that cannot be looked up now is looked up later; nothing is lost", async () => {
  const { order: known, hint } = order();
  postpay.faults.GET.push(500, "drop_before", 429);
  assert.equal((await deliver(gateway, hint)).status, 200);
  assert.equal((await messages(known)).length, 1);
  assert.equal(postpay.calls.length, 4);
});

test("a dead letter is shown to an operator, who sends it again", async () => {
  const { order: known, hint } = order();
  merchant.replies.push(500, 500, 500, 410);
  await deliver(gateway, hint);
  await messages(known, 4);
  await until(async () => (await dead()).length === 1);
  const [letter] = await dead();
  assert.equal(letter.id, merchant.taken[0].id);
  assert.deepEqual([letter.attempts, letter.fault], [4, "the merchant answered with status 410"]);
  assert.deepEqual(letter.message.data, known);
  assert.deepEqual(letter.subject, { operation: "postpay.get_order", id: known.order_id });

  assert.equal((await deadLetters())[0], 401);
  assert.equal((await deadLetters(await grant({ ops: ["postpay.*"] })))[0], 403);
  const again = (token, id = letter.id) =>
    fetch(`${gateway.url}/hooks/dead-letters/${id}/send`, { method: "POST", headers: token ? { "edgepost-grant": token } : {} });
  assert.equal((await again()).status, 401);
  assert.equal((await again(await operator(), "msg_none")).status, 404);
  assert.equal((await again(await operator())).status, 202);
  const sent = await messages(known, 5);
  assert.equal(new Set(sent.map(({ id, body }) => `${id} ${body}`)).size, 1);
  await until(async () => (await dead()).length === 0);
  assert.equal((await again(await operator())).status, 404, "it was taken");
  await gateway.logged(/"event":"alarm".*an event was not taken/);
});

test("PO-099: a delivery that names nothing is kept for a person", async () => {
  assert.equal((await deliver(gateway, '{"what":7}')).status, 200);
  await until(async () => (await dead()).some(({ payload }) => payload === '{"what":7}'));
  assert.deepEqual([postpay.calls, merchant.taken], [[], []]);
});

test("killed between two attempts, it goes on from there", async () => {
  await gateway.stop();
  await start({ MERCHANT_WEBHOOK_RETRY_MS: "2000" });
  const { order: known, hint } = order();
  merchant.replies.push(500, 500);
  await deliver(gateway, hint);
  const [{ id }] = await messages(known, 2);
  // Written down: who is killed during an attempt waits until that could be over.
  await gateway.logged(new RegExp(`"attempts":2,"event":"later".*"message":"${id}"`));
  // A log line may be ahead of what is on the disk; an answer of the same object is not.
  await dead();
  await gateway.kill();
  await start();
  const sent = await messages(known, 3);
  assert.equal(new Set(sent.map(({ id }) => id)).size, 1);
});

test("PO-091 PO-092: one command registers the gateway's own hook, with a secret that nobody sees", async () => {
  const env = { GRANT_SIGNING_KEY: CANARIES.GRANT_SIGNING_KEY };
  const url = `${gateway.url}/hooks/postpay/test`;
  // Also where Postpay's answer is lost.
  postpay.faults.POST.push("drop_after");
  const first = await edgepost(["hook", gateway.url], { env });
  const [{ id, secret, ...hook }, ...others] = postpay.hooks;
  assert.deepEqual(first, { code: 0, stdout: `${id}\t${url}\n`, stderr: "" });
  assert.deepEqual([secret, hook.url, hook.events], [POSTPAY_CANARIES.POSTPAY_WEBHOOK_SECRET_TEST, url, ["order", "transaction"]]);
  const second = await edgepost(["hook", `${gateway.url}/`, "--events", "order"], { env });
  assert.deepEqual([second.code, second.stdout], [0, `${id}\t${url}\twas registered before\n`]);
  assert.deepEqual([others, postpay.hooks.length], [[], 1]);

  const stranger = await edgepost(["hook", gateway.url], { env: { GRANT_SIGNING_KEY: "another-key-of-more-than-32-bytes-in-all" } });
  assert.equal(stranger.code, 1);
  assert.match(stranger.stderr, /status 401: The grant was not signed with a key of this gateway/);
  assert.equal((await edgepost(["hook", "gateway"], { env })).code, 2);
});

test("PO-091: somebody else's hook does not get the gateway's secret", async () => {
  const headers = { "content-type": "application/json", "idempotency-key": randomUUID(), "edgepost-grant": await grant({ ops: ["postpay.*"] }) };
  const body = JSON.stringify({ events: ["order"], url: "https://evil.example/hook" });
  const answer = await fetch(`${gateway.url}/postpay/hooks`, { method: "POST", headers, body });
  const { issues } = await answer.json();
  assert.deepEqual([answer.status, issues.map(({ path, code }) => [path, code])], [422, [["/secret", "missing_member"]]]);
});

test("PO-092: no secret is in a log, an answer or what is written down", async () => {
  const files = (await readdir(persistTo, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const written = await Promise.all(files.map((entry) => readFile(join(entry.parentPath ?? entry.path, entry.name), "latin1")));
  const everything = [...written, gateway.log(), JSON.stringify(await dead())].join("\n");
  assert.ok(everything.includes("msg_"), "the outbox is among it");
  for (const [name, canary] of Object.entries(ALL_CANARIES)) {
    const base64 = Buffer.from(canary).toString("base64").replace(/=+$/, "").slice(0, -1);
    for (const form of [canary, canary.replace(/^whsec_/, ""), base64]) assert.ok(!everything.includes(form), name);
  }
  assert.ok(!everything.includes("merchant-canary"));
});

test("while the merchant's secret changes, messages are signed with the new one and the one before", async () => {
  const next = `whsec_${Buffer.from("another-canary-of-24-bytes").toString("base64")}`;
  await gateway.stop();
  await start({ MERCHANT_WEBHOOK_SECRET: next, MERCHANT_WEBHOOK_SECRET_PREVIOUS: POSTPAY_CANARIES.MERCHANT_WEBHOOK_SECRET });
  const { order: known, hint } = order();
  assert.equal((await deliver(gateway, hint)).status, 200);
  // The merchant's receiver has verified it with the one before.
  const [{ headers, body, message }] = await messages(known);
  assert.deepEqual(new Webhook(next).verify(body, headers), message);
  const third = new Webhook(Buffer.from("nobodys-canary-of-24-bytes").toString("base64"));
  assert.throws(() => third.verify(body, headers), /No matching signature found/);
});

test("an address without a secret to sign with is a fault of the configuration, and nothing is served", async () => {
  await gateway.stop();
  await start({ MERCHANT_WEBHOOK_SECRET: "" });
  const answer = await deliver(gateway, "{}");
  const { code, detail } = await answer.json();
  assert.deepEqual([answer.status, code], [503, "misconfigured"]);
  assert.match(detail, /MERCHANT_WEBHOOK_SECRET is missing/);
});
