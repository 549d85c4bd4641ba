import { joined, NOTHING, parse, utf8 } from "./bytes.js";
import { operations } from "./generated/types.js";
import * as wasm from "./generated/wasm/reader.js";
import { checked, invalidOption, MODE, WHOSE } from "./options.js";
import { index } from "./reader.js";
import type { CsvSource, Issue, RecipientBatch, RecipientList, RecipientsOptions } from "./types.js";

/** How much is read in one go. The wasm's memory never shrinks, and follows the largest piece. */
const PIECE = 1 << 18;
/** So many recipients are known again; a Map takes no more than some 16 million. */
const MOST_SEEN = 10_000_000;

/**
 * Recipients from CSV (RFC 4180), every row with its line and every issue with line, column and byte. No row is lost and
 * none invented; a row whose cells do not line up with the header has an empty recipient. Never throws on bad input.
 *
 * @param csv the text of a file, or its bytes
 * @throws EdgepostError with code `invalid_options`
 */
export function recipients(csv: string | Uint8Array, options?: RecipientsOptions): RecipientList {
  const reader = new Reader(options);
  const bytes = bytesOf(csv);
  if (!bytes) return noText(csv);
  const all: RecipientList = { ok: true, rows: [], columns: [], issues: [] };
  for (let [at, size] = [0, PIECE]; ; ) {
    const isLast = at + size >= bytes.length;
    const [list, taken] = reader.read(bytes.subarray(at, at + size), isLast, all.rows.length);
    all.ok &&= list.ok;
    if (list.columns[0]) all.columns = list.columns;
    for (const row of list.rows) all.rows.push(row);
    for (const issue of list.issues) all.issues.push(issue);
    if (isLast) return all;
    at += taken;
    // A row may be longer.
    size = taken > 0 ? PIECE : size * 2;
  }
}

/**
 * The same for files of any size: gives the recipients in batches, in memory that does not grow with the file but for
 * twelve to fifty bytes a row, by which the same recipient is told again. Lines and offsets count from the start of the
 * file, paths from the start of the batch.
 *
 * @param source a stream, a `Blob`, or whatever else gives text or bytes piece by piece
 * @throws EdgepostError with code `invalid_options`; whatever the source throws
 */
export async function* recipientBatches(source: CsvSource, options?: RecipientsOptions): AsyncGenerator<RecipientBatch, void, undefined> {
  const reader = new Reader(options);
  let [kept, size, need, half]: [Uint8Array[], number, number, string] = [[], 0, PIECE, ""];
  let wrong: RecipientList | undefined;
  for await (const piece of pieces(source)) {
    // Text may be cut within a character.
    const text = typeof piece === "string" ? half + piece : undefined;
    if (text !== undefined) half = /[\ud800-\udbff]$/.exec(text)?.[0] ?? "";
    const bytes = bytesOf(text?.slice(0, text.length - half.length) ?? piece);
    if (!bytes) {
      wrong = noText(piece);
      break;
    }
    kept.push(bytes);
    size += bytes.length;
    if (size < need) continue;
    let rest = joined(kept);
    while (rest.length >= need) {
      const [list, taken] = reader.read(rest.subarray(0, need), false, 0);
      if (list.rows[0] ?? list.issues[0]) yield list;
      // What cannot be read was said.
      if (taken > 0 && !list.columns[0]) return;
      rest = rest.subarray(taken);
      need = taken > 0 ? PIECE : need * 2;
    }
    // A copy: what was read need not be kept.
    [kept, size] = [[rest.slice()], rest.length];
  }
  const end = utf8(half);
  const [list] = reader.read(joined([...kept, end]), !wrong, 0);
  if (list.rows[0] ?? list.issues[0]) yield list;
  if (wrong) yield { ...wrong, bytes: list.bytes };
}

/** Reads a file piece by piece. */
class Reader {
  #about: [how: number, delimiter: number, said: Uint8Array];
  #state: Uint8Array = NOTHING;
  /** In which line each recipient was met first, by 53 bits of the wasm's 64, which a number holds exactly. */
  #seen = new Map<number, number>();
  #bytes = 0;

  constructor(options: RecipientsOptions | undefined) {
    index(operations[0]);
    const { mode, provider, country, delimiter, columns } = checked(options, [
      MODE,
      WHOSE,
      ["country", "string", "a country's name or code"],
      ["delimiter", "string", "a comma, a semicolon, a tab or |", /^[,;\t|]$/],
      ["columns", "object", "an object"],
    ]);
    for (const [header, member] of Object.entries(columns ?? {})) {
      if (typeof (member ?? "") !== "string") throw invalidOption(`columns.${header}`, member, "a member's name or null");
    }
    const said = [country ?? "", ...Object.entries(columns ?? {}).flat()].map((word) => (word ?? "").replaceAll("\0", " "));
    this.#about = [(mode === "strict" ? 0 : 1) + (provider === "postalform" ? 2 : 0), (delimiter ?? ",").charCodeAt(0), utf8(said.join("\0"))];
  }

  /** The rows that are complete, and how many bytes were taken. `first` is the number of the first row in the paths. */
  read(bytes: Uint8Array, isLast: boolean, first: number): [RecipientBatch, number] {
    const frame = wasm.recipients(this.#state, bytes, isLast, first, ...this.#about);
    const view = new DataView(frame.buffer, frame.byteOffset);
    const number = (at: number) => view.getUint32(at, true);
    const [taken, json] = [number(0), 12 + number(4)];
    let at = json + number(8);
    this.#state = frame.slice(json, at);
    const list = parse<RecipientBatch>(frame.subarray(12, json));
    // Only here it is known who was there before; the words are the wasm's.
    const again = list.issues.pop() as Issue;
    list.bytes = this.#bytes += taken;
    list.rows.forEach((row, index) => {
      row.customFields = row.recipient.customFields ?? {};
      const recipient = number(at) + (number(at + 4) & 0x1fffff) * 2 ** 32;
      const line = this.#seen.get(recipient);
      // 0 is nobody: a row without a recipient.
      if (line === undefined && recipient > 0 && this.#seen.size < MOST_SEEN) this.#seen.set(recipient, row.line);
      if (line !== undefined) {
        list.issues.push({
          ...again,
          path: `/rows/${first + index}/recipient`,
          message: again.message.replace("0", `${line}`),
          params: { ...again.params, first: line },
          line: row.line,
          offset: view.getFloat64(at + 8, true),
        });
      }
      at += 16;
    });
    list.issues.sort((one, other) => one.line - other.line);
    return [list, taken];
  }
}

function bytesOf(csv: unknown): Uint8Array | undefined {
  // Not in the kept buffer, which would stay as large as the file.
  if (typeof csv === "string") return utf8(csv);
  return csv instanceof Uint8Array ? csv : undefined;
}

function noText(csv: unknown): RecipientList {
  const message = `The CSV has to be text or a Uint8Array, not of the type ${typeof csv}.`;
  const hint = "recipientBatches() takes a Blob or a stream.";
  return { ok: false, rows: [], columns: [], issues: [{ path: "", code: "invalid_type", severity: "error", message, hint, line: 1 }] };
}

async function* pieces(source: unknown): AsyncGenerator<unknown, void, undefined> {
  const from = source instanceof Blob ? source.stream() : source;
  if (typeof from !== "object" || from === null || from instanceof Uint8Array) return yield from;
  if (Symbol.asyncIterator in from || Symbol.iterator in from) return yield* from as AsyncIterable<unknown>;
  if (!("getReader" in from)) return yield from;
  // Not every browser's streams are iterable.
  const reader = (from as ReadableStream<unknown>).getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}
