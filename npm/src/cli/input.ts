import { open } from "node:fs/promises";
import { Failure } from "./failure.js";

/** A file, or what comes through a pipe. It can be read once. */
export interface Input {
  /** As a person would say it. */
  name: string;
  format: "csv" | "json";
  /** Not known of a pipe. */
  size: number | undefined;
  chunks: AsyncIterable<Uint8Array>;
}

const HEAD = 512;
/** JSON has to be whole to be read, and is a text in memory then. */
const MOST_AT_ONCE = 256 * 1024 ** 2;
const ADVICE = { list: 'Save it as "CSV UTF-8", or as JSON.', text: "Save it as text in UTF-8." };

/** How files start that look like a list of recipients to a person only. */
const OTHERS: [start: string, what: string][] = [
  ["PK\u0003\u0004", "a spreadsheet or another ZIP file"],
  ["\u00d0\u00cf\u0011\u00e0", "an old spreadsheet (XLS)"],
  ["%PDF-", "a PDF document"],
  ["\u0089PNG", "a picture (PNG)"],
  ["\u00ff\u00d8\u00ff", "a picture (JPEG)"],
  ["\u001f\u008b", "compressed with gzip"],
  ["\u00ff\u00fe", "in UTF-16"],
  ["\u00fe\u00ff", "in UTF-16"],
];

/** Why a file cannot be read. */
function reason(name: string, error: unknown): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return new Failure(`There is no file ${name}.`);
  if (code === "EISDIR") return new Failure(`${name} is a directory: name a file in it.`);
  if (code === "EACCES" || code === "EPERM") return new Failure(`${name} must not be read: its permissions forbid it.`);
  return new Failure(`${name} cannot be read: ${message}`);
}

/** Opens a file; `-` is what comes through the pipe. Its format is told by its name, or else by how it starts. */
export async function openInput(file: string, kind: "list" | "text" = "list"): Promise<Input> {
  const name = file === "-" ? "the standard input" : file;
  if (file === "-" && process.stdin.isTTY) throw new Failure("Nothing comes through a pipe: give a file, or `... | npx edgepost check -`.");
  const opened = file === "-" ? { chunks: process.stdin, size: undefined } : await openFile(file);
  const source = readable(name, opened.chunks);
  const first = await source.next();
  const start = first.done ? new Uint8Array(0) : first.value;
  async function* chunks() {
    if (!first.done) yield first.value;
    yield* source;
  }
  return { name, format: format(file, name, start.subarray(0, HEAD), kind), size: opened.size, chunks: chunks() };
}

async function openFile(file: string): Promise<{ chunks: AsyncIterable<Uint8Array>; size: number | undefined }> {
  try {
    const handle = await open(file);
    const about = await handle.stat();
    if (about.isDirectory()) {
      await handle.close();
      throw Object.assign(new Error(), { code: "EISDIR" });
    }
    return { chunks: handle.createReadStream({ highWaterMark: 256 * 1024 }), size: about.isFile() ? about.size : undefined };
  } catch (error) {
    throw reason(file, error);
  }
}

async function* readable(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw reason(name, error);
  }
}

function format(file: string, name: string, head: Uint8Array, kind: "list" | "text"): Input["format"] {
  const start = String.fromCharCode(...head);
  const other = OTHERS.find(([sign]) => start.startsWith(sign));
  if (other) throw new Failure(`${name} is ${other[1]}. ${ADVICE[kind]}`);
  if (start.includes("\0")) throw new Failure(`${name} is no text: it holds NUL bytes. ${ADVICE[kind]}`);
  if (/\.json$/i.test(file)) return "json";
  if (/\.(csv|tsv|txt)$/i.test(file)) return "csv";
  return /^(\u00ef\u00bb\u00bf)?\s*[{[]/.test(start) ? "json" : "csv";
}

/** All of an input at once. */
export async function wholeOf({ name, chunks }: Input): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MOST_AT_ONCE) throw new Failure(`${name} is larger than ${MOST_AT_ONCE / 1024 ** 2} MB: only CSV is read piece by piece.`);
    all.push(chunk);
  }
  return Buffer.concat(all);
}
