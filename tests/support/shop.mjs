// What the tests pay for with Postpay, in the sandbox, through the gateway.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { grant } from "./direct.mjs";
import { POSTPAY_CANARIES } from "./postpay.mjs";
import { startGateway, startSandbox } from "./servers.mjs";

const EXAMPLE = new URL("../vectors/postpay.create_checkout/create_a_checkout.json", import.meta.url);
/** The canary merchant. */
export const MERCHANT = { id: POSTPAY_CANARIES.POSTPAY_MERCHANT_ID_TEST, key: POSTPAY_CANARIES.POSTPAY_SECRET_KEY_TEST };
/** What a payer writes into the form: a card of the vendor's, and the last digits of the phone number. */
const PAYER = {
  action: "approve",
  phone: "+971 50 199 8853",
  sms_code: "8853",
  card_number: "4111 1111 1111 1111",
  card_date: "12/29",
  card_cvc: "123",
};

/** What the vendor's example comes to, in hundredths of AED. */
export const TOTAL = 81_480;

/** A sandbox that knows the canary merchant, and a gateway in front of it. */
export const startShopSandbox = () => startSandbox({ postpay: { merchants: [MERCHANT] } });

/** The gateway of a shop. */
export const startShop = (sandbox, { vars = {}, ...options } = {}) =>
  startGateway(sandbox, { ...options, vars: { ...POSTPAY_CANARIES, POSTPAY_URL: `${sandbox.url}/postpay`, ...vars } });

/** A faultless checkout of an order of its own. */
export function checkout(gateway, changes = {}) {
  const { input } = JSON.parse(readFileSync(EXAMPLE, "utf8"));
  const merchant = { confirmation_url: `${gateway.url}/success`, cancel_url: `${gateway.url}/cancel` };
  return { ...input, order_id: randomUUID(), merchant, ...changes };
}

/** A grant of the shop's back end for one operation of Postpay, each for another caller. */
export const allow = (operation, claims = {}) => grant({ ops: [`postpay.${operation}`], ...claims });

/** Asks below /postpay. */
export function ask(gateway, method, path, { body, token, key } = {}) {
  const headers = {
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(token && { "edgepost-grant": token }),
    ...(key && { "idempotency-key": key }),
  };
  return fetch(`${gateway.url}/postpay${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

/** What somebody answered: the status, the code where there is one, and the advice where it is the gateway's. */
export async function told(answer) {
  const text = await answer.text();
  const value = text === "" ? {} : JSON.parse(text);
  const code = value.code ?? value.error?.code;
  return [answer.status, ...(code ? [code] : []), ...(value.retry ? [value.retry.advice] : [])];
}

/** The payer approves at the hosted page. */
export async function approve(page) {
  const answer = await fetch(page, { method: "POST", body: new URLSearchParams(PAYER), redirect: "manual" });
  if (answer.status !== 303) throw new Error(`The payer was not let through: ${answer.status} ${await answer.text()}`);
}

/** Makes a checkout with a grant for its sum, and has its payer approve; gives the order's id. */
export async function approved(gateway) {
  const body = checkout(gateway);
  const answer = await ask(gateway, "POST", "/checkouts", { body, token: await allow("create_checkout", { amount: { aed: TOTAL } }) });
  const session = await answer.json();
  if (answer.status !== 200) throw new Error(JSON.stringify(session));
  await approve(session.redirect_url);
  return body.order_id;
}

/** The same, captured. */
export async function captured(gateway) {
  const order = await approved(gateway);
  const answer = await ask(gateway, "POST", `/orders/${order}/capture`, { token: await allow("capture_order", { orders: [order] }) });
  if (answer.status !== 200) throw new Error(await answer.text());
  return order;
}
