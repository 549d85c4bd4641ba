import { readFileSync } from "node:fs";
import { startWith } from "./sandbox.js";

startWith(() => readFileSync(new URL("./generated/wasm/sandbox.wasm", import.meta.url)));

export { Sandbox, type SandboxOptions } from "./sandbox.js";
