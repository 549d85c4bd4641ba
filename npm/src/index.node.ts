import { base64 } from "./generated/wasm/reader.base64.js";
import { start } from "./reader.js";

// No file is read: who bundles a server moves scripts, and not what lies beside them.
start(Buffer.from(base64, "base64"));

export * from "./index.js";

/** Nothing to wait for here; in browsers there is. */
export async function ready(): Promise<void> {}
