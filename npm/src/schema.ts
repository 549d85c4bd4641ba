import { numberOf, validate } from "./reader.js";
import { standardSchema, type StandardSchemaV1 } from "./standard.js";
import type { Draft, InputOf, OperationName } from "./types.js";

/**
 * The check of an operation's input as a Standard Schema, for libraries of forms and routers. It can be made before
 * `ready()`; its first use comes behind it.
 *
 * @throws EdgepostError with code `unknown_operation`
 */
export function schema<O extends OperationName>(operation: O): StandardSchemaV1<InputOf<O>> {
  numberOf(operation);
  return standardSchema((value, options) => validate(operation, value as Draft<InputOf<O>>, options).issues);
}
