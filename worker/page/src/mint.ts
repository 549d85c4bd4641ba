import type { Issue } from "edgepost";
import { EdgepostError, type Called, type Edgepost, type Progress } from "edgepost/client";
import { byId, say, span } from "./dom.js";
import type { Order } from "./life.js";
import { attemptFor, keepAttempt, type Attempt } from "./store.js";

interface Handlers {
  made(order: Order, orderGrant: string | undefined): void;
  /** The gateway found something wrong with the order. */
  issues(issues: Issue[]): void;
  /** The gateway has other rules than this page. */
  stale(): void;
}

/** What there is to say when no link came of it. */
interface Outcome {
  title: string;
  text: string;
  detail?: string;
  button?: string;
  /** When the button can be pressed. */
  afterMs?: number;
  /** What the button sends. */
  attempt?: Attempt;
}

export interface Mint {
  /** Makes the payment link for an order. */
  send(input: string): void;
  /** An attempt of which nobody knows what came of it. */
  offer(attempt: Attempt): void;
  /** Takes back what was said about an order that is not the present one any more. */
  hide(): void;
}

const MAKING = "pieterpost.create_checkout_link";
/** How often the same bytes are sent before a person is asked. */
const ATTEMPTS = 3;

const NOBODY_KNOWS: Pick<Outcome, "title" | "text" | "button"> = {
  title: "Nobody knows yet whether the order was made",
  text: "Try again: it will not be made twice. Should you change the letter first, it becomes another order; an order that is never paid is never printed.",
  button: "Try again",
};

/** Makes payment links: each order once, however often it is sent. */
export function startMint(client: Edgepost, { made, issues, stale }: Handlers): Mint {
  const button = byId("mint", HTMLButtonElement);
  const progress = byId("progress", HTMLElement);
  const progressText = byId("progress-text", HTMLElement);
  const progressTime = byId("progress-time", HTMLElement);
  const stop = byId("stop", HTMLButtonElement);
  const outcome = byId("outcome", HTMLElement);
  const outcomeButton = byId("outcome-button", HTMLButtonElement);
  const outcomeTime = byId("outcome-time", HTMLElement);

  let underWay: AbortController | null = null;
  let ticking: ReturnType<typeof setInterval> | undefined;

  /** Counts down, outside of what is read aloud. */
  const countDown = (element: HTMLElement, ms: number, words: (left: string) => string, over: () => void): void => {
    clearInterval(ticking);
    const ends = Date.now() + ms;
    const tick = (): void => {
      const left = ends - Date.now();
      say(element, left > 0 ? words(span(left)) : "");
      if (left > 0) return;
      clearInterval(ticking);
      over();
    };
    ticking = setInterval(tick, 500);
    tick();
  };

  const report = (step: Progress): void => {
    clearInterval(ticking);
    say(progressTime, "");
    if (step.phase === "sending") {
      const again = `Sending the same order again (attempt ${step.attempt} of ${ATTEMPTS}) …`;
      say(progressText, step.attempt === 1 ? "Sending the order …" : again);
    } else if (step.phase === "waiting") {
      say(progressText, `No success with attempt ${step.attempt} of ${ATTEMPTS}. The same order is sent again; it will not be made twice.`);
      countDown(progressTime, step.afterMs, (left) => `In ${left}.`, () => {});
    }
  };

  const hide = (): void => {
    clearInterval(ticking);
    outcome.hidden = true;
  };

  const show = ({ title, text, detail = "", button: label, afterMs = 0, attempt }: Outcome): void => {
    say(byId("outcome-title", HTMLElement), title);
    say(byId("outcome-text", HTMLElement), text);
    say(byId("outcome-detail", HTMLElement), detail);
    say(outcomeTime, "");
    const isOffered = label !== undefined && attempt !== undefined;
    outcomeButton.hidden = !isOffered;
    outcome.hidden = false;
    if (isOffered) {
      say(outcomeButton, label);
      const enable = (): void => outcomeButton.removeAttribute("aria-disabled");
      enable();
      if (afterMs > 0) {
        outcomeButton.setAttribute("aria-disabled", "true");
        countDown(outcomeTime, afterMs, (left) => `Possible in ${left}.`, enable);
      }
      outcomeButton.onclick = () => {
        if (!outcomeButton.hasAttribute("aria-disabled")) void run(attempt);
      };
    }
  };

  const busy = (controller: AbortController | null): void => {
    underWay = controller;
    progress.hidden = controller === null;
    if (controller === null) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  };

  const run = async (attempt: Attempt): Promise<void> => {
    if (underWay !== null) return;
    hide();
    const controller = new AbortController();
    busy(controller);
    stop.onclick = () => controller.abort();
    // Before it is sent: a reload repeats this order and makes no second one.
    keepAttempt({ ...attempt, state: "sent" });
    const options = { idempotencyKey: attempt.key, attempts: ATTEMPTS, signal: controller.signal, onProgress: report };
    let shown: Outcome | null;
    try {
      const called = await client.call(MAKING, attempt.input, options);
      if (called.stale) stale();
      shown = conclude(called, attempt);
    } catch (error) {
      shown = failed(error, attempt);
    }
    clearInterval(ticking);
    say(progressText, "");
    busy(null);
    if (shown === null) return;
    show(shown);
    outcome.focus();
  };

  /** What follows from an outcome: something to say, unless it was said already. */
  const conclude = (called: Called<Order>, attempt: Attempt): Outcome | null => {
    if (called.kind === "ok") {
      keepAttempt({ ...attempt, state: "made", orderId: called.value.orderId });
      made(called.value, called.orderGrant);
      return null;
    }
    if (called.kind !== "refused") {
      const excerpt = called.kind === "unknown" ? called.excerpt : "";
      return { ...NOBODY_KNOWS, attempt, ...(excerpt === "" ? {} : { detail: `What came back: ${excerpt}` }) };
    }
    keepAttempt({ ...attempt, state: "refused" });
    if (called.issues !== undefined && called.issues.length > 0) {
      issues(called.issues);
      return null;
    }
    const { code, message, retry, status } = called;
    const isOther = retry.advice === "new_key";
    return {
      title: "No link was made",
      text: message,
      detail: `Refused as ${code} (${status}).`,
      button: isOther ? "Try as a new order" : "Try again",
      afterMs: retry.afterMs ?? 0,
      attempt: isOther ? { ...attempt, key: crypto.randomUUID() } : attempt,
    };
  };

  const failed = (error: unknown, attempt: Attempt): Outcome | null => {
    if (error instanceof EdgepostError && error.code === "invalid_input") {
      keepAttempt({ ...attempt, state: "refused" });
      issues(error.issues);
      return null;
    }
    if (error instanceof EdgepostError && error.code === "aborted") return { ...NOBODY_KNOWS, attempt };
    // Nothing was sent: the part of this page that sends could not be loaded.
    keepAttempt({ ...attempt, state: "refused" });
    const detail = error instanceof Error ? error.message : String(error);
    return { title: "Nothing was sent", text: "A part of this page could not be loaded.", detail, button: "Try again", attempt };
  };

  return {
    send: (input) => void run(attemptFor(input)),
    offer: (attempt) => show({ ...NOBODY_KNOWS, attempt }),
    hide,
  };
}
