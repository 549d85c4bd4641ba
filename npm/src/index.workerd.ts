// Workers compile modules at deployment: this import is one, not a file.
import module from "./generated/wasm/reader.wasm";
import { start } from "./reader.js";

start(module);

export * from "./index.js";

/** Nothing to wait for here; in browsers there is. */
export async function ready(): Promise<void> {}
