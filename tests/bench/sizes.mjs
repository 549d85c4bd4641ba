// What is sent over the network, and what the Worker weighs.
import { existsSync, readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundle } from "./bundles.mjs";
import { print } from "./table.mjs";

const ROOT = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT));

function brotli(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return brotliCompressSync(bytes, { params }).length;
}

const weigh = (bytes) => [bytes.length, gzipSync(bytes, { level: 9 }).length, brotli(bytes)];
const sum = (left, right) => left.map((value, index) => value + right[index]);
const kilobytes = (sizes) => sizes.map((size) => (size / 1000).toFixed(1));
const HEADER = ["kB of 1,000 bytes", "raw", "gz", "brotli"];

/** Prints the sizes of our modules, of the peers' bundles for this one schema, and of the Worker. */
export async function sizes(candidates) {
  const rows = [];
  for (const name of ["reader", "client", "files", "sandbox"]) {
    const wasm = weigh(read(`npm/dist/${name}.wasm`));
    const entry = { reader: "index.browser.js", client: "client.browser.js", files: "files.browser.js", sandbox: "sandbox.js" }[name];
    const script = weigh(await bundle(`export * from ${JSON.stringify(new URL(`npm/dist/${entry}`, ROOT).pathname)};`));
    rows.push([`${name}.wasm`, ...kilobytes(wasm)]);
    rows.push(["  JavaScript around it, minified", ...kilobytes(script)]);
    rows.push(["  together", ...kilobytes(sum(wasm, script))]);
  }
  print("Sizes of ours (not gated)", HEADER, rows, [
    "reader: all operations, merges and answers. client: requests and polling. files: a look before an upload. sandbox: the providers, emulated.",
  ]);

  const peers = [];
  for (const { name, source } of candidates.filter((one) => one.name !== "edgepost")) {
    peers.push([name, ...kilobytes(weigh(await bundle(source)))]);
  }
  print("Sizes of the peers, bundled for a browser with this one schema (not gated)", HEADER, peers, [
    "No requests, no merges, no messages of one's own, no other operation.",
  ]);

  if (!existsSync(new URL("worker/build/index_bg.wasm", ROOT))) {
    console.log("\nThe Worker is not weighed: worker/build is missing. `cargo xtask build` makes it.");
    return;
  }
  const parts = ["worker/build/index.js", "worker/build/index_bg.wasm"].map(read);
  const row = ["index.js and index_bg.wasm", ...kilobytes(weigh(Buffer.concat(parts)))];
  print("Size of the Worker (not gated)", HEADER, [row]);
}
