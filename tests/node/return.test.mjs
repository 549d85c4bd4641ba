// How a payer came back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readReturn } from "edgepost";

const status = (url) => {
  const { status, proven, ...more } = readReturn("pieterpost", url);
  assert.deepEqual([proven, more], [false, {}], "an address proves nothing");
  return status;
};

test("PP-113 PP-147: the way back says how it went, and never proves it", () => {
  for (const name of ["checkout", "topup"]) {
    for (const known of ["success", "cancelled"]) {
      assert.equal(status(`https://example.com/return?${name}=${known}`), known);
      assert.equal(status(new URL(`https://example.com/?a=b?c&${name}=${known}#top`)), known);
      assert.equal(status(`/return?${name}=${known}`), known, "half an address will do");
      assert.equal(status(`?${name}=${known}&${name}=${known}`), known);
    }
    for (const other of ["", "paid", "Success", "success%20", "true"]) assert.equal(status(`https://example.com/?${name}=${other}`), "unknown");
  }
});

test("PP-113 PP-147: what contradicts itself is unknown", () => {
  assert.equal(status("https://example.com/?checkout=success&checkout=cancelled"), "unknown");
  assert.equal(status("https://example.com/?checkout=success&topup=cancelled"), "unknown");
  assert.equal(status("https://example.com/?checkout=success&checkout=paid"), "unknown");
});

test("a bad address is unknown, and throws nothing", () => {
  for (const bad of ["", "?", "#?checkout=success", "https://[", "https://example.com/checkout=success", "%", "?%&checkout", "a b", undefined, null, 7]) {
    assert.equal(status(bad), "unknown", String(bad));
  }
  assert.throws(() => readReturn("pieterpots", "?checkout=success"), { code: "invalid_options" });
});

test("PO-027 PO-028 PO-029: Postpay's way back has the order and one of three statuses, in any case", () => {
  const back = (query) => readReturn("postpay", `https://shop.example/paid${query}`);
  assert.deepEqual(back("?basket=7&order_id=order-01&status=APPROVED"), { orderId: "order-01", status: "approved", proven: false });
  assert.deepEqual(back("?status=denied"), { status: "denied", proven: false });
  assert.deepEqual(back("?status=Cancelled&order_id=a%2Fb"), { orderId: "a/b", status: "cancelled", proven: false });
  for (const other of ["", "?status=captured", "?status=", "?checkout=success", "?status=APPROVED&status=DENIED"]) {
    assert.equal(back(other).status, "unknown", other);
  }
  assert.equal(back("?order_id=a&order_id=b&status=APPROVED").orderId, undefined, "two orders are none");
  for (const provider of ["toString", "__proto__", undefined]) assert.throws(() => readReturn(provider, ""), { code: "invalid_options" });
});
