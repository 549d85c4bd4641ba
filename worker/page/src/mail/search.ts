import type { Operations } from "edgepost";
import { EdgepostError, type Called, type Edgepost } from "edgepost/client";
import { byId } from "../dom.js";
import { startCombobox, type Option } from "./combobox.js";
import { input, tell, type Found, type Who } from "./fields.js";

type Search = Operations["postalform.search_addresses"];
type Suggestion = Search["output"]["suggestions"][number];

const SEARCHING = "postalform.search_addresses";
/** PFD-020: a search for each key would be too many. */
const PAUSE_MS = 300;
/** PFD-013. */
const SHORTEST = 3;
const BACK: Option = { text: "All places", aside: "back to what was found before", leads: true };

export interface AddressSearch {
  /** The address that was chosen; none while something else stands in the field. */
  found(): Found | null;
  /** Searches for this, as if it had been typed. */
  search(query: string): void;
  empty(): void;
}

/** The search for one party's address. `changed` is told of each choice, and of each that is taken back. */
export function startSearch(client: Edgepost, who: Who, changed: () => void): AddressSearch {
  const field = input(`${who}-search`);
  const status = byId(`${who}-status`, HTMLElement);
  const again = byId(`${who}-again`, HTMLButtonElement);
  /** What was found before is not asked for again. */
  const known = new Map<string, Suggestion[]>();

  let found: Found | null = null;
  /** PFD-015: the building, or the street, in which is searched. */
  let inside: Suggestion | null = null;
  let shown: Suggestion[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: AbortController | null = null;

  const combobox = startCombobox(field, byId(`${who}-list`, HTMLElement), {
    choose: (index) => choose(inside === null ? shown[index] : index === 0 ? null : shown[index - 1]),
    open: () => {
      if (found === null) void look();
    },
  });

  /** Ends what is under way: its answer is not wanted any more. */
  const stop = (): void => {
    clearTimeout(timer);
    underWay?.abort();
    underWay = null;
    again.hidden = true;
    combobox.hide();
  };

  /** Takes one of the list; back to all places, if it is null. */
  const choose = (chosen: Suggestion | null | undefined): void => {
    if (chosen === undefined) return;
    stop();
    if (chosen === null || chosen.type === "Container") {
      inside = chosen;
      void look();
      return;
    }
    found = { id: chosen.id, text: `${chosen.text}, ${chosen.description}` };
    inside = null;
    field.value = found.text;
    tell(status, `Chosen: ${found.text}.`);
    changed();
  };

  /** Searches for what stands in the field. */
  const look = async (): Promise<void> => {
    stop();
    const query = field.value.trim();
    if (query.length < SHORTEST) return tell(status, "");
    const container = inside?.id;
    const key = JSON.stringify([query.toLowerCase(), container]);
    const controller = new AbortController();
    underWay = controller;
    try {
      let suggestions = known.get(key);
      if (suggestions === undefined) {
        tell(status, "Searching …");
        const asked = { target: who, query, ...(container === undefined ? {} : { container }) };
        suggestions = taken(await client.call(SEARCHING, asked, { signal: controller.signal, timeoutMs: 10_000 }));
        known.set(key, suggestions);
      }
      if (!controller.signal.aborted) show(suggestions);
    } catch (error) {
      if (controller.signal.aborted) return;
      tell(status, `${inWords(error)} Search again, or write the address out.`, true);
      again.hidden = false;
    }
  };

  const show = (suggestions: Suggestion[]): void => {
    // PFD-015: only these two can be gone on with.
    shown = suggestions.filter(({ type }) => type === "Address" || type === "Container");
    const options = shown.map(({ text, description, type }) => ({ text, aside: description, leads: type === "Container" }));
    const count = shown.length === 1 ? "One place" : `${shown.length} places`;
    const where = inside === null ? "" : ` in ${inside.text}`;
    if (shown.length === 0) tell(status, `Nothing was found${where}. Try other words, or write the address out.`);
    else tell(status, `${count}${where}: choose with the arrow keys and Enter, or press one.`);
    // Who has left the field wants no list to come up.
    if (document.activeElement === field) combobox.show(inside === null ? options : [BACK, ...options]);
  };

  field.addEventListener("input", () => {
    stop();
    if (found !== null || field.value.trim() === "") inside = null;
    found = null;
    tell(status, "");
    timer = setTimeout(() => void look(), PAUSE_MS);
    changed();
  });
  again.addEventListener("click", () => {
    field.focus();
    void look();
  });

  return {
    found: () => found,
    search(query) {
      [found, inside] = [null, null];
      field.value = query;
      field.focus();
      void look();
    },
    empty() {
      stop();
      [found, inside, field.value] = [null, null, ""];
      tell(status, "");
    },
  };
}

/** What a call brought. */
function taken(called: Called<Search["output"]>): Suggestion[] {
  if (called.kind === "ok") return called.value.suggestions;
  throw new Error(called.kind === "refused" ? `The search is refused: ${called.message}` : "The search has brought no answer.");
}

function inWords(error: unknown): string {
  if (error instanceof EdgepostError && error.code === "invalid_input") return error.issues.map(({ message }) => `${message}.`).join(" ");
  return error instanceof Error ? error.message : String(error);
}
