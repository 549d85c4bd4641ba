/** Checks, previews and prepares letters, postcards and payments. */
export { recipientBatches, recipients } from "./csv.js";
export { EdgepostError } from "./error.js";
export { operations } from "./generated/types.js";
export { plan } from "./plan.js";
export { build, merge, read, validate } from "./reader.js";
export { readReturn, type ReturnState } from "./return.js";
export { schema } from "./schema.js";
export type * from "./standard.js";
export { total } from "./total.js";
export type * from "./types.js";
export { verifyWebhook } from "./webhook.js";
