// Steps that the tests of the shop have in common.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { accessibilityFaults, openTab } from "../support/browser.mjs";
import { CANARIES } from "../support/servers.mjs";

const EXAMPLE = fileURLToPath(new URL("../../examples/shop.mjs", import.meta.url));

/** The example, as the demo starts it. */
export async function startBackEnd(gateway, port, shop) {
  const options = { env: { ...process.env, GRANT_SIGNING_KEY: CANARIES.GRANT_SIGNING_KEY }, stdio: ["ignore", "pipe", "inherit"] };
  const child = spawn(process.execPath, [EXAMPLE, gateway.url, String(port)], options);
  const [line] = await child.stdout.setEncoding("utf8").take(1).toArray();
  assert.match(line, /^The shop's back end is at/);
  return { process: child, url: `http://127.0.0.1:${port}`, shop };
}

/** A tab in the shop, whose back end is at this address. */
export async function openShop(browser, { gateway, sandbox, backEnd: { url, shop }, ...options }) {
  const tab = await openTab(browser, { hosts: [gateway.url, sandbox.url, url], ...options });
  const { page } = tab;
  await page.goto(shop);
  await page.getByText("Test mode").waitFor();
  const button = (name) => page.getByRole("button", { name });
  return {
    ...tab,
    button,
    isAbout: (title) => page.getByRole("heading", { level: 1, name: title }).waitFor(),
    async isReadable() {
      assert.deepEqual(await accessibilityFaults(page), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing lies beside the page");
    },
    /** Fills the cart: an atlas lies in it already. */
    async fill() {
      await page.getByLabel("Compass").selectOption("2");
      await page.getByLabel("Your e-mail address").fill("payer@example.com");
    },
    /** To Postpay's page, and what is pressed there; gives the order's id. */
    async pay(how) {
      await Promise.all([page.waitForURL(`${sandbox.url}/**`), button(/^Pay AED/).click()]);
      if (how === "approve") {
        const typed = { "Code from the message": "5566", "Card number": "4111 1111 1111 1111", "Card is good until": "12/49", CVC: "123" };
        for (const [label, words] of Object.entries(typed)) await page.getByLabel(label).fill(words);
      }
      await button({ approve: /^Pay/, deny: "Be denied", cancel: "Cancel" }[how]).click();
      await page.getByRole("heading", { level: 2, name: "Where it stands" }).waitFor();
      assert.equal(page.url(), shop, "the address is cleaned");
      return (await sandbox.state()).postpay.orders.at(-1).order.order_id;
    },
    /** The steps of the order's life, the present one with a mark. */
    steps: () =>
      page.locator("#steps .step").evaluateAll((all) =>
        all.map((line) => (line.getAttribute("aria-current") === "step" ? "> " : "") + line.querySelector(".step-label").firstChild.data),
      ),
    async refund(sum) {
      await page.getByLabel("Give back").fill(sum);
      await button("Refund").click();
    },
  };
}
