// A file that somebody chooses on a page of a stranger's, looked at before it is uploaded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { usePage } from "../support/browser.mjs";

const open = usePage(`
  import { inspectBlob, inspectFile, ready } from "edgepost/files";
  const input = document.querySelector("input");
  const early = (() => { try { inspectFile("postcard-image", new Uint8Array(1)); } catch ({ code }) { return code; } })();
  await ready();
  globalThis.run = async () => ({ early, report: await inspectBlob("postcard-image", input.files[0]) });
`, { html: '<label>Front <input type="file"></label>' });

test("PP-153: the size of a chosen picture is known before it is sent", async () => {
  const tab = await open();
  const metadata = Buffer.concat([Buffer.from("ffe1fffe", "hex"), Buffer.alloc(65_532)]);
  const frame = Buffer.from("ffc0000b0804b004b1010011", "hex");
  const buffer = Buffer.concat([Buffer.from("ffd8", "hex"), metadata, metadata, frame, Buffer.alloc(5_000_000)]);
  await tab.page.getByLabel("Front").setInputFiles({ name: "front.png", mimeType: "image/png", buffer });
  const { early, report } = await tab.page.evaluate(() => globalThis.run());
  assert.equal(early, "not_ready");
  assert.deepEqual([report.ok, report.type, report.width, report.height], [false, "image/jpeg", 1_201, 1_200]);
  assert.deepEqual(report.issues.map(({ code }) => code), ["not_square"]);
  await tab.close();
});
