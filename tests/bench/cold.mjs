// From a fresh process to the first verdict: loading the module, making the validator, one order of 4 KB.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { make } from "./orders.mjs";
import { fixed, median, print } from "./table.mjs";

const run = promisify(execFile);

/** Runs in the fresh process; Node's own start is not counted. */
const SCRIPT = `
const [, file, order] = process.argv;
const bytes = new TextEncoder().encode(order);
const start = performance.now();
const { verdict } = await import(file);
const ok = verdict(bytes);
const elapsed = performance.now() - start;
if (!ok) throw new Error("the order was refused");
console.log(elapsed);
`;

async function once(file, order) {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", SCRIPT, file, order]);
  return Number(stdout);
}

/** Prints the medians of so many starts, taken in turns. */
export async function cold(candidates, starts) {
  const order = new TextDecoder().decode(make("4 KB").bytes);
  const samples = Object.fromEntries(candidates.map(({ name }) => [name, { installed: [], bundled: [] }]));
  for (let start = 0; start < starts; start += 1) {
    for (const { name, installed, bundled } of candidates) {
      samples[name].installed.push(await once(installed, order));
      samples[name].bundled.push(await once(bundled, order));
    }
  }
  const ours = Object.values(samples.edgepost).map(median);
  const rows = Object.entries(samples).map(([name, forms]) => {
    const [installed, bundled] = Object.values(forms).map(median);
    const ratios = [installed / ours[0], bundled / ours[1]].map((ratio) => `${fixed(ratio, 2)}`);
    return [name, fixed(installed), ratios[0], fixed(bundled), ratios[1]];
  });
  print(`Cold start: import and first verdict, milliseconds, median of ${starts} fresh processes (not gated)`,
    ["", "as installed", "to ours", "as one file", "to ours"], rows,
    ["Ours reads and compiles the wasm; ajv compiles the schema, unless it was compiled ahead at build time."]);
}
