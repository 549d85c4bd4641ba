import { prepareWith } from "./client.js";
import { load, type WasmSource } from "./load.js";

export * from "./client.public.js";

let source: WasmSource | undefined;
let paySource: WasmSource | undefined;

prepareWith(
  () => load(() => source ?? new URL("./client.wasm", import.meta.url), 'wasmFrom("/client.wasm")'),
  () => load(() => paySource ?? new URL("./pay.wasm", import.meta.url), 'payWasmFrom("/pay.wasm")'),
);

/** Where the wasm is, if a bundler has moved it. It is loaded when the first call is made. */
export function wasmFrom(from: WasmSource): void {
  source = from;
}

/** The same for the module that pays, which is loaded when somebody pays first. */
export function payWasmFrom(from: WasmSource): void {
  paySource = from;
}
