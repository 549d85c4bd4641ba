import { readFileSync } from "node:fs";
import { start } from "./files.js";

start(readFileSync(new URL("./generated/wasm/files.wasm", import.meta.url)));

export * from "./files.public.js";

/** Nothing to wait for here; in browsers there is. */
export async function ready(): Promise<void> {}
