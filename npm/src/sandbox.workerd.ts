// Workers and edge functions compile modules at deployment: this import is one, not a file.
import module from "./sandbox.wasm?module";
import { startWith } from "./sandbox.js";

startWith(() => module);

export { Sandbox, type SandboxOptions } from "./sandbox.js";
