// The same vectors as in Node, in Chromium, with the package as a bundler hands it to a page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as edgepost from "edgepost";
import { build } from "esbuild";
import { openTab, startBrowser } from "../support/browser.mjs";
import { conform } from "../support/conformance.mjs";
import { allVectors } from "../support/vectors.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ENTRY = `
  import * as edgepost from "edgepost";
  import { conform } from "./tests/support/conformance.mjs";
  globalThis.run = async () => {
    await edgepost.ready();
    return conform(edgepost, await (await fetch("/vectors.json")).json());
  };
`;

let server, browser, url;

before(async () => {
  const options = { stdin: { contents: ENTRY, resolveDir: ROOT }, bundle: true, write: false, format: "esm", conditions: ["browser"] };
  const { outputFiles } = await build({ ...options, target: "es2022", logLevel: "warning" });
  const files = {
    "/": ["text/html", '<!doctype html><html lang="en"><link rel="icon" href="data:,"><script type="module" src="/main.js"></script>'],
    "/main.js": ["text/javascript", outputFiles[0].contents],
    "/vectors.json": ["application/json", JSON.stringify(allVectors())],
    "/generated/wasm/reader.wasm": ["application/wasm", await readFile(`${ROOT}/npm/dist/generated/wasm/reader.wasm`)],
  };
  server = createServer((request, response) => {
    const [type, body] = files[request.url] ?? [];
    response.writeHead(type === undefined ? 404 : 200, { "content-type": type ?? "text/plain" }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}`;
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve()));
});

test("every vector holds in Chromium", async () => {
  const tab = await openTab(browser, { hosts: [url] });
  await tab.page.goto(url);
  const compared = await tab.page.evaluate(() => globalThis.run());
  assert.equal(compared, conform(edgepost, allVectors()));
  await tab.close();
});
