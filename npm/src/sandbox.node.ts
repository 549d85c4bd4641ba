import { base64 } from "./generated/wasm/sandbox.base64.js";
import { startWith } from "./sandbox.js";

// No file is read: who bundles a server moves scripts, and not what lies beside them.
startWith(() => Buffer.from(base64, "base64"));

export { Sandbox, type SandboxOptions } from "./sandbox.js";
