// The sandbox as npm users have it: in process, and served on a port by the command line.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { Sandbox } from "edgepost/sandbox";
import { serve } from "../../npm/dist/serve.js";

const CLI = new URL("../../npm/bin/edgepost.js", import.meta.url).pathname;
const KEY = { authorization: "Bearer pp_test_sandbox" };

/** Runs the command line until it has said `until`, or to its end. */
async function edgepost(args, until) {
  const child = spawn(process.execPath, [CLI, ...args]);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  const ended = once(child, "exit").then(([code]) => code);
  while (until && !said.includes(until) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  return { said: () => said, child, ended };
}

test("sandboxes in one process do not meet", async () => {
  const [one, other] = [new Sandbox(), new Sandbox({ seed: "other" })];
  await one.fetch("https://a.test/_sandbox/clock", { method: "POST", body: '{"advanceMs":1000}' });
  const states = await Promise.all([one, other].map(async (sandbox) => (await sandbox.fetch("https://a.test/_sandbox/state")).json()));
  assert.deepEqual(states.map(({ advancedMs }) => advancedMs), [1_000, 0]);
});

test("PP-171: every code of the vendor for keys and accounts can be met", async () => {
  const sandbox = new Sandbox();
  const codes = {};
  for (const [name, headers] of Object.entries({
    none: {},
    unknown: { authorization: "Bearer pp_test_unknown" },
    live: { authorization: "Bearer pp_live_unknown" },
    inactive: { authorization: "Bearer pp_test_sandbox_inactive" },
    closed: { authorization: "Bearer pp_test_closed_account" },
  })) {
    codes[name] = (await (await sandbox.fetch("https://a.test/pieterpost/v1/orders/ord_1", { headers })).json()).code;
  }
  assert.deepEqual(codes, {
    none: "missing_api_key",
    unknown: "invalid_api_key",
    live: "invalid_api_key_mode",
    inactive: "api_key_inactive",
    closed: "account_inactive",
  });
});

test("a dropped connection is a rejected fetch, a late answer can be given up", async () => {
  const sandbox = new Sandbox();
  const fault = (body) => sandbox.fetch("https://a.test/_sandbox/faults", { method: "POST", body: JSON.stringify(body) });
  await fault({ operation: "pieterpost.get_order", kind: "drop_before" });
  await assert.rejects(sandbox.fetch("https://a.test/pieterpost/v1/orders/x", { headers: KEY }), TypeError);
  await fault({ operation: "pieterpost.get_order", kind: "delay_after", delayMs: 60_000 });
  const late = sandbox.fetch("https://a.test/pieterpost/v1/orders/x", { headers: KEY, signal: AbortSignal.timeout(30) });
  await assert.rejects(late, { name: "TimeoutError" });
});

test("bad options are said so", () => {
  assert.throws(() => new Sandbox({ pieterpost: { stepsMs: 1 } }), /stepsMs/);
});

test("the command line serves it on loopback, and ends when it is told to", async () => {
  const { said, child, ended } = await edgepost(["sandbox", "--port", "0"], "The sandbox is at");
  const [, url] = /(http:\/\/127\.0\.0\.1:\d+)\//.exec(said());
  const answer = await fetch(`${url}/pieterpost/v1/orders/ord_1`, { headers: KEY });
  assert.deepEqual([answer.status, (await answer.json()).code], [404, "order_not_found"]);
  await fetch(`${url}/_sandbox/faults`, { method: "POST", body: '{"operation":"pieterpost.get_order","kind":"drop_after"}' });
  await assert.rejects(fetch(`${url}/pieterpost/v1/orders/ord_1`, { headers: KEY }), TypeError);
  assert.equal((await fetch(`${url}/_sandbox/state`)).status, 200, "it goes on");
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
});

test("an order of an earlier run is not met again, unless the seed is given", async () => {
  const made = async (options) => {
    const server = await serve(0, options);
    const body = '{"requestType":"letter","senderEmail":"sender@example.com","letters":[{"recipient":{"name":"Rijksmuseum","streetAddress":"Museumstraat 1","postalCode":"1071 XX","city":"Amsterdam","country":"Netherlands"},"message":"Hello."}]}';
    const headers = { ...KEY, "content-type": "application/json", "idempotency-key": "order-demo-001" };
    const url = `http://127.0.0.1:${server.address().port}/pieterpost/v1/checkout-links`;
    const { orderId } = await (await fetch(url, { method: "POST", headers, body })).json();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    assert.match(orderId, /^ord_/);
    return orderId;
  };
  assert.notEqual(await made(), await made({ pieterpost: {} }));
  assert.equal(await made({ seed: "one" }), await made({ seed: "one" }));
});

test("the command line explains itself", async () => {
  for (const [args, code, says] of [
    [["sandbox", "--help"], 0, /--port <number>.*8788/],
    [[], 0, /sandbox \[options\] /],
    [["sandbx"], 2, /unknown command 'sandbx'\n\(Did you mean sandbox\?\)/],
    [["sandbox", "--port", "x"], 2, /--port takes a number/],
    [["sandbox", "--prt", "1"], 2, /--prt/],
  ]) {
    const { said, ended } = await edgepost(args);
    assert.equal(await ended, code, args.join(" "));
    assert.match(said(), says);
  }
});
