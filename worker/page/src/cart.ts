import { total, type Operations } from "edgepost";
import { byId, make, money } from "./dom.js";

export type Checkout = Operations["postpay.create_checkout"]["input"];
/** What is bought, and how many of each. */
export type Cart = [reference: string, count: number][];

export const CURRENCY = "AED";
const MOST_OF_ONE = 5;
/** In hundredths, without tax. */
const COURIER = 2_000;
/** The tax is this part of the whole. */
const TAXED = 20;
const MUSEUM = {
  first_name: "Louvre",
  last_name: "Abu Dhabi",
  phone: "+971 600 565566",
  line1: "Saadiyat Cultural District",
  city: "Abu Dhabi",
  country: "AE",
  postal_code: "00000",
} as const;

/** A line of the bill. */
type Line = [name: string, sum: number];

interface Thing {
  reference: string;
  name: string;
  /** Its price as it stands in the page, where anybody can change it. */
  price: HTMLDataElement;
  count: HTMLSelectElement;
}

const things: Thing[] = Array.from(document.querySelectorAll<HTMLElement>(".thing"), ({ dataset }) => {
  const reference = dataset["reference"] ?? "";
  const count = byId(reference, HTMLSelectElement);
  for (let number = 0; number <= MOST_OF_ONE; number += 1) count.append(make("option", { value: String(number) }, String(number)));
  return { reference, name: count.labels[0]?.textContent ?? "", price: byId(`${reference}-price`, HTMLDataElement), count };
});

const chosen = (): Thing[] => things.filter(({ count }) => count.value !== "0");

/** The first of the things, for who has chosen none. */
export const firstThing = things[0]?.count;

export function cart(): Cart {
  return chosen().map(({ reference, count }) => [reference, Number(count.value)]);
}

/** Puts things into the cart. */
export function fill(filled: Cart): void {
  for (const { reference, count } of things) {
    const [, wanted = 0] = filled.find(([name]) => name === reference) ?? [];
    count.value = String(wanted);
  }
}

/** The cart as Postpay has it, with the prices that stand in the page. */
export function checkout(orderId: string, email: string): Checkout {
  const items = chosen().map(({ reference, name, price, count }) => ({
    reference,
    name,
    url: `${location.origin}/shop#${reference}`,
    unit_price: Number(price.value),
    qty: Number(count.value),
  }));
  const net = items.reduce((sum, { unit_price, qty }) => sum + unit_price * qty, COURIER);
  // The gateway's own address: it asks Postpay what became of the order, and takes the money of one that was approved.
  const back = `${location.origin}/return/postpay`;
  const parts = {
    order_id: orderId,
    tax_amount: Math.round(net / TAXED),
    currency: CURRENCY,
    shipping: { name: "Courier", amount: COURIER, address: MUSEUM },
    customer: { email },
    items,
    merchant: { confirmation_url: back, cancel_url: back },
  };
  return { ...parts, total_amount: total(parts) };
}

/** Shows what the cart comes to, and returns that. An empty one is not sent anywhere. */
export function draw(): number {
  for (const { price } of things) price.textContent = money(Number(price.value), CURRENCY);
  const { items, tax_amount, total_amount } = checkout("", "");
  const [whole, parts]: [number, Line[]] =
    items.length === 0 ? [0, []] : [total_amount, [["Courier", COURIER], ["Tax, 5 %", tax_amount]]];
  const bought = items.map(({ name, qty, unit_price }): Line => [`${qty} × ${name}`, qty * unit_price]);
  const lines = [...bought, ...parts, ["Total", whole] satisfies Line];
  const line = ([name, sum]: Line, index: number): HTMLElement[] => {
    const attributes: Record<string, string> = index === lines.length - 1 ? { class: "sum" } : {};
    return [make("dt", attributes, name), make("dd", attributes, money(sum, CURRENCY))];
  };
  byId("bill-lines", HTMLElement).replaceChildren(...lines.flatMap(line));
  return whole;
}
