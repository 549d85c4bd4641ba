// A folder outside the repository with the official packages of the protocols, and what is made of them here.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const LONGEST_MS = 180_000;

/** What a file of `peers/` exports, with the packages that it imports. */
export const peer = async (name) => import(pathToFileURL(join(await installed(), "peers", name)).href);

/** The folder with the packages. */
export async function installed() {
  const folder = await mkdtemp(join(tmpdir(), "edgepost-peers-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const file of ["package.json", "package-lock.json", "peers"]) await cp(join(HERE, file), join(folder, file), { recursive: true });
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await promisify(execFile)("npm", ["ci", ...quiet], { cwd: folder, timeout: LONGEST_MS });
  return folder;
}
