// The same inputs as in Node, in Chromium, with the package as a bundler hands it to a page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { openTab, servePage, startBrowser } from "../support/browser.mjs";

let page, browser;

before(async () => {
  const builds = JSON.parse(readFileSync(new URL("../../target/generated/builds.json", import.meta.url), "utf8"));
  page = await servePage("", { "/builds.json": builds });
  await page.run(`
    import * as edgepost from "edgepost";
    import { rebuild } from "./tests/support/builds.mjs";
    await edgepost.ready();
    globalThis.run = async () => rebuild(edgepost, await (await fetch("/builds.json")).json());
  `);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await page?.close();
});

test("build gives the same bytes in Chromium as in Rust", async () => {
  const tab = await openTab(browser, { hosts: [page.url] });
  await tab.page.goto(page.url);
  await tab.page.locator("html[data-ready]").waitFor();
  assert.ok((await tab.page.evaluate(() => globalThis.run())) > 5_000);
  await tab.close();
});
