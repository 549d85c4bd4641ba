/** Where a wasm module can come from. */
export type WasmSource = URL | string | Response | BufferSource | WebAssembly.Module;

/** Compiles a wasm module, while it is still arriving where the server says that it is wasm. */
export async function load(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(source);
  const response = source instanceof Response ? source : await fetch(source);
  if (!response.ok) throw new Error(`The wasm could not be loaded: ${response.url} answered ${response.status}.`);
  if (response.headers.get("content-type") === "application/wasm") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}
