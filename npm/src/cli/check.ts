import { Command, Option } from "commander";
import { operations } from "../generated/types.js";
import type { OperationName, RecipientList } from "../types.js";
import { Failure } from "./failure.js";
import { openInput, wholeOf, type Input } from "./input.js";
import { checkJson } from "./json.js";
import { csvBatches, csvFindings, suits, withListOptions, withProvider, type ListOptions } from "./list.js";
import { ProgressLine } from "./progress.js";
import { jsonReport, tableReport, type Report } from "./report.js";

const EXAMPLES = `
Examples:
  npx edgepost check recipients.csv
  npx edgepost check recipients.csv --country NL --columns "Naam=name,Zip=postalCode"
  npx edgepost check bulk.csv --provider postalform
  npx edgepost check order.json --operation pieterpost.create_order
  cat recipients.csv | npx edgepost check - --json

A JSON file holds the input of an operation, a recipient, or a list of recipients. Warnings are shown and stand in nobody's
way. What (PP-020) and the like are: https://github.com/edgepost/edgepost/blob/main/docs/rules.md
Exit codes: 0 no errors, 1 errors, 2 the call itself was wrong.`;

interface CheckOptions extends ListOptions {
  operation?: OperationName;
  json?: true;
}

/** `edgepost check FILE` */
export function checkCommand(): Command {
  return withProvider(withListOptions(new Command("check").argument("<file>", "a CSV or JSON file; - for what comes through a pipe"), "lenient for lists, strict for all else"))
    .summary("check recipients or an order, and list what is wrong by line")
    .description("Checks a list of recipients (CSV or JSON) or the input of an operation (JSON), and lists what is wrong by line.")
    .addOption(new Option("--operation <name>", "what a JSON object is the input of; told by its members, if nothing is said").choices(operations))
    .option("--json", "print one JSON object instead of a table")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: CheckOptions) => {
      const input = await openInput(file);
      suits(input, options);
      const progress = new ProgressLine();
      const report = options.json ? jsonReport(process.stdout) : tableReport(process.stdout, progress);
      process.exitCode = await (input.format === "csv" ? checkCsv(input, options, report, progress) : checkFile(input, options, report));
    });
}

async function checkFile(input: Input, options: CheckOptions, report: Report): Promise<number> {
  const { findings, rows, operation, isGuessed } = checkJson(input.name, await wholeOf(input), options);
  if (rows !== undefined && options.operation !== undefined) throw notAnObject(input);
  if (isGuessed) await report.note(`Taken for ${operation ? `the input of ${operation}` : "a recipient"}; --operation names ${operation ? "another" : "an operation"}.`);
  await report.add(findings);
  return report.end({ file: input.name, format: "json", rows, operation });
}

async function checkCsv(input: Input, options: CheckOptions, report: Report, progress: ProgressLine): Promise<number> {
  if (options.operation !== undefined) throw notAnObject(input);
  let columns: RecipientList["columns"] = [];
  let rows = 0;
  for await (const { list, before } of csvBatches(input, options, progress)) {
    if (columns.length === 0 && list.columns.length > 0) {
      columns = list.columns;
      await report.note(columnsText(columns));
    }
    rows = before + list.rows.length;
    await report.add(csvFindings(list, before));
  }
  return report.end({ file: input.name, format: "csv", rows, columns });
}

function notAnObject({ name }: Input): Failure {
  return new Failure(`${name} is a list of recipients: --operation is for an object in JSON.`);
}

/** What the columns were taken for. A guess is told. */
function columnsText(columns: RecipientList["columns"]): string {
  const all = columns.map(({ header, member, guessed }) => (header === member ? header : `${header} = ${member || "nothing"}${guessed ? " (a guess)" : ""}`));
  const more = columns.some(({ guessed }) => guessed) ? " Where a guess is wrong, say it by --columns." : "";
  return `Columns: ${all.join(", ")}.${more}`;
}
