import { EdgepostError, invalidInput } from "./error.js";
import { decode, fileOf, inputBytes, joined, json, noFile, NOTHING, parse, utf8 } from "./bytes.js";
import { operations } from "./generated/types.js";
import { ADDRESS, checked, invalidOption, MODE, numbers, REQUEST_TYPE, TEST_MODE, texts, type Kind, WHOSE } from "./options.js";
import * as wasm from "./generated/wasm/reader.js";
import type {
  Addressee,
  AddresseeRow,
  Answer,
  BuildOptions,
  Draft,
  InputOf,
  Issue,
  Json,
  Merge,
  MergeOptions,
  OperationName,
  Outcome,
  OutputOf,
  Prepared,
  ReadOptions,
  Report,
  ValidateOptions,
} from "./types.js";

/** What is said about an operation may be kept in one place: what only the others look at is no mistake. */
const ABOUT: Kind[] = [MODE, ADDRESS, texts("idempotencyKey, acceptLanguage"), TEST_MODE, numbers("now"), ["input"]];

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

/** The number under which the wasm knows an operation. */
export function numberOf(operation: OperationName): number {
  const found = operations.indexOf(operation);
  if (found < 0) {
    throw new EdgepostError("unknown_operation", `There is no operation ${String(operation)}. There are: ${operations.join(", ")}.`);
  }
  return found;
}

/** The same, once the wasm is there. */
export function index(operation: OperationName): number {
  if (!started) {
    throw new EdgepostError("not_ready", 'Call `await ready()` once before the first call: import { ready } from "edgepost".');
  }
  return numberOf(operation);
}

/**
 * Checks an input, complete or not, and reports everything that is wrong with it. Never throws on bad input.
 *
 * @param input a plain object, JSON text, or JSON bytes
 * @throws EdgepostError with code `invalid_options`
 */
export function validate<O extends OperationName>(
  operation: O,
  input: Draft<InputOf<O>> | Json,
  options?: ValidateOptions,
): Report {
  const number = index(operation);
  const isLenient = options !== undefined && checked(options, ABOUT).mode === "lenient";
  const bytes = inputBytes(input, operation);
  if (!(bytes instanceof Uint8Array)) return { ok: false, operation, issues: [bytes] };
  const found = wasm.validate(number, bytes, isLenient);
  if (found.length === 0) return { ok: true, operation, issues: [] };
  const issues = parse<Issue[]>(found);
  return { ok: !issues.some((issue) => issue.severity === "error"), operation, issues };
}

/**
 * Builds the request for an input: method, address, headers and the exact bytes, complete but for the secret.
 *
 * @throws EdgepostError with code `invalid_input` and the `issues`, or with `invalid_options`
 */
export function build<O extends OperationName>(operation: O, input: InputOf<O> | Json, options?: BuildOptions): Prepared {
  const number = index(operation);
  const about = options === undefined ? NOTHING : json(checked(options, ABOUT));
  const bytes = inputBytes(input, operation);
  if (!(bytes instanceof Uint8Array)) throw invalidInput(operation, [bytes]);
  const file = fileOf(operation, input);
  // Lies in the memory of the wasm, as all that it answers: good until the next call.
  const frame = wasm.build(number, bytes, about, file instanceof Uint8Array ? file : NOTHING);
  const length = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  const text = decode(frame.subarray(4, 4 + length));
  const head = text === known ? last : (JSON.parse(text) as Built);
  if ("issues" in head) throw invalidInput(operation, head.issues);
  known = text;
  last = head;
  const { method, url, headers, key, fileAt } = head;
  let body = frame.length > 4 + length ? (frame.slice(4 + length) as Uint8Array<ArrayBuffer>) : null;
  if (body && fileAt >= 0) {
    if (!(file instanceof Uint8Array)) throw invalidInput(operation, [noFile(operation, TO_BUILD)]);
    body = joined([body.subarray(0, fileAt), file, body.subarray(fileAt)]);
  }
  let digest: string | undefined;
  return {
    operation,
    method,
    url,
    headers: { ...headers },
    body,
    key,
    get digest() {
      return (digest ??= `sha-256=:${btoa(String.fromCharCode(...wasm.digest(body ?? NOTHING)))}:`);
    },
  };
}

/** The last head: requests of one program mostly differ in their bodies only. */
let known: string;
let last: Built;

/** `fileAt` is where the file belongs into the bytes; -1 where there is none. */
type Built = { issues: Issue[] } | (Pick<Prepared, "method" | "url" | "headers" | "key"> & { fileAt: number });

const TO_BUILD = "a Uint8Array for build, which gives all bytes of the request; a Blob is streamed by call of edgepost/client";

/**
 * Says what an answer means. Never throws on what a provider answered: members and values that are new are kept, and
 * what nobody understands is `unknown`, with advice.
 *
 * @throws EdgepostError with code `invalid_options`, also where the answer is none: no number for a status, a parsed body
 */
export function read<O extends OperationName>(operation: O, answer: Answer, options?: ReadOptions): Outcome<OutputOf<O>> {
  const number = index(operation);
  const { input, testMode, now } = checked(options, ABOUT);
  const { status, headers, body } = (answer ?? {}) as Answer;
  if (typeof status !== "number") throw invalidOption("status", status, "a number");
  const bytes = asTheyCame(body);
  // A clock may count in fractions.
  const about = json({ status, headers: pairs(headers), testMode, now: Math.trunc(now ?? Date.now()) });
  const sent = input === undefined ? NOTHING : inputBytes(input, operation);
  return parse(wasm.read(number, bytes, about, sent instanceof Uint8Array ? sent : NOTHING));
}

/** The bytes of what came from outside. */
export function asTheyCame(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  if (typeof body === "string") return utf8(body);
  throw invalidOption("body", body, "the text or the bytes as they came, not parsed");
}

/** Headers as pairs; a value that is a list stands for as many field lines. */
export function pairs(headers: Answer["headers"]): (readonly [string, string])[] {
  if (headers === undefined) return [];
  if (Symbol.iterator in headers) return [...(headers as Iterable<readonly [string, string]>)];
  return Object.entries(headers as Record<string, string | readonly string[] | undefined>).flatMap(([name, value]) =>
    [value ?? []].flat().map((line) => [name, line] as const),
  );
}

/**
 * What every recipient will read. A placeholder without a value stays in the text and is reported.
 *
 * @param recipients a list of recipients, or of letters or rows that hold one as `recipient`; or that list as JSON
 * @throws EdgepostError with code `invalid_options`
 */
export function merge(template: string, recipients: readonly (Addressee | AddresseeRow)[] | Json, options: MergeOptions = {}): Merge {
  index(operations[0]);
  const { mode = "lenient", provider, requestType, format } = checked(options, [MODE, WHOSE, REQUEST_TYPE, ["format", "choice", "text or html"]]);
  const about = json({ template, provider, requestType, format });
  const bytes = inputBytes(recipients);
  if (!(bytes instanceof Uint8Array)) return { ok: false, texts: [], issues: [{ ...bytes, path: `/recipients${bytes.path}` }] };
  const merged = wasm.merge(about, bytes, mode === "lenient");
  // All texts, the length of each, the issues, and two counts.
  const view = new DataView(merged.buffer, merged.byteOffset);
  const end = merged.length - 8;
  const lengths = view.getUint32(end, true);
  const rest = lengths + 4 * view.getUint32(end + 4, true);
  const all = decode(merged.subarray(0, lengths));
  const texts: string[] = [];
  for (let at = lengths, start = 0; at < rest; at += 4) texts.push(all.slice(start, (start += view.getUint32(at, true))));
  const issues = parse<Issue[]>(merged.subarray(rest, end));
  return { ok: !issues.some((issue) => issue.severity === "error"), texts, issues };
}
