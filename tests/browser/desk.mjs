// Steps that the tests of the page have in common.
import { accessibilityFaults, openTab } from "../support/browser.mjs";
import assert from "node:assert/strict";

export const LETTER = {
  // First: the others are called as the country calls them.
  Country: "United States",
  Name: "Library of Congress",
  "Street and number": "101 Independence Avenue SE",
  "ZIP code": "20540",
  City: "Washington",
  State: "DC",
  "Your message": "Dear librarians,\n\nIs there a catalogue of catalogues?",
  "Your e-mail address": "sender@example.com",
};

/** A tab at the gateway's page, ready to write. */
export async function openDesk(browser, { gateway, sandbox, path = "/", ...options }) {
  const tab = await openTab(browser, { hosts: [gateway.url, sandbox.url], ...options });
  // It has happened, once, that this came to no end. The next time it says what it waited for.
  await tab.page.goto(`${gateway.url}${path}`).catch((error) => {
    throw new Error(`${error.message}\nunder way: ${tab.underWay()}\n${gateway.log().slice(-2_000)}`, { cause: error });
  });
  return { ...tab, ...desk(tab.page) };
}

export function desk(page) {
  const field = (name) => page.getByRole(["Country", "State"].includes(name) ? "combobox" : "textbox", { name, exact: name === "Name" });
  const button = (name) => page.getByRole("button", { name, exact: true });
  const heading = page.getByRole("heading", { level: 1 });
  return {
    field,
    button,
    heading,
    /** Fills fields in, and waits until the page has taken notice: it looks once in a frame. */
    fill: async (values) => {
      for (const [label, value] of Object.entries(values)) await field(label).fill(value);
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    },
    /** What stands under a field. */
    issues: (id) => page.locator(`#${id}-issues`),
    mint: () => button("Create payment link").click(),
    /** Waits until the page is about this. */
    isAbout: async (title) => {
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
    },
    /** From the link to the payment and back again. */
    pay: async (how) => {
      await page.getByRole("link", { name: "Go to the payment" }).click();
      await page.getByRole("button", { name: how }).click();
      await heading.waitFor();
    },
    /** The steps of the order's life: words, and which of them is the present one. */
    steps: async () => {
      const lines = page.getByRole("listitem").and(page.locator(".step"));
      return lines.evaluateAll((all) =>
        all.map((line) => {
          const isPresent = line.getAttribute("aria-current") === "step";
          return `${isPresent ? "> " : ""}${line.querySelector(".step-label").firstChild.data}`;
        }),
      );
    },
    isReadable: async () => assert.deepEqual(await accessibilityFaults(page), []),
  };
}
