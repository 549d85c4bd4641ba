/** Calls a gateway. */
export { Edgepost, EdgepostError, readManifest } from "./client.js";
export type * from "./client.js";
