import type { Journal } from "edgepost/client";
import { isText, keep, recall, tab } from "../storage.js";
import type { Placed } from "./form.js";

/** How an order is paid: over x402, or over MPP. */
export const WAYS = ["postalform.create_order", "postalform.create_order_mpp"] as const;
export type Way = (typeof WAYS)[number];

/** A payment that was begun. It stays in this tab, with what was signed, so that a reload goes on with it. */
export interface Attempt {
  way: Way;
  order: Placed;
  /** Decimal dollars. */
  price: string;
  /** The account that signs; empty where none does. */
  account: string;
  journal: string;
}

const ATTEMPT = "edgepost.mail";
/** What this page knows, even where the browser keeps nothing. */
let attempt: Attempt | null = null;

export function lastAttempt(): Attempt | null {
  const { way, order, price, account, journal } = (attempt ?? recall(tab, ATTEMPT) ?? {}) as Partial<Attempt>;
  const isOrder = typeof order === "object" && isText((order as Placed).request_id);
  if (way === undefined || !WAYS.includes(way) || !isOrder || !isText(price) || typeof account !== "string" || !isText(journal)) return null;
  return { way, order, price, account, journal };
}

export function forget(): void {
  attempt = null;
  keep(tab, ATTEMPT, {});
}

/** Where the client writes down how the payment of this order goes. */
export function journalOf(begun: Omit<Attempt, "journal">): Journal {
  const own = (): string | null => {
    const last = lastAttempt();
    return last !== null && last.order.request_id === begun.order.request_id ? last.journal : null;
  };
  return {
    load: own,
    save(_, journal, replaces) {
      const there = own();
      const revision = there === null ? 0 : (JSON.parse(there) as { revision: number }).revision;
      if (revision !== replaces) return false;
      attempt = { ...begun, journal };
      // A tab has a storage of its own: nobody comes in between.
      keep(tab, ATTEMPT, attempt);
      return true;
    },
  };
}
