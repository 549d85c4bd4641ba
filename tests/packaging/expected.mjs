// What every project has to say.
export const VERDICTS = { edgepost: "missing_member", client: "refused", describe: "GET", files: "application/pdf" };

export const ALL_VERDICTS = { ...VERDICTS, server: "ok" };
