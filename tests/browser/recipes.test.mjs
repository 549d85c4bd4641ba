// The recipes of npm/README.md that run in a page, as they stand there.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { openTab, startBrowser } from "../support/browser.mjs";
import { TYPES, listen } from "../support/http.mjs";
import { recipe } from "../support/readme.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let browser, server;
/** What is served beside the package. */
const pages = {};

before(async () => {
  const html = (body) => `<!doctype html><html lang="en"><title>A recipe</title><link rel="icon" href="data:,">${body}`;
  pages["/page.html"] = html(await recipe("A page", "html"));
  pages["/react.html"] = html('<div id="root"></div><script type="module" src="/react.js"></script>');
  pages["/batches.html"] = html(await recipe("Large files", "html"));
  const contents = `${await recipe("React", "tsx")}
    import { Suspense } from "react";
    import { createRoot } from "react-dom/client";
    const onSave = (recipient: object) => { document.title = JSON.stringify(recipient); };
    createRoot(document.querySelector("#root")!).render(<Suspense><RecipientForm onSave={onSave} /></Suspense>);`;
  const options = { bundle: true, write: false, format: "esm", target: "es2022", jsx: "automatic", conditions: ["browser"], logLevel: "warning" };
  const define = { "process.env.NODE_ENV": '"production"' };
  const { outputFiles } = await build({ stdin: { contents, loader: "tsx", resolveDir: ROOT }, define, ...options });
  pages["/react.js"] = outputFiles[0].contents;
  server = await listen(async (request, response) => {
    // Beside a bundle the wasm is looked for beside it; a page without one finds the package where it was installed.
    const file = request.url.replace(/^\/node_modules\/edgepost\/dist|^(?=\/\w+\.wasm$)/, "/npm/dist");
    const body = pages[request.url] ?? (await readFile(join(ROOT, file)).catch(() => undefined));
    response.writeHead(body === undefined ? 404 : 200, { "content-type": TYPES[extname(request.url)] ?? "text/plain" }).end(body);
  });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await server?.close();
});

test("the page asks for what the chosen country writes on an envelope, and says what is wrong", async () => {
  const tab = await openTab(browser, { hosts: [server.url] });
  await tab.page.goto(`${server.url}/page.html`);
  const labels = () => tab.page.locator("#address label").evaluateAll((all) => all.map((label) => label.firstChild.data.trim()));
  const complaint = (name) => tab.page.locator(`[name=${name}]`).evaluate((input) => input.validationMessage);
  await tab.page.locator("#address label").first().waitFor();
  const dutch = await labels();
  assert.ok(dutch.includes("Postal code") && !dutch.includes("State"), String(dutch));

  await tab.page.locator("[name=postalCode]").fill("1234 SS");
  assert.match(await complaint("postalCode"), /^Postal code "1234 SS" is not/);
  assert.equal(await complaint("city"), "City is needed.");
  await tab.page.locator("[name=postalCode]").fill("1071 XX");
  assert.equal(await complaint("postalCode"), "");

  await tab.page.locator("[name=name]").fill("Library of Congress");
  await tab.page.locator("[name=country]").selectOption("US");
  const american = await labels();
  assert.ok(american.includes("ZIP code") && american.includes("State"), String(american));
  const values = await Promise.all(["name", "postalCode"].map((name) => tab.page.locator(`[name=${name}]`).inputValue()));
  assert.deepEqual(values, ["Library of Congress", ""], "the other country's postal code is gone");
  assert.equal(await complaint("postalCode"), "ZIP code is needed.");
  assert.equal(await tab.page.locator("#state-options option").count() > 50, true);

  await tab.page.locator("[name=country]").selectOption("AE");
  const emirates = await labels();
  assert.ok(emirates.includes("Emirate") && !emirates.some((label) => /code/i.test(label)), String(emirates));
  await tab.close();
});

test("the React form follows the country, says what is wrong beside the field, and mends it", async () => {
  const tab = await openTab(browser, { hosts: [server.url] });
  await tab.page.goto(`${server.url}/react.html`);
  const field = (label) => tab.page.getByLabel(label, { exact: true });
  const save = () => tab.page.getByRole("button", { name: "Save" }).click();
  const alerts = () => tab.page.getByRole("alert").allInnerTexts();
  const values = { Name: "Rijksmuseum", "Street address": "Museumstraat 1", "Postal code": "1234 SS", City: "Amsterdam" };
  for (const [label, value] of Object.entries(values)) await field(label).fill(value);
  await save();
  await tab.page.getByRole("alert").filter({ hasText: 'Postal code "1234 SS" is not' }).waitFor();
  assert.equal(await tab.page.title(), "A recipe");

  await field("Postal code").fill("1071xx");
  await tab.page.getByRole("status").getByRole("button", { name: "Mend it" }).click();
  assert.equal(await field("Postal code").inputValue(), "1071 XX");
  await save();
  await tab.page.waitForFunction(() => document.title.includes("1071 XX"));
  assert.deepEqual(JSON.parse(await tab.page.title()), { name: "Rijksmuseum", streetAddress: "Museumstraat 1", postalCode: "1071 XX", city: "Amsterdam", country: "NL" });

  await tab.page.locator("[name=country]").selectOption("US");
  await tab.page.locator("select[name=state]").waitFor();
  assert.deepEqual(await Promise.all(["Name", "City", "ZIP code"].map((label) => field(label).inputValue())), ["Rijksmuseum", "", ""]);
  await save();
  await tab.page.getByRole("alert").first().waitFor();
  assert.deepEqual((await alerts()).map((text) => text.trim()), ["City is needed.", "State is needed.", "ZIP code is needed."]);
  for (const [label, value] of Object.entries({ City: "Washington", "ZIP code": "20540" })) await field(label).fill(value);
  await tab.page.locator("[name=state]").selectOption("DC");
  await save();
  await tab.page.waitForFunction(() => document.title.includes("20540"));
  const { state, country } = JSON.parse(await tab.page.title());
  assert.deepEqual([state, country], ["DC", "US"]);
  await tab.close();
});

test("a file that is dropped is checked piece by piece", async () => {
  const tab = await openTab(browser, { hosts: [server.url] });
  await tab.page.goto(`${server.url}/batches.html`);
  await tab.page.waitForFunction(() => document.ondrop !== null);
  await tab.page.evaluate(() => {
    const rows = Array.from({ length: 9_000 }, (_, index) => `Library ${index},${index} Main Street,02116,${index === 7_000 ? "" : "Boston"},MA,United States\n`);
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["name,streetAddress,postalCode,city,state,country\n", ...rows], "recipients.csv"));
    const bar = document.querySelector("progress");
    window.seen = [];
    new MutationObserver(() => window.seen.push(bar.value)).observe(bar, { attributes: true });
    document.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
  });
  await tab.page.getByText("9000 rows, 1 errors").waitFor();
  assert.deepEqual(await tab.page.locator("li").allInnerTexts(), ["Line 7002: city is missing."]);
  const seen = await tab.page.evaluate(() => window.seen);
  assert.ok(seen.length > 1 && seen[0] < 1 && seen.at(-1) === 1, String(seen));
  await tab.close();
});
