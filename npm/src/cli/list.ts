import { Option, type Command } from "commander";
import { recipientBatches, validate } from "../index.node.js";
import type { ColumnMember, Issue, Mode, Recipient, RecipientList, RecipientsOptions } from "../types.js";
import { Failure } from "./failure.js";
import type { Finding } from "./findings.js";
import { TAKES_RECIPIENT } from "./guess.js";
import { wholeOf, type Input } from "./input.js";
import { checkJson, moved, SYNTAX, withCountry } from "./json.js";
import { itemsOf, Lines } from "./locate.js";
import { ProgressLine } from "./progress.js";

/** What may be said about a list of recipients, on the command line. */
export interface ListOptions {
  country?: string;
  columns?: Columns;
  delimiter?: Delimiter;
  mode?: Mode;
  provider?: Provider;
}

/** Adds them to a command. `usual` is the mode if nothing is said. */
export function withListOptions(command: Command, usual: string): Command {
  return command
    .option("--country <country>", "the country of recipients that name none, by English name or ISO code", country)
    .option("--columns <pairs>", "what the columns of a CSV file are, such as \"Zip=postalCode,Code=customFields.code\"; a header without a member is left out", pairs)
    .option("--delimiter <character>", "what stands between the cells of a CSV file; a comma, if nothing is said; `tab` is one", delimiter)
    .addOption(new Option("--mode <mode>", `how strict to be: as a request needs it, or as a preview may have it; ${usual}, if nothing is said`).choices(["strict", "lenient"]));
}

/** Adds whose list it is to a command, where that makes a difference. */
export function withProvider(command: Command): Command {
  return command.addOption(new Option("--provider <provider>", "whose recipients a CSV file has; of PostalForm's no column is guessed").choices(["pieterpost", "postalform"]).default("pieterpost"));
}

type Provider = NonNullable<RecipientsOptions["provider"]>;
type Columns = NonNullable<RecipientsOptions["columns"]>;
type Delimiter = NonNullable<RecipientsOptions["delimiter"]>;

const MEMBERS = ["name", "streetAddress", "street", "number", "extra", "postalCode", "city", "state", "country"] satisfies ColumnMember[];
const DELIMITERS: Record<string, Delimiter> = { ",": ",", ";": ";", "|": "|", "\t": "\t", "\\t": "\t", tab: "\t" };

function pairs(written: string, before: Columns = {}): Columns {
  const found: Record<string, Columns[string]> = { ...before };
  for (const pair of written.split(",")) {
    const at = pair.lastIndexOf("=");
    if (at <= 0) throw new Failure(`--columns takes pairs of a header and a member, such as Zip=postalCode; ${JSON.stringify(pair)} is none.`);
    found[pair.slice(0, at).trim()] = memberOf(pair.slice(at + 1).trim());
  }
  return found;
}

function memberOf(written: string): Columns[string] {
  if (written === "") return null;
  if (/^customFields\../.test(written)) return written as `customFields.${string}`;
  const member = MEMBERS.find((name) => name === written);
  if (member === undefined) throw new Failure(`There is no member ${written}. There are: ${MEMBERS.join(", ")}, and customFields. with the name of a variable.`);
  return member;
}

/** A slip here would be one in every row. */
function country(written: string): string {
  const wrong = validate(TAKES_RECIPIENT, { recipient: { country: written } }).issues.find(({ code }) => code === "unknown_country");
  if (wrong) throw new Failure(`--${wrong.message} ${wrong.hint}`);
  return written;
}

function delimiter(written: string): Delimiter {
  const known = DELIMITERS[written];
  if (known === undefined) throw new Failure("--delimiter takes a comma, a semicolon, | or tab.");
  return known;
}

/** Nothing that is asked for is passed over. */
export function suits({ name, format }: Input, { columns, delimiter, country, provider }: ListOptions): void {
  if (provider === "postalform") {
    if (format === "json") throw new Failure(`${name} is JSON: a list for PostalForm is a CSV file.`);
    if ((columns ?? delimiter ?? country) !== undefined) throw new Failure("PostalForm reads the file itself: --columns, --delimiter and --country are not for it.");
  }
  if (format === "json" && (columns ?? delimiter) !== undefined) throw new Failure(`${name} is JSON: --columns and --delimiter are for CSV files.`);
}

/** The rows of a CSV file, batch by batch, with a bar on a terminal. */
export async function* csvBatches(input: Input, options: ListOptions, progress: ProgressLine): AsyncGenerator<{ list: RecipientList; before: number }> {
  let [bytes, rows] = [0, 0];
  async function* chunks() {
    for await (const chunk of input.chunks) {
      bytes += chunk.length;
      yield chunk;
      progress.show({ bytes, ofBytes: input.size, rows });
    }
  }
  const { country, columns, delimiter, mode, provider } = options;
  const about: RecipientsOptions = { country, columns, delimiter, mode, provider };
  try {
    for await (const list of recipientBatches(chunks(), about)) {
      yield { list, before: rows };
      rows += list.rows.length;
      progress.show({ bytes, ofBytes: input.size, rows });
    }
  } finally {
    progress.clear();
  }
}

/** What is an option in a program is one of the command here. */
const asOfCommand = (text: string): string => text.replaceAll(/\boptions\.(?=columns|country|delimiter)/g, "--");

/** The issues of a batch, with paths into the whole file and the header of the column. */
export function csvFindings({ issues, columns }: RecipientList, before: number): Finding[] {
  return issues.map((issue): Finding => {
    const header = issue.column === undefined ? undefined : columns[issue.column - 1]?.header;
    const [start = "", row] = /^\/rows\/(\d+)/.exec(issue.path) ?? [];
    const there = moved(issue, start, row === undefined ? "" : `/rows/${Number(row) + before}`);
    const { path } = there;
    const member = path.replace(/^\/rows\/\d+(\/recipient)?\/?/, "");
    const hint = issue.hint && asOfCommand(issue.hint);
    return { ...there, message: asOfCommand(issue.message), ...(hint && { hint }), where: header || member || (path === "" ? "the file" : "the row") };
  });
}

/** All recipients of a file, and where they are. */
export interface WholeList {
  recipients: Recipient[];
  /** `lines[i]` is the line of `recipients[i]`. */
  lines: number[];
  findings: Finding[];
}

/** Reads all recipients of a CSV or JSON file. */
export async function wholeList(input: Input, options: ListOptions): Promise<WholeList> {
  suits(input, options);
  const list: WholeList = { recipients: [], lines: [], findings: [] };
  if (input.format === "json") {
    const bytes = await wholeOf(input);
    const { findings, rows, operation } = checkJson(input.name, bytes, { ...options, operation: TAKES_RECIPIENT });
    if (operation !== undefined) throw new Failure(`${input.name} is no list of recipients: a JSON file holds [{ "name": ..., ... }, ...].`);
    list.findings = findings;
    // It is not JSON.
    if (rows === undefined) return list;
    const text = new TextDecoder().decode(bytes);
    const lines = new Lines(text);
    for (const [start, end] of itemsOf(text)) {
      lines.to(start);
      list.recipients.push(JSON.parse(withCountry(text.slice(start, end), options.country)) as Recipient);
      list.lines.push(lines.line);
    }
    return list;
  }
  for await (const { list: batch, before } of csvBatches(input, options, new ProgressLine())) {
    for (const { line, recipient } of batch.rows) {
      list.recipients.push(recipient);
      list.lines.push(line);
    }
    for (const finding of csvFindings(batch, before)) list.findings.push(finding);
  }
  return list;
}

/**
 * What was found in a whole list: the issues of those who worked with it, and of the file those that are about its rows. A
 * row that cannot be read has no text and no order; what is wrong with an address is for others to say.
 */
export function aboutTexts({ findings, lines }: WholeList, issues: readonly Issue[]): Finding[] {
  // Their recipients are empty, and all is missing.
  const unread = new Set(findings.filter(({ path, severity }) => severity === "error" && /^\/rows\/\d+(\/recipient)?$/.test(path)).map(({ line }) => line));
  const ofList = issues.flatMap((issue): Finding[] => {
    const [start = "", index] = /^\/recipients\/(\d+)\/?/.exec(issue.path) ?? [];
    const where = issue.path.slice(start.length).replace(/^\//, "") || (index === undefined ? "the list" : "the row");
    const line = index === undefined ? undefined : lines[Number(index)];
    return line !== undefined && unread.has(line) ? [] : [{ ...issue, ...byLine(issue, lines), where, line }];
  });
  const isTold = new Set(ofList.map(({ code, line }) => `${code}:${line}`));
  const ofFile = findings.filter((finding) => isAboutRows(finding) && !isTold.has(`${finding.code}:${finding.line}`));
  return [...ofFile, ...ofList].sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

/** Whoever sees lines counts by them, not by places in the list. */
function byLine({ code, message, params }: Issue, lines: readonly number[]): Partial<Issue> {
  const line = lines[Number(params?.["first"])];
  if (code !== "duplicate_recipient" || params?.["where"] !== "index" || line === undefined) return {};
  return { message: message.replace(/index \d+/, `line ${line}`), params: { where: "line", first: line } };
}

function isAboutRows({ path, code }: Finding): boolean {
  return SYNTAX.has(code) || (code !== "missing_column" && !/^(\/rows\/\d+\/recipient|\/\d+)\//.test(path));
}
