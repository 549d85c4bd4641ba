// Steps that the tests of the form for PostalForm have in common.
import assert from "node:assert/strict";
import { accessibilityFaults, openTab } from "../support/browser.mjs";
import { grant } from "../support/direct.mjs";

export const SEARCH = "postalform.search_addresses";

/** A tab at the form, which may order. */
export async function openPostroom(browser, { gateway, sandbox, init, ...options }) {
  const tab = await openTab(browser, { hosts: [gateway.url, sandbox.url], ...options });
  const { page } = tab;
  if (init) await page.addInitScript(init);
  await page.goto(`${gateway.url}/mail#grant=${await grant({ sub: "page", ops: ["postalform.*"] })}`);
  await page.getByText("Test mode").waitFor();
  await page.getByText("left to do").first().waitFor();
  const button = (name) => page.getByRole("button", { name, exact: true });
  const party = (who) => page.getByRole("group", { name: who, exact: true });
  return {
    ...tab,
    button,
    party,
    /** How often the page has searched. */
    searches: () => tab.requests.filter((request) => request.endsWith("/tools/search_addresses")).length,
    issues: (id) => page.locator(`#${id}-issues`),
    options: () => page.getByRole("option").allTextContents(),
    isAbout: (title) => page.getByRole("heading", { level: 1, name: title }).waitFor(),
    isReadable: async () => assert.deepEqual(await accessibilityFaults(page), []),
    focus: () => page.evaluate(() => document.activeElement.id),
    /** The example, with the address chosen that it leaves open. */
    async fill() {
      await button("Fill in an example").click();
      await page.getByRole("option", { name: "Library of Congress" }).click();
      await page.getByRole("option", { name: "101 Independence Ave SE" }).click();
      await page.getByText("Everything is there.").waitFor();
    },
    async price() {
      await button("Get the price").click();
      await page.getByRole("heading", { name: "What it costs" }).and(page.locator(":focus")).waitFor();
    },
    /** The steps of the payment's life, the present one with a mark. */
    steps: () =>
      page.locator("#steps .step").evaluateAll((all) =>
        all.map((line) => (line.getAttribute("aria-current") === "step" ? "> " : "") + line.querySelector(".step-label").firstChild.data),
      ),
    /** Rows of a list of terms. */
    terms: (id) =>
      page.locator(`#${id} dt`).evaluateAll((all) => Object.fromEntries(all.map((term) => [term.textContent, term.nextElementSibling.textContent]))),
  };
}
