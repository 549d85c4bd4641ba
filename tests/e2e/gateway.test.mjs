// What the gateway serves and refuses, over HTTP, on workerd.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { listen } from "../support/http.mjs";
import { mint, order, read, seen } from "../support/orders.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";

const FOREIGN = "https://evil.example";
const SHOP = "https://shop.example.com";

let sandbox;
let gateway;

before(async () => {
  sandbox = await startSandbox({ pieterpost: { requestsPerMinute: 10_000 } });
  const policy = { origins: ["self", "none", SHOP], return_urls: ["self", `${SHOP}/thanks`] };
  gateway = await startGateway(sandbox, { policy });
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
});

/** How often the provider had been asked before the test. */
let earlier;

beforeEach(async () => {
  earlier = (await sandbox.state()).requests;
});

/** How often the provider was asked in this test. */
const calls = async (operation) => seen(await sandbox.state(), operation) - seen({ requests: earlier }, operation);

/** The order that was made last. */
const last = async () => (await sandbox.state()).pieterpost.orders.at(-1);

/** A refusal of the gateway's own, before the provider is called. */
async function refused(answer, status, code) {
  const problem = await answer.json();
  assert.deepEqual([answer.status, problem.code, problem.status], [status, code, status], JSON.stringify(problem));
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.headers.get("edgepost-source"), "gateway");
  assert.equal(await calls("create_checkout_link"), 0, "the provider was not called");
  return problem;
}

const get = (path, headers = {}) => fetch(`${gateway.url}${path}`, { headers });

test("a mint passes the provider's answer through, and gives a grant for the order", async () => {
  const answer = await mint(gateway, order(gateway), { headers: { "accept-language": "nl" } });
  assert.equal(answer.status, 201);
  const { headers } = answer;
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("edgepost-operation"), "pieterpost.create_checkout_link");
  assert.match(headers.get("edgepost-rules"), /^[\w-]{12}$/);
  const body = await answer.json();
  const { order: made, account } = await last();
  assert.deepEqual(body, made);
  assert.equal(account, "acct_sandbox", "PP-001: the gateway's key was shown");

  const looked = await read(gateway, body.orderId, headers.get("edgepost-order-grant"));
  assert.equal(looked.status, 200);
  assert.deepEqual(await looked.json(), body);
});

test("what goes upstream is the canonical body, whatever was sent", async () => {
  const input = order(gateway);
  const shuffled = Object.fromEntries(Object.entries(input).reverse());
  await mint(gateway, JSON.stringify({ ...shuffled, externalId: null }, null, 4));
  const { input: sent } = await last();
  const { externalId, ...expected } = input;
  assert.deepEqual(sent, expected);
  assert.equal(Object.keys(sent)[0], "requestType");
});

test("a faulty order is refused with every issue", async () => {
  const problem = await refused(await mint(gateway, { requestType: "letter", letters: [] }), 422, "invalid_input");
  assert.deepEqual(problem.issues.map(({ code, path }) => [code, path]).sort(), [
    ["missing_member", "/returnUrl"],
    ["missing_member", "/senderEmail"],
    ["too_few_items", "/letters"],
  ]);
  assert.deepEqual(problem.retry, { advice: "never" });
});

for (const [name, body] of [
  ["nothing", ""],
  ["no JSON", "{requestType:"],
  ["bytes that are not UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ["a list", "[]"],
  ["a megabyte of nesting", "[".repeat(1_000_000)],
  ["a megabyte of nested members", '{"a":'.repeat(200_000)],
  ["a member twice", '{"requestType":"letter","requestType":"postcard"}'],
  ["half a character", '{"requestType":"\\ud800"}'],
  ["200,000 mistakes", `{"letters":[${"1,".repeat(200_000)}1]}`],
]) {
  test(`a body of ${name} is a 422 that names the place`, async () => {
    const problem = await refused(await mint(gateway, body), 422, "invalid_input");
    assert.ok(problem.issues.length > 0 && problem.issues.length <= 1_001);
    for (const { path, code, message } of problem.issues) assert.ok(typeof path === "string" && code && message);
  });
}

test("a body of more than 1 MiB is refused, whether or not it says so", async () => {
  const large = JSON.stringify(order(gateway, { externalId: "x".repeat(1_100_000) }));
  await refused(await mint(gateway, large), 413, "body_too_large");
  const stream = new Blob([large]).stream();
  const chunked = await fetch(`${gateway.url}/pieterpost/v1/checkout-links`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
    body: stream,
    duplex: "half",
  });
  await refused(chunked, 413, "body_too_large");
  const fits = JSON.stringify(order(gateway, { externalId: "x".repeat(1_000_000) }));
  assert.equal((await mint(gateway, fits)).status, 201);
});

test("PP-003: only JSON is taken", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]) {
    await refused(await mint(gateway, order(gateway), { headers: { "content-type": type } }), 415, "unsupported_media_type");
  }
  const charset = { "content-type": "application/json; charset=utf-8" };
  assert.equal((await mint(gateway, order(gateway), { headers: charset })).status, 201);
});

test("PP-004: a mint needs a key that nobody can guess", async () => {
  const body = order(gateway);
  const without = await fetch(`${gateway.url}/pieterpost/v1/checkout-links`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await refused(without, 400, "idempotency_key_missing");
  await refused(await mint(gateway, body, { key: "order-demo-001" }), 400, "idempotency_key_too_short");
  await refused(await mint(gateway, body, { key: "x".repeat(141) }), 400, "idempotency_key_invalid");
  await refused(await mint(gateway, body, { key: "a key with spaces in it, long" }), 400, "idempotency_key_invalid");
});

test("a payer is sent back to listed addresses only", async () => {
  for (const returnUrl of [`${FOREIGN}/`, `${SHOP}/`, `${SHOP}/thanks/../evil`, `${SHOP}.evil.example/thanks`]) {
    await refused(await mint(gateway, order(gateway, { returnUrl })), 403, "return_url_not_allowed");
  }
  assert.equal((await mint(gateway, order(gateway, { returnUrl: `${SHOP}/thanks?a=b` }))).status, 201);
});

test("pages of other origins are not served", async () => {
  const headers = { origin: FOREIGN };
  const answer = await mint(gateway, order(gateway), { headers });
  // The page may read why: its developer has to know what to put on the list.
  assert.equal(answer.headers.get("access-control-allow-origin"), FOREIGN);
  assert.equal(answer.headers.get("edgepost-operation"), "pieterpost.create_checkout_link");
  await refused(answer, 403, "origin_not_allowed");
  const asked = { ...headers, "access-control-request-method": "POST" };
  const preflight = await fetch(`${gateway.url}/pieterpost/v1/checkout-links`, { method: "OPTIONS", headers: asked });
  assert.equal(preflight.status, 204, "what counts is the request itself");
  assert.equal((await get("/healthz", headers)).status, 403);
});

test("pages of listed origins are, and may read what they need", async () => {
  const asked = {
    origin: SHOP,
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type, idempotency-key",
  };
  const preflight = await fetch(`${gateway.url}/pieterpost/v1/checkout-links`, { method: "OPTIONS", headers: asked });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), SHOP);
  for (const name of ["content-type", "idempotency-key", "edgepost-grant"]) {
    assert.ok(preflight.headers.get("access-control-allow-headers").includes(name), name);
  }
  assert.ok(preflight.headers.get("access-control-allow-methods").includes("POST"));
  const answer = await mint(gateway, order(gateway), { headers: { origin: SHOP } });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get("access-control-allow-origin"), SHOP);
  assert.equal(answer.headers.get("vary"), "Origin");
  const exposed = answer.headers.get("access-control-expose-headers");
  for (const name of ["edgepost-order-grant", "edgepost-replayed", "edgepost-source", "edgepost-rules", "retry-after"]) {
    assert.ok(exposed.includes(name), name);
  }
  assert.equal(answer.headers.get("access-control-allow-credentials"), null);
});

test("PP-130: an order is read with its own grant and no other", async () => {
  const [one, other] = await Promise.all([mint(gateway, order(gateway)), mint(gateway, order(gateway, { locale: "nl" }))]);
  const grants = [one, other].map(({ headers }) => headers.get("edgepost-order-grant"));
  const [{ orderId }, { orderId: otherId }] = [await one.json(), await other.json()];
  const code = async (answer) => [answer.status, (await answer.json()).code];
  assert.deepEqual(await code(await read(gateway, orderId)), [401, "grant_missing"]);
  assert.deepEqual(await code(await read(gateway, orderId, grants[1])), [403, "grant_insufficient"]);
  assert.deepEqual(await code(await read(gateway, orderId, `${grants[0]}x`)), [401, "grant_invalid"]);
  assert.deepEqual(await code(await read(gateway, orderId, "a.b.c")), [401, "grant_invalid"]);
  assert.equal((await read(gateway, orderId, grants[0])).status, 200);
  assert.equal((await read(gateway, otherId, grants[1])).status, 200);
  const named = await get(`/pieterpost/v1/orders/${orderId}`, { "edgepost-order-grant": grants[0] });
  assert.equal(named.status, 200, "also under the name that it came with");
  assert.equal(await calls("get_order"), 2);
});

test("PP-165: reads of one order are joined and remembered", async () => {
  const minted = await mint(gateway, order(gateway));
  const grant = minted.headers.get("edgepost-order-grant");
  const { orderId } = await minted.json();
  await sandbox.fault("get_order", "delay_after", { delayMs: 300 });
  const answers = await Promise.all(Array.from({ length: 50 }, () => read(gateway, orderId, grant)));
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  assert.equal(new Set(bodies).size, 1);
  await read(gateway, orderId, grant);
  assert.equal(await calls("get_order"), 1);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  await read(gateway, orderId, grant);
  assert.equal(await calls("get_order"), 2);
});

test("an order that the provider cannot tell of is unknown", async () => {
  const minted = await mint(gateway, order(gateway));
  const grant = minted.headers.get("edgepost-order-grant");
  const { orderId } = await minted.json();
  for (const [kind, status, code] of [["html_body", 502, "upstream_unreadable"], ["drop_before", 502, "upstream_unreachable"], ["redirect", 502, "upstream_unreadable"]]) {
    await sandbox.fault("get_order", kind);
    const answer = await read(gateway, orderId, grant);
    assert.deepEqual([answer.status, (await answer.json()).code], [status, code]);
  }
  assert.equal((await read(gateway, orderId, grant)).status, 200, "a failure is not remembered");
});

test("a check calls nobody", async () => {
  const post = (operation, body, type = "application/json") =>
    fetch(`${gateway.url}/validate/${operation}`, { method: "POST", headers: { "content-type": type }, body });
  const good = await post("pieterpost.create_checkout_link", JSON.stringify(order(gateway)));
  assert.deepEqual([good.status, await good.json()], [200, { ok: true, operation: "pieterpost.create_checkout_link", issues: [] }]);
  const bad = await (await post("pieterpost.create_checkout_link", "{")).json();
  assert.deepEqual([bad.ok, bad.issues[0].code], [false, "invalid_json"]);
  await refused(await post("pieterpost.no_such", "{}"), 404, "not_found");
  await refused(await post("pieterpost.get_order", "{}", "text/plain"), 415, "unsupported_media_type");
});

test("nothing else is served", async () => {
  for (const path of ["/pieterpost", "/pieterpost/v1/wallets", "/pieterpost/v1/orders/a/b", "/ledger/1", "/_sandbox/state", "/validate/x"]) {
    await refused(await get(path), 404, "not_found");
  }
  for (const [method, path, allow] of [
    ["GET", "/pieterpost/v1/checkout-links", "POST"],
    ["DELETE", "/pieterpost/v1/orders/ord_1", "GET"],
    ["POST", "/pieterpost/v1/wallet", "GET"],
    ["PUT", "/healthz", "GET"],
    ["GET", "/validate/pieterpost.get_order", "POST"],
  ]) {
    const answer = await fetch(`${gateway.url}${path}`, { method });
    assert.equal(answer.headers.get("allow"), allow, path);
    await refused(answer, 405, "method_not_allowed");
  }
  assert.equal((await get("/pieterpost/v1/checkout-links", { "x-forwarded-host": "evil.example" })).status, 405);
});

/** A request as it is typed, which no client would send. */
function raw(lines, body) {
  return new Promise((resolve, reject) => {
    const all = [...lines, "Connection: close", `Content-Length: ${Buffer.byteLength(body)}`];
    const socket = connect(gateway.port, "127.0.0.1", () => socket.write(`${all.join("\r\n")}\r\n\r\n${body}`));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk)).on("end", () => resolve(answer)).on("error", reject);
  });
}

test("the provider's host comes from the configuration, never from a request", async () => {
  let hits = 0;
  const evil = await listen((request, response) => {
    hits += 1;
    response.writeHead(201, { "content-type": "application/json" }).end("{}");
  });
  const { host } = new URL(evil.url);
  const path = "/pieterpost/v1/checkout-links";
  const own = `127.0.0.1:${gateway.port}`;
  const hostile = [
    "Forwarded: host=HOST;proto=http", "X-Forwarded-Host: HOST", "X-Original-Host: HOST", "X-Host: HOST", "X-Upstream: HOST",
    "X-Original-URL: http://HOST/", "X-Rewrite-URL: http://HOST/", "Base-Url: http://HOST", "Edgepost-Upstream: http://HOST",
  ].map((line) => line.replace("HOST", host));
  const key = () => `Idempotency-Key: ${randomUUID()}`;
  try {
    for (const [target, named] of [
      [path, own],
      [path, host],
      [`${path}?host=${host}&baseUrl=http://${host}`, own],
    ]) {
      const before = await calls("create_checkout_link");
      const body = JSON.stringify(order(gateway, { returnUrl: `${SHOP}/thanks`, externalId: `${target} ${named}` }));
      const lines = [`POST ${target} HTTP/1.1`, `Host: ${named}`, "Content-Type: application/json", key(), ...hostile];
      const answer = await raw(lines, body);
      assert.match(answer, /^HTTP\/1\.1 201 /, `${target} ${named}`);
      assert.equal((await last()).input.externalId, `${target} ${named}`);
      assert.equal(await calls("create_checkout_link"), before + 1);
    }
    // What is no path of ours, and what workerd itself does not take.
    for (const target of [`http://${host}${path}`, `//${host}${path}`, `/pieterpost/../..//${host}/v1/checkout-links`]) {
      const lines = [`POST ${target} HTTP/1.1`, `Host: ${own}`, "Content-Type: application/json", key(), ...hostile];
      assert.match(await raw(lines, JSON.stringify(order(gateway))), /^HTTP\/1\.1 [45]\d\d /, target);
    }
    assert.equal(hits, 0);
  } finally {
    await evil.close();
  }
});

test("the gateway says how it is, and describes itself", async () => {
  assert.deepEqual(await (await get("/healthz")).json(), { ok: true, mode: "test", providers: ["pieterpost"] });
  const openapi = await (await get("/openapi.json")).json();
  assert.equal(openapi.openapi, "3.1.0");
  assert.ok(openapi.paths["/pieterpost/v1/checkout-links"].post);
  assert.ok(openapi.paths["/pieterpost/v1/orders/{orderId}"].get);
  assert.ok(openapi.paths["/hooks/postpay/{mode}"].post && openapi.paths["/return/postpay"].get);
  const page = await get("/");
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type"), /^text\/html/);
  assert.match(page.headers.get("content-security-policy"), /script-src 'self' 'wasm-unsafe-eval'/);
});
