// Killing workerd at ten points of the ledger's life, each aimed by the sandbox's faults: no order twice, none lost, no
// reservation stuck.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, beforeEach, test } from "node:test";
import { grant, LETTER_CENTS, letters, post, told } from "../support/direct.mjs";
import { order, seen } from "../support/orders.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";
import { halt, workerdOf } from "../support/workerd.mjs";

/** What the gateway sets aside for a letter: more than it costs, so that what is stuck is missed. */
const MOST_CENTS = 500;
/** Longer than a test: what waits for it, waits until it is killed. */
const LONG = { delayMs: 15_000 };

let sandbox;
let gateway;
let persistTo;

before(async () => {
  persistTo = await mkdtemp(join(tmpdir(), "edgepost-kills-"));
  const options = { requestsPerMinute: null, ordersPerDay: null, balances: [{ cents: 1_000_000 }] };
  sandbox = await startSandbox({ pieterpost: options });
  await start();
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
  await rm(persistTo, { recursive: true, force: true });
});

beforeEach(() => sandbox.reset());

/** Begins again with nothing written down. */
async function startAnew() {
  await gateway.stop();
  await rm(persistTo, { recursive: true, force: true });
  await start();
}

/** The gateway with what it wrote down, at the same address. */
async function start() {
  gateway = await startGateway(sandbox, { persistTo, port: gateway?.port, policy: { most_cents_per_recipient: MOST_CENTS } });
}

const orders = async () => (await sandbox.state()).pieterpost.orders;
const calls = async (operation) => seen(await sandbox.state(), operation);

/** Waits until something is so. */
async function until(is) {
  for (let tries = 0; !(await is()); tries += 1) {
    assert.ok(tries < 500, "it never came");
    await pause(10);
  }
}

const PATHS = { create_order: "orders", create_checkout_link: "checkout-links" };
const bodyOf = (operation) => JSON.stringify(operation === "create_order" ? letters() : order(gateway));

/** Calls, and gives the status and the order or code; nothing where the connection broke. */
const call = (operation, body, options) => post(gateway, PATHS[operation], body, options).then(told, () => undefined);

/** After so many calls that the provider has heard. */
const heard = (operation, count = 1) => () => until(async () => (await calls(operation)) >= count);
/** After the provider has made it. */
const made = () => until(async () => (await orders()).length > 0);
/** After the gateway has answered. */
const answered = (status) => async (first) => assert.equal((await first)?.[0], status);

for (const [point, operation, fault, aim, more] of [
  ["while the provider has heard of it and done nothing", "create_order", "delay_before", heard("create_order"), LONG],
  ["while the provider has done it and not answered", "create_order", "delay_after", made, LONG],
  ["the same for a payment link", "create_checkout_link", "delay_after", made, LONG],
  ["after a connection that broke before", "create_order", "drop_before", answered(502)],
  ["after a connection that broke behind", "create_order", "drop_after", answered(502)],
  ["the same for a payment link", "create_checkout_link", "drop_after", answered(502)],
  ["after a fault of the provider's before", "create_order", "status_500_before", answered(500)],
  ["after a fault of the provider's behind", "create_order", "status_500_after", answered(500)],
  ["after an answer that nobody understands", "create_order", "html_body", answered(502)],
  ["after too many requests", "create_order", "status_429", answered(429)],
  ["after a refusal that can pass", "create_order", "code", answered(402), { code: "insufficient_credits" }],
  ["right after the answer", "create_order", undefined, answered(201)],
  ["the same for a payment link", "create_checkout_link", undefined, answered(201)],
]) {
  test(`PP-125 ID-03: killed ${point} (${operation}${fault ? `, ${fault}` : ""}): made once, and nothing stays set aside`, async () => {
    // What the order really takes, and what another one needs: not a cent and not a recipient more.
    const cents = operation === "create_order" ? LETTER_CENTS : 0;
    const options = { key: randomUUID(), grant: await grant({ max_amount: { eur: cents + MOST_CENTS }, max_recipients: 2 }) };
    const body = bodyOf(operation);
    if (fault) await sandbox.fault(operation, fault, more);
    const first = call(operation, body, options);
    await aim(first);
    await gateway.kill();
    await first;
    await start();

    const [status, orderId] = await call(operation, body, options);
    assert.equal(status, 201, orderId);
    const [only, ...others] = await orders();
    assert.deepEqual([orderId, others], [only.order.orderId, []]);
    assert.deepEqual(await call(operation, body, options), [201, orderId], "and again");

    assert.equal((await call("create_order", bodyOf("create_order"), { grant: options.grant }))[0], 201, "all the rest can be spent");
    assert.deepEqual(await call("create_order", bodyOf("create_order"), { grant: options.grant }), [403, "grant_exhausted"]);
    assert.equal((await orders()).length, 2);
  });
}

test("PP-125: killed twice, before and behind, it is still one order", async () => {
  const options = { key: randomUUID(), grant: await grant({ max_amount: { eur: LETTER_CENTS + MOST_CENTS } }) };
  const body = bodyOf("create_order");
  for (const [attempt, fault] of ["delay_before", "delay_after"].entries()) {
    await sandbox.fault("create_order", fault, LONG);
    const lost = call("create_order", body, options);
    await heard("create_order", attempt + 1)();
    await gateway.kill();
    await lost;
    await start();
  }
  assert.equal((await call("create_order", body, options))[0], 201);
  assert.equal((await orders()).length, 1);
  assert.equal((await call("create_order", body, { ...options, key: randomUUID() }))[0], 201, "all the rest can be spent");
});

/** What one kind of Durable Object has written down, as it stands in its files. */
function written(object) {
  const folder = readdirSync(join(persistTo, "do")).find((name) => name.endsWith(`-${object}`));
  const files = folder ? readdirSync(join(persistTo, "do", folder)).map((name) => join(persistTo, "do", folder, name)) : [];
  return files.map((file) => readFileSync(file, "latin1")).join("");
}

const SET_ASIDE = `"cents":["eur",${MOST_CENTS}]`;
const SPENT = `"cents":{"eur":${LETTER_CENTS}}`;

/** Lets workerd run for a moment and stand still while its files are looked at, until something is so. */
async function haltWhen(is) {
  const workerd = workerdOf(gateway);
  for (let steps = 0; ; steps += 1) {
    assert.ok(steps < 20_000, "it never came");
    halt(workerd);
    if (is()) return;
    process.kill(workerd, "SIGCONT");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

for (const [point, is, isNot] of [
  ["when money was set aside, before anything is sent", () => written("Tally").includes(SET_ASIDE), () => written("Ledger").includes("orderId")],
  ["when the answer was written down, before the budget hears of it", () => written("Ledger").includes("orderId"), () => written("Tally").includes(SPENT)],
  ["when the budget has heard of it, before the caller does", () => written("Tally").includes(SPENT), () => false],
]) {
  test(`PP-125 ID-03: killed ${point}, step by step: made once, and nothing stays set aside`, async () => {
    const body = bodyOf("create_order");
    let options, first;
    // How long a moment is, is up to the machine. Where workerd got past the point in one, it has to come there once more.
    for (let attempts = 0; ; attempts += 1) {
      assert.ok(attempts < 20, "every moment was too long");
      await startAnew();
      await sandbox.reset();
      options = { key: randomUUID(), grant: await grant({ max_amount: { eur: LETTER_CENTS + MOST_CENTS }, max_recipients: 2 }) };
      first = call("create_order", body, options);
      await haltWhen(is);
      await gateway.kill();
      const hasHeard = (await first) !== undefined;
      if (!isNot() && !hasHeard) break;
    }
    await start();

    const [status, orderId] = await call("create_order", body, options);
    assert.equal(status, 201, orderId);
    assert.deepEqual((await orders()).map(({ order }) => order.orderId), [orderId]);
    assert.equal((await call("create_order", body, { ...options, key: randomUUID() }))[0], 201, "all the rest can be spent");
    assert.deepEqual(await call("create_order", body, { ...options, key: randomUUID() }), [403, "grant_exhausted"]);
  });
}
