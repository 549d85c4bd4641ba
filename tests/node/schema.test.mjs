// Standard Schema: as the specification has it, and in the hands of libraries that take it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { getDotPath, SchemaError } from "@standard-schema/utils";
import { FormApi } from "@tanstack/form-core";
import { operations, schema, validate } from "edgepost";
import jsonPatch from "fast-json-patch";
import { allVectors } from "../support/vectors.mjs";

const recipient = { name: "Rijksmuseum", streetAddress: "Museumstraat 1", postalCode: "1071 XX", city: "Amsterdam", country: "Netherlands" };
const compose = schema("pieterpost.create_compose_link");
const check = (value, options) => compose["~standard"].validate(value, options);

test("every operation has a schema of version 1", () => {
  for (const operation of operations) {
    const { version, vendor, validate } = schema(operation)["~standard"];
    assert.deepEqual([version, vendor, typeof validate], [1, "edgepost", "function"]);
  }
  assert.throws(() => schema("pieterpost.create_orders"), { code: "unknown_operation" });
});

test("what is right comes back as it is, at once", () => {
  const value = { recipient };
  const result = check(value);
  assert.equal(result.value, value);
  assert.equal(result.issues, undefined);
});

test("only errors are issues", () => {
  const odd = { recipient: { ...recipient, extra: "x".repeat(141) } };
  const found = validate("pieterpost.create_compose_link", odd).issues;
  assert.deepEqual(found.map(({ severity }) => severity), ["warning"]);
  assert.equal(check(odd).value, odd);
});

test("issues keep what validate says, with the path in steps", () => {
  const { issues, value } = check({ recipient: { ...recipient, name: undefined, customFields: { "a/b~c": 5, 0: 5 } } });
  assert.equal(value, undefined);
  assert.deepEqual(
    issues.map(({ path, code }) => [path, code]),
    [
      [["recipient", "customFields", "0"], "invalid_type"],
      [["recipient", "customFields", "a/b~c"], "invalid_type"],
      [["recipient", "name"], "missing_member"],
    ],
  );
  assert.ok(issues.every(({ message, rule }) => message !== "" && /^PP-/.test(rule)));
});

test("a place in a list is a number, a member's name that looks like one is not", () => {
  const letters = [{ recipient, message: "Hello." }, { recipient: { ...recipient, city: 7, customFields: { 1: 2 } }, message: "Hello." }];
  const { issues } = schema("pieterpost.create_order")["~standard"].validate({ requestType: "letter", letters });
  assert.deepEqual(issues.map(({ path }) => path), [["letters", 1, "recipient", "city"], ["letters", 1, "recipient", "customFields", "1"]]);
});

test("anything that is no object is an issue, and nothing throws", () => {
  for (const value of [undefined, null, "", JSON.stringify({ recipient }), 0, 1n, true, [], new Uint8Array(3), () => 1, Symbol("x"), { recipient: 1n }]) {
    const { issues } = check(value);
    assert.ok(issues?.length > 0, String(value));
    assert.ok(issues.every(({ path }) => Array.isArray(path)));
  }
  const round = { recipient };
  round.recipient = { ...recipient, customFields: round };
  assert.deepEqual(check(round).issues[0].path, ["recipient", "customFields"]);
});

test("it finds what validate finds, in every vector", () => {
  let compared = 0;
  for (const { operation, name, input } of inputs()) {
    const errors = validate(operation, input).issues.filter(({ severity }) => severity === "error");
    const { issues = [] } = schema(operation)["~standard"].validate(input);
    const pointers = issues.map(({ path }) => path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""));
    assert.deepEqual(pointers, errors.map(({ path }) => path), name);
    compared += errors.length;
  }
  assert.ok(compared > 100, `${compared} errors`);
});

test("the mode is an option of the library's", () => {
  const order = { requestType: "letter", composeMode: "template", templateMessage: "Dear {{nobody}},", letters: [{ recipient }] };
  const { validate } = schema("pieterpost.create_order")["~standard"];
  assert.deepEqual(validate(order).issues?.map(({ rule }) => rule), ["PP-077"]);
  assert.equal(validate(order, { libraryOptions: { mode: "lenient", abortEarly: true } }).value, order, "others' options are others'");
  assert.throws(() => validate(order, { libraryOptions: { mode: "loose" } }), { code: "invalid_options" });
});

test("@standard-schema/utils reads its paths", () => {
  const { issues } = schema("pieterpost.create_order")["~standard"].validate({ requestType: "letter", letters: [{ recipient: { ...recipient, city: "" }, message: "Hello." }] });
  assert.equal(getDotPath(issues[0]), "letters.0.recipient.city");
  assert.match(new SchemaError(issues).message, /city/);
});

test("react-hook-form takes it, through its resolver", async () => {
  const resolve = standardSchemaResolver(compose);
  const options = { fields: {}, names: [], shouldUseNativeValidation: false };
  const good = { recipient };
  assert.deepEqual(await resolve(good, undefined, options), { values: good, errors: {} });
  const { errors, values } = await resolve({ recipient: { ...recipient, postalCode: "", country: undefined } }, undefined, options);
  assert.deepEqual(values, {});
  assert.deepEqual(Object.keys(errors.recipient).sort(), ["country", "postalCode"]);
  assert.match(errors.recipient.postalCode.message, /postalCode/);
});

test("TanStack Form takes it, and puts the issues to their fields", async () => {
  const form = new FormApi({
    defaultValues: { requestType: "letter", letters: [{ recipient: { ...recipient, city: "" }, message: "Hello." }] },
    validators: { onChange: schema("pieterpost.create_order") },
  });
  const unmount = form.mount();
  await form.validate("change");
  assert.deepEqual(Object.keys(form.state.errorMap.onChange), ["letters[0].recipient.city"]);
  form.setFieldValue("letters[0].recipient.city", "Amsterdam");
  await form.validate("change");
  assert.equal(form.state.errorMap.onChange, undefined);
  unmount();
});

test("before the wasm is there, it says what to do", () => {
  const entry = new URL("../../npm/dist/index.browser.js", import.meta.url);
  const script = `
    const { schema } = await import(${JSON.stringify(entry.href)});
    const made = schema("pieterpost.get_order");
    try { made["~standard"].validate({}); } catch ({ code, message }) { console.log(code, message); }`;
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
  assert.match(said, /^not_ready Call `await ready\(\)` once/);
});

/** The inputs of all vectors. */
function* inputs() {
  for (const [operation, { examples, faulty }] of Object.entries(allVectors().operations)) {
    for (const [name, { input }] of Object.entries(examples)) yield { operation, name, input };
    for (const { of, patch, note = of } of faulty) {
      yield { operation, name: note, input: jsonPatch.applyPatch(structuredClone(examples[of].input), patch).newDocument };
    }
  }
}
