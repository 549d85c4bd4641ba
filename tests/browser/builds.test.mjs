// The same inputs as in Node, in Chromium, with the package as a bundler hands it to a page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { usePage } from "../support/browser.mjs";

const builds = JSON.parse(readFileSync(new URL("../../target/generated/builds.json", import.meta.url), "utf8"));
const open = usePage(`
  import * as edgepost from "edgepost";
  import { rebuild } from "./tests/support/builds.mjs";
  await edgepost.ready();
  globalThis.run = async () => rebuild(edgepost, await (await fetch("/builds.json")).json());
`, { files: { "/builds.json": builds } });

test("build gives the same bytes in Chromium as in Rust", async () => {
  const tab = await open();
  assert.ok((await tab.page.evaluate(() => globalThis.run())) > 5_000);
  await tab.close();
});
