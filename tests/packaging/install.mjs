// A folder outside the repository with the packed package and the tools of others, as a newcomer has it.
import { execFile, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../support/servers.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const HERE = join(ROOT, "tests/packaging");
/** How long a command may take, or a server to start. */
const LONGEST_MS = 180_000;

let folder, modules;

/** The packed package. */
export let tarball;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgepost-packaging-"));
  const tools = join(folder, "tools");
  await mkdir(tools);
  for (const file of ["package.json", "package-lock.json"]) await cp(join(HERE, file), join(tools, file));
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await npm(["ci", ...quiet], tools);
  await npm(["pack", "--pack-destination", folder, "--loglevel=error"], join(ROOT, "npm"));
  tarball = join(folder, (await readdir(folder)).find((name) => name.endsWith(".tgz")));
  await npm(["install", "--no-save", ...quiet, tarball], tools);
  modules = join(tools, "node_modules");
  // Puts the command in its place; it would be run by `npm install`, with everybody else's scripts.
  await run(tools, ["node", "node_modules/bun/install.js"]);
});

// Also where a run is broken off: it is a lot.
process.once("exit", () => folder && rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

async function npm(args, cwd) {
  await promisify(execFile)("npm", args, { cwd, timeout: LONGEST_MS });
}

/** Nothing is told to anybody, nothing is asked for, and nothing is left behind in the home of who runs this. */
const environment = () => ({
  PATH: process.env.PATH,
  HOME: join(folder, "home"),
  CI: "1",
  NO_COLOR: "1",
  DO_NOT_TRACK: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  WRANGLER_SEND_METRICS: "false",
  DENO_NO_UPDATE_CHECK: "1",
});

/** `projects/common` and `projects/<files>` in a folder with everything installed. The one before has lost its packages. */
export async function project(name, more = {}, files = name) {
  const at = join(folder, name);
  await mkdir(at);
  for (const part of ["common", files]) await cp(join(HERE, "projects", part), at, { recursive: true, force: true }).catch(unlessMissing);
  await write(at, "package.json", JSON.stringify({ private: true, type: "module", dependencies: { edgepost: "*" }, ...more }));
  await rename(modules, join(at, "node_modules"));
  modules = join(at, "node_modules");
  return at;
}

function unlessMissing(error) {
  if (error.code !== "ENOENT") throw error;
}

export async function write(at, file, text) {
  await writeFile(join(at, file), text);
}

/** What a command prints. If it fails, the error has it. */
export async function run(cwd, [command, ...args]) {
  const running = promisify(execFile)(command, args, { cwd, env: environment(), timeout: LONGEST_MS, maxBuffer: 1 << 26 });
  const { stdout } = await running.catch(({ message, stdout, stderr }) => {
    throw new Error(`${message}\n${stdout}\n${stderr}`);
  });
  return stdout;
}

/** A command that serves, on a port that is put in the place of `PORT`. A run that is broken off takes it along. */
export async function serve(cwd, command, says) {
  const port = String(await freePort());
  const [name, ...args] = command.map((word) => word.replace("PORT", port));
  const child = spawn(name, args, { cwd, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  const gone = new Promise((resolve) => child.once("close", resolve));
  let log = "";
  const kill = () => child.kill();
  process.once("exit", kill);
  const stop = async () => {
    kill();
    await gone;
    process.off("exit", kill);
  };
  const until = Date.now() + LONGEST_MS;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (log += text));
  while (!log.includes(says)) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`${name} did not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url: `http://127.0.0.1:${port}`, stop, log: () => log };
}

/** The one line of the README that a tool needs. */
export async function lineFor(tool) {
  const readme = await readFile(join(ROOT, "npm/README.md"), "utf8");
  const row = readme.split("\n").find((line) => line.startsWith(`| ${tool} |`));
  const [, line] = /^\|[^|]*\|[^`|]*`([^`]*)`/.exec(row ?? "") ?? [];
  if (!line) throw new Error(`The README has no line for ${tool}.`);
  return line;
}
