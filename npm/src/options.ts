import { EdgepostError } from "./error.js";

/** Options that have to be the same: a `choice` is one of what is to be given, and its value may be shown. */
export type Kind = readonly [names: string, type?: string, give?: string, looks?: RegExp];

export const MODE: Kind = ["mode", "choice", "strict or lenient"];
export const REQUEST_TYPE: Kind = ["requestType", "choice", "letter or postcard"];
export const WHOSE: Kind = ["provider", "choice", "pieterpost or postalform"];
export const PROVIDER: Kind = ["provider", "choice", "pieterpost"];
export const ADDRESS: Kind = ["baseUrl", "string", "an address such as https://mail.example.com, without query and fragment", /^[^?#\p{Surrogate}]*$/u];
export const TEST_MODE: Kind = ["testMode", "boolean", "true or false"];

/** Half a character would be taken for no text at all, or for another. */
export const texts = (names: string): Kind => [names, "string", "text", /^\P{Surrogate}*$/u];
export const numbers = (names: string): Kind => [names, "number", "a number from 0 on", /^[\dI]/];
export const functions = (names: string): Kind => [names, "function", "a function"];

/** The error for an option that cannot be used. Its value may be a secret, and is shown only where it is meant to be a word of ours. */
export function invalidOption(name: string, value: unknown, give = "", isChoice = false): EdgepostError {
  const shown = isChoice && typeof value === "string" ? `"${value.slice(0, 20)}"` : `of the type ${typeof value}`;
  return new EdgepostError("invalid_options", `${name} is ${shown}: give ${give}.`);
}

/**
 * Checks options before anything reaches the wasm, which would take another type for nothing, or trap. What is undefined
 * or null is not there. A name that is not known is a slip of the pen, which would be passed over.
 *
 * @returns a copy, with the address of a URL object in its place
 */
export function checked<Options extends object>(options: Options | null | undefined, kinds: readonly Kind[]): Partial<Options> & { baseUrl?: string } {
  if (typeof options !== "object" && options !== undefined) throw invalidOption("options", options, "an object");
  const copy: Record<string, unknown> = { ...options };
  if (copy["baseUrl"] instanceof URL) copy["baseUrl"] = copy["baseUrl"].href;
  const known = kinds.map(([names]) => names).join(", ");
  for (const name in copy) {
    if (!known.split(", ").includes(name)) throw new EdgepostError("invalid_options", `There is no option ${name}. There are: ${known}.`);
  }
  for (const [names, type, give, looks] of kinds) {
    for (const name of names.split(", ")) {
      const value = copy[name] ?? undefined;
      const isChoice = type === "choice";
      const fits = isChoice ? give?.split(" or ").includes(value as string) : typeof value === type && looks?.test(String(value)) !== false;
      if (type && value !== undefined && !fits) throw invalidOption(name, value, give, isChoice);
    }
  }
  return copy as Partial<Options> & { baseUrl?: string };
}

/** A sum: a decimal text, never a float. */
export interface Money {
  /** Such as `5.00`. */
  amount: string;
  /** `USD`. */
  currency: string;
}

/**
 * The most that may be paid.
 *
 * @throws EdgepostError with code `invalid_options`
 */
export function amountOf(maxAmount: Money | undefined): string {
  const { amount, currency } = (maxAmount ?? {}) as Partial<Money>;
  const isSum = typeof amount === "string" && /^\d{1,9}(\.\d{1,2})?$/.test(amount);
  if (!isSum || String(currency).toUpperCase() !== "USD") throw invalidOption("maxAmount", maxAmount, '{ amount: "5.00", currency: "USD" }');
  return amount;
}
