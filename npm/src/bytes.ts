import { fileMembers } from "./generated/types.js";
import type { Issue, Json, OperationName } from "./types.js";

const encoder = new TextEncoder();
/** A byte order mark that is in a text stays in it. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** Kept, because making one for each text costs more than filling it. */
let buffer = new Uint8Array(16_384);

/** The text of bytes. */
export function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export const NOTHING = new Uint8Array(0);

/** Pieces in one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** The UTF-8 bytes of a text, to be kept. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The JSON value of bytes. */
export function parse<T>(bytes: Uint8Array): T {
  return JSON.parse(decode(bytes)) as T;
}

/** The UTF-8 bytes of a text. Good until the next call. */
export function encode(text: string): Uint8Array {
  // A UTF-16 unit takes three bytes at the most.
  if (buffer.length < text.length * 3) buffer = new Uint8Array(text.length * 3);
  return buffer.subarray(0, encoder.encodeInto(text, buffer).written);
}

/** A value as JSON, to be kept. */
export function json(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value));
}

/** The bytes of an input, or why there are none; a file is its size there. Good until the next call. */
export function inputBytes(input: object | Json, operation?: OperationName): Uint8Array | Issue {
  if (input instanceof Uint8Array) return input;
  if (typeof input === "string") return encode(wellFormed(input));
  let text: string | undefined;
  try {
    // A Map or a FormData would be an empty object without a word.
    if (Symbol.iterator in Object(input) && !Array.isArray(input) && !("toJSON" in input)) return notJson("", input, "a collection");
    text = JSON.stringify(operation && fileMembers[operation] ? withoutFile(operation, input) : input);
  } catch {
    return culprit(input);
  }
  return text === undefined ? notJson("", input) : encode(text);
}

/** The file of an input; undefined where there is none, and in JSON, which cannot hold one. */
export function fileOf(operation: OperationName, input: object | Json): Blob | Uint8Array | undefined {
  const member = fileMembers[operation];
  const file: unknown = member === undefined ? undefined : (input as Record<string, unknown> | null)?.[member];
  return file instanceof Uint8Array || file instanceof Blob ? file : undefined;
}

/** An input with the size of its file in the file's place. */
function withoutFile(operation: OperationName, input: object): object {
  const file = fileOf(operation, input);
  if (file === undefined) return input;
  return { ...input, [fileMembers[operation] as string]: file instanceof Uint8Array ? file.length : file.size };
}

/** What is wrong about an input whose file is not at hand. */
export function noFile(operation: OperationName, expected: string): Issue {
  const member = fileMembers[operation] as string;
  return {
    path: `/${member}`,
    code: "invalid_type",
    severity: "error",
    message: `${member} has to be ${expected}.`,
    params: { member, expected },
  };
}

/** Lone surrogates as escapes: the encoder would turn them into other characters without a word. */
function wellFormed(text: string): string {
  const isWellFormed = (text as { isWellFormed?: () => boolean }).isWellFormed;
  if (isWellFormed ? isWellFormed.call(text) : !/\p{Surrogate}/u.test(text)) return text;
  return text.replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}

/** Finds what JSON.stringify stumbled over. */
function culprit(input: unknown): Issue {
  const above: unknown[] = [];
  const search = (value: unknown, path: string): Issue | undefined => {
    if (typeof value === "bigint") return notJson(path, value);
    if (typeof value !== "object" || value === null) return undefined;
    if (above.includes(value)) return notJson(path, value, "a part of itself");
    above.push(value);
    try {
      const json = (value as { toJSON?: () => unknown }).toJSON?.() ?? value;
      for (const [name, member] of Object.entries(json as object)) {
        const found = search(member, `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
        if (found) return found;
      }
    } catch {
      return notJson(path, value, "an object that cannot be read");
    }
    above.pop();
    return undefined;
  };
  return search(input, "") ?? notJson("", input);
}

function notJson(path: string, value: unknown, actual = `of the type ${typeof value}`): Issue {
  const member = path === "" ? "the input" : path.slice(path.lastIndexOf("/") + 1);
  return {
    path,
    code: "not_json_value",
    severity: "error",
    message: `${member} is ${actual}, which JSON cannot hold.`,
    params: { actual },
    hint: "Give text, numbers, true, false, arrays and plain objects, such as Object.fromEntries(formData).",
  };
}
