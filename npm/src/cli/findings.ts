import type { Issue, Severity } from "../types.js";
import { counted, padded, type Look, type Paint, visible, widthOf, wrapped } from "./terminal.js";

/** An issue, and where a person finds it. */
export interface Finding extends Issue {
  /** Counted from 1. */
  line?: number | undefined;
  /** The number of the character in the line, or of the column of a table, counted from 1. */
  column?: number | undefined;
  /** The column's header, or the member. */
  where: string;
}

const LOOKS: Record<Severity, Look> = { error: "red", warning: "yellow", info: "blue" };
/** `warning` is the longest. */
const SEVERITY = 7;
const LINE = 4;
const LONGEST_WHERE = 24;
const NARROWEST_TEXT = 30;
const GAP = "  ";

/** Findings by line, as a table that fits into the width of a terminal. Lines of a pipe are not broken. */
export class Table {
  private lineWidth = LINE;
  private whereWidth = 5;
  private lastLine: number | undefined;
  private isStarted = false;

  constructor(
    private readonly paint: Paint,
    private readonly width: number | undefined,
  ) {}

  /** More of the table. Its columns keep their width or grow: what comes is not known yet. */
  add(findings: readonly Finding[]): string {
    if (findings.length === 0) return "";
    for (const { line, where } of findings) {
      this.lineWidth = Math.max(this.lineWidth, String(line ?? "").length);
      this.whereWidth = Math.max(this.whereWidth, Math.min(LONGEST_WHERE, widthOf(visible(where))));
    }
    const head = this.isStarted ? "" : `${this.paint("bold", this.row("line", padded("kind", SEVERITY), "where", "finding").trimEnd())}\n`;
    this.isStarted = true;
    return head + findings.map((finding) => this.rows(finding)).join("");
  }

  private rows({ line, where, severity, message, hint, rule }: Finding): string {
    const isNew = line !== this.lastLine;
    this.lastLine = line;
    const room = this.width === undefined ? Infinity : Math.max(NARROWEST_TEXT, this.width - this.lineWidth - SEVERITY - this.whereWidth - 3 * GAP.length);
    const said = wrapped(visible(rule ? `${message} (${rule})` : message), room);
    const more = hint ? wrapped(visible(hint), room).map((text) => this.paint("dim", text)) : [];
    const [first = "", ...rest] = [...said, ...more];
    const number = isNew && line !== undefined ? String(line) : "";
    const severe = this.paint(LOOKS[severity], padded(severity, SEVERITY));
    // What does not fit beside the text stands above it.
    const place = visible(where);
    const isLong = widthOf(place) > this.whereWidth;
    const above = isLong ? this.row(number, severe, place, "") : "";
    const head = isLong ? this.row("", padded("", SEVERITY), "", first) : this.row(number, severe, place, first);
    return above + head + rest.map((text) => this.row("", padded("", SEVERITY), "", text)).join("");
  }

  private row(line: string, severity: string, where: string, text: string): string {
    return `${[line.padStart(this.lineWidth), severity, padded(where, this.whereWidth), text].join(GAP).trimEnd()}\n`;
  }
}

/** How many findings there are of each kind. */
export class Counts {
  error = 0;
  warning = 0;
  info = 0;

  add(findings: readonly { severity: Severity }[]): void {
    for (const { severity } of findings) this[severity] += 1;
  }

  /** `3 errors, 2 warnings`. */
  toString(): string {
    const all = [this.error > 0 && counted(this.error, "error"), this.warning > 0 && counted(this.warning, "warning"), this.info > 0 && counted(this.info, "note")];
    return all.filter(Boolean).join(", ") || "No findings";
  }
}
