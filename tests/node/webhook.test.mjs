// What Postpay delivers, and what proves that it is Postpay's.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { verifyWebhook } from "edgepost";

const BODY = '{"order_id":"order-01","status":"captured"}';
const SECONDS = 1588935484;
const SIGNATURE = `${SECONDS}:5d7f2089364366f576026cd092d6928618b71df463f1295e833ae275daca1025`;

const verified = (signature, changes) =>
  verifyWebhook("postpay", {
    headers: signature === undefined ? {} : { "X-Postpay-Signature": signature },
    body: BODY,
    secret: "dolphins",
    now: SECONDS * 1000,
    ...changes,
  });

/** As the vendor's library signs (PO-093). */
const signed = (body, secret, seconds) => `${seconds}:${createHmac("sha256", secret).update(`${seconds}:`).update(body).digest("hex")}`;

test("PO-098: the vendor's examples are right", () => {
  assert.deepEqual(verified(SIGNATURE), { ok: true, provider: "postpay", timestamp: SECONDS, event: JSON.parse(BODY) });
  const empty = `${SECONDS}:ec234336773028adf2868640222fbe2abcbdad8535e35631564bd504ede1ab6c`;
  assert.deepEqual(verified(empty, { body: "" }), { ok: true, provider: "postpay", timestamp: SECONDS, event: "" });
});

test("PO-093: Node's own crypto and ours agree on 1,000 random bodies", () => {
  for (let index = 0; index < 1_000; index += 1) {
    const [body, secret, seconds] = [randomBytes(index * 3), randomBytes(1 + (index % 90)).toString("base64"), SECONDS + index];
    const header = signed(body, secret, seconds);
    const delivery = { headers: new Headers({ "x-postpay-signature": header }), body, secret, now: seconds * 1000 };
    assert.equal(verifyWebhook("postpay", delivery).ok, true, header);
    const changed = Buffer.concat([body, Buffer.of(10)]);
    assert.deepEqual(verifyWebhook("postpay", { ...delivery, body: changed }), { ok: false, reason: "mismatch" });
  }
});

test("PO-094 PO-095 PO-096 PO-097: everything else is refused, with a reason", () => {
  const [, digest] = SIGNATURE.split(":");
  const refused = [
    [undefined, {}, "missing_header"],
    ["", {}, "missing_header"],
    [digest, {}, "plain_digest"],
    [`${SECONDS}:`, {}, "malformed_header"],
    [`${SECONDS}:${digest.toUpperCase()}`, {}, "malformed_header"],
    [`1e9:${digest}`, {}, "malformed_header"],
    [`${SECONDS + 1}:${digest}`, {}, "mismatch"],
    [SIGNATURE, { body: BODY.replace("01", "02") }, "mismatch"],
    [SIGNATURE, { secret: "dolphin" }, "mismatch"],
    [SIGNATURE, { now: (SECONDS + 301) * 1000 }, "stale"],
    [SIGNATURE, { now: (SECONDS - 301) * 1000 }, "future"],
    [`${SIGNATURE}\0dolphins`, { secret: "other" }, "malformed_header"],
  ];
  for (const [header, changes, reason] of refused) assert.deepEqual(verified(header, changes), { ok: false, reason }, `${header} ${reason}`);
  for (const seconds of [SECONDS + 300, SECONDS - 300]) assert.equal(verified(SIGNATURE, { now: seconds * 1000 }).ok, true);
});

test("a secret can take another's place, and headers come in every form", () => {
  assert.equal(verified(SIGNATURE, { secret: ["newer", "dolphins"] }).ok, true);
  assert.deepEqual(verified(SIGNATURE, { secret: ["newer", "older"] }), { ok: false, reason: "mismatch" });
  for (const secret of [["newer", "dolphins"], ["dolphins", "newer"]]) {
    const now = (SECONDS + 301) * 1000;
    assert.deepEqual(verified(SIGNATURE, { secret, now }), { ok: false, reason: "stale" }, "one of them has signed it");
  }
  const forms = [[["x-postpay-signature", SIGNATURE]], { "X-POSTPAY-SIGNATURE": [SIGNATURE] }, { "x-postpay-signature": SIGNATURE, cookie: undefined }];
  for (const headers of forms) assert.equal(verified(SIGNATURE, { headers }).ok, true);
  assert.equal(verified(SIGNATURE, { headers: [["x-postpay-signature", SIGNATURE], ["x-postpay-signature", SIGNATURE]] }).ok, false);
  assert.equal(verified(SIGNATURE, { body: new TextEncoder().encode(BODY) }).ok, true);
});

test("what cannot be verified at all is said, without the secret", () => {
  const wrong = [{ body: JSON.parse(BODY) }, { secret: "" }, { secret: [] }, { secret: undefined }, { secret: ["a", 7] }, { now: "today" }, { tolerance: 0 }];
  for (const changes of wrong) {
    assert.throws(() => verified(SIGNATURE, changes), (error) => error.code === "invalid_options" && !error.message.includes("dolphins"), JSON.stringify(changes));
  }
  assert.throws(() => verifyWebhook("stripe", {}), { code: "invalid_options" });
});
