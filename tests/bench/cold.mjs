// From a fresh process to the first verdict: loading the module, making the validator, one order of 4 KB.
import { fileURLToPath } from "node:url";
import { inProcess } from "./memory.mjs";
import { make } from "./orders.mjs";
import { fixed, median, print } from "./table.mjs";

const CASE = fileURLToPath(new URL("cold-case.mjs", import.meta.url));
/** What part of the time that ajv takes to compile its schema and give a verdict ours may take, at the most. */
const GATE = 1 / 10;
const GATED_PEER = "ajv tuned";

async function once(file, order) {
  const { elapsed } = await inProcess(CASE, file, order);
  return elapsed;
}

/** Prints the medians of so many starts, taken in turns; returns a sentence for each gate that does not hold. */
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
  print(`Cold start: from before the import to the first verdict, milliseconds, median of ${starts} fresh processes ` +
    `(gated: a tenth of ${GATED_PEER})`,
    ["", "as installed", "to ours", "as one file", "to ours"], rows,
    [
      "Node's own start, its loader's included, counts for nobody.",
      "Ours reads and compiles the wasm; ajv compiles the schema, unless it was compiled ahead at build time.",
    ]);
  return Object.entries(samples[GATED_PEER]).flatMap(([form, values], index) => {
    const part = ours[index] / median(values);
    return part <= GATE ? [] : [`Cold start, ${form}: ${fixed(part, 3)} of the time of ${GATED_PEER}, above ${GATE}.`];
  });
}
