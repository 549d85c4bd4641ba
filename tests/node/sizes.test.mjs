// What a browser has to load. The budgets are the project's own, in kilobytes of 1,000 bytes, gzipped.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const BUDGETS = { reader: 45, client: 60, files: 12 };

for (const [name, budget] of Object.entries(BUDGETS)) {
  test(`${name}.wasm is at most ${budget} KB`, () => {
    const file = new URL(`../../npm/dist/generated/wasm/${name}.wasm`, import.meta.url);
    const size = gzipSync(readFileSync(file), { level: 9 }).length;
    assert.ok(size <= budget * 1_000, `${size} bytes`);
  });
}
