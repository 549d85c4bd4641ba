import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as edgepost from "edgepost";
import { rebuild } from "../support/builds.mjs";

const builds = JSON.parse(readFileSync(new URL("../../target/generated/builds.json", import.meta.url), "utf8"));

test("build gives the same bytes in Node as in Rust", () => {
  assert.ok(rebuild(edgepost, builds) > 5_000);
});

test("another byte is noticed, and so is a file that is not whole", () => {
  const [first, ...rest] = builds;
  assert.throws(() => rebuild(edgepost, [{ ...first, digest: first.digest.replace(/.:$/, "A:") }, ...rest]), /differ/);
  assert.throws(() => rebuild(edgepost, [{ ...first, url: `${first.url}?` }, ...rest]), /differ/);
  assert.throws(() => rebuild(edgepost, []), /cargo test/);
  assert.throws(() => rebuild(edgepost, rest), /cargo test/);
});
