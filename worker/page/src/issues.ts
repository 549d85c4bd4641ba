import type { Change, Issue, IssueCode } from "edgepost";
import { number } from "./dom.js";
import { fieldAt, type Field, type FieldId, type Values } from "./fields.js";
import { issueLine, mendingLabel } from "./issue-line.js";
import { label as nameOf, wanted } from "./place.js";

/** What the page says in its own words; all else is said as the library says it, with the field's name. */
const OWN: Partial<Record<IssueCode, (field: Field, issue: Issue) => { message: string; hint?: string }>> = {
  missing_member: (field) => ({ message: `Enter ${wanted(field)}.` }),
  missing_choice: (field) => ({ message: `Enter ${wanted(field)}.` }),
  missing_message: (field) => ({ message: `Enter ${wanted(field)}.` }),
  blank: (field) => ({ message: `Enter ${wanted(field)}.` }),
  message_will_be_truncated: (_, { params }) => ({
    message: `The letter has ${count(params?.["actual"])} characters; what comes after ${count(params?.["limit"])} is cut off.`,
  }),
  invalid_postal_code: (_, { message, hint, fix }) => {
    const said = message.replace("postalCode ", "");
    // The library's hint is about spreadsheets.
    if (fix !== undefined) return { message: said, hint: "Is a 0 missing at the start?" };
    return hint === undefined ? { message: said } : { message: said, hint };
  },
  unresolved_placeholder: (_, { params }) =>
    params?.["variable"] === "first_name"
      ? { message: "{{first_name}} is the first word of the recipient's name, which is not there yet." }
      : { message: `Nothing is known for {{${String(params?.["variable"])}}}.`, hint: "Only {{first_name}} is filled in here." },
};

function count(value: unknown): string {
  return typeof value === "number" ? number(value) : String(value);
}

/** An issue in words. */
export function words(issue: Issue, field: Field | undefined): { message: string; hint?: string } {
  const { message, hint } = issue;
  const said = hint === undefined ? { message } : { message, hint };
  if (field === undefined) return said;
  const own = OWN[issue.code]?.(field, issue);
  if (own !== undefined) return own;
  // The library names members; people know fields.
  const member = issue.path.slice(issue.path.lastIndexOf("/") + 1);
  const rest = message.startsWith(`${member} `) ? nameOf(field) + message.slice(member.length) : message;
  return { ...said, message: rest };
}

/** An issue as a line under its field, with a button where its mending is mechanical. */
export function line(issue: Issue, field: Field | undefined, apply: (values: Partial<Values>) => void): HTMLLIElement {
  const { message, hint } = words(issue, field);
  const changes = issue.fix === undefined ? null : mended(issue.fix);
  if (changes === null) return issueLine(issue, message, hint);
  return issueLine(issue, message, hint, { label: mendingLabel(Object.values(changes)), apply: () => apply(changes) });
}

/** What a patch puts into the fields; nothing, if it changes anything else. */
function mended(fix: Change[]): Partial<Values> | null {
  const changes: Partial<Record<FieldId, string>> = {};
  for (const change of fix) {
    const field = fieldAt(change.path);
    const isWhole = field?.pointers.some((pointer) => pointer === change.path) ?? false;
    if (field === undefined || !isWhole) return null;
    if (change.op === "remove") changes[field.id] = "";
    else if (change.op === "replace" && typeof change.value === "string") changes[field.id] = change.value;
    else return null;
  }
  return changes;
}
