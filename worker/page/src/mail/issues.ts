import type { Change, Issue } from "edgepost";
import { issueLine, mendingLabel, type Mending } from "../issue-line.js";
import { fieldAt, type Field } from "./fields.js";

/** What is said as something that is still to be entered. */
const MISSING = ["missing_member", "missing_choice", "blank"];

/** Each issue with its field, in the order of the page; of what is missing there is one for each field. */
export function sorted(issues: Issue[], fields: Field[]): { issue: Issue; field: Field | undefined }[] {
  const place = (field: Field | undefined): number => (field === undefined ? fields.length : fields.indexOf(field));
  const all = issues.map((issue) => ({ issue, field: fieldAt(issue.path) }));
  const isFirst = ({ issue, field }: (typeof all)[number], index: number): boolean =>
    field === undefined || !MISSING.includes(issue.code) || all.findIndex((other) => other.field === field) === index;
  return all.filter(isFirst).sort((one, other) => place(one.field) - place(other.field));
}

/** An issue in words. */
export function words(issue: Issue, field: Field | undefined): string {
  if (field === undefined) return issue.message;
  if (MISSING.includes(issue.code)) return field.wanted;
  // The library names members; people know fields.
  const member = issue.path.slice(issue.path.lastIndexOf("/") + 1);
  return issue.message.startsWith(`${member} `) ? field.label + issue.message.slice(member.length) : issue.message;
}

/** An issue as a line under its field. `put` fills fields in. */
export function line(issue: Issue, field: Field | undefined, put: (values: Record<string, string>) => void): HTMLLIElement {
  const hint = field !== undefined && MISSING.includes(issue.code) ? undefined : issue.hint;
  const values = mended(issue.fix ?? []);
  const mending: Mending | undefined = values && { label: mendingLabel(Object.values(values)), apply: () => put(values) };
  return issueLine(issue, words(issue, field), hint, mending);
}

/** What a patch puts into the fields; nothing, if it changes anything else. */
function mended(fix: Change[]): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const change of fix) {
    const field = fieldAt(change.path);
    const isText = field !== undefined && field.id !== "file" && field.pointers.length === 1;
    if (!isText) return undefined;
    if (change.op === "remove") values[field.id] = "";
    else if (change.op === "replace" && typeof change.value === "string") values[field.id] = change.value;
    else return undefined;
  }
  return fix.length === 0 ? undefined : values;
}
