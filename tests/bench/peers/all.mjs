// Every peer: `{ name, check, place }`, where `check` goes from a parsed order to `{ ok, errors }` with all errors, and
// `place` from an error to the JSON Pointer where it belongs.
import { DEFAULT, TUNED, compile, place } from "./ajv.mjs";
import { orderSchema } from "./order-schema.mjs";
import * as valibot from "./valibot.mjs";
import * as zod from "./zod.mjs";

export const allPeers = () => [
  { name: "ajv tuned", check: compile(orderSchema(), TUNED), place },
  { name: "ajv default", check: compile(orderSchema(), DEFAULT), place },
  ...[zod, valibot].flatMap(({ peers }) => peers()),
];
