// One contender and one file, in a process of its own, so that what others loaded and made plays no part. Takes
// `{ task, name, file, rounds }` as JSON and prints `{ first, samples, memory, found }`: milliseconds, the peak of the memory
// after the first round in bytes, and what has to be the same for all. Only what the contender needs is loaded.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { peak } from "./memory-of.mjs";
import { TEMPLATE } from "./rows.mjs";

const { task, name, file, rounds } = JSON.parse(process.argv[2]);
/** Rounds before the first sample. */
const WARM_UP = 3;

/** From a file's bytes to `{ rows, lines }`: the recipients, and the lines that have an error. */
const validated = {
  async edgepost() {
    const { recipients } = await import("edgepost");
    return (bytes) => {
      const { rows, issues } = recipients(bytes, { mode: "strict" });
      return { rows, lines: issues.filter(({ severity }) => severity === "error").map(({ line }) => line) };
    };
  },
  async "papaparse + zod"() {
    const objects = await papaparse();
    const { Rows } = await import("./peers/row.mjs");
    return (bytes) => {
      const rows = objects(bytes);
      const { success, error } = Rows.safeParse(rows);
      // The header is the first line, and no cell has a line break.
      return { rows, lines: success ? [] : error.issues.map(({ path }) => path[0] + 2) };
    };
  },
  async "papaparse alone"() {
    const objects = await papaparse();
    return (bytes) => ({ rows: objects(bytes), lines: [] });
  },
};

/** From a file's bytes to a text for each row. */
const merged = {
  async edgepost() {
    const { merge, recipients } = await import("edgepost");
    return (bytes) => merge(TEMPLATE, recipients(bytes, { mode: "strict" }).rows, { mode: "strict" }).texts;
  },
  async "papaparse + mustache"() {
    const objects = await papaparse();
    const { default: mustache } = await import("mustache");
    // Parsed once: it keeps what it parsed.
    mustache.parse(TEMPLATE);
    const options = { escape: String };
    return (bytes) => objects(bytes).map((row) => mustache.render(TEMPLATE, row, undefined, options));
  },
  async "papaparse + micromustache"() {
    const objects = await papaparse();
    const { compile } = await import("micromustache");
    const renderer = compile(TEMPLATE);
    return (bytes) => objects(bytes).map((row) => renderer.render(row));
  },
};

async function papaparse() {
  const { default: papa } = await import("papaparse");
  const decoder = new TextDecoder();
  return (bytes) => papa.parse(decoder.decode(bytes), { header: true, skipEmptyLines: true }).data;
}

const measure = (run, bytes) => {
  const start = performance.now();
  const result = run(bytes);
  return { elapsed: performance.now() - start, result };
};

/** What has to be the same for all who do the task. */
const found = {
  validated: ({ rows, lines }) => [rows.length, ...new Set(lines)].join(),
  merged: (texts) => createHash("sha256").update(JSON.stringify(texts)).digest("hex"),
};

const run = await { validated, merged }[task][name]();
const bytes = new Uint8Array(readFileSync(file));
const { elapsed: first, result } = measure(run, bytes);
const memory = peak();
const samples = [];
for (let round = -WARM_UP; round < rounds; round += 1) {
  const { elapsed } = measure(run, bytes);
  if (round >= 0) samples.push(elapsed);
}
console.log(JSON.stringify({ first, samples, memory, found: found[task](result) }));
