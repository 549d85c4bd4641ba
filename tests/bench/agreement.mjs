// Whether the peers check what we check: every vector through each peer's schema, verdict against verdict.
import jsonPatch from "fast-json-patch";
import { validate } from "edgepost";
import { allVectors } from "../support/vectors.mjs";
import { print } from "./table.mjs";

const OPERATION = "pieterpost.create_checkout_link";
const VARIABLES = "a variable without a value: JSON Schema cannot tie a list to the names of members";

/** Why a peer's verdict is another, by rule. */
const WHY = {
  "PL-001": "a schema could list the names of countries, and these do not",
  "PL-002": "a schema could hold 181 patterns by country, and these do not",
  "PP-024": "null in an optional member: refused there, left out with a warning here",
  "PP-047": "lengths in code points there, in UTF-16 code units here",
  "PP-048": "nobody merges there, so a merged letter has no length",
  "PP-067": VARIABLES,
  "PP-074": VARIABLES,
  "PP-076": VARIABLES,
  "PP-077": VARIABLES,
  "PP-078": VARIABLES,
};

/** Inputs with our verdict: `{ rules, input, ok }`. Those that read something else in mode lenient are left out. */
function cases({ examples, faulty }) {
  const good = Object.values(examples).map(({ input }) => ({ rules: [], input, ok: true }));
  const others = faulty
    .filter(({ mode }) => mode !== "lenient")
    .map(({ of, patch, rules, issues }) => {
      const base = examples[of].input;
      const input = jsonPatch.applyPatch(structuredClone(base), patch).newDocument;
      const ok = !issues.some(([severity]) => severity === "error");
      return { rules, input, ok, same: JSON.stringify(base) === JSON.stringify(input) };
    });
  return [...good, ...others.filter(({ same }) => !same)];
}

function differences(all, check) {
  return all.filter(({ input, ok }) => check(input).ok !== ok);
}

/** What JSON.parse and a schema make of texts that JSON readers trip over. */
function onTexts(texts, check) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const differing = {};
  for (const { text, base64, issues } of texts) {
    const bytes = text === undefined ? Buffer.from(base64, "base64") : new TextEncoder().encode(text);
    let ok;
    try {
      ok = check(JSON.parse(decoder.decode(bytes))).ok;
    } catch {
      ok = false;
    }
    const error = issues.find(([severity]) => severity === "error");
    if (ok !== (error === undefined)) {
      const code = error?.[1] ?? issues[0]?.[1] ?? "none";
      differing[code] = (differing[code] ?? 0) + 1;
    }
  }
  return differing;
}

/** Prints how far the peers agree. */
export function agreement(peers) {
  const vectors = allVectors().operations[OPERATION];
  const all = cases(vectors);
  const own = differences(all, (input) => validate(OPERATION, input));
  if (own.length > 0) throw new Error(`Our own verdict differs from the vectors: ${own.map(({ rules }) => rules)}`);
  const reasons = {};
  const rows = peers.map(({ name, check }) => {
    const differing = differences(all, check);
    const rules = differing.map(({ rules: [rule] }) => {
      (reasons[WHY[rule] ?? "not explained"] ??= new Set()).add(rule);
      return rule;
    });
    return [name, `${all.length - differing.length} of ${all.length}`, rules.join(" ") || "nothing"];
  });
  const notes = Object.entries(reasons).map(([reason, rules]) => `${[...rules].join(", ")}: ${reason}.`);
  print("Agreement with the vectors, verdict against verdict", ["schema", "agrees", "differs on"], rows, notes);

  const readings = peers.map(({ name, check }) => {
    const differing = onTexts(vectors.text, check);
    const count = Object.values(differing).reduce((sum, number) => sum + number, 0);
    const list = Object.entries(differing).map(([code, number]) => `${code} (${number})`);
    const agrees = `${vectors.text.length - count} of ${vectors.text.length}`;
    return [name, agrees, list.join(", ") || "nothing"];
  });
  const title = "Agreement on texts that JSON readers trip over, after JSON.parse";
  print(title, ["schema", "agrees", "differs on"], readings, [
    "JSON.parse lets members that stand twice and halves of characters pass; no schema gets to see them.",
  ]);
}
