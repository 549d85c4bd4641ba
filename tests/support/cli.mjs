// Runs the command line as a person does: the real program, in a process of its own.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BIN = new URL("../../npm/bin/edgepost.js", import.meta.url).pathname;

/** What it says to arguments, and what comes through the pipe. */
export function edgepost(args, { input = "", env = {}, cwd } = {}) {
  const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
  return new Promise((resolve) => {
    const options = { env: { ...rest, ...env }, cwd, maxBuffer: 2 ** 28 };
    const child = execFile(process.execPath, [BIN, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
    // It may have ended without reading.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** A directory for the files of a test, gone after it. */
export function folder(context) {
  const path = mkdtempSync(join(tmpdir(), "edgepost-cli-"));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    /** Writes a file, and gives its path. */
    file(name, content) {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
  };
}
