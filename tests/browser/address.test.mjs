// Addresses as their countries write them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const entry = fileURLToPath(new URL("../../worker/page/src/address.ts", import.meta.url));
const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, format: "esm" });
const { addressLines } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);

const EMPTY = { name: "", street: "", extra: "", postal: "", city: "", state: "", country: "" };

for (const [values, lines] of [
  [{}, []],
  [{ city: "Washington", state: "DC", postal: "20540", country: "USA" }, ["Washington, DC 20540", "USA"]],
  [{ city: "Washington", postal: "20540", country: "United States" }, ["Washington 20540", "United States"]],
  [{ city: "Ottawa", state: "ON", postal: "K1A 0A9", country: " Canada" }, ["Ottawa, ON K1A 0A9", "Canada"]],
  [{ city: "London", postal: "SW7 5BD", country: "United Kingdom" }, ["London", "SW7 5BD", "United Kingdom"]],
  [{ city: "Amsterdam", postal: "1071  XX", country: "Netherlands" }, ["1071 XX Amsterdam", "Netherlands"]],
  [{ city: "Roma", postal: "00186", state: "RM", country: "Italy" }, ["00186 Roma, RM", "Italy"]],
  [{ name: "A", extra: "c/o B", street: "C 1" }, ["A", "c/o B", "C 1"]],
]) {
  test(`an address is written ${JSON.stringify(lines)}`, () => {
    assert.deepEqual(addressLines({ ...EMPTY, ...values }), lines);
  });
}
