import type { Issue } from "edgepost";
import { check, type Checked } from "./check.js";
import { byId, make, number, say } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { EMPTY, FIELDS, fieldAt, type Field, type FieldId, type Values } from "./fields.js";
import { line, words } from "./issues.js";
import { follow } from "./place.js";
import { draw } from "./preview.js";

/** PP-047, in UTF-16 code units, as the length of a text in JavaScript is. */
const LONGEST_MESSAGE = 6_000;

type Control = HTMLInputElement | HTMLTextAreaElement;

export interface Form {
  /** Puts a letter into the fields, or empties them. */
  fill(values: Values): void;
  /** Shows what somebody else found wrong, until anything is changed. */
  refuse(issues: Issue[]): void;
}

interface Handlers {
  /** The form is faultless, and was sent off. */
  submit(input: string): void;
  /** Something was changed. */
  change(): void;
}

/** Brings the form to life. The wasm has to be there. */
export function startForm({ submit, change }: Handlers): Form {
  const form = byId("letter", HTMLFormElement);
  const summary = byId("summary", HTMLElement);
  const summaryTitle = byId("summary-title", HTMLElement);
  const summaryList = byId("summary-list", HTMLElement);
  const left = byId("left", HTMLElement);
  const counter = byId("counter", HTMLElement);
  const example = byId("example", HTMLButtonElement);
  const undo = byId("undo", HTMLButtonElement);
  const message = byId("message", HTMLTextAreaElement);

  const controls = Object.fromEntries(
    FIELDS.map(({ id }) => [id, id === "message" ? message : byId(id, HTMLInputElement)]),
  ) as Record<FieldId, Control>;
  /** What is shown at each place, so that only what changes is touched. */
  const shown = new Map<FieldId | "form", string>();
  /** Fields that were left once: before that nobody is told off. */
  const touched = new Set<FieldId>();
  /** Issues that the gateway found. */
  let refused: Issue[] = [];
  let checked: Checked | undefined;
  let isSummarised = false;

  const values = (): Values =>
    Object.fromEntries(FIELDS.map(({ id }) => [id, controls[id].value])) as Values;

  const issues = (): Issue[] => {
    const all = [...(checked?.issues ?? []), ...refused];
    const order = FIELDS.map(({ id }) => id);
    const place = (issue: Issue): number => order.indexOf(fieldAt(issue.path)?.id ?? "email");
    return all.sort((one, other) => place(one) - place(other));
  };

  /** Puts values into fields, as if they had been typed and left. */
  const put = (changes: Partial<Values>): void => {
    for (const { id } of FIELDS) {
      const value = changes[id];
      if (value === undefined) continue;
      controls[id].value = value;
      touched.add(id);
    }
    refused = [];
    change();
    render();
  };

  const mend = (field: Field | undefined) => (changes: Partial<Values>): void => {
    const [first] = Object.keys(changes) as FieldId[];
    put(changes);
    // The button that had the focus is gone with its issue.
    const target = first ?? field?.id;
    if (target !== undefined) controls[target].focus();
  };

  const list = (place: FieldId | "form", found: Issue[], field?: Field): void => {
    const said = JSON.stringify(found);
    if (shown.get(place) === said) return;
    shown.set(place, said);
    byId(`${place}-issues`, HTMLElement).replaceChildren(...found.map((issue) => line(issue, field, mend(field))));
  };

  const renderIssues = (): void => {
    const all = issues();
    for (const field of FIELDS) {
      const own = touched.has(field.id) ? all.filter((issue) => fieldAt(issue.path)?.id === field.id) : [];
      list(field.id, own, field);
      if (own.some((issue) => issue.severity === "error")) controls[field.id].setAttribute("aria-invalid", "true");
      else controls[field.id].removeAttribute("aria-invalid");
    }
    // What no field is to blame for, such as the address of this page.
    list("form", all.filter((issue) => fieldAt(issue.path) === undefined));
    renderSummary(all.filter((issue) => issue.severity === "error"));
  };

  const renderSummary = (errors: Issue[]): void => {
    const count = errors.length;
    say(left, count === 0 ? "Everything is there." : `${things(count)} left to do before the letter can go.`);
    left.classList.toggle("ready", count === 0);
    if (count === 0) isSummarised = false;
    summary.hidden = !isSummarised;
    if (!isSummarised) return;
    say(summaryTitle, `${things(count)} left to do`);
    summaryList.replaceChildren(...errors.map(summaryLine));
  };

  const summaryLine = (issue: Issue): HTMLElement => {
    const field = fieldAt(issue.path);
    const { message: text } = words(issue, field);
    if (field === undefined) return make("li", {}, text);
    const link = make("a", { href: `#${field.id}` }, text);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      controls[field.id].focus();
    });
    return make("li", {}, link);
  };

  const render = (): void => {
    follow();
    const present = values();
    checked = check(present);
    say(counter, `${number(present.message.length)} of ${number(LONGEST_MESSAGE)}`);
    counter.classList.toggle("over", present.message.length > LONGEST_MESSAGE);
    draw(present, checked.text);
    renderIssues();
  };

  let isPlanned = false;
  const renderSoon = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      render();
    });
  };

  const toSummary = (): void => {
    for (const { id } of FIELDS) touched.add(id);
    isSummarised = true;
    renderIssues();
    summary.focus();
  };

  form.addEventListener("input", () => {
    refused = [];
    undo.hidden = true;
    change();
    renderSoon();
  });
  form.addEventListener("focusout", (event) => {
    const field = FIELDS.find(({ id }) => controls[id] === event.target);
    if (field === undefined || touched.has(field.id)) return;
    touched.add(field.id);
    // An issue that comes up under a pressed pointer would push away what is being pressed.
    if (isPressed) addEventListener("pointerup", () => setTimeout(renderSoon), { once: true });
    else renderSoon();
  });
  let isPressed = false;
  addEventListener("pointerdown", () => (isPressed = true), true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (isPressed = false), true);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    render();
    if (checked?.ok) submit(JSON.stringify(checked.order));
    else toSummary();
  });

  byId("insert", HTMLButtonElement).addEventListener("click", () => {
    message.setRangeText("{{first_name}}", message.selectionStart, message.selectionEnd, "end");
    message.focus();
    message.dispatchEvent(new Event("input", { bubbles: true }));
  });

  let next = 0;
  example.addEventListener("click", () => {
    const before = values();
    const chosen = EXAMPLES[next % EXAMPLES.length] ?? EMPTY;
    next += 1;
    put(chosen);
    say(example, "Fill in another example");
    const isOwn = JSON.stringify(before) !== JSON.stringify(EMPTY) && !EXAMPLES.some((one) => one.message === before.message);
    undo.hidden = !isOwn;
    undo.onclick = () => {
      undo.hidden = true;
      put(before);
      example.focus();
    };
  });

  // Before this nobody would have heard them.
  for (const id of ["example", "insert", "mint"]) byId(id, HTMLButtonElement).disabled = false;
  render();
  return {
    fill(filled) {
      touched.clear();
      isSummarised = false;
      undo.hidden = true;
      for (const { id } of FIELDS) {
        controls[id].value = filled[id];
        if (filled[id] !== "") touched.add(id);
      }
      refused = [];
      change();
      render();
    },
    refuse(found) {
      refused = found;
      toSummary();
    },
  };
}

function things(count: number): string {
  return count === 1 ? "One thing is" : `${number(count)} things are`;
}
