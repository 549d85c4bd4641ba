// The same vectors as in Node, in Chromium, with the package as a bundler hands it to a page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as edgepost from "edgepost";
import { openTab, servePage, startBrowser } from "../support/browser.mjs";
import { conform } from "../support/conformance.mjs";
import { allVectors } from "../support/vectors.mjs";

let page, browser;

before(async () => {
  page = await servePage("", { "/vectors.json": allVectors() });
  await page.run(`
    import * as edgepost from "edgepost";
    import { conform } from "./tests/support/conformance.mjs";
    await edgepost.ready();
    globalThis.run = async () => conform(edgepost, await (await fetch("/vectors.json")).json());
  `);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await page?.close();
});

test("every vector holds in Chromium", async () => {
  const tab = await openTab(browser, { hosts: [page.url] });
  await tab.page.goto(page.url);
  await tab.page.locator("html[data-ready]").waitFor();
  const compared = await tab.page.evaluate(() => globalThis.run());
  assert.equal(compared, conform(edgepost, allVectors()));
  await tab.close();
});
