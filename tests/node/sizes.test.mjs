// What a browser has to load: the wasm modules, and the JavaScript around each. The budgets are the project's own, in bytes,
// gzipped.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const DIST = new URL("../../npm/dist/", import.meta.url);
const MODULES = { "reader.wasm": 83_300, "client.wasm": 87_000, "pay.wasm": 83_000, "files.wasm": 13_600, "recipient.wasm": 36_100 };
const SCRIPTS = { "index.browser.js": 6_000, "client.browser.js": 9_500, "files.browser.js": 6_000, "recipient.browser.js": 6_000 };

const fits = (bytes, budget) => {
  const size = gzipSync(bytes, { level: 9 }).length;
  assert.ok(size <= budget, `${size} bytes`);
};

for (const [name, budget] of Object.entries(MODULES)) {
  test(`the module ${name} is at most ${budget} bytes`, () => {
    fits(readFileSync(new URL(name, DIST)), budget);
  });
}

for (const [name, budget] of Object.entries(SCRIPTS)) {
  test(`the JavaScript of ${name}, in one file, is at most ${budget} bytes`, async () => {
    const options = { bundle: true, minify: true, format: "esm", target: "es2022", write: false, external: ["*.wasm"] };
    const { outputFiles } = await build({ entryPoints: [fileURLToPath(new URL(name, DIST))], ...options });
    fits(outputFiles[0].contents, budget);
  });
}
