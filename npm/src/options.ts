import { EdgepostError } from "./error.js";

/** What an option has to be, and how it has to look. The same wherever one of this name is taken. */
const KINDS: [type: string, names: string, give: string, looks?: RegExp][] = [
  ["string", "baseUrl", "an address such as https://mail.example.com, without query and fragment", /^[^?#\p{Surrogate}]*$/u],
  ["string", "mode", "strict or lenient", /^(strict|lenient)$/],
  // Half a character would be taken for no text at all, or for another.
  ["string", "grant idempotencyKey acceptLanguage", "text", /^\P{Surrogate}*$/u],
  // The wasm counts these in 32 bits.
  ["number", "attempts timeoutMs", "a number below 1e9", /^\d{1,9}(\.|$)/],
  ["number", "now waitMs amountCents", "a number from 0 on", /^[\dI]/],
  ["function", "fetch until onProgress", "a function"],
  ["boolean", "testMode", "true or false"],
  ["object", "signal", "an AbortSignal", /AbortSignal/],
];

/** The error for an option that cannot be used. Its value may be a secret, and is not shown. */
export function invalidOption(name: string, value: unknown, give: string): EdgepostError {
  return new EdgepostError("invalid_options", `${name} is of the type ${typeof value}: give ${give}.`);
}

/**
 * Checks options before anything reaches the wasm, which would take another type for nothing, or trap. What is undefined
 * or null is not there.
 *
 * @returns a copy, with the address of a URL object in its place
 */
export function checked<Options extends object>(options: Options | null | undefined): Partial<Options> & { baseUrl?: string } {
  if (typeof options !== "object" && options !== undefined) throw invalidOption("options", options, "an object");
  const copy: Record<string, unknown> = { ...options };
  if (copy["baseUrl"] instanceof URL) copy["baseUrl"] = copy["baseUrl"].href;
  for (const [type, names, give, looks] of KINDS) {
    for (const name of names.split(" ")) {
      const value = copy[name] ?? undefined;
      if (value !== undefined && (typeof value !== type || looks?.test(String(value)) === false)) throw invalidOption(name, value, give);
    }
  }
  return copy as Partial<Options> & { baseUrl?: string };
}
