// What a user of any of the peers would write beside the schema. The same for all of them, so that it does not decide.

const STATES = {
  AA: "Armed Forces (AA)", AE: "Armed Forces (AE)", AK: "Alaska", AL: "Alabama", AP: "Armed Forces (AP)",
  AR: "Arkansas", AS: "American Samoa", AZ: "Arizona", CA: "California", CO: "Colorado", CT: "Connecticut",
  DC: "District of Columbia", DE: "Delaware", FL: "Florida", FM: "Micronesia", GA: "Georgia", GU: "Guam",
  HI: "Hawaii", IA: "Iowa", ID: "Idaho", IL: "Illinois", IN: "Indiana", KS: "Kansas", KY: "Kentucky", LA: "Louisiana",
  MA: "Massachusetts", MD: "Maryland", ME: "Maine", MH: "Marshall Islands", MI: "Michigan", MN: "Minnesota",
  MO: "Missouri", MP: "Northern Mariana Islands", MS: "Mississippi", MT: "Montana", NC: "North Carolina",
  ND: "North Dakota", NE: "Nebraska", NH: "New Hampshire", NJ: "New Jersey", NM: "New Mexico", NV: "Nevada",
  NY: "New York", OH: "Ohio", OK: "Oklahoma", OR: "Oregon", PA: "Pennsylvania", PR: "Puerto Rico", PW: "Palau",
  RI: "Rhode Island", SC: "South Carolina", SD: "South Dakota", TN: "Tennessee", TX: "Texas", UT: "Utah",
  VA: "Virginia", VI: "Virgin Islands", VT: "Vermont", WA: "Washington", WI: "Wisconsin", WV: "West Virginia",
  WY: "Wyoming",
};
/** Codes as they are usually written, so that the usual case costs one look. */
const CODES = new Set(Object.keys(STATES));
const NAMES = new Set(Object.entries(STATES).flat().map((text) => text.toUpperCase()));
const UNITED_STATES = new Set(["us", "usa", "unitedstates", "unitedstatesofamerica"]);

/** As HTML's `input type=email` takes it, with a dot in the domain. zod and valibot bring their own. */
const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const EMAIL = new RegExp(`^[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]+@${LABEL}(?:\\.${LABEL})+$`);
/** Something other than white space. */
export const FILLED = /\S/;
/** Five digits, or nine. */
export const ZIP = /^\s*\d{5}(?:[- ]?\d{4})?\s*$/;
/** What the vendor cuts off behind, in UTF-16 code units. */
export const LETTER_LIMIT = 6000;
export const POSTCARD_LIMIT = 400;
export const LOCALES = ["de", "en", "es", "fr", "it", "nl", "pl", "pt"];

export function isUnitedStates(country) {
  return country === "United States" || UNITED_STATES.has(country.replace(/[\s.,()]/g, "").toLowerCase());
}

/** A state, territory or military region, by code or name. */
export function isState(state) {
  return CODES.has(state) || NAMES.has(state.trim().toUpperCase());
}

/** Absolute and `https`, or `http` on this computer. */
export function isReturnUrl(text) {
  try {
    const { protocol, hostname } = new URL(text);
    return protocol === "https:" || (protocol === "http:" && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname));
  } catch {
    return false;
  }
}

/** Whether letters stay within one market. */
export function isOneMarket(letters) {
  return new Set(letters.map(({ recipient }) => isUnitedStates(recipient.country))).size < 2;
}

/** The variables of a template that somebody lacks: `[index, name]`. */
export function missingVariables(template, declared = [], recipients) {
  const used = [...template.matchAll(/\{\{ *([A-Za-z_]\w{0,39}) *\}\}/g)].map((found) => found[1]);
  const wanted = [...new Set([...used, ...declared])].filter((name) => name !== "first_name");
  return recipients.flatMap(({ customFields = {} }, index) =>
    wanted.filter((name) => !Object.hasOwn(customFields, name)).map((name) => [index, name]),
  );
}

/** Formats as ajv takes them: functions are faster than patterns and long lists of values. */
export const formats = { email: EMAIL, "return-url": isReturnUrl, "us-country": isUnitedStates, "us-state": isState };
