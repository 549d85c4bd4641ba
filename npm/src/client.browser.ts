import { prepareWith } from "./client.js";
import { load, type WasmSource } from "./load.js";

export * from "./client.public.js";

let source: WasmSource | undefined;

prepareWith(() => load(() => source ?? new URL("./client.wasm", import.meta.url), 'wasmFrom("/client.wasm")'));

/** Where the wasm is, if a bundler has moved it. It is loaded when the first call is made. */
export function wasmFrom(from: WasmSource): void {
  source = from;
}
