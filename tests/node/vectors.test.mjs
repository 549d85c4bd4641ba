import assert from "node:assert/strict";
import { test } from "node:test";
import * as edgepost from "edgepost";
import { conform } from "../support/conformance.mjs";
import { allVectors } from "../support/vectors.mjs";

test("every vector holds in Node", () => {
  assert.ok(conform(edgepost, allVectors()) > 400);
});
