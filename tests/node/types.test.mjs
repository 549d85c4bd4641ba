// The published types: under the compilers and settings that users have. What they allow and forbid says tests/types.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { recipe } from "../support/readme.mjs";

const DIST = fileURLToPath(new URL("../../npm/dist/", import.meta.url));
const TYPES = fileURLToPath(new URL("../types/", import.meta.url));
const require = createRequire(import.meta.url);

for (const compiler of ["typescript", "typescript5"]) {
  const { version } = require(`${compiler}/package.json`);
  const tsc = join(dirname(require.resolve(`${compiler}/package.json`)), "bin/tsc");
  for (const project of ["tsconfig.json", "tsconfig.bundler.json", "tsconfig.server.json"]) {
    for (const exact of ["true", "false"]) {
      test(`TypeScript ${version}, ${project}, exactOptionalPropertyTypes ${exact}`, async () => {
        const args = [tsc, "--project", join(TYPES, project), "--exactOptionalPropertyTypes", exact];
        await promisify(execFile)(process.execPath, args).catch(({ stdout, stderr }) => assert.fail(`${stdout}${stderr}`));
      });
    }
  }
}

for (const compiler of ["typescript", "typescript5"]) {
  test(`the README's TSX compiles as it stands there, ${compiler}`, async (context) => {
    // Inside the repository, where the packages are found.
    mkdirSync(join(TYPES, "../../target"), { recursive: true });
    const folder = mkdtempSync(join(TYPES, "../../target/tsx-"));
    context.after(() => rmSync(folder, { recursive: true, force: true }));
    const name = join(folder, `${compiler}.tsx`);
    writeFileSync(name, await recipe("React", "tsx"));
    const compilerOptions = { noEmit: true, rootDir: "../..", declaration: false, jsx: "react-jsx", types: ["react"] };
    const project = join(folder, `${compiler}.json`);
    writeFileSync(project, JSON.stringify({ extends: "../../npm/tsconfig.json", compilerOptions, include: [name] }));
    const tsc = join(dirname(require.resolve(`${compiler}/package.json`)), "bin/tsc");
    await promisify(execFile)(process.execPath, [tsc, "--project", project]).catch(({ stdout, stderr }) => assert.fail(`${stdout}${stderr}`));
  });
}

test("TypeScript of two major versions is tried", () => {
  const [now, before] = ["typescript", "typescript5"].map((name) => Number.parseInt(require(`${name}/package.json`).version));
  assert.ok(now > before && before === 5, `${now}, ${before}`);
});

test("each line that must not compile says why", () => {
  const lines = readdirSync(TYPES)
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => readFileSync(join(TYPES, name), "utf8").split("\n"))
    .filter((line) => line.includes("@ts-"));
  assert.ok(lines.length > 50, `${lines.length} lines`);
  assert.deepEqual(lines.filter((line) => !/^\s*\/\/ @ts-expect-error \w+ \w+/.test(line)), []);
});

test("no published type is any", () => {
  const files = readdirSync(DIST, { recursive: true }).filter((name) => name.endsWith(".d.ts"));
  assert.ok(files.length > 20, `${files.length} files`);
  const code = (name) => readFileSync(join(DIST, name), "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
  const lines = files.flatMap((name) => code(name).split("\n").map((line) => `${name}: ${line}`));
  assert.deepEqual(lines.filter((line) => /\bany\b/.test(line)), []);
});
