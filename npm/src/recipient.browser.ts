import { isReady, start } from "./recipient.js";
import { load, type WasmSource } from "./load.js";

export * from "./recipient.public.js";

let loading: Promise<void> | undefined;

/**
 * Loads the wasm: await it once before the first call.
 *
 * @param source where the wasm is, if a bundler has moved it: its address, bytes, a Response or a compiled module
 * @throws EdgepostError with code `not_ready`, which says what to do
 */
export function ready(source?: WasmSource): Promise<void> {
  if (isReady()) return Promise.resolve();
  loading ??= load(() => source ?? new URL("./recipient.wasm", import.meta.url), 'await ready("/recipient.wasm")').then(start);
  // A load that failed can be tried again.
  loading.catch(() => (loading = undefined));
  return loading;
}
