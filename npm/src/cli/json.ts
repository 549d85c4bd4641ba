import { validate } from "../index.node.js";
import type { Issue, Mode, OperationName } from "../types.js";
import { Failure } from "./failure.js";
import type { Finding } from "./findings.js";
import { guessOperation, isRecipient, TAKES_RECIPIENT } from "./guess.js";
import { itemsOf, Lines, locate } from "./locate.js";

/** What was found in a JSON file. */
export interface Checked {
  findings: Finding[];
  /** Of a list of recipients. */
  rows?: number | undefined;
  /** Of one input. */
  operation?: OperationName | undefined;
  /** Nobody named it. */
  isGuessed?: boolean | undefined;
}

export interface JsonOptions {
  mode?: Mode | undefined;
  operation?: OperationName | undefined;
  /** Of recipients that name none. */
  country?: string | undefined;
}

/** What is about the text itself, whatever it says. */
export const SYNTAX: ReadonlySet<string> = new Set<string>(["invalid_json", "invalid_utf8", "byte_order_mark", "too_deep"]);

/** Checks an input of an operation, or a list of recipients. */
export function checkJson(name: string, bytes: Uint8Array, options: JsonOptions): Checked {
  const syntax = validate("pieterpost.get_order", bytes).issues.filter(({ code }) => SYNTAX.has(code));
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).replace(/^\ufeff/, " ");
  if (syntax.some(({ severity }) => severity === "error")) return { findings: syntax.map((issue) => placed(issue)) };
  const value = JSON.parse(text) as unknown;
  if (Array.isArray(value)) return checkList(text, syntax, options);
  if (typeof value !== "object" || value === null) throw new Failure(`${name} holds neither an object nor a list of recipients.`);
  if (options.operation === undefined && isRecipient(value)) return { findings: [...syntax.map(placed), ...checkOne(text, options)].sort(byLine), rows: 1, isGuessed: true };
  const operation = options.operation ?? guessOperation(value);
  if (operation === undefined) throw new Failure(`What ${name} is for cannot be told by its members: name it with --operation.`);
  const { issues } = validate(operation, bytes, { mode: options.mode });
  const spots = locate(text, issues.map(({ path }) => path));
  const findings = issues.map((issue): Finding => ({ ...placed(issue), ...spots.get(issue.path) }));
  return { findings: findings.sort(byLine), operation, isGuessed: options.operation === undefined };
}

/** A recipient by itself. */
function checkOne(text: string, options: JsonOptions): Finding[] {
  const issues = issuesOf(text.slice(text.indexOf("{")), options);
  const spots = locate(text, issues.map(({ path }) => path));
  return issues.map((issue) => ({ ...placed(issue), ...spots.get(issue.path) }));
}

/** An issue of what stands elsewhere, with its fix. */
export function moved(issue: Issue, from: string, to: string): Issue {
  const path = (pointer: string) => pointer.replace(from, to);
  const fix = issue.fix?.map((change) => ({ ...change, path: path(change.path), ...("from" in change && { from: path(change.from) }) }));
  return { ...issue, path: path(issue.path), ...(fix && { fix }) };
}

/** What is wrong with a recipient that stands in a text. */
function issuesOf(item: string, { mode = "lenient", country }: JsonOptions): Issue[] {
  const { issues } = validate(TAKES_RECIPIENT, `{"recipient":${withCountry(item, country)}}`, { mode });
  return issues.map((issue) => moved(issue, "/recipient", ""));
}

/** Each recipient of a list, as it stands in the text. */
function checkList(text: string, syntax: Issue[], options: JsonOptions): Checked {
  const findings = syntax.map((issue) => placed(issue));
  const lines = new Lines(text);
  let rows = 0;
  for (const [start, end] of itemsOf(text)) {
    const item = text.slice(start, end);
    lines.to(start);
    const issues = issuesOf(item, options);
    const spots = issues.length > 0 ? locate(item, issues.map(({ path }) => path)) : undefined;
    for (const issue of issues) {
      const { path } = issue;
      const spot = spots?.get(path) ?? { line: 1, column: 1 };
      const column = spot.line === 1 ? start - lines.start + spot.column : spot.column;
      findings.push({ ...moved(issue, "", `/${rows}`), where: `/${rows}${path}`, line: lines.line + spot.line - 1, column });
    }
    rows += 1;
  }
  return { findings: findings.sort(byLine), rows };
}

/** A recipient with the country of the list, where it has none of its own. */
export function withCountry(item: string, country: string | undefined): string {
  if (country === undefined || !item.startsWith("{") || Object.hasOwn(JSON.parse(item) as object, "country")) return item;
  const isEmpty = /^\{\s*\}$/.test(item);
  return `{"country":${JSON.stringify(country)}${isEmpty ? "" : ","}${item.slice(1)}`;
}

/** The place of an issue that says its own. */
function placed(issue: Issue): Finding {
  const { line, column } = issue.params ?? {};
  return { ...issue, where: issue.path || "the whole", ...(typeof line === "number" && typeof column === "number" ? { line, column } : {}) };
}

const byLine = (one: Finding, other: Finding): number => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
