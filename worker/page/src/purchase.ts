import type { Operations } from "edgepost";
import type { Called, Edgepost } from "edgepost/client";
import * as backend from "./backend.js";
import type { Refund } from "./backend.js";
import type { Cart } from "./cart.js";
import { byId, faultLine, make, money, say, sayOrHide, webAddress } from "./dom.js";
import { stepLine, type Step } from "./steps.js";
import { isText } from "./storage.js";

type Order = Operations["postpay.get_order"]["output"];

/** A checkout that was made in this tab. */
export interface Purchase {
  orderId: string;
  /** With it this browser may look the order up. */
  orderGrant: string;
  redirectUrl: string;
  cart: Cart;
  email: string;
}

export function isPurchase(value: unknown): value is Purchase {
  const { orderId, orderGrant, redirectUrl, cart, email } = (value ?? {}) as Partial<Purchase>;
  return [orderId, orderGrant, redirectUrl, email].every(isText) && Array.isArray(cart);
}

/** What the gateway said to a payer who came back (docs/webhooks.md). Anybody can write it: it explains, and proves nothing. */
const SAID: Record<string, string> = {
  cancelled: "You turned back at Postpay's page: nothing was paid.",
  denied: "Postpay or the bank has said no: nothing was paid.",
  expired: "The payment was approved, and not taken in time.",
  mismatch: "The order is not what was asked for: nothing was taken. The shop will write to you.",
  unknown: "Postpay has not told yet what became of the payment. Look again in a moment.",
};

interface Handlers {
  /** The cart is wanted again; `bought` is whether its things are paid for. */
  again(bought: boolean): void;
  title(text: string): void;
}

export interface PurchaseView {
  /** Shows a purchase. `how` is how the payer came back, if it is that. */
  show(made: Purchase, how: string | null): void;
  hide(): void;
}

/** Shows one order: paid for, or not, and given back. */
export function startPurchase(client: Edgepost, { again, title }: Handlers): PurchaseView {
  const section = byId("order", HTMLElement);
  const notice = byId("order-notice", HTMLElement);
  const payLink = byId("pay-link", HTMLAnchorElement);
  const form = byId("refund", HTMLFormElement);
  const amount = byId("amount", HTMLInputElement);
  const give = byId("give", HTMLButtonElement);
  const issues = byId("amount-issues", HTMLElement);

  let shown: Purchase | null = null;
  let came: string | null = null;
  let order: Order | null = null;
  let given: Refund[] = [];
  /** The name under which money is given back: the same one until it is known what came of it. */
  let refundId = crypto.randomUUID();

  const draw = (): void => {
    if (order === null) return;
    const { status, total_amount, currency } = order;
    const back = given.reduce((sum, refund) => sum + refund.amount, 0);
    const isCaptured = status === "captured";
    const isCancelled = status === "pending" && came === "cancelled";
    const steps = stepsOf(order, given, isCancelled);
    title(isCaptured ? titleOf(back, total_amount) : isCancelled ? "The payment was cancelled" : (TITLES[status] ?? "Your order"));
    byId("steps", HTMLElement).replaceChildren(...steps.map(stepLine));
    const last = steps.find(({ state }) => state === "now");
    say(byId("order-status", HTMLElement), `The order's state is now: ${last?.label ?? status}.`);
    sayOrHide(notice, isCaptured ? undefined : SAID[isCancelled ? "cancelled" : status === "denied" ? "denied" : (came ?? "")]);
    notice.classList.toggle("bad", status === "denied");
    const url = status === "pending" && came === null ? webAddress(shown?.redirectUrl ?? null) : null;
    payLink.hidden = url === null;
    if (url !== null) payLink.href = url;
    form.hidden = !isCaptured;
    say(byId("amount-hint", HTMLElement), `${money(total_amount - back, currency)} can be given back. Postpay refuses more.`);
    const rows = [["Order", order.order_id], ["Status at Postpay", status], ["Price", money(total_amount, currency)], ["Given back", money(back, currency)]];
    byId("record", HTMLElement).replaceChildren(...rows.flatMap(([name = "", value = ""]) => [make("dt", {}, name), make("dd", {}, value)]));
  };

  const look = async (): Promise<void> => {
    const purchase = shown;
    if (purchase === null) return;
    try {
      const { orderId, orderGrant } = purchase;
      const found = must(await client.call("postpay.get_order", { order_id: orderId }, { grant: orderGrant }));
      if (shown !== purchase) return;
      order = found;
      draw();
      if (found.status !== "captured") return;
      const { results } = must(await backend.refunds(orderId));
      if (shown !== purchase) return;
      given = results;
      draw();
    } catch (error) {
      if (shown === purchase) trouble(error);
    }
  };

  const trouble = (error: unknown): void => {
    sayOrHide(notice, inWords(error));
    notice.classList.add("bad");
  };

  const showIssue = (text: string | null): void => {
    issues.replaceChildren(...(text === null ? [] : [faultLine(text)]));
    if (text === null) amount.removeAttribute("aria-invalid");
    else amount.setAttribute("aria-invalid", "true");
  };

  const refund = async (purchase: Purchase, sum: number): Promise<void> => {
    give.setAttribute("aria-disabled", "true");
    try {
      const made = await backend.refund({ order_id: purchase.orderId, refund_id: refundId, amount: sum });
      if (made.kind !== "unknown") refundId = crypto.randomUUID();
      if (shown !== purchase) return;
      const value = must(made);
      given = [...given.filter(({ refund_id }) => refund_id !== value.refund_id), value];
      amount.value = "";
      showIssue(null);
      draw();
    } catch (error) {
      if (shown !== purchase) return;
      showIssue(inWords(error));
      amount.focus();
    } finally {
      give.removeAttribute("aria-disabled");
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (shown === null || give.hasAttribute("aria-disabled")) return;
    const sum = hundredths(amount.value);
    if (sum !== null && sum > 0) return void refund(shown, sum);
    showIssue("Write a sum such as 120 or 45.50.");
    amount.focus();
  });
  amount.addEventListener("input", () => showIssue(null));
  byId("look", HTMLButtonElement).addEventListener("click", () => void look());
  byId("again", HTMLButtonElement).addEventListener("click", () => again(order?.status === "captured"));

  return {
    show(made, how) {
      [shown, came, order, given] = [made, how, null, []];
      section.hidden = false;
      form.hidden = true;
      payLink.hidden = true;
      showIssue(null);
      sayOrHide(notice, undefined);
      title("Your order");
      byId("steps", HTMLElement).replaceChildren();
      byId("record", HTMLElement).replaceChildren(make("dt", {}, "Order"), make("dd", {}, made.orderId));
      void look();
    },
    hide() {
      shown = null;
      section.hidden = true;
    },
  };
}

const TITLES: Record<string, string> = {
  pending: "Waiting for the payment",
  approved: "Your payment is not through yet",
  denied: "The payment was denied",
};

function titleOf(back: number, whole: number): string {
  if (back === 0) return "Your order is paid";
  return back < whole ? "Your order is refunded in part" : "Your order is refunded";
}

/** The life of an order so far, and what is to come. */
function stepsOf({ status, status_changed: at, created, currency }: Order, given: Refund[], isCancelled: boolean): Step[] {
  const done = (label: string, when: string | null): Step => ({ label, at: when, state: "done", end: null });
  const now = (label: string, end: Step["end"] = null): Step => ({ label, at, state: "now", end });
  const toCome = (label: string): Step => ({ label, at: null, state: "to come", end: null });
  const first = done("Checkout made", created);
  if (isCancelled) return [first, now("Payment cancelled", "bad")];
  if (status === "denied") return [first, now("Payment denied", "bad")];
  if (status === "approved") return [first, now("Approved"), toCome("Paid")];
  if (status !== "captured") return [first, now("Waiting for the payment"), toCome("Approved"), toCome("Paid")];
  const before = [first, done("Approved", null)];
  if (given.length === 0) return [...before, now("Paid", "good")];
  const back = [...given].sort((one, other) => Date.parse(one.created) - Date.parse(other.created)).map(({ amount, created: when }) => done(`${money(amount, currency)} given back`, when));
  const last = back.pop();
  return [...before, done("Paid", at), ...back, ...(last === undefined ? [] : [{ ...last, state: "now", end: "good" } as const])];
}

/** A sum as people write it, in hundredths; never by way of a number with a point in it, which would be another one. */
function hundredths(text: string): number | null {
  const [, whole, part = ""] = /^\s*(\d{1,9})(?:\.(\d{1,2}))?\s*$/.exec(text) ?? [];
  return whole === undefined ? null : Number(whole + part.padEnd(2, "0"));
}

/** What a call brought. */
function must<Value>(called: Called<Value>): Value {
  if (called.kind === "ok") return called.value;
  const { kind } = called;
  throw new Error(kind === "refused" ? `${called.message} (${called.code})` : "No answer came. Try again: it will not happen twice.");
}

/** What went wrong, in words. */
export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
