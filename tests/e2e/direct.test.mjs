// Direct orders: money is spent, so the wallet, the grant and the provider's limits hold whatever happens at once.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "node:test";
import { build } from "edgepost";
import { balance, grant, ids, LETTER_CENTS, letters, post, send, told } from "../support/direct.mjs";
import { oneOfMany } from "../support/http.mjs";
import { mint, order, read, seen } from "../support/orders.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";

/** A sandbox and a gateway for the time of one test. */
async function withBoth(pieterpost, options, work) {
  const sandbox = await startSandbox({ pieterpost });
  const gateway = await startGateway(sandbox, options);
  try {
    await work(gateway, sandbox);
  } finally {
    await gateway.stop();
    await sandbox.close();
  }
}

const times = (count, make) => Promise.all(Array.from({ length: count }, (_, index) => make(index)));
const outcomes = (state, operation) => state.requests[`pieterpost.${operation}`].outcomes;

test("PP-120 PP-124: of 50 orders at once a wallet for 20 pays exactly 20", async () => {
  await withBoth({ balances: [{ cents: 20 * LETTER_CENTS }] }, {}, async (gateway, sandbox) => {
    const token = await grant();
    const answers = await times(50, async () => told(await send(gateway, letters(), { grant: token })));
    const paid = answers.filter(([status]) => status === 201).map(([, orderId]) => orderId);
    const refused = answers.filter(([status]) => status !== 201);
    assert.equal(paid.length, 20);
    assert.deepEqual(refused, Array(30).fill([402, "insufficient_credits"]));
    const state = await sandbox.state();
    assert.equal(balance(state), 0);
    assert.deepEqual(paid.sort(), ids(state), "the gateway and the provider tell of the same orders");
    assert.equal(seen(state, "create_order"), 50);
  });
});

test("PP-124 PP-145: after a top-up the refused order passes with the same key and bytes", async () => {
  await withBoth({}, {}, async (gateway, sandbox) => {
    const call = { grant: await grant(), key: randomUUID() };
    const body = JSON.stringify(letters());
    for (let tries = 0; tries < 2; tries += 1) {
      assert.deepEqual(await told(await send(gateway, body, call)), [402, "insufficient_credits"]);
    }
    const topup = await post(gateway, "credits/topups", { amountCents: 500, currency: "eur" }, { grant: call.grant });
    assert.equal(topup.status, 201);
    const paid = await send(gateway, body, call);
    assert.deepEqual([paid.status, paid.headers.get("edgepost-source")], [201, "provider"]);
    const again = await send(gateway, body, call);
    assert.deepEqual([again.status, again.headers.get("edgepost-source")], [201, "ledger"]);
    assert.equal(await again.text(), await paid.text());
    const state = await sandbox.state();
    assert.deepEqual([ids(state).length, balance(state)], [1, 500 - LETTER_CENTS]);
  });
});

/** What a refusal of the gateway's for the sake of the provider's minute says. Gives the milliseconds to wait. */
async function refusedForTheMinute(answer) {
  const { code, retry } = await answer.json();
  assert.deepEqual([answer.status, code, retry.advice], [429, "rate_limited", "after"]);
  assert.equal(answer.headers.get("edgepost-source"), "gateway");
  assert.equal(Number(answer.headers.get("retry-after")), Math.ceil(retry.afterMs / 1_000));
  assert.match(answer.headers.get("ratelimit"), /^"minute";r=\d+;t=\d+$/);
  assert.equal(answer.headers.get("ratelimit-policy"), '"minute";q=60;w=60');
  return retry.afterMs;
}

test("PP-165: of 200 requests within a minute the provider refuses none, and reads leave room for orders", async () => {
  await withBoth({ balances: [{ cents: 100_000 }], ordersPerDay: null }, {}, async (gateway, sandbox) => {
    const token = await grant();
    const reads = await times(120, (index) => read(gateway, `ord_${index}`, token));
    const read404 = reads.filter(({ status }) => status === 404);
    const waits = await Promise.all(reads.filter(({ status }) => status !== 404).map(refusedForTheMinute));
    assert.deepEqual([read404.length, waits.length], [45, 75], "three of four places are for reads");
    const last = read404.at(-1);
    assert.match(last.headers.get("ratelimit"), /^"minute";r=\d+;t=\d+$/, "what passes is told as well");

    const keys = Array.from({ length: 80 }, () => randomUUID());
    const create = (key) => oneOfMany(() => send(gateway, letters(), { grant: token, key }));
    const creates = await Promise.all(keys.map(create));
    const made = creates.filter(({ status }) => status === 201);
    const left = await Promise.all(creates.filter(({ status }) => status !== 201).map(refusedForTheMinute));
    assert.deepEqual([made.length, left.length], [15, 65], "the rest is kept for what makes something");

    // When it says that there is room again, there is; and the sandbox's minute has passed as well.
    await pause(Math.max(...waits, ...left) + 2_000);
    const again = await Promise.all(keys.map(create));
    assert.equal(again.filter(({ headers }) => headers.get("edgepost-replayed")).length, 15, "what is made is not made again");
    assert.equal(again.filter(({ status }) => status === 201).length, 15 + 60);
    const state = await sandbox.state();
    assert.deepEqual(outcomes(state, "get_order"), { [(await read404[0].json()).code]: 45 });
    assert.deepEqual(outcomes(state, "create_order"), { created: 75 });
  });
});

test("PP-166 PP-167: the 101st order of a day does not reach the provider, also over a restart", async () => {
  const persistTo = await mkdtemp(join(tmpdir(), "edgepost-day-"));
  const sandbox = await startSandbox({ pieterpost: { balances: [{ cents: 100_000 }] } });
  let gateway = await startGateway(sandbox, { persistTo });
  try {
    const call = { grant: await grant() };
    // Payment links count as well, whoever makes them.
    const first = await times(60, (index) => (index < 5 ? mint(gateway, order(gateway)) : send(gateway, letters(), call)));
    assert.deepEqual([...new Set(first.map(({ status }) => status))], [201]);
    // What it says is when the first place is free; the last is a little later.
    const wait = pause((await refusedForTheMinute(await send(gateway, letters(), call))) + 2_000);
    await gateway.stop();
    gateway = await startGateway(sandbox, { persistTo, port: gateway.port });
    await wait;
    const key = randomUUID();
    const bytes = JSON.stringify(letters());
    assert.equal((await send(gateway, bytes, { ...call, key })).status, 201);
    const second = await times(45, async () => told(await send(gateway, letters(), call)));
    assert.equal(second.filter(([status]) => status === 201).length, 39, "99 + 1 more");
    assert.deepEqual(second.filter(([status]) => status !== 201), Array(6).fill([429, "daily_limit_reached"]));
    const late = await mint(gateway, order(gateway));
    const { code, retry } = await late.json();
    assert.deepEqual([late.status, code, retry.advice], [429, "daily_limit_reached", "after"]);
    assert.ok(retry.afterMs > 0 && retry.afterMs <= 86_400_000);
    assert.equal((await send(gateway, bytes, { ...call, key })).headers.get("edgepost-replayed"), "true", "a replay needs no place");
    const state = await sandbox.state();
    assert.equal(ids(state).length, 100);
    assert.deepEqual(outcomes(state, "create_order"), { created: 95 });
    assert.deepEqual(outcomes(state, "create_checkout_link"), { created: 5 });
  } finally {
    await gateway.stop();
    await sandbox.close();
    await rm(persistTo, { recursive: true, force: true });
  }
});

const WEALTHY = { balances: [{ cents: 100_000 }], requestsPerMinute: null };
const CAREFUL = { policy: { most_cents_per_recipient: 500 } };

test("a grant's sum is set aside before and settled after: two at once fit, and at their real price more do", async () => {
  await withBoth(WEALTHY, CAREFUL, async (gateway, sandbox) => {
    const call = { grant: await grant({ max_amount: { eur: 1_000 } }) };
    await sandbox.fault("create_order", "delay_after", { times: 2, delayMs: 3_000 });
    const two = times(2, () => send(gateway, letters(), call));
    while (seen(await sandbox.state(), "create_order") < 2) await pause(20);
    assert.deepEqual(await told(await send(gateway, letters(), call)), [403, "grant_exhausted"], "all of it is set aside");
    assert.deepEqual((await two).map(({ status }) => status), [201, 201]);
    // 400 are spent, so 600 are left: one letter at a time, at 500 set aside and 200 paid.
    assert.deepEqual(await told(await send(gateway, letters(2), call)), [403, "grant_exhausted"], "1,000 of 600");
    assert.equal((await send(gateway, letters(), call)).status, 201);
    assert.deepEqual(await told(await send(gateway, letters(), call)), [403, "grant_exhausted"], "500 of 400");
    const topup = (amountCents) => post(gateway, "credits/topups", { amountCents, currency: "eur" }, call);
    assert.deepEqual(await told(await topup(500)), [403, "grant_exhausted"], "a sum that is named counts as it is");
    assert.equal((await send(gateway, letters(), { grant: await grant({ max_amount: { usd: 1_000 } }) })).status, 403, "no euros");
    assert.equal(ids(await sandbox.state()).length, 3);
  });
});

test("of 20 at once with a sum for 4 exactly 4 pass, and none of the others reaches the provider", async () => {
  await withBoth(WEALTHY, { policy: { most_cents_per_recipient: LETTER_CENTS } }, async (gateway, sandbox) => {
    const call = { grant: await grant({ max_amount: { eur: 4 * LETTER_CENTS } }) };
    const answers = await times(20, async () => told(await send(gateway, letters(), call)));
    assert.equal(answers.filter(([status]) => status === 201).length, 4);
    assert.deepEqual(answers.filter(([status]) => status !== 201), Array(16).fill([403, "grant_exhausted"]));
    const state = await sandbox.state();
    assert.deepEqual([seen(state, "create_order"), balance(state)], [4, 100_000 - 4 * LETTER_CENTS]);
  });
});

test("PP-125 PP-165: an order of which nobody knows stays set aside when its retry finds the minute full", async () => {
  await withBoth(WEALTHY, CAREFUL, async (gateway, sandbox) => {
    const call = { grant: await grant({ max_amount: { eur: 500 } }), key: randomUUID() };
    await sandbox.fault("create_order", "drop_after");
    assert.deepEqual(await told(await send(gateway, letters(), call)), [502, "upstream_unreachable"]);
    const another = async () => told(await send(gateway, letters(), { grant: call.grant }));
    assert.deepEqual(await another(), [403, "grant_exhausted"]);
    const filler = await grant();
    await times(60, () => send(gateway, letters(), { grant: filler }));
    assert.deepEqual(await told(await send(gateway, letters(), call)), [429, "rate_limited"]);
    assert.deepEqual(await another(), [403, "grant_exhausted"], "the first attempt was made and has to be paid");
  });
});

test("a grant's recipients and countries hold, for orders and for payment links", async () => {
  await withBoth(WEALTHY, CAREFUL, async (gateway, sandbox) => {
    const few = { grant: await grant({ max_recipients: 3 }) };
    assert.equal((await send(gateway, letters(2), few)).status, 201);
    assert.deepEqual(await told(await send(gateway, letters(2), few)), [403, "grant_exhausted"]);
    assert.equal((await mint(gateway, order(gateway), { headers: { "edgepost-grant": few.grant } })).status, 201);
    assert.deepEqual(await told(await send(gateway, letters(), few)), [403, "grant_exhausted"]);

    const here = { grant: await grant({ countries: ["Netherlands", "us"] }) };
    assert.equal((await send(gateway, letters(), here)).status, 201, "US and United States are one country");
    const [letter] = letters().letters;
    const abroad = { ...letter, recipient: { ...letter.recipient, country: "Belgium", postalCode: "1000", state: undefined } };
    assert.deepEqual(await told(await send(gateway, { ...letters(), letters: [abroad] }, here)), [403, "grant_insufficient"]);
    assert.equal(ids(await sandbox.state()).length, 3);
  });
});

test("a grant for one request makes that one once, whatever its key", async () => {
  await withBoth(WEALTHY, {}, async (gateway, sandbox) => {
    const { digest } = build("pieterpost.create_order", letters());
    const call = { grant: await grant({ ops: ["pieterpost.create_order"], intent: digest }) };
    const other = await send(gateway, letters(1, { locale: "nl" }), call);
    assert.deepEqual(await told(other), [403, "grant_insufficient"]);
    const ten = await times(10, () => send(gateway, letters(), { ...call, key: randomUUID() }));
    assert.deepEqual(ten.map(({ status }) => status), Array(10).fill(201));
    const answers = await Promise.all(ten.map((answer) => answer.text()));
    assert.equal(new Set(answers).size, 1);
    const again = await send(gateway, JSON.stringify(letters(), null, 2), call);
    assert.deepEqual([again.status, again.headers.get("edgepost-replayed")], [201, "true"]);
    assert.equal(await again.text(), answers[0]);
    const state = await sandbox.state();
    assert.deepEqual([ids(state).length, seen(state, "create_order")], [1, 1]);
  });
});

test("PP-121 PP-131 PP-135: an order gives a grant to read just that order; a wallet needs one for wallets", async () => {
  await withBoth(WEALTHY, {}, async (gateway) => {
    const token = await grant({ ops: ["pieterpost.create_order", "pieterpost.get_wallet"] });
    const made = await times(2, () => send(gateway, letters(), { grant: token }));
    const [own, other] = await Promise.all(made.map((answer) => answer.json()));
    const reads = made[0].headers.get("edgepost-order-grant");
    const looked = await read(gateway, own.orderId, reads);
    assert.equal(looked.status, 200);
    const { orderId, wallet } = await looked.json();
    assert.deepEqual([orderId, wallet.currency], [own.orderId, "eur"]);
    assert.deepEqual(await told(await read(gateway, other.orderId, reads)), [403, "grant_insufficient"]);
    assert.deepEqual(await told(await read(gateway, own.orderId, token)), [403, "grant_insufficient"], "not among its operations");
    assert.deepEqual(await told(await send(gateway, letters(), { grant: reads })), [403, "grant_insufficient"]);
    assert.deepEqual(await told(await send(gateway, letters())), [401, "grant_missing"]);

    const walletOf = (shown) => fetch(`${gateway.url}/pieterpost/v1/wallet`, { headers: shown ? { "edgepost-grant": shown } : {} });
    const answer = await walletOf(token);
    assert.equal(answer.status, 200);
    assert.equal((await answer.json()).wallet.balanceCents, 100_000 - 2 * LETTER_CENTS);
    assert.deepEqual(await told(await walletOf(reads)), [403, "grant_insufficient"]);
    assert.deepEqual(await told(await walletOf()), [401, "grant_missing"]);
  });
});
