// Refills of a postage account on workerd, against the sandbox: one token for many, a cap, a sum in the grant, and what
// the gateway knows itself.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { oneOfMany } from "../support/http.mjs";
import { ALL_CANARIES, allow, CENTS, ledger, look, MERCHANT, postage, refill, REFILL_CANARIES, startPostage, startRefills } from "../support/refill.mjs";
import { freePort } from "../support/servers.mjs";
import { told } from "../support/shop.mjs";

const DEVELOPER = REFILL_CANARIES.PITNEYBOWES_DEVELOPER_ID_TEST;

let sandbox;
let gateway;
let persistTo;

before(async () => {
  persistTo = await mkdtemp(join(tmpdir(), "edgepost-refill-"));
  sandbox = await startPostage();
});

after(async () => {
  await gateway?.stop();
  await sandbox?.close();
  await rm(persistTo, { recursive: true, force: true });
});

/** Each test begins without a token: a gateway that has none, and a sandbox that has given none. */
beforeEach(async () => {
  await gateway?.stop();
  await rm(persistTo, { recursive: true, force: true });
  await sandbox.reset();
  gateway = await startRefills(sandbox, { persistTo });
});

/** Makes a gateway of its own, for a test of another configuration. */
async function other(t, options, of = sandbox) {
  const gateway = await startRefills(of, options);
  t.after(() => gateway.stop());
  return gateway;
}

test("PB-022: 200 concurrent refills that need a token make one token request", async () => {
  const grants = await Promise.all(Array.from({ length: 200 }, () => allow("fund_account")));
  const ask = (token, key) => oneOfMany(() => refill(gateway, { token, key }));
  const answers = await Promise.all(grants.map((token) => ask(token, randomUUID()).then(told)));
  assert.deepEqual(answers, Array(200).fill([200]));
  const { cents, refills, ids, tokens } = await postage(sandbox);
  assert.deepEqual({ cents, refills, tokens }, { cents: CENTS + 200 * 50_000, refills: 200, tokens: 1 });
  assert.equal(new Set(ids).size, 200, "PB-006: every transaction has an id of its own");
  assert.ok(ids.every((id) => /^[\w-]{25}$/.test(id)), "PB-006");
});

test("PB-022: a token that is refused is fetched once more, by one of many, and each call is repeated once", async () => {
  assert.deepEqual(await told(await refill(gateway, { token: await allow("fund_account") })), [200]);
  // The provider's clock says that the token is over, the gateway's does not.
  await sandbox.clock(36_000_000);
  const grants = await Promise.all(Array.from({ length: 30 }, () => allow("fund_account")));
  const answers = await Promise.all(grants.map((token) => refill(gateway, { token }).then(told)));
  assert.deepEqual(answers, Array(30).fill([200]));
  assert.deepEqual([(await postage(sandbox)).tokens, (await postage(sandbox)).refills], [2, 31]);

  // PB-033: a token that is refused although it is new is not fetched for ever, and nothing has happened.
  await sandbox.fault("pitneybowes.fund_account", "code", { code: "1000032", times: 2 });
  const [token, key] = [await allow("fund_account"), randomUUID()];
  const refused = await refill(gateway, { token, key });
  assert.deepEqual([refused.status, refused.headers.get("edgepost-source")], [401, "provider"]);
  assert.deepEqual([(await postage(sandbox)).tokens, (await postage(sandbox)).refills], [3, 31]);
  assert.deepEqual(await told(await refill(gateway, { token, key })), [200], "the same again, with the same grant");
});

test("PB-022: a token is kept over a restart, and renewed before its end", async (t) => {
  assert.deepEqual(await told(await refill(gateway, { token: await allow("fund_account") })), [200]);
  await gateway.kill();
  gateway = await startRefills(sandbox, { persistTo, port: gateway.port });
  assert.deepEqual(await told(await refill(gateway, { token: await allow("fund_account") })), [200]);
  assert.equal((await postage(sandbox)).tokens, 1);

  // Another key is another caller, to whom nobody hands the token of the first.
  await gateway.stop();
  const changed = await other(t, { persistTo, vars: { PITNEYBOWES_SECRET_TEST: "fake-and-wrong" } });
  assert.deepEqual(await told(await refill(changed, { token: await allow("fund_account") })), [503, "not_sent", "never"]);

  // Good for 62 seconds, of which the last minute is not used.
  const brief = await startPostage(62);
  t.after(() => brief.close());
  const short = await other(t, {}, brief);
  const balance = async () => (await look(short, `/${MERCHANT}/account-balance`, await allow("get_balance"))).status;
  assert.deepEqual([await balance(), await balance(), (await postage(brief)).tokens], [200, 200, 1]);
  await pause(2_100);
  assert.deepEqual([await balance(), (await postage(brief)).tokens], [200, 2]);
});

test("PB-020: without a token nothing is sent, and the caller hears why", async (t) => {
  for (const [vars, advice, says] of [
    [{ PITNEYBOWES_SECRET_TEST: "fake-and-wrong" }, "never", /refuses the gateway's key and secret with status 401/],
    [{ PITNEYBOWES_URL: `http://127.0.0.1:${await freePort()}/pitneybowes` }, "same_bytes", /could not be asked for a token/],
    [{ PITNEYBOWES_URL: `${sandbox.url}/elsewhere` }, "same_bytes", /answered with status 404 and no token/],
  ]) {
    const locked = await other(t, { vars });
    for (const call of [() => allow("fund_account").then((token) => refill(locked, { token })), () => allow("list_merchants").then((token) => look(locked, "", token))]) {
      const answer = await call();
      const { code, detail, retry } = await answer.json();
      assert.deepEqual([answer.status, code, retry.advice], [503, "not_sent", advice]);
      assert.match(detail, /Nothing was sent/);
      assert.match(detail, says);
    }
  }
  assert.deepEqual([(await postage(sandbox)).refills, (await postage(sandbox)).cents], [0, CENTS]);
});

test("PB-003 PB-034: the developer's id is the gateway's own", async () => {
  const token = await allow("list_merchants");
  for (const developer of ["-", DEVELOPER]) {
    const answer = await look(gateway, "?size=1&page=0", token, developer);
    const { content } = await answer.json();
    assert.deepEqual([answer.status, content[0].postalReportingNumber], [200, MERCHANT], developer);
  }
  const { accounts } = await (await look(gateway, `/${MERCHANT}/account-balance`, await allow("get_balance"))).json();
  assert.equal(accounts[0].balance, CENTS / 100);
  const [answer, key] = [await look(gateway, "", token, "another-developer"), randomUUID()];
  assert.deepEqual(await told(answer), [422, "invalid_input", "never"]);
  const grant = await allow("fund_account");
  assert.deepEqual(await told(await refill(gateway, { token: grant, key, developer: "another-developer" })), [422, "invalid_input", "never"]);
  assert.deepEqual(await told(await refill(gateway, { token: grant, key, developer: DEVELOPER })), [200]);
  const again = await refill(gateway, { token: grant, key });
  assert.deepEqual([again.status, again.headers.get("edgepost-replayed")], [200, "true"], "it is the same request");
});

test("PB-009: the cap is the gateway's, and a dry run says what the amount is taken for", async (t) => {
  const validate = async (input, of = gateway) => {
    const answer = await fetch(`${of.url}/validate/pitneybowes.fund_account`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ postalReportingNumber: MERCHANT, currencyCode: "USD", ...input }),
    });
    const { ok, issues } = await answer.json();
    return [ok, ...issues.map(({ path, code, params }) => [path, code, params?.limit ?? params?.actual])];
  };
  assert.deepEqual(await validate({ amount: 500 }), [true, ["/amount", "confirm_amount", "USD 500.00"]]);
  assert.deepEqual(await validate({ amount: 601 }), [false, ["/amount", "too_large", 600]]);
  assert.deepEqual(await validate({ amount: 500, maxAmount: 499 }), [false, ["/amount", "too_large", 499]]);
  const higher = await validate({ amount: 500, maxAmount: 601 });
  assert.deepEqual(higher.filter((issue) => issue[1] !== "confirm_amount"), [false, ["/maxAmount", "too_large", 600]]);

  const token = await allow("fund_account", { amount: { usd: 60_100 } });
  for (const body of [{ amount: 601 }, { amount: 601, maxAmount: 601 }, { amount: 601, maxAmount: 100_000 }]) {
    assert.deepEqual(await told(await refill(gateway, { token, body })), [422, "invalid_input", "never"], JSON.stringify(body));
  }
  const uncapped = await other(t, { vars: { PITNEYBOWES_MAX_AMOUNT: "" } });
  const answer = await refill(uncapped, { token: await allow("fund_account"), body: { maxAmount: 500 } });
  const { code, detail } = await answer.json();
  assert.deepEqual([answer.status, code], [503, "provider_not_configured"]);
  assert.match(detail, /PITNEYBOWES_MAX_AMOUNT/);
  assert.equal((await look(uncapped, `/${MERCHANT}/account-balance`, await allow("get_balance"))).status, 200);
  assert.deepEqual([(await postage(sandbox)).refills, (await postage(sandbox)).cents], [0, CENTS]);
});

test("PB-009: a grant that funds an account names the sum, in hundredths, and is good for it once", async () => {
  for (const [claims, body, expected] of [
    [{ amount: undefined }, {}, "grant_insufficient"],
    [{ amount: undefined, max_amount: { usd: 50_000 } }, {}, "grant_insufficient"],
    [{ amount: { usd: 500 } }, {}, "grant_insufficient"],
    [{ amount: { usd: 49_900 } }, {}, "grant_insufficient"],
    [{ amount: { eur: 50_000 } }, {}, "grant_insufficient"],
    [{ amount: { usd: 50_000 } }, { amount: 499 }, "grant_insufficient"],
    [{ mode: "live" }, {}, "grant_insufficient"],
  ]) {
    const answer = await refill(gateway, { token: await allow("fund_account", claims), body });
    assert.deepEqual(await told(answer), [403, expected, "never"], JSON.stringify([claims, body]));
  }
  assert.deepEqual(await told(await refill(gateway, {})), [401, "grant_missing", "never"]);
  assert.equal((await postage(sandbox)).refills, 0);
  const token = await allow("fund_account");
  assert.deepEqual(await told(await refill(gateway, { token })), [200]);
  assert.deepEqual(await told(await refill(gateway, { token })), [403, "grant_exhausted", "never"]);
  assert.equal((await postage(sandbox)).refills, 1);
});

test("PB-020 PB-021: neither secrets nor the token are in an answer, the log, or the ledger", async () => {
  let heard = "";
  const hear = async (answer) => {
    heard += `${JSON.stringify([...answer.headers])} ${await answer.clone().text()}\n`;
    return answer;
  };
  await hear(await look(gateway, "", await allow("list_merchants")));
  for (const kind of ["drop_after", "status_500_after", "html_body", "status_429", undefined]) {
    if (kind) await sandbox.fault("pitneybowes.fund_account", kind);
    const answer = await hear(await refill(gateway, { token: await allow("fund_account") }));
    const { ledger: entry } = await answer.json();
    if (entry) await hear(await ledger(gateway, entry.id));
  }
  await gateway.logged(/"event":"alarm"/);
  const secrets = [...Object.values(ALL_CANARIES), "sandbox-token-", Buffer.from(`${REFILL_CANARIES.PITNEYBOWES_KEY_TEST}:`).toString("base64").slice(0, 24)];
  const folders = (await readdir(join(persistTo, "do"))).filter((name) => !name.endsWith("-Tokens"));
  assert.ok(folders.some((name) => name.endsWith("-Ledger")));
  for (const folder of folders) {
    for (const name of await readdir(join(persistTo, "do", folder))) heard += await readFile(join(persistTo, "do", folder, name), "latin1");
  }
  heard += gateway.log();
  assert.ok(heard.includes("City Library") && heard.includes("571.89"), "it was looked in the right places");
  assert.deepEqual(secrets.filter((secret) => heard.includes(secret)), []);
});
