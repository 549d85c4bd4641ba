// Nobody's key is used in a browser, so none of its modules holds the curve that wallets sign on (secp256k1, the crate k256).
// A library that computes on it needs its order, in one form or another; names are taken out of what is published.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const file = (path) => new URL(`../../${path}`, import.meta.url);
/** The lower half of the curve's order, in words of 32 bits; the upper half is nearly all ones. */
const ORDER = [0xd0364141, 0xbfd25e8c, 0xaf48a03b, 0xbaaedce6];
/** What signs, or recovers who has signed, but in no browser. */
const SIGNING = ["npm/dist/sandbox.wasm", "worker/build/index_bg.wasm"];

/** A word as it stands in data, from either end, and as the code of a module writes a constant (`i32.const`, LEB128). */
function forms(word) {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(word);
  const code = [0x41];
  let rest = word | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) code.push((rest & 0x7f) | 0x80);
  return [data, Buffer.from(data).reverse(), Buffer.from([...code, rest & 0x7f])];
}

/** How many words of the order a module holds. */
const words = (module) => ORDER.filter((word) => forms(word).some((form) => module.includes(form))).length;

/** A module, or a script with a module in it, as base64. */
function modules(path) {
  const bytes = readFileSync(file(path));
  if (path.endsWith(".wasm")) return [bytes];
  return [bytes, ...(bytes.toString("latin1").match(/AGFzbQ[A-Za-z0-9+/]+/g) ?? []).map((text) => Buffer.from(text, "base64"))];
}

for (const path of SIGNING) {
  test(`the curve is found where it is: ${path}`, () => {
    assert.equal(words(readFileSync(file(path))), ORDER.length);
  });
}

test("the curve is found in code as well as in data", () => {
  // (module (func (result i32) (i32.const 0xd0364141)))
  const code = Buffer.from("0061736d010000000105016000017f030201000a0a01080041c182d9817d0b", "hex");
  assert.deepEqual([words(code), words(Buffer.from("d0364141bfd25e8c", "hex")), words(Buffer.alloc(64))], [1, 2, 0]);
});

test("no module that a browser loads holds the curve", () => {
  const published = readdirSync(file("npm/dist/")).filter((name) => /\.wasm$/.test(name)).map((name) => `npm/dist/${name}`);
  const page = readdirSync(file("worker/page/dist/")).filter((name) => /\.(wasm|js)$/.test(name)).map((name) => `worker/page/dist/${name}`);
  const scripts = readdirSync(file("npm/dist/generated/wasm/")).filter((name) => /\.base64\.js$/.test(name)).map((name) => `npm/dist/generated/wasm/${name}`);
  const all = [...published, ...page, ...scripts].filter((path) => !path.includes("/sandbox."));
  for (const name of ["reader", "client", "pay", "files", "recipient"]) {
    assert.ok(all.includes(`npm/dist/${name}.wasm`) && all.includes(`npm/dist/generated/wasm/${name}.base64.js`), name);
  }
  for (const path of all) assert.deepEqual(modules(path).map(words).filter(Boolean), [], path);
});

test("what holds it is behind no entry point for browsers", () => {
  const { exports } = JSON.parse(readFileSync(file("npm/package.json"), "utf8"));
  assert.deepEqual(Object.keys(exports["./sandbox"]).filter((condition) => ["browser", "default", "import"].includes(condition)), []);
});
