import type { Values } from "./fields.js";

/** Countries that write the city first and the code behind the state. */
const CITY_STATE_CODE = /^(u\.?s\.?(a\.?)?|united states( of america)?|canada|ca|australia|au)$/;
/** Countries that give the code a line of its own. */
const CODE_BELOW = /^(uk|gb|united kingdom|great britain|england|scotland|wales|northern ireland|ireland|ie)$/;

/** The address as its country usually writes it, line by line, without what is not there yet. */
export function addressLines(values: Values): string[] {
  const [name, street, extra, postal, city, state, country] = (
    ["name", "street", "extra", "postal", "city", "state", "country"] as const
  ).map((id) => values[id].trim().replace(/\s+/g, " ")) as [string, string, string, string, string, string, string];
  const where = country.toLowerCase();
  const local = CITY_STATE_CODE.test(where)
    ? [[joined(", ", city, state), postal].filter(Boolean).join(" ")]
    : CODE_BELOW.test(where)
      ? [city, state, postal]
      : [joined(", ", joined(" ", postal, city), state)];
  return [name, extra, street, ...local, country].filter((line) => line !== "");
}

function joined(by: string, ...parts: string[]): string {
  return parts.filter((part) => part !== "").join(by);
}
