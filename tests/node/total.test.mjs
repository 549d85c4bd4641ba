// What a checkout adds up to.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { total, validate } from "edgepost";

const VECTOR = new URL("../vectors/postpay.create_checkout/create_a_checkout.json", import.meta.url);
const { input } = JSON.parse(readFileSync(VECTOR, "utf8"));

test("PO-040: the vendor's example adds up, in every form of input", () => {
  assert.equal(total(input), 81480);
  assert.equal(total(JSON.stringify(input)), 81480);
  assert.equal(total(new TextEncoder().encode(JSON.stringify(input))), 81480);
  const { total_amount, ...parts } = input;
  assert.equal(total(parts), total_amount, "what it is asked for need not be there");
});

test("PO-042: what it gives passes, and nothing else does", () => {
  const more = structuredClone(input);
  more.items[0].qty = 3;
  const issues = validate("postpay.create_checkout", more).issues.filter(({ code }) => code === "total_mismatch");
  assert.deepEqual(issues.map(({ path, fix }) => [path, fix[0].value]), [["/total_amount", total(more)]]);
  assert.equal(validate("postpay.create_checkout", { ...more, total_amount: total(more) }).ok, true);
});

test("PO-015 PO-044: where no sum comes of the parts, it says why", () => {
  const spoilt = {
    "/items/0/unit_price": (order) => (order.items[0].unit_price = 840.5),
    "/items/0/qty": (order) => (order.items[0].qty = "1"),
    "/tax_amount": (order) => delete order.tax_amount,
    "/shipping/amount": (order) => (order.shipping.amount = -1),
    "/total_amount": (order) => (order.discounts[0].amount = 100_000_000),
  };
  for (const [path, spoil] of Object.entries(spoilt)) {
    const order = structuredClone(input);
    spoil(order);
    assert.throws(() => total(order), (error) => error.code === "invalid_input" && error.issues.some((issue) => issue.path === path), path);
  }
  assert.throws(() => total("{"), { code: "invalid_input" });
  assert.throws(() => total(undefined), { code: "invalid_input" });
});
