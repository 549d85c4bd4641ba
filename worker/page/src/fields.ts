import type { CheckoutLinkInput, Draft } from "edgepost";

/** The form's fields, in the order of the page: what each is called, and where in an order its value stands. */
export const FIELDS = [
  { id: "country", label: "Country", wanted: "the country", pointers: ["/letters/0/recipient/country"] },
  { id: "name", label: "Name", wanted: "the recipient's name", pointers: ["/letters/0/recipient/name"] },
  {
    id: "street",
    label: "Street and number",
    wanted: "the street and the number",
    pointers: ["/letters/0/recipient/streetAddress"],
  },
  { id: "extra", label: "Extra line", wanted: "the extra line", pointers: ["/letters/0/recipient/extra"] },
  { id: "postal", label: "Postal code", wanted: "the postal code", pointers: ["/letters/0/recipient/postalCode"] },
  { id: "city", label: "City or town", wanted: "the city or town", pointers: ["/letters/0/recipient/city"] },
  { id: "state", label: "State", wanted: "the state", pointers: ["/letters/0/recipient/state"] },
  {
    id: "message",
    label: "Your message",
    wanted: "your message",
    // In an order its text is the letter's own or the template, and what a template lacks is missed at the recipient.
    pointers: ["/letters/0/message", "/templateMessage", "/letters/0/recipient/customFields", "/letters/0"],
  },
  { id: "email", label: "Your e-mail address", wanted: "your e-mail address", pointers: ["/senderEmail"] },
] as const;

export type Field = (typeof FIELDS)[number];
export type FieldId = Field["id"];
/** What stands in the fields. */
export type Values = Record<FieldId, string>;
export type Order = Draft<CheckoutLinkInput>;

/** Nothing at all. */
export const EMPTY: Values = {
  country: "",
  name: "",
  street: "",
  extra: "",
  postal: "",
  city: "",
  state: "",
  message: "",
  email: "",
};

/** The order that the fields make up, however little stands in them. */
export function order(values: Values, form: "plain" | "template"): Order {
  const { name, street, extra, postal, city, state, country, message, email } = values;
  const recipient = present({ name, streetAddress: street, extra, postalCode: postal, city, state, country });
  const isTemplate = form === "template";
  return {
    requestType: "letter",
    ...present({ senderEmail: email }),
    // No secret in it: where the payer comes back to is known to the payment page.
    returnUrl: `${location.origin}/`,
    locale: "en",
    ...(isTemplate ? { composeMode: "template", templateMessage: message } : {}),
    letters: [{ recipient, ...(isTemplate ? {} : present({ message })) }],
  };
}

/** A field that nothing stands in is no member. */
function present(members: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value.trim() !== ""));
}

/** The fields of an order that was made with {@link order}; nothing, if it is anything else. */
export function values(input: string): Values | null {
  try {
    const made = JSON.parse(input) as Order;
    const letter = made.letters?.[0];
    const { name, streetAddress, extra, postalCode, city, state, country } = letter?.recipient ?? {};
    const message = made.templateMessage ?? letter?.message;
    const found = { name, street: streetAddress, extra, postal: postalCode, city, state, country, message, email: made.senderEmail };
    const texts = Object.entries(found).map(([id, value]) => [id, typeof value === "string" ? value : ""]);
    return { ...EMPTY, ...Object.fromEntries(texts) };
  } catch {
    return null;
  }
}

/** The field that a path of an order leads to: the one with the longest pointer that it is, or is below. */
export function fieldAt(path: string): Field | undefined {
  let found: { field: Field; length: number } | undefined;
  for (const field of FIELDS) {
    for (const pointer of field.pointers) {
      const leads = path === pointer || path.startsWith(`${pointer}/`);
      if (leads && pointer.length > (found?.length ?? 0)) found = { field, length: pointer.length };
    }
  }
  // A recipient as a whole is no message, although it stands in the letter.
  return path === "/letters/0/recipient" ? FIELDS[0] : found?.field;
}
