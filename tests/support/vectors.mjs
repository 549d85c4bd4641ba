// Loads the vectors, in Node.
import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../vectors/", import.meta.url);
const TABLES = ["faulty", "text", "canonical", "answers"];

const load = (path) => {
  try {
    return repeat(JSON.parse(readFileSync(new URL(path, FOLDER), "utf8")));
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
};

/** Writes out texts that are given as `{"$repeat": ["x", 6000]}`. */
function repeat(value) {
  if (Array.isArray(value)) return value.map(repeat);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value.$repeat)) return value.$repeat[0].repeat(value.$repeat[1]);
  // Not by assignment: a member may be called __proto__.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, repeat(member)]));
}

/** Everything, by operation, which has a dot in its name; `merge` beside the operations. */
export function allVectors() {
  const operations = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name.includes("."));
  const all = {};
  for (const { name } of operations) {
    const files = readdirSync(new URL(`${name}/`, FOLDER)).map((file) => file.replace(/\.json$/, ""));
    const examples = files.filter((file) => !TABLES.includes(file)).sort();
    all[name] = {
      examples: Object.fromEntries(examples.map((file) => [file, load(`${name}/${file}.json`)])),
      ...Object.fromEntries(TABLES.map((table) => [table, load(`${name}/${table}.json`)])),
    };
  }
  return { operations: all, merge: load("merge.json") };
}
