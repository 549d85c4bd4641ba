// Workers and edge functions compile modules at deployment: these imports are such, not files.
import module from "./client.wasm?module";
import payModule from "./pay.wasm?module";
import { prepareWith } from "./client.js";
import { preparePayWith } from "./pay.js";

prepareWith(() => module);
preparePayWith(() => payModule);

export * from "./client.public.js";
