// The gateway's shop: a cart, a payment with Postpay, and money back. What it comes to is added up here, by the wasm; whether
// that is right is for the shop's own back end to say, whose grant is for one sum.
import { ready, validate, type Issue } from "edgepost";
import { Edgepost } from "edgepost/client";
import { grantFor } from "./backend.js";
import { cart, checkout, CURRENCY, draw, fill, firstThing, type Cart } from "./cart.js";
import { byId, faultLine, money, say, sayOrHide, webAddress } from "./dom.js";
import { showMode, type Needed } from "./gateway.js";
import { inWords, isPurchase, startPurchase, type Purchase } from "./purchase.js";
import { keep, recall, tab } from "./storage.js";

const POSTPAY: Needed = { id: "postpay", lacks: "Postpay key", without: "you can fill the cart, but not pay" };
const PURCHASE = "edgepost.purchase";
/** What lies in the cart of who has just come in. */
const FIRST: Cart = [["atlas", 1]];

const heading = byId("title", HTMLElement);
const notice = byId("notice", HTMLElement);
const form = byId("cart", HTMLFormElement);
const bill = byId("bill", HTMLElement);
const email = byId("email", HTMLInputElement);
const pay = byId("pay", HTMLButtonElement);
const progress = byId("progress", HTMLElement);
const outcome = byId("outcome", HTMLElement);

const client = new Edgepost({ baseUrl: location.origin, testMode: true });
const view = startPurchase(client, {
  title: entitle,
  again(bought) {
    const before = lastPurchase();
    keep(tab, PURCHASE, {});
    shop(bought || before === null ? FIRST : before.cart);
    heading.focus();
  },
});

let isReady = false;

function entitle(text: string): void {
  say(heading, text);
  document.title = `${text} - Edgepost`;
}

function lastPurchase(): Purchase | null {
  const purchase = recall(tab, PURCHASE);
  return isPurchase(purchase) ? purchase : null;
}

/** Shows the cart, with these things in it. */
function shop(filled: Cart): void {
  view.hide();
  form.hidden = false;
  bill.hidden = false;
  outcome.hidden = true;
  sayOrHide(notice, undefined);
  entitle("A small shop");
  fill(filled);
  drawBill();
}

/** Shows a purchase in place of the cart. */
function watch(purchase: Purchase, how: string | null): void {
  form.hidden = true;
  bill.hidden = true;
  email.value = purchase.email;
  view.show(purchase, how);
}

function drawBill(): void {
  if (isReady) say(pay, `Pay ${money(draw(), CURRENCY)} with Postpay`);
}

/** Says what is wrong at a place; nothing, if nothing is. */
function showIssue(place: "things" | "email", text?: string): void {
  byId(`${place}-issues`, HTMLElement).replaceChildren(...(text === undefined ? [] : [faultLine(text)]));
}

/** Shows what is wrong with the cart, and leads to the first of it. Whether anything is. */
function isFaulty(issues: Issue[]): boolean {
  const errors = issues.filter(({ severity }) => severity === "error");
  const isEmpty = cart().length === 0;
  const wrong = errors.find(({ path }) => path === "/customer/email");
  showIssue("things", isEmpty ? "Put something into the cart." : undefined);
  const typed = email.value.trim();
  const said = typed === "" ? "Enter your e-mail address." : `"${typed}" is not an e-mail address. ${wrong?.hint ?? ""}`;
  showIssue("email", wrong && said);
  if (wrong) email.setAttribute("aria-invalid", "true");
  else email.removeAttribute("aria-invalid");
  if (isEmpty) firstThing?.focus();
  else if (wrong) email.focus();
  else if (errors.length > 0) refuse(errors.map(({ message }) => message).join(" "));
  return errors.length > 0;
}

function refuse(text: string, detail = ""): void {
  say(byId("outcome-text", HTMLElement), text);
  say(byId("outcome-detail", HTMLElement), detail);
  outcome.hidden = false;
  outcome.focus();
}

/** Asks the back end what the cart may cost, and Postpay for a page to pay it at. */
async function buy(): Promise<void> {
  // Another order each time: of one whose answer is lost nobody knows the page, and nobody can pay there.
  const order = checkout(crypto.randomUUID(), email.value);
  outcome.hidden = true;
  drawBill();
  if (isFaulty(validate("postpay.create_checkout", order).issues)) return;
  const purchase = { orderId: order.order_id, cart: cart(), email: email.value };
  pay.setAttribute("aria-disabled", "true");
  say(progress, "Asking for the payment page …");
  try {
    const grant = await grantFor(purchase.cart, purchase.orderId);
    const made = await client.call("postpay.create_checkout", order, { grant });
    if (made.kind === "refused") return refuse(made.message, `Refused as ${made.code} (${made.status}).`);
    const url = made.kind === "ok" ? webAddress(made.value.redirect_url) : null;
    if (made.kind !== "ok" || url === null) return refuse("No answer came from Postpay. Try again: nothing was paid.");
    keep(tab, PURCHASE, { ...purchase, orderGrant: made.orderGrant ?? "", redirectUrl: url });
    location.assign(url);
  } catch (error) {
    refuse(inWords(error));
  } finally {
    pay.removeAttribute("aria-disabled");
    say(progress, "");
  }
}

/** How the payer came back by way of the gateway, if it is that. The address is cleaned: a reload is no second return. */
function takeReturn(): { how: string | null; orderId: string | null } {
  const url = new URL(location.href);
  const [how, orderId] = [url.searchParams.get("status"), url.searchParams.get("order_id")];
  for (const name of ["status", "order_id"]) url.searchParams.delete(name);
  if (how !== null) history.replaceState(null, "", url);
  return { how, orderId };
}

async function start(): Promise<void> {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isReady && !pay.hasAttribute("aria-disabled")) void buy();
  });
  form.addEventListener("input", () => {
    outcome.hidden = true;
    drawBill();
  });
  void showMode(POSTPAY);
  const { how, orderId } = takeReturn();
  const purchase = lastPurchase();
  const isKnown = purchase !== null && (orderId === null || orderId === purchase.orderId);
  shop(FIRST);
  if (isKnown) watch(purchase, how);
  else if (how !== null) {
    sayOrHide(notice, "You are back from a payment page, but this tab does not know the order. The shop's mail says where it stands.");
  }
  try {
    await ready();
  } catch {
    sayOrHide(notice, "The part of this page that adds up could not be loaded. Reload the page to try again.");
    return;
  }
  isReady = true;
  drawBill();
}

void start();
