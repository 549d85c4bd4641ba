import { validate, type Draft, type Issue } from "edgepost";
import type { Edgepost } from "edgepost/client";
import { byId, make, number, say } from "../dom.js";
import { BUILDING, EXAMPLE, examplePdf } from "./example.js";
import { FIELDS, fieldAt, input, orderOf, piece, size, WHO, write, type Field, type Order, type Who } from "./fields.js";
import { startPdf } from "./file.js";
import { line, sorted, words } from "./issues.js";
import { startSearch } from "./search.js";

export type Placed = Draft<Order>;

export interface MailForm {
  empty(): void;
  /** Shows what somebody else found wrong, until anything is changed. */
  refuse(issues: Issue[]): void;
}

interface Handlers {
  /** The form is faultless, and was sent off. */
  submit(order: Placed): void;
  /** Something was changed. */
  change(): void;
}

/** Any id will do for a check. */
const SOME_ID = crypto.randomUUID();

/** Brings the form to life. The wasm has to be there. */
export function startForm(client: Edgepost, { submit, change }: Handlers): MailForm {
  const form = byId("mail", HTMLFormElement);
  const summary = byId("summary", HTMLElement);
  const left = byId("left", HTMLElement);

  /** What is shown at each place, so that only what changes is touched. */
  const shown = new Map<string, string>();
  /** Fields that were left once: before that nobody is told off. */
  const touched = new Set<string>();
  /** Issues that somebody else found. */
  let refused: Issue[] = [];
  let isSummarised = false;
  let isPressed = false;
  let isPlanned = false;

  const changed = (): void => {
    refused = [];
    change();
    renderSoon();
  };
  const pdf = startPdf(changed);
  const searches = { recipient: startSearch(client, "recipient", changed), sender: startSearch(client, "sender", changed) };
  const order = (): Placed => orderOf(SOME_ID, pdf.address(), (who) => searches[who].found());

  const isShown = ({ id }: Field): boolean => input(id).checkVisibility();
  const issues = (): { issue: Issue; field: Field | undefined }[] => {
    const own = pdf.issues();
    const found = validate("postalform.create_order", order()).issues;
    // A PDF that will not do was chosen: it is not missing.
    const others = own.length === 0 ? found : found.filter(({ path }) => fieldAt(path)?.id !== "file");
    return sorted([...others, ...own.map((issue) => ({ ...issue, path: "/pdf" })), ...refused], FIELDS);
  };

  const render = (): boolean => {
    const all = issues();
    for (const field of FIELDS) {
      const isTold = touched.has(field.id) || (field.id === "file" && pdf.issues().length > 0);
      const own = isTold ? all.filter((one) => one.field === field).map(({ issue }) => issue) : [];
      list(field.id, own, field);
      if (own.some(({ severity }) => severity === "error")) input(field.id).setAttribute("aria-invalid", "true");
      else input(field.id).removeAttribute("aria-invalid");
    }
    // What no field is to blame for; what is usual is nothing to be told.
    const others = all.filter(({ field, issue }) => field === undefined && issue.severity !== "info");
    list("form", others.map(({ issue }) => issue));
    const errors = all.filter(({ issue }) => issue.severity === "error");
    renderSummary(errors);
    return errors.length === 0;
  };

  const list = (place: string, found: Issue[], field?: Field): void => {
    const said = JSON.stringify(found);
    if (shown.get(place) === said) return;
    shown.set(place, said);
    byId(`${place}-issues`, HTMLElement).replaceChildren(...found.map((issue) => line(issue, field, put)));
  };

  const renderSummary = (errors: ReturnType<typeof issues>): void => {
    const count = errors.length;
    say(left, count === 0 ? "Everything is there." : `${things(count)} left to do before it has a price.`);
    left.classList.toggle("ready", count === 0);
    isSummarised &&= count > 0;
    summary.hidden = !isSummarised;
    if (!isSummarised) return;
    say(byId("summary-title", HTMLElement), `${things(count)} left to do`);
    byId("summary-list", HTMLElement).replaceChildren(...errors.map(({ issue, field }) => {
      if (field === undefined) return make("li", {}, words(issue, field));
      const link = make("a", { href: `#${field.id}` }, words(issue, field));
      link.addEventListener("click", (event) => {
        event.preventDefault();
        input(field.id).focus();
      });
      return make("li", {}, link);
    }));
  };

  const renderSoon = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      render();
    });
  };

  /** Puts values into fields, as if they had been typed and left. */
  const put = (values: Record<string, string>): void => {
    for (const [id, value] of Object.entries(values)) {
      input(id).value = value;
      touched.add(id);
    }
    changed();
    // The button that had the focus is gone with its issue.
    const [first] = Object.keys(values);
    if (first !== undefined) input(first).focus();
  };

  const toSummary = (): void => {
    for (const field of FIELDS) if (isShown(field)) touched.add(field.id);
    isSummarised = true;
    render();
    summary.focus();
  };

  const follow = (): void => {
    byId("size-field", HTMLElement).hidden = piece() === "letter";
    byId("options", HTMLElement).hidden = piece() === "postcard";
  };

  const choose = (who: Who, written: boolean): void => {
    write(who, written);
    input(written ? `${who}-line1` : `${who}-search`).focus();
    changed();
  };

  for (const who of WHO) {
    byId(`${who}-write`, HTMLButtonElement).addEventListener("click", () => choose(who, true));
    byId(`${who}-find`, HTMLButtonElement).addEventListener("click", () => choose(who, false));
  }
  for (const id of ["letter", "postcard", "size"]) {
    byId(id, HTMLElement).addEventListener("change", () => {
      follow();
      pdf.look();
    });
  }
  form.addEventListener("input", changed);
  form.addEventListener("focusout", ({ target }) => {
    const field = FIELDS.find(({ id }) => target instanceof HTMLElement && target.id === id);
    if (field === undefined || touched.has(field.id)) return;
    touched.add(field.id);
    // An issue that comes up under a pressed pointer would push away what is being pressed.
    if (isPressed) addEventListener("pointerup", () => setTimeout(renderSoon), { once: true });
    else renderSoon();
  });
  addEventListener("pointerdown", () => (isPressed = true), true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (isPressed = false), true);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (render()) submit(order());
    else toSummary();
  });
  byId("example", HTMLButtonElement).addEventListener("click", () => {
    write("sender", true);
    write("recipient", false);
    pdf.take(examplePdf(piece() === "letter" ? "letter" : size()));
    put(EXAMPLE);
    searches.recipient.search(BUILDING);
  });

  // Before this nobody would have heard them.
  for (const id of ["example", "price"]) byId(id, HTMLButtonElement).disabled = false;
  follow();
  render();
  return {
    empty() {
      form.reset();
      touched.clear();
      isSummarised = false;
      pdf.empty();
      for (const who of WHO) {
        searches[who].empty();
        write(who, false);
      }
      follow();
      changed();
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
