// Workers and edge functions compile modules at deployment: this import is one, not a file.
import module from "./recipient.wasm?module";
import { start } from "./recipient.js";

start(module);

export * from "./recipient.public.js";

/** Nothing to wait for here; in browsers there is. */
export async function ready(): Promise<void> {}
