import { readFileSync } from "node:fs";
import { prepareWith } from "./client.js";

prepareWith(() => readFileSync(new URL("./generated/wasm/client.wasm", import.meta.url)));

export * from "./client.public.js";
