import type { Operations } from "edgepost";
import type { Step } from "./steps.js";
import type { Made } from "./store.js";

/** An order, as the provider tells of it. */
export type Order = Operations["pieterpost.get_order"]["output"];

/** The way that an order is meant to go. */
const WAY = ["checkout_open", "paid", "queued", "fulfilled"] as const;

const LABELS: Record<string, string> = {
  draft: "Order made",
  checkout_open: "Waiting for the payment",
  paid: "Paid",
  queued: "Queued for printing",
  fulfilled: "Handed to the mail",
  cancelled: "Payment cancelled",
  expired: "Not paid in time",
  failed: "Failed",
};

/** Where a step that is done, or to come, is called something else. */
const STEPS: Record<string, string> = { checkout_open: "Payment link made" };

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
  const end = order.status === "fulfilled" ? "good" : BAD.includes(order.status) ? "bad" : null;
  const now: Step = { label: label(order.status), at: times[order.status] ?? order.updatedAt, state: "now", end };
  const done = (status: string): Step => step(status, "done", times[status]);
  const present = (WAY as readonly string[]).indexOf(order.status);
  if (present >= 0) return [...WAY.slice(0, present).map(done), now, ...WAY.slice(present + 1).map(toCome)];
  // A bad end, the beginning, or a state that is new: what is known to have happened, and where it stands.
  const past = WAY.filter((status) => (status === "checkout_open" ? order.status !== "draft" : Boolean(times[status])));
  const future = end === null ? WAY.filter((status) => !past.includes(status)) : [];
  return [...past.map(done), now, ...future.map(toCome)];
}

/** What is known before the provider was asked: that the link was made. */
export function beginning(made: Made): Step[] {
  const [first, ...rest] = WAY;
  return [step(first, "done", made.createdAt), ...rest.map(toCome)];
}

function toCome(status: string): Step {
  return step(status, "to come", null);
}

function step(status: string, state: "done" | "to come", at: string | null | undefined): Step {
  return { label: STEPS[status] ?? label(status), at: at ?? null, state, end: null };
}
