// edgepost/client pays a provider on this machine that answers as no provider should: over the wire, with real headers, as far
// as Node's fetch lets them through. Whatever is wrong is refused before anything is signed, and behind a payment nothing that
// comes back makes a second one.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { Edgepost } from "edgepost/client";
import { Sandbox } from "edgepost/sandbox";
import { flood, listen } from "../support/http.mjs";

const X402 = "postalform.create_order";
const MPP = "postalform.create_order_mpp";
const vector = new URL("../vectors/postalform.create_order/example_request_manual_addresses.json", import.meta.url);
const { request_id: ID, ...ORDER } = JSON.parse(readFileSync(vector, "utf8")).input;
const FIVE = { amount: "5.00", currency: "USD" };
const ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

const running = [];
after(() => Promise.all(running.map((server) => server.close())));

async function text(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What a request is for: `quote`, `create`, `paid` or `read`. */
function kindOf({ method, url, headers }) {
  if (method === "GET") return "read";
  if (headers["payment-signature"] || headers.authorization) return "paid";
  return url.endsWith("/validate") ? "quote" : "create";
}

/**
 * The sandbox behind a server, which answers a request of a kind as `odd[kind](answer, response, request)` does: it changes the
 * answer's status, headers and body, or writes a response of its own and says `true`. Each comes as often as it is asked for.
 */
async function provider(odd = {}, options = {}) {
  const sandbox = new Sandbox({ postalform: { webhookMs: 0, stepMs: 0, ...options } });
  const heard = [];
  const server = await listen(async (request, response) => {
    const kind = kindOf(request);
    const body = await text(request);
    heard.push([kind, request.headers["payment-signature"] ?? request.headers.authorization]);
    const { method, url, headers } = request;
    const asked = await sandbox.fetch(`https://sandbox.test${url}`, { method, headers, body: method === "GET" ? undefined : body });
    // Several lines of one header come as one, as everywhere in JavaScript.
    const answer = { status: asked.status, headers: Object.fromEntries(asked.headers), body: Buffer.from(await asked.arrayBuffer()) };
    if ((await odd[kind]?.(answer, response, request)) === true) return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  running.push(server);
  const settled = async () => (await (await sandbox.fetch("https://sandbox.test/_sandbox/state")).json()).postalform.settlements.length;
  const payments = () => new Set(heard.map(([, payment]) => payment).filter(Boolean)).size;
  return { url: `${server.url}`, heard, settled, payments };
}

/** A wallet of Stripe's tokens, or one of x402's that must not be asked, and how often it was. */
function wallet() {
  const made = { asked: 0, methods: ["stripe"], pay: () => ({ payload: { spt: `spt_test_${++made.asked}` } }) };
  return made;
}
const mute = { address: ADDRESS, signTypedData: () => assert.fail("asked to sign") };
const deaf = { methods: ["stripe", "tempo_transaction", "tempo_hash", "card"], pay: () => assert.fail("asked to pay") };

const pay = (url, operation, options) =>
  new Edgepost({ baseUrl: url }).pay(operation, { ...ORDER, request_id: ID }, { maxAmount: FIVE, waitMs: 1_500, timeoutMs: 1_000, ...options });

const base64 = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64");
const decoded = (header) => JSON.parse(Buffer.from(header, "base64"));

/** Answers with another PAYMENT-REQUIRED: `change` is given the challenge and says what it is then. */
const required = (change) => ({
  create(answer) {
    answer.headers["payment-required"] = change(decoded(answer.headers["payment-required"]));
  },
});
/** The same challenge with other members of its first way of paying. */
const accepts = (changes) => required(({ accepts: [first], ...rest }) => base64({ ...rest, accepts: [{ ...first, ...changes }] }));
const raw = (from, to) => required((challenge) => base64(JSON.stringify(challenge).replace(from, to)));

for (const [code, cases] of Object.entries({
  not_base64: { "no base64": required(() => "%%%"), "two in one line": required((challenge) => [base64(challenge), base64(challenge)]) },
  not_json: {
    "no JSON": required(() => base64("<html>")),
    "a list": required(() => base64("[]")),
    "half of one": required((challenge) => base64(JSON.stringify(challenge).slice(0, -9))),
    "2,000 objects in each other": required(() => base64(`${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`)),
    "an array that never ends": required(() => base64(`{"x402Version":2,"accepts":${"[".repeat(6_000)}`)),
  },
  odd_name: {
    "__proto__": raw('"extra":{', '"extra":{"__proto__":{"name":"USDC"},'),
    "a name behind an escape": raw('"amount"', '"\\u0061mount"'),
  },
  duplicate_member: { "two sums": raw('"amount":', '"amount":"1","amount":') },
  older_version: { "version 1": raw('"x402Version":2', '"x402Version":1') },
  unsupported_scheme: { "up to": accepts({ scheme: "upto" }), "no scheme that is known": accepts({ scheme: "Exact" }) },
  unsupported_network: { "in capitals": accepts({ network: "EIP155:84532" }), "an old name": accepts({ network: "base-sepolia" }), "with a zero": accepts({ network: "eip155:084532" }) },
  unsupported_asset: {
    "another token": accepts({ asset: "0x000000000000000000000000000000000000dEaD" }),
    "a wrong checksum": accepts({ asset: "0x036cbD53842c5426634e7929541eC2318f3dCF7e" }),
  },
  wrong_domain: { "the name on the other network": accepts({ extra: { name: "USD Coin", version: "2" } }), "no name": accepts({ extra: null }) },
  unsupported_transfer: { permit2: accepts({ extra: { name: "USDC", version: "2", assetTransferMethod: "permit2" } }) },
  wrong_address: { "to nobody": accepts({ payTo: "0x0" }), "a wrong checksum": accepts({ payTo: "0x742d35Cc6634C0532925a3b844Bc9e7595f8fE00" }) },
  wrong_member: Object.fromEntries(
    ["03400000", "3.4e6", "3400000.0", "-3400000", "+3400000", " 3400000", "0x33e140", "", "0", `${10n ** 30n}`, 3_400_000, null].map((amount) => [`the sum ${JSON.stringify(amount)}`, accepts({ amount })]),
  ),
  other_amount: { "a unit more": accepts({ amount: "3400001" }), "ten times": accepts({ amount: "34000000" }), "with other decimals": accepts({ amount: "3400000000000000000" }) },
  time_too_short: { "seconds": accepts({ maxTimeoutSeconds: 5 }), "less than none": accepts({ maxTimeoutSeconds: -9_223_372_036_854 }) },
  other_host: { "another": raw("https://postalform.com/", "https://evil.example/"), "one that looks like it": raw("https://postalform.com/", "https://postalform.com@evil.example/") },
  missing_challenge: { none: { create: ({ headers }) => void delete headers["payment-required"] } },
})) {
  for (const [name, odd] of Object.entries(cases)) {
    test(`PF-095 PF-094: PAYMENT-REQUIRED with ${name} is refused as ${code}`, async () => {
      const { url, settled, payments } = await provider(odd);
      const refused = await pay(url, X402, { signer: mute });
      assert.equal(refused.kind, "refused", JSON.stringify(refused));
      assert.equal(refused.refusal.code, code, JSON.stringify(refused.refusal));
      assert.ok(refused.refusal.hint.length > 0 && refused.refusal.about.length <= 200);
      assert.deepEqual([await settled(), payments()], [0, 0]);
    });
  }
}

/** Answers with other lines of WWW-Authenticate; `change` is given those of the sandbox. */
const lines = (change) => ({
  create({ headers }) {
    headers["www-authenticate"] = change(headers["www-authenticate"]);
  },
});
/** The challenge of Stripe's, with its request changed. */
const asks = (changes) =>
  lines((line) => {
    const [, request] = /method="stripe".*?request="([^"]+)"/.exec(line);
    const changed = { ...JSON.parse(Buffer.from(request, "base64url")), ...changes };
    return line.slice(line.lastIndexOf("Payment ")).replace(request, Buffer.from(JSON.stringify(changed)).toString("base64url"));
  });
const swapped = (from, to) => lines((line) => line.replaceAll(from, to));

for (const [code, cases] of Object.entries({
  missing_challenge: { "another scheme": lines(() => 'Basic realm="postalform.com"'), nothing: lines(() => "") },
  duplicate_parameter: { "two ids": swapped('realm="', 'id="x", realm="'), "two, in capitals": swapped('realm="', 'ID="x", realm="') },
  missing_parameter: { "no id": swapped(/id="[^"]*", /g, ""), "an empty realm": swapped(/realm="[^"]*"/g, 'realm=""') },
  malformed_challenge: { "a text without an end": lines((line) => line.slice(0, -1)), "a header of its choice": swapped('realm="', 'header="cookie", realm="') },
  challenge_too_large: { "many lines": lines((line) => Array.from({ length: 6 }, () => `Payment id="${"x".repeat(11_000)}", ${line.slice(8)}`).join(", ")) },
  not_base64: { "no base64": swapped(/request="/g, 'request="!') },
  expired: { yesterday: swapped(/expires="[^"]*"/g, 'expires="2020-01-01T00:00:00Z"'), never: swapped(/expires="[^"]*"/g, 'expires="never"'), "beyond numbers": swapped(/expires="[^"]*"/g, 'expires="99999999999-01-01T00:00:00Z"') },
  wrong_digest: { "another body": swapped('realm="', 'digest="sha-256=AAAA", realm="') },
  unsupported_intent: { "a session": swapped('intent="charge"', 'intent="session"') },
  unsupported_method: { "another method": swapped(/method="(tempo|stripe)"/g, 'method="barter"') },
  other_host: { "another realm": swapped('realm="postalform.com"', 'realm="evil.example"') },
  wrong_member: Object.fromEntries(["0340", "3.40", "-340", "3.4e2", "", 340, null].map((amount) => [`the sum ${JSON.stringify(amount)}`, asks({ amount })])),
  other_amount: { "a cent more": asks({ amount: "341" }), "dollars for cents": asks({ amount: "34000" }) },
  unsupported_asset: { euros: asks({ currency: "eur" }) },
})) {
  for (const [name, odd] of Object.entries(cases)) {
    test(`PFM-008 PFM-013: WWW-Authenticate with ${name} is refused as ${code}`, async () => {
      // Node reads no more than 16 KB of headers; more comes from another fetch.
      const { url, settled, payments } = await provider(odd);
      const refused = await pay(url, MPP, { signer: { ...deaf, methods: ["stripe"] } });
      if (code === "challenge_too_large") assert.equal(refused.kind, "unreachable");
      else assert.deepEqual([refused.kind, refused.refusal?.code], ["refused", code], JSON.stringify(refused));
      assert.deepEqual([await settled(), payments()], [0, 0]);
    });
  }
}

test("PF-095: a challenge with as much beside it as a header can hold is paid, and one beyond that is none", async () => {
  const padded = (length) => raw('"extra":{', `"extra":{"more":"${"x".repeat(length)}",`);
  const signed = { address: ADDRESS, signTypedData: () => Promise.reject(new Error("asked")) };
  const fits = await provider(padded(8_000));
  assert.equal((await pay(fits.url, X402, { signer: signed })).kind, "not_signed");
  const beyond = await provider(padded(13_000));
  assert.equal((await pay(beyond.url, X402, { signer: mute })).kind, "unreachable");
});

test("PF-094: the networks of the other mode are refused", async () => {
  const { url } = await provider({}, { mode: "live" });
  const refused = await pay(url, X402, { signer: mute });
  assert.deepEqual([refused.refusal.code, refused.refusal.about], ["other_mode", "eip155:8453"]);
});

/** A server that nobody is to come to. */
async function elsewhere() {
  const heard = [];
  const server = await listen(async (request, response) => {
    heard.push([request.method, request.headers.authorization, await text(request)]);
    response.writeHead(200, { "content-type": "application/json" }).end('{"is_paid":true,"payment_status":"paid"}');
  });
  running.push(server);
  return { url: server.url, heard };
}

for (const status of [301, 302, 303, 307, 308]) {
  test(`PF-074: a redirect with ${status} is not followed, before the payment or with it`, async () => {
    const other = await elsewhere();
    for (const to of [() => `${other.url}/postalform/api/machine/mpp/orders`, ({ url }) => `${url}?again=1`]) {
      const away = (answer, response, request) => {
        response.writeHead(status, { location: to(request) }).end();
        return true;
      };
      const before = await provider({ create: away });
      const refused = await pay(before.url, MPP, { signer: deaf });
      assert.deepEqual([refused.kind, refused.refusal?.code], ["refused", "other_host"], JSON.stringify(refused));
      assert.deepEqual(before.heard.map(([kind]) => kind), ["quote", "create"]);

      const signer = wallet();
      const behind = await provider({ paid: away });
      const paid = await pay(behind.url, MPP, { signer, waitMs: 20_000 });
      assert.deepEqual([paid.kind, await behind.settled(), signer.asked, behind.payments()], ["paid", 1, 1, 1]);
    }
    assert.deepEqual(other.heard, []);
  });
}

/** Says something and then nothing more, or says it for ever. */
const halts = (answer, response) => {
  response.writeHead(answer.status, { ...answer.headers, "content-length": 10_000 });
  response.write(answer.body);
  setTimeout(() => response.destroy(), 20);
  return true;
};
const endless = (answer, response) => {
  response.writeHead(answer.status, answer.headers);
  const more = setInterval(() => response.write(" ".repeat(1_000)), 5);
  response.on("close", () => clearInterval(more));
  return true;
};
const html = (answer) => Object.assign(answer, { status: 200, headers: { "content-type": "text/html" }, body: "<html>All is well.</html>" });
const empty = (answer) => Object.assign(answer, { status: 200, headers: {}, body: "{}" });
const first = (odd) => {
  let is = true;
  return (...all) => (is ? ((is = false), odd(...all)) : undefined);
};

for (const [name, odd] of Object.entries({ "HTML": html, "nothing": empty, "half an answer": halts, "an answer without an end": endless })) {
  test(`PF-085 PF-083: ${name} in place of an answer is none, and behind a payment it is asked what became of it`, async () => {
    for (const kind of ["quote", "create"]) {
      const { url, settled, payments } = await provider({ [kind]: odd });
      const ended = await pay(url, MPP, { signer: deaf });
      const { code } = ended.refusal ?? {};
      assert.ok(ended.kind === "unreachable" || code === "no_quote", `${kind} ${JSON.stringify(ended)}`);
      assert.deepEqual([await settled(), payments()], [0, 0]);
    }
    const signer = wallet();
    const { url, settled, payments } = await provider({ paid: odd, read: first(odd) });
    const paid = await pay(url, MPP, { signer, waitMs: 20_000 });
    assert.deepEqual([paid.kind, await settled(), signer.asked, payments()], ["paid", 1, 1, 1], JSON.stringify(paid));
  });
}

test("PF-094: another address with each challenge is paid once", async () => {
  const signer = wallet();
  const { url, settled } = await provider({ paid: first((answer) => Object.assign(answer, { status: 402, headers: {}, body: "{}" })) }, { freshPayTo: true });
  assert.equal((await pay(url, MPP, { signer, waitMs: 20_000 })).kind, "paid");
  assert.deepEqual([await settled(), signer.asked], [1, 1]);
});

test("PF-078: who is told to come back in days is told so now", async () => {
  const later = (answer) => Object.assign(answer, { status: 429, headers: { "retry-after": "999999" }, body: '{"code":"rate_limited"}' });
  const before = await provider({ create: later });
  const told = await pay(before.url, MPP, { signer: deaf });
  assert.deepEqual([told.kind, told.status, told.afterMs], ["declined", 429, 999_999_000]);
  const behind = await provider({ paid: (_, response) => response.destroy() && true, read: later });
  const began = Date.now();
  const open = await pay(behind.url, MPP, { signer: wallet() });
  assert.equal(open.kind, "open");
  assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);
});

/** A server that writes what no HTTP library would. */
async function typed(head) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      const quote = '{"request_id":"x","quote":{"price_usd":3.4,"currency":"usd","page_count":1}}';
      const is = bytes.includes("/validate");
      if (!is && !bytes.includes("POST /")) return;
      const body = is ? quote : "{}";
      socket.end(`HTTP/1.1 ${is ? "200 OK" : "402 Payment Required"}\r\nconnection: close\r\ncontent-length: ${body.length}\r\n${is ? "" : head}\r\n${body}`, "latin1");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push({ close: () => new Promise((resolve) => server.close(resolve)) });
  return `http://127.0.0.1:${server.address().port}`;
}

for (const [name, head] of Object.entries({
  "a line that is folded": 'WWW-Authenticate: Payment id="a",\r\n realm="postalform.com"\r\n',
  "a bare CR in a text": 'WWW-Authenticate: Payment id="a\rb", realm="postalform.com", method="stripe", intent="charge", request="e30"\r\n',
  "a bare LF in a text": 'WWW-Authenticate: Payment id="a\nb", realm="postalform.com", method="stripe", intent="charge", request="e30"\r\n',
  "a NUL in a text": 'WWW-Authenticate: Payment id="a\0b", realm="postalform.com", method="stripe", intent="charge", request="e30"\r\n',
  "a header injected behind a challenge": 'WWW-Authenticate: Payment id="a"\r\nLocation: https://evil.example/\r\n',
  "a header of 20,000 bytes": `WWW-Authenticate: Payment id="${"a".repeat(20_000)}"\r\n`,
  "5,000 headers": "X: y\r\n".repeat(5_000),
  "bytes beyond ASCII": 'WWW-Authenticate: Payment id="\xff\xfe", realm="\xe9vil.example", method="stripe", intent="charge", request="e30"\r\n',
})) {
  test(`PF-095: ${name} is no challenge`, async () => {
    const ended = await pay(await typed(head), MPP, { signer: deaf });
    assert.ok(["refused", "unreachable"].includes(ended.kind), JSON.stringify(ended));
  });
}

test("PFS-008 PF-075: a journal that somebody has written in pays nothing, and nobody else's is gone on with", async () => {
  const journals = new Map();
  const journal = { load: (id) => journals.get(id), save: (id, kept) => void journals.set(id, kept) };
  const here = await provider();
  const leave = new AbortController();
  const gone = { methods: ["stripe"], pay: () => (leave.abort(), new Promise(() => {})) };
  await assert.rejects(pay(here.url, MPP, { signer: gone, journal, signal: leave.signal }), { code: "aborted" });
  const kept = journals.get(ID);
  const other = await elsewhere();
  const tried = async (text, options = {}, operation = MPP, url = here.url) => {
    journals.set(ID, text);
    const asked = await pay(url, operation, { signer: deaf, journal, ...options }).catch((error) => error);
    return asked.refusal?.code ?? `${asked.code}: ${asked.message}`;
  };
  const changed = (changes) => JSON.stringify({ ...JSON.parse(kept), ...changes });
  assert.match(await tried(changed({ baseUrl: `${other.url}/postalform` })), /^journal: .*baseUrl/);
  assert.match(await tried(kept, {}, MPP, other.url), /^journal: .*baseUrl/);
  assert.match(await tried(changed({ mode: "live" })), /^journal: .*mode/);
  assert.match(await tried(kept, { signer: mute }, X402), /^journal: .*handshake/);
  for (const text of [changed({ version: 2 }), changed({ challenge: [] }), changed({ phase: "constructor" }), '{"__proto__":{}}', "null", "", kept.slice(1)]) {
    assert.match(await tried(text), /^journal: The journal is not one/, text.slice(0, 40));
  }
  assert.equal(await tried(changed({ priceCents: 339 })), "other_amount");
  assert.equal(await tried(kept, { maxAmount: { amount: "3.39", currency: "USD" } }), "over_cap");
  assert.deepEqual([other.heard, here.payments()], [[], 0]);
  journals.set(ID, kept);
  assert.equal((await pay(here.url, MPP, { signer: wallet(), journal, waitMs: 20_000 })).kind, "paid");
  assert.equal(await here.settled(), 1);
});

test("PF-083 PF-085: a flood is no answer, however long one would wait, before a payment and behind it", async () => {
  const without = async (answer, response) => {
    response.writeHead(answer.status, answer.headers);
    await flood(response);
    return true;
  };
  const dumb = await provider({ quote: without });
  assert.equal((await pay(dumb.url, MPP, { signer: deaf, timeoutMs: 60_000 })).kind, "unreachable");
  const here = await provider({ paid: without });
  assert.equal((await pay(here.url, MPP, { signer: wallet(), timeoutMs: 60_000, waitMs: 20_000 })).kind, "paid");
  assert.deepEqual([dumb.payments(), here.payments(), await here.settled()], [0, 1, 1]);
});
