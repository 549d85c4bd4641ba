// Where programs run without a bundler, and servers that are bundled.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ALL_VERDICTS } from "./expected.mjs";
import { ROOT, project, run, serve, write } from "./install.mjs";

/** `require` takes modules from here on. */
const REQUIRES = [22, 12];

test("Node, also where code cannot be made from text, and in a thread", async () => {
  const at = await project("node");
  await write(at, "thread.js", 'import { Worker } from "node:worker_threads"; new Worker(new URL("./print.js", import.meta.url));');
  for (const script of [["print.js"], ["--disallow-code-generation-from-strings", "print.js"], ["thread.js"]]) {
    assert.deepEqual(JSON.parse(await run(at, ["node", ...script])), ALL_VERDICTS, script.join(" "));
  }
});

const [major, minor] = process.versions.node.split(".").map(Number);
const isOld = major < REQUIRES[0] || (major === REQUIRES[0] && minor < REQUIRES[1]);

test("require in Node 22.12 and newer", { skip: isOld && `this is Node ${process.versions.node}` }, async () => {
  const at = await project("require");
  await write(at, "main.cjs", 'console.log(require("edgepost").validate("pieterpost.get_order", {}).issues[0].code);');
  assert.equal((await run(at, ["node", "main.cjs"])).trim(), ALL_VERDICTS.edgepost);
});

test("Deno, which asks for no permission", async () => {
  const at = await project("deno");
  const command = ["node_modules/.bin/deno", "run", "--no-prompt", "--no-remote", "--node-modules-dir=manual", "print.js"];
  assert.deepEqual(JSON.parse(await run(at, command)), ALL_VERDICTS);
});

test("Bun", async () => {
  const at = await project("bun");
  assert.deepEqual(JSON.parse(await run(at, ["node_modules/.bin/bun", "run", "--no-install", "print.js"])), ALL_VERDICTS);
});

test("Workers", async () => {
  const at = await project("workers");
  // Of the repository: it is large, and the gateway needs it as well.
  const command = [join(ROOT, "node_modules/.bin/wrangler"), "dev", "--ip", "127.0.0.1", "--port", "PORT", "--inspector-port", "0"];
  const server = await serve(at, command, "Ready on");
  try {
    const answer = await fetch(server.url);
    assert.equal(answer.status, 200, answer.ok ? "" : await answer.text());
    assert.deepEqual(await answer.json(), ALL_VERDICTS);
  } finally {
    await server.stop();
  }
});

test("a server in one file, wherever it is put", async () => {
  const at = await project("bundled");
  await run(at, ["node_modules/.bin/esbuild", "print.js", "--bundle", "--platform=node", "--format=esm", "--outfile=../alone/print.mjs"]);
  assert.deepEqual(JSON.parse(await run(join(at, "../alone"), ["node", "print.mjs"])), ALL_VERDICTS);
});
