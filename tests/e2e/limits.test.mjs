// The limits of what is public, and a configuration that does not serve.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { mint, order, seen } from "../support/orders.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";

let sandbox;

before(async () => {
  sandbox = await startSandbox({ pieterpost: { requestsPerMinute: 10_000 } });
});

after(() => sandbox?.close());

/** A gateway for the time of one test. */
async function withGateway(options, work) {
  await sandbox.reset();
  const gateway = await startGateway(sandbox, options);
  try {
    await work(gateway);
  } finally {
    await gateway.stop();
  }
}

test("PP-166 PP-167: the public orders of a day are counted, also over a restart; retries and refusals count once or not at all", async () => {
  const persistTo = await mkdtemp(join(tmpdir(), "edgepost-tally-"));
  const options = { limits: { perMinute: 10_000, perDay: 3 }, persistTo };
  await withGateway(options, async (gateway) => {
    const key = randomUUID();
    await sandbox.fault("create_checkout_link", "code", { code: "invalid_request" });
    assert.equal((await mint(gateway, order(gateway))).status, 400, "a refusal gives its place back");
    await sandbox.fault("create_checkout_link", "drop_after");
    assert.equal((await mint(gateway, order(gateway), { key })).status, 502);
    for (let repeat = 0; repeat < 5; repeat += 1) assert.equal((await mint(gateway, order(gateway), { key })).status, 201);
    assert.equal((await mint(gateway, order(gateway))).status, 201);
  });
  await sandbox.reset();
  const gateway = await startGateway(sandbox, options);
  try {
    const together = await Promise.all(Array.from({ length: 8 }, () => mint(gateway, order(gateway))));
    const statuses = together.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, 429, 429, 429, 429, 429, 429, 429], "one place was left");
    const full = together.find(({ status }) => status === 429);
    const { code, retry } = await full.json();
    assert.equal(code, "daily_limit_reached");
    assert.equal(retry.advice, "after");
    assert.ok(retry.afterMs > 0 && retry.afterMs <= 86_400_000);
    assert.equal(Number(full.headers.get("retry-after")), Math.ceil(retry.afterMs / 1000));
    assert.equal(seen(await sandbox.state(), "create_checkout_link"), 1, "the provider never has to say no");
  } finally {
    await gateway.stop();
    await rm(persistTo, { recursive: true, force: true });
  }
});

test("new orders from one address are limited, repeated ones are not", async () => {
  await withGateway({ limits: { perMinute: 3, perDay: 1_000 } }, async (gateway) => {
    const keys = Array.from({ length: 5 }, () => randomUUID());
    const answers = [];
    for (const key of keys) answers.push(await mint(gateway, order(gateway), { key }));
    assert.deepEqual(answers.map(({ status }) => status), [201, 201, 201, 429, 429]);
    const { code, retry } = await answers[4].json();
    assert.deepEqual([code, retry], ["rate_limited", { advice: "after", afterMs: 60_000 }]);
    for (const key of keys.slice(0, 3)) assert.equal((await mint(gateway, order(gateway), { key })).status, 201);
    assert.equal(seen(await sandbox.state(), "create_checkout_link"), 3);
  });
});

test("a program without an Origin is served only where the policy says so", async () => {
  await withGateway({ policy: { origins: ["self"] } }, async (gateway) => {
    assert.equal((await mint(gateway, order(gateway))).status, 403);
    assert.equal((await mint(gateway, order(gateway), { headers: { origin: gateway.url } })).status, 201);
    assert.equal((await mint(gateway, order(gateway), { headers: { origin: "none" } })).status, 403);
  });
});

const LIVE = { PIETERPOST_KEY_LIVE: "pp_live_canary_77aa" };

for (const [name, options, says] of [
  ["a live key", { vars: { PIETERPOST_KEY_TEST: "pp_live_canary_77aa" } }, /PIETERPOST_KEY_TEST holds a live key/],
  ["a test key as the live one", { vars: { PIETERPOST_KEY_LIVE: "pp_test_canary_77aa" } }, /PIETERPOST_KEY_LIVE holds a test key/],
  ["live mode with a test key", { vars: { EDGEPOST_MODE: "live" } }, /EDGEPOST_MODE is .{1,2}live.{1,2}, but there is only PIETERPOST_KEY_TEST/],
  ["test mode with a live key", { vars: { ...LIVE, PIETERPOST_KEY_TEST: "" } }, /EDGEPOST_MODE is .{1,2}test.{1,2}, but there is only PIETERPOST_KEY_LIVE/],
  ["another mode", { vars: { EDGEPOST_MODE: "Live" } }, /EDGEPOST_MODE is .{1,2}Live/],
  ["no signing key", { vars: { GRANT_SIGNING_KEY: "" } }, /GRANT_SIGNING_KEY is missing/],
  ["a policy that is wrong", { policy: { origins: ["*"] } }, /origins: .*is no origin/],
]) {
  test(`PP-002 PP-008 PP-009: ${name} refuses to serve, and says why`, async () => {
    await withGateway(options, async (gateway) => {
      for (const path of ["/", "/healthz", "/openapi.json", "/pieterpost/v1/orders/ord_1"]) {
        const answer = await fetch(`${gateway.url}${path}`);
        const { code, detail } = await answer.json();
        assert.deepEqual([answer.status, code], [503, "misconfigured"], path);
        assert.match(detail, says);
        assert.ok(!detail.includes("canary"));
      }
      assert.equal((await mint(gateway, order(gateway))).status, 503);
      await gateway.logged(says);
      assert.equal(seen(await sandbox.state(), "create_checkout_link"), 0);
    });
  });
}

test("without a key the provider is not configured, and all else is served", async () => {
  await withGateway({ vars: { PIETERPOST_KEY_TEST: "" } }, async (gateway) => {
    assert.deepEqual((await (await fetch(`${gateway.url}/healthz`)).json()).providers, []);
    const answer = await mint(gateway, order(gateway));
    assert.deepEqual([answer.status, (await answer.json()).code], [503, "provider_not_configured"]);
  });
});
