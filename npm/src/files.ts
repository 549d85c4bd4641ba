import { encode, parse } from "./bytes.js";
import { EdgepostError } from "./error.js";
import * as wasm from "./generated/wasm/files.js";
import type { FileKind, FileReport, InspectOptions } from "./types.js";

/** Most pictures show their size within so many bytes; no more than needed goes into the wasm. */
const FIRST = 65_536;

let started = false;

/** Called by the entry points once the wasm is there. */
export function start(module: wasm.SyncInitInput): void {
  if (!started) wasm.initSync({ module });
  started = true;
}

/** Whether the first call can be made. */
export function isReady(): boolean {
  return started;
}

/**
 * Says whether a file will do for its use, before it is uploaded: its type by what it holds, its size in bytes and in
 * pixels. Never throws on a bad file.
 *
 * @param bytes the file, or how it starts: an issue `head_too_short` says how much is needed where that was too little
 */
export function inspectFile(kind: FileKind, bytes: Uint8Array, options: InspectOptions = {}): FileReport {
  if (!started) {
    throw new EdgepostError("not_ready", 'Call `await ready()` once before the first call: import { ready } from "edgepost/files".');
  }
  if (!(bytes instanceof Uint8Array)) throw new TypeError("inspectFile takes a Uint8Array; inspectBlob takes a File or Blob.");
  const size = Math.max(options.size ?? 0, bytes.length);
  for (let end = FIRST; ; ) {
    const head = bytes.subarray(0, end);
    const report = parse<FileReport>(wasm.inspect(encode(kind), head, size));
    end = needed(report);
    if (end <= head.length || head.length === bytes.length) return report;
  }
}

/** The same for a `File` or `Blob`, of which only as much is read as is needed. */
export async function inspectBlob(kind: FileKind, blob: Blob): Promise<FileReport> {
  for (let end = FIRST; ; ) {
    const head = new Uint8Array(await blob.slice(0, end).arrayBuffer());
    const report = inspectFile(kind, head, { size: blob.size });
    end = needed(report);
    if (end <= head.length) return report;
  }
}

/** How much of the head is asked for; 0 where no more is. */
function needed({ issues }: FileReport): number {
  return Number(issues.find(({ code }) => code === "head_too_short")?.params?.["needed"] ?? 0);
}
