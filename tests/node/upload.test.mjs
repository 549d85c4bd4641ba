// Uploads, in Node: the form that `build` gives, and the one that `call` sends to the sandbox in this process.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { build, EdgepostError, validate } from "edgepost";

const UPLOAD = "pieterpost.upload_asset";
const PDF = new TextEncoder().encode("%PDF-2.0\r\n--edgepost-\r\n\0\xff");
const receipt = { kind: "letter-attachment", name: "receipt.pdf", file: PDF };

test("PP-003 PP-150: an upload is built as a form, to the byte, with a boundary from the file's hash", async () => {
  const { method, url, headers, body, key, digest } = build(UPLOAD, receipt);
  const boundary = `edgepost-${createHash("sha256").update(PDF).digest("hex").slice(0, 32)}`;
  const expected = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nletter-attachment\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="receipt.pdf"\r\nContent-Type: application/pdf\r\n\r\n`,
    ),
    PDF,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  assert.deepEqual([method, url, key], ["POST", "https://pieterpost.com/v1/uploads", null]);
  assert.deepEqual(headers, { accept: "application/json", "content-type": `multipart/form-data; boundary=${boundary}` });
  assert.ok(expected.equals(body));
  assert.equal(digest, `sha-256=:${createHash("sha256").update(expected).digest("base64")}:`);
  const form = await new Response(body, { headers }).formData();
  assert.deepEqual([...form.keys()], ["kind", "file"]);
  assert.deepEqual(Buffer.from(await form.get("file").arrayBuffer()), Buffer.from(PDF));
});

test("a file's name cannot break out of the form that is built", async () => {
  const name = 'a"; name="kind"\r\n\r\nx é.pdf';
  const { headers, body } = build(UPLOAD, { ...receipt, name });
  const form = await new Response(body, { headers }).formData();
  assert.deepEqual([form.getAll("kind"), form.get("file").name], [["letter-attachment"], name]);
});

test("PP-005: an upload has no idempotency key", () => {
  const { headers, key } = build(UPLOAD, receipt, { idempotencyKey: "order-demo-001" });
  assert.deepEqual([key, headers["idempotency-key"]], [null, undefined]);
});

test("PP-152 PP-155: a file counts by its size, as a Blob, as bytes and in JSON", () => {
  const codes = (input) => validate(UPLOAD, input).issues.map(({ path, code }) => `${path} ${code}`);
  for (const [size, expected] of [[0, ["/file empty_file"]], [1, []], [52_428_801, ["/file file_too_large"]]]) {
    const bytes = new Uint8Array(size);
    for (const file of [bytes, Buffer.from(bytes.buffer), new Blob([bytes])]) assert.deepEqual(codes({ ...receipt, file }), expected);
    assert.deepEqual(codes(JSON.stringify({ ...receipt, file: size })), expected);
  }
  for (const file of ["receipt.pdf", {}, new ArrayBuffer(1)]) assert.deepEqual(codes({ ...receipt, file }), ["/file invalid_type"]);
  assert.throws(() => build(UPLOAD, { ...receipt, kind: "letter", file: new Uint8Array(0) }), ({ issues }) => issues.length === 2);
});

test("what is built needs the bytes of the file", () => {
  for (const input of [{ ...receipt, file: new Blob([PDF]) }, { ...receipt, file: 21 }, JSON.stringify({ ...receipt, file: 21 })]) {
    assert.throws(() => build(UPLOAD, input), (error) => {
      assert.ok(error instanceof EdgepostError);
      assert.deepEqual([error.code, error.issues[0].path, error.issues[0].code], ["invalid_input", "/file", "invalid_type"]);
      assert.match(error.message, /file has to be a Uint8Array .* call of edgepost\/client/);
      return true;
    });
  }
});
