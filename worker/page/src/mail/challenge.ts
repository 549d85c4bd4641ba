import { byId, make, say } from "../dom.js";
import { drawTerms } from "./fields.js";

type Row = [name: string, value: string];

/** Networks by CAIP-2, and USDC's places behind the point. */
const NETWORKS: Record<string, string> = { "eip155:84532": "Base Sepolia, a test network", "eip155:8453": "Base" };
const USDC_PLACES = 6;

/** Shows a challenge, as far as it can be read, and as it came. Whether it is any good is for `pay` to say. */
export function drawChallenge(challenges: string[], isMpp: boolean): void {
  const parts = isMpp ? challenges.flatMap(paymentParts) : challenges.flatMap(requirements);
  const needed = isMpp
    ? "One of these is enough. Who pays answers with a credential of the same method."
    : "A wallet with USDC signs for exactly this (EIP-712). Whoever holds the signature can move that sum, once, to that address; fees are not the payer's.";
  say(byId("challenge-text", HTMLElement), parts.length === 0 ? "It cannot be read here." : needed);
  const lists = parts.map((rows) => {
    const list = make("dl", {});
    drawTerms(list, rows);
    return list;
  });
  const raw = make("details", {}, make("summary", {}, "As it came"), make("p", {}, make("code", {}, challenges.join("\n"))));
  byId("challenge-parts", HTMLElement).replaceChildren(...lists, raw);
  const group = byId("challenge", HTMLElement);
  group.hidden = false;
  group.focus();
}

/** What x402 asks for: one of these. */
function requirements(header: string): Row[][] {
  const { accepts } = group(decoded(header));
  if (!Array.isArray(accepts)) return [];
  return accepts.map(group).map(({ scheme, network, amount, asset, payTo, maxTimeoutSeconds }) => [
    ["How", `x402, ${scheme}`],
    ["Network", NETWORKS[String(network)] ?? String(network)],
    ["Sum", `USD ${decimal(String(amount), USDC_PLACES)}, as ${amount} millionths`],
    ["Token", String(asset)],
    ["To", String(payTo)],
    ["Good for", `${maxTimeoutSeconds} s`],
  ]);
}

const CHALLENGE = /Payment\s+((?:\w+="(?:[^"\\]|\\.)*"(?:\s*,\s*(?=\w+="))?)+)/g;
const PART = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** What MPP asks for; a browser puts all of them into one line. */
function paymentParts(line: string): Row[][] {
  return [...line.matchAll(CHALLENGE)].map(([, parts = ""]) => {
    const found = new Map([...parts.matchAll(PART)].map(([, name = "", value = ""]) => [name, value]));
    const { amount, currency, recipient } = group(decoded(found.get("request") ?? ""));
    const isTempo = found.get("method") === "tempo";
    const sum = isTempo ? `USD ${decimal(String(amount), USDC_PLACES)}` : `${String(currency).toUpperCase()} ${decimal(String(amount), 2)}`;
    const rows: Row[] = [["How", `MPP, ${found.get("method")}`], ["Sum", sum]];
    if (recipient !== undefined) rows.push(["Token", String(currency)], ["To", String(recipient)]);
    const expires = found.get("expires");
    return expires === undefined ? rows : [...rows, ["Good until", expires]];
  });
}

/** JSON in base64, of either alphabet. */
function decoded(base64: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (byte) => byte.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** Units as a decimal, with two places at least; never by way of a number. */
function decimal(units: string, places: number): string {
  if (!/^\d+$/.test(units)) return "?";
  const digits = units.padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places).replace(/0+$/, "").padEnd(2, "0")}`;
}

function group(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>;
}
