// Takes the pictures of the documentation. `cargo xtask screenshots` runs it; no test does.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openShop, startBackEnd } from "./browser/counter.mjs";
import { openDesk } from "./browser/desk.mjs";
import { openPostroom } from "./browser/postroom.mjs";
import { startBrowser } from "./support/browser.mjs";
import { freePort, startSandbox } from "./support/servers.mjs";
import { MERCHANT, startShop } from "./support/shop.mjs";

const FOLDER = fileURLToPath(new URL("../docs/images/", import.meta.url));
// The same ids in each picture.
const sandbox = await startSandbox({ seed: "", postpay: { merchants: [MERCHANT] } });
const [port, own] = [await freePort(), await freePort()];
const address = `http://127.0.0.1:${port}/shop?port=${own}`;
let gateway, browser, backEnd;
try {
  gateway = await startShop(sandbox, { port, vars: { POSTPAY_SUCCESS_URL: address, POSTPAY_FAILURE_URL: address, POSTALFORM_URL: `${sandbox.url}/postalform` } });
  backEnd = await startBackEnd(gateway, own, address);
  browser = await startBrowser();
  await mkdir(FOLDER, { recursive: true });
  await letter("page-1280-light", { width: 1280, scheme: "light" });
  await letter("page-390-dark", { width: 390, scheme: "dark" });
  await order("order-1280-light", { width: 1280, scheme: "light" });
  await cart("shop-1280-light", { width: 1280, scheme: "light" });
  await refunded("shop-390-dark", { width: 390, scheme: "dark" });
  await priced("mail-1280-light", { width: 1280, scheme: "light" });
  await searched("mail-390-dark", { width: 390, scheme: "dark" });
} finally {
  backEnd?.process.kill();
  await browser?.close();
  await gateway?.stop();
  await sandbox.close();
}

/** The form with an example in it. */
async function letter(name, options) {
  const desk = await openDesk(browser, { gateway, sandbox, ...options });
  await desk.button("Fill in an example").click();
  await desk.page.getByText("Everything is there.").waitFor();
  await take(desk, name);
}

/** An order on its way. */
async function order(name, options) {
  const desk = await openDesk(browser, { gateway, sandbox, ...options });
  await desk.button("Fill in an example").click();
  await desk.mint();
  await desk.isAbout("Your payment link is ready");
  await desk.pay(/^Pay/);
  await desk.isAbout("Your letter is on its way");
  await take(desk, name);
}

/** A cart with something in it. */
async function cart(name, options) {
  const shop = await openShop(browser, { gateway, sandbox, backEnd, ...options });
  await shop.fill();
  await take(shop, name);
}

/** An order that was paid, and given back in part. */
async function refunded(name, options) {
  const shop = await openShop(browser, { gateway, sandbox, backEnd, ...options });
  await shop.fill();
  await shop.pay("approve");
  await shop.refund("100");
  await shop.isAbout("Your order is refunded in part");
  await take(shop, name);
}

/** A PDF for PostalForm, with its price. */
async function priced(name, options) {
  const room = await openPostroom(browser, { gateway, sandbox, ...options });
  await room.fill();
  await room.price();
  await take(room, name);
}

/** The addresses in a building. */
async function searched(name, options) {
  const room = await openPostroom(browser, { gateway, sandbox, ...options });
  await room.button("Fill in an example").click();
  await room.page.getByRole("option", { name: "Library of Congress" }).click();
  await room.page.getByText("3 places in Library of Congress").waitFor();
  await take(room, name, { isInUse: true });
}

async function take(desk, name, { isInUse = false } = {}) {
  // Nobody is about to press anything, unless that is what is shown.
  if (!isInUse) await desk.page.evaluate(() => document.activeElement?.blur());
  await desk.page.mouse.move(0, 0);
  // All but the footer.
  const { y, height } = await desk.page.locator("main").boundingBox();
  const { width } = desk.page.viewportSize();
  const clip = { x: 0, y: 0, width, height: Math.ceil(y + height) + 24 };
  await desk.page.screenshot({ path: `${FOLDER}${name}.png`, fullPage: true, clip, animations: "disabled" });
  await desk.close();
}
