// What a browser has to load: the wasm modules, and the JavaScript around each. The budgets are the project's own, in bytes,
// gzipped.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const DIST = new URL("../../npm/dist/", import.meta.url);
const MODULES = { "reader.wasm": 94_500, "client.wasm": 100_900, "pay.wasm": 79_900, "files.wasm": 13_900, "recipient.wasm": 36_100 };
/** What is loaded at once, and what follows when somebody pays. */
const SCRIPTS = { "index.browser.js": [6_144, 0], "client.browser.js": [7_850, 3_600], "files.browser.js": [6_000, 0], "recipient.browser.js": [6_000, 0] };

const sizeOf = (bytes) => gzipSync(bytes, { level: 9 }).length;

for (const [name, budget] of Object.entries(MODULES)) {
  test(`the module ${name} is at most ${budget} bytes`, () => {
    const size = sizeOf(readFileSync(new URL(name, DIST)));
    assert.ok(size <= budget, `${size} bytes`);
  });
}

for (const [name, [atOnce, later]] of Object.entries(SCRIPTS)) {
  test(`the JavaScript of ${name} is at most ${atOnce} bytes, and ${later} that are loaded later`, async () => {
    const options = { bundle: true, splitting: true, minify: true, format: "esm", target: "es2022", outdir: "out", write: false, external: ["*.wasm"] };
    const { outputFiles, metafile } = await build({ entryPoints: [fileURLToPath(new URL(name, DIST))], metafile: true, ...options });
    const scripts = Object.entries(metafile.outputs);
    // What an entry imports by a statement is there before it runs; what it imports by a call is not.
    const first = scripts.find(([, { entryPoint }]) => entryPoint?.endsWith(name));
    assert.ok(first);
    const needed = new Set([first[0], ...first[1].imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path)]);
    const total = (isNeeded) => outputFiles.reduce((sum, { path, contents }) => sum + ([...needed].some((script) => path.endsWith(script)) === isNeeded ? sizeOf(contents) : 0), 0);
    assert.ok(total(true) <= atOnce, `${total(true)} bytes at once`);
    assert.ok(total(false) <= later, `${total(false)} bytes later`);
  });
}
