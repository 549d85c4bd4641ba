// What becomes of an order on the page: paid, cancelled, lost, refused; after a reload, in another tab, and by the Back
// button. However often it is sent, it is made once.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { startBrowser } from "../support/browser.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";
import { LETTER, desk as deskOf, openDesk } from "./desk.mjs";

let browser, sandbox, gateway;

before(async () => {
  sandbox = await startSandbox({ pieterpost: { stepMs: 600, requestsPerMinute: 10_000, ordersPerDay: 10_000 } });
  [gateway, browser] = await Promise.all([startGateway(sandbox, { policy: { requests_per_minute: 10_000 } }), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
  await sandbox?.close();
});

/** How many orders there were before a test. Nothing is reset: ids would start over, and the gateway remembers some. */
let older = 0;
beforeEach(async () => {
  older = (await sandbox.state()).pieterpost.orders.length;
});

/** What Chromium says about an answer of 4xx or 5xx. */
const REFUSED = /Failed to load resource: the server responded with a status of/;
const MINT = "**/pieterpost/v1/checkout-links";
const ORDER = "**/pieterpost/v1/orders/*";

const open = (options) => openDesk(browser, { gateway, sandbox, ...options });
/** The orders that this test made. */
const orders = async () => (await sandbox.state()).pieterpost.orders.slice(older);

async function minted(options) {
  const desk = await open(options);
  await desk.fill(LETTER);
  await desk.mint();
  await desk.isAbout("Your payment link is ready");
  return desk;
}

/** Listens to a live region; what comes back tells what it said. */
async function heard(page, selector) {
  await page.locator(selector).evaluate((region) => {
    globalThis.said = [];
    new MutationObserver(() => region.textContent && globalThis.said.push(region.textContent)).observe(region, { childList: true });
  });
  return () => page.evaluate(() => globalThis.said);
}

/** Answers in the gateway's name. */
function problem(status, body) {
  return (route) =>
    route.fulfill({
      status,
      headers: { "content-type": "application/problem+json", "edgepost-source": "gateway" },
      body: JSON.stringify({ type: "about:blank", status, ...body }),
    });
}

test("PP-113: a cancelled payment, and the same letter once more", async () => {
  const desk = await minted({ width: 390 });
  const { page, button, field } = desk;
  await desk.pay("Cancel the order");
  await page.getByText("says that the payment was cancelled").waitFor();
  await desk.isAbout("The payment was cancelled");
  assert.deepEqual(await desk.steps(), ["Payment link made", "> Payment cancelled"]);
  assert.equal(await page.getByRole("link", { name: "Go to the payment" }).isVisible(), false);
  await desk.isReadable();
  await button("Use this letter again").click();
  assert.equal(await field("Your message").inputValue(), LETTER["Your message"]);
  await desk.mint();
  await desk.isAbout("Your payment link is ready");
  const [first, second] = await orders();
  assert.notEqual(first.idempotencyKey, second.idempotencyKey, "it is a new order");
  await desk.close();
});

test("an open order is there after a reload, in another tab, and after the Back button", async () => {
  const desk = await minted();
  const { page, context } = desk;
  const link = await desk.field("Payment link").inputValue();
  await page.reload();
  await desk.isAbout("Your payment link is ready");
  assert.equal(await desk.field("Payment link").inputValue(), link);
  await page.getByRole("region", { name: "Your letter" }).getByText("Dear librarians,").waitFor();

  const other = deskOf(await context.newPage());
  await other.heading.page().goto(gateway.url);
  await other.isAbout("Your payment link is ready");
  assert.equal(await other.heading.page().getByRole("region", { name: "Your letter", exact: true }).isVisible(), false);

  await page.getByRole("link", { name: "Go to the payment" }).click();
  await page.getByRole("button", { name: /^Pay/ }).waitFor();
  await page.goBack();
  await desk.isAbout("Your payment link is ready");
  await page.goForward();
  await page.getByRole("button", { name: /^Pay/ }).click();
  await desk.isAbout("Your letter is on its way");
  await other.isAbout("Your letter is on its way");
  assert.equal((await orders()).length, 1);
  await desk.close();
});

test("two tabs, two orders: each tab comes back to its own, and neither is forgotten", async () => {
  const desk = await minted();
  const other = deskOf(await desk.context.newPage());
  const tab = other.heading.page();
  await tab.goto(gateway.url);
  await other.isAbout("Your payment link is ready");
  await other.button("Write another letter").click();
  await tab.reload();
  await other.isAbout("Write a letter");
  await other.fill({ ...LETTER, City: "Washington D.C." });
  await other.mint();
  await other.isAbout("Your payment link is ready");
  const isOrder = (page, id) => page.locator("#record dd", { hasText: id }).waitFor({ state: "attached" });
  const [first, second] = (await orders()).map(({ order }) => order.orderId);
  await desk.pay(/^Pay/);
  await desk.isAbout("Your letter is on its way");
  await isOrder(desk.page, first);
  await tab.reload();
  await isOrder(tab, second);
  await other.isAbout("Your payment link is ready");
  // A third tab, in which nothing was shown yet: the order that may still change.
  const third = await desk.context.newPage();
  await third.goto(gateway.url);
  await isOrder(third, second);
  await other.pay("Cancel the order");
  await other.isAbout("The payment was cancelled");
  await isOrder(tab, second);
  await desk.close();
});

test("a page out of the browser's memory goes on looking", async () => {
  // Playwright turns that memory off.
  const remembering = await startBrowser({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  try {
    const desk = await openDesk(remembering, { gateway, sandbox });
    const { page } = desk;
    await desk.fill(LETTER);
    await desk.mint();
    await desk.isAbout("Your payment link is ready");
    await page.evaluate(() => (globalThis.isTheSamePage = true));
    await page.getByRole("link", { name: "Go to the payment" }).click();
    await page.getByRole("button", { name: /^Pay/ }).click();
    await desk.isAbout("Your letter is on its way");
    await page.goBack({ waitUntil: "commit" });
    await page.goBack({ waitUntil: "commit" });
    await desk.isAbout("Your letter is on its way");
    assert.equal(await page.evaluate(() => globalThis.isTheSamePage), true, "it was not loaded again");
    await desk.close();
  } finally {
    await remembering.close();
  }
});

test("the page shows every state that the order goes through", async () => {
  const desk = await minted();
  const { page } = desk;
  await page.getByRole("link", { name: "Go to the payment" }).click();
  const order = (status, more = {}) => ({ ...known, status, ...more });
  const [{ order: known }] = await orders();
  const at = "2026-11-21T10:00:00.000Z";
  const lives = [
    [order("checkout_open"), "Waiting for the payment to show", ["> Waiting for the payment", "Paid", "Queued for printing", "Handed to the mail"]],
    [order("paid", { paidAt: at }), "Your letter is paid", ["Payment link made", "> Paid", "Queued for printing", "Handed to the mail"]],
    [order("queued", { paidAt: at }), "Your letter is being printed", ["Payment link made", "Paid", "> Queued for printing", "Handed to the mail"]],
    // PP-160: states are open.
    [order("held_at_customs", { paidAt: at }), "Your letter", ["Payment link made", "Paid", "> held at customs", "Queued for printing", "Handed to the mail"]],
    // PP-162.
    [order("failed", { paidAt: at, error: "No printer <b>today</b>." }), "The order failed", ["Payment link made", "Paid", "> Failed"]],
  ];
  let present = 0;
  await page.route(ORDER, (route) => route.fulfill({ json: lives[present][0] }));
  await page.goto(`${gateway.url}/?checkout=success`);
  for (const [index, [, title, steps]] of lives.entries()) {
    present = index;
    await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
    assert.deepEqual(await desk.steps(), steps);
    assert.equal(await page.getByRole("link", { name: "Go to the payment" }).isVisible(), false, "PP-164");
  }
  await page.getByText("No printer <b>today</b>.").waitFor();
  await desk.isReadable();
  await desk.close();
});

test("PP-161: a link that nobody paid", async () => {
  const desk = await minted();
  await sandbox.clock(86_400_000);
  await desk.isAbout("The payment link has expired");
  assert.deepEqual(await desk.steps(), ["Payment link made", "> Not paid in time"]);
  await desk.close();
});

test("PP-125: an answer that is lost again and again, and still one order", async () => {
  const desk = await open({ allow: REFUSED });
  const { page, button } = desk;
  await sandbox.fault("create_checkout_link", "drop_after", { times: 3 });
  const { seen = 0 } = (await sandbox.state()).requests["pieterpost.create_checkout_link"] ?? {};
  await desk.fill(LETTER);
  const progress = await heard(page, "#progress-text");
  await desk.mint();
  const outcome = page.getByRole("group", { name: "Nobody knows yet whether the order was made" });
  await outcome.getByText("it will not be made twice").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "outcome");
  const said = await progress();
  assert.equal(said[0], "Sending the order …");
  assert.ok(said.includes("Sending the same order again (attempt 3 of 3) …"), said.join("\n"));
  assert.ok(said.some((words) => words.startsWith("No success with attempt 1 of 3.")), said.join("\n"));
  await desk.isReadable();
  await button("Try again").click();
  await desk.isAbout("Your payment link is ready");
  assert.equal((await orders()).length, 1);
  assert.equal((await sandbox.state()).requests["pieterpost.create_checkout_link"].seen, seen + 4);
  await desk.close();
});

test("PP-125: a reload while the order is under way, and still one order", async () => {
  const desk = await open({ allow: /./ });
  const { page, field, button } = desk;
  await sandbox.fault("create_checkout_link", "delay_after", { delayMs: 1_500 });
  await desk.fill(LETTER);
  await desk.mint();
  await page.getByText("Sending the order").waitFor();
  await page.reload();
  await page.getByRole("group", { name: "Nobody knows yet" }).waitFor();
  assert.equal(await field("Your message").inputValue(), LETTER["Your message"], "the letter is not lost");
  await button("Try again").click();
  await desk.isAbout("Your payment link is ready");
  assert.equal((await orders()).length, 1);
  await desk.close();
});

test("a changed letter is another order", async () => {
  const desk = await open({ allow: REFUSED });
  const { page, field } = desk;
  await sandbox.fault("create_checkout_link", "drop_after", { times: 3 });
  await desk.fill(LETTER);
  await desk.mint();
  const outcome = page.getByRole("group", { name: "Nobody knows yet" });
  await outcome.waitFor();
  await field("City").fill("Washington D.C.");
  await outcome.waitFor({ state: "hidden" });
  await desk.mint();
  await desk.isAbout("Your payment link is ready");
  const [first, second] = await orders();
  assert.notEqual(first.idempotencyKey, second.idempotencyKey);
  assert.equal(second.input.letters[0].recipient.city, "Washington D.C.");
  await desk.close();
});

test("PP-165: too many requests are waited for, and waiting can be stopped", async () => {
  const desk = await open({ allow: REFUSED });
  const { page, button } = desk;
  await sandbox.fault("create_checkout_link", "status_429");
  await desk.fill(LETTER);
  await desk.mint();
  await page.getByRole("timer").filter({ hasText: /^In (59|60|61) s\.$/ }).waitFor();
  await desk.isReadable();
  await button("Stop").click();
  await page.getByRole("group", { name: "Nobody knows yet" }).waitFor();
  await button("Try again").click();
  await desk.isAbout("Your payment link is ready");
  assert.equal((await orders()).length, 1);
  await desk.close();
});

test("PP-166: no more orders today, and when there will be", async () => {
  const desk = await open({ allow: REFUSED });
  const { page, button } = desk;
  const retry = { advice: "after", afterMs: 3 * 3_600_000 };
  await page.route(MINT, problem(429, { code: "daily_limit_reached", detail: "The 100 public orders of this UTC day are used up.", retry }));
  await desk.fill(LETTER);
  await desk.mint();
  const outcome = page.getByRole("group", { name: "No link was made" });
  await outcome.getByText("The 100 public orders of this UTC day are used up.").waitFor();
  await outcome.getByText("Possible in 3 h.").waitFor();
  assert.equal(await button("Try again").getAttribute("aria-disabled"), "true");
  await desk.isReadable();
  await desk.close();
});

test("what only the gateway finds wrong stands under its field", async () => {
  const desk = await open({ allow: REFUSED });
  const { page, issues, field } = desk;
  const issue = { path: "/letters/0/recipient/city", code: "blank", severity: "error", message: "city is not one." };
  await page.route(MINT, problem(422, { code: "invalid_input", detail: "No.", issues: [{ ...issue, code: "new_code" }] }));
  await desk.fill(LETTER);
  await desk.mint();
  await issues("city").getByText("City is not one.").waitFor();
  await page.getByRole("group", { name: "One thing is left to do" }).getByRole("link").click();
  assert.equal(await field("City").getAttribute("aria-invalid"), "true");
  await page.unroute(MINT);
  await desk.fill({ City: "Washington, D.C." });
  await page.getByText("Everything is there.").waitFor();
  await desk.close();
});

test("a gateway that does not serve is no riddle", async () => {
  const desk = await open({ path: "/openapi.json", allow: REFUSED });
  const { page } = desk;
  await page.route("**/healthz", problem(503, { code: "misconfigured", detail: "The gateway does not serve: PIETERPOST_KEY_TEST." }));
  await page.goto(gateway.url);
  await page.getByText("The gateway does not serve: PIETERPOST_KEY_TEST.").waitFor();
  await page.route("**/healthz", (route) => route.fulfill({ json: { ok: true, mode: "test", providers: [] } }));
  await page.reload();
  await page.getByText("This gateway has no PieterPost key yet").waitFor();
  await desk.isReadable();
  await desk.close();
});

test("an order that may not be looked up any more is no riddle either", async () => {
  const desk = await minted({ allow: REFUSED });
  const { page, button } = desk;
  await page.route(ORDER, problem(401, { code: "grant_invalid", detail: "The grant's time is over." }));
  await page.reload();
  await page.getByText("The order cannot be looked up: The grant's time is over. (grant_invalid)").waitFor();
  await page.unroute(ORDER);
  await button("Look again").click();
  await desk.isAbout("Your payment link is ready");
  await desk.close();
});

for (const [what, spoil] of [
  ["holds something else", () => ["order", "orders", "attempt"].forEach((name) => [localStorage, sessionStorage].forEach((storage) => storage.setItem(`edgepost.${name}`, '{"orderId":7,"state":"sent"}')))],
  ["holds a list of something else", () => ["order", "orders", "attempt"].forEach((name) => [localStorage, sessionStorage].forEach((storage) => storage.setItem(`edgepost.${name}`, '[null,7,{"orderId":"ord_1"}]')))],
  ["holds half a text", () => ["order", "orders", "attempt"].forEach((name) => [localStorage, sessionStorage].forEach((storage) => storage.setItem(`edgepost.${name}`, '{"or')))],
  ["is closed", () => ["localStorage", "sessionStorage"].forEach((name) => Object.defineProperty(globalThis, name, { get: () => { throw new DOMException("denied", "SecurityError"); } }))],
]) {
  test(`a storage that ${what} stops nobody`, async () => {
    const desk = await open();
    const { page } = desk;
    await page.addInitScript(spoil);
    await page.goto(`${gateway.url}/?checkout=success&keep=1`);
    await page.getByText("this browser does not know the order").waitFor();
    assert.equal(page.url(), `${gateway.url}/?keep=1`);
    await desk.fill(LETTER);
    await desk.mint();
    await desk.isAbout("Your payment link is ready");
    if (what === "is closed") await page.getByText("This browser keeps nothing: note the order's id").waitFor();
    await desk.close();
  });
}
