// Every peer: `{ name, check, place }`, where `check` goes from a parsed order to `{ ok, errors }` with all errors, and
// `place` from an error to the JSON Pointer where it belongs.
import * as ajv from "./ajv.mjs";
import * as valibot from "./valibot.mjs";
import * as zod from "./zod.mjs";

export const allPeers = () => [ajv, zod, valibot].flatMap(({ peers }) => peers());
