// A file that somebody chooses on a page of a stranger's, and sends.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openTab, servePage, startBrowser } from "../support/browser.mjs";
import { listen } from "../support/http.mjs";

let page, gateway, browser;
const heard = [];

before(async () => {
  gateway = await listen(async (request, response) => {
    const chunks = await request.toArray();
    const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "*", "content-type": "application/json" };
    if (request.method === "POST") {
      const form = await new Response(Buffer.concat(chunks), { headers: { "content-type": request.headers["content-type"] } }).formData();
      const file = form.get("file");
      heard.push([request.url, form.get("kind"), file.name, file.type, file.size]);
    }
    response.writeHead(request.method === "POST" ? 201 : 204, headers).end(request.method === "POST" ? '{"assetId":"asset_1"}' : "");
  });
  page = await servePage('<label>Front <input type="file"></label>');
  await page.run(`
    import { Edgepost } from "edgepost/client";
    const edgepost = new Edgepost({ baseUrl: "${gateway.url}" });
    globalThis.run = () => edgepost.call("pieterpost.upload_asset",
      { kind: "postcard-image", name: "front.jpg", file: document.querySelector("input").files[0] });
  `);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await page?.close();
  await gateway?.close();
});

test("PP-003: a chosen file is sent as the form of the browser's own, with the type that it has", async () => {
  const tab = await openTab(browser, { hosts: [page.url, gateway.url] });
  await tab.page.goto(page.url);
  await tab.page.locator("html[data-ready]").waitFor();
  const buffer = Buffer.concat([Buffer.from("ffd8ff", "hex"), Buffer.alloc(3_000_000)]);
  await tab.page.getByLabel("Front").setInputFiles({ name: "other.png", mimeType: "image/png", buffer });
  const { kind, value, key } = await tab.page.evaluate(() => globalThis.run());
  assert.deepEqual([kind, value.assetId, key], ["ok", "asset_1", null]);
  assert.deepEqual(heard, [["/pieterpost/v1/uploads", "postcard-image", "front.jpg", "image/jpeg", buffer.length]]);
  await tab.close();
});
