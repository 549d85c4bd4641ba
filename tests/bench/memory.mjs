// Peak memory: what a process took at most, beyond what an empty process of Node takes. Each contender has processes of its
// own, because a process never gives back what it once took in this figure.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { make } from "./orders.mjs";
import { fixed, median, print } from "./table.mjs";

const run = promisify(execFile);
const EMPTY = fileURLToPath(new URL("empty-case.mjs", import.meta.url));
const CASE = fileURLToPath(new URL("cold-case.mjs", import.meta.url));
const ORDERS = 2000;

/** What a script prints as JSON, in a process of its own. */
export async function inProcess(script, ...values) {
  const { stdout } = await run(process.execPath, [script, ...values.map(String)], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

/** What an empty process takes, in bytes: the median of so many. */
export async function emptyProcess(processes) {
  const samples = [];
  for (let index = 0; index < processes; index += 1) samples.push((await inProcess(EMPTY)).memory);
  return median(samples);
}

export const megabytes = (bytes) => fixed(bytes / 1e6);

/** Prints what orders take, as installed. */
export async function memory(candidates, processes) {
  const empty = await emptyProcess(processes);
  const order = new TextDecoder().decode(make("4 KB").bytes);
  const rows = [];
  for (const { name, installed } of candidates) {
    const cells = [];
    for (const orders of [1, ORDERS]) {
      const samples = [];
      for (let index = 0; index < processes; index += 1) samples.push((await inProcess(CASE, installed, order, orders)).memory);
      cells.push(megabytes(median(samples) - empty));
    }
    rows.push([name, ...cells]);
  }
  print(`Peak memory, bytes to verdict, an order of 4 KB, as installed, MB of 1,000,000 bytes (not gated)`,
    ["", "one order", `${ORDERS} orders`], rows,
    [`Beyond the ${megabytes(empty)} of an empty process of Node; median of ${processes} processes.`]);
}
