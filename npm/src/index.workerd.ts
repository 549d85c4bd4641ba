// Workers and edge functions compile modules at deployment: this import is one, not a file.
import module from "./reader.wasm?module";
import { start } from "./reader.js";

start(module);

export * from "./index.js";

/** Nothing to wait for here; in browsers there is. */
export async function ready(): Promise<void> {}
