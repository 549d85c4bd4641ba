import type { Edgepost, Paid, PaySummary } from "edgepost/client";
import { byId, say, sayOrHide } from "../dom.js";
import { stepLine, type Step } from "../steps.js";
import { paidFor, type Begun } from "./cost.js";
import { drawTerms } from "./fields.js";

interface Handlers {
  title(text: string): void;
  /** Something else is wanted. `kind` is what is known of the payment that was shown. */
  another(begun: Begun, kind: Paid["kind"] | undefined): void;
}

export interface PaymentView {
  /** Shows a payment; `paid` is what is known of it already. */
  show(begun: Begun, paid?: Paid): void;
  hide(): void;
}

/** Shows one payment: how it stands, and how to go on with it. */
export function startView(client: Edgepost, { title, another }: Handlers): PaymentView {
  const section = byId("order", HTMLElement);
  const notice = byId("order-notice", HTMLElement);
  const look = byId("look", HTMLButtonElement);

  let shown: Begun | null = null;
  let known: Paid["kind"] | undefined;

  const draw = (begun: Begun, paid: Paid | undefined): void => {
    const summary = paid !== undefined && "summary" in paid ? paid.summary : undefined;
    const what = begun.order.mailpiece_type === "postcard" ? "postcard" : "letter";
    const kind = paid?.kind;
    known = kind;
    const steps = stepsOf(kind, summary);
    title(kind === "paid" ? `Your ${what} is ordered` : kind === "settled" ? `Your ${what} is paid` : kind === "unpaid" ? "Nothing was paid" : "Is it paid?");
    byId("steps", HTMLElement).replaceChildren(...steps.map(stepLine));
    say(byId("order-status", HTMLElement), `It stands at: ${steps.find(({ state }) => state === "now")?.label}.`);
    sayOrHide(notice, NOTICES[kind ?? "open"]);
    look.hidden = kind === "paid" || kind === "unpaid";
    drawTerms(byId("record", HTMLElement), recordOf(begun, summary));
  };

  const goOn = async (): Promise<void> => {
    const begun = shown;
    if (begun === null || look.hasAttribute("aria-disabled")) return;
    look.setAttribute("aria-disabled", "true");
    sayOrHide(notice, "Asking PostalForm …");
    try {
      const paid = await paidFor(client, begun, (words) => sayOrHide(notice, words));
      if (shown !== begun) return;
      // What does not tell how the payment stands changes nothing of it.
      if ("summary" in paid) draw(begun, paid);
      else sayOrHide(notice, paid.kind === "refused" ? paid.refusal.message : "PostalForm has not told yet. Look again in a moment.");
    } catch (error) {
      if (shown === begun) sayOrHide(notice, error instanceof Error ? error.message : String(error));
    } finally {
      look.removeAttribute("aria-disabled");
    }
  };

  look.addEventListener("click", () => void goOn());
  byId("another", HTMLButtonElement).addEventListener("click", () => shown !== null && another(shown, known));
  return {
    show(begun, paid) {
      shown = begun;
      section.hidden = false;
      draw(begun, paid);
    },
    hide() {
      shown = null;
      section.hidden = true;
    },
  };
}

/** What is to be said of payments that are not at their end. */
const NOTICES: Record<string, string> = {
  settled: "The money has moved, and PostalForm has not said yet that it is at work. Looking again pays nothing.",
  open: "Something was signed, and it is not known what became of it. Looking again asks first, and pays nothing twice.",
  unpaid: "What was signed was not taken, and cannot be any more. Order again.",
};

function stepsOf(kind: Paid["kind"] | undefined, summary: PaySummary | undefined): Step[] {
  const at = summary?.settlement.settled_at || null;
  const done = (label: string, when: string | null = null): Step => ({ label, at: when, state: "done", end: null });
  const toCome = (label: string): Step => ({ label, at: null, state: "to come", end: null });
  const now = (label: string, end: Step["end"] = null, when: string | null = null): Step => ({ label, at: when, state: "now", end });
  const first = done("Price agreed");
  if (kind === "paid") return [first, done("Paid", at), now("At work at PostalForm", "good")];
  if (kind === "settled") return [first, now("Paid", null, at), toCome("At work at PostalForm")];
  if (kind === "unpaid") return [first, now("Not paid", "bad")];
  return [first, now("Signed"), toCome("Paid"), toCome("At work at PostalForm")];
}

/** PFS-009 */
function recordOf({ order, price, way }: Begun, summary: PaySummary | undefined): [string, string][] {
  const { settlement } = summary ?? {};
  const rows: [string, string | undefined][] = [
    ["Request", String(order.request_id)],
    ["Order", summary?.order_id],
    ["Paid over", way.endsWith("_mpp") ? "MPP" : "x402"],
    ["Price", `USD ${summary?.price_usd || price}`],
    ["Network or method", settlement?.network],
    ["Paid to", settlement?.pay_to],
    ["Settlement", settlement?.settlement_tx],
    ["Step", summary?.current_step],
    ["Its page", summary?.order_complete_url],
  ];
  return rows.filter((row): row is [string, string] => Boolean(row[1]));
}
