// Lists of 10,000: from a CSV file's bytes to recipients that were checked, and to texts, beside the peers.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { emptyProcess, inProcess, megabytes } from "./memory.mjs";
import { MISTAKE_EVERY, ROWS, csv } from "./rows.mjs";
import { fixed, median, print, times } from "./table.mjs";

const CASE = fileURLToPath(new URL("list-case.mjs", import.meta.url));
const FOLDER = new URL("../../target/bench/", import.meta.url);
const COUNT = ROWS.toLocaleString("en");

const NAMES = {
  validated: ["edgepost", "papaparse + zod", "papaparse alone"],
  merged: ["edgepost", "papaparse + mustache", "papaparse + micromustache"],
};
/** These check nothing, so they find nothing. */
const FINDS_NOTHING = new Set(["papaparse alone"]);

async function written(name, bytes) {
  await mkdir(FOLDER, { recursive: true });
  const file = fileURLToPath(new URL(name, FOLDER));
  await writeFile(file, bytes);
  return { file, size: bytes.length };
}

/** The medians of each contender over several processes, which take turns: `{ first, median, memory }`. */
async function measure(task, { file }, { rounds, processes }) {
  const all = Object.fromEntries(NAMES[task].map((name) => [name, []]));
  for (let index = 0; index < processes; index += 1) {
    for (const name of NAMES[task]) all[name].push(await inProcess(CASE, JSON.stringify({ task, name, file, rounds })));
  }
  const [{ found: expected }] = all.edgepost;
  return Object.entries(all).map(([name, results]) => {
    for (const { found } of results) if (!FINDS_NOTHING.has(name)) assert.equal(found, expected, `${name} comes to something else.`);
    const middle = (of) => median(results.flatMap(of));
    return { name, first: middle(({ first }) => first), median: middle(({ samples }) => samples), memory: middle(({ memory }) => memory) };
  });
}

function show(title, lines, empty, notes) {
  const [ours] = lines;
  const rows = lines.map(({ name, first, median: middle, memory }) => [
    name, fixed(middle), times(middle / ours.median), fixed(first), times(first / ours.first), megabytes(memory - empty),
  ]);
  const header = ["milliseconds, median", "each", "to ours", "first in a process", "to ours", "peak memory, MB"];
  print(`${title} (not gated)`, header, rows, notes);
}

/** Prints all of it. */
export async function lists(effort) {
  const empty = await emptyProcess(effort.processes);
  const valid = await written("valid.csv", csv());
  const faulty = await written("faulty.csv", csv({ faulty: true }));
  const size = `${COUNT} rows, ${megabytes(valid.size)} MB`;
  const sameLines = "Who checks finds the same lines. Ours knows 252 countries, and says what each column was taken for and who is there twice.";
  show(`CSV bytes to validated recipients, ${size}`, await measure("validated", valid, effort), empty, [
    "Peers: TextDecoder, papaparse with objects, a schema for six countries; papaparse alone checks nothing.",
    `Memory is that of the first file, beyond the ${megabytes(empty)} of an empty process of Node.`,
  ]);
  show(`The same with a mistake in every ${MISTAKE_EVERY}th row`, await measure("validated", faulty, effort), empty, [sameLines]);
  show(`CSV bytes to merged texts, ${COUNT} letters`, await measure("merged", valid, effort), empty, [
    "Ours: recipients() and merge(), which check every row and every text. Peers: nothing is checked, and nothing escaped.",
    "Texts are the same, character by character.",
  ]);
}
