import type { Issue, Operations } from "edgepost";
import { EdgepostError, type Discovery, type Edgepost, type Objection, type Paid } from "edgepost/client";
import { byId, say } from "../dom.js";
import { forget, journalOf, named, renounce, type Attempt, type Way } from "./attempt.js";
import { drawChallenge } from "./challenge.js";
import { drawTerms, input, tell } from "./fields.js";
import type { Placed } from "./form.js";
import { account, TOKEN, wallet, walletSigner } from "./wallet.js";

type Quote = Operations["postalform.validate_order"]["output"]["quote"];
/** A payment that has a journal by now, or needs none any more. */
export type Begun = Omit<Attempt, "journal">;

const WALLET: Way = "postalform.create_order";
/** How long is waited for PostalForm to be at work. */
const WAIT_MS = 60_000;
const OBJECTIONS: Record<Objection, string> = {
  not_read: "What PostalForm says of x402 could not be read.",
  not_offered: "PostalForm does not offer it.",
  unknown_terms: "PostalForm offers it on terms that are not known here.",
  other_network: "PostalForm takes it on another network than the test network.",
  over_cap: "Its least price is above this one.",
};
const PHASES = { sending: "Asking PostalForm …", signing: "Waiting for the signature …", waiting: "Waiting until PostalForm is at work …" };

interface Handlers {
  /** Money may have moved: the form has done its work. */
  ended(begun: Begun, paid: Paid): void;
  issues(issues: Issue[]): void;
  /** Whether the form may not be changed now. */
  busy(isBusy: boolean): void;
}

export interface Cost {
  /** Asks for the price of an order. */
  price(order: Placed): Promise<void>;
  /** Takes the price back: it was another order's. */
  hide(): void;
}

/** Shows what an order costs, what is asked for it, and pays. */
export function startCost(client: Edgepost, { ended, issues, busy }: Handlers): Cost {
  const quote = byId("quote", HTMLElement);
  const hint = byId("cost-hint", HTMLElement);
  const challenge = byId("challenge", HTMLElement);
  const paying = byId("paying", HTMLElement);
  const [pay, ask, ways] = [byId("pay", HTMLButtonElement), byId("ask", HTMLButtonElement), { wallet: input("way-wallet"), token: input("way-token") }];

  let order: Placed | null = null;
  let amount = "";
  let isBusy = false;
  /** Goes up with each change of the form: what comes late is about another order. */
  let changes = 0;

  const way = (): Way => (ways.wallet.checked ? WALLET : "postalform.create_order_mpp");

  const hide = (): void => {
    changes += 1;
    order = null;
    quote.hidden = true;
    hint.hidden = false;
    clear();
    byId("outcome", HTMLElement).hidden = true;
  };

  const clear = (): void => {
    challenge.hidden = true;
    byId("trouble", HTMLElement).hidden = true;
    tell(paying, "");
  };

  const follow = (): void => {
    clear();
    if (way() === WALLET && wallet() === undefined) pay.setAttribute("aria-disabled", "true");
    else pay.removeAttribute("aria-disabled");
  };

  const run = async (work: () => Promise<void>, place: "outcome" | "trouble"): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    for (const button of [pay, ask]) button.setAttribute("aria-disabled", "true");
    try {
      await work();
    } catch (error) {
      if (error instanceof EdgepostError && error.code === "invalid_input") issues(error.issues);
      else refuse(place, "That did not work", error instanceof Error ? error.message : String(error));
    } finally {
      isBusy = false;
      ask.removeAttribute("aria-disabled");
      if (way() !== WALLET || wallet() !== undefined) pay.removeAttribute("aria-disabled");
      tell(paying, "");
    }
  };

  const price = (placed: Placed): Promise<void> => run(async () => {
    hide();
    const before = changes;
    const progress = byId("progress", HTMLElement);
    say(progress, "Asking PostalForm for the price …");
    const called = await client.call("postalform.validate_order", JSON.stringify(named(placed, WALLET))).finally(() => say(progress, ""));
    if (changes !== before) return;
    if (called.kind === "refused" && called.issues !== undefined && called.issues.length > 0) return issues(called.issues);
    if (called.kind === "refused") return refuse("outcome", "There is no price", called.message, `Refused as ${called.code} (${called.status}).`);
    const asked = called.kind === "ok" ? dollars(called.value.quote) : null;
    if (called.kind !== "ok" || asked === null) return refuse("outcome", "There is no price", "No answer came that could be read. Try again: nothing was ordered.");
    [order, amount] = [placed, asked];
    show(called.value.quote);
    // It only advises: nobody waits for it.
    const discovering = client.discover({ maxAmount: { amount, currency: "USD" } });
    void discovering.then((discovery) => changes === before && advise(discovery), () => {});
  }, "outcome");

  const show = ({ page_count: pages }: Quote): void => {
    const isCard = order?.mailpiece_type === "postcard";
    drawTerms(byId("bill", HTMLElement), [
      ["What", isCard ? `Postcard, ${order?.postcard_size}` : "Letter"],
      ["Pages that PostalForm counts", String(pages)],
      ["Price", `USD ${amount}`],
    ]);
    for (const cell of byId("bill", HTMLElement).querySelectorAll(":nth-last-child(-n + 2)")) cell.className = "sum";
    const hasWallet = wallet() !== undefined;
    (hasWallet ? ways.wallet : ways.token).checked = true;
    say(byId("way-wallet-hint", HTMLElement), hasWallet ? "You are asked before it signs." : "There is no wallet in this browser; what it would sign can be shown.");
    say(pay, `Pay USD ${amount}`);
    hint.hidden = true;
    quote.hidden = false;
    follow();
    byId("cost-title", HTMLElement).focus();
  };

  /** What PostalForm says of x402 in general. */
  const advise = ({ ok, reasons }: Discovery): void => {
    const place = byId("way-wallet-hint", HTMLElement);
    if (!ok) say(place, `${place.textContent} ${reasons.map((reason) => OBJECTIONS[reason]).join(" ")}`);
  };

  const showChallenge = (): Promise<void> => run(async () => {
    if (order === null) return;
    clear();
    tell(paying, PHASES.sending);
    const [by, before] = [way(), changes];
    const called = await client.call(by, JSON.stringify(named(order, by)));
    if (changes !== before) return;
    if (called.kind === "challenge") drawChallenge(called.challenges, by !== WALLET);
    else if (called.kind === "refused") refuse("trouble", "Nothing is asked for", called.message, `Refused as ${called.code} (${called.status}).`);
    else refuse("trouble", "Nothing is asked for", "No answer came that asks for a payment. Nothing was paid.");
  }, "trouble");

  const payNow = (): Promise<void> => run(async () => {
    if (order === null) return;
    clear();
    const by = way();
    const from = by === WALLET ? await account() : "";
    const begun: Begun = { way: by, order: named(order, by), price: amount, account: from };
    busy(true);
    const paid = await paidFor(client, begun, (words) => tell(paying, words)).finally(() => busy(false));
    if (paid.kind === "paid" || paid.kind === "settled" || paid.kind === "open") return ended(begun, paid);
    // Nothing that could be spent was signed: the next try is the same order. Or it can be spent no more: it is another one.
    if (paid.kind === "unpaid") renounce(begun);
    else forget(begun);
    refuse("trouble", "Nothing was paid", ...inWords(paid));
  }, "trouble");

  pay.addEventListener("click", () => pay.hasAttribute("aria-disabled") || void payNow());
  ask.addEventListener("click", () => ask.hasAttribute("aria-disabled") || void showChallenge());
  for (const radio of Object.values(ways)) radio.addEventListener("change", follow);
  return { price, hide };
}

/** Pays, or goes on with a payment that was begun. */
export function paidFor(client: Edgepost, begun: Begun, progress: (words: string) => void): Promise<Paid> {
  const signer = begun.way === WALLET ? walletSigner(begun.account) : TOKEN;
  const maxAmount = { amount: begun.price, currency: "USD" };
  const onProgress = ({ phase }: { phase: keyof typeof PHASES }): void => progress(PHASES[phase]);
  return client.pay(begun.way, JSON.stringify(begun.order), { maxAmount, signer, journal: journalOf(begun), waitMs: WAIT_MS, onProgress });
}

/** Why nothing was paid: what happened, and the way out. */
function inWords(paid: Paid): [text: string, detail: string] {
  switch (paid.kind) {
    case "refused":
      return [paid.refusal.message, `${paid.refusal.hint} (${paid.refusal.code})`];
    case "not_signed":
      return ["The wallet has not signed.", paid.message];
    case "declined":
      return [paid.message, `Refused as ${paid.code} (${paid.status}).`];
    case "unpaid":
      return ["The payment was not taken, and cannot be any more. Try again: it is a new order.", `It was said: ${paid.reason}.`];
    default:
      return ["PostalForm does not answer. Try again: it is the same order.", ""];
  }
}

/** A price in dollars, with two places; null, if it is none. */
function dollars({ price_usd: price }: Quote): string | null {
  const [, whole, cents = ""] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(String(price)) ?? [];
  return whole === undefined ? null : `${whole}.${cents.padEnd(2, "0")}`;
}

/** Says what did not work, and why. */
function refuse(place: "outcome" | "trouble", title: string, text: string, detail = ""): void {
  say(byId(`${place}-title`, HTMLElement), title);
  say(byId(`${place}-text`, HTMLElement), text);
  say(byId(`${place}-detail`, HTMLElement), detail);
  const group = byId(place, HTMLElement);
  group.hidden = false;
  group.focus();
}
