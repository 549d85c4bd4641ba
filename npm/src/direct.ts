import type { Fetch, Way } from "./client.js";
import { providers } from "./generated/types.js";
import { ADDRESS, checked, invalidOption, TEST_MODE } from "./options.js";
import { tokens } from "./token.js";

interface Access {
  /** In place of the provider's own address; `https`, or `http` on loopback. */
  baseUrl?: string | URL | undefined;
}

/** How to reach PieterPost without a gateway. No secret of any provider shows in an error, log or inspection. */
export interface PieterPostAccess extends Access {
  /** The account's secret: `pp_test_...` or `pp_live_...`. */
  key: string;
}

/** How to reach Postpay without a gateway. The key decides between sandbox and production (PO-002). */
export interface PostpayAccess extends Access {
  merchantId: string;
  /** The merchant's secret key: `sk_test_...` or `sk_live_...`. */
  key: string;
}

/** How to reach Pitney Bowes without a gateway. Tokens are fetched, kept and renewed. */
export interface PitneyBowesAccess extends Access {
  key: string;
  secret: string;
  /** `false` for production, where money is real (PB-002): the key does not tell. */
  testMode?: boolean | undefined;
}

/** How to reach PostalForm without a gateway: nobody has a key, payment is the gate. Its tools are called through a gateway only. */
export interface PostalFormAccess extends Access {
  /** `false` where money is real (PF-002): its address does not tell. */
  testMode?: boolean | undefined;
}

/** Any of them; all of one mode. */
export interface Direct {
  pieterpost?: PieterPostAccess | undefined;
  postpay?: PostpayAccess | undefined;
  pitneybowes?: PitneyBowesAccess | undefined;
  postalform?: PostalFormAccess | undefined;
}

type Provider = keyof Direct;
/** Everything that an access can have, as it was given. */
type Given = Partial<Record<"key" | "merchantId" | "secret", unknown>> & { baseUrl?: string; testMode?: boolean };

/** What an access has to have. */
const MEMBERS: Record<Provider, string[]> = { pieterpost: ["key"], postpay: ["merchantId", "key"], pitneybowes: ["key", "secret"], postalform: [] };

/** Those whose keys do not tell the mode. */
const TOLD: Provider[] = ["pitneybowes", "postalform"];

/**
 * Where the providers are called, and how.
 *
 * @throws EdgepostError with code `invalid_options`
 */
export function waysOf(direct: Direct | undefined, send: Fetch): Map<string, Way> {
  const given: Direct = checked(direct, Object.keys(MEMBERS).map((name) => [name] as const));
  const names = (Object.keys(MEMBERS) as Provider[]).filter((name) => (given[name] ?? undefined) !== undefined);
  if (names.length === 0) throw invalidOption("direct.pieterpost", undefined, "an object with a key, for this provider or another");
  const ways = new Map(names.map((name) => [name as string, wayOf(name, given[name], send)]));
  const isMixed = new Set([...ways.values()].map(({ testMode }) => testMode)).size > 1;
  if (isMixed) throw invalidOption("direct", direct, "keys of test mode or of live mode, not of both");
  return ways;
}

function wayOf(name: Provider, access: unknown, send: Fetch): Way {
  const at = `direct.${name}`;
  if (typeof access !== "object" || access === null) throw invalidOption(at, access, "an object with a key");
  const kinds = MEMBERS[name].map((member) => [member] as const);
  const given: Given = checked(access, [...kinds, ADDRESS, ...(TOLD.includes(name) ? [TEST_MODE] : [])]);
  for (const member of MEMBERS[name]) {
    const value = given[member as keyof Given];
    // What is no visible ASCII would be shown by the platform, in its complaint about the header. PO-007: a colon would
    // move what is behind it into the secret.
    const fits = typeof value === "string" && (member === MEMBERS[name].at(-1) ? /^[!-~]+$/ : /^[!-9;-~]+$/).test(value);
    if (!fits) throw invalidOption(`${at}.${member}`, value, expected(name, member));
  }
  const { key, merchantId, secret } = given as Record<string, string>;
  const testMode = modeOf(name, key as string, given.testMode);
  const { test, live } = providers[name];
  const [own, other] = testMode ? [test, live] : [live, test];
  const baseUrl = (given.baseUrl ?? own.base).replace(/\/+$/, "");
  if (!isSafe(baseUrl)) throw invalidOption(`${at}.baseUrl`, baseUrl, "an https address, or http on loopback");
  // The dot of its root makes it no other host.
  const host = (address: string) => new URL(address).host.replace(/\.$/, "");
  const isOther = own.base !== other.base && host(baseUrl) === host(other.base);
  if (isOther) throw invalidOption(`${at}.baseUrl`, baseUrl, `an address of the ${testMode ? "test" : "live"} mode of the key`);
  if (name === "pieterpost") return { baseUrl, testMode, fetch: shown(send, `Bearer ${key}`) };
  // Neither knows it.
  const plain: Fetch = (url, { headers: { "idempotency-key": _, ...headers }, ...init }) => send(url, { ...init, headers });
  if (name === "postalform") return { baseUrl, testMode, fetch: toolless(`${baseUrl}/tools/`, shown(plain)) };
  if (name === "postpay") return { baseUrl, testMode, fetch: shown(plain, basic(merchantId, key)) };
  const source = tokens(`${baseUrl}${providers[name].token}`, basic(key, secret), send);
  return { baseUrl, testMode, fetch: source.through((authorization) => shown(plain, authorization)) };
}

/** PP-002, PO-002: which mode a key is of. */
function modeOf(name: Provider, key: string, told = true): boolean {
  const { test, live } = providers[name];
  const fits = ({ prefix }: { prefix: string }) => key.startsWith(prefix) && key !== prefix;
  if (TOLD.includes(name)) return told;
  if (!fits(test) && !fits(live)) throw invalidOption(`direct.${name}.key`, key, expected(name, "key"));
  return fits(test);
}

function expected(name: Provider, member: string): string {
  const { test, live } = providers[name];
  return member === "key" && test.prefix ? `a key that starts with ${test.prefix} or ${live.prefix}` : "what the provider gave you";
}

/** PO-001, PB-020: RFC 7617. */
const basic = (user: string | undefined, password: string | undefined): string => `Basic ${btoa(`${user}:${password}`)}`;

/** The one place where a secret is put on. A redirect would carry it elsewhere, and a payment too. */
function shown(send: Fetch, authorization?: string): Fetch {
  return (url, init) => {
    const headers = Object.entries(init.headers).filter(([name]) => !name.startsWith("edgepost-"));
    return send(url, { ...init, headers: { ...Object.fromEntries(headers), ...(authorization && { authorization }) }, redirect: "manual" });
  };
}

/** PFD-010: a tool takes a session and several exchanges, which a gateway has. Nothing is sent. */
function toolless(tools: string, send: Fetch): Fetch {
  const message = "PostalForm's tools are called through a gateway: give an Edgepost of edgepost/client its baseUrl.";
  return (url, init) => (url.startsWith(tools) ? Response.json({ code: "no_gateway", message }, { status: 404 }) : send(url, init));
}

/** Whether a key or a grant may be sent to an address. */
export function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return (protocol === "https:" || (protocol === "http:" && isLoopback)) && username === "" && password === "";
}
