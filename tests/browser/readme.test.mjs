// The lines of the README, pasted into a page of somebody else's.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openTab, servePage, startBrowser } from "../support/browser.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FIELDS = {
  name: "Library of Congress",
  streetAddress: "101 Independence Avenue SE",
  postalCode: "20540",
  city: "Washington",
  state: "DC",
  country: "United States",
  message: "Is there a catalogue of catalogues?",
  senderEmail: "sender@example.com",
};

let sandbox, gateway, browser, page;

before(async () => {
  sandbox = await startSandbox();
  const inputs = Object.keys(FIELDS).map((name) => `<label>${name} <input name="${name}"></label>`);
  page = await servePage(`<form>${inputs.join("")}<button>Order</button></form>`);
  gateway = await startGateway(sandbox, { policy: { origins: ["self", page.url] } });
  const readme = await readFile(`${ROOT}README.md`, "utf8");
  const [, lines] = /^```js\n(.*?)^```$/ms.exec(readme);
  assert.ok(lines.includes("https://mail.example.com"));
  await page.run(lines.replace("https://mail.example.com", gateway.url));
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
  await page?.close();
  await sandbox?.close();
});

test("the lines of the README check a form while it is typed, and end at the payment page", async () => {
  const tab = await openTab(browser, { hosts: [page.url, gateway.url, sandbox.url] });
  const field = (name) => tab.page.locator(`[name=${name}]`);
  const complaint = (name) => field(name).evaluate((element) => element.validationMessage);
  await tab.page.goto(page.url);
  await tab.page.locator("html[data-ready]").waitFor();

  for (const [name, value] of Object.entries(FIELDS)) await field(name).fill(value);
  await field("postalCode").fill("9021");
  assert.match(await complaint("postalCode"), /9021/);
  await field("senderEmail").fill("sender@");
  assert.match(await complaint("senderEmail"), /sender@/);
  await tab.page.getByRole("button").click();
  assert.deepEqual((await sandbox.state()).pieterpost.orders, []);

  await field("postalCode").fill(FIELDS.postalCode);
  await field("senderEmail").fill(FIELDS.senderEmail);
  await tab.page.getByRole("button").click();
  await tab.page.waitForURL(`${sandbox.url}/**`);
  await tab.page.getByRole("button", { name: /^Pay/ }).waitFor();
  assert.equal((await sandbox.state()).pieterpost.orders.length, 1);
  await tab.close();
});
