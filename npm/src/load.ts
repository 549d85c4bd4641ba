import { EdgepostError } from "./error.js";

/** Where a wasm module can come from; the object is a `WebAssembly.Module`, a name that not every compiler's settings have. */
export type WasmSource = URL | string | Response | ArrayBuffer | ArrayBufferView | object;

/** The shortest module that there is. */
const SHORTEST = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/**
 * Compiles a wasm module, while it is still arriving where the server says that it is wasm.
 *
 * @param how what to call with the right address, for who has to
 * @throws EdgepostError with code `not_ready`
 */
export async function load(source: () => WasmSource, how: string): Promise<object> {
  let found = "";
  try {
    const from = source();
    if (from instanceof WebAssembly.Module) return from;
    if (from instanceof ArrayBuffer || ArrayBuffer.isView(from)) return await WebAssembly.compile(from as BufferSource);
    found = `${from as URL} gave no answer`;
    const response = from instanceof Response ? from : await fetch(from as URL);
    const type = response.headers.get("content-type");
    found = `${response.url} answered ${response.status} ${type}`;
    return await (type === "application/wasm" ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
  } catch (cause) {
    const message = isForbidden()
      ? "The page's Content-Security-Policy forbids wasm: its script-src needs 'wasm-unsafe-eval'."
      : `There is no wasm: ${found || (cause as Error).message}. Say where it is by ${how}, or look up your bundler in edgepost's README.`;
    throw new EdgepostError("not_ready", message, [], { cause });
  }
}

/** Whether the page may have no wasm at all. Each browser says so in words of its own. */
function isForbidden(): boolean {
  try {
    return !new WebAssembly.Module(SHORTEST);
  } catch {
    return true;
  }
}
