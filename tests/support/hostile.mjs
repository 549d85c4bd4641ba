// What nobody should send: tokens of one's own making, and requests as they are typed.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { test } from "node:test";
import { CANARIES } from "./servers.mjs";

/** How long an answer to typed bytes is waited for. */
const PATIENCE_MS = 10_000;

const encoded = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** Claims of a faultless grant for everything of the provider, with changes. */
export const claims = (changes = {}) => ({ sub: "hostile", mode: "test", ops: ["pieterpost.*"], exp: seconds(600), ...changes });

/** Seconds since 1970, so many from now. */
export const seconds = (fromNow) => Math.floor(Date.now() / 1_000) + fromNow;

/** A token under any header, signed in any way; without either the gateway takes it. */
export function token(said, { header = { alg: "HS256", typ: "JWT" }, key = CANARIES.GRANT_SIGNING_KEY, hash = "sha256", sign } = {}) {
  const message = `${encoded(header)}.${encoded(said)}`;
  const signature = sign ? sign(message) : createHmac(hash, key).update(message).digest();
  return `${message}.${Buffer.from(signature).toString("base64url")}`;
}

/** A request as it is typed, which no client would send. `pieces` follow each other slowly; then nothing more comes. */
export function typed(gateway, lines, pieces = []) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: gateway.port, host: "127.0.0.1", allowHalfOpen: true });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no answer came")));
    const heard = [];
    socket.on("data", (chunk) => heard.push(chunk)).on("error", reject);
    socket.on("end", () => {
      socket.end();
      resolve(readAnswer(Buffer.concat(heard).toString("utf8")));
    });
    socket.on("connect", async () => {
      socket.write(`${[...lines, "Connection: close"].join("\r\n")}\r\n\r\n`, "latin1");
      for (const piece of pieces) {
        await new Promise((written) => setTimeout(written, 20));
        if (socket.writable) socket.write(piece);
      }
      if (socket.writable) socket.end();
    });
  });
}

/** As much of an answer as is looked at, in the shape of fetch's. */
function readAnswer(text) {
  const [head, body = ""] = text.split(/\r\n\r\n(.*)/s);
  const [first, ...lines] = head.split("\r\n");
  const headers = new Headers(lines.map((line) => line.split(/: ?(.*)/s).slice(0, 2)));
  const content = headers.get("transfer-encoding") === "chunked" ? body.replace(/(^|\r\n)[\da-f]+\r\n/gi, "") : body;
  return { status: Number(first.split(" ")[1]), headers, text: async () => content };
}

/** An answer is the gateway's own refusal, with this status and code. */
export async function refusedWith(answer, status, code) {
  const text = await answer.text();
  const problem = text.startsWith("{") ? JSON.parse(text) : {};
  assert.deepEqual([answer.status, problem.code], [status, code], text);
  assert.equal(problem.status, status);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.headers.get("edgepost-source"), "gateway");
  assert.equal(answer.headers.get("edgepost-order-grant"), null);
}

/** Rows of one outcome, by name. */
export const rows = (status, code, sends) => Object.entries(sends).map(([name, send]) => ({ name, status, code, send }));

/**
 * Tests that each row is refused as it says, and that the provider hears nothing of any. `sandbox` gives the sandbox, which is
 * there when the tests run.
 */
export function testRefusals(all, sandbox) {
  /** Everything at the provider that a request could change. */
  const touched = async () => {
    const { requests, pieterpost } = await sandbox().state();
    return { requests, pieterpost };
  };
  let untouched;

  for (const { name, status, code, send } of all) {
    test(`${status} ${code}: ${name}`, async () => {
      const earlier = await touched();
      untouched ??= earlier;
      await refusedWith(await send(), status, code);
      assert.deepEqual(await touched(), earlier, "the provider was not called");
    });
  }

  test("at least 80 hostile requests, and none reached the provider", async () => {
    assert.ok(all.length >= 80, `${all.length}`);
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length, "each is another");
    assert.deepEqual(await touched(), untouched);
  });
}
