import { addressLines } from "./address.js";
import { byId, day, make, say } from "./dom.js";
import type { Values } from "./fields.js";

const sender = byId("sheet-sender", HTMLElement);
const address = byId("sheet-address", HTMLElement);
const date = byId("sheet-date", HTMLTimeElement);
const text = byId("sheet-text", HTMLElement);

/** Draws the letter. `message` is the text as it will be printed. */
export function draw(values: Values, message: string): void {
  const lines = addressLines(values);
  const email = values.email.trim();
  say(sender, email === "" ? "From your e-mail address" : `From ${email}`);
  sender.classList.toggle("ghost", email === "");
  const shown = lines.length > 0 ? lines : ["Name", "Street and number", "Postal code and city", "Country"];
  address.replaceChildren(...shown.map((line) => make("span", {}, line)));
  address.classList.toggle("ghost", lines.length === 0);
  const today = new Date();
  date.dateTime = today.toISOString().slice(0, 10);
  say(date, day(today));
  say(text, message.trim() === "" ? "What you write appears here." : message);
  text.classList.toggle("ghost", message.trim() === "");
}
