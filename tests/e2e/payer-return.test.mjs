// Payers who come back from Postpay, on workerd: asked about, captured once, and sent on.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { build } from "edgepost";
import { grant } from "../support/direct.mjs";
import { checkout, startMerchant, startPostpay, varsOf } from "../support/postpay.mjs";
import { startGateway } from "../support/servers.mjs";

const SUCCESS = "https://shop.example/thanks?lang=nl";
const FAILURE = "https://shop.example/sorry";
const PAGES = { POSTPAY_SUCCESS_URL: SUCCESS, POSTPAY_FAILURE_URL: FAILURE };

let postpay;
let merchant;
let gateway;

before(async () => {
  [postpay, merchant] = await Promise.all([startPostpay(), startMerchant()]);
  // More than the payers of these tests need: what Postpay takes in a minute is not what is tested.
  const policy = { requests_per_minute: 10_000 };
  gateway = await startGateway(postpay, { vars: varsOf(postpay, merchant, PAGES), policy });
});

after(async () => {
  await gateway?.stop();
  await Promise.all([postpay?.close(), merchant?.close()]);
});

beforeEach(() => {
  postpay.calls.length = 0;
});

/** Mints a checkout through the gateway, and has its payer do something. */
async function mint(status) {
  const merchant = { confirmation_url: `${gateway.url}/return/postpay`, cancel_url: `${gateway.url}/return/postpay` };
  const body = checkout({ merchant });
  const token = await grant({ ops: ["postpay.create_checkout"], intent: build("postpay.create_checkout", body).digest });
  const answer = await fetch(`${gateway.url}/postpay/checkouts`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID(), "edgepost-grant": token },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.text());
  const order = postpay.orders.get(body.order_id);
  order.status = status;
  postpay.calls.length = 0;
  return order;
}

/** Comes back, and tells where to. */
async function back(order_id, status = "APPROVED", more = "") {
  const query = new URLSearchParams({ ...(order_id && { order_id }), ...(status && { status }) });
  const answer = await fetch(`${gateway.url}/return/postpay?${query}${more}`, { redirect: "manual" });
  assert.equal(answer.status, 303, await answer.text());
  assert.equal(answer.headers.get("cache-control"), "no-store");
  return answer.headers.get("location");
}

const success = (id) => `${SUCCESS}&order_id=${id}&status=captured`;
const failure = (id, status) => `${FAILURE}?order_id=${id}&status=${status}`;
const captures = () => postpay.calls.filter((call) => call.endsWith("/capture")).length;

test("PO-027 PO-050: who was approved is captured, and a reload does nothing twice", async () => {
  const { order_id } = await mint("approved");
  assert.equal(await back(order_id, "Approved"), success(order_id));
  assert.equal(await back(order_id), success(order_id));
  assert.equal(await back(order_id, "CANCELLED"), success(order_id), "what Postpay says counts");
  assert.equal(postpay.orders.get(order_id).status, "captured");
  assert.equal(captures(), 1);
});

test("PO-050: ten pages at once capture once", async () => {
  const { order_id } = await mint("approved");
  const locations = await Promise.all(Array.from({ length: 10 }, () => back(order_id)));
  assert.deepEqual(new Set(locations), new Set([success(order_id)]));
  assert.equal(captures(), 1);
});

test("PO-029: an address that only says so proves nothing", async () => {
  for (const [status, said, told] of [
    ["pending", "APPROVED", "pending"],
    ["denied", "APPROVED", "denied"],
    ["pending", "CANCELLED", "cancelled"],
    ["pending", "denied", "denied"],
    ["pending", "", "pending"],
    ["approved", "CANCELLED", "unknown"],
    ["approved", "", "unknown"],
  ]) {
    const { order_id } = await mint(status);
    assert.equal(await back(order_id, said), failure(order_id, told), `${status} ${said}`);
  }
  assert.equal(await back("", "CANCELLED"), `${FAILURE}?status=cancelled`, "PO-027: who turns back has no order's id");
  assert.equal(captures(), 0);
});

test("PO-056: an order that is not what was minted is not captured", async () => {
  for (const change of [{ total_amount: 1 }, { currency: "SAR" }]) {
    const order = await mint("approved");
    Object.assign(order, change);
    assert.equal(await back(order.order_id), failure(order.order_id, "mismatch"));
    assert.equal(order.status, "approved");
  }
  assert.equal(captures(), 0);
  await gateway.logged(/an order is not what was minted/);
});

test("nobody asks about an order that was not minted here", async () => {
  const { order_id } = await mint("approved");
  postpay.orders.set("elsewhere", { ...postpay.orders.get(order_id), order_id: "elsewhere" });
  assert.equal(await back("elsewhere"), failure("elsewhere", "unknown"));
  assert.deepEqual(postpay.calls, []);
});

test("PO-052: an answer to a capture that is lost is looked up, and the money moves once", async () => {
  const { order_id } = await mint("approved");
  postpay.faults.POST.push("drop_after");
  assert.equal(await back(order_id), success(order_id));
  assert.equal(await back(order_id), success(order_id));
  assert.equal(captures(), 1);
});

test("PO-052: a capture that never arrived is made when the payer comes again", async () => {
  for (const fault of ["drop_before", 500]) {
    const { order_id } = await mint("approved");
    postpay.faults.POST.push(fault);
    assert.equal(await back(order_id), failure(order_id, "unknown"));
    assert.equal(postpay.orders.get(order_id).status, "approved");
    assert.equal(await back(order_id), success(order_id));
    assert.equal(await back(order_id), success(order_id));
    assert.equal(captures(), 2, "one that got nowhere, and one that did");
  }
});

test("PO-051: what the payer's bank says no to is denied", async () => {
  const { order_id } = await mint("approved");
  postpay.faults.POST.push(402);
  assert.equal(await back(order_id), failure(order_id, "denied"));
});

test("PO-052: while Postpay does not answer nobody is told that it is paid", async () => {
  const { order_id } = await mint("approved");
  postpay.faults.GET.push("drop_before");
  assert.equal(await back(order_id), failure(order_id, "unknown"));
  assert.equal(captures(), 0);
});

test("a payer goes to the shop's own pages, whatever the address says", async () => {
  for (const more of ["&next=https://evil.example", "&success=https://evil.example", "#https://evil.example"]) {
    assert.ok((await back("//evil.example", "APPROVED", more)).startsWith(`${FAILURE}?order_id=%2F%2Fevil.example&`));
  }
  const answer = await fetch(`${gateway.url}/return/postpay`, { method: "POST", redirect: "manual" });
  assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "GET"]);
});

test("without pages to go to nobody comes back here", async () => {
  await gateway.stop();
  gateway = await startGateway(postpay, { vars: varsOf(postpay, merchant) });
  const answer = await fetch(`${gateway.url}/return/postpay?order_id=a&status=APPROVED`, { redirect: "manual" });
  assert.equal(answer.status, 404);
  assert.match((await answer.json()).detail, /POSTPAY_SUCCESS_URL/);
});
