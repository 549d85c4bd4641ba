import { icon, make, time } from "./dom.js";

/** A step in the life of an order. */
export interface Step {
  label: string;
  /** When it came, where that is known. */
  at: string | null;
  state: "done" | "now" | "to come";
  /** Whether it ends here, and how. */
  end: "good" | "bad" | null;
}

/** A step as a line of a list. */
export function stepLine({ label: text, at, state, end }: Step): HTMLElement {
  const line = make("li", { class: `step ${end ?? state.replace(" ", "-")}` });
  if (state === "now") line.setAttribute("aria-current", "step");
  const mark = make("span", { class: "mark" });
  if (end === "bad") mark.append(icon("error"));
  else if (end === "good" || state === "done") mark.append(icon("done"));
  const hidden = make("span", { class: "visually-hidden" }, state === "now" ? ", now" : `, ${state}`);
  line.append(mark, make("span", { class: "step-label" }, text, hidden));
  if (at !== null && state !== "to come") line.append(make("time", { datetime: at }, time(at)));
  return line;
}
