// Grants that are minted in Node, by the library and on the command line. Whether gateways take them is theirs to show.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { build } from "edgepost";
import { EdgepostError, mintGrant } from "edgepost/server";

const CLI = new URL("../../npm/bin/edgepost.js", import.meta.url).pathname;
const KEY = "not-a-secret-only-for-tests-0123456789";
const now = () => Math.floor(Date.now() / 1000);
const claims = (changes = {}) => ({ sub: "shop", mode: "test", ops: ["pieterpost.create_order"], exp: now() + 3_600, ...changes });

/** What a token says, if it was signed with the key. */
function read(token) {
  const [header, payload, signature, ...more] = token.split(".");
  assert.deepEqual(more, []);
  assert.equal(signature, createHmac("sha256", KEY).update(`${header}.${payload}`).digest("base64url"));
  assert.equal(Buffer.from(header, "base64url").toString(), '{"alg":"HS256","typ":"JWT"}');
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}

test("a grant is a JWT with just the claims that were given", async () => {
  const { digest } = build("pieterpost.get_order", { orderId: "ord_1" });
  for (const given of [
    claims(),
    claims({ sub: "Zoë & ünïcode ÿ", mode: "live", ops: ["pieterpost.*", "ledger.*"], nbf: now(), exp: now() + 86_400 }),
    claims({ amount: { aed: 81_480 }, ops: ["postpay.create_checkout"] }),
    claims({ max_amount: { eur: 5_000, usd: 0 }, max_recipients: 0, countries: ["NL", "United States"], orders: ["ord_1"], intent: digest }),
  ]) {
    assert.deepEqual(read(await mintGrant(KEY, given)), given);
  }
  assert.ok(!("nbf" in read(await mintGrant(KEY, claims({ nbf: undefined })))));
});

test("the token is the one that gateways are tested with", async (context) => {
  const vector = JSON.parse(readFileSync(new URL("../vectors/grant.json", import.meta.url), "utf8"));
  context.mock.method(Date, "now", () => vector.nowS * 1000);
  assert.equal(await mintGrant(vector.key, vector.claims), vector.token);
});

test("what a gateway would refuse, or take for more, is refused with its name", async () => {
  for (const [changes, says] of [
    [{ sub: undefined, ops: undefined }, /lacks sub, ops/],
    [{ sub: " " }, /^sub is " "/],
    [{ mode: "prod" }, /^mode is "prod": give test or live/],
    [{ ops: [] }, /^ops is \[\]/],
    [{ ops: "pieterpost.*" }, /^ops is/],
    [{ ops: ["pieterpost.create_orders"] }, /^ops is .*create_orders/],
    [{ ops: ["*"] }, /^ops is/],
    [{ exp: now() }, /^exp is \d+: give whole seconds/],
    [{ exp: now() + 86_410 }, /^exp is/],
    [{ exp: Date.now() + 3_600_000 }, /^exp is/],
    [{ exp: now() + 0.5 }, /^exp is/],
    [{ exp: String(now() + 60) }, /^exp is/],
    [{ nbf: now() + 3_600 }, /^nbf is/],
    [{ nbf: -1 }, /^nbf is/],
    [{ max_amount: { EUR: 1 } }, /^max_amount is {"EUR":1}: give hundredths/],
    [{ max_amount: { eur: 1.5 } }, /^max_amount/],
    [{ max_amount: { eur: -1 } }, /^max_amount/],
    [{ max_amount: 5_000 }, /^max_amount/],
    [{ max_amount: null }, /^max_amount/],
    [{ amount: { aed: 1, sar: 1 } }, /^amount is .*one currency/],
    [{ amount: {} }, /^amount/],
    [{ max_recipients: "5" }, /^max_recipients/],
    [{ countries: [] }, /^countries is \[\]/],
    [{ orders: [] }, /^orders is \[\]/],
    [{ orders: [""] }, /^orders/],
    [{ intent: "sha-256=:a:" }, /^intent/],
    [{ max_amonut: { eur: 1 } }, /no claim max_amonut/],
    [JSON.parse('{"__proto__": 1}'), /no claim __proto__/],
    [{ orders: Array.from({ length: 999 }, (_, index) => `ord_${index}`) }, /at most 8192/],
  ]) {
    const given = Object.hasOwn(changes, "__proto__") ? Object.assign(changes, claims()) : claims(changes);
    await assert.rejects(mintGrant(KEY, given), (error) => {
      assert.ok(error instanceof EdgepostError && error.code === "invalid_options");
      assert.match(error.message, says);
      return true;
    });
  }
  await assert.rejects(mintGrant(KEY, undefined), /lacks sub, mode, ops, exp/);
});

test("a short signing key is refused, and not shown", async () => {
  for (const key of [undefined, "", "short-key", "k".repeat(31), 7]) {
    await assert.rejects(mintGrant(key, claims()), ({ code, message }) => code === "invalid_options" && !/short-key|kkk/.test(message));
  }
  await mintGrant("é".repeat(16), claims());
});

const edgepost = (args, env = { GRANT_SIGNING_KEY: KEY }) =>
  promisify(execFile)(process.execPath, [CLI, "grant", ...args], { env: { ...process.env, GRANT_SIGNING_KEY: "", ...env } });

test("the command line prints a grant and nothing else", async () => {
  const { stdout, stderr } = await edgepost(["--sub", "shop", "--ops", "pieterpost.create_order, pieterpost.get_wallet"]);
  assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const { exp, ...short } = read(stdout.trim());
  assert.deepEqual([short, stderr], [{ sub: "shop", mode: "test", ops: ["pieterpost.create_order", "pieterpost.get_wallet"] }, ""]);
  assert.ok(Math.abs(exp - now() - 3_600) < 30);
  const all = ["--mode", "live", "--hours", "0.5", "--amount", "aed=81480", "--max-amount", "eur=5000,usd=0", "--max-recipients", "100", "--countries", "NL,BE"];
  const more = await edgepost(["--sub", "shop", "--ops", "ledger.*", ...all, "--orders", "ord_1,ord_2", "--intent", `sha-256=:${"A".repeat(43)}=:`]);
  const long = read(more.stdout.trim());
  assert.ok(Math.abs(long.exp - now() - 1_800) < 30);
  assert.deepEqual(
    [long.mode, long.amount, long.max_amount, long.max_recipients, long.countries, long.orders],
    ["live", { aed: 81_480 }, { eur: 5_000, usd: 0 }, 100, ["NL", "BE"], ["ord_1", "ord_2"]],
  );
});

test("the command line names what it cannot use, and prints no grant", async () => {
  const needed = ["--sub", "shop", "--ops", "pieterpost.*"];
  for (const [args, says, env] of [
    [["--sub", "shop"], /lacks ops/],
    [[...needed, "--hours", "25"], /--hours takes/],
    [[...needed, "--hours", "x"], /--hours takes/],
    [[...needed, "--max-amount", "eur=5.00"], /max_amount is {"eur":"5.00"}/],
    [[...needed, "--max-amount", "5000"], /max_amount/],
    [[...needed, "--max-recipients", "1e3"], /max_recipients is "1e3"/],
    [[...needed, "--countries", ""], /countries/],
    [[...needed, "--op", "x"], /--op/],
    [needed, /Set GRANT_SIGNING_KEY/, {}],
    [needed, /at least 32 bytes/, { GRANT_SIGNING_KEY: "short-key" }],
  ]) {
    await assert.rejects(edgepost(args, env), ({ code, stdout, stderr }) => {
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr.split("\n")[0], says);
      return !stderr.includes("short-key");
    });
  }
  const { stdout } = await edgepost(["--help"], {});
  assert.match(stdout, /--sub <name>[^]*--ops <operations>/);
});
