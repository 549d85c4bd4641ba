// What the gateway costs: the same order through it and straight to the sandbox, on this computer.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { CANARIES, startGateway, startSandbox } from "../support/servers.mjs";
import { make } from "./orders.mjs";
import { fixed, median, print, times } from "./table.mjs";

const ROOT = new URL("../../", import.meta.url);
/** Calls that are made before the first one counts. */
const WARM_UP = 10;

/** In place of the policy's own, so that no call is refused. */
const POLICY = { requests_per_minute: 100_000, orders_per_day: 10_000 };

/** Milliseconds from the request to the last byte of the answer. Without a body it is a GET. */
async function time(url, status, headers, body) {
  const method = body === undefined ? "GET" : "POST";
  const start = performance.now();
  const response = await fetch(url, { method, headers: { "content-type": "application/json", ...headers }, body });
  const answer = await response.text();
  const elapsed = performance.now() - start;
  if (response.status !== status) throw new Error(`${url} answered ${response.status}: ${answer}`);
  return elapsed;
}

/** Prints the medians of so many calls of each kind, made one after the other and in turns. */
export async function latency(calls) {
  const built = ["worker/build/index.js", "worker/page/dist"].every((path) => existsSync(new URL(path, ROOT)));
  if (!built) {
    const missing = "worker/build or worker/page/dist is missing. `cargo xtask build` makes them.";
    console.log(`\nLatency is not measured: ${missing}`);
    return;
  }
  const sandbox = await startSandbox({ pieterpost: { requestsPerMinute: 1_000_000, ordersPerDay: 1_000_000 } });
  const gateway = await startGateway(sandbox, { policy: POLICY }).catch(async (error) => {
    await sandbox.close();
    throw error;
  });
  try {
    await measure(sandbox, gateway, calls);
  } finally {
    await gateway.stop();
    await sandbox.close();
  }
}

async function measure(sandbox, gateway, calls) {
  const order = { ...make("4 KB").value, returnUrl: `${gateway.url}/` };
  const body = JSON.stringify(order);
  const authorization = `Bearer ${CANARIES.PIETERPOST_KEY_TEST}`;
  const key = () => ({ "idempotency-key": randomUUID() });
  const links = "/v1/checkout-links";
  const kept = key();
  const kinds = {
    "an order, straight to the sandbox": () =>
      time(`${sandbox.url}/pieterpost${links}`, 201, { authorization, ...key() }, body),
    "an order, through the gateway": () => time(`${gateway.url}/pieterpost${links}`, 201, key(), body),
    "an order again, from the gateway's ledger": () => time(`${gateway.url}/pieterpost${links}`, 201, kept, body),
    "a check at the gateway's /validate": () =>
      time(`${gateway.url}/validate/pieterpost.create_checkout_link`, 200, {}, body),
    "the gateway's /healthz, the least there is": () => time(`${gateway.url}/healthz`, 200, {}),
  };
  const samples = Object.fromEntries(Object.keys(kinds).map((name) => [name, []]));
  for (let call = -WARM_UP; call < calls; call += 1) {
    for (const [name, run] of Object.entries(kinds)) {
      const elapsed = await run();
      if (call >= 0) samples[name].push(elapsed);
    }
  }
  const [first] = Object.values(samples).map(median);
  const rows = Object.entries(samples).map(([name, values]) => {
    const middle = median(values);
    const slow = values.toSorted((left, right) => left - right)[Math.floor(values.length * 0.9)];
    return [name, fixed(middle, 2), fixed(slow, 2), fixed(middle - first, 2), times(middle / first)];
  });
  print(`Latency on loopback, an order of 25 letters, ${calls} calls each, milliseconds (not gated)`,
    ["", "median", "9 of 10 within", "beside direct", "ratio"], rows,
    ["workerd on this computer, without Cloudflare around it; the ledger is on the disk."]);
}
