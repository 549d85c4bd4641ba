/** Calls a gateway. */
export { Edgepost, EdgepostError } from "./client.js";
export type * from "./client.js";
