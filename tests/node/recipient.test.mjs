// edgepost/recipient: one recipient, its country, and what a form for it looks like.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { validate } from "edgepost";
import { countries, place, ready, recipientSchema, validateRecipient } from "edgepost/recipient";

const RECIPIENTS = JSON.parse(readFileSync(new URL("../data/recipients.json", import.meta.url), "utf8"));
const [LIBRARY] = RECIPIENTS;
const MUSEUM = RECIPIENTS.find(({ name }) => name === "Rijksmuseum");

const short = ({ issues }) => issues.map(({ path, severity, code, rule }) => [path, severity, code, rule]);

test("institutions in sixteen countries have nothing wrong with them", async () => {
  await ready();
  assert.ok(new Set(RECIPIENTS.map(({ country }) => country)).size >= 14);
  for (const recipient of RECIPIENTS) {
    for (const options of [undefined, { provider: "pieterpost" }, { mode: "lenient" }]) {
      assert.deepEqual(validateRecipient(recipient, options), { ok: true, issues: [] }, recipient.name);
    }
  }
});

test("what a country needs is asked for, and nothing else", () => {
  const needed = validateRecipient({ country: "Netherlands" });
  assert.deepEqual(short(needed), [
    ["/name", "error", "missing_member", undefined],
    ["/streetAddress", "error", "missing_choice", undefined],
    ["/postalCode", "error", "missing_member", undefined],
    ["/city", "error", "missing_member", undefined],
  ]);
  assert.equal(needed.ok, false);
  assert.deepEqual(short(validateRecipient({ ...MUSEUM, postalCode: " " })), [["/postalCode", "error", "missing_member", undefined]]);
  const { streetAddress, ...rest } = MUSEUM;
  assert.ok(streetAddress);
  assert.deepEqual(short(validateRecipient({ ...rest, street: "Museumstraat" })), [["/number", "error", "missing_member", undefined]]);
  assert.deepEqual(short(validateRecipient({ ...rest, number: 1 })), [["/street", "error", "missing_member", undefined]]);
  assert.deepEqual(short(validateRecipient({ ...rest, street: "Museumstraat", number: 1 })), []);
  // Printed lines say it all; an unknown country says nothing about the rest.
  assert.deepEqual(short(validateRecipient({ name: "Museum", country: "NL", addressLines: ["Museumstraat 1"] })), []);
  assert.deepEqual(short(validateRecipient({ name: "Museum", country: "Neverland" })), [["/country", "error", "unknown_country", "PL-001"]]);
});

test("PL-005 PL-006: states, by their weight", () => {
  const { state, ...stateless } = LIBRARY;
  assert.equal(state, "DC");
  assert.deepEqual(short(validateRecipient(stateless)), [["/state", "error", "missing_state", "PL-005"]]);
  const spain = { name: "Museo del Prado", streetAddress: "Calle 23", postalCode: "28014", city: "Madrid", country: "España" };
  assert.deepEqual(short(validateRecipient(spain)), [["/state", "warning", "missing_state", "PL-005"]]);
  const [issue] = validateRecipient({ ...LIBRARY, state: "Ilinois" }).issues;
  assert.deepEqual([issue.code, issue.severity, issue.rule, issue.hint], ["unknown_state", "error", "PL-006", "Did you mean Illinois, IL?"]);
  assert.deepEqual(issue.fix, [{ op: "replace", path: "/state", value: "IL" }]);
});

test("PL-001 PL-002: what is wrong is said with a way out", () => {
  const one = (changes, options) => validateRecipient({ ...MUSEUM, ...changes }, options).issues[0];
  const country = one({ country: "Netherland" });
  assert.deepEqual([country.code, country.message], ["unknown_country", 'country "Netherland" is not a country that is known.']);
  assert.deepEqual([country.hint, country.fix], ["Did you mean Netherlands?", [{ op: "replace", path: "/country", value: "Netherlands" }]]);
  assert.equal(one({ country: "Netherland" }, { mode: "lenient" }).severity, "warning");
  const code = one({ postalCode: "1234 SS" });
  assert.equal(code.message, 'postalCode "1234 SS" is not a postal code of the Netherlands, such as 1234 AB.');
  assert.deepEqual(code.params, { actual: "1234 SS", country: "the Netherlands", example: "1234 AB" });
  const zero = one({ country: "Germany", postalCode: "1067" });
  assert.deepEqual([zero.fix, zero.hint], [[{ op: "replace", path: "/postalCode", value: "01067" }], "Did a first 0 get lost, as in spreadsheets?"]);
  assert.deepEqual(one({ country: "Latvia", postalCode: "1010" }).fix, [{ op: "replace", path: "/postalCode", value: "LV-1010" }]);
});

test("PL-007: a fix writes the form that the country has", () => {
  for (const [country, written, form] of [
    ["Netherlands", "1012js", "1012 JS"], ["United Kingdom", "sw1a1aa", "SW1A 1AA"], ["United Kingdom", "M2-5BQ", "M2 5BQ"],
    ["Poland", "00950", "00-950"], ["Sweden", "11455", "114 55"], ["Japan", "1540023", "154-0023"], ["Portugal", "2725079", "2725-079"],
    ["Brazil", "40301110", "40301-110"], ["Canada", "k1a0b1", "K1A 0B1"], ["Ireland", "A65F4E2", "A65 F4E2"], ["France", "75 001", "75001"],
    ["Germany", "D-10115", "10115"], ["Switzerland", "CH-8001", "8001"], ["Austria", "A 1010", "1010"], ["Liechtenstein", "FL-9490", "9490"],
    ["Japan", "〒110-8712", "110-8712"], ["Japan", "１１０－８７１２", "110-8712"], ["Germany", "10115\u200b", "10115"],
    ["Latvia", "lv1010", "LV-1010"], ["Czechia", "11000", "110 00"], ["United States", "221621010", "22162-1010"], ["Netherlands", "1012\u00a0JS", "1012 JS"],
  ]) {
    const { issues } = validateRecipient({ country, postalCode: written });
    const issue = issues.find(({ path, code }) => path === "/postalCode" && code !== "missing_member");
    assert.deepEqual([issue?.code, issue?.severity, issue?.fix?.[0]?.value], ["unusual_form", "info", form], `${country} ${written}`);
    assert.equal(validateRecipient({ country, postalCode: form }).issues.some(({ path }) => path === "/postalCode"), false, form);
  }
});

test("PL-002: a digit that was meant is written, and no letter is invented", () => {
  const one = (country, postalCode) => {
    const { issues } = validateRecipient({ name: "x", country, postalCode });
    return issues.filter(({ path, code }) => path === "/postalCode" && code === "invalid_postal_code").map(({ fix }) => fix?.[0].value);
  };
  for (const [country, written, meant] of [
    ["US", "9OO12", "90012"], ["DE", "8O331", "80331"], ["GB", "SW1A OAA", "SW1A 0AA"], ["CA", "KlA OM8", "K1A 0M8"], ["NL", "lOl2 JS", "1012 JS"],
    ["LV", "1010", "LV-1010"], ["AD", "500", "AD500"], ["DE", "8033", "08033"],
    ["IE", "80331", undefined], ["IE", "D02 PN", undefined], ["GB", "1 1AA", undefined], ["NL", "1012", undefined], ["DE", "803", undefined],
  ]) {
    assert.deepEqual(one(country, written), [meant], `${country} ${written}`);
  }
});

test("PL-007: a state before the code is taken off, if it is the address's", () => {
  const us = { name: "x", streetAddress: "1000 Fifth Avenue", city: "New York", state: "NY", country: "US" };
  const [issue, ...more] = validateRecipient({ ...us, postalCode: "NY 10028" }).issues;
  assert.deepEqual([issue.code, issue.fix, more], ["unusual_form", [{ op: "replace", path: "/postalCode", value: "10028" }], []]);
  assert.deepEqual(short(validateRecipient({ ...us, postalCode: "NJ 10028" })), [["/postalCode", "error", "invalid_postal_code", "PL-002"]]);
});

test("PL-003 PL-006: the postal code says which state was meant", () => {
  for (const [country, state, postalCode, code, hint] of [
    ["US", "Calif.", "90012", "CA", "Did you mean California, CA?"], ["US", "Mass", "02108", "MA", "Did you mean Massachusetts, MA?"],
    ["US", "Wash.", "98101", "WA", "Did you mean Washington, WA?"], ["CA", "PQ", "H3Z 2Y7", "QC", "Did you mean Quebec, QC?"],
    ["CA", "Newfoundland", "A1C 5M2", "NL", "Did you mean Newfoundland and Labrador, NL?"], ["CA", "PEI", "C1A 1K3", "PE", "Did you mean Prince Edward Island, PE?"],
    ["ES", "Bizkaia", "48009", "BI", "Did you mean Vizcaya, BI?"], ["ES", "Lleida", "25002", "L", "Did you mean Lérida, L?"],
    ["US", "Calif.", "", undefined, undefined],
  ]) {
    const issue = validateRecipient({ name: "x", country, state, postalCode }).issues.find(({ path }) => path === "/state");
    assert.deepEqual([issue.code, issue.fix?.[0].value, issue.hint], ["unknown_state", code, hint], `${country} ${state}`);
  }
  const { issues: [issue] } = validateRecipient({ ...LIBRARY, state: "IL" });
  assert.deepEqual([issue.code, issue.path, issue.fix], ["postal_code_of_other_state", "/postalCode", [{ op: "replace", path: "/state", value: "DC" }]]);
  assert.equal(issue.hint, "Check both; the fix writes the state of the postal code.");
});

// What a form marks with an asterisk has to be what stops it, neither more nor less.
test("PL-005: what a form calls required is an error when it is missing, and nothing else is", () => {
  for (const { code } of countries()) {
    const { fields } = place(code);
    const whole = Object.fromEntries(fields.map(({ member, example, options }) => [member, example ?? options?.[0].code ?? "x"]));
    for (const { member, required } of fields) {
      const { issues } = validateRecipient({ ...whole, country: code, [member]: "" });
      const isError = issues.some(({ path, severity }) => path === `/${member}` && severity === "error");
      assert.equal(isError, required, `${code} ${member}`);
    }
  }
});

test("for PieterPost it says what the whole library says", () => {
  const odd = [
    ...RECIPIENTS.flatMap((recipient) => Object.keys(recipient).map((member) => ({ ...recipient, [member]: undefined }))),
    ...RECIPIENTS.flatMap((recipient) => Object.keys(recipient).map((member) => ({ ...recipient, [member]: " x😀\u0007" }))),
    ...Object.keys(LIBRARY).flatMap((member) => [null, 5, [], {}, ""].map((value) => ({ ...LIBRARY, [member]: value }))),
    { ...LIBRARY, nmae: "x" }, { ...LIBRARY, postalCode: "00001" }, { ...LIBRARY, postalCode: "62704" }, { ...LIBRARY, country: "Guam" },
    { ...MUSEUM, number: 1, street: "x" }, { name: "x", addressLines: ["a"] }, { ...MUSEUM, customFields: { "a b": 1 } }, {}, [], "x", 5, null,
  ];
  let compared = 0;
  for (const recipient of odd) {
    for (const mode of ["strict", "lenient"]) {
      const { issues } = validate("pieterpost.create_compose_link", { recipient }, { mode });
      const said = JSON.stringify(issues.map(({ path, fix, ...rest }) => [path.replace("/recipient", ""), rest, JSON.stringify(fix ?? null).replaceAll("/recipient", "")]));
      const own = validateRecipient(JSON.stringify(recipient), { mode, provider: "pieterpost" }).issues;
      const same = JSON.stringify(own.map(({ path, fix, ...rest }) => [path, rest, JSON.stringify(fix ?? null)]));
      // What is no object at all is called by its name there and has none here.
      if (typeof recipient === "object" && !Array.isArray(recipient) && recipient !== null) assert.equal(same, said, JSON.stringify(recipient));
      assert.ok(own.every(({ message, code }) => message && code), same);
      compared += own.length;
    }
  }
  assert.ok(compared > 500, String(compared));
});

test("a form follows the country", () => {
  const members = (country) => place(country).fields.map(({ member, label, required }) => `${member}: ${label}${required ? "!" : ""}`);
  assert.deepEqual(members("US"), ["name: Name!", "streetAddress: Street address!", "city: City!", "state: State!", "postalCode: ZIP code!"]);
  assert.deepEqual(members("Japan"), ["postalCode: Postal code!", "state: Prefecture", "streetAddress: Street address!", "name: Name!"]);
  assert.deepEqual(members("IE"), ["name: Name!", "streetAddress: Street address!", "extra: Townland", "city: City!", "state: County", "postalCode: Eircode"]);
  assert.deepEqual(members("AE"), ["name: Name!", "streetAddress: Street address!", "state: Emirate"]);
  assert.deepEqual(members("India").slice(-2), ["postalCode: PIN code!", "state: State"]);
  assert.equal(members("GB").at(2), "city: Post town!");
  const states = place("United States").fields.find(({ member }) => member === "state").options;
  assert.equal(states.length, 62);
  assert.deepEqual(states.find(({ code }) => code === "IL"), { code: "IL", name: "Illinois" });
  assert.deepEqual(place("Canada").fields.find(({ member }) => member === "state").options.length, 13);
  assert.deepEqual(place("JP").fields[1].options[0], { code: "Aichi", name: "Aichi" });
  assert.equal(place("DE").fields.find(({ member }) => member === "state"), undefined);
  assert.equal(place("IE").postalCode.example, "A12 B3C4");
  assert.deepEqual(place("nl").postalCode, { label: "Postal code", example: "1234 AB" });
  assert.deepEqual(place("GB").fields.filter(({ uppercase }) => uppercase).map(({ member }) => member), ["city", "postalCode"]);
  assert.equal(place("Hong Kong").postalCode, null);
  for (const nowhere of ["", "Neverland", "ZZ", "\ud800", null, undefined, {}, "x".repeat(100_000)]) assert.equal(place(nowhere), null);
  assert.deepEqual(countries()[0], { code: "AF", name: "Afghanistan" });
});

test("PP-020 PP-021: a form for PieterPost has what it asks for, and filled in so it is taken", () => {
  const { fields } = place("JP", { provider: "pieterpost" });
  assert.deepEqual(fields.map(({ member }) => member), ["postalCode", "state", "city", "streetAddress", "name"]);
  // Without its prefecture an address is odd, but complete.
  assert.deepEqual(fields.filter(({ required }) => !required).map(({ member }) => member), ["state"]);
  assert.deepEqual(place("AE", { provider: "pieterpost" }).fields.map(({ member }) => member).slice(-2), ["city", "postalCode"]);
  assert.deepEqual(place("AE", { provider: "pieterpost" }).fields.at(-1), { member: "postalCode", label: "Postal code", required: true, uppercase: false });
  const asked = new Set();
  for (const { code: country } of countries()) {
    const own = place(country);
    assert.deepEqual(place(country, {}), own);
    const { fields, ...rest } = place(country, { provider: "pieterpost" });
    assert.deepEqual(rest, { code: own.code, alpha3: own.alpha3, name: own.name, postalCode: own.postalCode });
    for (const field of own.fields) assert.ok(fields.some(({ member, required }) => member === field.member && required >= field.required), country);
    const values = { state: ({ options }) => options?.[0].code, postalCode: () => own.postalCode?.example ?? "0" };
    const needed = fields.filter(({ required }) => required);
    const recipient = { country, ...Object.fromEntries(needed.map((field) => [field.member, values[field.member]?.(field) ?? "x"])) };
    const errors = validateRecipient(recipient, { provider: "pieterpost" }).issues.filter(({ severity, code }) => severity === "error" && code.startsWith("missing"));
    assert.deepEqual(errors, [], country);
    for (const { member } of needed) {
      const { [member]: _, ...short } = recipient;
      const { issues } = validateRecipient(short, { provider: "pieterpost" });
      if (issues.some(({ path, severity }) => severity === "error" && path === `/${member}`)) asked.add(member);
    }
  }
  assert.deepEqual([...asked].sort(), ["city", "name", "postalCode", "state", "streetAddress"]);
});

test("an option that there is not is refused, and one that cannot be is shown", () => {
  for (const call of [() => validateRecipient(MUSEUM, { mdoe: "lenient" }), () => recipientSchema({ mdoe: "lenient" })]) {
    assert.throws(call, { code: "invalid_options", message: "There is no option mdoe. There are: mode, provider." });
  }
  assert.throws(() => validateRecipient(MUSEUM, { Provider: "pieterpost" }), { code: "invalid_options" });
  assert.throws(() => place("NL", { provider: "post" }), { code: "invalid_options", message: 'provider is "post": give pieterpost.' });
  assert.throws(() => place("NL", { mode: "strict" }), { code: "invalid_options" });
  assert.throws(() => recipientSchema("x"), { code: "invalid_options" });
  assert.throws(() => validateRecipient(MUSEUM, { mode: "lax" }), { message: 'mode is "lax": give strict or lenient.' });
});

test("what a form or a map holds is not passed over", () => {
  const data = new FormData();
  data.set("name", "Rijksmuseum");
  for (const collection of [data, new Map([["name", "Rijksmuseum"]]), new URLSearchParams("name=Rijksmuseum"), new Set()]) {
    const { ok, issues: [issue] } = validateRecipient(collection);
    assert.deepEqual([ok, issue.code, issue.path], [false, "not_json_value", ""]);
    assert.match(issue.hint, /Object\.fromEntries\(formData\)/);
  }
  assert.equal(validateRecipient(Object.fromEntries(data)).issues.some(({ path }) => path === "/name"), false);
});

test("a recipient as a Standard Schema", () => {
  const { version, vendor, validate: check } = recipientSchema({ provider: "pieterpost" })["~standard"];
  assert.deepEqual([version, vendor], [1, "edgepost"]);
  assert.deepEqual(check(MUSEUM), { value: MUSEUM });
  const { issues } = check({ ...MUSEUM, postalCode: "1234 SS", customFields: { a: 1 }, extra: "" });
  assert.deepEqual(issues.map(({ path, code }) => [path, code]), [[["customFields", "a"], "invalid_type"], [["postalCode"], "invalid_postal_code"]]);
  assert.deepEqual(recipientSchema({ mode: "lenient" })["~standard"].validate({ ...MUSEUM, postalCode: "1234 SS" }).issues, undefined);
  assert.equal(recipientSchema()["~standard"].validate("{}").issues.length > 0, true);
});

test("bad input is never thrown at the caller", async () => {
  const loop = {};
  loop.self = loop;
  for (const bad of [null, undefined, 5, "", "{", "\ufeff{}", [], new Uint8Array([0xff]), loop, { name: 1n }, Symbol("x"), () => 1, "[".repeat(100_000)]) {
    for (const provider of [undefined, "pieterpost"]) {
      const report = validateRecipient(bad, { provider });
      assert.equal(report.ok, false);
      assert.ok(report.issues[0].message);
    }
  }
  assert.throws(() => validateRecipient(MUSEUM, { provider: "postalform" }), { code: "invalid_options" });
  const browser = await import("../../npm/dist/recipient.browser.js");
  assert.equal(typeof browser.ready, "function");
});
