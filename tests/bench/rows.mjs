// What lists are measured with: a CSV file of libraries, a fifth of them outside the United States, and a letter to them.
// Headers are the members' names, so that a peer's objects fit its schema as they are.
import { abroad, atHome } from "./orders.mjs";

export const ROWS = 10_000;
const COLUMNS = ["name", "streetAddress", "postalCode", "city", "state", "country", "greeting", "volume", "code"];

/** Every so many rows have a mistake in the file that has some. */
export const MISTAKE_EVERY = 20;
const MISTAKES = [
  (row) => (row.postalCode = "4321"),
  (row) => (row.city = ""),
  (row) => (row.state = "ZZ"),
  (row) => (row.name = "  "),
  (row) => (row.country = "Ruritania"),
];

export const TEMPLATE =
  "Dear {{greeting}},\n\nThank you for lending us volume {{volume}} of the atlas. Our readers have made much use of it. You " +
  'will find it enclosed, together with the receipt {{code}} for "insured return" that you asked for. Please write ' +
  "{{code}} on whatever you send back.\n\nWith kind regards,\nThe interlibrary desk\n";

function rowAt(index) {
  const recipient = index % 5 === 4 ? abroad(index) : atHome(index);
  const name = index % 10 === 0 ? `${recipient.name}, Reading Room` : recipient.name;
  const greeting = index % 10 === 1 ? `readers & colleagues of the "${name}"` : `colleagues of ${name}`;
  return { ...recipient, name, greeting, volume: String(1 + (index % 40)), code: `LOAN-${100_000 + index}` };
}

const cell = (text = "") => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The file's bytes. */
export function csv({ faulty = false } = {}) {
  const lines = [COLUMNS.join(",")];
  for (let index = 0; index < ROWS; index += 1) {
    const row = rowAt(index);
    // These are in the United States.
    if (faulty && index % MISTAKE_EVERY === 7) MISTAKES[Math.floor(index / MISTAKE_EVERY) % MISTAKES.length](row);
    lines.push(COLUMNS.map((column) => cell(row[column])).join(","));
  }
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n`);
}
