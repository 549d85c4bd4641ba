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

const ATTEMPTS = "edgepost.mail";
/** In the order in which they were begun. What this page knows, even where the browser keeps nothing. */
let attempts: Attempt[] | null = null;
/** An order has one id for each way, and keeps it until it is known that nothing came of it. */
const ids = new Map<string, string>();

function all(): Attempt[] {
  if (attempts !== null) return attempts;
  const kept = recall(tab, ATTEMPTS);
  attempts = (Array.isArray(kept) ? kept : []).filter(isAttempt);
  return attempts;
}

function isAttempt(kept: unknown): kept is Attempt {
  const { way, order, price, account, journal } = (kept ?? {}) as Partial<Attempt>;
  const isOrder = typeof order === "object" && isText((order as Placed | null)?.request_id);
  return way !== undefined && WAYS.includes(way) && isOrder && isText(price) && typeof account === "string" && isText(journal);
}

function write(next: Attempt[]): void {
  attempts = next;
  // A tab has a storage of its own: nobody comes in between.
  keep(tab, ATTEMPTS, next);
}

const idOf = ({ order }: Pick<Attempt, "order">): unknown => order.request_id;
const contentOf = (way: Way, order: Placed): string => JSON.stringify([way, { ...order, request_id: "" }]);

/** The payment that was begun last. */
export function lastAttempt(): Attempt | null {
  return all().at(-1) ?? null;
}

/** An order with its id. What is being paid for already keeps the id that its journal has. */
export function named(order: Placed, way: Way): Placed {
  const content = contentOf(way, order);
  const begun = all().find((attempt) => contentOf(attempt.way, attempt.order) === content);
  const id = begun?.order.request_id ?? ids.get(content) ?? crypto.randomUUID();
  ids.set(content, id);
  return { ...order, request_id: id };
}

/** Of a payment of which nothing can be spent any more. */
export function forget(begun: Pick<Attempt, "order">): void {
  write(all().filter((attempt) => idOf(attempt) !== idOf(begun)));
}

/** Nothing came of it: the same again is another order. */
export function renounce({ way, order }: Pick<Attempt, "way" | "order">): void {
  forget({ order });
  ids.delete(contentOf(way, order));
}

/** Where the client writes down how the payment of this order goes. */
export function journalOf(begun: Omit<Attempt, "journal">): Journal {
  const own = (): string | null => all().find((attempt) => idOf(attempt) === idOf(begun))?.journal ?? null;
  return {
    load: own,
    save(_, journal, replaces) {
      const there = own();
      const revision = there === null ? 0 : (JSON.parse(there) as { revision: number }).revision;
      if (revision !== replaces) return false;
      write([...all().filter((attempt) => idOf(attempt) !== idOf(begun)), { ...begun, journal }]);
      return true;
    },
  };
}
