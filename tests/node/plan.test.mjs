// Plans in Node: the border, and ids that can be used as they are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { build, plan, recipients } from "edgepost";

const HEADER = "name,streetAddress,postalCode,city,state,country\n";
const us = (number) => `Public Library ${number},${number} Main Street,02116,Boston,MA,United States\n`;
const nl = (number) => `Openbare Bibliotheek ${number},Spui ${number},2511 BM,Den Haag,,Netherlands\n`;
const file = (count) => HEADER + Array.from({ length: count }, (_, number) => (number % 2 ? us(number) : nl(number))).join("");

test("PP-004, PP-040, PP-045: every order of a plan can be built, with its id as key", () => {
  const { rows } = recipients(file(120));
  const { orders, leftOver, issues, days, seconds, perDay } = plan(rows);
  assert.deepEqual([leftOver, issues, days, seconds, perDay], [[], [], 1, 6, 100]);
  assert.deepEqual(orders.map(({ indexes, market }) => [indexes.length, market]), [
    [25, "non_us"], [25, "us"], [25, "non_us"], [25, "us"], [10, "non_us"], [10, "us"],
  ]);
  for (const { id, indexes } of orders) {
    const letters = indexes.map((index) => ({ recipient: rows[index].recipient, message: "Hello" }));
    const input = { requestType: "letter", letters, senderEmail: "desk@example.org", returnUrl: "https://example.org/", externalId: id };
    assert.equal(build("pieterpost.create_checkout_link", input, { idempotencyKey: id }).key, id);
  }
  assert.equal(new Set(orders.map(({ id }) => id)).size, orders.length);
});

test("a list is taken in every form, and gives the same plan", () => {
  const list = recipients(file(60));
  const expected = plan(list.rows);
  const people = list.rows.map(({ recipient }) => recipient);
  for (const form of [list, people, JSON.stringify(people), JSON.stringify(list.rows), new TextEncoder().encode(JSON.stringify(people))]) {
    assert.deepEqual(plan(form), expected);
  }
  // In whatever order the members come.
  assert.deepEqual(plan(people.map((one) => Object.fromEntries(Object.entries(one).reverse()))), expected);
});

test("PP-166, PP-167: options change days, and ids where they should", () => {
  const { rows } = recipients(file(60));
  const plain = plan(rows);
  const slow = plan(rows, { perDay: 2, usedToday: 1, perMinute: 2 });
  assert.deepEqual([slow.days, slow.seconds, slow.perDay], [3, 120, 2]);
  assert.deepEqual(slow.orders, plain.orders);
  assert.ok(plan(rows, { campaign: "autumn" }).orders.every(({ id }) => !plain.orders.some((order) => order.id === id)));
  assert.deepEqual(plan(rows, { requestType: "postcard" }).orders.map(({ market, indexes }) => [market, indexes.length]), [
    ["all", 25], ["all", 25], ["all", 10],
  ]);
  for (const [name, value] of [["perDay", 0], ["perDay", "x"], ["perMinute", 1.5], ["usedToday", -1], ["requestType", "parcel"], ["campaign", 7], ["mode", "loose"], ["perday", 5]]) {
    assert.throws(() => plan(rows, { [name]: value }), (error) => error.code === "invalid_options" && error.message.includes(name), name);
  }
});

test("whom no order takes is left over, and what is no list is an issue", () => {
  const { rows } = recipients(`${file(3)}a,b\nNobody,,,,,Netherlands\n`);
  const { orders, leftOver, issues } = plan(rows);
  assert.deepEqual(leftOver, [3, 4]);
  const missing = (index, ...members) => members.map((member) => [`/recipients/${index}/recipient/${member}`, member === "streetAddress" ? "missing_choice" : "missing_member"]);
  assert.deepEqual(issues.map(({ path, code }) => [path, code]), [
    ...missing(3, "name", "postalCode", "city", "country", "streetAddress"),
    ...missing(4, "postalCode", "city", "streetAddress"),
  ]);
  assert.deepEqual(orders.flatMap(({ indexes }) => indexes).sort(), [0, 1, 2]);
  const loop = [];
  loop.push(loop);
  for (const list of [undefined, null, 7, {}, "[", "", loop, [7n]]) {
    const { orders, issues } = plan(list);
    assert.deepEqual([orders, issues.length > 0], [[], true], String(typeof list));
    assert.ok(issues.every(({ path }) => path.startsWith("/recipients")), issues[0].path);
  }
});
