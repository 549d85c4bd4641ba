import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { merge } from "../index.node.js";
import { EXIT, Failure } from "./failure.js";
import { Counts } from "./findings.js";
import { openInput, wholeOf } from "./input.js";
import { aboutTexts, wholeList, withListOptions, withProvider, type ListOptions, type WholeList } from "./list.js";
import { tableReport } from "./report.js";
import { counted, jsonText, print, visibleLines } from "./terminal.js";

const EXAMPLES = `
Examples:
  npx edgepost merge letter.txt recipients.csv
  npx edgepost merge letter.txt recipients.csv --out texts --mode strict
  npx edgepost merge card.txt recipients.json --type postcard --json > texts.json

The template holds placeholders such as {{first_name}} and {{gift_code}}. A value that is missing is told, and in strict
mode it is an error. Addresses are not looked at: \`edgepost check\` does that.
Exit codes: 0 no errors, 1 errors (no texts are written), 2 the call itself was wrong.`;

interface MergeOptions extends ListOptions {
  out?: string;
  type?: "letter" | "postcard";
  json?: true;
}

/** `edgepost merge TEMPLATE RECIPIENTS` */
export function mergeCommand(): Command {
  return withProvider(withListOptions(new Command("merge").argument("<template>", "a text file; - for what comes through a pipe").argument("<recipients>", "a CSV or JSON file; - for what comes through a pipe"), "lenient"))
    .summary("show what every recipient will read")
    .description("Puts each recipient's values into a template, and prints the texts or writes each into a file of its own.")
    .option("--out <directory>", "write 1.txt, 2.txt ... there; files that are there already stay as they are")
    .addOption(new Option("--type <type>", "what it is printed on").choices(["letter", "postcard"]))
    .option("--json", "print one JSON object: texts and issues")
    .addHelpText("after", EXAMPLES)
    .action(async (templateFile: string, recipientsFile: string, options: MergeOptions) => {
      if (templateFile === "-" && recipientsFile === "-") throw new Failure("Only one of the two can come through the pipe.");
      if (options.out !== undefined && options.json) throw new Failure("Texts go to --out or, with --json, to the standard output: choose one.");
      const template = await templateOf(templateFile);
      const list = await wholeList(await openInput(recipientsFile), options);
      process.exitCode = await run(template, list, options);
    });
}

async function templateOf(file: string): Promise<string> {
  const input = await openInput(file, "text");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await wholeOf(input));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Failure(`${input.name} is not in UTF-8.`);
  }
}

async function run(template: string, list: WholeList, options: MergeOptions): Promise<number> {
  const { mode, type: requestType, out, json, provider } = options;
  const merged = merge(template, list.recipients, { mode, requestType, provider });
  const findings = aboutTexts(list, merged.issues);
  const counts = new Counts();
  counts.add(findings);
  const isGood = counts.error === 0;
  if (json) {
    const issues = findings.map(({ where: _, ...issue }) => issue);
    await print(`${jsonText({ ok: isGood, texts: isGood ? merged.texts : [], lines: list.lines, issues })}\n`);
    return isGood ? EXIT.ok : EXIT.errors;
  }
  const report = tableReport(process.stderr);
  await report.add(findings);
  if (findings.length > 0) await report.end({ file: "", format: "csv", rows: list.recipients.length });
  if (!isGood) return EXIT.errors;
  if (out !== undefined) await write(out, merged.texts);
  else for (const [index, text] of merged.texts.entries()) await print(`--- ${index + 1}, line ${list.lines[index]}\n${process.stdout.isTTY ? visibleLines(text) : text}\n\n`);
  return EXIT.ok;
}

async function write(directory: string, texts: readonly string[]): Promise<void> {
  const digits = String(texts.length).length;
  try {
    await mkdir(directory, { recursive: true });
    for (const [index, text] of texts.entries()) {
      const file = await open(join(directory, `${String(index + 1).padStart(digits, "0")}.txt`), "wx");
      await file.writeFile(text);
      await file.close();
    }
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException;
    throw new Failure(code === "EEXIST" ? `${path ?? directory} is there already: name an empty directory.` : `${directory} cannot be written to: ${message}`);
  }
  await print(`${counted(texts.length, "text")} in ${directory}.\n`);
}
