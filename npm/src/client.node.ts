import { prepareWith } from "./client.js";
import { base64 } from "./generated/wasm/client.base64.js";

// No file is read: who bundles a server moves scripts, and not what lies beside them.
prepareWith(
  () => Buffer.from(base64, "base64"),
  async () => Buffer.from((await import("./generated/wasm/pay.base64.js")).base64, "base64"),
);

export * from "./client.public.js";
