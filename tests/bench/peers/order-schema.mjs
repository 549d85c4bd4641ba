// JSON Schema: our own, and in if/then what the tables leave to rules. What it cannot say: that a variable has a value for
// every recipient, and how long a merged letter is. It cannot count across letters either, but that all go to one market can
// be said without counting.
import { describe } from "edgepost/describe";
import { LETTER_LIMIT, POSTCARD_LIMIT, ZIP } from "./common.mjs";

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
