// What is measured: orders of 25 letters, faultless and with eleven mistakes. No private person receives one.

/** Each with a ZIP code of its own. */
const CITIES = [
  "Springfield, IL 62701", "Boston, MA 02116", "Seattle, WA 98104", "Denver, CO 80204", "Austin, TX 78701",
  "Portland, OR 97205", "Chicago, IL 60605", "Phoenix, AZ 85004", "Atlanta, GA 30303", "Miami, FL 33130",
  "Nashville, TN 37219", "Columbus, OH 43215", "Detroit, MI 48202", "Minneapolis, MN 55401", "Madison, WI 53703",
  "Omaha, NE 68102", "Boise, ID 83702", "Salt Lake City, UT 84111", "Las Vegas, NV 89101", "Albuquerque, NM 87102",
  "New Orleans, LA 70112", "Baltimore, MD 21201", "Philadelphia, PA 19103", "Richmond, VA 23219", "Honolulu, HI 96813",
];
const STREETS = ["Main Street", "Oak Avenue", "Library Square", "Second Street", "Park Road"];

/** Outside the United States, and beyond ASCII. */
const ABROAD = [
  ["Bibliothèque", "place de l'Hôtel de Ville", "69001", "Lyon", "France"],
  ["Stadtbücherei", "Königstraße", "70173", "Stuttgart", "Germany"],
  ["Bücherei", "Währinger Straße", "1090", "Wien", "Austria"],
  ["Openbare Bibliotheek", "Oosterdokskade", "1011 DL", "Amsterdam", "Netherlands"],
  ["Bibliotek", "Sveavägen", "113 50", "Stockholm", "Sweden"],
];

const SHORT = () => "Thank you.";
const LONG = (name, number) =>
  `Dear colleagues of ${name},\n\nThank you for lending us volume ${number} of the atlas. Our readers have made much ` +
  `use of it. You will find it enclosed, together with the receipt for "insured return" that you asked for.\n\n` +
  `With kind regards,\nThe interlibrary desk`;

const FRENCH = (name, number) =>
  `Chers collègues de ${name},\n\nMerci de nous avoir prêté le tome n° ${number} de l'atlas. Nos lecteurs s'en ` +
  `sont beaucoup servis. Vous le trouverez ci-joint, avec le reçu de « retour assuré » que vous avez demandé.\n\n` +
  `Bien à vous,\nLe prêt entre bibliothèques`;

/** About so many bytes, whose letters say so much. */
export const SIZES = { "4 KB": SHORT, "11 KB": LONG };

/** A recipient in the United States. */
export function atHome(index) {
  const [, city, state, postalCode] = /^(.+), (..) (\d+)$/.exec(CITIES[index % CITIES.length]);
  const streetAddress = `${index + 1} ${STREETS[index % STREETS.length]}`;
  return { name: `Library ${index + 1}`, streetAddress, postalCode, city, state, country: "United States" };
}

/** A recipient in one of five countries of Europe. */
export function abroad(index) {
  const [name, street, postalCode, city, country] = ABROAD[index % ABROAD.length];
  return { name: `${name} ${index + 1}`, streetAddress: `${street} ${index + 1}`, postalCode, city, country };
}

/** In the table's order. */
function order(text, recipientAt) {
  return {
    requestType: "letter",
    senderEmail: "desk@library.example.com",
    returnUrl: "https://library.example.com/sent",
    locale: "en",
    externalId: "interlibrary-2026-11",
    letters: CITIES.map((_, index) => {
      const recipient = recipientAt(index);
      return { recipient, message: text(recipient.name, index + 1) };
    }),
  };
}

/** Eleven mistakes of different kinds, spread over the order: the place that has to be reported, and how it is made. */
export const MISTAKES = {
  "/senderEmail": (order) => (order.senderEmail = "desk at library"),
  "/returnUrl": (order) => (order.returnUrl = "http://library.example.com/sent"),
  "/letters/1/recipient/name": ({ letters }) => (letters[1].recipient.name = "  "),
  "/letters/3/recipient/city": ({ letters }) => delete letters[3].recipient.city,
  "/letters/5/recipient/streetAddress": ({ letters }) => delete letters[5].recipient.streetAddress,
  "/letters/8/recipient/state": ({ letters }) => (letters[8].recipient.state = "ZZ"),
  "/letters/11/recipient/postalCode": ({ letters }) => (letters[11].recipient.postalCode = "4321"),
  "/letters/14/message": ({ letters }) => delete letters[14].message,
  "/letters/17/message": ({ letters }) => (letters[17].message = 7),
  "/letters/20/recipient/state": ({ letters }) => delete letters[20].recipient.state,
  "/letters/23/stampImageAssetId": ({ letters }) => (letters[23].stampImageAssetId = "asset_1"),
};

/** In the order of the vendor's examples: by name. */
function alphabetical(value) {
  if (Array.isArray(value)) return value.map(alphabetical);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, alphabetical(value[name])]));
}

/**
 * An order of a size, with mistakes or without, in one of the two orders of members; or an order of letters that go
 * abroad, which has a size of its own.
 */
export function make(size, { faulty = false, vendor = false, accents = false } = {}) {
  const made = accents ? order(FRENCH, abroad) : order(SIZES[size], atHome);
  if (faulty) for (const spoil of Object.values(MISTAKES)) spoil(made);
  const value = vendor ? alphabetical(made) : made;
  return { value, bytes: new TextEncoder().encode(JSON.stringify(value)) };
}
