// Measures one order in a process of its own, so that what the engine learnt from other orders plays no part. Takes
// `{ size, faulty, vendor, accents, rounds }` as JSON and prints `{ samples, bytes, errors }`.
import assert from "node:assert/strict";
import { build, validate } from "edgepost";
import { MISTAKES, make } from "./orders.mjs";
import { allPeers } from "./peers/all.mjs";

const OPERATION = "pieterpost.create_checkout_link";
/** How many calls stand behind one sample; long enough for the clock, short enough for many samples. */
const CALLS = 20;
/** Rounds before the first sample: enough for every engine tier. */
const WARM_UP = 60;

const { size, faulty, vendor, accents, rounds } = JSON.parse(process.argv[2]);
const { value, bytes } = make(size, { faulty, vendor, accents });
const peers = allPeers();

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const kept = new Uint8Array(65_536);
const parse = (input) => JSON.parse(decoder.decode(input));
/** The quickest way to bytes of one's own; ours is given no better one. */
const encode = (text) => kept.slice(0, encoder.encodeInto(text, kept).written);

/** From bytes to `[verdict, number of errors, bytes out]`. */
const fromBytes = {};
/** The same for peers, without writing the order again. */
const reportOnly = {};
/** From a JavaScript object to `[verdict, number of errors, JSON text]`. */
const fromObject = {};

for (const { name, check } of peers) {
  fromBytes[name] = (input) => {
    const order = parse(input);
    const { ok, errors } = check(order);
    return [ok, errors.length, encode(JSON.stringify(order))];
  };
  fromObject[name] = (order) => {
    const { ok, errors } = check(order);
    return [ok, errors.length, ok ? JSON.stringify(order) : ""];
  };
  reportOnly[name] = (input) => {
    const { ok, errors } = check(parse(input));
    return [ok, errors.length, ""];
  };
}
if (faulty) {
  const report = (input) => {
    const { ok, issues } = validate(OPERATION, input);
    return [ok, issues.length, ""];
  };
  fromBytes.edgepost = report;
  fromObject.edgepost = report;
} else {
  fromBytes.edgepost = (input) => [true, 0, build(OPERATION, input).body];
  fromObject.edgepost = (order) => [true, 0, decoder.decode(build(OPERATION, order).body)];
}

/** That everybody comes to the same result. */
function assertSame() {
  const results = [
    ...Object.values(fromBytes).map((run) => run(bytes)),
    ...Object.values(fromObject).map((run) => run(value)),
  ];
  for (const [ok, errors, out] of results) {
    assert.equal(ok, !faulty);
    assert.equal(errors > 0, faulty);
    if (out.length > 0) assert.deepEqual(typeof out === "string" ? JSON.parse(out) : parse(out), value);
  }
  // The table's order is canonical; the vendor's is brought into it.
  if (!faulty) assert.deepEqual(build(OPERATION, bytes).body, make(size, { accents }).bytes);
}

/** How many of the eleven each finds, and in how many errors. Everybody has to find all. */
function errors() {
  const expected = Object.keys(MISTAKES);
  const { issues } = validate(OPERATION, bytes);
  const own = issues.filter(({ severity }) => severity === "error").map(({ path }) => path);
  assert.deepEqual(own.toSorted(), expected.toSorted(), "Ours are not exactly the eleven mistakes.");
  const found = { edgepost: [own.length, issues.length] };
  for (const { name, check, place } of peers) {
    const all = check(value).errors;
    const places = new Set(all.map(place));
    found[name] = [expected.filter((path) => places.has(path)).length, all.length];
    assert.equal(found[name][0], expected.length, `${name} does not see every mistake.`);
  }
  return found;
}

/** Samples in microseconds for each call, round by round, in changing order, so that noise hits all alike. */
function measure() {
  const candidates = [];
  const add = (line, all, input) => {
    for (const [name, run] of Object.entries(all)) candidates.push({ line, name, run, input, samples: [] });
  };
  add("fromBytes", fromBytes, bytes);
  if (faulty) add("reportOnly", reportOnly, bytes);
  add("fromObject", fromObject, value);
  for (let round = -WARM_UP; round < rounds; round += 1) {
    candidates.push(candidates.shift());
    if (round % 2 === 0) candidates.reverse();
    for (const candidate of candidates) {
      const { run, input, samples } = candidate;
      // What comes out is looked at, so that no call can be left out.
      let seen = 0;
      const start = performance.now();
      for (let call = 0; call < CALLS; call += 1) {
        const [ok, count, out] = run(input);
        seen += (ok ? 1 : 2) + count + out.length;
      }
      const elapsed = performance.now() - start;
      candidate.seen ??= seen;
      assert.equal(seen, candidate.seen);
      if (round >= 0) samples.push((elapsed * 1000) / CALLS);
    }
  }
  const lines = {};
  for (const { line, name, samples } of candidates) (lines[line] ??= {})[name] = samples;
  return lines;
}

assertSame();
const found = faulty ? errors() : {};
console.log(JSON.stringify({ samples: measure(), bytes: bytes.length, errors: found }));
