import { EdgepostError, type Called, type Edgepost } from "edgepost/client";
import { byId, clock, make, money, say, sayOrHide, time, webAddress } from "./dom.js";
import { beginning, isDone, isLost, label, steps, title, type Order } from "./life.js";
import { stepLine, type Step } from "./steps.js";
import { keepOrder, type Made } from "./store.js";

/** How the payer came back. It proves nothing. */
export type Return = "success" | "cancelled";

interface Handlers {
  /** A new letter is wanted: the same again, or an empty one. */
  another(again: boolean): void;
  /** What the page is about now. */
  title(text: string): void;
  /** Whether the letter can be used again. */
  canReuse(orderId: string): boolean;
}

export interface OrderView {
  /** Shows an order and watches it; `first` is what is known of it already. */
  show(made: Made, first?: Order): void;
  /** Says how the payer came back. */
  returned(how: Return): void;
  /** Looks again, if an order is shown that may still change. */
  resume(): void;
  /** Stops looking, but leaves everything as it is. */
  pause(): void;
  hide(): void;
}

const READING = "pieterpost.get_order";
/** How long a payment may take to show in the order: the gateway itself remembers an answer for a moment. */
const SETTLING_MS = 20_000;

/** Shows one order, and how it moves. */
export function startOrderView(client: Edgepost, { another, title: entitle, canReuse }: Handlers): OrderView {
  const section = byId("order", HTMLElement);
  const pay = byId("pay", HTMLElement);
  const payLink = byId("pay-link", HTMLAnchorElement);
  const payUrl = byId("pay-url", HTMLInputElement);
  const copied = byId("copied", HTMLElement);
  const list = byId("steps", HTMLElement);
  const status = byId("order-status", HTMLElement);
  const notice = byId("order-notice", HTMLElement);
  const looked = byId("looked", HTMLElement);
  const look = byId("look", HTMLButtonElement);
  const reuse = byId("reuse", HTMLButtonElement);

  let shown: Made | null = null;
  let watching: AbortController | null = null;
  /** Until when a return from the payment is given time to show in the order. */
  let settlesUntil = 0;

  const draw = (all: Step[]): void => {
    list.replaceChildren(...all.map(stepLine));
  };

  const update = (order: Order): void => {
    if (shown === null) return;
    // PP-113: the payer says that it is paid. Until the order says so, nobody is asked to pay again.
    const isSettling = order.status === "checkout_open" && Date.now() < settlesUntil;
    entitle(isSettling ? "Waiting for the payment to show" : title(order));
    draw(steps(order));
    say(status, `The order's state is now: ${label(order.status)}.`);
    const test = order.testMode ? " It is a test: nothing was printed." : "";
    const fulfilled = order.status === "fulfilled" ? `PieterPost has handed the letter to the mail.${test}` : undefined;
    // PP-162
    const failed = order.status === "failed" ? (order.error ?? "PieterPost gave no reason.") : undefined;
    sayOrHide(notice, failed ?? fulfilled);
    notice.classList.toggle("bad", failed !== undefined);
    say(looked, `Last asked at ${clock(new Date())}.`);
    drawPay(isSettling ? null : order);
    drawRecord(order);
    reuse.hidden = !(isLost(order) && canReuse(order.orderId));
    if (isDone(order)) {
      shown = { ...shown, done: true };
      keepOrder(shown);
    }
  };

  /** PP-164: the payment page is of use while it is open. */
  const drawPay = (order: Order | null): void => {
    const url = order?.status === "checkout_open" ? webAddress(order.checkoutUrl) : null;
    pay.hidden = url === null;
    if (order === null || url === null) return;
    payLink.href = url;
    payUrl.value = url;
    const until = order.expiresAt === null ? "" : ` It can be paid until ${time(order.expiresAt)}.`;
    say(byId("pay-text", HTMLElement), `The letter costs ${money(order.amountCents, order.currency)}, payable on PieterPost's own page.${until}`);
  };

  const drawRecord = (order: Order): void => {
    const rows: [string, string | null][] = [
      ["Order", order.orderId],
      ["Reference", order.orderRef],
      ["Price", money(order.amountCents, order.currency)],
      ["Sender", order.senderEmail],
      ["Payment", order.paymentReference],
    ];
    const told = rows.filter((row): row is [string, string] => typeof row[1] === "string" && row[1] !== "");
    byId("record", HTMLElement).replaceChildren(...told.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  };

  const watch = async (): Promise<void> => {
    if (shown === null || watching !== null) return;
    const controller = new AbortController();
    watching = controller;
    look.hidden = true;
    const { orderId, orderGrant } = shown;
    const onProgress = (progress: { phase: string; value?: Order }): void => {
      if (progress.phase === "read" && progress.value !== undefined && !controller.signal.aborted) update(progress.value);
    };
    let trouble: string | null;
    try {
      trouble = inWords(await client.wait(READING, { orderId }, { grant: orderGrant, signal: controller.signal, onProgress }));
    } catch (error) {
      if (error instanceof EdgepostError && error.code === "aborted") return;
      trouble = "A part of this page could not be loaded.";
    } finally {
      if (watching === controller) watching = null;
    }
    if (trouble === null || controller.signal.aborted) return;
    sayOrHide(notice, trouble);
    look.hidden = false;
  };

  const pause = (): void => {
    watching?.abort();
    watching = null;
  };

  const resume = (): void => {
    if (shown !== null && !shown.done && document.visibilityState === "visible") void watch();
  };

  look.addEventListener("click", () => void watch());
  reuse.addEventListener("click", () => another(true));
  byId("another", HTMLButtonElement).addEventListener("click", () => another(false));
  byId("copy", HTMLButtonElement).addEventListener("click", () => {
    payUrl.select();
    const answer = navigator.clipboard?.writeText(payUrl.value) ?? Promise.reject(new Error("no clipboard"));
    answer.then(
      () => say(copied, "Copied."),
      () => say(copied, "It is selected: copy it with the keyboard."),
    );
  });

  return {
    show(made, first) {
      pause();
      shown = made;
      settlesUntil = 0;
      section.hidden = false;
      pay.hidden = true;
      reuse.hidden = true;
      look.hidden = true;
      say(looked, "");
      say(copied, "");
      sayOrHide(notice, undefined);
      sayOrHide(byId("return-note", HTMLElement), undefined);
      byId("record", HTMLElement).replaceChildren(make("dt", {}, "Order"), make("dd", {}, made.orderId));
      if (first !== undefined) update(first);
      else draw(beginning(made));
      // Also an order that was final is asked for once more: what is shown is never only remembered.
      void watch();
    },
    returned(how) {
      if (how === "success") settlesUntil = Date.now() + SETTLING_MS;
      const said = how === "success" ? "the letter is paid" : "the payment was cancelled";
      const words = `You are back from the payment page, which says that ${said}. Coming back proves nothing by itself: what counts is the order, and this page asks for it.`;
      sayOrHide(byId("return-note", HTMLElement), words);
    },
    resume,
    pause,
    hide() {
      pause();
      shown = null;
      section.hidden = true;
    },
  };
}

/** Why watching ended, if it did not end well. */
function inWords(called: Called<Order> & { done: boolean }): string | null {
  if (called.done) return null;
  if (called.kind === "refused") return `The order cannot be looked up: ${called.message} (${called.code})`;
  if (called.kind === "unknown") return "The order cannot be looked up at the moment.";
  return "Nothing has changed for a while, and this page has stopped asking.";
}
