import type { Draft, Operations } from "edgepost";
import { byId, make, say } from "../dom.js";

export type Order = Operations["postalform.create_order"]["input"];

export const WHO = ["recipient", "sender"] as const;
export type Who = (typeof WHO)[number];
/** An address that was chosen from what was found. */
export interface Found {
  id: string;
  text: string;
}

export interface Field {
  id: string;
  label: string;
  /** What to say where nothing stands there. */
  wanted: string;
  /** Where in an order its value stands. */
  pointers: string[];
}

/** How parties are told apart in words. */
const WHOSE: Record<Who, string> = { recipient: "the recipient's", sender: "the sender's" };
const WRITTEN = { line1: "Street and number", line2: "Apartment or floor", city: "City", state: "State", zip: "ZIP code" } as const;
const LINES = Object.keys(WRITTEN) as (keyof typeof WRITTEN)[];

function partyFields(who: Who): Field[] {
  const [whose, address] = [WHOSE[who], `/${who}_address`];
  const written = LINES.map((line) => {
    const label = WRITTEN[line];
    const name = label.startsWith("ZIP") ? label : label.toLowerCase();
    return { id: `${who}-${line}`, label, wanted: `Enter ${whose} ${name}.`, pointers: [`${address}_manual/${line}`] };
  });
  return [
    { id: `${who}-name`, label: "Name", wanted: `Enter ${whose} name.`, pointers: [`/${who}_name`] },
    { id: `${who}-search`, label: "Address", wanted: `Choose ${whose} address from the list.`, pointers: [`${address}_id`, `${address}_text`, `${address}_type`] },
    ...written,
  ];
}

/** The form's fields, in the order of the page. */
export const FIELDS: Field[] = [
  { id: "file", label: "PDF", wanted: "Choose a PDF.", pointers: ["/pdf", "/file_name"] },
  ...WHO.flatMap(partyFields),
  { id: "buyer-name", label: "Your name", wanted: "Enter your name.", pointers: ["/buyer_name"] },
  { id: "buyer-email", label: "Your e-mail address", wanted: "Enter your e-mail address.", pointers: ["/buyer_email"] },
];

/** The field that a path of an order leads to. */
export function fieldAt(path: string): Field | undefined {
  return FIELDS.find(({ pointers }) => pointers.some((pointer) => path === pointer || path.startsWith(`${pointer}/`)));
}

/** Puts the fields of both parties into the page. */
export function drawParties(): void {
  const template = byId("party", HTMLTemplateElement);
  for (const who of WHO) {
    const party = template.content.cloneNode(true) as DocumentFragment;
    for (const element of party.querySelectorAll("*")) {
      for (const { name, value } of [...element.attributes]) {
        if (/^(id|for|aria-.*)$/.test(name)) element.setAttribute(name, value.replaceAll("party-", `${who}-`));
      }
    }
    byId(who, HTMLElement).append(party);
  }
}

export const input = (id: string): HTMLInputElement => byId(id, HTMLInputElement);

/** Whether an address is written out. */
export const isWritten = (who: Who): boolean => !byId(`${who}-written`, HTMLElement).hidden;

/** Shows the fields for one way of giving an address. */
export function write(who: Who, written: boolean): void {
  byId(`${who}-written`, HTMLElement).hidden = !written;
  byId(`${who}-found`, HTMLElement).hidden = written;
}

export const piece = (): "letter" | "postcard" => (input("postcard").checked ? "postcard" : "letter");
export const size = (): "4x6" | "6x9" | "11x6" => byId("size", HTMLSelectElement).value as "4x6";

/** The order that the fields make up, however little stands in them. */
export function orderOf(requestId: string, pdf: string | null, found: (who: Who) => Found | null): Draft<Order> {
  const isCard = piece() === "postcard";
  return {
    request_id: requestId,
    ...present({ buyer_name: input("buyer-name").value, buyer_email: input("buyer-email").value }),
    ...(pdf === null ? {} : { pdf }),
    mailpiece_type: piece(),
    ...(isCard ? { postcard_size: size() } : {}),
    ...party("sender", found("sender")),
    ...party("recipient", found("recipient")),
    // A postcard has no choice.
    ...(isCard ? {} : { double_sided: input("double").checked, color: input("color").checked, mail_class: "standard", certified: input("certified").checked }),
  };
}

/** One strategy for each party (PF-030). */
function party(who: Who, found: Found | null): Record<string, unknown> {
  const name = present({ [`${who}_name`]: input(`${who}-name`).value });
  const address = `${who}_address`;
  if (!isWritten(who)) {
    const chosen = found === null ? {} : { [`${address}_id`]: found.id, [`${address}_text`]: found.text };
    return { ...name, [`${address}_type`]: "Address", ...chosen };
  }
  const lines = Object.fromEntries(LINES.map((line) => [line, input(`${who}-${line}`).value]));
  return { ...name, [`${address}_type`]: "Manual", [`${address}_manual`]: present(lines) };
}

/** A field that nothing stands in is no member. */
function present(members: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value.trim() !== ""));
}

/** Shows rows of a list of terms. */
export function drawTerms(list: HTMLElement, rows: [name: string, value: string][]): void {
  list.replaceChildren(...rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

/** Says something, as trouble or not. */
export function tell(element: HTMLElement, text: string, isTrouble = false): void {
  element.classList.toggle("trouble", isTrouble);
  say(element, text);
}
