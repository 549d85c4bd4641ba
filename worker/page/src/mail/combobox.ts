import { make } from "../dom.js";

/** What can be chosen. */
export interface Option {
  text: string;
  /** The rest of it. */
  aside: string;
  /** Whether choosing it leads to others. */
  leads: boolean;
}

export interface Combobox {
  /** Opens the list with these. */
  show(options: Option[]): void;
  hide(): void;
}

interface Handlers {
  /** One was chosen, by its place. */
  choose(index: number): void;
  /** The list is wanted, and there is none. */
  open(): void;
}

/**
 * A field with a list below it, as the ARIA Authoring Practices have it: the focus stays in the field, the arrows go through
 * the list, Enter takes, Escape closes.
 */
export function startCombobox(input: HTMLInputElement, list: HTMLElement, { choose, open }: Handlers): Combobox {
  /** Which one the arrows are at; none, if negative. */
  let active = -1;

  const isOpen = (): boolean => !list.hidden;
  const mark = (index: number): void => {
    active = index;
    for (const [place, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(place === index));
    const option = list.children[index];
    if (option === undefined) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const setOpen = (opens: boolean): void => {
    list.hidden = !opens;
    input.setAttribute("aria-expanded", String(opens));
    mark(-1);
  };
  const hide = (): void => setOpen(false);
  const step = (by: 1 | -1): void => {
    const { length } = list.children;
    if (isOpen()) mark(active < 0 ? (by > 0 ? 0 : length - 1) : (active + by + length) % length);
    else open();
  };

  const draw = ({ text, aside, leads }: Option, index: number): HTMLElement => {
    const option = make("li", { id: `${list.id}-${index}`, role: "option", class: leads ? "option leads" : "option", "aria-selected": "false" });
    option.append(make("span", {}, text), " ", make("span", { class: "aside" }, aside));
    // The focus stays in the field.
    option.addEventListener("mousedown", (event) => event.preventDefault());
    option.addEventListener("click", () => choose(index));
    return option;
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const wasOpen = isOpen();
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Escape" && wasOpen) hide();
    // Who is about to choose does not send the form off.
    else if (event.key === "Enter" && wasOpen) active < 0 ? hide() : choose(active);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", hide);

  return {
    show(options) {
      list.replaceChildren(...options.map(draw));
      setOpen(options.length > 0);
    },
    hide,
  };
}
