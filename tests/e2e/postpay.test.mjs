// All of it together on workerd, with the sandbox as Postpay: minted, paid on its page, captured on the way back, and told to
// the merchant by a webhook. What Postpay does wrong is in hooks.test.mjs and payer-return.test.mjs.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, test } from "node:test";
import { build } from "edgepost";
import { edgepost } from "../support/cli.mjs";
import { grant } from "../support/direct.mjs";
import { checkout, startMerchant, until, varsOf } from "../support/postpay.mjs";
import { CANARIES, startGateway, startSandbox } from "../support/servers.mjs";

const PAGES = { POSTPAY_SUCCESS_URL: "https://shop.example/thanks", POSTPAY_FAILURE_URL: "https://shop.example/sorry" };
/** What a payer types: the code is the phone's last digits, the card one of the vendor's (PO-030). */
const PAYER = { phone: "+971 50 199 8853", sms_code: "8853", card_number: "4111 1111 1111 1111", card_date: "12/99", card_cvc: "123" };

let sandbox;
let merchant;
let gateway;
let persistTo;

before(async () => {
  persistTo = await mkdtemp(join(tmpdir(), "edgepost-postpay-"));
  merchant = await startMerchant();
  sandbox = await startSandbox({ postpay: { merchants: [{ id: "id_canary", key: "sk_test_fake_canary_5be1" }] } });
  await start();
  const { code, stderr } = await edgepost(["hook", gateway.url], { env: { GRANT_SIGNING_KEY: CANARIES.GRANT_SIGNING_KEY } });
  assert.deepEqual([code, stderr], [0, ""]);
});

after(async () => {
  await gateway?.stop();
  await Promise.all([sandbox?.close(), merchant?.close()]);
  await rm(persistTo, { recursive: true, force: true });
});

/** The gateway with what it wrote down, at the same address. */
async function start() {
  // More than these tests need: what Postpay takes in a minute is not what is tested.
  const policy = { requests_per_minute: 10_000 };
  gateway = await startGateway(sandbox, { persistTo, port: gateway?.port, vars: varsOf(sandbox, merchant, PAGES), policy });
}

/** Has the sandbox misbehave. */
async function fault(operation, kind, more) {
  const answer = await fetch(`${sandbox.url}/_sandbox/faults`, { method: "POST", body: JSON.stringify({ operation, kind, ...more }) });
  assert.equal(answer.status, 201, await answer.text());
}

/** Mints a checkout, has its payer press a button, and gives the way back. */
async function press(action) {
  const way = `${gateway.url}/return/postpay`;
  const body = checkout({ merchant: { confirmation_url: way, cancel_url: way } });
  const token = await grant({ ops: ["postpay.create_checkout"], intent: build("postpay.create_checkout", body).digest });
  const minted = await fetch(`${gateway.url}/postpay/checkouts`, {
    method: "POST",
    headers: { "content-type": "application/json", "edgepost-grant": token },
    body: JSON.stringify(body),
  });
  const { redirect_url } = await minted.json();
  assert.equal(minted.status, 200);
  const form = new URLSearchParams({ ...PAYER, action });
  const sent = await fetch(redirect_url, { method: "POST", body: form, redirect: "manual" });
  const back = sent.headers.get("location");
  assert.ok(back?.startsWith(way), `${sent.status} ${back}`);
  return { order_id: body.order_id, back };
}

/** The same, and follows the payer as far as the shop. */
async function pay(action) {
  const { order_id, back } = await press(action);
  const gone = await fetch(back, { redirect: "manual" });
  const [page, query] = gone.headers.get("location").split("?");
  return { order_id, back, page, shown: Object.fromEntries(new URLSearchParams(query)) };
}

const order = async (id) => (await sandbox.state()).postpay.orders.find((one) => one.order.order_id === id).order;
const told = (id) => merchant.taken.filter(({ message }) => message.data.order_id === id).map(({ message }) => message.type);
const captures = async () => (await sandbox.state()).requests["postpay.capture_order"].seen;

test("PO-027 PO-050 PO-099: approved, captured once, and the merchant hears of it", async () => {
  const before = await captures();
  const { order_id, back, page, shown } = await pay("approve");
  assert.deepEqual([page, shown], [PAGES.POSTPAY_SUCCESS_URL, { order_id, status: "captured" }]);
  assert.equal((await order(order_id)).status, "captured");
  await fetch(back, { redirect: "manual" });
  assert.equal((await captures()) - before, 1);
  await until(() => told(order_id).includes("postpay.order.captured"), () => gateway.log());
});

test("PO-099: what is delivered twice is told once", async () => {
  await fault("postpay.webhook", "duplicate_webhook");
  const { order_id } = await pay("deny");
  await until(() => told(order_id).length > 0, () => gateway.log());
  await pause(500);
  const { deliveries } = (await sandbox.state()).postpay;
  const taken = deliveries.filter(({ body, code }) => body.order_id === order_id && code === 200);
  assert.equal(taken.length, 2, "both were answered");
  assert.deepEqual(told(order_id), ["postpay.order.denied"]);
});

test("PO-028: denied and cancelled lead to the other page, and nothing is captured", async () => {
  const before = await captures();
  for (const [action, status] of [["deny", "denied"], ["cancel", "cancelled"]]) {
    const { page, shown } = await pay(action);
    assert.deepEqual([page, shown.status], [PAGES.POSTPAY_FAILURE_URL, status]);
  }
  assert.equal((await captures()) - before, 0);
});

test("PO-052: an answer to the capture that is lost, before or behind: money moves once, and the payer learns the true state", async () => {
  for (const kind of ["drop_after", "drop_before", "status_500_after", "status_500_before"]) {
    await fault("postpay.capture_order", kind);
    const { order_id, back, shown } = await pay("approve");
    const { status } = await order(order_id);
    assert.equal(shown.status, status === "captured" ? "captured" : "unknown", kind);
    const again = await fetch(back, { redirect: "manual" });
    assert.equal(again.headers.get("location"), `${PAGES.POSTPAY_SUCCESS_URL}?order_id=${order_id}&status=captured`, kind);
    assert.equal((await order(order_id)).status, "captured");
  }
});

for (const [point, kind] of [
  ["heard of it and done nothing", "delay_before"],
  ["done it and not answered", "delay_after"],
]) {
  test(`PO-052: killed while Postpay has ${point} of a capture, and come back to: money moves once`, async () => {
    const before = await captures();
    const { order_id, back } = await press("approve");
    await fault("postpay.capture_order", kind, { delayMs: 15_000 });
    const lost = fetch(back, { redirect: "manual" }).catch(() => undefined);
    await until(async () => (await captures()) > before);
    await gateway.kill();
    assert.equal(await lost, undefined);
    await start();
    const again = await fetch(back, { redirect: "manual" });
    assert.equal(again.headers.get("location"), `${PAGES.POSTPAY_SUCCESS_URL}?order_id=${order_id}&status=captured`);
    assert.equal((await captures()) - before, kind === "delay_before" ? 2 : 1);
    assert.equal((await order(order_id)).status, "captured");
  });
}
