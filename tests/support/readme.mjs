// The lines of a README, for tests that run them.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The first block of code in this language under this heading of npm/README.md. */
export async function recipe(heading, language) {
  const readme = await readFile(fileURLToPath(new URL("../../npm/README.md", import.meta.url)), "utf8");
  const section = readme.split(/^## /m).find((one) => one.startsWith(heading));
  const [, lines] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(section ?? "") ?? [];
  if (lines === undefined) throw new Error(`npm/README.md has no ${language} under "## ${heading}"`);
  return lines;
}
