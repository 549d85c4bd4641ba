// Workers and edge functions compile modules at deployment: this import is one, not a file.
import module from "./client.wasm?module";
import { prepareWith } from "./client.js";

prepareWith(() => module);

export * from "./client.public.js";
