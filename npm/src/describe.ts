import { EdgepostError } from "./error.js";
import { described } from "./generated/describe.js";
import { operations } from "./generated/types.js";
import type { OperationName } from "./types.js";

/** A JSON Schema 2020-12. Lengths count code points there, UTF-16 code units in `validate`. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** What there is to know about an operation. */
export interface OperationInfo {
  name: OperationName;
  /** One line. */
  doc: string;
  /** The vendor's page. */
  source: string;
  method: string;
  /** The vendor's path, with members of the input in braces. */
  path: string;
  /** Members of the input that go into the path. */
  pathMembers: string[];
  /** Members of the input that go into the query. */
  queryMembers: string[];
  /** Members of the input that go nowhere: they are a word to the checks. */
  asideMembers: string[];
  /** What makes it safe to repeat: that it changes nothing, a key, that it says how things are to be, that another operation tells whether it happened; or nothing, so that a person decides. */
  repeat: "read" | "idempotency_key" | "same_bytes" | "same_effect" | "check_first" | "by_hand" | "never";
  input: JsonSchema;
  output: JsonSchema;
}

/** The JSON Schemas and the documentation of an operation. */
export function describe(operation: OperationName): OperationInfo {
  const info = described[operation];
  if (info === undefined) {
    throw new EdgepostError("unknown_operation", `There is no operation ${String(operation)}. There are: ${operations.join(", ")}.`);
  }
  return info;
}
