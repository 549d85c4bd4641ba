import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { checkCommand } from "./cli/check.js";
import { EXIT, Failure } from "./cli/failure.js";
import { grantCommand } from "./cli/grant.js";
import { hookCommand } from "./cli/hook.js";
import { mergeCommand } from "./cli/merge.js";
import { planCommand } from "./cli/plan.js";
import { sandboxCommand } from "./cli/sandbox.js";
import { EdgepostError } from "./error.js";

/** What a shell says of a program whose reader has gone: 128 and the number of SIGPIPE. */
const BROKEN_PIPE = 141;

// `| head` has read enough.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? BROKEN_PIPE : EXIT.errors));
}

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

const program = new Command("edgepost")
  .usage("<command>")
  .description("Checks recipients and orders, shows what recipients will read, plans large lists. Nothing leaves this computer, but for the command hook.")
  .version(version)
  .exitOverride()
  .showHelpAfterError("Add --help for what there is.");
for (const command of [checkCommand(), mergeCommand(), planCommand(), grantCommand(), hookCommand(), sandboxCommand()]) {
  program.addCommand(command.copyInheritedSettings(program));
}

/** Says what went wrong, in a line or two. Nobody is shown a stack. */
function explain(error: unknown): number {
  // Has spoken for itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.wrongCall;
  const isExpected = error instanceof Failure || error instanceof EdgepostError;
  console.error(isExpected ? error.message : `This is a fault of edgepost: ${String(error)}`);
  return error instanceof Failure ? error.exitCode : isExpected ? EXIT.wrongCall : EXIT.errors;
}

try {
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
