// The same vectors as in Node, in Chromium, with the package as a bundler hands it to a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as edgepost from "edgepost";
import { usePage } from "../support/browser.mjs";
import { conform } from "../support/conformance.mjs";
import { allVectors } from "../support/vectors.mjs";

const open = usePage(`
  import * as edgepost from "edgepost";
  import { conform } from "./tests/support/conformance.mjs";
  await edgepost.ready();
  globalThis.run = async () => conform(edgepost, await (await fetch("/vectors.json")).json());
`, { files: { "/vectors.json": allVectors() } });

test("every vector holds in Chromium", async () => {
  const tab = await open();
  const compared = await tab.page.evaluate(() => globalThis.run());
  assert.equal(compared, conform(edgepost, allVectors()));
  await tab.close();
});
