// How much memory the reader takes. In a file of its own: the module has to be caught while it is started.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const started = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = function (...from) {
  const instance = new Instance(...from);
  started.push(instance);
  return instance;
};
WebAssembly.Instance.prototype = Instance.prototype;
const { build, merge, plan, read, recipients, validate } = await import("edgepost");
WebAssembly.Instance = Instance;

const CREATE = "pieterpost.create_checkout_link";
const vector = new URL("../vectors/pieterpost.create_checkout_link/letter_checkout.json", import.meta.url);
const { input, response } = JSON.parse(readFileSync(vector, "utf8"));

/** How often something is checked. Each round makes the other calls as well. */
const VALIDATIONS = 1_000_000;

const bytesOf = (value) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

/** Good, faulty and odd, small and not so small. */
const INPUTS = [
  bytesOf(input),
  bytesOf(JSON.stringify(input, null, 2)),
  bytesOf({ ...input, letters: [{ recipient: { name: "", country: 5 } }], recipeints: [] }),
  bytesOf({ letters: Array(5).fill({ recipient: {} }) }),
  bytesOf({ ...input, composeMode: "template", templateMessage: "{{a}} {{ b }} {{c d}}" }),
  bytesOf("{}"),
  bytesOf(""),
  bytesOf(`{"requestType":"letter","requestType":"\\ud800"`),
  bytesOf("[".repeat(100)),
  new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
];

/** Two good rows, the same recipient again, one that is ragged, and a quote that is never closed. */
const CSV = `\ufeffName,Address,ZIP,City,Country,code
Rijksmuseum,Museumstraat 1,1071xx,Amsterdam,NL,"a ""b"""
British Library,96 Euston Road,NW1 2DB,London,United Kingdom,c
Rijksmuseum,Museumstraat 1,1071 XX,Amsterdam,NL,
ragged,row
Louvre,"Rue de Rivoli,75001,Paris,France,d
`;
/** More than an order takes, written in an order of their own, one of them left over. */
const PEOPLE = JSON.stringify([...Array(60).fill({ country: "NL", phone: "1", city: "Amsterdam", name: "Rijksmuseum", postalCode: "1071xx", streetAddress: "Museumstraat 1" }), {}]);

test("the memory of the wasm is flat over a million validations", () => {
  const [{ exports }] = started;
  const size = () => exports.memory.buffer.byteLength;
  const answer = { status: 201, body: JSON.stringify(response.body) };
  const page = { status: 502, body: "<html>".repeat(200) };
  let faulty = 0;
  const work = (rounds) => {
    for (let round = 0; round < rounds; round += 1) {
      for (const bytes of INPUTS) faulty += validate(CREATE, bytes).ok ? 0 : 1;
      // The other calls, now and then: each of them allocates in its own way.
      if (round % 10 !== 0) continue;
      build(CREATE, INPUTS[0], { idempotencyKey: "order-demo-001" });
      try {
        build(CREATE, INPUTS[2]);
      } catch {
        faulty += 1;
      }
      read(CREATE, answer, { input: INPUTS[0] });
      read(CREATE, page);
      merge("{{first_name}} {{x}}", [{ name: "Ada" }, {}]);
      faulty += recipients(CSV, { mode: "strict" }).ok ? 0 : 1;
      faulty += plan(PEOPLE).leftOver.length;
    }
  };
  work(20);
  const before = size();
  assert.ok(before > 0 && before < 4 * 1024 * 1024, `${before} bytes`);
  const rounds = VALIDATIONS / INPUTS.length;
  faulty = 0;
  work(rounds);
  assert.equal(size(), before);
  // Two of the inputs are good ones; every tenth round has a build and a list that are refused, and a plan that
  // leaves one over.
  assert.equal(faulty, rounds * (INPUTS.length - 2) + (3 * rounds) / 10);
});
