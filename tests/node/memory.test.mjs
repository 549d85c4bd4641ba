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
const { build, merge, read, validate } = await import("edgepost");
WebAssembly.Instance = Instance;

const CREATE = "pieterpost.create_checkout_link";
const vector = new URL("../vectors/pieterpost.create_checkout_link/letter_checkout.json", import.meta.url);
const { input, response } = JSON.parse(readFileSync(vector, "utf8"));

test("the memory of the wasm is flat", () => {
  const [{ exports }] = started;
  const size = () => exports.memory.buffer.byteLength;
  const bytes = new TextEncoder().encode(JSON.stringify(input));
  const faulty = new TextEncoder().encode(JSON.stringify({ letters: Array(100).fill({ recipient: {} }) }));
  const answer = { status: 201, body: JSON.stringify(response.body) };
  const work = (times) => {
    for (let repeat = 0; repeat < times; repeat += 1) {
      for (let check = 0; check < 10; check += 1) validate(CREATE, bytes);
      validate(CREATE, faulty);
      build(CREATE, bytes, { idempotencyKey: "order-demo-001" });
      read(CREATE, answer, { input: bytes });
      merge("{{first_name}} {{x}}", [{ name: "Ada" }]);
    }
  };
  work(10);
  const before = size();
  assert.ok(before > 0 && before < 4 * 1024 * 1024, `${before} bytes`);
  work(2_000);
  assert.equal(size(), before);
});
