// Uploads, in Node: the form that `build` gives, and the one that `call` sends to the sandbox in this process.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { beforeEach, test } from "node:test";
import { build, EdgepostError, validate } from "edgepost";
import { Edgepost } from "edgepost/client";
import { uploadPdf } from "edgepost/files";
import { Sandbox } from "edgepost/sandbox";
import { listen } from "../support/http.mjs";

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

const HOST = "https://sandbox.test";
let sandbox;
let sent;

/** In the place of the gateway: the sandbox itself, with its key. */
const withKey = (url, init) => {
  sent.push({ url, ...init });
  return sandbox.fetch(url, { ...init, headers: { ...init.headers, authorization: "Bearer pp_test_sandbox" } });
};
const edgepost = new Edgepost({ baseUrl: HOST, fetch: withKey });
const fault = (kind) =>
  sandbox.fetch(`${HOST}/_sandbox/faults`, { method: "POST", body: JSON.stringify({ operation: UPLOAD, kind, times: 9 }) });
const assets = async () => (await (await sandbox.fetch(`${HOST}/_sandbox/state`)).json()).pieterpost.assets;

beforeEach(() => {
  sandbox = new Sandbox();
  sent = [];
});

test("PP-003 PP-154: call sends a form of the platform's own, from bytes and from a Blob", async () => {
  for (const file of [PDF, new Blob([PDF]), new File([PDF], "other.png", { type: "image/png" })]) {
    const phases = [];
    const { kind, value, key } = await edgepost.call(UPLOAD, { ...receipt, file }, { onProgress: ({ phase }) => phases.push(phase) });
    assert.deepEqual([kind, value.contentType, value.originalName, value.size, key], ["ok", "application/pdf", "receipt.pdf", PDF.length, null]);
    assert.deepEqual(phases, ["sending"]);
  }
  for (const { url, body, headers } of sent) {
    assert.equal(url, `${HOST}/pieterpost/v1/uploads`);
    assert.ok(body instanceof FormData, "so that the platform streams it");
    assert.deepEqual([headers["content-type"], headers["idempotency-key"]], [undefined, undefined]);
    assert.deepEqual([...body.keys()], ["kind", "file"]);
    assert.equal(body.get("file").type, "application/pdf", "told by what the file holds, not by what it is called");
  }
});

test("PP-005: an upload is never repeated by itself, and a lost answer is unknown", async () => {
  for (const [kind, uploaded] of [["drop_before", 0], ["drop_after", 1], ["status_500_after", 1], ["html_body", 1], ["status_429", 0]]) {
    [sandbox, sent] = [new Sandbox(), []];
    const before = (await assets()).length;
    assert.equal((await fault(kind)).status, 201);
    const outcome = await edgepost.call(UPLOAD, receipt, { attempts: 5 });
    assert.equal(sent.length, 1, kind);
    if (kind !== "status_429") assert.deepEqual([outcome.kind, outcome.retry], ["unknown", { advice: "new_key" }], kind);
    else assert.deepEqual([outcome.kind, outcome.retry.advice], ["refused", "after"]);
    assert.equal((await assets()).length - before, uploaded, kind);
  }
  [sandbox, sent] = [new Sandbox(), []];
  const waited = await edgepost.wait(UPLOAD, receipt);
  assert.deepEqual([waited.kind, waited.done, sent.length], ["ok", false, 1]);
});

test("an upload can be given up", async () => {
  const body = JSON.stringify({ operation: UPLOAD, kind: "delay_after", delayMs: 5_000 });
  await sandbox.fetch(`${HOST}/_sandbox/faults`, { method: "POST", body });
  const late = await edgepost.call(UPLOAD, receipt, { timeoutMs: 50 });
  assert.deepEqual([late.kind, late.status], ["unknown", null]);
  await assert.rejects(edgepost.call(UPLOAD, receipt, { signal: AbortSignal.abort() }), { code: "aborted", key: null });
});

test("a call needs the file, and says everything that is wrong with it", async () => {
  for (const input of [{ ...receipt, file: 21 }, JSON.stringify({ ...receipt, file: 21 })]) {
    await assert.rejects(edgepost.call(UPLOAD, input), ({ code, message, issues }) => {
      assert.deepEqual([code, issues[0].path], ["invalid_input", "/file"]);
      return message.endsWith("file has to be a Blob or a Uint8Array.");
    });
  }
  await assert.rejects(edgepost.call(UPLOAD, { kind: "letter", name: "", file: new Blob([]) }), ({ issues }) => issues.filter(({ severity }) => severity === "error").length === 3);
  assert.equal(sent.length, 0);
});

test("PP-150: what was uploaded goes out with a letter", async () => {
  const uploaded = await edgepost.call(UPLOAD, receipt);
  const { input } = JSON.parse(readFileSync(new URL("../vectors/pieterpost.create_checkout_link/letter_checkout.json", import.meta.url), "utf8"));
  const letters = [{ ...input.letters[0], attachments: [uploaded.value.assetId] }];
  const ordered = await edgepost.call("pieterpost.create_checkout_link", { ...input, letters });
  assert.equal(ordered.kind, "ok");
});

test("PP-003: the platform's own fetch sends the same form", async () => {
  const heard = [];
  const server = await listen(async (request, response) => {
    const form = await new Response(Readable.toWeb(request), { headers: { "content-type": request.headers["content-type"] } }).formData();
    heard.push([request.method, request.url, form.get("kind"), form.get("file").name, form.get("file").type, await form.get("file").text()]);
    response.writeHead(201, { "content-type": "application/json" }).end('{"assetId":"asset_1"}');
  });
  const own = new Edgepost({ baseUrl: server.url });
  const { kind } = await own.call(UPLOAD, { ...receipt, name: 'a"b.pdf', file: new Blob(["%PDF-2.0"]) });
  await server.close();
  assert.equal(kind, "ok");
  assert.deepEqual(heard, [["POST", "/pieterpost/v1/uploads", "letter-attachment", 'a"b.pdf', "application/pdf", "%PDF-2.0"]]);
});

test("PFD-016: a PDF is not sent on to where a redirect leads, and its upload can be given up", async () => {
  const heard = [];
  const leave = new AbortController();
  const server = await listen((request, response) => {
    heard.push(request.url);
    if (request.url === "/hangs") leave.abort(new Error("enough"));
    else response.writeHead(307, { location: "/elsewhere" }).end();
  });
  const roomAt = (path) => ({ call: async () => ({ kind: "ok", key: "room", value: { upload_url: `${server.url}${path}` } }) });
  const { kind, status, code } = await uploadPdf(roomAt("/moved"), PDF);
  assert.deepEqual([kind, status, code], ["refused", 307, "upload_failed"]);
  await assert.rejects(uploadPdf(roomAt("/hangs"), PDF, { signal: leave.signal }), (error) => {
    assert.ok(error instanceof EdgepostError);
    assert.deepEqual([error.code, error.key, error.cause.message], ["aborted", "room", "enough"]);
    return true;
  });
  assert.deepEqual(heard, ["/moved", "/hangs"]);
  await server.close();
});
