// What the package says of itself.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { project, run, tarball, write } from "./install.mjs";

test("publint and attw have nothing to say", async () => {
  const at = await project("linted");
  assert.match(await run(at, ["node_modules/.bin/publint", "run", tarball, "--strict"]), /All good!/);
  // It fails by itself where something is wrong. That it has looked at everything is seen by the last entry point.
  assert.match(await run(at, ["node_modules/.bin/attw", tarball, "--profile", "esm-only"]), /"edgepost\/server".*🟢.*🟢/);
});

test("every entry point is in the projects", async () => {
  const at = await project("covered");
  const { exports } = JSON.parse(await readFile(join(at, "node_modules/edgepost/package.json"), "utf8"));
  const texts = await Promise.all(["verdicts.js", "server.js"].map((file) => readFile(join(at, file), "utf8")));
  const used = [...texts.join("").matchAll(/from "(edgepost[^"]*)"/g)].map(([, name]) => name.replace("edgepost", "."));
  const entries = Object.keys(exports).filter((name) => name !== "./package.json");
  assert.deepEqual(used.sort(), entries.sort());
});

test("no entry point waits at its top level", async () => {
  const at = await project("waiting");
  const entries = { browser: ["edgepost", "edgepost/client", "edgepost/describe", "edgepost/files"], node: ["edgepost/sandbox", "edgepost/server"] };
  for (const [platform, names] of Object.entries(entries)) {
    await write(at, "main.js", names.map((name) => `import ${JSON.stringify(name)};`).join("\n"));
    // Scripts of this form cannot wait.
    await run(at, ["node_modules/.bin/esbuild", "main.js", "--bundle", "--format=iife", `--platform=${platform}`, "--outfile=dist/main.js"]);
  }
});
