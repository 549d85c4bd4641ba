// Postpay in the sandbox, from a checkout to its refunds, as a shop and its receiver of webhooks see it: over HTTP.
import assert from "node:assert/strict";
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { Sandbox } from "edgepost/sandbox";
import { serve } from "../../npm/dist/serve.js";

const { input: CHECKOUT } = JSON.parse(readFileSync(new URL("../vectors/postpay.create_checkout/create_a_checkout.json", import.meta.url), "utf8"));
const SECRET = "not-a-secret-dolphins";
const HEADERS = {
  accept: "application/vnd.postpay+json; version=v1",
  authorization: `Basic ${btoa("id_sandbox:sk_test_sandbox")}`,
};
const PAYER = { phone: "+971 50 199 8853", sms_code: "8853", card_number: "4111 1111 1111 1111", card_date: "12/49", card_cvc: "123" };

/** Asks Postpay as a merchant does. */
async function ask(base, method, path, body) {
  const json = body === undefined ? {} : { headers: { ...HEADERS, "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(`${base}/postpay${path}`, { method, headers: HEADERS, ...json });
  const text = await answer.text();
  return { status: answer.status, body: text && JSON.parse(text) };
}

/** A receiver on loopback that keeps what it gets, and answers with `status`. */
async function receiver(status = 204) {
  const received = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks) });
    server.emit("received");
    response.writeHead(status).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    received,
    url: `http://127.0.0.1:${server.address().port}/hooks`,
    async count(expected) {
      while (received.length < expected) await once(server, "received", { signal: AbortSignal.timeout(5_000) });
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What was received, if node:crypto agrees with its signature. */
function verified({ headers, body }) {
  const [seconds, digest] = headers["x-postpay-signature"].split(":");
  assert.ok(Math.abs(Date.now() / 1000 - Number(seconds)) < 300, "PO-094");
  const expected = createHmac("sha256", SECRET).update(`${seconds}:`).update(body).digest();
  assert.ok(timingSafeEqual(expected, Buffer.from(digest, "hex")), "PO-093");
  return JSON.parse(body);
}

/** Waits until a hook's last delivery has ended. */
async function lastResponse(base, id) {
  for (;;) {
    const { last_response: last } = (await ask(base, "GET", `/hooks/${id}`)).body;
    if (last.status !== "unused") return last;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("PO-010 to PO-093: a checkout is approved on its page, captured, and given back in parts; the shop's hook is told", async () => {
  const server = await serve(0);
  const base = `http://127.0.0.1:${server.address().port}`;
  const shop = await receiver();
  try {
    const hook = await ask(base, "POST", "/hooks", { events: ["order", "transaction"], url: shop.url, secret: SECRET });
    assert.equal(hook.status, 200);
    const { body: session } = await ask(base, "POST", "/checkouts", CHECKOUT);
    assert.ok(session.redirect_url.startsWith(`${base}/postpay/checkout/`));

    const page = await (await fetch(session.redirect_url)).text();
    assert.match(page, /AED 814\.80/);
    const send = (fields) => fetch(session.redirect_url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
    const refused = await send({ ...PAYER, card_number: "4242 4242 4242 4242", action: "approve" });
    assert.equal(refused.status, 422, "PO-030: not a test card");
    const back = await send({ ...PAYER, action: "approve" });
    assert.deepEqual([back.status, back.headers.get("location")], [303, "https://www.example.ae/success?order_id=order-01&status=APPROVED"]);

    await shop.count(1);
    const captured = await ask(base, "POST", "/orders/order-01/capture");
    assert.deepEqual([captured.status, captured.body.status, captured.body.total_amount], [200, "captured", 81_480]);
    const refunds = [];
    for (const [refund_id, amount] of [["refund-01", 12_050], ["refund-02", 60_000], ["refund-03", 9_431]]) {
      const { status, body } = await ask(base, "POST", "/orders/order-01/refunds", { refund_id, amount });
      refunds.push([status, body.amount ?? body.error.code]);
      await shop.count(Math.min(3 + refunds.length, 5));
    }
    assert.deepEqual(refunds, [[200, 12_050], [200, 60_000], [409, "limit_exceeded"]]);
    assert.equal((await ask(base, "GET", "/orders/order-01/refunds?amount__gte=60000")).body.count, 1);

    const told = shop.received.map(verified);
    const orders = told.filter((event) => !event.id).map(({ order_id, status }) => [order_id, status]);
    assert.deepEqual(orders, [["order-01", "approved"], ["order-01", "captured"]]);
    const settled = told.filter((event) => event.id).map(({ type, total_amount }) => [type, total_amount]);
    const inOrder = settled.sort(([, one], [, other]) => other - one);
    assert.deepEqual(inOrder, [["order", 77_525], ["refund", -12_050], ["refund", -60_000]]);
    assert.deepEqual(await lastResponse(base, hook.body.id), { code: 204, status: "success" });
    const state = await (await fetch(`${base}/_sandbox/state`)).text();
    assert.ok(!state.includes(SECRET) && !state.includes("sk_test"), "PO-092");
  } finally {
    shop.close();
    server.closeAllConnections();
    server.close();
  }
});

test("PO-100: webhooks are delivered twice if a fault asks for it, and in process as well", async () => {
  const sandbox = new Sandbox();
  const shop = await receiver(500);
  const call = async (method, path, body) => {
    const headers = { ...HEADERS, "content-type": "application/json" };
    return (await sandbox.fetch(`https://sandbox.test${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
  };
  try {
    const { id } = await call("POST", "/postpay/hooks", { events: ["order"], url: shop.url, secret: SECRET });
    const { redirect_url: page } = await call("POST", "/postpay/checkouts", CHECKOUT);
    await call("POST", "/_sandbox/faults", { operation: "postpay.webhook", kind: "duplicate_webhook" });
    await sandbox.fetch(page, { method: "POST", body: new URLSearchParams({ action: "deny" }) });
    await shop.count(2);
    const [first, second] = shop.received.map(verified);
    assert.deepEqual([first.status, second], ["denied", first]);
    const hook = async () => (await call("GET", `/postpay/hooks/${id}`)).last_response;
    while ((await hook()).status === "unused") await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(await hook(), { code: 500, status: "failure" });
  } finally {
    shop.close();
  }
});

test("PO-092: who cannot be reached is seen as well", async () => {
  const server = await serve(0);
  const base = `http://127.0.0.1:${server.address().port}`;
  const gone = await receiver();
  gone.close();
  try {
    const { body: hook } = await ask(base, "POST", "/hooks", { events: ["order"], url: gone.url, secret: SECRET });
    const { body: session } = await ask(base, "POST", "/checkouts", CHECKOUT);
    await fetch(session.redirect_url, { method: "POST", body: new URLSearchParams({ action: "deny" }), redirect: "manual" });
    assert.deepEqual(await lastResponse(base, hook.id), { code: null, status: "failure" });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
