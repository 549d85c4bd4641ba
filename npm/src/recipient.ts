import { encode, inputBytes, parse } from "./bytes.js";
import { EdgepostError } from "./error.js";
import * as wasm from "./generated/wasm/recipient.js";
import { checked, MODE, PROVIDER } from "./options.js";
import { standardSchema, type StandardSchemaV1 } from "./standard.js";
import type { Draft, Issue, Json, RecipientMembers, ValidateOptions } from "./types.js";

/** Who receives a letter: the members are PieterPost's, and the country says which of them are needed. */
export type Addressed = Partial<RecipientMembers> & Pick<RecipientMembers, "name" | "country">;

export interface PlaceOptions {
  /**
   * Who is to send it: what that provider asks for is needed as well, such as a postal code and a city everywhere. What the
   * country asks for alone, if nothing is said.
   */
  provider?: "pieterpost" | undefined;
}

export interface RecipientOptions extends ValidateOptions, PlaceOptions {}

const ABOUT = [MODE, PROVIDER];

/** What is wrong about a recipient. */
export interface RecipientReport {
  /** No issue is an error. */
  ok: boolean;
  issues: Issue[];
}

/** A country, and what a form for its addresses looks like. */
export interface PlaceInfo {
  /** ISO 3166-1, two letters. */
  code: string;
  /** ISO 3166-1, three letters. */
  alpha3: string;
  /** In English. */
  name: string;
  /** In the order in which the country writes them. */
  fields: PlaceField[];
  /** `null` where there are none. */
  postalCode: { label: string; example: string } | null;
}

/** One member of a form. */
export interface PlaceField {
  member: "name" | "streetAddress" | "extra" | "city" | "state" | "postalCode";
  /** What the country calls it, in English. */
  label: string;
  /**
   * Whether it is an error when it is missing, by the country's own rules. A state is required in the United States only:
   * elsewhere a missing one is a warning at most.
   */
  required: boolean;
  /** Whether the country's post wants it in capitals. */
  uppercase: boolean;
  /** For the postal code: one in the country's form. It need not be in use. */
  example?: string;
  /** For the state, where they are known: `code` is what is written on an envelope. */
  options?: { code: string; name: string }[];
}

let started = false;

/** Called by the entry points once the wasm is there. */
export function start(module: wasm.SyncInitInput): void {
  if (!started) wasm.initSync({ module });
  started = true;
}

/** Whether the first call can be made. */
export function isReady(): boolean {
  return started;
}

function needWasm(): void {
  if (!started) {
    throw new EdgepostError("not_ready", 'Call `await ready()` once before the first call: import { ready } from "edgepost/recipient".');
  }
}

/**
 * Checks one recipient, complete or not: what its country needs, or what a provider does. An address that is well formed need
 * not be one that a letter reaches. Never throws on bad input.
 *
 * @param recipient a plain object, JSON text, or JSON bytes
 * @throws EdgepostError with code `invalid_options`
 */
export function validateRecipient(recipient: Draft<Addressed> | Json, options?: RecipientOptions): RecipientReport {
  needWasm();
  const { mode, provider } = checked(options, ABOUT);
  const bytes = inputBytes(recipient);
  if (!(bytes instanceof Uint8Array)) return { ok: false, issues: [bytes] };
  const found = wasm.validate(bytes, provider != null, mode === "lenient");
  const issues = found.length === 0 ? [] : parse<Issue[]>(found);
  return { ok: !issues.some(({ severity }) => severity === "error"), issues };
}

/**
 * What a form for addresses in a country looks like. `null` for a country that is not known.
 *
 * @param country its name in English, its own name, another one in use, or its ISO code of two or three letters
 * @throws EdgepostError with code `invalid_options`
 */
export function place(country: string, options?: PlaceOptions): PlaceInfo | null {
  needWasm();
  const { provider } = checked(options, [PROVIDER]);
  const found = wasm.place(encode(String(country)), provider != null);
  return found.length === 0 ? null : parse<PlaceInfo>(found);
}

/** All countries, in the order of their English names, for a select box. */
export function countries(): { code: string; name: string }[] {
  needWasm();
  return parse(wasm.countries());
}

/**
 * The check of a recipient as a Standard Schema. It can be made before `ready()`; its first use comes behind it.
 *
 * @throws EdgepostError with code `invalid_options`
 */
export function recipientSchema(options?: RecipientOptions): StandardSchemaV1<Addressed> {
  checked(options, ABOUT);
  return standardSchema((value, more) => validateRecipient(value as Draft<Addressed>, { ...options, ...more }).issues);
}
