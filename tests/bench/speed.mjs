// Bytes in, verdict and canonical bytes out, beside the peers. The only place where speed is judged.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SIZES } from "./orders.mjs";
import { fixed, median, print, times } from "./table.mjs";

const CASE = fileURLToPath(new URL("speed-case.mjs", import.meta.url));
const run = promisify(execFile);

/** How many times as fast as a peer we have to be, at least, for each kind of figure. */
export const GATES = {
  valid: { "ajv tuned": 1.7, zod: 2.3, valibot: 2.3 },
  faulty: { "ajv tuned": 1.25 },
  // At most 1.3 times the time.
  object: { zod: 1 / 1.3 },
};
const NAMES = ["edgepost", "ajv tuned", "ajv default", "zod", "valibot"];
/** The peers beside whom a ratio stands. */
const COMPARED = ["ajv tuned", "zod", "valibot"];

/** The gates of a line of a case. Orders that go abroad have none: the peers look at no country but the United States. */
function gatesOf(line, { accents, faulty }) {
  if (accents) return {};
  if (line === "fromBytes") return faulty ? GATES.faulty : GATES.valid;
  return line === "fromObject" && !faulty ? GATES.object : {};
}

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
  return { ...options, ...last, medians };
}

function label({ size, bytes, vendor, accents }) {
  return `${accents ? "accents" : size} (${bytes} bytes), ${vendor ? "vendor's" : "table's"} order`;
}

/** How many times as fast as each peer we are. Where a line has none of ours, what ours always does stands for it. */
function ratios(one, line) {
  const found = { edgepost: one.medians.fromBytes.edgepost, ...one.medians[line] };
  return { found, ratioTo: (name) => found[name] / found.edgepost };
}

/** A sentence for each gate of a line that does not hold. */
function tooSlow(one, line) {
  const { ratioTo } = ratios(one, line);
  const kind = `${one.faulty ? "with eleven mistakes" : "valid"}, ${line === "fromBytes" ? "from bytes" : "from an object"}`;
  return Object.entries(gatesOf(line, one))
    .filter(([name, least]) => !(ratioTo(name) >= least))
    .map(([name, least]) => `${label(one)}, ${kind}: ${times(ratioTo(name))} as fast as ${name}, below ${times(least)}.`);
}

function show(title, cases, line, notes) {
  const isGated = cases.some((one) => Object.keys(gatesOf(line, one)).length > 0);
  const rows = cases.map((one) => {
    const { found, ratioTo } = ratios(one, line);
    const cells = [label(one), ...NAMES.map((name) => fixed(found[name])), ...COMPARED.map((name) => times(ratioTo(name)))];
    if (!isGated) return cells;
    const has = Object.keys(gatesOf(line, one)).length > 0;
    return [...cells, !has ? "not gated" : tooSlow(one, line).length > 0 ? "TOO SLOW" : "holds"];
  });
  const header = ["microseconds, median", ...NAMES, ...COMPARED.map((name) => `to ${name}`), ...(isGated ? ["gate"] : [])];
  print(title, header, rows, notes);
}

const described = (gates) => Object.entries(gates).map(([name, least]) => `${fixed(least, 2)} times ${name}`).join(", ");

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

  show(`Valid orders, bytes to verdict and bytes (gated: at least ${described(GATES.valid)})`, valid, "fromBytes", [
    "Ours: build(), whose bytes are in the table's order.",
    "Peers: TextDecoder, JSON.parse, schema, JSON.stringify, TextEncoder; the order of members stays as it was.",
    "accents: in French to five countries of Europe, so beyond ASCII everywhere.",
    "Ours holds states and postal codes against their country; the peers only look at those of the United States.",
  ]);
  show(`Eleven mistakes, bytes to verdict (gated: at least ${described(GATES.faulty)})`, faulty, "fromBytes", [
    "Ours: validate(), every issue with message, hint and fix. Peers: as above, JSON.stringify included.",
  ]);
  show("Eleven mistakes, bytes to report: the peers do not write the order again (not gated)", faulty, "reportOnly");
  show(`Valid orders, JavaScript object to verdict and JSON text (gated: at least ${described(GATES.object)})`, valid,
    "fromObject", ["Ours writes the object as JSON first and reads that; the peers look at the object itself."]);
  show("Eleven mistakes, JavaScript object to report (not gated)", faulty, "fromObject");
  showErrors(faulty[0]);

  return cases.flatMap((one) => ["fromBytes", "fromObject"].flatMap((line) => tooSlow(one, line)));
}
