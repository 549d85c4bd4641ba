import { parse } from "./bytes.js";
import * as wasm from "./generated/wasm/sandbox.js";

/** What can be set about the emulated providers; see docs/sandbox.md. Whatever is left out has its default. */
export interface SandboxOptions {
  /** Ids are made from it: the same seed, the same ids. */
  seed?: string;
  pieterpost?: {
    /** How long a paid order stays in each state; 1000. */
    stepMs?: number;
    /** Of an account, over all its keys; 60. `null` is no limit. */
    requestsPerMinute?: number | null;
    /** Of an account, test and live together; 100. `null` is no limit. */
    ordersPerDay?: number | null;
    /** How many of them may be live; no limit, if nothing is said. */
    liveOrdersPerDay?: number | null;
    /** Keys beside the built-in ones; one that starts with `pp_live_` is for live mode. */
    keys?: { key: string; account: string; standing?: "active" | "api_key_inactive" | "account_inactive" }[];
    /** Accounts that may not do everything; `acct_sandbox`, if none is named. */
    accounts?: {
      account?: string;
      approvalStatus?: string;
      approvedForDirectSend?: boolean;
      creditsEnabled?: boolean;
      hostedApiEnabled?: boolean;
      liveEnabled?: boolean;
    }[];
    /** What is in wallets from the beginning: of `acct_sandbox`, in test mode and in euros, if nothing is said. */
    balances?: { account?: string; mode?: "test" | "live"; currency?: "eur" | "usd"; cents: number }[];
  };
  postpay?: {
    /** Merchants and keys beside the built-in ones; a key that starts with `sk_live` is for live mode. */
    merchants?: { id: string; key: string }[];
    /** How long an approved order can be captured; seven days. */
    captureWithinMs?: number;
  };
  pitneybowes?: {
    /** How long a token is good; ten hours. */
    tokenSeconds?: number;
    /** Developers beside the built-in ones. */
    developers?: { developerId: string; key: string; secret: string }[];
    /** Merchants beside the built-in ones, or in the place of one with the same number; of the built-in developer, if nothing is said. */
    merchants?: { developerId?: string; postalReportingNumber: string; fullName?: string; cents?: number }[];
  };
  postalform?: {
    /** Which networks challenges are for; `test`. */
    mode?: "test" | "live";
    /** How many pages a document is held to have; 1. */
    pageCount?: number;
    /** How long a settlement waits for its webhook; 2000. */
    webhookMs?: number;
    /** How long it takes from there until the order's mail is sent; 1000. */
    stepMs?: number;
    /** How long the provider takes to notice what it has settled; until then it would settle a second payment as well. 0. */
    noticeMs?: number;
    /** How long a challenge is good, in seconds; 300. */
    challengeSeconds?: number;
    /** Whether each challenge has an address of its own to pay to, and the one before is worth nothing. */
    freshPayTo?: boolean;
    /** Whether MPP challenges are bound to the body by its digest. */
    hasDigest?: boolean;
    /** Whether MPP credentials are asked for in `Payment-Authorization`. */
    otherHeader?: boolean;
    /** Whether the server of tools answers with JSON, and not with a stream of events. */
    jsonAnswers?: boolean;
    /** How long a session of the server of tools lasts; half an hour. */
    sessionMs?: number;
    /** How many orders may be made in a minute without paying for one; any number, if nothing is said. */
    unpaidPerMinute?: number;
  };
}

interface Head {
  status: number;
  headers: [string, string][];
  delayMs: number;
  dropped: boolean;
}

/** What a provider sends on its own. */
interface Delivery {
  number: number;
  url: string;
  headers: [string, string][];
  body: string;
}

/** How long the receiver of a webhook may take. */
const RECEIVER_MS = 10_000;

/** The providers, emulated with state. No mail is sent, no money moves, and no port is needed; webhooks are really sent. */
export class Sandbox {
  readonly #number: number;

  constructor(options: SandboxOptions = {}) {
    begin();
    this.#number = wasm.create(new TextEncoder().encode(JSON.stringify(options)));
  }

  /**
   * Answers a request as the provider would, faults included: an answer that gets lost is a rejected promise.
   *
   * @param input the path starts with the provider: `https://sandbox.test/pieterpost/v1/...`
   */
  async fetch(input: Request | string | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const head = { method: request.method, url: request.url, headers: [...request.headers] };
    const body = new Uint8Array(await request.arrayBuffer());
    const frame = wasm.handle(this.#number, new TextEncoder().encode(JSON.stringify(head)), body, Date.now());
    const length = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
    const { status, headers, delayMs, dropped } = parse<Head>(frame.subarray(4, 4 + length));
    // As at the provider, the caller's answer does not wait for them.
    for (const delivery of parse<Delivery[]>(wasm.deliveries(this.#number, Date.now()))) void this.#deliver(delivery);
    if (delayMs > 0) await pause(delayMs, request.signal);
    if (dropped) throw new TypeError("fetch failed", { cause: new Error("the sandbox dropped the connection") });
    const content = frame.slice(4 + length);
    return new Response(content.length > 0 ? content : null, { status, headers });
  }

  async #deliver({ number, url, headers, body }: Delivery): Promise<void> {
    let status = 0;
    try {
      const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(RECEIVER_MS) });
      ({ status } = answer);
      await answer.body?.cancel();
    } catch {
      // Who cannot be reached is seen in the hook's last_response.
    }
    wasm.delivered(this.#number, number, status);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

let begin: () => void = () => {
  throw new Error("The sandbox has no wasm.");
};

/** Called by the entry points. */
export function startWith(load: () => wasm.SyncInitInput): void {
  let started = false;
  begin = () => {
    if (!started) wasm.initSync({ module: load() });
    started = true;
  };
}
