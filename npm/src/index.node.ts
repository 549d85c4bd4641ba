import { readFileSync } from "node:fs";
import { start } from "./reader.js";

start(readFileSync(new URL("./generated/wasm/reader.wasm", import.meta.url)));

export * from "./index.js";

/** Nothing to wait for here; in browsers there is. */
export async function ready(): Promise<void> {}
