import { Command } from "commander";
import { EXIT, Failure } from "./failure.js";

const EXAMPLES = `
Examples:
  npx edgepost sandbox
  npx edgepost sandbox --port 8788

PieterPost is at /pieterpost, with the key pp_test_sandbox; Postpay at /postpay, with the merchant id id_sandbox and the key
sk_test_sandbox. No mail is sent, no money moves.`;

const LARGEST_PORT = 65_535;

/** `edgepost sandbox` */
export function sandboxCommand(): Command {
  return new Command("sandbox")
    .summary("serve the emulated providers on this computer")
    .description("Serves the emulated providers on this computer, and nowhere else, until it is interrupted.")
    .option("--port <number>", "where; 0 is any that is free", "8788")
    .addHelpText("after", EXAMPLES)
    .action(sandbox);
}

async function sandbox({ port: written }: { port: string }): Promise<void> {
  const port = /^\d+$/.test(written) ? Number(written) : NaN;
  if (!(port <= LARGEST_PORT)) throw new Failure(`--port takes a number from 0 to ${LARGEST_PORT}.`);
  // The other commands do not wait for its wasm.
  const { serve } = await import("../serve.js");
  try {
    const address = (await serve(port)).address();
    const actual = typeof address === "object" && address ? address.port : port;
    console.log(`The sandbox is at http://127.0.0.1:${actual}/ (PieterPost: /pieterpost, key pp_test_sandbox). No mail is sent, no money moves.`);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(EXIT.ok));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Failure(code === "EADDRINUSE" ? `Port ${port} is taken: choose another with --port.` : message, EXIT.errors);
  }
}
