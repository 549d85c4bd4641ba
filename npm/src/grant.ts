import { EdgepostError } from "./error.js";
import { operations, providers } from "./generated/types.js";
import type { OperationName } from "./types.js";

/** What one caller of a gateway may do. */
export interface GrantClaims {
  /** Who it is given to. Its idempotency keys and budgets are its own. */
  sub: string;
  mode: "test" | "live";
  /** Operations, all of a provider, or those of the ledger's operator. */
  ops: (OperationName | `${keyof typeof providers}.*` | "ledger.*")[];
  /** Seconds since 1970 from which on it is worth nothing; at most 24 hours ahead. */
  exp: number;
  /** Seconds since 1970 before which it is worth nothing yet. */
  nbf?: number;
  /** The sum that has to be asked for, exactly and once, in hundredths (`{ aed: 81480 }`): a checkout's, a refund's or a top-up's. */
  amount?: Record<string, number>;
  /** What may be spent with it in all, in hundredths, by currency (`{ eur: 5000 }`). A currency that is not there may not be. */
  max_amount?: Record<string, number>;
  /** How many letters and postcards may be sent with it in all. */
  max_recipients?: number;
  /** Where recipients may be: names or codes as orders have them. */
  countries?: string[];
  /** The orders that it is for: which may be read, captured or refunded with it. */
  orders?: string[];
  /** The `digest` of one prepared request: that one, once. */
  intent?: string;
}

const DAY_S = 86_400;
/** A shorter key could be guessed (RFC 7518, section 3.2). */
const SHORTEST_KEY = 32;
/** Gateways look at no longer one. */
const LONGEST_TOKEN = 8_192;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
// An empty list would be taken for none, and a grant without it allows more.
const isList = (value: unknown, fits: (item: unknown) => boolean): boolean => Array.isArray(value) && value.length > 0 && value.every(fits);
const isOperation = (value: unknown): boolean =>
  operations.some((name) => name === value) || value === "ledger.*" || Object.keys(providers).some((name) => value === `${name}.*`);
const isAmounts = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.entries(value).every(([name, cents]) => /^[a-z]{3}$/.test(name) && isCount(cents));

/** What each claim has to be, in words and as a check. */
const CLAIMS: Record<keyof GrantClaims, [give: string, fits: (value: unknown, nowS: number) => boolean]> = {
  sub: ["the caller's name", isText],
  mode: ["test or live", (value) => value === "test" || value === "live"],
  ops: ["a list of operations, such as pieterpost.create_order or pieterpost.*", (value) => isList(value, isOperation)],
  exp: ["whole seconds since 1970, in the future and at most 24 hours ahead", (value, now) => isCount(value) && value > now && value <= now + DAY_S],
  nbf: ["whole seconds since 1970, before exp", isCount],
  amount: ["hundredths of one currency, such as { aed: 81480 }", (value) => isAmounts(value) && Object.keys(value as object).length === 1],
  max_amount: ["hundredths by currency, such as { eur: 5000 }", isAmounts],
  max_recipients: ["a whole number from 0 on", isCount],
  countries: ["a list of names or codes", (value) => isList(value, isText)],
  orders: ["a list of order ids", (value) => isList(value, isText)],
  intent: ["the digest of a prepared request, sha-256=:...:", (value) => /^sha-256=:[\w+/]{43}=:$/.test(String(value))],
};
const NEEDED = ["sub", "mode", "ops", "exp"];

/**
 * Signs what one caller may do: a JWT with HS256, for the header `Edgepost-Grant`.
 *
 * @param signingKey the gateway's GRANT_SIGNING_KEY, at least 32 bytes
 * @throws EdgepostError with code `invalid_options` for a claim that a gateway would not take, or would take for more
 */
export async function mintGrant(signingKey: string, claims: GrantClaims): Promise<string> {
  const encoder = new TextEncoder();
  const secret = encoder.encode(typeof signingKey === "string" ? signingKey : "");
  if (secret.length < SHORTEST_KEY) throw refusal(`The signing key is text of at least ${SHORTEST_KEY} bytes.`);
  const checked = check(claims);
  const encode = (value: object): string => base64url(encoder.encode(JSON.stringify(value)));
  const message = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(checked)}`;
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(message));
  const token = `${message}.${base64url(new Uint8Array(signature))}`;
  if (token.length > LONGEST_TOKEN) throw refusal(`The grant has ${token.length} characters: at most ${LONGEST_TOKEN} are taken. Name fewer orders.`);
  return token;
}

function check(claims: GrantClaims): object {
  const given = Object.entries(claims ?? {}).filter(([, value]) => value !== undefined);
  const missing = NEEDED.filter((name) => !given.some(([known]) => known === name));
  if (missing.length > 0) throw refusal(`The grant lacks ${missing.join(", ")}.`);
  const nowS = Math.floor(Date.now() / 1000);
  for (const [name, value] of given) {
    // What a gateway does not know does not limit anything.
    if (!Object.hasOwn(CLAIMS, name)) throw refusal(`There is no claim ${name}. There are: ${Object.keys(CLAIMS).join(", ")}.`);
    const [give, fits] = CLAIMS[name as keyof GrantClaims];
    if (!fits(value, nowS)) throw refusal(`${name} is ${JSON.stringify(value)}: give ${give}.`);
  }
  if ((claims.nbf ?? 0) >= claims.exp) throw refusal(`nbf is ${claims.nbf}: give ${CLAIMS.nbf[0]}.`);
  return Object.fromEntries(given);
}

function refusal(message: string): EdgepostError {
  return new EdgepostError("invalid_options", message);
}

/** RFC 4648, section 5, without padding. */
function base64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
