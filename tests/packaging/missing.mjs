// A browser that has no wasm, or not yet: what the developer is told.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { project, run, write } from "./install.mjs";
import { STRICT, serveFolder, shown } from "./pages.mjs";

const FETCH = "Say where it is by await ready(\"/reader.wasm\"), or look up your bundler in edgepost's README.";

/** Bundles a page that shows what comes of these lines, and shows it. */
async function said(name, lines, options = {}) {
  const at = await project(name);
  const text = `import * as edgepost from "edgepost";
    import * as client from "edgepost/client";
    import * as files from "edgepost/files";
    const lines = async () => { ${lines} };
    const told = (error) => error.name + " " + error.code + ": " + error.message;
    lines().catch(told).then((text) => (document.body.textContent = text));`;
  await write(at, "main.js", text);
  await run(at, ["node_modules/.bin/esbuild", "main.js", "--bundle", "--format=esm", "--outdir=dist"]);
  await run(at, ["sh", "-c", "cp node_modules/edgepost/dist/*.wasm index.html dist"]);
  const server = await serveFolder(join(at, "dist"), options);
  try {
    return (await shown(server, options)).replaceAll(server.url, "URL");
  } finally {
    await server.close();
  }
}

const CALL = 'return edgepost.validate("pieterpost.get_order", {}).issues[0].code;';

test("a call before the wasm is there says what to do", async () => {
  assert.equal(await said("early", CALL), 'EdgepostError not_ready: Call `await ready()` once before the first call: import { ready } from "edgepost".');
  const inspect = 'return files.inspectFile("letter-attachment", new Uint8Array(4)).type;';
  assert.equal(await said("early-file", inspect), 'EdgepostError not_ready: Call `await ready()` once before the first call: import { ready } from "edgepost/files".');
});

test("wasm that is not found, or is a page of the application, is told with its address and the way out", async () => {
  const missing = { answers: { "/reader.wasm": [404, "text/plain", "Not found"] }, allow: /404/ };
  assert.equal(await said("missing", "await edgepost.ready();", missing), `EdgepostError not_ready: There is no wasm: URL/reader.wasm answered 404 text/plain. ${FETCH}`);
  const fallback = { answers: { "/reader.wasm": [200, "text/html", "<!doctype html>"] } };
  assert.equal(await said("fallback", "await edgepost.ready();", fallback), `EdgepostError not_ready: There is no wasm: URL/reader.wasm answered 200 text/html. ${FETCH}`);
});

test("a client without its wasm says so where it is called, and what to call", async () => {
  const lines = 'await new client.Edgepost({ baseUrl: location.origin }).call("pieterpost.get_order", { orderId: "a" });';
  const told = await said("client", lines, { answers: { "/client.wasm": [404, "text/plain", ""] }, allow: /404/ });
  assert.equal(told, `EdgepostError not_ready: There is no wasm: URL/client.wasm answered 404 text/plain. ${FETCH.replace('await ready("/reader.wasm")', 'wasmFrom("/client.wasm")')}`);
});

test("a fetch that the policy forbids names the address", async () => {
  const told = await said("unreachable", "await edgepost.ready();", { policy: STRICT.replace("connect-src 'self'", "connect-src 'none'"), allow: /connect-src|Content Security Policy/ });
  assert.equal(told, `EdgepostError not_ready: There is no wasm: URL/reader.wasm gave no answer. ${FETCH}`);
});

test("wasm that is served as something else is compiled all the same", async () => {
  for (const type of ["application/octet-stream", "text/plain", "application/wasm; charset=utf-8"]) {
    assert.equal(await said(`type-${type.length}`, `await edgepost.ready(); ${CALL}`, { types: { ".wasm": type } }), "missing_member", type);
  }
});

test("a policy without 'wasm-unsafe-eval' is named", async () => {
  const told = await said("forbidden", "await edgepost.ready();", { policy: STRICT.replace(" 'wasm-unsafe-eval'", ""), allow: /unsafe-eval|wasm-eval/ });
  assert.equal(told, "EdgepostError not_ready: The page's Content-Security-Policy forbids wasm: its script-src needs 'wasm-unsafe-eval'.");
});

test("what has failed can be tried again, with an address, bytes, an answer or a module", async () => {
  const lines = (source) => `await edgepost.ready("/nowhere").catch(() => {}); await edgepost.ready(${source}); ${CALL}`;
  const bytes = 'await (await fetch("/reader.wasm")).arrayBuffer()';
  const sources = ['"/reader.wasm"', 'new URL("/reader.wasm", location.href)', bytes, `new Uint8Array(${bytes})`, 'await fetch("/reader.wasm")', `await WebAssembly.compile(${bytes})`];
  for (const [index, source] of sources.entries()) {
    assert.equal(await said(`again-${index}`, lines(source), { allow: /404/ }), "missing_member", source);
  }
});
