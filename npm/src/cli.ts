import { parseArgs } from "node:util";
import { serve } from "./serve.js";

const HELP = `npx edgepost <command>

  sandbox [--port 8788]   serve the emulated providers on this computer, until interrupted

  --help                  this text`;

/** Prints, and ends with the exit code of a wrong call. */
function fail(message: string): never {
  console.error(`${message}\n\n${HELP}`);
  process.exit(2);
}

async function sandbox(args: string[]): Promise<void> {
  let port: number;
  try {
    const { values } = parseArgs({ args, options: { port: { type: "string", default: "8788" } } });
    port = Number(values.port);
  } catch (error) {
    fail((error as Error).message);
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) fail("--port takes a number from 0 to 65535.");
  try {
    const server = await serve(port);
    const address = server.address();
    const actual = typeof address === "object" && address ? address.port : port;
    console.log(`The sandbox is at http://127.0.0.1:${actual}/ (PieterPost: /pieterpost, key pp_test_sandbox). No mail is sent, no money moves.`);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    console.error(code === "EADDRINUSE" ? `Port ${port} is taken: choose another with --port.` : String(error));
    process.exit(1);
  }
}

const [command, ...rest] = process.argv.slice(2);
if (command === undefined || command === "--help" || command === "-h" || command === "help") console.log(HELP);
else if (command === "sandbox") await sandbox(rest);
else fail(`There is no command ${command}.`);
