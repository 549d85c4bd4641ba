// The gateway's page: from an empty sheet to a letter in the mail. Everything is checked here, by the wasm; the network is
// used to make the payment link, and to ask how the order stands.
import { ready } from "edgepost";
import { Edgepost } from "edgepost/client";
import { byId, say, sayOrHide } from "./dom.js";
import { EMPTY, values as valuesOf } from "./fields.js";
import { startForm, type Form } from "./form.js";
import { showMode } from "./gateway.js";
import type { Order } from "./life.js";
import { startMint } from "./mint.js";
import { startOrderView, type Return } from "./order.js";
import { keepOrder, lastAttempt, lastOrder, type Made } from "./store.js";

const heading = byId("title", HTMLElement);
const notice = byId("notice", HTMLElement);
const letter = byId("letter", HTMLFormElement);

const client = new Edgepost({ baseUrl: location.origin });

const view = startOrderView(client, {
  another: (again) => {
    keepOrder(null);
    write(again);
  },
  title: entitle,
  canReuse: () => lastAttempt() !== null,
});

/** The form, once the wasm is there. */
let form: Form | undefined;

function entitle(text: string): void {
  say(heading, text);
  document.title = `${text} - Edgepost`;
}

/** Shows the form: empty, or with the last letter in it. */
function write(again: boolean): void {
  view.hide();
  letter.hidden = false;
  sayOrHide(notice, undefined);
  entitle("Write a letter");
  const last = again ? valuesOf(lastAttempt()?.input ?? "") : null;
  form?.fill(last ?? EMPTY);
  heading.focus();
}

/** Shows an order in place of the form. */
function watch(made: Made, first?: Order): void {
  letter.hidden = true;
  view.show(made, first);
}

function made(order: Order, orderGrant: string | undefined): void {
  const { orderId, checkoutUrl, createdAt } = order;
  const known: Made = { orderId, orderGrant: orderGrant ?? "", checkoutUrl, createdAt, done: false };
  const isKept = keepOrder(known);
  watch(known, order);
  if (!isKept) sayOrHide(notice, `This browser keeps nothing: note the order's id, ${orderId}, before you leave the page.`);
  heading.focus();
}

/** How the payer came back (PP-113), if it is that. The address is cleaned: a reload is no second return. */
function takeReturn(): Return | null {
  const url = new URL(location.href);
  const how = url.searchParams.get("checkout");
  if (how === null) return null;
  url.searchParams.delete("checkout");
  history.replaceState(null, "", url);
  return how === "success" || how === "cancelled" ? how : null;
}

/** Picks up where the payer left: at an order, if there is one. */
function pickUp(): void {
  const how = takeReturn();
  const order = lastOrder();
  if (order !== null && (how !== null || !order.done)) {
    watch(order);
    if (how !== null) view.returned(how);
  } else if (how !== null) {
    sayOrHide(notice, "You are back from a payment page, but this browser does not know the order. Where it stands can be seen where the link was made.");
  }
}

async function start(): Promise<void> {
  void showMode();
  pickUp();
  addEventListener("pagehide", () => view.pause());
  addEventListener("pageshow", (event) => event.persisted && view.resume());
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? view.resume() : view.pause()));
  try {
    await ready();
  } catch {
    sayOrHide(notice, "The part of this page that checks letters could not be loaded. Reload the page to try again.");
    return;
  }
  const mint = startMint(client, {
    made,
    issues: (issues) => form?.refuse(issues),
    stale: () => sayOrHide(notice, "The gateway has newer rules than this page: reload it."),
  });
  form = startForm({ submit: mint.send, change: mint.hide });
  // Nobody knows what came of the last attempt, or it was refused: the letter is not lost.
  const attempt = lastAttempt();
  const filled = attempt === null || attempt.state === "made" ? null : valuesOf(attempt.input);
  if (attempt === null || filled === null) return;
  form.fill(filled);
  if (attempt.state === "sent") mint.offer(attempt);
}

void start();
