// The form follows the country: what it asks for, in which order, and under the names that are used there.
import { countries, place, ready, type PlaceField } from "edgepost/recipient";
import { byId, make, say } from "./dom.js";
import type { Field, FieldId } from "./fields.js";

/** The parts of an address that countries order and name in ways of their own. */
const PARTS = { postalCode: "postal", city: "city", state: "state" } as const;
type Part = (typeof PARTS)[keyof typeof PARTS];

const country = byId("country", HTMLInputElement);
const locality = byId("locality", HTMLElement);
const usual = [...locality.children];
const names = new Map<FieldId, string>();

/** What a field is called where the letter goes to. */
export function label(field: Field): string {
  return names.get(field.id) ?? field.label;
}

/** The same in a sentence: `the postal code`, `the ZIP code`. */
export function wanted(field: Field): string {
  const name = names.get(field.id);
  if (name === undefined) return field.wanted;
  return `the ${/^[A-Z]{2}/.test(name) ? name : name.toLowerCase()}`;
}

/** Follows the country from here on. Without the module that knows them the form stays as it is. */
export async function followCountry(): Promise<void> {
  await ready();
  byId("countries", HTMLDataListElement).replaceChildren(...countries().map(({ name }) => make("option", { value: name })));
  isReady = true;
  follow();
}

let isReady = false;
let followed = "";

/** Looks at the country that stands in its field. */
export function follow(): void {
  if (isReady && country.value !== followed) ask();
  // What stands in a field is never hidden, whoever put it there: a browser fills in addresses as well.
  if (byId("state", HTMLInputElement).value !== "") byId("state-field", HTMLElement).hidden = false;
}

/** Asks for what the country that stands there writes on an envelope. */
function ask(): void {
  followed = country.value;
  const found = place(followed);
  names.clear();
  const parts = new Map<Part, PlaceField>();
  for (const field of found?.fields ?? []) {
    const part = PARTS[field.member as keyof typeof PARTS];
    if (part !== undefined) parts.set(part, field);
  }
  for (const part of Object.values(PARTS)) draw(part, parts.get(part), found !== null);
  const order = [...parts.keys()].map((part) => byId(`${part}-field`, HTMLElement));
  locality.replaceChildren(...order, ...usual.filter((field) => !order.includes(field as HTMLElement)));
}

function draw(part: Part, field: PlaceField | undefined, isKnown: boolean): void {
  if (field !== undefined) names.set(part, field.label);
  say(byId(`${part}-label`, HTMLElement), field?.label ?? { postal: "Postal code", city: "City or town", state: "State" }[part]);
  // PieterPost asks everybody for a postal code and a city.
  const isUsed = !isKnown || field !== undefined || part !== "state";
  byId(`${part}-field`, HTMLElement).hidden = !isUsed;
  if (part === "state") {
    say(byId("state-aside", HTMLElement), field?.required === true ? "" : isKnown ? "(optional)" : "(if any)");
    const options = (field?.options ?? []).map(({ code, name }) => make("option", { value: code }, name));
    byId("states", HTMLDataListElement).replaceChildren(...options);
  }
  if (part === "postal") say(byId("postal-hint", HTMLElement), field?.example === undefined ? "" : `Such as ${field.example}.`);
}
