import type { Operations } from "edgepost";
import type { Made } from "./store.js";

/** An order, as the provider tells of it. */
export type Order = Operations["pieterpost.get_order"]["output"];

/** A step in the life of an order. */
export interface Step {
  label: string;
  /** When it came, where that is known. */
  at: string | null;
  state: "done" | "now" | "to come";
  /** An end that nobody hoped for. */
  isBad: boolean;
}

/** The way that an order is meant to go. */
const WAY = ["checkout_open", "paid", "queued", "fulfilled"] as const;

const LABELS: Record<string, string> = {
  draft: "Order made",
  checkout_open: "Payment link open",
  paid: "Paid",
  queued: "Queued for printing",
  fulfilled: "Handed to the mail",
  cancelled: "Payment cancelled",
  expired: "Not paid in time",
  failed: "Failed",
};

const TITLES: Record<string, string> = {
  draft: "Your order is being made",
  checkout_open: "Your payment link is ready",
  paid: "Your letter is paid",
  queued: "Your letter is being printed",
  fulfilled: "Your letter is on its way",
  cancelled: "The payment was cancelled",
  expired: "The payment link has expired",
  failed: "The order failed",
};

const BAD = ["cancelled", "expired", "failed"];
/** PP-163: what does not change any more. */
const DONE = ["fulfilled", ...BAD];

export const isDone = (order: Order): boolean => DONE.includes(order.status);
export const isLost = (order: Order): boolean => BAD.includes(order.status);

/** A state in words. New states are shown as the provider calls them. */
export function label(status: string): string {
  return LABELS[status] ?? status.replaceAll("_", " ");
}

export function title(order: Order): string {
  return TITLES[order.status] ?? "Your letter";
}

/** The life of an order so far, and what is to come. */
export function steps(order: Order): Step[] {
  const times: Record<string, string | null> = {
    draft: order.createdAt,
    checkout_open: order.createdAt,
    paid: order.paidAt,
    fulfilled: order.fulfilledAt,
  };
  const present = (WAY as readonly string[]).indexOf(order.status);
  if (present >= 0) {
    return WAY.map((status, index) => ({
      label: label(status),
      at: times[status] ?? (index === present ? order.updatedAt : null),
      state: index < present ? "done" : index === present ? "now" : "to come",
      isBad: false,
    }));
  }
  // An end, the beginning, or a state that is new: what is known to have happened, and where it stands.
  const past = WAY.filter((status) => (status === "checkout_open" ? order.status !== "draft" : Boolean(times[status])));
  const now: Step = {
    label: label(order.status),
    at: times[order.status] ?? order.updatedAt,
    state: "now",
    isBad: BAD.includes(order.status),
  };
  const before = past.map((status): Step => ({ label: label(status), at: times[status] ?? null, state: "done", isBad: false }));
  const after = now.isBad ? [] : WAY.filter((status) => !past.includes(status));
  return [...before, now, ...after.map((status): Step => ({ label: label(status), at: null, state: "to come", isBad: false }))];
}

/** What is known before the provider was asked: that the link was made. */
export function beginning(made: Made): Step[] {
  return WAY.map((status, index) => ({
    label: label(status),
    at: index === 0 ? made.createdAt : null,
    state: index === 0 ? "done" : "to come",
    isBad: false,
  }));
}
