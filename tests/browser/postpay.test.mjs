// The page of a Postpay checkout in Chromium, as a payer meets it: by keyboard, on a phone, in the dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityFaults, openTab, startBrowser } from "../support/browser.mjs";
import { listen } from "../support/http.mjs";
import { checkout } from "../support/postpay.mjs";
import { startSandbox } from "../support/servers.mjs";

let browser, sandbox, shop;

before(async () => {
  const answer = (request, response) => response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><link rel="icon" href="data:,">${request.url.length}`);
  [browser, sandbox, shop] = await Promise.all([startBrowser(), startSandbox(), listen(answer)]);
});

after(async () => {
  await browser?.close();
  await Promise.all([sandbox?.close(), shop?.close()]);
});

/** A new checkout, and its page in a tab. */
async function open(options) {
  const body = checkout({ merchant: { confirmation_url: `${shop.url}/thanks?cart=7`, cancel_url: `${shop.url}/cart?cart=7` } });
  const headers = {
    accept: "application/vnd.postpay+json; version=v1",
    authorization: `Basic ${btoa("id_sandbox:sk_test_sandbox")}`,
    "content-type": "application/json",
  };
  const made = await fetch(`${sandbox.url}/postpay/checkouts`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(made.status, 200);
  const tab = await openTab(browser, { hosts: [sandbox.url, shop.url], ...options });
  await tab.page.goto((await made.json()).redirect_url);
  return { ...tab, id: body.order_id };
}

/** Where the shop's order stands. */
const standing = async (id) => (await sandbox.state()).postpay.orders.find(({ order }) => order.order_id === id).order.status;

/** A page without a script needs no footer. */
const faults = async (page) => (await accessibilityFaults(page)).filter((fault) => fault !== "0 times footer");

test("PO-027 PO-030: a payer fills the form in by keyboard, and comes back to the shop", async () => {
  const { page, id, close } = await open();
  await page.getByLabel("Code from the message").focus();
  for (const words of ["8853", "5555 5555 5555 4444", "12/49", "123"]) {
    await page.keyboard.type(words);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(`${shop.url}/**`);
  assert.equal(page.url(), `${shop.url}/thanks?cart=7&order_id=${id}&status=APPROVED`);
  assert.equal(await standing(id), "approved");
  await close();
});

for (const [button, status, left] of [["Be denied", "DENIED", "denied"], ["Cancel", "CANCELLED", "pending"]]) {
  test(`PO-027: "${button}" needs nothing to be filled in`, async () => {
    const { page, id, close } = await open();
    await page.getByRole("button", { name: button }).click();
    await page.waitForURL(`${shop.url}/**`);
    assert.equal(page.url(), `${shop.url}/cart?cart=7&status=${status}`);
    assert.equal(await standing(id), left);
    await close();
  });
}

test("PO-030: a card that is no test card is refused beside its field, and what was typed stays", async () => {
  const { page, id, close } = await open({ allow: /Failed to load resource: the server responded with a status of 422/ });
  await page.getByLabel("Code from the message").fill("8853");
  await page.getByLabel("Card number").fill("4242 4242 4242 4242");
  await page.getByLabel("Card is good until").fill("12/49");
  await page.getByLabel("CVC").fill("123");
  await page.getByRole("button", { name: /^Pay/ }).click();
  const summary = page.getByRole("alert");
  await summary.waitFor();
  assert.ok(await summary.evaluate((element) => element === document.activeElement), "the reader's place is the summary");
  await summary.getByRole("link").click();
  const card = page.getByLabel("Card number");
  assert.deepEqual([await card.inputValue(), await card.getAttribute("aria-invalid")], ["4242 4242 4242 4242", "true"]);
  assert.ok(await card.evaluate((element) => element === document.activeElement), "the link leads to the field");
  assert.equal(await standing(id), "pending");
  await card.fill("4111 1111 1111 1111");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${shop.url}/thanks**`);
  await close();
});

test("the page can be read by everybody, with and without mistakes", async () => {
  for (const options of [{ width: 390, scheme: "dark" }, { width: 390 }, { scheme: "dark" }, {}]) {
    const { page, close } = await open({ ...options, allow: /status of 422/ });
    assert.deepEqual(await faults(page), [], JSON.stringify(options));
    await page.getByRole("button", { name: /^Pay/ }).click();
    await page.getByRole("alert").waitFor();
    assert.deepEqual(await faults(page), [], JSON.stringify(options));
    await close();
  }
});
