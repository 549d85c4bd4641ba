// What the vectors do not show of edgepost in Node.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { build, EdgepostError, merge, operations, read, ready, validate } from "edgepost";
import { describe } from "edgepost/describe";

const CREATE = "pieterpost.create_checkout_link";
const vector = new URL("../vectors/pieterpost.create_checkout_link/letter_checkout.json", import.meta.url);
const { input } = JSON.parse(readFileSync(vector, "utf8"));

test("a prepared request is complete but for the secret", async () => {
  await ready();
  const prepared = build(CREATE, input, { idempotencyKey: "order-demo-001", acceptLanguage: "nl" });
  assert.equal(prepared.method, "POST");
  assert.equal(prepared.url, "https://pieterpost.com/v1/checkout-links");
  assert.deepEqual(prepared.headers, {
    accept: "application/json",
    "accept-language": "nl",
    "content-type": "application/json",
    "idempotency-key": "order-demo-001",
  });
  assert.equal(prepared.key, "order-demo-001");
  assert.equal(prepared.digest, `sha-256=:${createHash("sha256").update(prepared.body).digest("base64")}:`);
  assert.equal(build(CREATE, input).key, null, "a key is never drawn here");
  const looked = build("pieterpost.get_order", { orderId: "a/b c" }, { baseUrl: "http://127.0.0.1:8787/pieterpost/" });
  assert.deepEqual([looked.method, looked.url, looked.body], ["GET", "http://127.0.0.1:8787/pieterpost/v1/orders/a%2Fb%20c", null]);
});

test("PP-004: options that cannot be used are issues as well", () => {
  for (const [options, code] of [
    [{ idempotencyKey: "" }, "invalid_key"],
    [{ idempotencyKey: "x".repeat(141) }, "invalid_key"],
    [{ idempotencyKey: "a b" }, "invalid_key"],
    [{ baseUrl: "http://example.com" }, "invalid_url"],
    [{ acceptLanguage: "nl\r\nx: y" }, "invalid_language"],
  ]) {
    assert.throws(() => build(CREATE, input, options), (error) => {
      assert.ok(error instanceof EdgepostError);
      assert.deepEqual(error.issues.map((issue) => issue.code), [code]);
      return true;
    });
  }
});

test("an option of another type is named, and never taken for nothing", () => {
  const answer = { status: 200, body: "{}" };
  for (const [call, name] of [
    [() => build(CREATE, input, { idempotencyKey: 12345 }), "idempotencyKey"],
    [() => build(CREATE, input, { idempotencyKey: "\ud800" }), "idempotencyKey"],
    [() => build(CREATE, input, { baseUrl: 7 }), "baseUrl"],
    [() => build(CREATE, input, { baseUrl: "https://mail.example.com/\ud800" }), "baseUrl"],
    [() => build(CREATE, input, { baseUrl: "https://mail.example.com/#here" }), "baseUrl"],
    [() => build(CREATE, input, { acceptLanguage: 1 }), "acceptLanguage"],
    [() => build(CREATE, input, "lenient"), "options"],
    [() => validate(CREATE, input, { mode: "loose" }), "mode"],
    [() => merge("", [], { mode: "loose" }), "mode"],
    [() => merge("", [], { requestType: "parcel" }), "requestType"],
    [() => merge("", [], { format: "markdown" }), "format"],
    [() => read(CREATE, answer, { testMode: "yes" }), "testMode"],
    [() => read(CREATE, answer, { now: "2026-11-21" }), "now"],
    [() => read(CREATE, { ...answer, status: "200" }), "status"],
    [() => read(CREATE, { ...answer, body: {} }), "body"],
    [() => read(CREATE, { status: 200 }), "body"],
  ]) {
    assert.throws(call, (error) => {
      assert.ok(error instanceof EdgepostError, String(error));
      assert.deepEqual([error.code, error.message.split(" is ")[0]], ["invalid_options", name]);
      return true;
    });
  }
  for (const call of [() => validate(CREATE, input, { mdoe: "lenient" }), () => build(CREATE, input, { mdoe: 1 }), () => read(CREATE, answer, { mdoe: 1 }), () => merge("", [], { mdoe: 1 })]) {
    assert.throws(call, (error) => error.code === "invalid_options" && /^There is no option mdoe\. There are: mode, /.test(error.message));
  }
  assert.equal(build(CREATE, input, { baseUrl: new URL("https://mail.example.com") }).url, "https://mail.example.com/v1/checkout-links");
  assert.equal(build(CREATE, input, { idempotencyKey: null, mode: undefined }).key, null);
  const full = { status: 429, body: '{"code":"daily_order_cap_reached","error":"No."}' };
  assert.equal(read(CREATE, full, { now: Date.UTC(2026, 10, 21, 23) + 0.5 }).retry.afterMs, 3_600_000, "a clock that counts in fractions");
});

test("what JSON cannot hold is an issue with its place, and nothing is thrown", () => {
  const itself = { ...input };
  itself.metadata = { itself };
  const broken = { get a() { throw new Error("mine"); } };
  for (const [value, path] of [
    [{ ...input, metadata: { count: 10n } }, "/metadata/count"],
    [itself, "/metadata/itself"],
    [{ ...input, metadata: { "a/b": { c: 1n } } }, "/metadata/a~1b/c"],
    [{ ...input, metadata: broken }, "/metadata"],
    [() => 1, ""],
  ]) {
    const { ok, issues } = validate(CREATE, value);
    assert.deepEqual([ok, issues.map((issue) => [issue.code, issue.path])], [false, [["not_json_value", path]]]);
    assert.throws(() => build(CREATE, value), { code: "invalid_input" });
  }
});

test("a lone surrogate in JSON text has its place, as one in an object has", () => {
  const half = "Hello \ud83d";
  const letters = [{ ...input.letters[0], message: half }];
  const object = validate(CREATE, { ...input, letters });
  const text = validate(CREATE, JSON.stringify(input).replace(input.letters[0].message, half));
  for (const { issues } of [object, text]) {
    assert.deepEqual(issues.map(({ code, path }) => [code, path]), [["lone_surrogate", "/letters/0/message"]]);
  }
});

test("an operation that does not exist is said so", () => {
  for (const call of [() => validate("x", {}), () => build("x", {}), () => read("x", { status: 200, body: "" }), () => describe("x")]) {
    assert.throws(call, { code: "unknown_operation" });
  }
});

test("headers of an answer come in every form", () => {
  const body = '{"code":"rate_limited","error":"No."}';
  for (const headers of [
    new Headers({ "Retry-After": "7" }),
    [["retry-after", "7"]],
    new Map([["Retry-After", "7"]]),
    { "Retry-After": "7" },
    { "retry-after": ["7", "9"] },
  ]) {
    assert.deepEqual(read(CREATE, { status: 429, headers, body }).retry, { advice: "after", afterMs: 7_000 });
  }
  assert.equal(read(CREATE, { status: 429, body }).retry.afterMs, 60_000);
  const bytes = new TextEncoder().encode(body);
  assert.equal(read(CREATE, { status: 429, body: bytes }).code, "rate_limited");
});

test("results are plain values of the caller's own", () => {
  const first = build(CREATE, input);
  const copy = first.body.slice();
  for (let repeat = 0; repeat < 1_000; repeat += 1) build(CREATE, { ...input, externalId: `invoice_${repeat}` });
  assert.deepEqual(first.body, copy, "bytes stay as they are when the memory of the wasm is used again");
  assert.deepEqual(Object.keys(structuredClone({ ...first })).sort(), ["body", "digest", "headers", "key", "method", "operation", "url"]);
});

test("descriptions are JSON Schema 2020-12 that the vendor's examples fit", async () => {
  const { default: Ajv } = await import("ajv/dist/2020.js");
  const { default: formats } = await import("ajv-formats");
  const { allVectors } = await import("../support/vectors.mjs");
  const vectors = allVectors().operations;
  const refused = new Set();
  for (const operation of operations) {
    const info = describe(operation);
    assert.equal(info.name, operation);
    assert.ok(info.doc && info.source.startsWith("https://"));
    const ajv = new Ajv({ allErrors: true, strict: false });
    formats(ajv);
    const [fitsInput, fitsOutput] = [ajv.compile(info.input), ajv.compile(info.output)];
    for (const [name, { input, response }] of Object.entries(vectors[operation].examples)) {
      assert.ok(fitsInput(input), `${name}: ${ajv.errorsText(fitsInput.errors)}`);
      assert.ok(fitsOutput(response.body), `${name}: ${ajv.errorsText(fitsOutput.errors)}`);
    }
    assert.equal(fitsInput({}), validate(operation, {}).ok, "nothing at all");
    for (const [name, { input }] of Object.entries(vectors[operation].examples)) {
      for (const stranger of strangers(input)) {
        assert.equal(fitsInput(stranger), validate(operation, stranger).ok, `${name}: ${JSON.stringify(stranger)}`);
        if (!fitsInput(stranger)) refused.add(operation);
      }
    }
  }
  const orders = ["validate_order", "create_order", "validate_order_mpp", "create_order_mpp", "get_openapi", "get_x402_manifest"];
  const lists = ["postpay.list_orders", "postpay.list_refunds", "postpay.list_transactions", "postpay.list_hooks"];
  const closed = [...lists, ...orders.map((name) => `postalform.${name}`), "pitneybowes.fund_account"];
  assert.deepEqual([...refused].sort(), closed.sort(), "only what is closed refuses a member that nobody knows");
});

/** An input again and again, each time with a member more that nobody knows, in another one of its objects. */
function* strangers(input) {
  const count = [...objects(structuredClone(input))].length;
  for (let place = 0; place < count; place += 1) {
    const copy = structuredClone(input);
    [...objects(copy)][place].stranger = "x";
    yield copy;
  }
}

/** All objects in a value. */
function* objects(value) {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value;
  for (const member of Object.values(value)) yield* objects(member);
}
