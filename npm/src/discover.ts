import type { Called, CallOptions } from "./client.js";
import { amountOf, invalidOption, type Money } from "./options.js";
import type { OutputOf } from "./types.js";

/** What speaks against paying for orders over x402. */
export type Objection =
  /** The manifest could not be read: `read` says why. */
  | "not_read"
  /** Orders are not among what can be paid for. */
  | "not_offered"
  /** It does not say on which network and between which prices, or it is paid in a way that `pay` does not know. */
  | "unknown_terms"
  /** It is paid on another network than the caller wants. */
  | "other_network"
  /** The cheapest order costs more than the cap. */
  | "over_cap";

export interface DiscoverOptions extends CallOptions<OutputOf<"postalform.get_x402_manifest">> {
  /** The most that may be paid for one order. */
  maxAmount: Money;
  /** On which networks, in CAIP-2; if nothing is said, Base with `testMode: false` and Base Sepolia otherwise. */
  networks?: string[] | undefined;
}

/** Whether orders can be paid as the caller wants. A manifest only advises: the challenge of each order decides, and `pay` holds that one again. */
export interface Discovery {
  /** There is no reason why not. */
  ok: boolean;
  reasons: Objection[];
  network: string | null;
  /** What orders cost, in dollars: decimal texts. */
  minPrice: string | null;
  maxPrice: string | null;
  /** Whether every order is within the cap. */
  isWithinCap: boolean;
  /** What reading the manifest came to. */
  read: Called<OutputOf<"postalform.get_x402_manifest">>;
}

/** Something that can be paid for, as far as a manifest says. */
export interface Payable {
  url: string;
  method?: string;
  scheme?: string;
  token?: string;
  currency?: string;
  networks: string[];
  /** Such as `$3.40`. */
  minPrice?: string;
  maxPrice?: string;
}

const ORDERS = "/api/machine/orders";
/** By CAIP-2. */
const BASE = "eip155:8453";
const BASE_SEPOLIA = "eip155:84532";

/**
 * Reads a manifest of x402: PostalForm's, whose `resources` are by path; a list of addresses, as x402scan asks for; or `items`
 * with what each accepts, as the draft of the protocol has it.
 *
 * @param origin where it was read: paths are below it
 * @returns what can be paid for; `null` if it is none of the three
 */
export function readManifest(manifest: unknown, origin: string): Payable[] | null {
  const { resources, items } = group(manifest);
  if (Array.isArray(items)) {
    return items.flatMap((item) => {
      const { resource, accepts } = group(item);
      const offers = Array.isArray(accepts) ? accepts.map(group) : [];
      const networks = offers.flatMap(({ network }) => (typeof network === "string" ? [network] : []));
      return payable(group(resource)["url"] ?? resource, origin, offers[0], networks);
    });
  }
  if (Array.isArray(resources)) return resources.flatMap((url) => payable(url, origin, undefined, []));
  if (typeof resources !== "object" || resources === null) return null;
  return Object.entries(resources).flatMap(([path, terms]) => {
    const { network } = group(terms);
    return payable(path, origin, group(terms), typeof network === "string" ? [network] : []);
  });
}

function payable(url: unknown, origin: string, terms: Record<string, unknown> = {}, networks: string[]): Payable[] {
  if (typeof url !== "string" || !URL.canParse(url, origin)) return [];
  const said = ["method", "scheme", "token", "currency", "minPrice", "maxPrice"].filter((name) => typeof terms[name] === "string");
  return [{ url: new URL(url, origin).href, networks, ...Object.fromEntries(said.map((name) => [name, terms[name]])) }];
}

/** What the caller wants: hundredths of a dollar, and networks. */
export interface Wish {
  cap: number;
  networks: string[];
}

/** @throws EdgepostError with code `invalid_options` */
export function wishOf({ maxAmount, networks }: Partial<DiscoverOptions>, isTest: boolean): Wish {
  const cap = hundredths(amountOf(maxAmount)) as number;
  if (networks !== undefined && !(Array.isArray(networks) && networks.every((network) => typeof network === "string"))) {
    throw invalidOption("networks", networks, 'names such as ["eip155:8453"]');
  }
  return { cap, networks: networks ?? [isTest ? BASE_SEPOLIA : BASE] };
}

/** Holds what was read against it. */
export function discoveryOf(read: Discovery["read"], { cap, networks }: Wish, origin: string): Discovery {
  const all = read.kind === "ok" ? readManifest(read.value, origin) : null;
  const isWanted = (network: string): boolean => networks.includes(network);
  const orders = all?.find(({ url }) => new URL(url).pathname === ORDERS);
  const [least, most] = [hundredths(orders?.minPrice), hundredths(orders?.maxPrice)];
  // The provider takes the payment on any network that it names.
  const network = orders?.networks.find(isWanted) ?? orders?.networks[0] ?? null;
  const isKnown = network !== null && least !== null && most !== null && least <= most;
  const isUsual = orders?.scheme === "exact" && (orders.currency ?? "USD").toUpperCase() === "USD" && orders.token === "USDC";
  const objections: [Objection, boolean][] = [
    ["not_read", all === null],
    ["not_offered", all !== null && !orders],
    ["unknown_terms", orders !== undefined && !(isKnown && isUsual)],
    ["other_network", network !== null && !isWanted(network)],
    ["over_cap", least !== null && least > cap],
  ];
  const reasons = objections.filter(([, isThere]) => isThere).map(([reason]) => reason);
  const isWithinCap = most !== null && most <= cap;
  return { ok: reasons.length === 0, reasons, network, minPrice: dollars(least), maxPrice: dollars(most), isWithinCap, read };
}

/** Of dollars as they are written; never through a fraction. */
function hundredths(written: string | undefined): number | null {
  const [, whole, cents = ""] = /^\$?(\d{1,9})(?:\.(\d{1,2}))?$/.exec(written ?? "") ?? [];
  return whole === undefined ? null : Number(whole) * 100 + Number(cents.padEnd(2, "0"));
}

function dollars(cents: number | null): string | null {
  const digits = cents === null ? "" : String(cents).padStart(3, "0");
  return digits === "" ? null : `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function group(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>;
}
