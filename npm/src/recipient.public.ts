/** Looks at one recipient, for forms: a fraction of the size of `edgepost`, with the same issues. */
export { EdgepostError } from "./error.js";
export { countries, place, recipientSchema, validateRecipient } from "./recipient.js";
export type * from "./recipient.js";
export type * from "./standard.js";
export type * from "./types.js";
