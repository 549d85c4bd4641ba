// Workers and edge functions compile modules at deployment: these imports are such, not files.
import module from "./client.wasm?module";
import payModule from "./pay.wasm?module";
import { prepareWith } from "./client.js";

prepareWith(
  () => module,
  () => payModule,
);

export * from "./client.public.js";
