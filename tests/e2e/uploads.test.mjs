// Files go through the gateway without staying in it.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer, connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, beforeEach, test } from "node:test";
import { grant, told } from "../support/direct.mjs";
import { seen } from "../support/orders.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";
import { workerdOf } from "../support/workerd.mjs";

const MEGABYTE = 1_000_000;
/** How much of a second the provider's line carries: less than the sender's, so that what is kept would pile up. */
const LINE_BYTES_A_SECOND = 20 * MEGABYTE;

let sandbox;
let line;
let gateway;
let token;

before(async () => {
  sandbox = await startSandbox({ pieterpost: { requestsPerMinute: null } });
  line = await slowLine(new URL(sandbox.url).port);
  gateway = await startGateway(sandbox, { vars: { PIETERPOST_URL: `http://127.0.0.1:${line.port}/pieterpost` } });
  token = await grant({ ops: ["pieterpost.upload_asset"] });
});

after(async () => {
  await gateway?.stop();
  await line?.close();
  await sandbox?.close();
});

beforeEach(() => sandbox.reset());

/** A port that passes on to another, no faster than the line is. */
async function slowLine(port) {
  const server = createServer((from) => {
    const to = connect(port, "127.0.0.1");
    from.on("data", (chunk) => {
      to.write(chunk);
      from.pause();
      setTimeout(() => from.resume(), (chunk.length / LINE_BYTES_A_SECOND) * 1_000);
    });
    from.on("end", () => to.end());
    to.pipe(from);
    for (const [one, other] of [[from, to], [to, from]]) one.on("error", () => other.destroy()).on("close", () => other.destroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port, close: () => new Promise((resolve) => server.close(resolve)) };
}

/** The head of a PNG of so many pixels, and noise up to a size. */
function png(width, height, size = 10_000) {
  const file = randomBytes(size);
  file.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  file.set([8, 2, 0, 0, 0], 24);
  return file;
}

/** Uploads as a page does. */
function upload(kind, name, bytes, headers = { "edgepost-grant": token }) {
  const form = new FormData();
  form.set("kind", kind);
  form.set("file", new Blob([bytes]), name);
  return fetch(`${gateway.url}/pieterpost/v1/uploads`, { method: "POST", headers, body: form });
}

const assets = async () => (await sandbox.state()).pieterpost.assets;
const calls = async () => seen(await sandbox.state(), "upload_asset");
const digestOf = (bytes) => `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;

/** The memory of workerd: now, and at its peak since it was last asked to forget that. */
async function memory() {
  const workerd = workerdOf(gateway);
  const status = await readFile(`/proc/${workerd}/status`, "utf8");
  const megabytes = (name) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)[1]) * 1_024) / MEGABYTE;
  return { now: megabytes("VmRSS"), peak: megabytes("VmHWM"), forget: () => writeFile(`/proc/${workerd}/clear_refs`, "5") };
}

test("PP-152: 49 MB arrive byte by byte, and the Worker keeps next to nothing of them", async (context) => {
  // As much in small pieces, so that the heap has the size that passing things on takes: what is measured is the file.
  for (let piece = 0; piece < 24; piece += 1) {
    assert.equal((await upload("postcard-image", "small.png", png(64, 64, 2 * MEGABYTE))).status, 201);
  }
  const file = png(1_024, 1_024, 49 * MEGABYTE);
  const before = await memory();
  await before.forget();
  const answer = await upload("postcard-image", "large.png", file);
  const { peak } = await memory();
  assert.equal(answer.status, 201);
  const { assetId, size } = await answer.json();
  assert.equal(size, file.length);
  const kept = (await assets()).at(-1);
  assert.deepEqual([kept.asset.assetId, kept.asset.size, kept.digest], [assetId, file.length, digestOf(file)]);
  const grown = peak - before.now;
  context.diagnostic(`workerd: ${before.now.toFixed(1)} MB before, ${peak.toFixed(1)} MB at the peak`);
  assert.ok(grown < 25, `workerd grew by ${grown.toFixed(1)} MB`);
});

test("PP-151: a PDF of 49 MB arrives as well", async () => {
  const file = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(49 * MEGABYTE)]);
  const answer = await upload("letter-attachment", "terms.pdf", file);
  assert.equal(answer.status, 201);
  assert.equal((await answer.json()).contentType, "application/pdf");
  assert.equal((await assets())[0].digest, digestOf(file));
});

const LARGEST = 52_428_800;

for (const [rule, name, kind, file, status, code, issue] of [
  ["PP-152", "one byte too much", "postcard-image", () => png(64, 64, LARGEST + 1), 422, "invalid_input", "file_too_large"],
  ["PP-153", "a rectangle as a postcard's front", "postcard-image", () => png(1_200, 800), 422, "invalid_input", "not_square"],
  ["PP-151", "a GIF that is called .png", "postcard-image", () => Buffer.from("GIF89a\x10\0\x10\0\xf0\0\0", "latin1"), 422, "invalid_input", "wrong_file_type"],
  ["PP-151", "a PDF as a stamp", "letter-stamp-image", () => Buffer.from("%PDF-1.7\n"), 422, "invalid_input", "wrong_file_type"],
  ["PP-155", "an empty file", "postcard-image", () => Buffer.alloc(0), 422, "invalid_input", "empty_file"],
  ["PP-150", "another kind", "passport", () => png(64, 64), 422, "invalid_input", "invalid_choice"],
]) {
  test(`${rule}: ${name} is refused before the provider is called`, async () => {
    const answer = await upload(kind, "front.png", file());
    const problem = await answer.json();
    assert.deepEqual([answer.status, problem.code, problem.issues?.[0].code], [status, code, issue], JSON.stringify(problem));
    assert.equal(answer.headers.get("edgepost-source"), "gateway");
    assert.equal(await calls(), 0);
  });
}

test("PP-152: 50 MiB pass, and 51 MiB are refused before a byte of them arrives", async () => {
  assert.equal((await upload("postcard-image", "front.png", png(64, 64, LARGEST))).status, 201);
  const { status, text } = await raw(Buffer.from(HEAD), { length: 51 * 1_048_576 });
  assert.deepEqual([status, JSON.parse(text).code], [413, "body_too_large"]);
  assert.equal(await calls(), 1);
});

/** Sends a form as it stands, or the beginning of one, and gives what comes back. */
function raw(body, { length = body.length, leaveAfterMs, shown = { "edgepost-grant": token } } = {}) {
  return new Promise((resolve, reject) => {
    const headers = { ...shown, "content-type": "multipart/form-data; boundary=b", "content-length": length };
    const sent = request(`${gateway.url}/pieterpost/v1/uploads`, { method: "POST", headers, agent: false });
    sent.on("error", reject).on("response", async (answer) => {
      let text = "";
      for await (const chunk of answer.setEncoding("utf8")) text += chunk;
      resolve({ status: answer.statusCode, text });
      sent.destroy();
    });
    sent.write(body);
    if (leaveAfterMs) setTimeout(() => sent.destroy(new Error("it went away")), leaveAfterMs);
  });
}

const field = (name, value) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const HEAD = `${field("kind", "postcard-image")}--b\r\nContent-Disposition: form-data; name="file"; filename="front.png"\r\nContent-Type: image/png\r\n\r\n`;
const TAIL = "\r\n--b--\r\n";
const form = (file, tail) => Buffer.concat([Buffer.from(HEAD), file, Buffer.from(tail)]);

test("without a grant for it nothing is uploaded", async () => {
  const reads = await grant({ ops: ["pieterpost.get_order"] });
  const refusals = [[{}, 401, "grant_missing"], [{ "edgepost-grant": "a.b.c" }, 401, "grant_invalid"], [{ "edgepost-grant": reads }, 403, "grant_insufficient"]];
  for (const [shown, ...refusal] of refusals) {
    const { status, text } = await raw(form(png(64, 64, 500), TAIL), { shown });
    assert.deepEqual([status, JSON.parse(text).code], refusal);
  }
  assert.equal(await calls(), 0);
});

test("PP-150: whatever stands behind the file breaks the form off, and leaves no asset", async () => {
  const file = png(64, 64, MEGABYTE);
  assert.equal((await raw(form(file, TAIL))).status, 201, "the form itself is faultless");
  const another = field("kind", "letter-stamp-image").slice(0, -2);
  for (const tail of [`${TAIL}x`, TAIL + another + TAIL, `\r\n${another}${TAIL}`, `${TAIL}${TAIL}`, "\r\n--b--", "\r\n--b--\r\r", "\r\n--c--\r\n"]) {
    await sandbox.reset();
    const { status, text } = await raw(form(file, tail));
    assert.deepEqual([status, JSON.parse(text).code], [400, "body_unreadable"], JSON.stringify([tail, text]));
    await pause(200);
    assert.deepEqual(await assets(), [], JSON.stringify(tail));
  }
});

test("PP-005: a sender who goes away leaves no asset, and the next upload passes", async () => {
  const whole = form(png(64, 64, 5 * MEGABYTE), TAIL);
  await assert.rejects(raw(whole.subarray(0, 2 * MEGABYTE), { length: whole.length, leaveAfterMs: 500 }), /it went away/);
  await pause(500);
  assert.deepEqual(await assets(), []);
  assert.equal((await upload("postcard-image", "front.png", png(64, 64))).status, 201);
  assert.equal((await assets()).length, 1);
});

test("who uploads a file without a grant gets to hear that one is needed", async () => {
  assert.deepEqual(await told(await upload("postcard-image", "front.png", png(64, 64, MEGABYTE), {})), [401, "grant_missing"]);
});

// Found by this test: the body is not read over, and its sender sees a broken connection in place of the answer.
test("PP-152: who sends 51 MiB gets to hear that they are too large", async () => {
  assert.deepEqual(await told(await upload("postcard-image", "front.png", png(64, 64, 51 * 1_048_576))), [413, "body_too_large"]);
});
