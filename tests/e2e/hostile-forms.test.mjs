// Hostile bodies, keys, return addresses and files: refused with the right code, and nothing of them is kept.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { build } from "../../npm/dist/index.node.js";
import { claims, refusedWith, rows, testRefusals, token, typed } from "../support/hostile.mjs";
import { order } from "../support/orders.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";

const SHOP = "https://shop.example.com";
const LINKS = "/pieterpost/v1/checkout-links";
const ORDERS = "/pieterpost/v1/orders";
const TOPUPS = "/pieterpost/v1/credits/topups";
const UPLOADS = "/pieterpost/v1/uploads";
const JSON_TYPE = "Content-Type: application/json";

let sandbox;
let gateway;

before(async () => {
  sandbox = await startSandbox({ pieterpost: { requestsPerMinute: 10_000 } });
  gateway = await startGateway(sandbox, { policy: { return_urls: ["self", `${SHOP}/thanks`] } });
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
});

const granted = (changes) => token(claims(changes));

/** Posts a body as it is, each time on a connection of its own. */
const post = (path, body, headers = {}) =>
  fetch(`${gateway.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": randomUUID(), connection: "close", ...headers },
    body,
    duplex: "half",
  });
const link = (changes, headers) => post(LINKS, JSON.stringify(order(gateway, changes)), headers);
const text = (body, headers) => post(LINKS, body, headers);
const topup = (body) => post(TOPUPS, body, { "edgepost-grant": granted({ max_amount: { eur: 1_000 } }) });

/** A link as it is typed. */
const typedLink = (lines, pieces) =>
  typed(gateway, [`POST ${LINKS} HTTP/1.1`, `Host: 127.0.0.1:${gateway.port}`, ...lines], pieces);
const keyLine = () => `Idempotency-Key: ${randomUUID()}`;
const faultless = () => JSON.stringify(order(gateway));
const lengthOf = (body) => `Content-Length: ${Buffer.byteLength(body)}`;

const BODIES = [
  ...rows(413, "body_too_large", {
    "a body of more than 1 MiB": () => link({ externalId: "x".repeat(1_048_576) }),
    "a body of more than 1 MiB that does not say so": () => text(new Blob([JSON.stringify({ a: "x".repeat(1_048_576) })]).stream()),
    "a body of more than 1 MiB of white space": () => text(`${" ".repeat(1_048_577)}${faultless()}`),
    "a body that says it has 4 GB": () => typedLink([JSON_TYPE, keyLine(), "Content-Length: 4000000000"]),
  }),
  ...rows(400, "body_unreadable", {
    "a slow body that breaks off": () => typedLink([JSON_TYPE, keyLine(), "Content-Length: 10000"], [..."{\"requestType\":"]),
    "a slow body in chunks that breaks off": () => typedLink([JSON_TYPE, keyLine(), "Transfer-Encoding: chunked"], ["5\r\n{\"req", "\r\n9\r\nuest"]),
    "a faultless body that breaks off a byte before it said": () => {
      const body = faultless();
      return typedLink([JSON_TYPE, keyLine(), `Content-Length: ${Buffer.byteLength(body) + 1}`], [body]);
    },
  }),
  ...rows(422, "invalid_input", {
    "no body": () => text(""),
    "null": () => text("null"),
    "a list of orders": () => text(`[${faultless()}]`),
    "two orders": () => text(`${faultless()}\n${faultless()}`),
    "an order with something behind": () => text(`${faultless()};`),
    "an order with a comment": () => text(`/* */${faultless()}`),
    "an order with a comma too many": () => text(faultless().replace(/}$/, ",}")),
    "an order in single quotes": () => text(faultless().replaceAll('"', "'")),
    "an order in UTF-16": () => text(Buffer.from(`\ufeff${faultless()}`, "utf16le")),
    "bytes that are no UTF-8": () => text(Buffer.concat([Buffer.from('{"requestType":"letter'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])),
    "half a character": () => text(faultless().replace("Thanks", "\\ud800")),
    "a control character in a text": () => text(faultless().replace("Thanks", "Tha\nnks")),
    "a megabyte of lists": () => text("[".repeat(1_000_000)),
    "a megabyte of members": () => text('{"a":'.repeat(200_000)),
    "a megabyte of digits": () => text(`{"a":${"9".repeat(1_000_000)}`),
    "a member twice": () => text(faultless().replace("{", '{"senderEmail":"one@example.com",')),
    "a member twice, once in escapes": () => text(faultless().replace("{", '{"\\u0073enderEmail":"one@example.com",')),
    "a country twice": () => text(faultless().replace('"country"', '"country":"Netherlands","country"')),
    "a list in place of an address": () => link({ returnUrl: [`${SHOP}/thanks`] }),
    "letters that are an object with a length": () => link({ letters: { length: 1, 0: order(gateway).letters[0] } }),
    "26 letters": () => link({ letters: Array(26).fill(order(gateway).letters[0]) }),
    "an order that is compressed": () => text(Buffer.from("1f8b0800", "hex"), { "content-encoding": "gzip" }),
    "a top-up of less than nothing": () => topup('{"amountCents":-2500,"currency":"eur"}'),
    "a top-up of a fraction": () => topup('{"amountCents":2500.5,"currency":"eur"}'),
    "a top-up in powers of ten": () => topup('{"amountCents":25e2,"currency":"eur"}'),
    "a top-up in text": () => topup('{"amountCents":"2500","currency":"eur"}'),
    "a top-up of twenty digits": () => topup('{"amountCents":10000000000000000000,"currency":"eur"}'),
    "a top-up of two amounts": () => topup('{"amountCents":500,"amountCents":2500,"currency":"eur"}'),
  }),
  ...rows(415, "unsupported_media_type", {
    "a form": () => text("requestType=letter", { "content-type": "application/x-www-form-urlencoded" }),
    "a form of parts": () => text(faultless(), { "content-type": "multipart/form-data; boundary=b" }),
    "plain text, as a page may send it unasked": () => text(faultless(), { "content-type": "text/plain;charset=UTF-8" }),
    "JSON of another kind": () => text(faultless(), { "content-type": "application/json-patch+json" }),
    "JSON as a parameter": () => text(faultless(), { "content-type": "text/plain; application/json" }),
    "two types in two lines": () => typedLink([JSON_TYPE, "Content-Type: text/plain", keyLine(), lengthOf(faultless())], [faultless()]),
    "no type": () => typedLink([keyLine(), lengthOf(faultless())], [faultless()]),
    "an upload as JSON": () => post(UPLOADS, "{}", { "edgepost-grant": granted() }),
  }),
];

const typedKey = (...keys) => typedLink([JSON_TYPE, ...keys.map((key) => `Idempotency-Key: ${key}`), lengthOf(faultless())], [faultless()]);

const KEYS = [
  ...rows(400, "idempotency_key_missing", {
    "no key": () => typedKey(),
    "a key by another name": () => typedLink([JSON_TYPE, `X-Idempotency-Key: ${randomUUID()}`, lengthOf(faultless())], [faultless()]),
  }),
  ...rows(400, "idempotency_key_too_short", { "a key of 21 characters": () => link({}, { "idempotency-key": "x".repeat(21) }) }),
  ...rows(400, "idempotency_key_invalid", {
    "an empty key": () => typedKey(""),
    "a key of 141 characters": () => link({}, { "idempotency-key": "x".repeat(141) }),
    "two keys": () => typedKey(randomUUID(), randomUUID()),
    "the same key twice": () => typedKey(...Array(2).fill(randomUUID())),
    "a key with a tab": () => typedKey(`${randomUUID()}\tx`),
    "a key with a control character": () => typedKey(`${randomUUID()}\x01x`),
    "a key with a letter of Latin-1": () => typedKey(`${randomUUID()}\xe9`),
  }),
];

/** Where a payer must not land. What is no https address at all is a mistake of the input. */
const LANDINGS = [
  ...rows(403, "return_url_not_allowed", Object.fromEntries([
    "https://evil.example/", `${SHOP}/`, `${SHOP}/thanksgiving`, `${SHOP}/thanks/../x`, `${SHOP}/thanks/%2e%2e/x`, `${SHOP}/thanks/%2E./x`,
    `${SHOP}:8443/thanks`, `${SHOP}.evil.example/thanks`, `https://evil.example/?${SHOP}/thanks`, `https://evil.example/#${SHOP}/thanks`,
    "https://shop.example.co/thanks", "http://127.0.0.1:1/", "http://localhost/",
  ].map((returnUrl) => [`back to ${returnUrl}`, () => link({ returnUrl })]))),
  ...rows(422, "invalid_input", Object.fromEntries([
    "https://shop.example.com@evil.example/thanks", "https://shop.example.com:x@evil.example/thanks", "https://shop.example.com\\@evil.example/thanks",
    "//evil.example/thanks", "/\\evil.example", "\\\\evil.example", "https:evil.example", "http://shop.example.com/thanks",
    "javascript:alert(1)//https://shop.example.com/thanks", "java\tscript:alert(1)", "data:text/html,<script>1</script>",
    "https://shop.example.com\n.evil.example/thanks", "https:///evil.example/thanks", `${SHOP}./thanks`, "",
  ].map((returnUrl) => [`back to ${JSON.stringify(returnUrl)}`, () => link({ returnUrl })]))),
];

const png = (width, height) => {
  const head = Buffer.from("89504e470d0a1a0a0000000d4948445200000000000000000806000000", "hex");
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return Buffer.concat([head, Buffer.alloc(64)]);
};
const GIF = Buffer.from("GIF89a\x10\0\x10\0", "latin1");
const kind = (value = "postcard-image") => `--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\n${value}\r\n`;
const file = (content, name = "front.png") =>
  Buffer.concat([Buffer.from(`--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: image/png\r\n\r\n`), content, Buffer.from("\r\n")]);
const form = (...parts) => Buffer.concat([...parts.map((part) => Buffer.from(part)), Buffer.from("--b--\r\n")]);

/** Uploads a form as it is. */
const upload = (body, headers = {}) =>
  post(UPLOADS, body, { "content-type": "multipart/form-data; boundary=b", "edgepost-grant": granted(), ...headers });
const typedUpload = (lines, pieces) =>
  typed(gateway, [`POST ${UPLOADS} HTTP/1.1`, `Host: 127.0.0.1:${gateway.port}`, `Edgepost-Grant: ${granted()}`, ...lines], pieces);
const FORM_TYPE = "Content-Type: multipart/form-data; boundary=b";

const FILES = [
  ...rows(411, "length_required", {
    "a file in chunks": () => upload(new Blob([form(kind(), file(png(16, 16)))]).stream()),
  }),
  ...rows(413, "body_too_large", {
    "a file of 51 MiB, as it says": () => typedUpload([FORM_TYPE, `Content-Length: ${51 << 20}`]),
    "a file of more than any number": () => typedUpload([FORM_TYPE, "Content-Length: 9007199254740993"]),
  }),
  ...rows(415, "unsupported_media_type", {
    "a form without a boundary": () => upload(form(kind()), { "content-type": "multipart/form-data" }),
    "a form with an empty boundary": () => upload(form(kind()), { "content-type": 'multipart/form-data; boundary=""' }),
    "a form with a boundary of 71 characters": () => upload(form(kind()), { "content-type": `multipart/form-data; boundary=${"b".repeat(71)}` }),
    "parts that are no form": () => upload(form(kind()), { "content-type": "multipart/mixed; boundary=b" }),
  }),
  ...rows(422, "invalid_input", {
    "a GIF that calls itself a PNG": () => upload(form(kind(), file(GIF))),
    "a page that calls itself a PNG": () => upload(form(kind(), file(Buffer.from("<script>1</script>")))),
    "a PDF as a postcard": () => upload(form(kind(), file(Buffer.from("%PDF-1.7\n")))),
    "a rectangle": () => upload(form(kind(), file(png(16, 17)))),
    "an empty file": () => upload(form(kind(), file(Buffer.alloc(0)))),
    "a file without a kind": () => upload(form(file(png(16, 16)))),
    "a kind behind the file": () => upload(form(file(png(16, 16)), kind())),
    "two kinds": () => upload(form(kind("letter-attachment"), kind(), file(png(16, 16)))),
    "a kind that nobody knows": () => upload(form(kind("passport"), file(png(16, 16)))),
    "a kind in capitals": () => upload(form(kind("Postcard-Image"), file(png(16, 16)))),
    "a file without a name": () => upload(form(kind(), file(png(16, 16), ""))),
  }),
  ...rows(400, "body_unreadable", {
    "a form without a file": () => upload(form(kind())),
    "a form of another boundary": () => upload(form(kind()).toString().replaceAll("--b", "--c")),
    "no form at all": () => upload("{}"),
    "a form without its end": () => upload(Buffer.from(kind())),
    "a field of 20,000 characters": () => upload(form(kind("x".repeat(20_000)), file(png(16, 16)))),
    "a form that breaks off in its head": () => typedUpload([FORM_TYPE, "Content-Length: 500"], [kind()]),
  }),
];

const ROWS = [
  ...BODIES,
  ...KEYS,
  ...LANDINGS,
  ...FILES.map((row) => ({ ...row, name: `an upload of ${row.name}` })),
];

testRefusals(ROWS, () => sandbox);

const assets = async () => (await sandbox.state()).pieterpost.assets;

test("PP-150: a faultless form is taken, and each that hides something behind its file breaks off", async () => {
  const whole = form(kind(), file(png(16, 16)));
  assert.equal((await upload(whole)).status, 201);
  const kept = await assets();
  const hidden = {
    "a page": Buffer.concat([whole, Buffer.from("<script>1</script>\r\n")]),
    "an epilogue": Buffer.concat([whole, Buffer.from("epilogue")]),
    "an end without a line break": whole.subarray(0, -2),
  };
  for (const [name, body] of Object.entries(hidden)) {
    const answer = await upload(body);
    assert.ok(answer.status >= 400, `${name}: ${answer.status}`);
    assert.deepEqual(await assets(), kept, name);
  }
  // The file ends before the form said it would.
  await typedUpload([FORM_TYPE, `Content-Length: ${whole.length + 1_000}`], [whole]).catch(() => {});
  assert.deepEqual(await assets(), kept);
});

/** What once got through. */
const MENDED = [
  ...rows(403, "grant_insufficient", {
    "the wallet, with a grant for one request": () => fetch(`${gateway.url}/pieterpost/v1/wallet`, { headers: { "edgepost-grant": intent() } }),
    "an order, with a grant for one request": () => fetch(`${gateway.url}${ORDERS}/ord_1`, { headers: { "edgepost-grant": intent() } }),
    "a file, with a grant for one request": () => upload(form(kind(), file(png(16, 16))), { "edgepost-grant": intent() }),
    "the wallet, with a grant for one order": () =>
      fetch(`${gateway.url}/pieterpost/v1/wallet`, { headers: { "edgepost-grant": granted({ orders: ["ord_1"] }) } }),
  }),
  ...rows(422, "invalid_input", {
    "a top-up of nineteen digits, with a grant of ten euros": () => topup('{"amountCents":9999999999999999999,"currency":"eur"}'),
  }),
  ...rows(413, "body_too_large", {
    "a body that says it has 10 GB": () => typedLink([JSON_TYPE, keyLine(), "Content-Length: 10000000000"]),
  }),
  ...rows(400, "body_unreadable", {
    "a part behind the file": () => upload(form(kind(), file(png(16, 16)), kind("letter-attachment"))),
    "a second form behind the first": () =>
      upload(Buffer.concat([form(kind(), file(png(16, 16))), form(kind("letter-attachment"), file(png(16, 16)))])),
    "an epilogue behind the form": () =>
      upload(Buffer.concat([form(kind(), file(png(16, 16))), Buffer.from("epilogue")])),
  }),
];

/** A direct order: what a grant for one request is for. */
const direct = (changes) => {
  const { returnUrl, ...input } = order(gateway, changes);
  return input;
};
const digest = (input) => build("pieterpost.create_order", input).digest;
const intent = (input = direct()) => granted({ intent: digest(input) });

for (const { name, status, code, send } of MENDED) {
  test(name, async () => {
    await refusedWith(await send(), status, code);
  });
}

test("no key takes the place of a grant's request", async () => {
  const input = direct({ externalId: "in the way" });
  const spend = (body, headers) => post(ORDERS, JSON.stringify(body), headers);
  await spend(direct(), { "edgepost-grant": granted(), "idempotency-key": `intent:${digest(input)}` });
  assert.notEqual((await spend(input, { "edgepost-grant": intent(input) })).status, 409);
});
