// ajv: compiles a schema. What makes the schema is apart from it, so that a fresh process need not load it.
import { Ajv2020 } from "ajv/dist/2020.js";
import { formats } from "./common.mjs";

/**
 * Lengths are not in code points: faster, and how we count. The logger would say that `unicode` is deprecated; there is
 * nothing in its place.
 */
export const TUNED = { allErrors: true, unicode: false, strict: false, logger: false };
export const DEFAULT = { allErrors: true, strict: false };

/** A function from an order to what is wrong with it. */
export function compile(schema, options) {
  return asCheck(new Ajv2020({ ...options, formats }).compile(schema));
}

/** The same for a validator that was compiled ahead. */
export function asCheck(validate) {
  return (order) => (validate(order) ? { ok: true, errors: [] } : { ok: false, errors: validate.errors });
}

/** Where an error belongs, as a JSON Pointer. */
export function place({ instancePath, keyword, params }) {
  return keyword === "required" ? `${instancePath}/${params.missingProperty}` : instancePath;
}
