// A look at the wallet before a direct order, against the sandbox in this process.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Edgepost } from "edgepost/client";
import { Sandbox } from "edgepost/sandbox";

const HOST = "https://sandbox.test";

/** A client of a sandbox in which an account may do what `flags` say, and has `balances`. */
function client({ flags = {}, balances = [], key = "pp_test_sandbox", testMode } = {}) {
  const sandbox = new Sandbox({ pieterpost: { accounts: [flags], balances } });
  const fetch = (url, init) => sandbox.fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } });
  return { sandbox, edgepost: new Edgepost({ baseUrl: HOST, fetch, testMode }) };
}

const looked = async (set, ...args) => {
  const { ok, reasons, balanceCents, currency } = await client(set).edgepost.preflight(...args);
  return [ok, reasons, balanceCents, currency];
};

test("PP-120 PP-135: a preflight says whether the wallet pays for an order", async () => {
  const balances = [{ cents: 400 }, { currency: "usd", cents: 100 }];
  assert.deepEqual(await looked({ balances }), [true, [], 400, "eur"]);
  assert.deepEqual(await looked({ balances }, {}, { amountCents: 400 }), [true, [], 400, "eur"]);
  assert.deepEqual(await looked({ balances }, {}, { amountCents: 401 }), [false, ["insufficient_credits"], 400, "eur"]);
  assert.deepEqual(await looked({ balances }, { currency: "usd" }, { amountCents: 101 }), [false, ["insufficient_credits"], 100, "usd"]);
  assert.deepEqual(await looked({}), [false, ["insufficient_credits"], 0, "eur"]);
  assert.deepEqual(await looked({}, {}, { amountCents: 0 }), [true, [], 0, "eur"]);
});

test("PP-011: approval is no condition of a direct order, the account's flags are", async () => {
  const balances = [{ cents: 400 }];
  const unapproved = { approvalStatus: "pending", approvedForDirectSend: false, hostedApiEnabled: false };
  assert.deepEqual(await looked({ balances, flags: unapproved }), [true, [], 400, "eur"]);
  assert.deepEqual(await looked({ balances, flags: { creditsEnabled: false } }), [false, ["credits_disabled"], 400, "eur"]);
  assert.deepEqual(await looked({ balances, flags: { liveEnabled: false } }), [true, [], 400, "eur"], "it is no live order");
});

test("PP-011: a live order needs an account that can send live mail", async () => {
  const answer = (changes) => {
    const account = { accountId: "acct_1", approvalStatus: "none", approvedForDirectSend: false, creditsEnabled: true, hostedApiEnabled: true };
    const wallet = { balanceCents: 400, currency: "eur", mode: "live", updatedAt: "2026-04-21T10:00:00.000Z" };
    return new Edgepost({ baseUrl: HOST, fetch: () => Response.json({ ...account, liveEnabled: true, wallet, ...changes }) }).preflight();
  };
  assert.deepEqual((await answer({})).reasons, []);
  assert.deepEqual((await answer({ liveEnabled: false, creditsEnabled: false })).reasons, ["credits_disabled", "live_disabled"]);
  for (const wallet of [undefined, null, {}, { balanceCents: "400" }]) assert.deepEqual((await answer({ wallet })).reasons, ["not_read"]);
});

test("PP-010: a wallet of the other mode pays for nothing", async () => {
  const balances = [{ mode: "live", cents: 400 }];
  const set = { balances, key: "pp_live_sandbox" };
  assert.equal((await client({ ...set, testMode: false }).edgepost.preflight()).ok, true);
  const { ok, reasons, read } = await client({ ...set, testMode: true }).edgepost.preflight();
  assert.deepEqual([ok, reasons, read.issues[0].code], [false, ["not_read"], "mode_mismatch"]);
});

test("a wallet that could not be read says why", async () => {
  const { ok, reasons, balanceCents, read } = await client({ key: "pp_test_sandbox_inactive" }).edgepost.preflight();
  assert.deepEqual([ok, reasons, balanceCents, read.code], [false, ["not_read"], null, "api_key_inactive"]);
  await assert.rejects(client().edgepost.preflight({}, { amountCents: "5" }), { code: "invalid_options" });
  await assert.rejects(client().edgepost.preflight({}, { amount: 5 }), { code: "invalid_options", message: /^There is no option amount\. There are: .*amountCents/ });
});
