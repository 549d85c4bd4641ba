// The gateway's page: from an empty sheet to a letter in the mail. Everything is checked here, by the wasm; the network is
// used to make the payment link, and to ask how the order stands.
import { ready } from "edgepost";
import { Edgepost } from "edgepost/client";
import { check } from "./check.js";
import { byId, say, sayOrHide } from "./dom.js";
import { EMPTY, values as valuesOf, type Values } from "./fields.js";
import { startForm, type Form } from "./form.js";
import { showMode, type Needed } from "./gateway.js";
import type { Order } from "./life.js";
import { startMint } from "./mint.js";
import { startOrderView, type Return } from "./order.js";
import { followCountry } from "./place.js";
import { draw } from "./preview.js";
import { keepOrder, lastAttempt, lastOrder, leaveOrder, type Made } from "./store.js";

const PIETERPOST: Needed = { id: "pieterpost", lacks: "PieterPost key", without: "you can write a letter, but not send it" };

const heading = byId("title", HTMLElement);
const notice = byId("notice", HTMLElement);
const letter = byId("letter", HTMLFormElement);
const preview = byId("preview", HTMLElement);
const previewTitle = byId("preview-title", HTMLElement);

const client = new Edgepost({ baseUrl: location.origin });

const view = startOrderView(client, {
  another: (again) => {
    if (shown !== null) leaveOrder(shown.orderId);
    write(again);
  },
  title: entitle,
  canReuse: (orderId) => letterOf(orderId) !== null,
});

/** The form, once the wasm is there. */
let form: Form | undefined;
/** The order that is shown in place of the form. */
let shown: Made | null = null;
let isReady = false;

function entitle(text: string): void {
  say(heading, text);
  document.title = `${text} - Edgepost`;
}

/** The letter of an order, if it was written in this tab. */
function letterOf(orderId: string | undefined): Values | null {
  const attempt = lastAttempt();
  return attempt !== null && orderId !== undefined && attempt.orderId === orderId ? valuesOf(attempt.input) : null;
}

/** Shows the form: empty, or with the letter in it that was ordered last. */
function write(again: boolean): void {
  const last = again ? letterOf(shown?.orderId) : null;
  shown = null;
  view.hide();
  letter.hidden = false;
  preview.hidden = false;
  say(previewTitle, "The letter as it will look");
  sayOrHide(notice, undefined);
  entitle("Write a letter");
  form?.fill(last ?? EMPTY);
  heading.focus();
}

/** Shows an order in place of the form. Whether the browser will still know it later. */
function watch(made: Made, first?: Order): boolean {
  shown = made;
  const isKept = keepOrder(made);
  letter.hidden = true;
  drawOrdered();
  view.show(made, first);
  return isKept;
}

/** Draws the letter of the order that is shown, as far as anybody knows here how it looked. */
function drawOrdered(): void {
  const values = letterOf(shown?.orderId);
  preview.hidden = values === null || !isReady;
  say(previewTitle, "Your letter");
  if (values !== null && isReady) draw(values, check(values).text);
}

function made(order: Order, orderGrant: string | undefined): void {
  const { orderId, checkoutUrl, createdAt } = order;
  const known: Made = { orderId, orderGrant: orderGrant ?? "", checkoutUrl, createdAt, done: false };
  const isKept = watch(known, order);
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
  const order = lastOrder(how !== null);
  if (order !== null && (how !== null || !order.done)) {
    watch(order);
    if (how !== null) view.returned(how);
  } else if (how !== null) {
    sayOrHide(notice, "You are back from a payment page, but this browser does not know the order. Where it stands can be seen where the link was made.");
  }
}

async function start(): Promise<void> {
  // The form is never sent by the browser itself.
  letter.addEventListener("submit", (event) => event.preventDefault());
  void showMode(PIETERPOST).then((isTest) => (byId("postmark", HTMLElement).hidden = !isTest));
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
  isReady = true;
  // The form asks for the usual until it knows better.
  followCountry().catch(() => {});
  form = startForm({ submit: mint.send, change: mint.hide });
  if (shown !== null) drawOrdered();
  // Nobody knows what came of the last attempt, or it was refused: the letter is not lost.
  const attempt = lastAttempt();
  const filled = attempt === null || attempt.state === "made" ? null : valuesOf(attempt.input);
  if (attempt === null || filled === null) return;
  form.fill(filled);
  if (attempt.state === "sent") mint.offer(attempt);
}

void start();
