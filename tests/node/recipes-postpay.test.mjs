// The recipes of npm/README.md for Postpay, as they stand there, against the sandbox.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Edgepost, signWebhook } from "edgepost/server";
import { POSTPAY_CANARIES } from "../support/postpay.mjs";
import { recipe } from "../support/readme.mjs";
import { startSandbox } from "../support/servers.mjs";
import { approve, checkout as example } from "../support/shop.mjs";
import { startWorker } from "../support/worker.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { POSTPAY_MERCHANT_ID_TEST: merchantId, POSTPAY_SECRET_KEY_TEST: key, POSTPAY_WEBHOOK_SECRET_TEST: secret } = POSTPAY_CANARIES;
const run = promisify(execFile);

let sandbox, folder, worker, origin, edgepost;

const env = () => ({ POSTPAY_MERCHANT_ID: merchantId, POSTPAY_KEY: key, POSTPAY_URL: `${sandbox.url}/postpay`, POSTPAY_HOOK_SECRET: secret });
const statusOf = async (order_id) => (await edgepost.call("postpay.get_order", { order_id })).value.status;
const { shipping: { address }, customer } = example({ url: "https://shop.example.com" });
const cart = (changes) => ({ lines: [{ reference: "lilies", qty: 1 }], address, customer, ...changes });
const checkout = (body) => fetch(`${origin}/checkout`, { method: "POST", body: JSON.stringify(body) });

before(async () => {
  sandbox = await startSandbox({ postpay: { merchants: [{ id: merchantId, key }] } });
  edgepost = new Edgepost({ direct: { postpay: { merchantId, key, baseUrl: `${sandbox.url}/postpay` } } });
  // Inside the repository, where the package is found.
  await mkdir(join(ROOT, "target"), { recursive: true });
  folder = await mkdtemp(join(ROOT, "target/recipes-"));
  worker = await startWorker(folder, await recipe("Postpay: a checkout", "js"), env());
  ({ origin } = await worker.ready);
});

after(async () => {
  await worker?.dispose();
  await rm(folder, { recursive: true, force: true });
  await sandbox?.close();
});

/** The payer's way: the payment page, and where it leads. */
async function back(order_id, status) {
  const answer = await fetch(`${origin}/return?order_id=${order_id}&status=${status}`, { redirect: "manual" });
  assert.equal(answer.status, 303);
  return new URL(answer.headers.get("location")).pathname;
}

test("PO-029 PO-042: the Worker sets the price, and captures who is approved and comes back", async () => {
  const prices = { total_amount: 1, tax_amount: 0, discounts: [{ code: "all", amount: 84_000 }], shipping: { name: "Free", amount: 0, address } };
  const minted = await (await checkout(cart({ ...prices, lines: [{ reference: "lilies", qty: 1, unit_price: 1 }] }))).json();
  const { value } = await edgepost.call("postpay.get_order", { order_id: minted.order });
  const goods = 84_000 + 2_000;
  assert.equal(value.total_amount, goods + Math.round(goods / 20));
  assert.equal(await back(minted.order, "APPROVED"), "/failed", "who says so has not paid");
  await approve(minted.redirect);
  assert.equal(await back(minted.order, "APPROVED"), "/thanks");
  assert.equal(await statusOf(minted.order), "captured");
  assert.equal(await back(minted.order, "APPROVED"), "/thanks", "twice is once");
  assert.equal(await back("no-such-order", "APPROVED"), "/failed");
});

test("PO-052: a capture whose answer is lost is looked for, and made once", async () => {
  const minted = await (await checkout(cart())).json();
  await approve(minted.redirect);
  await sandbox.fault("postpay.capture_order", "drop_after");
  assert.equal(await back(minted.order, "APPROVED"), "/thanks");
  assert.equal(await statusOf(minted.order), "captured");
});

test("what is wrong with a cart is said by path", async () => {
  for (const [changes, path] of [[{ lines: [{ reference: "unknown", qty: 1 }] }, "/items/0/unit_price"], [{ lines: [{ reference: "lilies", qty: -1 }] }, "/items/0/qty"], [{ customer: { ...customer, email: "x" } }, "/customer/email"]]) {
    const refused = await checkout(cart(changes));
    const { issues } = await refused.json();
    assert.equal(refused.status, 422);
    assert.ok(issues.some((issue) => issue.severity === "error" && issue.path === path), path);
  }
  await sandbox.fault("postpay.create_checkout", "drop_after");
  const lost = await checkout(cart());
  assert.deepEqual([lost.status, (await lost.json()).retry.advice], [502, "new_key"]);
});

test("PO-093 PO-099: a webhook settles what the payer did not come back for, and a forged one nothing", async () => {
  const url = `${origin}/hooks`;
  const minted = await (await checkout(cart())).json();
  const body = JSON.stringify({ order_id: minted.order, status: "approved" });
  const deliver = (headers) => fetch(url, { method: "POST", headers, body });
  await approve(minted.redirect);
  assert.equal((await deliver(signWebhook("postpay", { body, secret: "another" }))).status, 403);
  assert.equal((await deliver({})).status, 403);
  assert.equal(await statusOf(minted.order), "approved");
  assert.equal((await deliver(signWebhook("postpay", { body, secret }))).status, 204);
  assert.equal(await statusOf(minted.order), "captured");
  // And as the sandbox sends it.
  assert.equal((await edgepost.call("postpay.create_hook", { events: ["order"], url, secret })).kind, "ok");
  const told = await (await checkout(cart())).json();
  await approve(told.redirect);
  for (let turn = 0; turn < 50 && (await statusOf(told.order)) !== "captured"; turn += 1) await pause(100);
  assert.equal(await statusOf(told.order), "captured");
});

test("PO-097: the receiver in Node verifies the bytes as they come", async () => {
  await writeFile(join(folder, "hooks.mjs"), await recipe("Postpay: webhooks in Node", "js"));
  const receiver = spawn(process.execPath, ["hooks.mjs"], { cwd: folder, env: { ...process.env, ...env(), PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] });
  try {
    let printed = "";
    receiver.stdout.on("data", (chunk) => (printed += chunk));
    while (!printed.includes("listening on ")) await once(receiver.stdout, "data");
    const url = `http://127.0.0.1:${/listening on (\d+)/.exec(printed)[1]}/`;
    const body = Buffer.from('{"order_id":"order-01",  "status":"captured"}');
    const deliver = async (headers, bytes = body) => (await fetch(url, { method: "POST", headers, body: bytes })).status;
    const headers = signWebhook("postpay", { body, secret });
    assert.deepEqual([await deliver(headers), await deliver(headers, "{}"), await deliver({})], [204, 403, 403]);
    while (!printed.includes("missing_header")) await once(receiver.stdout, "data");
    assert.match(printed, /order_id: 'order-01'[^]*mismatch\nmissing_header\n$/);
  } finally {
    receiver.kill();
  }
});

test("PO-064 PO-070: a refund is made once, whatever is lost, and the list is read to its end", async () => {
  await writeFile(join(folder, "refund.mjs"), await recipe("Postpay: a refund", "js"));
  const minted = await (await checkout(cart())).json();
  await approve(minted.redirect);
  await back(minted.order, "APPROVED");
  const refund = async () => (await run(process.execPath, ["refund.mjs", minted.order, "1250"], { cwd: folder, env: { ...process.env, ...env() } })).stdout;
  await sandbox.fault("postpay.create_refund", "drop_after");
  const told = new RegExp(`^${minted.order}-vase: 1250\\n`);
  assert.match(await refund(), told);
  const again = await refund();
  assert.match(again, told, "asked for twice");
  assert.match(again, new RegExp(`^${minted.order} captured \\d+$`, "m"));
  const refunds = [];
  for await (const { amount } of edgepost.each("postpay.list_refunds", { order_id: minted.order })) refunds.push(amount);
  assert.deepEqual(refunds, [1_250]);
  await sandbox.fault("postpay.create_refund", "drop_before");
  assert.match(await refund(), told);
});
