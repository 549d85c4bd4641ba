// Workers compile modules at deployment: this import is one, not a file.
import module from "./generated/wasm/client.wasm";
import { prepareWith } from "./client.js";

prepareWith(() => module);

export * from "./client.public.js";
