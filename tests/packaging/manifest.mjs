// What the package says of itself.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ENTRIES } from "./expected.mjs";
import { project, run, tarball, write } from "./install.mjs";

test("publint and attw have nothing to say", async () => {
  const at = await project("linted");
  assert.match(await run(at, ["node_modules/.bin/publint", "run", tarball, "--strict"]), /All good!/);
  // It fails by itself where something is wrong. That it has looked at everything is seen by the last entry point.
  assert.match(await run(at, ["node_modules/.bin/attw", tarball, "--profile", "esm-only"]), /"edgepost\/server".*🟢.*🟢/);
});

test("every entry point is in the projects", async () => {
  const at = await project("covered");
  const texts = await Promise.all(["verdicts.js", "recipient.js", "server.js"].map((file) => readFile(join(at, file), "utf8")));
  const used = [...texts.join("").matchAll(/from "(edgepost[^"]*)"/g)].map(([, name]) => name);
  assert.deepEqual(used.sort(), ENTRIES.toSorted());
});

test("no entry point waits at its top level", async () => {
  const at = await project("waiting");
  const isForServers = (name) => ["edgepost/sandbox", "edgepost/server"].includes(name);
  const entries = { browser: ENTRIES.filter((name) => !isForServers(name)), node: ENTRIES };
  for (const [platform, names] of Object.entries(entries)) {
    await write(at, "main.js", names.map((name) => `import ${JSON.stringify(name)};`).join("\n"));
    // Scripts of this form cannot wait.
    await run(at, ["node_modules/.bin/esbuild", "main.js", "--bundle", "--format=iife", `--platform=${platform}`, "--outfile=dist/main.js"]);
  }
});
