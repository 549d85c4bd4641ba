// edgepost/server, in Node, against the sandbox in this process: the client with a key, and no gateway.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { inspect } from "node:util";
import { build as bundle } from "esbuild";
import { Sandbox } from "edgepost/sandbox";
import { Edgepost, EdgepostError } from "edgepost/server";

const CREATE = "pieterpost.create_order";
const CANARY = "pp_test_canary_4d1f0a";
const BASE = "https://sandbox.test/pieterpost";
const vector = new URL("../vectors/pieterpost.create_order/direct_letter_order.json", import.meta.url);
const { input } = JSON.parse(readFileSync(vector, "utf8"));

let sandbox;
let sent;

beforeEach(() => {
  const keys = ["test", "live"].map((mode) => ({ key: CANARY.replace("test", mode), account: "acct_sandbox" }));
  sandbox = new Sandbox({ pieterpost: { keys, balances: [{ cents: 400 }, { mode: "live", cents: 400 }] } });
  sent = [];
});

const send = (url, init) => {
  sent.push({ url, ...init });
  return sandbox.fetch(url, init);
};
const direct = (access = {}, fetch = send) => new Edgepost({ direct: { pieterpost: { key: CANARY, baseUrl: BASE, ...access } }, fetch });
const fault = (operation, kind, more = {}) =>
  sandbox.fetch("https://sandbox.test/_sandbox/faults", { method: "POST", body: JSON.stringify({ operation, kind, ...more }) });

test("PP-001 PP-120: the client calls the provider with the key", async () => {
  const edgepost = direct();
  assert.equal((await edgepost.preflight({}, { amountCents: 200 })).ok, true);
  const ordered = await edgepost.call(CREATE, input);
  assert.deepEqual([ordered.kind, ordered.value.wallet.balanceCents, ordered.issues], ["ok", 200, undefined]);
  const { orderId } = ordered.value;
  const until = ({ status }) => status === "paid";
  assert.equal((await edgepost.wait("pieterpost.get_order", { orderId }, { until })).value.orderId, orderId);
  assert.deepEqual(sent.map(({ url }) => url.slice(BASE.length)), ["/v1/wallet", "/v1/orders", `/v1/orders/${orderId}`]);
  for (const { headers, redirect } of sent) assert.deepEqual([headers.authorization, redirect], [`Bearer ${CANARY}`, "manual"]);
});

test("without an address it is the vendor's, and a grant is for gateways only", async () => {
  await direct({ baseUrl: undefined }).call("pieterpost.get_wallet", { currency: "eur" }, { grant: "a.b.c" });
  const [{ url, headers }] = sent;
  assert.equal(url, "https://pieterpost.com/v1/wallet?currency=eur");
  assert.deepEqual(Object.keys(headers).sort(), ["accept", "authorization"]);
});

test("PP-003 PP-150: files are uploaded as well", async () => {
  const uploaded = await direct().call("pieterpost.upload_asset", { kind: "letter-attachment", name: "a.pdf", file: new Blob(["%PDF-2.0"]) });
  assert.deepEqual([uploaded.kind, uploaded.value.contentType], ["ok", "application/pdf"]);
});

test("PP-125: a lost answer is asked for again, and the wallet is debited once", async () => {
  await fault(CREATE, "drop_after");
  const ordered = await direct().call(CREATE, input);
  assert.deepEqual([ordered.kind, ordered.value.wallet.balanceCents, sent.length], ["ok", 200, 2]);
});

test("PP-008 PP-009 PP-010: an answer of the other mode than the key's is reported", async () => {
  const live = { key: CANARY.replace("test", "live") };
  assert.equal((await direct(live).call(CREATE, input)).issues, undefined);
  // A deployment that puts on another key than it was told to.
  const swapped = (url, init) => send(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${live.key}` } });
  const { kind, issues } = await direct({}, swapped).call(CREATE, input);
  assert.deepEqual([kind, issues.map(({ code, rule }) => [code, rule])], ["ok", [["mode_mismatch", "PP-010"]]]);
});

test("PP-002: what is no key is refused before the wire, and not shown", () => {
  for (const key of [undefined, null, 7, "", "canary", "pp_test_", "pp_live_", "PP_TEST_canary", " pp_test_canary", "pp_test_canary\n", "pp_test_canary é"]) {
    assert.throws(() => direct({ key }), (error) => {
      assert.ok(error instanceof EdgepostError && !error.message.includes("canary"), error.message);
      return error.code === "invalid_options";
    });
  }
  for (const options of [undefined, {}, { direct: {} }, { direct: { pieterpost: "pp_test_x" } }, { direct: { pieterpost: { key: CANARY } }, fetch: 1 }, { direct: { pieterpost: { key: CANARY, baseURL: "http://127.0.0.1" } } }, { direct: { pieterpost: { key: CANARY } }, baseUrl: "http://127.0.0.1" }]) {
    assert.throws(() => new Edgepost(options), { code: "invalid_options" });
  }
});

test("PP-175: a key is sent to no address that others can read", () => {
  for (const baseUrl of ["http://example.com", "ftp://pieterpost.com", "https://a:b@example.com", "pieterpost.com", "https://example.com/?a=b", "", 7]) {
    assert.throws(() => direct({ baseUrl }), { code: "invalid_options" }, String(baseUrl));
  }
  for (const baseUrl of ["http://127.0.0.1:8788/pieterpost", "http://localhost", "http://[::1]:1", new URL("https://example.com")]) direct({ baseUrl });
});

test("PP-175: the key shows in no error, outcome or inspection", async () => {
  const edgepost = direct();
  const seen = [edgepost];
  const hear = (promise) => promise.then((value) => seen.push(value), (error) => seen.push(error, error.cause, error.stack));
  for (const kind of ["drop_before", "html_body", "empty_body", "status_500_after", "redirect"]) {
    await fault(CREATE, kind);
    await hear(edgepost.call(CREATE, input, { attempts: 1 }));
  }
  await hear(edgepost.call(CREATE, {}));
  await hear(edgepost.call(CREATE, input, { signal: AbortSignal.abort() }));
  await hear(direct({}, () => { throw new TypeError("fetch failed"); }).call(CREATE, input, { attempts: 1 }));
  await hear(direct({}, () => "no Response").call(CREATE, input));
  assert.equal(seen.length, 16);
  for (const value of seen) {
    const shown = `${inspect(value, { depth: 9, showHidden: true, getters: true })} ${JSON.stringify(value)} ${String(value)}`;
    assert.ok(!shown.includes("canary"), shown);
  }
  assert.equal(sent.length, 5, "nothing followed the redirect");
});

test("PP-007: there is nothing to import for a browser", async () => {
  const options = { bundle: true, write: false, format: "esm", logLevel: "silent" };
  const stdin = { contents: 'import "edgepost/server";', resolveDir: new URL("../..", import.meta.url).pathname };
  const resolved = (platform, conditions) => bundle({ stdin, ...options, platform, conditions, external: ["*.wasm", "*.wasm?module"] });
  await assert.rejects(resolved("browser", ["browser"]), /Could not resolve "edgepost\/server"/);
  await resolved("node", []);
  await resolved("neutral", ["workerd"]);
});
