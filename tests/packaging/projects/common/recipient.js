import { place, ready, validateRecipient } from "edgepost/recipient";

const LIBRARY = { name: "British Library", streetAddress: "96 Euston Road", postalCode: "NW1 2DB", city: "London", country: "United Kingdom" };

export async function recipientVerdicts() {
  await ready();
  const found = [LIBRARY, { ...LIBRARY, city: "" }].map((recipient) => validateRecipient(recipient).ok);
  return { recipient: [...found, place("United Kingdom") !== null] };
}
