// The shop's own back end (examples/shop.mjs): it knows the prices and signs grants. It runs on this computer.
import type { Operations } from "edgepost";
import type { Called } from "edgepost/client";
import type { Cart } from "./cart.js";

export type Refund = Operations["postpay.create_refund"]["output"];
type Refunds = Operations["postpay.list_refunds"]["output"];

const USUAL_PORT = "8789";
/** The address of the page can name another port. Beyond this computer nobody is asked. */
const named = new URLSearchParams(location.search).get("port") ?? "";
const address = `http://127.0.0.1:${/^\d{1,5}$/.test(named) ? named : USUAL_PORT}`;

/** A grant for a checkout of this order at what the cart costs, whatever this page thinks. */
export async function grantFor(cart: Cart, orderId: string): Promise<string> {
  const { grant } = await ask<{ grant: string }>("grant", { cart, order_id: orderId });
  return grant;
}

/** Gives money back. Under the same `refund_id` it is given once. */
export function refund(input: { order_id: string; refund_id: string; amount: number }): Promise<Called<Refund>> {
  return ask("refund", input);
}

/** What was given back of an order. */
export function refunds(orderId: string): Promise<Called<Refunds>> {
  return ask("refunds", { order_id: orderId });
}

/** @throws Error with words for a person, where there is no answer or a refusal */
async function ask<Answer>(what: string, input: object): Promise<Answer> {
  // As text: a browser sends that without asking first.
  const sent = fetch(`${address}/${what}`, { method: "POST", body: JSON.stringify(input) });
  const answer = await sent.catch(() => {
    throw new Error(`The shop's back end does not answer at ${address}.`);
  });
  const value = (await answer.json().catch(() => ({}))) as Answer & { error?: string };
  if (!answer.ok) throw new Error(`The shop's back end refuses: ${value.error ?? answer.status}`);
  return value;
}
