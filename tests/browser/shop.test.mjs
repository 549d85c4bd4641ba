// The shop in Chromium: a cart, a grant of the shop's back end, Postpay's page, the way back, and money back. All of it is
// real but for Postpay, which the sandbox plays.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "../support/browser.mjs";
import { edgepost } from "../support/cli.mjs";
import { startMerchant, until, varsOf } from "../support/postpay.mjs";
import { CANARIES, freePort, startGateway } from "../support/servers.mjs";
import { startShopSandbox } from "../support/shop.mjs";
import { openShop, startBackEnd } from "./counter.mjs";

const { GRANT_SIGNING_KEY } = CANARIES;

let browser, sandbox, merchant, gateway, backEnd;

before(async () => {
  [browser, sandbox, merchant] = await Promise.all([startBrowser(), startShopSandbox(), startMerchant()]);
  const [port, own] = [await freePort(), await freePort()];
  const shop = `http://127.0.0.1:${port}/shop?port=${own}`;
  const vars = varsOf(sandbox, merchant, { POSTPAY_SUCCESS_URL: shop, POSTPAY_FAILURE_URL: shop });
  gateway = await startGateway(sandbox, { port, vars, policy: { requests_per_minute: 10_000 } });
  backEnd = await startBackEnd(gateway, own, shop);
  const { code, stderr } = await edgepost(["hook", gateway.url], { env: { GRANT_SIGNING_KEY } });
  assert.deepEqual([code, stderr], [0, ""]);
});

after(async () => {
  await browser?.close();
  backEnd?.process.kill();
  await gateway?.stop();
  await Promise.all([sandbox?.close(), merchant?.close()]);
});

/** A tab in the shop, with the back end that it has or another. */
const open = (options) => openShop(browser, { gateway, sandbox, backEnd, ...options });

const orders = async () => (await sandbox.state()).postpay.orders;
const order = async (id) => (await orders()).find(({ order }) => order.order_id === id);
const asked = async () => (await sandbox.state()).requests["postpay.create_checkout"]?.seen ?? 0;
const heard = (id) => merchant.taken.filter(({ message }) => message.data.order_id === id).map(({ message }) => message.type);

for (const options of [{}, { width: 390, scheme: "dark" }]) {
  test(`PO-040 PO-050 PO-064: a cart is paid, captured, and refunded in parts until no more is left ${JSON.stringify(options)}`, async () => {
    const { page, fill, pay, button, isAbout, isReadable, steps, refund, close } = await open(options);
    await fill();
    // An atlas and two compasses, the courier, and a twentieth of all that as tax.
    await button("Pay AED 242.55 with Postpay").waitFor();
    await isReadable();
    const id = await pay("approve");
    await isAbout("Your order is paid");
    assert.deepEqual(await steps(), ["Checkout made", "Approved", "> Paid"]);
    assert.equal(await page.locator("#order-status").textContent(), "The order's state is now: Paid.");
    await isReadable();
    const { status, total_amount, tax_amount } = (await order(id)).order;
    assert.deepEqual([status, total_amount, tax_amount], ["captured", 24_255, 1_155]);
    await until(() => heard(id).includes("postpay.order.captured"), () => gateway.log());

    await refund("100");
    await isAbout("Your order is refunded in part");
    await page.getByText("AED 142.55 can be given back").waitFor();
    await refund("42.55");
    await page.getByText("AED 100.00 can be given back").waitFor();
    assert.deepEqual(await steps(), ["Checkout made", "Approved", "Paid", "AED 100.00 given back", "> AED 42.55 given back"]);
    await refund("100.01");
    await page.locator("#amount-issues").getByText("limit_exceeded").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "amount");
    assert.equal(await page.getByLabel("Give back").getAttribute("aria-invalid"), "true");
    await isReadable();
    assert.deepEqual((await order(id)).refunds.map(({ amount }) => amount), [10_000, 4_255]);

    await page.reload();
    await isAbout("Your order is refunded in part");
    assert.equal((await steps()).length, 5, "the refunds are asked for as well");
    await refund("100");
    await isAbout("Your order is refunded");
    await page.getByText("AED 0.00 can be given back").waitFor();
    await button("Back to the cart").click();
    await isAbout("A small shop");
    assert.equal(await page.getByLabel("Compass").inputValue(), "0");
    await close();
  });
}

for (const [how, title, step, standing] of [
  ["deny", "The payment was denied", "> Payment denied", "denied"],
  ["cancel", "The payment was cancelled", "> Payment cancelled", "pending"],
]) {
  test(`PO-028: a payer who comes back without having paid: ${how}`, async () => {
    const { page, fill, pay, button, isAbout, isReadable, steps, close } = await open({ width: 320 });
    await fill();
    const id = await pay(how);
    await isAbout(title);
    assert.deepEqual(await steps(), ["Checkout made", step]);
    assert.equal((await order(id)).order.status, standing);
    await page.getByText("nothing was paid").waitFor();
    assert.equal(await page.getByLabel("Give back").isVisible(), false);
    await isReadable();
    await button("Back to the cart").click();
    assert.equal(await page.getByLabel("Compass").inputValue(), "2", "the cart is as it was");
    await close();
  });
}

test("a page that changes the amount of a checkout is refused before Postpay is called", async () => {
  const before = await asked();
  const { page, fill, button, isReadable, close } = await open({ allow: /the server responded with a status of 403/ });
  await fill();
  // As anybody can with the tools of a browser. The sums of the page are right again, and it asks for less.
  await page.locator("#atlas-price").evaluate((price) => (price.value = "1"));
  await page.getByLabel("Compass").selectOption("1");
  await button("Pay AED 68.79 with Postpay").click();
  const outcome = page.getByRole("group", { name: "No checkout was made" });
  await outcome.getByText("The grant is for another sum than this.").waitFor();
  await outcome.getByText("Refused as grant_insufficient (403).").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "outcome");
  await isReadable();
  assert.equal(await asked(), before);
  await page.locator("#atlas-price").evaluate((price) => (price.value = "12000"));
  await page.getByLabel("Compass").selectOption("2");
  await Promise.all([page.waitForURL(`${sandbox.url}/**`), button("Pay AED 242.55 with Postpay").click()]);
  assert.equal(await asked(), before + 1);
  await close();
});

test("PO-052 PO-064: answers that are lost: a checkout is made anew, money goes back once", async () => {
  const { page, fill, pay, button, isAbout, steps, refund, close } = await open({ allow: /the server responded with a status of 502/ });
  await fill();
  await sandbox.fault("postpay.create_checkout", "drop_after");
  await button(/^Pay AED/).click();
  await page.getByRole("group", { name: "No checkout was made" }).waitFor();
  const lost = (await orders()).length;
  const id = await pay("approve");
  assert.equal((await orders()).length, lost + 1, "another order, which can be paid");
  await isAbout("Your order is paid");
  await sandbox.fault("postpay.create_refund", "drop_after");
  await refund("10");
  await page.getByText("AED 232.55 can be given back").waitFor();
  await sandbox.fault("postpay.create_refund", "drop_before");
  await refund("20");
  await page.getByText("No answer came. Try again: it will not happen twice.").waitFor();
  await sandbox.fault("postpay.create_refund", "drop_after");
  await button("Refund").click();
  await page.getByText("AED 212.55 can be given back").waitFor();
  assert.deepEqual((await order(id)).refunds.map(({ amount }) => amount), [1_000, 2_000]);
  assert.equal((await steps()).at(-1), "> AED 20.00 given back");
  await close();
});

for (const [kind, more, words] of [
  ["code", { code: "capture_error" }, "Postpay or the bank has said no"],
  ["status_500_before", {}, "Postpay has not told yet what became of the payment."],
]) {
  test(`PO-029 PO-050: an approved order whose money could not be taken is not paid, whatever an address says: ${kind}`, async () => {
    const { page, fill, pay, isAbout, isReadable, steps, close } = await open({ scheme: "dark" });
    const isApproved = async () => {
      await isAbout("Your payment is not through yet");
      assert.deepEqual(await steps(), ["Checkout made", "> Approved", "Paid"]);
      assert.equal(await page.getByLabel("Give back").isVisible(), false);
    };
    await fill();
    await sandbox.fault("postpay.capture_order", kind, more);
    const id = await pay("approve");
    await isApproved();
    await page.getByText(words).waitFor();
    await isReadable();
    await page.goto(`${backEnd.shop}&order_id=${id}&status=captured`);
    await isApproved();
    await close();
  });
}

test("PO-023: what is missing is said where it is, by keyboard alone, and nothing is sent", async () => {
  const { page, requests, isReadable, close } = await open();
  const isAt = (id) => page.waitForFunction((id) => document.activeElement.id === id, id);
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press("Tab", "ArrowUp", "Tab", "Tab", "Tab", "Tab");
  await isAt("pay");
  await page.getByRole("button", { name: "Pay AED 0.00 with Postpay" }).waitFor();
  const sent = requests.length;
  await press("Enter");
  await page.getByText("Put something into the cart.").waitFor();
  await isAt("atlas");
  await press("ArrowDown", "Tab", "Tab", "Tab");
  await page.keyboard.type("nobody");
  await press("Enter");
  await page.getByText('"nobody" is not an e-mail address. Write it as name@example.com.').waitFor();
  await isAt("email");
  assert.equal(await page.getByText("Put something into the cart.").isVisible(), false);
  await isReadable();
  assert.deepEqual(requests.slice(sent), []);
  await page.keyboard.type("@example.com");
  await Promise.all([page.waitForURL(`${sandbox.url}/**`), press("Enter")]);
  await close();
});

test("without the shop's back end there is nobody who says what things cost", async () => {
  const port = await freePort();
  const nobody = { url: `http://127.0.0.1:${port}`, shop: `${gateway.url}/shop?port=${port}` };
  const { page, fill, button, close } = await open({ backEnd: nobody, allow: /ERR_CONNECTION_REFUSED/ });
  await fill();
  await button(/^Pay AED/).click();
  await page.getByText(`The shop's back end does not answer at ${nobody.url}.`).waitFor();
  await close();
});

test("the back end answers no other page, and prices no cart that there is not", async () => {
  const ask = async (body, origin = gateway.url) => {
    const answer = await fetch(`${backEnd.url}/grant`, { method: "POST", headers: { origin }, body: JSON.stringify(body) });
    return [answer.status, Object.keys(await answer.json())];
  };
  assert.deepEqual(await ask({ cart: [["atlas", 1]], order_id: "order-01" }), [200, ["grant"]]);
  assert.deepEqual(await ask({ cart: [["atlas", 1]] }, "https://example.com"), [404, ["error"]]);
  assert.deepEqual(await ask({ cart: [["atlas", 1]] }), [400, ["error"]], "an order without a name");
  for (const cart of [[["atlas", -1]], [["atlas", 0.5]], [["moon", 1]], "atlas", undefined]) {
    assert.deepEqual(await ask({ cart, order_id: "order-01" }), [400, ["error"]], JSON.stringify(cart));
  }
});

test("the shop may talk to this computer besides the gateway, and to nobody else", async () => {
  const [page, front] = await Promise.all(["/shop", "/"].map((path) => fetch(`${gateway.url}${path}`)));
  const [policy, usual] = [page, front].map(({ headers }) => headers.get("content-security-policy"));
  assert.equal(policy, usual.replace("connect-src 'self'", "connect-src 'self' http://127.0.0.1:*"));
  assert.notEqual(policy, usual);
});
