// The countries' postal codes, held against the metadata's own regular expressions and examples, in JavaScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { countries, place, validateRecipient } from "edgepost/recipient";
import { random, sampler } from "../support/patterns.mjs";

const PLACES = JSON.parse(readFileSync(new URL("../data/places.json", import.meta.url), "utf8"));
const WITH_CODES = Object.entries(PLACES).filter(([, { pattern }]) => pattern !== "");

const issuesOf = (country, postalCode, more) => {
  const { issues } = validateRecipient({ name: "City library", streetAddress: "1", city: "City", country, postalCode, ...more });
  return issues.filter(({ path }) => path === "/postalCode");
};
const codes = (issues) => issues.map(({ code }) => code);
const whole = (pattern) => new RegExp(`^(?:${pattern})$`);

test("PL-002: every example of the metadata fits its country", () => {
  let count = 0;
  for (const [country, { examples }] of WITH_CODES) {
    for (const example of examples) {
      assert.ok(!codes(issuesOf(country, example)).includes("invalid_postal_code"), `${country} ${example}`);
      count += 1;
    }
  }
  assert.equal(WITH_CODES.length, 181);
  assert.ok(count >= 350, String(count));
});

/** The letters and digits of a code; nothing if there is something else in it. */
const bare = (code) => (/^[\w\s.-]*$/.test(code) && !code.includes("_") ? code.toUpperCase().replace(/[\s.-]/g, "") : "");

/** The same pattern without its spaces and hyphens. */
const bareForm = (pattern) => whole(pattern.replace(/\[ \\?-\]|[ -]\??(?![^[]*\])/g, ""));

/** What comes behind the sign of the country: its code, or one letter that is cut off. */
function behindSign(country, code) {
  const letters = bare(code);
  if (letters.startsWith(country) || (country === "LI" && letters.startsWith("FL"))) return letters.slice(2);
  return letters.startsWith(country[0]) && /^.[^A-Za-z0-9]/.test(code.trim()) ? letters.slice(1) : "";
}

// Compared for each code: whether PL-002 speaks. It must not where the metadata's expression matches the code, trimmed and in
// capitals, as a whole; nor where it would with the spaces and hyphens that the country has, or without the country's own sign
// in front, which is PL-007 with a fix. Everywhere else it must. What nothing is said about has to match as it stands, and so
// has what a fix writes.
test("PL-002 PL-007: the patterns agree with JavaScript's regular expressions on 40,000 codes", () => {
  const below = random(4);
  const differences = [];
  const tally = { fine: 0, mended: 0, refused: 0 };
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const CHARACTERS = `${LETTERS}0123456789 -`;
  const any = () => CHARACTERS[below(CHARACTERS.length)];
  const mutate = (code) => {
    const at = below(code.length + 1);
    const [head, tail] = [code.slice(0, at), code.slice(at)];
    return [
      () => head + tail.replace(/[A-Z]|\d/, (old) => (/\d/.test(old) ? String(below(10)) : LETTERS[below(26)])),
      () => code.replace(/[A-Z]|\d/, (old) => (/\d/.test(old) ? String(below(10)) : LETTERS[below(26)])),
      () => head + any() + tail,
      () => head + tail.slice(1),
      () => head + any() + tail.slice(1),
      () => code.toLowerCase(),
      () => code.replace(/[ -]/g, ""),
      () => head + " -"[below(2)] + tail,
      () => ` ${code}\t`,
      () => code + any(),
      () => code.split("").reverse().join(""),
    ][below(11)]();
  };
  for (const [country, { pattern }] of WITH_CODES) {
    const write = sampler(pattern);
    const [exact, loose] = [whole(pattern), bareForm(pattern)];
    for (let round = 0; round < 74; round++) {
      const good = write(below);
      if (!exact.test(good)) assert.fail(`the sampler wrote ${good} for ${pattern}`);
      const noise = Array.from({ length: 1 + below(10) }, any).join("");
      for (const code of [good, mutate(good), [mutate(mutate(good)), noise, `${country}-${good}`, `${country[0]}-${good}`][below(4)]]) {
        if (code.trim() === "") continue;
        const issues = issuesOf(country, code);
        const isRefused = codes(issues).includes("invalid_postal_code");
        const unusual = issues.find((issue) => issue.code === "unusual_form");
        const meant = [bare(code), behindSign(country, code)].filter((letters) => loose.test(letters));
        const written = unusual?.fix[0].value;
        const agree =
          isRefused === (meant.length === 0) &&
          !(isRefused && exact.test(code.trim().toUpperCase())) &&
          (isRefused || (unusual ? exact.test(written) && meant[0] === bare(written) : exact.test(code)));
        if (!agree) differences.push(`${country} ${JSON.stringify(code)} ${JSON.stringify(issues.map(({ message }) => message))} ${pattern}`);
        tally[isRefused ? "refused" : unusual ? "mended" : "fine"] += 1;
      }
    }
  }
  assert.deepEqual(differences.slice(0, 20), []);
  assert.ok(tally.fine + tally.mended + tally.refused > 40_000, JSON.stringify(tally));
  assert.ok(Math.min(tally.fine, tally.mended, tally.refused) > 4_000, JSON.stringify(tally));
});

test("PL-002 PL-008: faults of other validators", () => {
  // `^` and `$` around a pattern with a choice in it, without a group.
  assert.deepEqual(codes(issuesOf("GB", "GIR 0AA")), []);
  assert.deepEqual(codes(issuesOf("GB", "GIR 0AAxyz")), ["invalid_postal_code"]);
  // An area that there is not.
  assert.deepEqual(codes(issuesOf("GB", "ZZ99 9ZZ")), ["invalid_postal_code"]);
  // Letters that are not used.
  assert.deepEqual(codes(issuesOf("NL", "1234 SS")), ["invalid_postal_code"]);
  assert.deepEqual(codes(issuesOf("NL", "1234 SB")), []);
  // A country without postal codes needs none.
  const dubai = { name: "Museum of the Future", streetAddress: "Sheikh Zayed Road", city: "Dubai", state: "Dubai", country: "AE" };
  assert.deepEqual(validateRecipient(dubai), { ok: true, issues: [] });
  assert.deepEqual(codes(issuesOf("AE", "00000", { state: "Dubai" })), ["unneeded_postal_code"]);
  // What PieterPost demands is another matter.
  const { ok, issues } = validateRecipient(dubai, { provider: "pieterpost" });
  assert.deepEqual([ok, issues.map(({ path, code, rule }) => [path, code, rule])], [false, [["/postalCode", "missing_member", "PP-020"]]]);
});

// Names as they are in other languages. Not all are known, and that is no fault: a form has a list, a file the English names. But
// one that is taken for another country's sends a letter there.
test("PL-001: no country's name in seven languages is taken for another's, nor mended into it", () => {
  const tally = { known: 0, mended: 0, unknown: 0 };
  for (const language of ["nl", "de", "fr", "es", "it", "pt", "pl"]) {
    const names = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    for (const { code } of countries()) {
      const name = names.of(code);
      if (name === undefined) continue;
      const known = place(name);
      const [{ fix, hint } = {}] = validateRecipient({ name: "x", country: name }).issues.filter((issue) => issue.code === "unknown_country");
      const [meant] = fix ?? [];
      assert.equal(known?.code ?? code, code, `${language} ${name}`);
      if (meant) assert.deepEqual([place(meant.value)?.code, meant.path, hint], [code, "/country", `Did you mean ${meant.value}?`], `${language} ${name}`);
      tally[known ? "known" : meant ? "mended" : "unknown"] += 1;
    }
  }
  console.log(`of ${tally.known + tally.mended + tally.unknown} names ${tally.known} are known, ${tally.mended} mended, ${tally.unknown} neither`);
  assert.ok(tally.known > 650 && tally.mended > 200, JSON.stringify(tally));
});

test("PL-001: what is no name is not mended into one", () => {
  for (const country of ["Германия", "日本語", "ประเทศไทย", "???", "-", "😀", "Irak", "Chine", "Alemania"]) {
    const [issue] = validateRecipient({ name: "x", country }).issues;
    assert.deepEqual([issue.code, issue.fix, issue.hint], ["unknown_country", undefined, "Give the English name or the ISO code, such as Netherlands or NL."], country);
  }
});

test("PL-001: every country of the metadata has codes, a name and a form, and none of them throws", () => {
  assert.equal(Object.keys(PLACES).length, 252);
  assert.deepEqual(countries().map(({ code }) => code).sort(), Object.keys(PLACES).sort());
  const MEMBERS = { A: "streetAddress", C: "city", S: "state", Z: "postalCode" };
  for (const { code, name } of countries()) {
    const found = place(name);
    assert.deepEqual([found.code, found.name], [code, name]);
    assert.match(found.alpha3, /^[A-Z]{3}$/);
    for (const written of [code, found.alpha3, code.toLowerCase(), name.toUpperCase(), `  ${name}\n`]) {
      assert.equal(place(written)?.code, code, written);
    }
    const { pattern, require } = PLACES[code];
    const required = found.fields.filter((field) => field.required).map(({ member }) => member);
    const wanted = [...require].map((letter) => MEMBERS[letter]).filter((member) => member !== "state" || code === "US");
    assert.deepEqual(required.sort(), [...wanted, "name"].sort(), code);
    assert.equal(found.postalCode !== null, pattern !== "", code);
    if (pattern !== "") assert.match(found.postalCode.example, whole(pattern), code);
    assert.deepEqual(codes(validateRecipient({ country: code }).issues).includes("unknown_country"), false);
  }
});
