import { fileOf, inputBytes, noFile, parse } from "./bytes.js";
import { discoveryOf, wishOf, type DiscoverOptions, type Discovery } from "./discover.js";
import { EdgepostError, invalidInput } from "./error.js";
import { operations, providers, rules } from "./generated/types.js";
import { ADDRESS, checked, functions, invalidOption, numbers, TEST_MODE, texts, type Kind } from "./options.js";
import { once } from "./once.js";
import { preflightOf, type Preflight } from "./preflight.js";
import * as wasm from "./generated/wasm/client.js";
import type { Journal, Paid, PayOptions } from "./pay.js";
import type { AskedOf, InputOf, Issue, ItemOf, Json, ListName, OperationName, Outcome, OutputOf } from "./types.js";

export { readManifest } from "./discover.js";
export { EdgepostError } from "./error.js";
export type { Discovery, DiscoverOptions, Objection, Payable } from "./discover.js";
export type { Money } from "./options.js";
export type { Journal, Paid, PayAnswer, PayAsk, Payer, PayMethod, PayOptions, PayRefusal, PaySummary, Signer, TypedData } from "./pay.js";
export type { Obstacle, Preflight } from "./preflight.js";
export type * from "./types.js";

/** A fetch of your own: it is called with an address and an object of the known form. */
export type Fetch = (url: string, init: RequestInit & { headers: Record<string, string> }) => Response | Promise<Response>;

export interface EdgepostOptions {
  /** Where the gateway is, such as `https://mail.example.com`. */
  baseUrl: string | URL;
  /** What this caller may do; a token of the gateway's operator. */
  grant?: string | undefined;
  /** Whether the gateway is in test mode: an answer of the other mode is reported. */
  testMode?: boolean | undefined;
  /** In place of the platform's own fetch. */
  fetch?: Fetch | undefined;
}

/** How a call goes. */
export type Progress<Value = unknown> =
  | { phase: "sending"; attempt: number }
  | { phase: "waiting"; attempt: number; afterMs: number }
  | { phase: "read"; value: Value };

export interface CallOptions<Value = unknown> {
  /** Makes a repeated call count once; drawn, if nothing is said, and returned with the outcome. */
  idempotencyKey?: string | undefined;
  /** In place of the client's own grant. */
  grant?: string | undefined;
  /** The language of the provider's messages. */
  acceptLanguage?: string | undefined;
  /** How often the same bytes are sent at most where that is safe; 3, if nothing is said. */
  attempts?: number | undefined;
  /** How long an answer is waited for; 30,000, if nothing is said. */
  timeoutMs?: number | undefined;
  /** Gives up: the promise is rejected with an EdgepostError of code `aborted`, which has the `key`. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress<Value>) => void) | undefined;
}

export interface WaitOptions<Value = unknown> extends Omit<CallOptions<Value>, "attempts" | "idempotencyKey"> {
  /** Enough has been seen; in addition to the states that the thing does not leave. */
  until?: ((value: Value) => boolean) | undefined;
  /** How long to wait at most; 600,000, if nothing is said. */
  waitMs?: number | undefined;
}

export interface EachOptions<Value = unknown> extends Omit<CallOptions<Value>, "idempotencyKey"> {}

export interface PreflightOptions extends CallOptions<OutputOf<"pieterpost.get_wallet">> {
  /** What the order will cost, in hundredths of the currency; anything at all, if nothing is said. */
  amountCents?: number | undefined;
}

/** An outcome, and what came with it. */
export type Called<Value = unknown> = Outcome<Value> & {
  /** The idempotency key in use: with it the call can be repeated. */
  key: string | null;
  /** With it the order can be read for 14 days. The client remembers it; keep it to read the order from elsewhere. */
  orderGrant?: string;
  /** Whether the gateway's ledger answered: the call had been made before. */
  replayed: boolean;
  /** Whether the gateway knows other rules than this package: one of the two is out of date. */
  stale: boolean;
};

/** Where a provider is called, and how; whether without a gateway, which would know some of the input. */
export type Way = Pick<EdgepostOptions, "fetch" | "testMode"> & { baseUrl: string; isDirect?: boolean };

/** One list for all: what only another call looks at is no slip of the pen. */
const OPTIONS: Kind[] = [
  ADDRESS,
  TEST_MODE,
  texts("grant, idempotencyKey, acceptLanguage"),
  functions("fetch, until, onProgress"),
  // What they have to be is said where they are used.
  ["maxAmount"],
  ["signer"],
  ["journal"],
  ["networks"],
  // The wasm counts these in 32 bits.
  ["attempts, timeoutMs", "number", "a number below 1e9", /^\d{1,9}(\.|$)/],
  numbers("waitMs, amountCents, pages"),
  ["signal", "object", "an AbortSignal", /AbortSignal/],
];

/** Talks to a gateway, which holds the keys. */
export class Edgepost {
  readonly #options: Partial<EdgepostOptions>;
  /** By order id. */
  readonly #orderGrants = new Map<string, string>();
  #journals: Journal | undefined;

  /** @throws EdgepostError with code `invalid_options` */
  constructor(options: EdgepostOptions) {
    this.#options = checked(options, OPTIONS);
    if (this.#options.baseUrl === undefined) throw invalidOption("baseUrl", undefined, "the gateway's address");
  }

  /**
   * Makes a call; again, with the same bytes and key, where an answer is lost and that is safe. A file that is uploaded is
   * streamed, and sent once.
   *
   * @throws EdgepostError with code `invalid_input` and `issues` or with `invalid_options`, before anything is sent; and
   *   with `invalid_options` and the `key` if a fetch of your own answers with something else than a Response
   */
  async call<O extends OperationName>(
    operation: O,
    input: InputOf<O> | AskedOf<O> | Json,
    options?: CallOptions<OutputOf<O>>,
  ): Promise<Called<OutputOf<O>>> {
    const called = await this.#run<OutputOf<O>>(wasm.call, operation, input, options);
    const order = called.kind === "ok" ? (called.value as { orderId?: unknown }).orderId : undefined;
    if (called.orderGrant !== undefined && typeof order === "string") this.#orderGrants.set(order, called.orderGrant);
    return called;
  }

  /**
   * Reads again and again, with growing pauses, until the thing does not change any more.
   *
   * `done` is false where the time was up, or reading was refused.
   */
  async wait<O extends OperationName>(
    operation: O,
    input: InputOf<O> | AskedOf<O> | Json,
    options?: WaitOptions<OutputOf<O>>,
  ): Promise<Called<OutputOf<O>> & { done: boolean }> {
    return (await this.#run<OutputOf<O>>(wasm.wait, operation, input, options)) as Called<OutputOf<O>> & { done: boolean };
  }

  /**
   * Goes through a list to its end, page by page. A page is read when all of the one before has been taken, so that to
   * leave the loop is to ask for no more. Of a link to the next page only its number is used (PO-072).
   *
   * @throws EdgepostError as `call` does, and with code `incomplete` where a page cannot be read, or its link leads
   *   elsewhere; the outcome is its `cause`
   */
  async *each<O extends ListName>(
    operation: O,
    input: InputOf<O> | Json,
    options?: EachOptions<OutputOf<O>>,
  ): AsyncGenerator<ItemOf<O>, void, undefined> {
    const bytes = inputBytes(input);
    // Who changes the object meanwhile does not change the question.
    const asked = bytes instanceof Uint8Array ? bytes.slice() : input;
    let next = 0;
    do {
      const page = (await this.#run<{ results: ItemOf<O>[] }>(wasm.call, operation, asked, options, next)) as Page<ItemOf<O>>;
      if (page.kind === "ok") yield* page.value.results;
      if (page.fault) throw new EdgepostError("incomplete", `${operation}: ${page.fault}`, [], { cause: page });
      next = page.next;
    } while (next);
  }

  /**
   * Looks at the wallet and at what the account may do, before a direct order.
   *
   * @throws EdgepostError as `call` does
   */
  async preflight(input: InputOf<"pieterpost.get_wallet"> = {}, options: PreflightOptions = {}): Promise<Preflight> {
    const { amountCents } = checked(options, OPTIONS);
    return preflightOf(await this.call("pieterpost.get_wallet", input, options), amountCents);
  }

  /**
   * Reads on which network and between which prices orders are paid over x402, and holds it against what the caller would pay.
   *
   * @throws EdgepostError as `call` does
   */
  async discover(options: DiscoverOptions): Promise<Discovery> {
    const { maxAmount, networks, ...how } = checked(options, OPTIONS);
    const wish = wishOf({ ...(maxAmount && { maxAmount }), networks }, this.#options.testMode !== false);
    return discoveryOf(await this.call("postalform.get_x402_manifest", {}, how), wish, providers.postalform.live.base);
  }

  /**
   * Pays for an order, once, whatever becomes of the answers: asks for the price, has the challenge signed only if it is what
   * was quoted and within `maxAmount`, and waits until the order is paid. What was signed is never signed again while it can
   * be spent. A `request_id` that is missing is drawn; the outcome has it as `key`. Called again with the same journal and
   * order it goes on where it was.
   *
   * Real money only where the client has `testMode: false`.
   *
   * @throws EdgepostError as `call` does, and with code `journal` where the journal is another order's, or cannot be read or
   *   written
   */
  async pay<O extends "postalform.create_order" | "postalform.create_order_mpp">(
    operation: O,
    input: (Omit<InputOf<O>, "request_id"> & { request_id?: string }) | Json,
    options: PayOptions,
  ): Promise<Paid> {
    const given = checked(options, OPTIONS);
    const { Memory, paidOnce, paymentOf, withRequestId } = await preparePay();
    const [order, key] = withRequestId(input);
    const payment = paymentOf(operation, key, given);
    const bytes = inputBytes(order, operation);
    if (!(bytes instanceof Uint8Array)) throw invalidInput(operation, [bytes]);
    const copy = bytes.slice();
    await prepare();
    const draft = wasm.draft(operations.indexOf(operation), copy);
    const body = draft.subarray(1);
    if (draft[0] !== 1) throw invalidInput(operation, parse<{ issues: Issue[] }>(body).issues);
    const caller = callerOf({ ...given, ...this.way("postalform"), grant: given.grant ?? this.#options.grant });
    const paid = await paidOnce(body, caller, payment, given.journal ?? (this.#journals ??= new Memory()));
    if (paid.kind === "aborted") throw givenUp(operation, caller, key);
    return paid;
  }

  /** Where a provider is called; below the gateway's address. */
  protected way(provider: string): Way {
    const { baseUrl, ...way } = this.#options;
    return { ...way, baseUrl: `${(baseUrl as string).replace(/\/+$/, "")}/${provider}` };
  }

  async #run<Value>(
    run: typeof wasm.call,
    operation: OperationName,
    input: object | Json,
    options: CallOptions<never> | WaitOptions<never> | undefined,
    page?: number,
  ): Promise<Called<Value>> {
    const index = operations.indexOf(operation);
    if (index < 0) throw new EdgepostError("unknown_operation", `There is no operation ${String(operation)}.`);
    const given: Partial<CallOptions<never>> = checked(options, OPTIONS);
    const bytes = inputBytes(input, operation);
    if (!(bytes instanceof Uint8Array)) throw invalidInput(operation, [bytes]);
    const copy = bytes.slice();
    const content = fileOf(operation, input);
    const file = content instanceof Uint8Array ? new Blob([content as Uint8Array<ArrayBuffer>]) : content;
    await prepare();
    const grant = given.grant ?? this.#orderGrant(copy) ?? this.#options.grant;
    const caller = callerOf({ ...given, ...this.way(operation.split(".")[0] as string), grant, file, rules, page });
    const result = JSON.parse(await run(index, copy, caller)) as Called<Value> | { kind: "invalid"; issues: Issue[] } | { kind: "aborted"; key: string | null };
    if (result.kind === "invalid") {
      const { issues } = result;
      throw invalidInput(operation, issues.length > 0 ? issues : [noFile(operation, "a Blob or a Uint8Array")]);
    }
    if (result.kind === "aborted") throw givenUp(operation, caller, result.key);
    return result as Called<Value>;
  }

  /** The grant that came with the order that an input names. */
  #orderGrant(input: Uint8Array): string | undefined {
    if (this.#orderGrants.size === 0) return undefined;
    try {
      return this.#orderGrants.get(parse<{ orderId: string }>(input).orderId);
    } catch {
      return undefined;
    }
  }
}

/** What the wasm says of a page: the number of the next one, or why there is an end to it. */
type Page<Item> = Called<{ results: Item[] }> & { next: number; fault?: string };

/** What a call is made with; the wasm reads it again at each step. */
interface Caller {
  fetch?: Fetch | undefined;
  signal?: AbortSignal | undefined;
  fault?: EdgepostError;
}

/** The caller as the wasm is given it: a fetch that answers with no Response cannot trap it, and ends the call. */
function callerOf<Given extends Caller>(caller: Given): Given {
  const fetch = caller.fetch ?? globalThis.fetch;
  caller.fetch = async (url, init) => {
    const answered: unknown = await fetch(url, init);
    const response = plain(answered);
    if (response) return response;
    // Asking again would bring the same.
    caller.signal = AbortSignal.abort();
    throw (caller.fault = invalidOption("what fetch answers with", answered, "a Response"));
  };
  return caller;
}

/** Why a call has no outcome, with the key that it may have been sent with. */
function givenUp(operation: string, { fault, signal }: Caller, key: string | null): EdgepostError {
  return Object.assign(fault ?? new EdgepostError("aborted", `${operation} was given up`, [], { cause: signal?.reason }), { key });
}

/** No answer has more bytes: eight times what the gateway itself reads of a provider's. */
const LARGEST = 8 * 1_048_576;

/** As much of a Response as the wasm reads, whoever made it; undefined, if it is none. What is made by hand must not trap it. */
function plain(value: unknown): Response | undefined {
  const { status, headers, arrayBuffer } = (value ?? {}) as Response;
  if (typeof status !== "number" || typeof arrayBuffer !== "function") return undefined;
  return { status, headers: new Headers(headers), arrayBuffer: () => whole(value as Response) } as Response;
}

/** A body to its end; rejected where it is too large, as if it had never come. One that is made by hand may be no stream. */
async function whole(response: Response): Promise<ArrayBuffer> {
  const { body } = response.body?.getReader ? response : new Response(await response.arrayBuffer());
  const reader = (body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  const pieces: BlobPart[] = [];
  for (let length = 0; length <= LARGEST; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(pieces).arrayBuffer();
    pieces.push(value);
    length += value.byteLength;
  }
  reader.cancel().catch(() => {});
  throw new RangeError();
}

type Source = () => Promise<wasm.SyncInitInput> | wasm.SyncInitInput;

let source: Source;
let paySource: Source;

/** Called by the entry points: how the wasm is had when the first call is made, and that which pays when somebody pays. */
export function prepareWith(load: Source, loadPay: Source): void {
  source = load;
  paySource = loadPay;
}

/** For servers, where the module is at hand. */
export function startNow(): void {
  wasm.initSync({ module: source() as wasm.SyncInitInput });
}

const prepare = once(async () => wasm.initSync({ module: await source() }));

/** Few pay: who does not need not load what pays, neither its wasm nor its script. */
const preparePay = once(async () => {
  const paying = await import("./pay.js");
  paying.start(await paySource());
  return paying;
});
