/** What goes into a call: bytes, numbers and flags. */
type Given = Uint8Array | number | boolean;

interface Exports {
  memory: WebAssembly.Memory;
  begin(): void;
  __wbindgen_start(): void;
  __wbindgen_malloc(length: number, align: number): number;
  [name: string]: unknown;
}

/**
 * A module that keeps nothing across calls, and no values of JavaScript (edgepost-bare): for it this is all that lies between.
 * What wasm-bindgen writes for any module is three times as long. Gives what starts the module, and its functions in turn.
 */
export function bare(name: string, functions: string) {
  let wasm: Exports | undefined;
  let memory = new Uint8Array(0);
  /** A memory that grew is another one. */
  const bytes = () => (memory.length > 0 ? memory : (memory = new Uint8Array((wasm as Exports).memory.buffer)));
  const initSync = ({ module }: { module: object }): void => {
    if (wasm) return;
    // An edge function of Next.js is handed a module that another realm has made.
    const compiled = ArrayBuffer.isView(module) ? new WebAssembly.Module(module as BufferSource) : (module as WebAssembly.Module);
    const imports = { [`./${name}_bg.js`]: { __wbindgen_init_externref_table: () => {} } };
    wasm = new WebAssembly.Instance(compiled, imports).exports as unknown as Exports;
    wasm.__wbindgen_start();
  };
  /** The bytes that come out lie in the module's memory: good until the next call. */
  const call = (name: string) => (...given: readonly Given[]): unknown => {
    const module = wasm as Exports;
    module.begin();
    const sent: number[] = [];
    for (const value of given) {
      if (typeof value === "object") {
        const at = module.__wbindgen_malloc(value.length, 1) >>> 0;
        bytes().set(value, at);
        sent.push(at, value.length);
      } else sent.push(+value);
    }
    const found = (module[name] as (...sent: number[]) => number | [number, number])(...sent);
    if (typeof found === "number") return found;
    const [at, length] = found;
    return bytes().subarray(at >>> 0, (at >>> 0) + length);
  };
  return [initSync, ...functions.split(" ").map(call)];
}
