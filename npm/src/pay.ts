import { EdgepostError } from "./error.js";
import { providers } from "./generated/types.js";
import * as wasm from "./generated/wasm/pay.js";
import { amountOf, invalidOption, type Money } from "./options.js";
import type { CallOptions } from "./client.js";
import type { Json } from "./types.js";

/** What a wallet signs for x402 (EIP-712); numbers are texts. */
export interface TypedData {
  domain: { name: string; version: string; chainId: number; verifyingContract: `0x${string}` };
  /** `EIP712Domain` is among them; ethers wants it taken out. */
  types: Record<string, { name: string; type: string }[]>;
  primaryType: "TransferWithAuthorization";
  message: Record<"from" | "to" | "value" | "validAfter" | "validBefore" | "nonce", string>;
}

/** Pays over x402. An account of viem's is one. */
export interface Signer {
  /** The account that pays. */
  address: string;
  signTypedData(data: TypedData): string | Promise<string>;
}

/** How MPP can be paid: a transaction on Tempo that the provider sends, one that the wallet has sent, a token of Stripe's, a card that its network's own library has encrypted. */
export type PayMethod = "tempo_transaction" | "tempo_hash" | "stripe" | "card";

/** What a wallet is asked for MPP. */
export interface PayAsk {
  method: PayMethod;
  /** A wallet that sends money by itself does so once for each of these, also when it is asked again, and nothing behind `expires`. Who dies while it sends and goes on too late is told `open`: look then whether it has sent. */
  challengeId: string;
  realm: string;
  /** Until when, RFC 3339. */
  expires?: string;
  /** Tempo: the chain, and the memo that the transfer has to have. */
  chainId?: number;
  memo?: string;
  /** What the provider asks, as it came. */
  request: { amount: string; currency: string; recipient?: string; externalId?: string; methodDetails?: Record<string, unknown> };
}

/** What it answers: `{ type: "transaction", signature }`, `{ type: "hash", hash }`, `{ spt }`, or what the card's library made. A transaction that is lost is signed anew only behind its own `validBefore`; without one, never. */
export interface PayAnswer {
  payload: Record<string, unknown>;
  /** Who pays, as a DID. */
  source?: string;
}

/** Pays over MPP. */
export interface Payer {
  /** What it can, best first. */
  methods: PayMethod[];
  pay(ask: PayAsk, again: boolean): PayAnswer | Promise<PayAnswer>;
}

/**
 * Where a payment is written down, so that another process can go on with it. What is written holds what was signed: keep
 * it as one keeps money.
 */
export interface Journal {
  load(requestId: string): string | null | undefined | Promise<string | null | undefined>;
  /**
   * Puts it in the place of the journal whose `revision` is `replaces` (0: of none), and of no other: `false` says that
   * another one was there, which is then gone on with. What is rejected ends the payment before anything is sent.
   */
  save(requestId: string, journal: string, replaces: number): boolean | void | Promise<boolean | void>;
}

export interface PayOptions extends Omit<CallOptions<never>, "idempotencyKey" | "attempts" | "onProgress"> {
  /** The most that may be paid. */
  maxAmount: Money;
  /** For `create_order` what signs, or `"gateway"`: its own wallet pays, within what the grant allows, and writes its own journal. For `create_order_mpp` what pays. */
  signer: Signer | Payer | "gateway";
  /** In this client's memory, if nothing is said: good until the process ends. */
  journal?: Journal | undefined;
  /** How many pages the provider has to count. */
  pages?: number | undefined;
  /** How long to wait for the end at most; 600,000, if nothing is said. */
  waitMs?: number | undefined;
  onProgress?: ((progress: { phase: "sending" | "signing" | "waiting" }) => void) | undefined;
}

/** What an operator wants to have. */
export interface PaySummary {
  request_id: string;
  order_id: string;
  price_usd: string;
  page_count: number | null;
  settlement: { network: string; pay_to: string; settlement_tx: string; settled_at: string };
  is_paid: boolean;
  current_step: string;
  order_complete_url: string;
}

/** Why nothing was signed. */
export interface PayRefusal {
  code: string;
  /** With what. */
  about: string;
  message: string;
  hint: string;
}

/** How a payment ended; `key` is the order's `request_id`, with which it can be gone on with. */
export type Paid = {
  key: string;
  /** Our clock differs by more than a minute from the provider's, is ahead of it by so many milliseconds: set it, for what is signed is good for some minutes. */
  clockSkewMs?: number;
} & (
  | { kind: "paid"; summary: PaySummary }
  /** Paid; the provider has not said in time that it is at work. */
  | { kind: "settled"; summary: PaySummary }
  /** What was signed can no longer be spent, and the order is not paid. */
  | { kind: "unpaid"; summary: PaySummary; reason: string }
  /** Something was signed, or may have been, and what became of it is not known: the money may have moved. Pay again later, with the same journal; where it stays open, look it up with the provider. `until`: when it is surely worth nothing, in milliseconds since 1970; 0 if that is not known. */
  | { kind: "open"; summary: PaySummary; until: number }
  /** A check did not pass; nothing was signed. */
  | { kind: "refused"; refusal: PayRefusal }
  /** The signer's own no. */
  | { kind: "not_signed"; message: string }
  /** The provider's no to the order. */
  | { kind: "declined"; status: number; code: string; message: string; afterMs?: number }
  | { kind: "unreachable" }
);

/** Journals in this process. */
export class Memory implements Journal {
  readonly #journals = new Map<string, string>();

  load(requestId: string): string | undefined {
    return this.#journals.get(requestId);
  }

  save(requestId: string, journal: string, replaces: number): boolean {
    const there = this.#journals.get(requestId);
    if ((there === undefined ? 0 : (JSON.parse(there) as { revision: number }).revision) !== replaces) return false;
    this.#journals.set(requestId, journal);
    return true;
  }
}

/** The wasm's part of what was given. */
export interface Payment {
  isMpp: boolean;
  /** The provider's, as challenges name it. */
  host: string;
  requestId: string;
  maxAmount: string;
  payer?: string;
  methods: string;
  pages?: number | undefined;
  sign?: (json: string, again: boolean) => Promise<string>;
}

/** @throws EdgepostError with code `invalid_options` */
export function paymentOf(operation: string, requestId: string, { maxAmount, signer, pages }: Partial<PayOptions>): Payment {
  const amount = amountOf(maxAmount);
  const { host } = new URL(providers.postalform.live.base);
  const common = { isMpp: operation.endsWith("_mpp"), host, requestId, maxAmount: amount, pages };
  if (signer === "gateway" && !common.isMpp) return { ...common, methods: signer };
  const { address, signTypedData, methods, pay } = (signer ?? {}) as Partial<Signer & Payer>;
  if (typeof signTypedData === "function" && typeof address === "string") {
    const sign = async (json: string): Promise<string> => signTypedData.call(signer, JSON.parse(json) as TypedData);
    return { ...common, payer: address, methods: "", sign };
  }
  if (typeof pay === "function" && Array.isArray(methods)) {
    const sign = async (json: string, again: boolean): Promise<string> => JSON.stringify(await pay.call(signer, JSON.parse(json) as PayAsk, again));
    return { ...common, methods: methods.join(","), sign };
  }
  throw invalidOption("signer", signer, "an account with address and signTypedData, or an object with methods and pay");
}

/** Has to be called once, before somebody pays. */
export function start(module: wasm.SyncInitInput): void {
  wasm.initSync({ module });
}

/** How often another process may be faster with the journal. */
const MOST_CONFLICTS = 20;

/**
 * Pays, with the journal between the steps. Whoever finds another one than that which it replaces goes on from that.
 *
 * @throws EdgepostError with code `journal`
 */
export async function paidOnce(body: Uint8Array, caller: object, payment: Payment, journal: Journal): Promise<Paid | { kind: "aborted" }> {
  const key = payment.requestId;
  let cause: unknown;
  const keep = async (text: string, replaces: number): Promise<boolean> => {
    try {
      return (await journal.save(key, text, replaces)) !== false;
    } catch (error) {
      cause = error;
      throw error;
    }
  };
  for (let attempt = 0; attempt < MOST_CONFLICTS; attempt++) {
    const kept = (await journal.load(key)) ?? undefined;
    const paid = JSON.parse(await wasm.pay(body, caller, { ...payment, journal: kept, keep })) as Paid | { kind: "aborted" } | { kind: "journal"; fault: string };
    if (paid.kind !== "journal") return paid;
    if (paid.fault !== "replaced") throw Object.assign(journalError(paid.fault, cause), { key });
    await new Promise((resume) => setTimeout(resume, 50 * attempt));
  }
  throw Object.assign(journalError("replaced", cause), { key });
}

/** An input with a `request_id`, and the id; empty where there is none that could be read. */
export function withRequestId(input: object | Json): [input: object | Json, requestId: string] {
  let order: unknown = input;
  if (typeof input === "string" || input instanceof Uint8Array) {
    try {
      order = JSON.parse(typeof input === "string" ? input : new TextDecoder().decode(input));
    } catch {
      // The core says what is wrong with it.
    }
  }
  const { request_id: id } = (order ?? {}) as { request_id?: unknown };
  if (typeof id === "string") return [input, id];
  if (typeof input !== "object" || input instanceof Uint8Array || Array.isArray(input) || id !== undefined) return [input, ""];
  const drawn = crypto.randomUUID();
  return [{ ...input, request_id: drawn }, drawn];
}

/** What is wrong with a journal. */
function journalError(fault: string, cause: unknown): EdgepostError {
  const words: Record<string, string> = {
    unreadable: "The journal is not one that this package has written.",
    other_order: "The journal is about other bytes: take a new request_id for another order.",
    other_client: "The journal was begun at another baseUrl, in another mode, with the other handshake or from another account: go on as it was begun.",
    replaced: "Others go on with this payment all the time.",
    not_kept: "The journal could not be written.",
  };
  return new EdgepostError("journal", words[fault] ?? fault, [], { cause });
}
