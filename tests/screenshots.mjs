// Takes the pictures of the documentation. `cargo xtask screenshots` runs it; no test does.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openDesk } from "./browser/desk.mjs";
import { startBrowser } from "./support/browser.mjs";
import { startGateway, startSandbox } from "./support/servers.mjs";

const FOLDER = fileURLToPath(new URL("../docs/images/", import.meta.url));
// The same ids in each picture.
const sandbox = await startSandbox({ seed: "" });
let gateway, browser;
try {
  gateway = await startGateway(sandbox);
  browser = await startBrowser();
  await mkdir(FOLDER, { recursive: true });
  await letter("page-1280-light", { width: 1280, scheme: "light" });
  await letter("page-390-dark", { width: 390, scheme: "dark" });
  await order("order-1280-light", { width: 1280, scheme: "light" });
} finally {
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

async function take(desk, name) {
  // Nobody is about to press anything.
  await desk.page.evaluate(() => document.activeElement?.blur());
  await desk.page.mouse.move(0, 0);
  // All but the footer.
  const { y, height } = await desk.page.locator("main").boundingBox();
  const { width } = desk.page.viewportSize();
  const clip = { x: 0, y: 0, width, height: Math.ceil(y + height) + 24 };
  await desk.page.screenshot({ path: `${FOLDER}${name}.png`, fullPage: true, clip, animations: "disabled" });
  await desk.close();
}
