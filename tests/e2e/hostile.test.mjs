// What must never reach a provider: each row is refused with its code, and the provider's state stays what it was.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { after, before, test } from "node:test";
import { build } from "../../npm/dist/index.node.js";
import { claims, refusedWith, rows, seconds, testRefusals, token, typed } from "../support/hostile.mjs";
import { order } from "../support/orders.mjs";
import { CANARIES, startGateway, startSandbox } from "../support/servers.mjs";

const EVIL = "https://evil.example";
const SHOP = "https://shop.example.com";
const LIVE_KEY = "pp_live_hostile_obviously_fake";
const ANOTHER_KEY = "another-signing-key-obviously-fake-of-32-bytes";
const ORDERS = "/pieterpost/v1/orders";
const LINKS = "/pieterpost/v1/checkout-links";
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const PUBLIC = publicKey.export({ format: "jwk" }).x;

let sandbox;
let gateway;
let live;

before(async () => {
  const account = "acct_sandbox";
  const keys = [CANARIES.PIETERPOST_KEY_TEST, LIVE_KEY].map((key) => ({ key, account, standing: "active" }));
  sandbox = await startSandbox({ pieterpost: { keys, balances: [{ cents: 100_000 }], requestsPerMinute: 10_000 } });
  const policy = { origins: ["self", "none", SHOP], return_urls: ["self", `${SHOP}/thanks`] };
  gateway = await startGateway(sandbox, { policy, vars: { GRANT_PUBLIC_KEY: PUBLIC } });
  live = await startGateway(sandbox, { policy, vars: { EDGEPOST_MODE: "live", PIETERPOST_KEY_LIVE: LIVE_KEY } });
});

after(async () => {
  await Promise.all([gateway?.stop(), live?.stop()]);
  await sandbox?.close();
});

/** A direct order: it spends from the account. */
const direct = (changes = {}) => {
  const { returnUrl, ...input } = order(gateway, changes);
  return input;
};
const POSTAL_CODES = { DE: "10117", FR: "75001" };
const recipient = (country) => {
  const postalCode = POSTAL_CODES[country] ?? "1012 JS";
  return { name: "Jan", streetAddress: "Dam 1", postalCode, city: "Amsterdam", country };
};
const letters = (...countries) => countries.map((country) => ({ recipient: recipient(country), message: "Hoi" }));

/** Each request has a connection of its own: workerd closes those whose request it has not read to its end. */
const ALONE = { connection: "close" };
/** Posts JSON with a key of its own. */
const post = (path, body, headers = {}, to = gateway) =>
  fetch(`${to.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID(), ...ALONE, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const get = (path, headers = {}, method = "GET") => fetch(`${gateway.url}${path}`, { method, headers: { ...ALONE, ...headers } });
const withGrant = (grant) => ({ "edgepost-grant": grant });
/** A direct order with a token; it is faultless, so that nothing but the token refuses it. */
const spend = (grant, changes, to) => post(ORDERS, direct(changes), withGrant(grant), to);
const granted = (changes) => token(claims(changes));
const topup = (grant, body) => post("/pieterpost/v1/credits/topups", { amountCents: 2_500, currency: "eur", ...body }, withGrant(grant));
const ed25519 = (message) => sign(null, Buffer.from(message), privateKey);

/** A token whose claims were exchanged behind the signer's back. */
function changed(said) {
  const [header, , signature] = granted({ ops: ["pieterpost.get_order"] }).split(".");
  return [header, granted(said).split(".")[1], signature].join(".");
}

const FORGED = rows(401, "grant_invalid", {
  "signed with another key": () => spend(token(claims(), { key: ANOTHER_KEY })),
  "signed with the empty key": () => spend(token(claims(), { key: "" })),
  "of no algorithm and without a signature": () => spend(token(claims(), { header: { alg: "none", typ: "JWT" }, sign: () => "" })),
  "of no algorithm, signed all the same": () => spend(token(claims(), { header: { alg: "none", typ: "JWT" } })),
  "that says NONE in capitals": () => spend(token(claims(), { header: { alg: "NONE", typ: "JWT" }, sign: () => "" })),
  "of HS512": () => spend(token(claims(), { header: { alg: "HS512", typ: "JWT" }, hash: "sha512" })),
  "that says HS512 over HS256": () => spend(token(claims(), { header: { alg: "HS512", typ: "JWT" } })),
  "that says EdDSA over HS256": () => spend(token(claims(), { header: { alg: "EdDSA", typ: "JWT" } })),
  "that says HS256 over Ed25519": () => spend(token(claims(), { sign: ed25519 })),
  "with the public key as the secret": () => spend(token(claims(), { key: PUBLIC })),
  "with the public key's bytes as the secret": () => spend(token(claims(), { key: Buffer.from(PUBLIC, "base64url") })),
  "with the public key in PEM as the secret": () => spend(token(claims(), { key: publicKey.export({ type: "spki", format: "pem" }) })),
  "signed by an Ed25519 key of its own": () => {
    const own = generateKeyPairSync("ed25519").privateKey;
    return spend(token(claims(), { header: { alg: "EdDSA", typ: "JWT" }, sign: (message) => sign(null, Buffer.from(message), own) }));
  },
  "that brings its own key along": () => {
    const own = generateKeyPairSync("ed25519");
    const header = { alg: "EdDSA", typ: "JWT", jwk: own.publicKey.export({ format: "jwk" }) };
    return spend(token(claims(), { header, sign: (message) => sign(null, Buffer.from(message), own.privateKey) }));
  },
  "that names a key by address": () => spend(token(claims(), { header: { alg: "HS256", typ: "JWT", jku: `${EVIL}/keys` }, key: ANOTHER_KEY })),
  "of another type": () => spend(token(claims(), { header: { alg: "HS256", typ: "at+jwt" } })),
  "whose claims were changed after signing": () => spend(changed({})),
  "whose end was moved after signing": () => spend(changed({ exp: seconds(3_600), ops: ["pieterpost.get_order"] })),
  "that is truncated": () => spend(granted().slice(0, -1)),
  "without its signature": () => spend(granted().replace(/[^.]+$/, "")),
  "of two pieces": () => spend(granted().split(".").slice(0, 2).join(".")),
  "of four pieces": () => spend(`${granted()}.${granted().split(".")[2]}`),
  "with padding": () => spend(`${granted()}=`),
  "of 12,000 characters": () => spend(granted({ countries: ["x".repeat(9_000)] })),
  "behind the word Bearer": () => spend(`Bearer ${granted()}`),
  "twice in one header": () => spend(`${granted()}, ${granted()}`),
  "in two headers of one name": () => typedOrder([`Edgepost-Grant: ${granted({ sub: "one" })}`, `Edgepost-Grant: ${granted({ sub: "two" })}`]),
  "that is bad, where none is needed": () => post(LINKS, order(gateway), withGrant(token(claims(), { key: ANOTHER_KEY }))),
});

const CLAIMED = rows(401, "grant_invalid", {
  "that is expired": () => spend(granted({ exp: seconds(-1) })),
  "that was never good": () => spend(granted({ exp: 0 })),
  "whose time has not come": () => spend(granted({ nbf: seconds(300) })),
  "for longer than 24 hours": () => spend(granted({ exp: seconds(86_400 + 60) })),
  "for longer than 24 hours that names an order": () => spend(granted({ exp: seconds(86_400 + 60), orders: ["ord_1"] })),
  "that reads a named order for longer than 14 days": () =>
    get(`${ORDERS}/ord_1`, withGrant(granted({ ops: ["pieterpost.get_order"], orders: ["ord_1"], exp: seconds(15 * 86_400) }))),
  "with a claim that nobody knows": () => spend(granted({ max_letters: 1 })),
  "with a limit that is misspelt": () => spend(granted({ maxAmount: { eur: 1 } })),
  "with its end as text": () => spend(granted({ exp: String(seconds(600)) })),
  "with its end as a fraction": () => spend(granted({ exp: seconds(600) + 0.5 })),
  "without an end": () => spend(token({ sub: "hostile", mode: "test", ops: ["pieterpost.*"] })),
  "with operations as text": () => spend(granted({ ops: "pieterpost.*" })),
  "with a negative amount": () => spend(granted({ max_amount: { eur: -1 } })),
  "with a claim twice": () => spend(token(JSON.stringify(claims()).replace("{", '{"mode":"live",'))),
});

const CONFUSED = rows(403, "grant_insufficient", {
  "of live mode in test mode": () => spend(granted({ mode: "live" })),
  "of test mode in live mode": () => spend(granted(), {}, live),
  "of a mode that is none": () => spend(granted({ mode: "Test" })),
  "for *": () => spend(granted({ ops: ["*"] })),
  "for nothing": () => spend(granted({ ops: [] })),
  "for pieter.*": () => spend(granted({ ops: ["pieter.*"] })),
  "for pieterpost": () => spend(granted({ ops: ["pieterpost"] })),
  "for .*": () => spend(granted({ ops: [".*"] })),
  "for pieterpost.create*": () => spend(granted({ ops: ["pieterpost.create*"] })),
  "for PieterPost.*": () => spend(granted({ ops: ["PieterPost.*"] })),
  "for ledger.*": () => spend(granted({ ops: ["ledger.*"] })),
  "for links, on a top-up": () => topup(granted({ ops: ["pieterpost.create_checkout_link"] })),
  "for orders, on the wallet": () => get("/pieterpost/v1/wallet", withGrant(granted({ ops: ["pieterpost.create_order"] }))),
  "for one order, on another": () => get(`${ORDERS}/ord_2`, withGrant(granted({ orders: ["ord_1"] }))),
  "for one order, on the same in capitals": () => get(`${ORDERS}/ORD_1`, withGrant(granted({ orders: ["ord_1"] }))),
  "for one order, behind a space": () => get(`${ORDERS}/%20ord_1`, withGrant(granted({ orders: ["ord_1"] }))),
  "for one order, on the wallet beside it": () => get(`${ORDERS}/..%2fwallet`, withGrant(granted({ orders: ["ord_1"] }))),
  "that reads an order, to make one": () => spend(granted({ ops: ["pieterpost.get_order"], orders: ["ord_1"] })),
  "for a request of other bytes": () => spend(intended(direct()), { externalId: "another" }),
  "for a request, with a letter more": () => spend(intended(direct()), { letters: letters("NL", "NL") }),
  "for other countries": () => spend(granted({ countries: ["Belgium"] }), { letters: letters("Netherlands") }),
  "for other countries, with the wrong one last": () => spend(granted({ countries: ["NL"] }), { letters: letters("NL", "NL", "DE") }),
  "for other countries, by a postcard": () => {
    const postcard = { recipients: [recipient("NL"), recipient("FR")], message: "Hoi" };
    return post(ORDERS, { requestType: "postcard", postcard }, withGrant(granted({ countries: ["NL"] })));
  },
  "for other countries, in escapes": () => spend(granted({ countries: ["NL"] }), { letters: letters("\u0044E") }),
});

const EXHAUSTED = rows(403, "grant_exhausted", {
  "for 10 cents": () => spend(granted({ max_amount: { eur: 10 } })),
  "for nothing at all": () => spend(granted({ max_amount: {} })),
  "for another currency": () => spend(granted({ max_amount: { usd: 100_000 } })),
  "for one recipient, on two": () => spend(granted({ max_recipients: 1 }), { letters: letters("NL", "NL") }),
  "for no recipients": () => spend(granted({ max_recipients: 0 })),
  "for 10 euros, on a top-up of 25": () => topup(granted({ max_amount: { eur: 1_000 } })),
  "for euros, on a top-up in dollars": () => topup(granted({ max_amount: { eur: 100_000 } }), { currency: "usd" }),
  "for 10 euros, on more than any number": () => topup(granted({ max_amount: { eur: 1_000 } }), { amountCents: Number.MAX_SAFE_INTEGER }),
});

const MISSING = rows(401, "grant_missing", {
  "a direct order": () => post(ORDERS, direct()),
  "a top-up": () => topup(""),
  "the wallet": () => get("/pieterpost/v1/wallet"),
  "an order": () => get(`${ORDERS}/ord_1`),
  "a compose link": () => post("/pieterpost/v1/compose-links", { recipient: recipient("NL") }),
  "an upload": () => fetch(`${gateway.url}/pieterpost/v1/uploads`, { method: "POST", headers: ALONE, body: new FormData() }),
  "a grant in Authorization": () => post(ORDERS, direct(), { authorization: `Bearer ${granted()}` }),
  "a grant in a cookie": () => post(ORDERS, direct(), { cookie: `edgepost-grant=${granted()}` }),
  "a grant in the query": () => post(`${ORDERS}?edgepost-grant=${granted()}&grant=${granted()}`, direct()),
  "a grant in the body": () => post(ORDERS, direct({ grant: granted() })),
  "the provider's own key": () => post(ORDERS, direct(), { authorization: `Bearer ${CANARIES.PIETERPOST_KEY_TEST}` }),
  "a link in live mode": () => post(LINKS, order(live), {}, live),
});

const FOREIGN = rows(403, "origin_not_allowed", {
  "a link from a foreign page": () => post(LINKS, order(gateway), { origin: EVIL }),
  "a link from a page without an origin": () => post(LINKS, order(gateway), { origin: "null" }),
  "a link from one that calls itself self": () => post(LINKS, order(gateway), { origin: "self" }),
  "a link from a listed name with more behind": () => post(LINKS, order(gateway), { origin: `${SHOP}.evil.example` }),
  "a link from a listed name on another port": () => post(LINKS, order(gateway), { origin: `${SHOP}:8443` }),
  "a link from a listed name without TLS": () => post(LINKS, order(gateway), { origin: SHOP.replace("https", "http") }),
  "a foreign page with a grant": () => post(ORDERS, direct(), { ...withGrant(granted()), origin: EVIL }),
  "a foreign page that has asked first": async () => {
    const headers = { origin: EVIL, "access-control-request-method": "POST", "access-control-request-headers": "edgepost-grant" };
    assert.equal((await get(ORDERS, headers, "OPTIONS")).status, 204);
    return post(ORDERS, direct(), { ...withGrant(granted()), origin: EVIL });
  },
  "two origins in two headers": () => typedOrder([`Edgepost-Grant: ${granted()}`, `Origin: ${SHOP}`, `Origin: ${EVIL}`]),
  "a check from a foreign page": () => post("/validate/pieterpost.create_order", direct(), { origin: EVIL }),
});

/** A direct order as it is typed, to any target. */
const typedOrder = (lines, { target = ORDERS, host = `127.0.0.1:${gateway.port}`, method = "POST", body = JSON.stringify(direct()) } = {}) =>
  typed(
    gateway,
    [`${method} ${target} HTTP/1.1`, `Host: ${host}`, "Content-Type: application/json", `Idempotency-Key: ${randomUUID()}`,
      `Content-Length: ${Buffer.byteLength(body)}`, ...lines],
    [body],
  );
const all = () => [`Edgepost-Grant: ${granted()}`];
/** A grant for one request and no other. */
const intended = (input) => granted({ ops: ["pieterpost.create_order"], intent: build("pieterpost.create_order", input).digest });

const PLACES = [
  ...rows(404, "not_found", {
    "another host in the path": () => typedOrder(all(), { target: `//evil.example${ORDERS}` }),
    "another path in front": () => typedOrder(all(), { target: `/x${ORDERS}` }),
    "two slashes": () => typedOrder(all(), { target: "/pieterpost//v1/orders" }),
    "a slash behind": () => typedOrder(all(), { target: `${ORDERS}/a/b` }),
    "an encoded slash in a name": () => typedOrder(all(), { target: "/pieterpost%2fv1%2forders" }),
    "a path in capitals": () => typedOrder(all(), { target: "/PieterPost/v1/orders" }),
    "another version": () => typedOrder(all(), { target: "/pieterpost/v2/orders" }),
    "another provider": () => typedOrder(all(), { target: "/postpay/v1/orders" }),
    "a provider called __proto__": () => typedOrder(all(), { target: "/__proto__/v1/orders" }),
    "the ledger": () => typedOrder(all(), { target: "/ledger/1" }),
    "the ledger's way out": () => typedOrder(all(), { target: "/ledger/../pieterpost/v1" }),
    "the sandbox's controls": () => typedOrder(all(), { target: "/_sandbox/reset" }),
    "dots that climb": () => get(`${ORDERS}/%2e%2e`, withGrant(granted())),
    "dots that climb to the provider": () => get(`${ORDERS}/../../../wallet`, withGrant(granted())),
    "bytes that are no text": () => get(`${ORDERS}/%ff`, withGrant(granted())),
    "half an escape": () => get(`${ORDERS}/%2`, withGrant(granted())),
    "a check of no operation": () => post("/validate/pieterpost.no_such", direct()),
    "a check of __proto__": () => post("/validate/__proto__", direct()),
    "a check of constructor": () => post("/validate/constructor", direct()),
    "a check of pieterpost.toString": () => post("/validate/pieterpost.toString", direct()),
    "a check of an operation with a path behind": () => post("/validate/pieterpost.create_order/../x", direct()),
  }),
  ...rows(405, "method_not_allowed", {
    "an order by GET that overrides its method": () => get(ORDERS, { ...withGrant(granted()), "x-http-method-override": "POST" }),
    "an order by PUT": () => typedOrder(all(), { method: "PUT" }),
    "a link by PATCH": () => typedOrder(all(), { method: "PATCH", target: LINKS }),
    "a look-up by DELETE": () => get(`${ORDERS}/ord_1`, withGrant(granted()), "DELETE"),
    "a look-up by POST that overrides its method": () =>
      typedOrder([...all(), "X-HTTP-Method-Override: GET", "X-Method-Override: GET"], { target: `${ORDERS}/ord_1` }),
    "a question that names no method": () => get(ORDERS, { ...withGrant(granted()), origin: SHOP }, "OPTIONS"),
  }),
  ...rows(401, "grant_missing", {
    "a forwarded host": () => typedOrder(["X-Forwarded-Host: evil.example", "Forwarded: host=evil.example;proto=https"]),
    "another address in a header": () => typedOrder([`X-Original-URL: ${LINKS}`, `X-Rewrite-URL: ${LINKS}`]),
    "another host": () => typedOrder([], { host: "evil.example" }),
  }),
  ...rows(422, "invalid_input", {
    "an order named twice": () => get(`${ORDERS}/ord_1?orderId=ord_2`, withGrant(granted({ orders: ["ord_1"] }))),
    "an order of dots": () => get(`${ORDERS}/...`, withGrant(granted())),
    "an order without a name": () => get(`${ORDERS}/`, withGrant(granted())),
    "a query that is no text": () => get("/pieterpost/v1/wallet?currency=%ff", withGrant(granted())),
    "a currency twice": () => get("/pieterpost/v1/wallet?currency=eur&currency=usd", withGrant(granted())),
  }),
];

const ROWS = [
  ...FORGED.map((row) => ({ ...row, name: `a grant ${row.name}` })),
  ...CLAIMED.map((row) => ({ ...row, name: `a grant ${row.name}` })),
  ...CONFUSED.map((row) => ({ ...row, name: `a grant ${row.name}` })),
  ...EXHAUSTED.map((row) => ({ ...row, name: `a grant ${row.name}` })),
  ...MISSING.map((row) => ({ ...row, name: `without a grant: ${row.name}` })),
  ...FOREIGN,
  ...PLACES,
];

testRefusals(ROWS, () => sandbox);

const link = (changes, headers) => post(LINKS, order(gateway, changes), headers);

test("what the hostile requests were made of is taken where it is right", async () => {
  const header = { alg: "EdDSA", typ: "JWT" };
  assert.equal((await spend(token(claims(), { header, sign: ed25519 }))).status, 201);
  const limits = { countries: ["NL"], max_amount: { eur: 1_000 }, max_recipients: 1 };
  assert.equal((await spend(granted(limits), { letters: letters("nl") })).status, 201);
  assert.equal((await get("/pieterpost/v1/wallet", withGrant(granted({ ops: ["pieterpost.get_wallet"] })))).status, 200);
  assert.equal((await spend(token(claims({ mode: "live", ops: ["pieterpost.create_order"] })), {}, live)).status, 402, "an empty wallet");
  assert.equal((await link({}, { origin: SHOP })).status, 201);
});

test("a grant for one request makes it once, and no other", async () => {
  const earlier = (await sandbox.state()).pieterpost.orders.length;
  const grant = intended(direct({ externalId: "once" }));
  const answers = [];
  for (let repeat = 0; repeat < 3; repeat += 1) answers.push(await spend(grant, { externalId: "once" }));
  assert.deepEqual(answers.map(({ status }) => status), [201, 201, 201]);
  assert.equal(new Set(await Promise.all(answers.map((answer) => answer.text()))).size, 1);
  await refusedWith(await spend(grant, { externalId: "twice" }), 403, "grant_insufficient");
  assert.equal((await sandbox.state()).pieterpost.orders.length, earlier + 1);
});

test("ID-02: a key that two callers chose is two keys, and neither hears the other's answer", async () => {
  const key = { "idempotency-key": "the-same-key-for-everybody" };
  const grants = ["one", "two", "origin:none", ""].map((sub) => withGrant(granted({ sub })));
  const callers = [...grants, {}, { origin: SHOP }, { origin: gateway.url }];
  const ids = [];
  for (const headers of callers) {
    const answer = await link({ externalId: JSON.stringify(headers) }, { ...key, ...headers });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.get("edgepost-replayed"), null);
    ids.push((await answer.json()).orderId);
  }
  assert.equal(new Set(ids).size, callers.length);
  const { orders } = (await sandbox.state()).pieterpost;
  const other = await post(ORDERS, direct(), { ...key, ...grants[0] });
  assert.equal(other.status, 201, "nor do two operations of one caller");
  assert.ok(!ids.includes((await other.json()).orderId));
  assert.equal((await sandbox.state()).pieterpost.orders.length, orders.length + 1);
  await refusedWith(await link({ externalId: "other bytes" }, { ...key, ...grants[0] }), 409, "idempotency_key_reused");
});
