/** Looks at files before they are uploaded. */
export { EdgepostError } from "./error.js";
export { inspectBlob, inspectFile } from "./files.js";
export type * from "./types.js";
