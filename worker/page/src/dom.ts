/** The language of the page, which is also that of its dates and numbers. */
const LANGUAGE = "en-GB";
const DAY = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long" });
const TIME = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "medium" });
const CLOCK = new Intl.DateTimeFormat(LANGUAGE, { timeStyle: "medium" });
const NUMBER = new Intl.NumberFormat(LANGUAGE);

export const day = (at: Date): string => DAY.format(at);
/** A moment of an answer; nothing, if it is none. */
export const time = (at: string): string => (Number.isNaN(Date.parse(at)) ? "" : TIME.format(new Date(at)));
export const clock = (at: Date): string => CLOCK.format(at);
export const number = (value: number): string => NUMBER.format(value);
/** A sum in hundredths of a currency. */
export const money = (sum: number, currency: string): string => `${currency.toUpperCase()} ${(sum / 100).toFixed(2)}`;

/** A span of time, as one says it. */
export function span(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}

/** An element of the page, of the kind that it is taken for. */
export function byId<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}

/** A new element. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** An icon of the page's sprite. It says nothing that is not said in words beside it. */
export function icon(name: "error" | "warning" | "info" | "done"): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  made.append(use);
  return made;
}

/** A line under a field that says what is wrong there. */
export function faultLine(text: string): HTMLLIElement {
  return make("li", { class: "issue error" }, icon("error"), make("span", {}, make("strong", {}, "Mend this: "), text));
}

/** Changes a text only where it differs, so that nothing is announced twice. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Says something, or hides the place where it would stand. */
export function sayOrHide(element: HTMLElement, text: string | undefined): void {
  element.hidden = text === undefined;
  say(element, text ?? "");
}

/** An address that a link may lead to. */
export function webAddress(url: string | null): string | null {
  try {
    const found = new URL(url ?? "");
    return ["https:", "http:"].includes(found.protocol) ? found.href : null;
  } catch {
    return null;
  }
}
