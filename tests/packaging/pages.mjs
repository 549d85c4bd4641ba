// A Chromium, and a server as strict as pages have it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { after } from "node:test";
import { openTab, startBrowser } from "../support/browser.mjs";
import { TYPES, listen } from "../support/http.mjs";

export const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

let browser;

after(() => browser?.close());

/** Serves a folder. `answers` are in place of files: path to `[status, type, body]`. */
export function serveFolder(folder, { policy = STRICT, types = {}, answers = {} } = {}) {
  return listen(async (request, response) => {
    const path = request.url === "/" ? "/index.html" : request.url;
    const file = await readFile(join(folder, path)).catch(() => undefined);
    const found = file ? [200, { ...TYPES, ...types }[extname(path)], file] : [path === "/favicon.ico" ? 204 : 404, "text/plain", ""];
    const [status, type, body] = answers[path] ?? found;
    response.writeHead(status, { "content-type": type, "content-security-policy": policy }).end(body);
  });
}

/** What a page shows. It must not complain, but for what is `allow`ed, and must talk to nobody else. */
export async function shown(server, { element = "body", allow } = {}) {
  browser ??= await startBrowser();
  const tab = await openTab(browser, { hosts: [server.url, server.url.replace("http", "ws")], allow });
  try {
    await tab.page.goto(server.url);
    const text = tab.page.locator(element).filter({ hasText: /\S/ });
    await text.waitFor({ timeout: 30_000 });
    return await text.textContent();
  } finally {
    await tab.close();
  }
}

/** Checks the verdicts that a page shows. */
export async function showsVerdicts(server, expected, options) {
  const text = await shown(server, options);
  assert.ok(text.trim().startsWith("{"), text);
  assert.deepEqual(JSON.parse(text), expected);
}
