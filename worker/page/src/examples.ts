import type { Values } from "./fields.js";

/** Public institutions, never a person. */
export const EXAMPLES: readonly Values[] = [
  {
    name: "Rijksmuseum",
    street: "Museumstraat 1",
    extra: "",
    postal: "1071 XX",
    city: "Amsterdam",
    state: "",
    country: "Netherlands",
    message:
      "Dear {{first_name}},\n\nLast Sunday we stood in front of The Night Watch for almost an hour. The youngest of us, " +
      "who is six, counted the people in it and came to thirty-one; then she found the dog.\n\nThank you for the bench " +
      "that you put in front of it.\n\nWarm regards,\nFour visitors",
    email: "sender@example.com",
  },
  {
    name: "Library of Congress",
    street: "101 Independence Avenue SE",
    extra: "Main Reading Room",
    postal: "20540",
    city: "Washington",
    state: "DC",
    country: "United States",
    message:
      "Dear librarians,\n\nIs there a catalogue of the maps that were drawn from letters rather than from journeys? I would " +
      "travel a long way to read it.\n\nYours sincerely,\nA reader",
    email: "sender@example.com",
  },
  {
    name: "Natural History Museum",
    street: "Cromwell Road",
    extra: "",
    postal: "SW7 5BD",
    city: "London",
    state: "",
    country: "United Kingdom",
    message: "Dear museum,\n\nPlease give our best wishes to the whale.\n\nClass 2b",
    email: "sender@example.com",
  },
];
