// Workers compile modules at deployment: this import is one, not a file.
import module from "./generated/wasm/sandbox.wasm";
import { startWith } from "./sandbox.js";

startWith(() => module);

export { Sandbox, type SandboxOptions } from "./sandbox.js";
