import type { Issue, Severity } from "edgepost";
import { icon, make } from "./dom.js";

/** The word that stands beside the icon. */
const WORDS: Record<Severity, string> = { error: "Mend this", warning: "Check this", info: "Note" };

/** What a button does about an issue whose mending is mechanical. */
export interface Mending {
  label: string;
  apply(): void;
}

/** An issue as a line under its field, in these words. */
export function issueLine({ severity, code }: Issue, message: string, hint?: string, mending?: Mending): HTMLLIElement {
  const text = make("span", {}, make("strong", {}, `${WORDS[severity]}: `), message);
  if (hint !== undefined) text.append(" ", make("span", { class: "issue-hint" }, hint));
  if (mending !== undefined) {
    const button = make("button", { type: "button", class: "inline fix" }, mending.label);
    button.addEventListener("click", mending.apply);
    text.append(" ", button);
  }
  return make("li", { class: `issue ${severity}`, "data-code": code }, icon(severity), text);
}

/** What the button is called that puts these values into their fields. */
export function mendingLabel([value, more]: string[]): string {
  if (value === undefined || more !== undefined || value.length > 24) return "Apply";
  return value === "" ? "Leave it empty" : `Use ${value}`;
}
