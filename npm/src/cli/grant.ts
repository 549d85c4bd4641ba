import { Command } from "commander";
import { EdgepostError } from "../error.js";
import { mintGrant, type GrantClaims } from "../grant.js";
import { Failure } from "./failure.js";

const LONGEST_HOURS = 24;
const EXAMPLES = `
Examples:
  npx edgepost grant --sub shop --ops pieterpost.create_order --max-amount eur=5000 --hours 1
  npx edgepost grant --sub page --ops pieterpost.get_order --orders ord_1,ord_2

It is signed with the environment's GRANT_SIGNING_KEY, the gateway's.`;

interface GrantOptions {
  sub?: string;
  ops?: string[];
  mode: string;
  hours: string;
  amount?: Record<string, number | string>;
  maxAmount?: Record<string, number | string>;
  maxRecipients?: number | string;
  countries?: string[];
  orders?: string[];
  intent?: string;
}

const list = (written: string): string[] => written.split(",").map((item) => item.trim());

/** A number that was written down; what is none stays as it is, so that it can be shown. */
const count = (written: string): number | string => (/^\d+$/.test(written) ? Number(written) : written);

/** `eur=5000,usd=0` */
function amounts(written: string): Record<string, number | string> {
  return Object.fromEntries(list(written).map((amount) => amount.split("=")).map(([currency, cents = ""]) => [currency, count(cents)]));
}

/** `edgepost grant` */
export function grantCommand(): Command {
  return new Command("grant")
    .summary("print a grant: what one caller may do at a gateway")
    .description("Prints a grant, and nothing else: a signed text that says what one caller may do at a gateway.")
    .option("--sub <name>", "who it is for (needed)")
    .option("--ops <operations>", "operations, all of a provider (pieterpost.*), or ledger.* (needed)", list)
    .option("--mode <mode>", "test or live", "test")
    .option("--hours <hours>", "how long, at most 24", "1")
    .option("--amount <amount>", "the one sum that has to be asked for, once, in hundredths, such as aed=81480", amounts)
    .option("--max-amount <amounts>", "what may be spent, in hundredths, such as eur=5000,usd=0", amounts)
    .option("--max-recipients <count>", "how many letters and postcards may be sent", count)
    .option("--countries <countries>", "where recipients may be, as orders write it", list)
    .option("--orders <ids>", "which orders it is for", list)
    .option("--intent <digest>", "the digest of the one request that may be made, once")
    .addHelpText("after", EXAMPLES)
    .action(grant);
}

async function grant({ hours: written, maxAmount, maxRecipients, ...rest }: GrantOptions): Promise<void> {
  const hours = Number(written);
  if (!(hours > 0 && hours <= LONGEST_HOURS)) throw new Failure(`--hours takes a number up to ${LONGEST_HOURS}.`);
  const key = process.env["GRANT_SIGNING_KEY"];
  if (!key) throw new Failure("Set GRANT_SIGNING_KEY in the environment to the gateway's.");
  const exp = Math.floor(Date.now() / 1000 + hours * 3600);
  try {
    // Whatever was given on the command line: mintGrant checks it.
    console.log(await mintGrant(key, { ...rest, exp, max_amount: maxAmount, max_recipients: maxRecipients } as GrantClaims));
  } catch (error) {
    if (error instanceof EdgepostError) throw new Failure(error.message);
    throw error;
  }
}
