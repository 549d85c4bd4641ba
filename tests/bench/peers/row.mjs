// zod: a row of a list as whoever writes to six countries would check it: what has to be there, how long it may be, and the
// shape of the country's postal code. There are 252 countries; nobody would write them all out.
import * as z from "zod";
import { FILLED, ZIP, isState } from "./common.mjs";

const POSTAL_CODES = {
  "United States": ZIP,
  France: /^\d{5}$/,
  Germany: /^\d{5}$/,
  Austria: /^\d{4}$/,
  Netherlands: /^[1-9]\d{3} ?[A-Z]{2}$/i,
  Sweden: /^\d{3} ?\d{2}$/,
};

const filled = (limit) => z.string().regex(FILLED).max(limit);

const Row = z
  .looseObject({
    name: filled(100),
    streetAddress: filled(100),
    postalCode: filled(20),
    city: filled(100),
    state: z.string().max(100),
    country: z.enum(Object.keys(POSTAL_CODES)),
  })
  .superRefine(({ postalCode, state, country }, context) => {
    const fault = (name, message) => context.addIssue({ code: "custom", path: [name], message });
    if (!POSTAL_CODES[country].test(postalCode)) fault("postalCode", `Give a postal code of ${country}`);
    if (country === "United States" && !isState(state)) fault("state", "Give a state of the United States");
  });

export const Rows = z.array(Row);
