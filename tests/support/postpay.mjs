// What tests of webhooks and of payers who come back talk to: an upstream with Postpay's paths that does as it is told, a
// merchant's receiver, and deliveries that are signed with Node's own crypto.
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { listen } from "./http.mjs";
import { CANARIES } from "./servers.mjs";

/** Secrets that are easy to find wherever they should not be. */
export const POSTPAY_CANARIES = {
  POSTPAY_MERCHANT_ID_TEST: "id_canary",
  POSTPAY_SECRET_KEY_TEST: "sk_test_fake_canary_5be1",
  POSTPAY_WEBHOOK_SECRET_TEST: "hook-canary-7d20",
  POSTPAY_WEBHOOK_SECRET_TEST_PREVIOUS: "hook-canary-before-81c3",
  MERCHANT_WEBHOOK_SECRET: `whsec_${Buffer.from("merchant-canary-of-24-bytes").toString("base64")}`,
};

const BASIC = `Basic ${Buffer.from("id_canary:sk_test_fake_canary_5be1").toString("base64")}`;
const EXAMPLE = JSON.parse(readFileSync(new URL("../vectors/postpay.create_checkout/create_a_checkout.json", import.meta.url), "utf8")).input;

async function read(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * Postpay, as far as it is needed here. `orders` holds orders by id, `hooks` hooks with their secrets, `calls` what it was
 * asked; `faults` are taken in turn
 * before a call is answered: a status, or "drop_before" and "drop_after" for an answer that is lost.
 */
export async function startPostpay() {
  const [orders, calls, hooks] = [new Map(), [], []];
  const faults = { GET: [], POST: [] };
  const answer = (call, body) => {
    if (call === "POST /checkouts") {
      const { order_id, total_amount, tax_amount, currency } = JSON.parse(body);
      const at = new Date().toISOString();
      orders.set(order_id, { order_id, status: "pending", status_changed: at, total_amount, tax_amount, currency, created: at });
      const token = randomUUID().replaceAll("-", "");
      return [200, { token, expires: at, redirect_url: `https://checkout-sandbox.postpay.io/${token}` }];
    }
    if (call === "POST /hooks") {
      const at = new Date().toISOString();
      const last_response = { code: null, status: "unused" };
      hooks.push({ id: randomUUID(), active: true, ...JSON.parse(body), last_response, created: at, modified: at });
    }
    if (/^\w+ \/hooks\b/.test(call)) {
      const results = hooks.map(({ secret, ...hook }) => hook);
      return [200, call.startsWith("POST") ? results.at(-1) : { count: results.length, next: null, previous: null, results }];
    }
    const [, id, capture] = /^\w+ \/orders\/([^/]+)(\/capture)?$/.exec(call) ?? [];
    const order = orders.get(decodeURIComponent(id ?? ""));
    if (!order) return [404, { error: { code: "not_found", message: "Not found." } }];
    if (capture && order.status !== "approved") return [409, { error: { code: "invalid_status", message: "Must be approved." } }];
    if (capture) order.status = "captured";
    return [200, order];
  };
  const server = await listen(async (request, response) => {
    const call = `${request.method} ${request.url.replace(/^\/postpay/, "")}`;
    const body = await read(request);
    if (request.headers.authorization !== BASIC) return response.writeHead(401).end("{}");
    calls.push(call);
    const fault = faults[request.method].shift();
    if (fault === "drop_before") return request.socket.destroy();
    const [status, value] = typeof fault === "number" ? [fault, { error: { code: "error", message: "Oops!!" } }] : answer(call, body);
    if (fault === "drop_after") return request.socket.destroy();
    response.writeHead(status, { "content-type": "application/vnd.api+json" }).end(JSON.stringify(value));
  });
  return { ...server, orders, calls, hooks, faults };
}

/**
 * The merchant's receiver. `taken` are the messages whose signature held, by the package `standardwebhooks`; `replies` are
 * statuses for the next messages, or "drop".
 */
export async function startMerchant() {
  const webhook = new Webhook(POSTPAY_CANARIES.MERCHANT_WEBHOOK_SECRET);
  const [taken, replies, elsewhere] = [[], [], []];
  const server = await listen(async (request, response) => {
    if (request.url !== "/hook") return response.end(elsewhere.push(request.url));
    const body = await read(request);
    const message = webhook.verify(body, request.headers);
    taken.push({ id: request.headers["webhook-id"], at: Date.now(), headers: request.headers, body, message });
    const reply = replies.shift() ?? 204;
    if (reply === "drop") return request.socket.destroy();
    response.writeHead(reply, { location: "/elsewhere" }).end();
  });
  return { ...server, taken, replies, elsewhere };
}

/** The vars with which a gateway uses both, quickly. */
export const varsOf = (postpay, merchant, more = {}) => ({
  ...POSTPAY_CANARIES,
  POSTPAY_URL: `${postpay.url}/postpay`,
  MERCHANT_WEBHOOK_URL: `${merchant.url}/hook`,
  MERCHANT_WEBHOOK_RETRY_MS: "100",
  MERCHANT_WEBHOOK_ATTEMPTS: "4",
  ...more,
});

/** What Postpay's signature of a body is at so many seconds since 1970. */
export function signature(body, { secret = POSTPAY_CANARIES.POSTPAY_WEBHOOK_SECRET_TEST, at = Math.floor(Date.now() / 1000) } = {}) {
  return `${at}:${createHmac("sha256", secret).update(`${at}:`).update(body).digest("hex")}`;
}

/** Delivers a body as Postpay does; `signed` is what its signature is, where it is not the right one. */
export function deliver(gateway, body, { signed = signature(body), mode = "test" } = {}) {
  const headers = { "content-type": "application/json", ...(signed && { "x-postpay-signature": signed }) };
  return fetch(`${gateway.url}/hooks/postpay/${mode}`, { method: "POST", headers, body });
}

/** A faultless checkout of an order of its own. */
export const checkout = (changes = {}) => ({ ...EXAMPLE, order_id: randomUUID(), ...changes });

/** Every canary of these tests. */
export const ALL_CANARIES = { ...CANARIES, ...POSTPAY_CANARIES };

/** Waits until something is so. */
export async function until(is, says = "it never came") {
  for (let tries = 0; !(await is()); tries += 1) {
    if (tries === 1_000) throw new Error(typeof says === "function" ? says() : says);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
