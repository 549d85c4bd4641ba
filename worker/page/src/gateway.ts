import { byId, say } from "./dom.js";

const text = byId("mode-text", HTMLElement);
const strip = byId("mode", HTMLElement);

/** Whom a page needs behind the gateway. */
export interface Needed {
  id: "pieterpost" | "postpay" | "postalform";
  /** What the gateway has not been given where it does not serve them. */
  lacks: string;
  /** What can be done without. */
  without: string;
}

/** Says in what mode the gateway is, and whether it can do anything at all. Whether it is a test. */
export async function showMode(needed: Needed): Promise<boolean> {
  const { words, tone } = await ask(needed);
  strip.dataset["tone"] = tone;
  say(text, words);
  return tone === "test";
}

async function ask({ id, lacks, without }: Needed): Promise<{ words: string; tone: "test" | "trouble" }> {
  try {
    const response = await fetch("/healthz");
    const health = (await response.json()) as { mode?: unknown; providers?: unknown; detail?: unknown };
    if (!response.ok) return trouble(typeof health.detail === "string" ? health.detail : "The gateway does not serve.");
    const isConfigured = Array.isArray(health.providers) && health.providers.includes(id);
    if (!isConfigured) return trouble(`This gateway has no ${lacks} yet: ${without}.`);
    if (health.mode === "test") return { words: "Test mode: nothing is printed, no money moves.", tone: "test" };
    return trouble(`This gateway is in ${String(health.mode)} mode; this page is made for test mode.`);
  } catch {
    return trouble(`The gateway does not answer: ${without}.`);
  }
}

function trouble(words: string): { words: string; tone: "trouble" } {
  return { words, tone: "trouble" };
}
