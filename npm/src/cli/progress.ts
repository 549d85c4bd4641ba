import { counted } from "./terminal.js";

const BAR = 24;
const EVERY_MS = 100;
/** What is over sooner needs no bar. */
const AFTER_MS = 300;
const SHIFT = 1024;
const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** How far a long work is: in bytes read, because nobody knows how many rows there are. */
export interface Progress {
  bytes: number;
  /** Not known of what comes through a pipe. */
  ofBytes?: number | undefined;
  rows: number;
}

/** One line of at most so many columns. */
export function bar({ bytes, ofBytes, rows }: Progress, width: number): string {
  const tail = counted(rows, "row");
  if (ofBytes === undefined || ofBytes <= 0) return `${size(bytes)}  ${tail}`.slice(0, width);
  // A file that grew meanwhile is not read to more than its end.
  const share = Math.min(1, bytes / ofBytes);
  const done = Math.floor(share * BAR);
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  return `[${"#".repeat(done)}${"-".repeat(BAR - done)}] ${percent} %  ${size(bytes)} of ${size(ofBytes)}  ${tail}`.slice(0, width);
}

/** `1.5 MB`. */
function size(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= SHIFT && unit < UNITS.length - 1) [amount, unit] = [amount / SHIFT, unit + 1];
  return `${unit === 0 ? amount : amount.toFixed(1)} ${UNITS[unit]}`;
}

/** The bar on a terminal; nothing elsewhere. */
export class ProgressLine {
  private shown = false;
  private last: number;

  constructor(
    private readonly stream: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write"> = process.stderr,
    private readonly now: () => number = Date.now,
  ) {
    this.last = now() + AFTER_MS - EVERY_MS;
  }

  show(progress: Progress): void {
    if (!this.stream.isTTY || this.now() - this.last < EVERY_MS) return;
    this.last = this.now();
    this.shown = true;
    this.stream.write(`\r\u001b[K${bar(progress, (this.stream.columns || 80) - 1)}`);
  }

  /** Takes the bar away, so that something else can be written. */
  clear(): void {
    if (this.shown) this.stream.write("\r\u001b[K");
    this.shown = false;
  }
}
