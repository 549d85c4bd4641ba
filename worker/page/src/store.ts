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

/** An order that was made. It stays in this browser, so that the payer may come back in another tab. */
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
const ORDER = "edgepost.order";

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

function isAttempt(value: Partial<Attempt>): value is Attempt {
  return isText(value.key) && isText(value.input) && ["sent", "refused", "made"].includes(value.state ?? "");
}

function isMade(value: Partial<Made>): value is Made {
  const isLink = value.checkoutUrl === null || isText(value.checkoutUrl);
  return isText(value.orderId) && isText(value.orderGrant) && isLink && isText(value.createdAt);
}

/** What was remembered; nothing, if there is no storage, or something else is in it. */
function recall<T extends object>(storage: () => Storage, name: string, is: (value: Partial<T>) => value is T & Partial<T>): T | null {
  try {
    const value: unknown = JSON.parse(storage().getItem(name) ?? "null");
    return typeof value === "object" && value !== null && is(value) ? value : null;
  } catch {
    return null;
  }
}

/** Remembers something, or forgets it. Whether that worked. */
function keep(storage: () => Storage, name: string, value: object | null): boolean {
  try {
    if (value === null) storage().removeItem(name);
    else storage().setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

// A browser that keeps nothing throws as soon as its storage is named.
const tab = (): Storage => sessionStorage;
const browser = (): Storage => localStorage;

/** What this page knows, even where the browser keeps nothing. */
let attempt: Attempt | null = recall<Attempt>(tab, ATTEMPT, isAttempt);

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

export function lastOrder(): Made | null {
  return recall<Made>(browser, ORDER, isMade);
}

/** Whether the browser will still know the order later. */
export function keepOrder(value: Made | null): boolean {
  return keep(browser, ORDER, value);
}
