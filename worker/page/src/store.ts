import { browser, isText, keep, recall, tab } from "./storage.js";

/** An order that was sent, or is about to be. It stays in this tab. */
export interface Attempt {
  /** Makes a repetition count once. */
  key: string;
  /** The exact JSON that is sent. */
  input: string;
  /** `sent`: nobody knows yet. `refused`: it did not happen. `made`: it did. */
  state: "sent" | "refused" | "made";
  /** The order that it made. */
  orderId?: string;
}

/**
 * An order that was made. It stays in this browser, so that the payer may come back in another tab, and in the tab that
 * shows it, so that another tab's order does not come between.
 */
export interface Made {
  orderId: string;
  /** With it this browser may look the order up. */
  orderGrant: string;
  checkoutUrl: string | null;
  createdAt: string;
  /** Whether it is done changing. */
  done: boolean;
}

const ATTEMPT = "edgepost.attempt";
/** In the tab: the order that it shows, or `{}` while a new letter is written in it. */
const ORDER = "edgepost.order";
/** In the browser: the orders of all tabs, the one that was shown last at first. */
const ORDERS = "edgepost.orders";
/** How many orders are remembered. */
const MOST = 20;

function isAttempt(value: unknown): value is Attempt {
  const { key, input, state = "" } = (value ?? {}) as Partial<Attempt>;
  return isText(key) && isText(input) && ["sent", "refused", "made"].includes(state);
}

function isMade(value: unknown): value is Made {
  const { orderId, orderGrant, checkoutUrl, createdAt } = (value ?? {}) as Partial<Made>;
  return isText(orderId) && isText(orderGrant) && (checkoutUrl === null || isText(checkoutUrl)) && isText(createdAt);
}

/** What this page knows, even where the browser keeps nothing. */
const remembered = recall(tab, ATTEMPT);
let attempt: Attempt | null = isAttempt(remembered) ? remembered : null;

export function lastAttempt(): Attempt | null {
  return attempt;
}

/** Remembers an attempt before it is sent, and what came of it. */
export function keepAttempt(value: Attempt): void {
  attempt = value;
  keep(tab, ATTEMPT, value);
}

/** The attempt for an order: the last one, if it was for the same and made nothing yet; else one with a new key. */
export function attemptFor(input: string): Attempt {
  const isSame = attempt !== null && attempt.input === input && attempt.state !== "made";
  return { key: isSame && attempt !== null ? attempt.key : crypto.randomUUID(), input, state: "sent" };
}

function orders(): Made[] {
  const all = recall(browser, ORDERS);
  return Array.isArray(all) ? all.filter(isMade) : [];
}

/**
 * The order that this tab shows. In a tab that has shown none, or to which a payer has come back with none, the one of the
 * browser's that may still change.
 */
export function lastOrder(isBack: boolean): Made | null {
  const own = recall(tab, ORDER);
  if (isMade(own)) return own;
  const all = own === null || isBack ? orders() : [];
  return all.find((made) => !made.done) ?? all[0] ?? null;
}

/** Remembers an order as the one that this tab shows. Whether the browser will still know it later. */
export function keepOrder(made: Made): boolean {
  keep(tab, ORDER, made);
  const others = orders().filter(({ orderId }) => orderId !== made.orderId);
  return keep(browser, ORDERS, [made, ...others].slice(0, MOST));
}

/** A new letter is written in this tab. An order that another tab made, and that may still change, is not forgotten. */
export function leaveOrder(orderId: string): void {
  keep(tab, ORDER, {});
  const isOurs = attempt?.orderId === orderId;
  keep(browser, ORDERS, orders().filter((made) => made.orderId !== orderId || !(isOurs || made.done)));
}
