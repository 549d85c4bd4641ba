// What the tests do with a grant: orders that the account pays, and what is read of it.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mintGrant } from "../../npm/dist/server.node.js";
import { CANARIES } from "./servers.mjs";

const EXAMPLE = new URL("../vectors/pieterpost.create_order/direct_letter_order.json", import.meta.url);

/** What one letter costs in the sandbox. */
export const LETTER_CENTS = 200;

/** A grant for everything, but for what is said. Each is for somebody else, so that their keys do not meet. */
export function grant(claims = {}) {
  const exp = Math.floor(Date.now() / 1000) + 3_600;
  return mintGrant(CANARIES.GRANT_SIGNING_KEY, { sub: randomUUID(), mode: "test", ops: ["pieterpost.*"], exp, ...claims });
}

/** A faultless direct order: one letter to each of so many. */
export function letters(count = 1, changes = {}) {
  const { input } = JSON.parse(readFileSync(EXAMPLE, "utf8"));
  return { ...input, letters: Array.from({ length: count }, () => input.letters[0]), ...changes };
}

/** Posts to a path below /pieterpost/v1/. */
export function post(gateway, path, body, { grant: token, key = randomUUID(), headers = {} } = {}) {
  return fetch(`${gateway.url}/pieterpost/v1/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key, ...(token && { "edgepost-grant": token }), ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** Makes a direct order. */
export const send = (gateway, body, options) => post(gateway, "orders", body, options);

/** The wallet of the sandbox's account, which has one. */
export const balance = (state) => state.pieterpost.wallets.find(({ account }) => account === "acct_sandbox").balanceCents;

/** The ids of the sandbox's orders, in no order. */
export const ids = (state) => state.pieterpost.orders.map(({ order }) => order.orderId).sort();

/** What somebody answered: the status, and the code or the order's id. */
export async function told(answer) {
  const { code, orderId } = await answer.json();
  return [answer.status, code ?? orderId];
}
