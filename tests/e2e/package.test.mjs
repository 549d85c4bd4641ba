// The packed package, as somebody who installed it has it: in Node, and in a Worker.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { freePort } from "../support/servers.mjs";
import { conform } from "../support/conformance.mjs";
import { allVectors } from "../support/vectors.mjs";
import * as edgepost from "edgepost";

const ROOT = new URL("../..", import.meta.url).pathname;
const run = promisify(execFile);

let project;

before(async () => {
  project = await mkdtemp(join(tmpdir(), "edgepost-package-"));
  await run("npm", ["pack", "--pack-destination", project, "--silent"], { cwd: join(ROOT, "npm") });
  const [tarball] = await readdir(project);
  await mkdir(join(project, "node_modules/edgepost"), { recursive: true });
  await run("tar", ["-xzf", join(project, tarball), "-C", join(project, "node_modules/edgepost"), "--strip-components=1"]);
  // What it depends on, where an installation would put it.
  const { dependencies } = JSON.parse(await readFile(join(project, "node_modules/edgepost/package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    await cp(join(ROOT, "node_modules", name), join(project, "node_modules", name), { recursive: true });
  }
});

after(() => rm(project, { recursive: true, force: true }));

test("PP-007: the tarball holds what it should and nothing else", async () => {
  const names = await readdir(join(project, "node_modules/edgepost"));
  assert.deepEqual(names.sort(), ["LICENSE-APACHE", "LICENSE-MIT", "NOTICE", "README.md", "bin", "dist", "package.json"]);
});

test("it works in Node, also where code cannot be made from text", async () => {
  const script = `
    import { validate } from "edgepost";
    import { Edgepost } from "edgepost/client";
    import { describe } from "edgepost/describe";
    import { inspectFile } from "edgepost/files";
    import { Sandbox } from "edgepost/sandbox";
    import { mintGrant } from "edgepost/server";
    const { issues } = validate("pieterpost.get_order", {});
    const { type } = inspectFile("letter-attachment", new TextEncoder().encode("%PDF-2.0"));
    console.log(issues[0].code, type, typeof Edgepost, describe("pieterpost.get_order").method, typeof Sandbox, typeof mintGrant);`;
  await writeFile(join(project, "main.mjs"), script);
  const { stdout } = await run(process.execPath, ["--disallow-code-generation-from-strings", "main.mjs"], { cwd: project });
  assert.equal(stdout.trim(), "missing_member application/pdf function GET function function");
});

test("its command is there", async () => {
  const command = ["node_modules/edgepost/bin/edgepost.js", "check", "list.csv"];
  await writeFile(join(project, "list.csv"), "name,street,number,zip,city\nRijksmuseum,Museumstraat,1,1071 XX,Amsterdam\n");
  const { stdout } = await run(process.execPath, [...command, "--country", "NL"], { cwd: project });
  assert.match(stdout, /zip = postalCode \(a guess\)[^]*No findings in 1 row\./);
  assert.equal((await run(process.execPath, command, { cwd: project }).catch(({ code }) => ({ code }))).code, 1);
});

test("every vector holds in a Worker, and the client and the sandbox work there", async () => {
  const port = await freePort();
  const args = ["dev", "--config", "tests/e2e/package/wrangler.toml", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", String(await freePort())];
  const child = spawn(join(ROOT, "node_modules/.bin/wrangler"), args, {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1", CI: "1" },
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (log += text));
  try {
    const until = Date.now() + 60_000;
    while (!log.includes("Ready on")) {
      assert.ok(child.exitCode === null && Date.now() < until, log);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const vectors = allVectors();
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: JSON.stringify(vectors) });
    assert.equal(answer.status, 200, answer.ok ? "" : await answer.text());
    const { orders, ...others } = await answer.json();
    assert.deepEqual(others, { compared: conform(edgepost, vectors), kind: "ok", type: "application/pdf", direct: "ok", grant: 3, webhook: true, merchants: "ok" });
    assert.deepEqual(orders.sort(), ["order-1", "order-2"]);
  } finally {
    process.kill(-child.pid, "SIGTERM");
  }
});
