// What a page or a Worker would ship to check an order: a module for each candidate, as it is installed and as one
// file. Each exports `verdict(bytes)`.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { _, Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { TUNED } from "./peers/ajv.mjs";
import { formats } from "./peers/common.mjs";
import { orderSchema } from "./peers/order-schema.mjs";

/** Inside the repository, so that packages are found. */
const FOLDER = new URL("../../target/bench/", import.meta.url);
const WASM = new URL("../../npm/dist/", import.meta.url);
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** The end of every peer's module. */
const PARSED = `const decoder = new TextDecoder();
export const verdict = (bytes) => check(JSON.parse(decoder.decode(bytes))).ok;
`;
const peer = (file) => JSON.stringify(`${HERE}peers/${file}.mjs`);

/** The sources. The schema is written out, so that nobody has to load our description of it. */
function sources() {
  const schema = orderSchema();
  const ahead = new Ajv2020({ ...TUNED, formats, code: { source: true, esm: true, formats: _`formats` } });
  return {
    edgepost:
      'import { validate } from "edgepost";\n' +
      'export const verdict = (bytes) => validate("pieterpost.create_checkout_link", bytes).ok;\n',
    "ajv tuned":
      `import { TUNED, compile } from ${peer("ajv")};\n` +
      `const check = compile(${JSON.stringify(schema)}, TUNED);\n${PARSED}`,
    "ajv compiled ahead":
      `import { formats } from ${peer("common")};\n${standalone(ahead, ahead.compile(schema))}\n` +
      `const check = (order) => ({ ok: validate(order) });\n${PARSED}`,
    zod: `import { check } from ${peer("zod")};\n${PARSED}`,
    valibot: `import { check } from ${peer("valibot")};\n${PARSED}`,
  };
}

const fileName = (name) => `${name.replaceAll(" ", "-")}.mjs`;

/** One minified file; its bytes. */
export async function bundle(contents, platform = "browser") {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: HERE, loader: "js" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform,
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].contents;
}

/** Writes all of them, in both forms: `{ name, source, installed, bundled }`, the last two as paths. */
export async function candidates() {
  const folders = { installed: new URL("installed/", FOLDER), bundled: new URL("bundled/", FOLDER) };
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })));
  await copyFile(new URL("reader.wasm", WASM), new URL("reader.wasm", folders.bundled));
  const made = [];
  for (const [name, source] of Object.entries(sources())) {
    const [installed, bundled] = Object.values(folders).map((folder) => fileURLToPath(new URL(fileName(name), folder)));
    await writeFile(installed, source);
    await writeFile(bundled, await bundle(source, "node"));
    made.push({ name, source, installed, bundled });
  }
  return made;
}
