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
  const contents = `${await recipe("React", "jsx")}
    import { Suspense } from "react";
    import { createRoot } from "react-dom/client";
    const onSave = (recipient) => { document.title = JSON.stringify(recipient); };
    createRoot(document.querySelector("#root")).render(<Suspense><RecipientForm onSave={onSave} /></Suspense>);`;
  const options = { bundle: true, write: false, format: "esm", target: "es2022", jsx: "automatic", conditions: ["browser"], logLevel: "warning" };
  const define = { "process.env.NODE_ENV": '"production"' };
  const { outputFiles } = await build({ stdin: { contents, loader: "jsx", resolveDir: ROOT }, define, ...options });
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
  assert.match(await complaint("postalCode"), /1234 SS/);
  await tab.page.locator("[name=postalCode]").fill("1071 XX");
  assert.equal(await complaint("postalCode"), "");

  await tab.page.locator("[name=country]").selectOption("US");
  const american = await labels();
  assert.ok(american.includes("ZIP code") && american.includes("State"), String(american));
  assert.match(await complaint("postalCode"), /1071 XX/);
  assert.equal(await tab.page.locator("#state-options option").count() > 50, true);

  await tab.page.locator("[name=country]").selectOption("AE");
  const emirates = await labels();
  assert.ok(emirates.includes("Emirate") && !emirates.some((label) => /code/i.test(label)), String(emirates));
  await tab.close();
});

test("the React form takes the check as a Standard Schema", async () => {
  const tab = await openTab(browser, { hosts: [server.url] });
  await tab.page.goto(`${server.url}/react.html`);
  const field = (label) => tab.page.getByRole("textbox", { name: label });
  const values = { Name: "Rijksmuseum", Street: "Museumstraat 1", "Postal code": "1234 SS", City: "Amsterdam", Country: "Netherlands" };
  for (const [label, value] of Object.entries(values)) await field(label).fill(value);
  await tab.page.getByRole("button", { name: "Save" }).click();
  await tab.page.getByRole("alert").filter({ hasText: "1234 SS" }).waitFor();
  assert.equal(await tab.page.title(), "A recipe");

  await field("Postal code").fill("1071 XX");
  await tab.page.getByRole("button", { name: "Save" }).click();
  await tab.page.waitForFunction(() => document.title.includes("1071 XX"));
  const { postalCode, city } = JSON.parse(await tab.page.title());
  assert.deepEqual([postalCode, city], ["1071 XX", "Amsterdam"]);
  await tab.close();
});
