import { Command, InvalidArgumentError, Option } from "commander";
import { plan } from "../index.node.js";
import type { Plan } from "../types.js";
import { EXIT } from "./failure.js";
import { Counts } from "./findings.js";
import { openInput } from "./input.js";
import { aboutTexts, wholeList, withListOptions, type ListOptions, type WholeList } from "./list.js";
import { tableReport } from "./report.js";
import { counted, jsonText, padded, painter, print } from "./terminal.js";

const EXAMPLES = `
Examples:
  npx edgepost plan recipients.csv
  npx edgepost plan recipients.csv --type postcard --used-today 12
  npx edgepost plan recipients.json --campaign spring --json > plan.json

The same list gives the same orders, and each order's id is made from what it holds: as an idempotency key it keeps a
repeated order from being made twice. Recipients that cannot be sent to are left over.
Exit codes: 0 everybody is in an order, 1 somebody is left over, 2 the call itself was wrong.`;

/** The rest is in the table of findings, and in JSON. */
const MOST_LEFT_OVER = 20;

interface PlanOptions extends ListOptions {
  type?: "letter" | "postcard";
  campaign?: string;
  perDay?: number;
  usedToday?: number;
  perMinute?: number;
  json?: true;
}

/** `edgepost plan RECIPIENTS` */
export function planCommand(): Command {
  return withListOptions(new Command("plan").argument("<recipients>", "a CSV or JSON file; - for what comes through a pipe"), "strict")
    .summary("split a large list into orders within the provider's limits")
    .description("Splits a large list into orders within the provider's limits, and says how long they take.")
    .addOption(new Option("--type <type>", "what is sent").choices(["letter", "postcard"]))
    .option("--campaign <name>", "what the ids are made from beside the recipients, so that the same list can be sent to again")
    .option("--per-day <count>", "how many orders may be made in a day", count)
    .option("--used-today <count>", "how many were made today", count)
    .option("--per-minute <count>", "how many requests may be made in a minute", count)
    .option("--json", "print the plan as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: PlanOptions) => {
      const list = await wholeList(await openInput(file), options);
      process.exitCode = await run(list, options);
    });
}

function count(written: string): number {
  if (!/^\d{1,9}$/.test(written)) throw new InvalidArgumentError("It takes a whole number.");
  return Number(written);
}

async function run(list: WholeList, options: PlanOptions): Promise<number> {
  const { mode, type: requestType, campaign, perDay, usedToday, perMinute, json } = options;
  const planned = plan(list.recipients, { mode, requestType, campaign, perDay, usedToday, perMinute });
  const findings = aboutTexts(list, planned.issues);
  const counts = new Counts();
  counts.add(findings);
  const exitCode = counts.error > 0 || planned.leftOver.length > 0 ? EXIT.errors : EXIT.ok;
  if (json) {
    const issues = findings.map(({ where: _, ...issue }) => issue);
    await print(`${jsonText({ ...planned, lines: list.lines, issues })}\n`);
    return exitCode;
  }
  const report = tableReport(process.stderr);
  await report.add(findings);
  if (findings.length > 0) await report.end({ file: "", format: "csv", rows: list.recipients.length });
  await print(text(planned, list));
  return exitCode;
}

/** The orders as a table, and what they come to. */
function text({ orders, days, perDay, seconds, leftOver }: Plan, { lines, recipients }: WholeList): string {
  const paint = painter(process.stdout.isTTY);
  const rows = orders.map(({ id, indexes, market }, index) => [String(index + 1), id, market, String(indexes.length), ranges(indexes.map((place) => lines[place] ?? 0))]);
  const all = [["order", "id", "market", "recipients", "lines"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => all.reduce((width, row) => Math.max(width, (row[column] ?? "").length), 0));
  const table = all.map((row) => row.map((cell, column) => padded(cell, widths[column] ?? 0)).join("  "));
  const [head = "", ...body] = table;
  const planned = recipients.length - leftOver.length;
  const said = `${counted(orders.length, "order")} for ${counted(planned, "recipient")}: ${counted(days, "day")} at ${counted(perDay, "order")} a day, ${counted(seconds, "second")} of requests.`;
  const rest = leftOver.length > 0 ? `${paint("red", counted(leftOver.length, "recipient is", "recipients are"))} left over, at line ${ranges(leftOver.map((place) => lines[place] ?? 0), MOST_LEFT_OVER)}.\n` : "";
  return `${orders.length > 0 ? `${[paint("bold", head), ...body].join("\n")}\n` : ""}${paint("bold", said)}\n${rest}`;
}

/** `2-26, 28`: numbers that follow each other as a range; from the `most`-th on how many more there are. */
function ranges(numbers: readonly number[], most = Infinity): string {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  const more = found.slice(most).reduce((count, [first, last]) => count + last - first + 1, 0);
  const said = found.slice(0, most).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return `${said.join(", ")}${more > 0 ? ` and ${counted(more, "more line")}` : ""}`;
}
