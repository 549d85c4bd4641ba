// What the tests order.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

const EXAMPLE = new URL("../vectors/pieterpost.create_checkout_link/letter_checkout.json", import.meta.url);

/** A faultless order of one letter; `gateway` is where the payer goes back to. */
export function order(gateway, changes = {}) {
  return { ...JSON.parse(readFileSync(EXAMPLE, "utf8")).input, returnUrl: `${gateway.url}/`, ...changes };
}

/** Posts an order, as text or as an object. */
export function mint(gateway, body, { key = randomUUID(), headers = {}, signal } = {}) {
  return fetch(`${gateway.url}/pieterpost/v1/checkout-links`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key, ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
    signal,
    duplex: "half",
  });
}

/** Looks an order up. */
export function read(gateway, orderId, grant) {
  const headers = grant ? { "edgepost-grant": grant } : {};
  return fetch(`${gateway.url}/pieterpost/v1/orders/${encodeURIComponent(orderId)}`, { headers });
}

/** How often the provider was really asked. */
export const seen = (state, operation) => state.requests[`pieterpost.${operation}`].seen;
