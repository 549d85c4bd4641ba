// What every project has to say.
import { readFileSync } from "node:fs";

const { exports } = JSON.parse(readFileSync(new URL("../../npm/package.json", import.meta.url), "utf8"));

/** What users import. */
export const ENTRIES = Object.keys(exports)
  .filter((name) => name !== "./package.json")
  .map((name) => name.replace(".", "edgepost"));

export const VERDICTS = {
  edgepost: "missing_member",
  client: "refused",
  describe: "GET",
  files: "application/pdf",
  recipient: [true, false, true],
};

export const ALL_VERDICTS = { ...VERDICTS, server: "ok" };
