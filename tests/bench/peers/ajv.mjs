// ajv: our own JSON Schema, and in if/then what the tables leave to rules. What it cannot say: that a variable has a
// value for every recipient, and how long a merged letter is. It cannot count across letters either, but that all go to
// one market can be said without counting.
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe } from "edgepost/describe";
import { LETTER_LIMIT, POSTCARD_LIMIT, ZIP, formats } from "./common.mjs";

/**
 * Lengths are not in code points: faster, and how we count. The logger would say that `unicode` is deprecated; there is
 * nothing in its place.
 */
export const TUNED = { allErrors: true, unicode: false, strict: false, logger: false };
export const DEFAULT = { allErrors: true, strict: false };

const filled = { pattern: "\\S" };
const inUnitedStates = { properties: { country: { type: "string", format: "us-country" } }, required: ["country"] };
const letterTo = (recipient) => ({ properties: { recipient } });

/** What says nothing to a validator. No member of an order has one of these names. */
const ANNOTATIONS = new Set(["$schema", "title", "description", "examples"]);
const withoutAnnotation = (name, value) => (ANNOTATIONS.has(name) ? undefined : value);

/** The schema of an order. */
export function orderSchema() {
  const described = describe("pieterpost.create_checkout_link").input;
  const schema = JSON.parse(JSON.stringify(described, withoutAnnotation));
  const { Recipient, Letter, Postcard } = schema.$defs;
  schema.properties.returnUrl.format = "return-url";
  Object.assign(Recipient, {
    anyOf: [
      { properties: { streetAddress: filled }, required: ["streetAddress"] },
      { properties: { street: filled, number: filled }, required: ["street", "number"] },
    ],
    if: inUnitedStates,
    then: { properties: { state: { format: "us-state" }, postalCode: { pattern: ZIP.source } }, required: ["state"] },
  });
  Letter.properties.message.maxLength = LETTER_LIMIT;
  for (const name of ["stampImageAssetId", "composeMode", "templateMessage", "variableKeys", "customFields"]) {
    Letter.properties[name] = false;
  }
  Postcard.properties.message.maxLength = POSTCARD_LIMIT;
  Postcard.properties.templateMessage = false;
  Postcard.dependentRequired = { variableKeys: ["composeMode"] };
  Postcard.not = { required: ["frontImage", "frontImageAssetId"] };
  const hasText = {
    anyOf: [
      { properties: { message: filled }, required: ["message"] },
      { properties: { attachments: { minItems: 1 } }, required: ["attachments"] },
    ],
  };
  schema.allOf.push(
    {
      if: { required: ["composeMode"] },
      then: {
        properties: { templateMessage: filled, letters: { items: { properties: { message: false } } } },
        required: ["templateMessage"],
      },
      else: { properties: { templateMessage: false, variableKeys: false, letters: { items: hasText } } },
    },
    // One market: if one letter goes to the United States, all do.
    {
      if: {
        properties: { letters: { contains: { ...letterTo(inUnitedStates), required: ["recipient"] } } },
        required: ["letters"],
      },
      then: { properties: { letters: { items: letterTo({ properties: inUnitedStates.properties }) } } },
    },
  );
  return schema;
}

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

export const peers = () => [
  { name: "ajv tuned", check: compile(orderSchema(), TUNED), place },
  { name: "ajv default", check: compile(orderSchema(), DEFAULT), place },
];
