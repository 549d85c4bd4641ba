// Bytes in, verdict and canonical bytes out, beside the peers. The only place where speed is judged.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SIZES } from "./orders.mjs";
import { fixed, median, print, times } from "./table.mjs";

const CASE = fileURLToPath(new URL("speed-case.mjs", import.meta.url));
const run = promisify(execFile);

/** How many times faster than the tuned ajv pipeline we have to be, at least. */
export const GATES = { valid: 1.6, faulty: 1.2 };
const GATED_PEER = "ajv tuned";
const NAMES = ["edgepost", "ajv tuned", "ajv default", "zod", "valibot"];

/** The medians of a case, over several processes: no two compile alike. */
async function measure(options, processes) {
  const pooled = {};
  let bytes;
  let errors;
  for (let index = 0; index < processes; index += 1) {
    const { stdout } = await run(process.execPath, [CASE, JSON.stringify(options)], { maxBuffer: 1 << 26 });
    const found = JSON.parse(stdout);
    ({ bytes, errors } = found);
    for (const [line, samples] of Object.entries(found.samples)) {
      pooled[line] ??= {};
      for (const [name, values] of Object.entries(samples)) (pooled[line][name] ??= []).push(...values);
    }
  }
  const medians = Object.fromEntries(
    Object.entries(pooled).map(([line, all]) => [
      line,
      Object.fromEntries(Object.entries(all).map(([name, values]) => [name, median(values)])),
    ]),
  );
  return { ...options, bytes, errors, medians };
}

/** A row of microseconds, ours first, and how ours compares. `ours` is taken from another line where a line lacks it. */
function row({ size, vendor, bytes }, found, ours, gate) {
  const all = { ...found, edgepost: ours };
  const cells = NAMES.map((name) => fixed(all[name]));
  const ratio = all[GATED_PEER] / ours;
  const verdict = gate === undefined ? "" : ratio < gate ? `below ${gate}` : `at least ${gate}`;
  return [`${size} (${bytes} bytes), ${vendor ? "vendor's order" : "table's order"}`, ...cells, times(ratio), verdict];
}

const header = (gated) => ["microseconds, median", ...NAMES, "ajv tuned / ours", gated ? "gate" : ""];

/** Measures and prints; returns a sentence for each gate that does not hold. */
export async function speed({ rounds, processes }) {
  const cases = [];
  for (const faulty of [false, true]) {
    for (const size of Object.keys(SIZES)) {
      for (const vendor of [false, true]) cases.push(await measure({ size, faulty, vendor, rounds }, processes));
    }
  }
  const [valid, faulty] = [false, true].map((kind) => cases.filter((one) => one.faulty === kind));
  const rows = (some, line, gate) =>
    some.map((one) => row(one, one.medians[line], one.medians[line].edgepost ?? one.medians.fromBytes.edgepost, gate));

  print(`Valid orders, bytes to verdict and bytes (gated: at least ${GATES.valid} times the tuned ajv pipeline)`,
    header(true), rows(valid, "fromBytes", GATES.valid),
    ["Ours: build(). Peers: TextDecoder, JSON.parse, schema, JSON.stringify, TextEncoder. Ours come out in the table's order."]);
  print(`Eleven mistakes, bytes to verdict (gated: at least ${GATES.faulty} times the tuned ajv pipeline)`,
    header(true), rows(faulty, "fromBytes", GATES.faulty),
    ["Ours: validate(), every issue with message, hint and fix. Peers: as above, JSON.stringify included."]);
  print("Eleven mistakes, bytes to report only: the peers do not write the order again (not gated)",
    header(false), rows(faulty, "reportOnly"));
  print("Valid orders, JavaScript object to verdict and JSON text (not gated)", header(false), rows(valid, "fromObject"),
    ["Ours writes the object as JSON first and reads that; the peers look at the object itself."]);
  print("Eleven mistakes, JavaScript object to report (not gated)", header(false), rows(faulty, "fromObject"));
  print("What is found of the eleven mistakes", ["", ...NAMES],
    [["mistakes found", ...NAMES.map((name) => faulty[0].errors[name][0])], ["errors reported", ...NAMES.map((name) => faulty[0].errors[name][1])]],
    ["ajv reports one mistake several times: at every branch of anyOf and if/then."]);

  return cases.flatMap(({ size, vendor, faulty: kind, medians: { fromBytes } }) => {
    const gate = kind ? GATES.faulty : GATES.valid;
    const ratio = fromBytes[GATED_PEER] / fromBytes.edgepost;
    if (ratio >= gate) return [];
    const which = `${size} ${kind ? "with eleven mistakes" : "valid"}, ${vendor ? "vendor's" : "table's"} order`;
    return [`${which}: ${times(ratio)} the tuned ajv pipeline, below ${gate}x.`];
  });
}
