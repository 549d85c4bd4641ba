// A real Chromium, for pages on this machine.
import { chromium } from "playwright-core";

/** Debian's, unless CHROMIUM names another. */
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

export async function startBrowser() {
  // In a container there is neither a sandbox nor anything to phone home to.
  const args = ["--no-sandbox", "--disable-background-networking"];
  return chromium.launch({ executablePath: EXECUTABLE, args });
}
