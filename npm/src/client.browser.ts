import { prepareWith } from "./client.js";
import { load, type WasmSource } from "./load.js";

export * from "./client.public.js";

let source: WasmSource = new URL("./generated/wasm/client.wasm", import.meta.url);

prepareWith(() => load(source));

/** Where the wasm is, if a bundler has moved it. It is loaded when the first call is made. */
export function wasmFrom(from: WasmSource): void {
  source = from;
}
