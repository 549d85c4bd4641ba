import { EXIT } from "./failure.js";
import { Counts, Table, type Finding } from "./findings.js";
import type { ProgressLine } from "./progress.js";
import { counted, jsonText, painter, print, visible } from "./terminal.js";

/** What is known at the end. */
export interface Summary {
  file: string;
  format: "csv" | "json";
  rows?: number | undefined;
  operation?: string | undefined;
  columns?: readonly object[] | undefined;
}

/** Where the findings of a check go, as they come. */
export interface Report {
  note(text: string): Promise<void>;
  add(findings: readonly Finding[]): Promise<void>;
  /** @returns the exit code */
  end(summary: Summary): Promise<number>;
}

/** For a person: a table, and the counts below it. */
export function tableReport(stream: NodeJS.WriteStream, progress?: ProgressLine): Report {
  const paint = painter(stream.isTTY);
  const table = new Table(paint, stream.isTTY ? stream.columns : undefined);
  const counts = new Counts();
  const say = async (text: string) => {
    if (text === "") return;
    progress?.clear();
    await print(text, stream);
  };
  return {
    note: (text) => say(`${paint("dim", visible(text))}\n`),
    async add(findings) {
      counts.add(findings);
      await say(table.add(findings));
    },
    async end({ file, rows, operation }) {
      const what = rows === undefined ? `${file}${operation ? `, as ${operation}` : ""}` : counted(rows, "row");
      const look = counts.error > 0 ? "red" : counts.warning > 0 ? "yellow" : "bold";
      await say(`${paint(look, counts.toString())} in ${visible(what)}.\n`);
      return counts.error > 0 ? EXIT.errors : EXIT.ok;
    },
  };
}

/** For a program: one object, an issue in each line. It is written as it grows, and is whole only at the end. */
export function jsonReport(stream: NodeJS.WriteStream): Report {
  const counts = new Counts();
  let isStarted = false;
  const start = () => (isStarted ? ",\n" : ((isStarted = true), '{"issues":[\n'));
  return {
    note: async () => {},
    async add(findings) {
      counts.add(findings);
      const lines = findings.map(({ where, ...issue }) => `${start()}${jsonText(issue)}`);
      if (lines.length > 0) await print(lines.join(""), stream);
    },
    async end(summary) {
      const { error: errors, warning: warnings, info: notes } = counts;
      const rest = jsonText({ ok: errors === 0, errors, warnings, notes, ...summary });
      await print(`${isStarted ? "\n" : '{"issues":['}],${rest.slice(1)}\n`, stream);
      return errors > 0 ? EXIT.errors : EXIT.ok;
    },
  };
}
