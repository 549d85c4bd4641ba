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
  let last;
  for (let index = 0; index < processes; index += 1) {
    const { stdout } = await run(process.execPath, [CASE, JSON.stringify(options)], { maxBuffer: 1 << 26 });
    last = JSON.parse(stdout);
    for (const [line, samples] of Object.entries(last.samples)) {
      pooled[line] ??= {};
      for (const [name, values] of Object.entries(samples)) (pooled[line][name] ??= []).push(...values);
    }
  }
  const medians = {};
  for (const [line, all] of Object.entries(pooled)) {
    medians[line] = Object.fromEntries(Object.entries(all).map(([name, values]) => [name, median(values)]));
  }
  const { faulty, accents } = options;
  const gate = accents ? undefined : faulty ? GATES.faulty : GATES.valid;
  const { fromBytes } = medians;
  return { ...options, ...last, medians, gate, ratio: fromBytes[GATED_PEER] / fromBytes.edgepost };
}

function label({ size, bytes, vendor, accents }) {
  return `${accents ? "accents" : size} (${bytes} bytes), ${vendor ? "vendor's" : "table's"} order`;
}

/** Rows of microseconds and how ours compares. Where a line has none of ours, what ours always does stands for it. */
function rows(cases, line, gated) {
  return cases.map((one) => {
    const found = { edgepost: one.medians.fromBytes.edgepost, ...one.medians[line] };
    const cells = [label(one), ...NAMES.map((name) => fixed(found[name])), times(found[GATED_PEER] / found.edgepost)];
    if (!gated) return cells;
    const verdict = one.ratio < one.gate ? `below ${one.gate}` : `at least ${one.gate}`;
    return [...cells, one.gate === undefined ? "not gated" : verdict];
  });
}

function show(title, cases, line, { gated = false, notes } = {}) {
  const header = ["microseconds, median", ...NAMES, "ajv tuned / ours", ...(gated ? ["gate"] : [])];
  print(title, header, rows(cases, line, gated), notes);
}

function showErrors({ errors }) {
  const row = (title, index) => [title, ...NAMES.map((name) => errors[name][index])];
  print("What is found of the eleven mistakes", ["", ...NAMES], [row("mistakes found", 0), row("errors reported", 1)], [
    "ajv reports one mistake several times: at every branch of anyOf and if/then.",
  ]);
}

/** Measures and prints; returns a sentence for each gate that does not hold. */
export async function speed({ rounds, processes }) {
  const cases = [];
  for (const faulty of [false, true]) {
    for (const size of Object.keys(SIZES)) {
      for (const vendor of [false, true]) cases.push(await measure({ size, faulty, vendor, rounds }, processes));
    }
    if (!faulty) cases.push(await measure({ accents: true, faulty, vendor: false, rounds }, processes));
  }
  const [valid, faulty] = [false, true].map((kind) => cases.filter((one) => one.faulty === kind));

  show(`Valid orders, bytes to verdict and bytes (gated: at least ${GATES.valid} times the tuned ajv pipeline)`, valid,
    "fromBytes", { gated: true, notes: [
      "Ours: build(), whose bytes are in the table's order.",
      "Peers: TextDecoder, JSON.parse, schema, JSON.stringify, TextEncoder; the order of members stays as it was.",
      "accents: in French to five countries of Europe, so beyond ASCII everywhere.",
    ] });
  show(`Eleven mistakes, bytes to verdict (gated: at least ${GATES.faulty} times the tuned ajv pipeline)`, faulty,
    "fromBytes", { gated: true, notes: [
      "Ours: validate(), every issue with message, hint and fix. Peers: as above, JSON.stringify included.",
    ] });
  show("Eleven mistakes, bytes to report: the peers do not write the order again (not gated)", faulty, "reportOnly");
  show("Valid orders, JavaScript object to verdict and JSON text (not gated)", valid, "fromObject", { notes: [
    "Ours writes the object as JSON first and reads that; the peers look at the object itself.",
  ] });
  show("Eleven mistakes, JavaScript object to report (not gated)", faulty, "fromObject");
  showErrors(faulty[0]);

  return cases
    .filter(({ ratio, gate }) => ratio < gate)
    .map((one) => {
      const kind = one.faulty ? "with eleven mistakes" : "valid";
      return `${label(one)}, ${kind}: ${times(one.ratio)} the tuned ajv pipeline, below ${one.gate}x.`;
    });
}
