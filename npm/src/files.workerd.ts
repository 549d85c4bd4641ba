// Workers and edge functions compile modules at deployment: this import is one, not a file.
import module from "./files.wasm?module";
import { start } from "./files.js";

start(module);

export * from "./files.public.js";

/** Nothing to wait for here; in browsers there is. */
export async function ready(): Promise<void> {}
