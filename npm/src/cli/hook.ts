import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { isSafe } from "../direct.js";
import { mintGrant } from "../grant.js";
import { EXIT, Failure } from "./failure.js";

const EXAMPLES = `
Examples:
  npx edgepost hook https://gateway.example
  npx edgepost hook https://gateway.example --events order

It asks with a grant of five minutes that is signed with the environment's GRANT_SIGNING_KEY, the gateway's. The secret is the
gateway's own, and never comes here. Done twice it finds the hook of the first time.`;

/** How long an answer is waited for: a little longer than the gateway waits for Postpay. */
const PATIENCE_MS = 30_000;
const GRANT_S = 300;

interface Hook {
  id: string;
  url: string;
  active: boolean;
  events: string[];
}

/** `edgepost hook` */
export function hookCommand(): Command {
  return new Command("hook")
    .summary("register a gateway's own hook at Postpay")
    .description("Has Postpay tell a gateway of orders and settlements, and prints the hook's id.")
    .argument("<gateway>", "the gateway's address, as Postpay reaches it")
    .option("--events <events>", "what it hears of", (written) => written.split(",").map((event) => event.trim()), ["order", "transaction"])
    .addHelpText("after", EXAMPLES)
    .action(hook);
}

async function hook(written: string, { events }: { events: string[] }): Promise<void> {
  const gateway = address(written);
  const key = process.env["GRANT_SIGNING_KEY"];
  if (!key) throw new Failure("Set GRANT_SIGNING_KEY in the environment to the gateway's.");
  const { mode } = (await ask(`${gateway}/healthz`)) as { mode: "test" | "live" };
  const exp = Math.floor(Date.now() / 1000) + GRANT_S;
  const grant = await mintGrant(key, { sub: "edgepost-hook", mode, ops: ["postpay.list_hooks", "postpay.create_hook"], exp });
  const url = `${gateway}/hooks/postpay/${mode}`;
  const { results } = (await ask(`${gateway}/postpay/hooks?${new URLSearchParams({ url })}`, { grant })) as { results: Hook[] };
  const known = results.find((one) => one.url === url && one.active && events.every((event) => one.events.includes(event)));
  const made = known ?? ((await ask(`${gateway}/postpay/hooks`, { grant, body: { events, url } })) as Hook);
  console.log(`${made.id}\t${url}${known ? "\twas registered before" : ""}`);
}

function address(written: string): string {
  // The grant goes there: never in the clear.
  const url = isSafe(written) ? new URL(written) : null;
  if (!url || url.search || url.hash) {
    throw new Failure(`${JSON.stringify(written)} is no address of a gateway, such as https://gateway.example.`);
  }
  return url.href.replace(/\/$/, "");
}

/** What the gateway answers; anything but a success ends the command with what it says. */
async function ask(url: string, { grant, body }: { grant?: string; body?: object } = {}): Promise<unknown> {
  const headers = {
    ...(grant && { "edgepost-grant": grant }),
    ...(body && { "content-type": "application/json", "idempotency-key": randomUUID() }),
  };
  const request = { headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) } as const;
  const answer = await fetch(url, body ? { ...request, method: "POST", body: JSON.stringify(body) } : request).catch(() => null);
  if (!answer) throw new Failure("The gateway does not answer. Run the same again: it finds what was done.", EXIT.errors);
  const value = (await answer.json().catch(() => null)) as { detail?: string; error?: { message?: string } } | null;
  if (answer.ok && value) return value;
  const says = value?.detail ?? value?.error?.message ?? "nothing that can be understood";
  throw new Failure(`The gateway answers with status ${answer.status}: ${says}`, EXIT.errors);
}
