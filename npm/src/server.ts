import { Edgepost as Client, startNow, type Called, type CallOptions, type Fetch, type WaitOptions, type Way } from "./client.js";
import { utf8 } from "./bytes.js";
import { waysOf, type Direct } from "./direct.js";
import { sign } from "./generated/wasm/client.js";
import { checked, functions, invalidOption, numbers } from "./options.js";
import type { Delivery, InputOf, Json, OperationName, OutputOf } from "./types.js";

export type { Direct, PieterPostAccess, PitneyBowesAccess, PostalFormAccess, PostpayAccess } from "./direct.js";
export { mintGrant, type GrantClaims } from "./grant.js";
export { EdgepostError } from "./error.js";
export type * from "./client.js";

export interface ServerOptions {
  /** The providers that are called, with what they gave you. */
  direct: Direct;
  /** In place of the platform's own fetch. It is handed the request with the key on it. */
  fetch?: Fetch | undefined;
}

/** No such host exists, and nothing is sent there: every provider has an address of its own. */
const NOWHERE = "https://direct.invalid";

/**
 * The same client, which calls the providers directly with keys: for programs on a server that need no gateway, and so
 * have no ledger either: keep the `key` of a call to repeat it, and after `check_first` look whether it happened. A `grant`
 * is for gateways and is not sent.
 */
export class Edgepost extends Client {
  readonly #ways: Map<string, Way>;

  /** @throws EdgepostError with code `invalid_options` */
  constructor(options: ServerOptions) {
    const { direct, fetch } = checked(options, [["direct"], functions("fetch")]);
    super({ baseUrl: NOWHERE });
    this.#ways = waysOf(direct, fetch ?? ((url, init) => globalThis.fetch(url, init)));
  }

  /** As through a gateway, but for what that would know itself: here it has to be said. */
  override call<O extends OperationName>(operation: O, input: InputOf<O> | Json, options?: CallOptions<OutputOf<O>>): Promise<Called<OutputOf<O>>> {
    return super.call(operation, input, options);
  }

  /** The same of `wait`. */
  override wait<O extends OperationName>(operation: O, input: InputOf<O> | Json, options?: WaitOptions<OutputOf<O>>): Promise<Called<OutputOf<O>> & { done: boolean }> {
    return super.wait(operation, input, options);
  }

  protected override way(provider: string): Way {
    const way = this.#ways.get(provider);
    if (!way) throw invalidOption(`direct.${provider}`, undefined, "an object with a key");
    return { ...way, isDirect: true };
  }
}

/** What is signed, and with what. */
export interface Unsigned extends Pick<Delivery, "body" | "now"> {
  /** The hook's secret. */
  secret: string;
}

/**
 * Signs a delivery as Postpay does (PO-093): for tests of who receives them, and for who hands them on.
 *
 * @returns the header, for `fetch`
 * @throws EdgepostError with code `invalid_options`
 */
export function signWebhook(provider: "postpay", delivery: Unsigned): { "x-postpay-signature": string } {
  if (provider !== "postpay") throw invalidOption("provider", provider, "postpay", true);
  const { body, secret, now } = checked(delivery, [["body"], ["secret"], numbers("now")]);
  if (typeof body !== "string" && !(body instanceof Uint8Array)) throw invalidOption("body", body, "the bytes as they are sent");
  if (typeof secret !== "string" || !/^[^\0]+$/.test(secret)) throw invalidOption("secret", secret, "the hook's secret");
  startNow();
  const bytes = typeof body === "string" ? utf8(body) : body;
  return { "x-postpay-signature": sign(bytes, utf8(secret), Math.trunc((now ?? Date.now()) / 1000)) };
}
