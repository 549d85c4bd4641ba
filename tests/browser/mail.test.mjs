// The form for PostalForm, walked by a person with a mouse, with a keyboard only, on a telephone and at night: real Chromium,
// real gateway, the sandbox behind it, and viem in the place of a wallet's extension.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { peer } from "../peers/install.mjs";
import { startBrowser } from "../support/browser.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";
import { openPostroom, SEARCH } from "./postroom.mjs";

let browser, sandbox, gateway;

before(async () => {
  sandbox = await startSandbox({ postalform: { webhookMs: 300, stepMs: 300, unpaidPerMinute: null } });
  const vars = { POSTALFORM_URL: `${sandbox.url}/postalform` };
  [gateway, browser] = await Promise.all([startGateway(sandbox, { vars, policy: { requests_per_minute: 10_000 } }), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
  await sandbox?.close();
});

beforeEach(() => sandbox.reset());

/** A browser says in its console what was answered with 402: that is how it is paid. */
const open = (options) => openPostroom(browser, { gateway, sandbox, allow: /402 \(Payment Required\)/, ...options });
const settlements = async () => (await sandbox.state()).postalform.settlements;

for (const [width, scheme] of [[1280, "light"], [360, "dark"]]) {
  test(`PFD-014 PFD-015 PF-030: from an empty form to a paid order, ${width} px wide, ${scheme}`, async () => {
    const room = await open({ width, scheme });
    const { page, button, issues, options, party } = room;
    assert.equal(page.url(), `${gateway.url}/mail`, "the grant does not stay in the address");
    await page.getByText("7 things are left to do before it has a price.").waitFor();
    assert.equal(await page.locator(".issue").count(), 0, "an empty form is not told off");
    await room.isReadable();

    await button("Get the price").click();
    const summary = page.getByRole("group", { name: "7 things are left to do" });
    assert.deepEqual(await summary.getByRole("link").allTextContents(), [
      "Choose a PDF.",
      "Enter the recipient's name.",
      "Choose the recipient's address from the list.",
      "Enter the sender's name.",
      "Choose the sender's address from the list.",
      "Enter your name.",
      "Enter your e-mail address.",
    ]);
    assert.equal(await room.focus(), "summary");
    await summary.getByRole("link", { name: "Choose the recipient's address from the list." }).click();
    assert.equal(await room.focus(), "recipient-search");
    await room.isReadable();

    await button("Fill in an example").click();
    await page.getByRole("option").waitFor();
    assert.deepEqual(await options(), ["Library of Congress Washington DC 20540 - 3 Addresses"]);
    await page.getByText("One thing is left to do before it has a price.").waitFor();
    await room.isReadable();
    await page.getByRole("option").click();
    await page.getByText("3 places in Library of Congress").waitFor();
    assert.equal((await options()).length, 4, "and a way back");
    await room.isReadable();
    await page.getByRole("option", { name: "10 1st St SE" }).click();
    const field = party("To").getByRole("combobox", { name: "Address" });
    assert.equal(await field.inputValue(), "10 1st St SE, Washington DC 20540");
    assert.equal(await page.getByRole("option").count(), 0);
    await page.getByText("Everything is there.").waitFor();

    await field.press("Backspace");
    await issues("recipient-search").getByText("Choose the recipient's address from the list.").waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true", "what was changed is chosen no more");
    await field.fill("10 1st St");
    await page.getByRole("option", { name: "10 1st St SE" }).or(page.getByText("Nothing was found")).first().waitFor();
    await field.fill("Library of Congress");
    await page.getByRole("option", { name: "Library of Congress" }).click();
    await page.getByRole("option", { name: "10 1st St SE" }).click();

    await room.price();
    assert.deepEqual(await room.terms("bill"), { What: "Letter", "Pages that PostalForm counts": "1", Price: "USD 3.40" });
    await room.isReadable();
    await button("Only show what is asked for").click();
    const challenge = page.getByRole("group", { name: "What PostalForm asks for" });
    await challenge.getByText("MPP, stripe").waitFor();
    assert.equal(await challenge.getByText("USD 3.40", { exact: true }).count(), 2);
    assert.deepEqual(await settlements(), [], "to be asked is not to pay");
    await page.getByLabel("USDC").check();
    assert.equal(await button("Pay USD 3.40").getAttribute("aria-disabled"), "true", "there is no wallet");
    await button("Only show what is asked for").click();
    await challenge.getByText("USD 3.40, as 3400000 millionths").waitFor();
    await challenge.getByText("Base Sepolia, a test network").waitFor();
    await room.isReadable();

    await page.getByLabel("A test token").check();
    await button("Pay USD 3.40").click();
    await room.isAbout("Your letter is ordered");
    assert.deepEqual(await room.steps(), ["Price agreed", "Paid", "> At work at PostalForm"]);
    await page.getByText("Details for the record").click();
    const record = await room.terms("record");
    assert.deepEqual([record.Price, record["Paid over"], record["Network or method"]], ["USD 3.40", "MPP", "stripe"]);
    assert.deepEqual((await settlements()).map(({ cents }) => cents), [340]);
    await room.isReadable();

    await page.reload();
    await button("Look again").click();
    await room.isAbout("Your letter is ordered");
    assert.equal((await settlements()).length, 1, "a reload pays nothing");
    await button("Send something else").click();
    await room.isAbout("Send a PDF by mail");
    assert.equal(await party("To").getByLabel("Name").inputValue(), "");
    await room.close();
  });
}

test("PFD-015: with the keyboard alone, into a building and out again, to the payment", async () => {
  const room = await open();
  const { page, focus } = room;
  const press = async (key, wanted, most = 40) => {
    for (let count = 0; count < most; count += 1) {
      await page.keyboard.press(key);
      if ((await focus()) === wanted) return;
    }
    assert.fail(`${wanted} is not reached`);
  };
  const active = () => page.locator("#recipient-search").evaluate((field) => document.getElementById(field.getAttribute("aria-activedescendant"))?.textContent);
  const field = page.locator("#recipient-search");
  await press("Tab", "example");
  await page.keyboard.press("Enter");
  await page.getByRole("option").waitFor();
  assert.equal(await focus(), "recipient-search");
  assert.equal(await field.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("ArrowDown");
  assert.match(await active(), /^Library of Congress/);
  await page.keyboard.press("Enter");
  await page.getByText("3 places in Library of Congress").waitFor();
  await page.keyboard.press("ArrowDown");
  assert.match(await active(), /^All places/);
  await page.keyboard.press("Enter");
  await page.getByText("One place: choose").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await field.getAttribute("aria-expanded"), "false");
  assert.equal(await field.inputValue(), "Library of Congress", "what was typed stays");
  await page.keyboard.press("ArrowDown");
  await page.getByRole("option").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByText("3 places in Library of Congress").waitFor();
  await page.keyboard.press("ArrowUp");
  assert.match(await active(), /^110 2nd St SE/, "from the other end");
  await page.keyboard.press("Enter");
  await page.getByText("Everything is there.").waitFor();
  assert.equal(await focus(), "recipient-search", "nothing was sent off");
  assert.equal(room.searches(), 2, "what is known is not asked for again");
  await press("Tab", "price");
  await page.keyboard.press("Enter");
  await page.locator("#cost-title:focus").waitFor();
  await press("Tab", "pay");
  await page.keyboard.press("Enter");
  await room.isAbout("Your letter is ordered");
  assert.equal(await focus(), "title");
  await room.close();
});

/** A wallet's extension, which asks the test. */
const extension = () => {
  globalThis.ethereum = {
    request: async ({ method, params }) => {
      if (method === "eth_requestAccounts") return [await globalThis.address()];
      if (method === "wallet_switchEthereumChain") return null;
      if (method === "eth_signTypedData_v4") return globalThis.sign(params[1]);
      throw Object.assign(new Error(method), { code: 4200 });
    },
  };
};

test("PF-083 PF-092: a wallet of the browser's signs once, and an answer that is lost is no second payment", async () => {
  const { account } = await peer("x402.mjs");
  const room = await open({ init: extension, allow: /402 \(|50\d \(/ });
  const { page, button } = room;
  const signed = [];
  let refuses = true;
  await page.exposeFunction("address", () => account.address);
  await page.exposeFunction("sign", async (json) => {
    if (refuses) throw new Error("User rejected the request.");
    const data = JSON.parse(json);
    signed.push(data.message.value);
    await sandbox.fault("postalform.create_order", "drop_after");
    return account.signTypedData(data);
  });
  await room.fill();
  await room.price();
  assert.ok(await page.getByLabel("USDC").isChecked(), "who has a wallet is offered it");
  await button("Pay USD 3.40").click();
  await page.getByRole("group", { name: "Nothing was paid" }).getByText("The wallet has not signed.").waitFor();
  assert.deepEqual(await settlements(), []);
  refuses = false;
  await button("Pay USD 3.40").click();
  await room.isAbout("Your letter is ordered");
  assert.deepEqual([signed, (await settlements()).map(({ cents }) => cents)], [["3400000"], [340]]);
  await room.close();
});

test("PFS-002: who sends something else while a payment is open goes on with it when the same is sent again", async () => {
  const { account } = await peer("x402.mjs");
  const room = await open({ init: extension, allow: /402 \(|ERR_FAILED/ });
  const { page, button } = room;
  const ORDERS = /\/postalform\/api\/machine\/orders/;
  let [signed, isCut] = [0, true];
  await page.exposeFunction("address", () => account.address);
  await page.exposeFunction("sign", async (json) => {
    signed += 1;
    if (isCut) await page.route(ORDERS, (route) => route.abort());
    return account.signTypedData(JSON.parse(json));
  });
  await room.fill();
  await room.price();
  const lost = page.waitForEvent("requestfailed");
  await button("Pay USD 3.40").click();
  await lost;
  await page.reload();
  await room.isAbout("Is it paid?");
  await page.unroute(ORDERS);
  isCut = false;

  await button("Send something else").click();
  await room.fill();
  await room.party("To").getByLabel("Name").fill("Reading Room");
  await room.price();
  await button("Pay USD 3.40").click();
  await room.isAbout("Your letter is ordered");
  assert.deepEqual([signed, (await settlements()).length], [2, 1]);

  await button("Send something else").click();
  await page.reload();
  await room.isAbout("Is it paid?");
  await button("Send something else").click();
  await room.fill();
  await room.price();
  await button("Pay USD 3.40").click();
  await room.isAbout("Your letter is ordered");
  assert.deepEqual([signed, (await settlements()).length], [2, 2], "what was signed first is sent again");
  await room.close();
});

test("PFD-020: a search that fails is told, can be made again, and is not needed", async () => {
  const room = await open({ allow: /50\d \(|429 \(/ });
  const { page, button, party } = room;
  const to = party("To");
  const field = to.getByRole("combobox", { name: "Address" });
  await sandbox.fault(SEARCH, "status_500_before", { times: 3 });
  await field.fill("476 5th");
  await to.getByText("The search has brought no answer. Search again, or write the address out.").waitFor();
  await room.isReadable();
  await to.getByRole("button", { name: "Search again" }).click();
  await page.getByRole("option", { name: "476 5th Ave" }).waitFor();
  assert.equal(await to.getByRole("button", { name: "Search again" }).isVisible(), false);
  await field.fill("zzz zzz");
  await to.getByText("Nothing was found. Try other words, or write the address out.").waitFor();
  await to.getByRole("button", { name: "Write the address out" }).click();
  assert.equal(await room.focus(), "recipient-line1");
  const typed = { "Street and number": "476 5th Ave", City: "New York", State: "ny", "ZIP code": "1001" };
  for (const [label, words] of Object.entries(typed)) await to.getByLabel(label).fill(words);
  await to.getByLabel("City").focus();
  await room.issues("recipient-zip").getByText("1001").waitFor();
  assert.equal(await to.getByLabel("ZIP code").getAttribute("aria-invalid"), "true");
  await to.getByRole("button", { name: "Use NY" }).click();
  assert.equal(await to.getByLabel("State").inputValue(), "NY");
  assert.equal(await room.focus(), "recipient-state", "the focus is not lost with the button");
  await to.getByLabel("ZIP code").fill("10018");
  await room.issues("recipient-zip").locator("li").waitFor({ state: "detached" });
  await room.isReadable();
  await to.getByRole("button", { name: "Search for the address instead" }).click();
  assert.equal(await room.focus(), "recipient-search");
  await button("Fill in an example").waitFor();
  await room.close();
});

test("PFD-013 PFD-020: nothing is searched for two letters, and one search is made for many", async () => {
  const room = await open();
  const field = room.party("From").getByRole("combobox", { name: "Address" });
  await field.pressSequentially("47");
  await room.page.waitForTimeout(600);
  assert.equal(room.searches(), 0);
  await field.pressSequentially("6 5th Ave", { delay: 20 });
  await room.page.getByRole("option", { name: "476 5th Ave" }).waitFor();
  assert.equal(room.searches(), 1);
  await room.party("From").getByLabel("Name").focus();
  assert.equal(await room.page.getByRole("option").count(), 0, "who leaves sees no list");
  await room.close();
});

test("PF-055 PF-056: a PDF that will not do for a postcard is refused in the page, and one that does is priced", async () => {
  const room = await open();
  const { page, button, issues } = room;
  await room.fill();
  await page.getByLabel("Postcard").check();
  await issues("file").getByText("Mend this:").first().waitFor();
  assert.equal(await page.getByLabel("PDF", { exact: true }).getAttribute("aria-invalid"), "true");
  await room.isReadable();
  await page.getByLabel("Size").selectOption("6x9");
  await room.fill();
  await page.getByText("example.pdf, 2 pages.").waitFor();
  await room.price();
  assert.equal((await room.terms("bill")).What, "Postcard, 6x9");
  await page.getByLabel("PDF", { exact: true }).setInputFiles({ name: "notes.pdf", mimeType: "application/pdf", buffer: Buffer.from("Dear all") });
  await issues("file").getByText("Mend this:").first().waitFor();
  assert.equal(await button("Pay USD 3.40").isVisible(), false, "the price was another order's");
  await page.getByLabel("PDF", { exact: true }).setInputFiles({ name: "large.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(800_000) });
  await page.getByText("large.pdf has 800,000 bytes; this page sends 700,000 at most.").waitFor();
  await room.close();
});

test("what is refused is told: no grant, no price", async () => {
  const room = await open({ allow: /40[13] \(|422 \(/ });
  await room.page.evaluate(() => sessionStorage.clear());
  await room.page.reload();
  await room.page.getByText("Nobody has said that this page may order").waitFor();
  await room.party("To").getByRole("combobox", { name: "Address" }).fill("476 5th Ave");
  await room.party("To").getByText("The search is refused").waitFor();
  await room.isReadable();
  await room.close();
});
