import { byId, say } from "./dom.js";

const text = byId("mode-text", HTMLElement);
const strip = byId("mode", HTMLElement);

/** Says in what mode the gateway is, and whether it can do anything at all. */
export async function showMode(): Promise<void> {
  const { words, tone } = await ask();
  strip.dataset["tone"] = tone;
  say(text, words);
  byId("postmark", HTMLElement).hidden = tone !== "test";
}

async function ask(): Promise<{ words: string; tone: "test" | "trouble" }> {
  try {
    const response = await fetch("/healthz");
    const health = (await response.json()) as { mode?: unknown; providers?: unknown; detail?: unknown };
    if (!response.ok) return trouble(typeof health.detail === "string" ? health.detail : "The gateway does not serve.");
    const isConfigured = Array.isArray(health.providers) && health.providers.includes("pieterpost");
    if (!isConfigured) return trouble("This gateway has no PieterPost key yet: you can write a letter, but not send it.");
    if (health.mode === "test") return { words: "Test mode: nothing is printed, no money moves.", tone: "test" };
    return trouble(`This gateway is in ${String(health.mode)} mode; this page is made for test mode.`);
  } catch {
    return trouble("The gateway does not answer: you can write a letter, but not send it.");
  }
}

function trouble(words: string): { words: string; tone: "trouble" } {
  return { words, tone: "trouble" };
}
