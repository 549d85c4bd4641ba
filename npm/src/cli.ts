import { parseArgs } from "node:util";
import { EdgepostError } from "./error.js";
import { mintGrant, type GrantClaims } from "./grant.js";
import { serve } from "./serve.js";

const HELP = `npx edgepost <command>

  sandbox [--port 8788]   serve the emulated providers on this computer, until interrupted

  grant --sub NAME --ops OPERATION,...
                          print a grant, signed with the environment's GRANT_SIGNING_KEY: what NAME may do at a gateway
    --mode test           or live
    --hours 1             how long, at most 24
    --max-amount eur=5000,...
                          what may be spent, in hundredths
    --max-recipients 100  how many letters and postcards may be sent
    --countries NL,...    where recipients may be, as orders write it
    --orders ID,...       which orders may be read
    --intent DIGEST       the digest of the one request that may be made, once

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

async function grant(args: string[]): Promise<void> {
  const text = { type: "string" } as const;
  const names = ["sub", "ops", "mode", "hours", "max-amount", "max-recipients", "countries", "orders", "intent"] as const;
  const options = Object.fromEntries(names.map((name) => [name, text])) as Record<(typeof names)[number], typeof text>;
  try {
    const { values } = parseArgs({ args, options });
    const hours = Number(values.hours ?? 1);
    if (!(hours > 0 && hours <= 24)) fail("--hours takes a number up to 24.");
    const key = process.env["GRANT_SIGNING_KEY"];
    if (!key) fail("Set GRANT_SIGNING_KEY in the environment to the gateway's.");
    const list = (value: string | undefined) => value?.split(",").map((item) => item.trim());
    const amounts = list(values["max-amount"])?.map((amount) => amount.split("=")).map(([currency, cents]) => [currency, count(cents)]);
    const claims = {
      sub: values.sub,
      mode: values.mode ?? "test",
      ops: list(values.ops),
      exp: Math.floor(Date.now() / 1000 + hours * 3600),
      max_amount: amounts && Object.fromEntries(amounts),
      max_recipients: count(values["max-recipients"]),
      countries: list(values.countries),
      orders: list(values.orders),
      intent: values.intent,
    };
    // Whatever was given on the command line: mintGrant checks it.
    console.log(await mintGrant(key, claims as GrantClaims));
  } catch (error) {
    if (!(error instanceof EdgepostError) && !String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS")) throw error;
    fail((error as Error).message);
  }
}

/** A number that was written down; what is none stays as it is, so that it can be shown. */
function count(written: string | undefined): number | string | undefined {
  return written !== undefined && /^\d+$/.test(written) ? Number(written) : written;
}

const [command, ...rest] = process.argv.slice(2);
const asksForHelp = command === undefined || command === "help" || [command, ...rest].some((word) => word === "--help" || word === "-h");
if (asksForHelp) console.log(HELP);
else if (command === "sandbox") await sandbox(rest);
else if (command === "grant") await grant(rest);
else fail(`There is no command ${command}.`);
