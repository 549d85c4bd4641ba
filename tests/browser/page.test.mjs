// The page, walked by a person with a mouse, with a keyboard only, on a telephone and at night: real Chromium, real
// gateway, and the sandbox behind it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "../support/browser.mjs";
import { startGateway, startSandbox } from "../support/servers.mjs";
import { LETTER, openDesk } from "./desk.mjs";

let browser, sandbox, gateway;

before(async () => {
  sandbox = await startSandbox({ pieterpost: { stepMs: 600, requestsPerMinute: 10_000, ordersPerDay: 10_000 } });
  [gateway, browser] = await Promise.all([startGateway(sandbox, { policy: { requests_per_minute: 10_000 } }), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
  await sandbox?.close();
});

const open = (options) => openDesk(browser, { gateway, sandbox, ...options });

for (const [width, scheme] of [[1280, "light"], [390, "dark"]]) {
  test(`PP-113, PP-163: from an empty sheet to the mail, ${width} px wide, ${scheme}`, async () => {
    const desk = await open({ width, scheme });
    const { page, field, issues, button } = desk;
    await page.getByText("Test mode: nothing is printed, no money moves.").waitFor();
    await page.getByText("7 things are left to do before the letter can go.").waitFor();
    assert.equal(await page.locator(".issue").count(), 0, "an empty form is not told off");
    await desk.isReadable();

    await desk.mint();
    const summary = page.getByRole("group", { name: "7 things are left to do" });
    await summary.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "summary");
    const links = await summary.getByRole("link").allTextContents();
    assert.deepEqual(links, [
      "Enter the country.",
      "Enter the recipient's name.",
      "Enter the street and the number.",
      "Enter the postal code.",
      "Enter the city or town.",
      "Enter your message.",
      "Enter your e-mail address.",
    ]);
    await summary.getByRole("link", { name: "Enter the country." }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "country");
    await desk.isReadable();

    const sent = desk.requests.length;
    await desk.fill({ ...LETTER, "ZIP code": "2054", State: "Distict of Columbia", "Your e-mail address": "nobody" });
    await issues("postal").getByText('"2054" is not a postal code of the United States').waitFor();
    await issues("state").getByText("Did you mean").waitFor();
    await issues("email").getByText("Write it as name@example.com.").waitFor();
    for (const [label, isInvalid] of [["ZIP code", "true"], ["State", "true"], ["Your e-mail address", "true"], ["City", null]]) {
      assert.equal(await field(label).getAttribute("aria-invalid"), isInvalid, label);
    }
    await page.getByText("3 things are left to do before the letter can go.").waitFor();
    await desk.isReadable();

    await button("Use DC").click();
    assert.equal(await field("State").inputValue(), "DC");
    assert.equal(await page.evaluate(() => document.activeElement.id), "state", "the focus is not lost with the button");
    await field("ZIP code").fill("20540");
    await field("Your e-mail address").fill("sender@example.com");
    await page.getByText("Everything is there.").waitFor();
    assert.equal(await summary.isVisible(), false);

    const sheet = page.getByRole("region", { name: "The letter as it will look" });
    await sheet.getByText("Is there a catalogue of catalogues?").waitFor();
    assert.deepEqual(await page.locator("#sheet-address span").allTextContents(), [
      "Library of Congress",
      "101 Independence Avenue SE",
      "Washington, DC 20540",
      "United States",
    ]);
    assert.equal(await page.locator("#counter").textContent(), `${LETTER["Your message"].length} of 6,000`);
    assert.deepEqual(desk.requests.slice(sent), [], "nothing is sent while somebody types");
    await desk.isReadable();

    await desk.mint();
    await desk.isAbout("Your payment link is ready");
    const link = await field("Payment link").inputValue();
    assert.ok(link.startsWith(`${sandbox.url}/pieterpost/v1/sandbox/checkout/`), link);
    assert.deepEqual(await desk.steps(), ["> Waiting for the payment", "Paid", "Queued for printing", "Handed to the mail"]);
    await desk.isReadable();

    await desk.pay(/^Pay/);
    await page.getByText("Coming back proves nothing by itself").waitFor();
    assert.equal(page.url(), `${gateway.url}/`, "the address is cleaned");
    await desk.isAbout("Your letter is on its way");
    assert.deepEqual(await desk.steps(), ["Payment link made", "Paid", "Queued for printing", "> Handed to the mail"]);
    assert.equal(await field("Payment link").isVisible(), false, "PP-164: nobody is asked to pay twice");
    assert.equal(await page.locator("#order-status").textContent(), "The order's state is now: Handed to the mail.");
    await page.getByRole("region", { name: "Your letter" }).getByText("Dear librarians,").waitFor();
    await desk.isReadable();
    const asked = desk.requests.length;
    await page.waitForTimeout(1_500);
    assert.equal(desk.requests.length, asked, "PP-163: what is final is not asked for any more");

    await button("Write another letter").click();
    await desk.isAbout("Write a letter");
    assert.equal(await field("Name").inputValue(), "");
    await page.reload();
    await desk.isAbout("Write a letter");
    await desk.close();
  });
}

test("with the keyboard alone, from the example to the mail", async () => {
  const desk = await open();
  const { page } = desk;
  const focus = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
  const press = async (key, wanted, most = 30) => {
    for (let count = 0; count < most; count += 1) {
      await page.keyboard.press(key);
      if ((await focus()) === wanted) return;
    }
    assert.fail(`${wanted} is not reached`);
  };
  await page.getByText("7 things are left").waitFor();
  await press("Tab", "example", 3);
  const ring = await page.locator("#example").evaluate((element) => getComputedStyle(element).outlineStyle);
  assert.equal(ring, "solid", "the focus is seen");
  await page.keyboard.press("Enter");
  await press("Tab", "city");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Den Haag");
  await press("Tab", "insert");
  await press("Shift+Tab", "message", 1);
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Hello ");
  await press("Tab", "insert", 1);
  await page.keyboard.press("Enter");
  assert.equal(await focus(), "message");
  await page.getByRole("region", { name: "The letter as it will look" }).getByText("Hello Rijksmuseum").waitFor();
  await press("Tab", "mint");
  await page.keyboard.press("Enter");
  await desk.isAbout("Your payment link is ready");
  assert.equal(await focus(), "title");
  await press("Tab", "pay-link", 2);
  await Promise.all([page.waitForURL(`${sandbox.url}/**`), page.keyboard.press("Enter")]);
  await press("Tab", "Pay EUR 2.00", 5);
  await page.keyboard.press("Enter");
  await desk.isAbout("Your letter is on its way");
  const { orders } = (await sandbox.state()).pieterpost;
  const { input } = orders.at(-1);
  assert.equal(input.composeMode, "template");
  assert.equal(input.templateMessage, "Hello {{first_name}}");
  assert.equal(input.letters[0].recipient.city, "Den Haag");
  assert.equal(input.returnUrl, `${gateway.url}/`);
  await desk.close();
});

test("the form follows the country: order, names, states and an example", async () => {
  const desk = await open({ width: 390 });
  const { page, field, issues } = desk;
  const asked = () => page.locator("#locality .field").filter({ visible: true }).evaluateAll((all) => all.map((one) => one.querySelector("label").textContent.trim()));
  await page.getByText("7 things are left").waitFor();
  // The list of countries has a module of its own, which may come later than the first verdict.
  await page.locator("#countries option").nth(251).waitFor({ state: "attached" });
  assert.equal(await page.locator("#countries option").count(), 252);
  assert.deepEqual(await asked(), ["Postal code", "City or town", "State (if any)"]);
  await desk.fill({ Country: "USA" });
  assert.deepEqual(await asked(), ["City", "State", "ZIP code"]);
  assert.ok((await page.locator("#states option").count()) > 50);
  await desk.fill({ State: "IL" });
  await desk.fill({ Country: "nl" });
  assert.deepEqual(await asked(), ["Postal code", "City", "State (optional)"], "what stands in a field is never hidden");
  await page.getByText("Such as 1234 AB.").waitFor();
  await desk.fill({ State: "", Country: "Ireland" });
  assert.deepEqual((await asked()).slice(0, 1), ["City"]);
  await desk.fill({ Country: "Netherlands", "Postal code": "1234 SS" });
  assert.deepEqual(await asked(), ["Postal code", "City"]);
  // As a browser fills an address in: fields that are not shown as well.
  await page.locator("#state").evaluate((state) => {
    state.value = "NH";
    state.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await field("State").waitFor();
  assert.deepEqual(await asked(), ["Postal code", "City", "State (optional)"], "it is not sent unseen");
  await desk.fill({ State: "" });
  await field("City").focus();
  await issues("postal").getByText('"1234 SS" is not a postal code of the Netherlands').waitFor();
  await desk.isReadable();
  await desk.close();
});

test("an issue comes up when its field was left, and goes while it is mended", async () => {
  const desk = await open();
  const { page, field, issues } = desk;
  await page.getByText("7 things are left").waitFor();
  await field("Country").fill("United States");
  await field("ZIP code").pressSequentially("627");
  assert.equal(await issues("postal").locator("li").count(), 0, "not before it was left");
  await field("City").focus();
  await issues("postal").getByText("is not a postal code").waitFor();
  await field("ZIP code").fill("62704");
  await issues("postal").locator("li").waitFor({ state: "detached" });
  // A warning does not block, and is told apart in words.
  await desk.fill({ ...LETTER, "ZIP code": "10001" });
  await issues("postal").getByText("Check this:").waitFor();
  assert.equal(await field("ZIP code").getAttribute("aria-invalid"), null);
  await page.getByText("Everything is there.").waitFor();
  await field("State").fill("dc");
  await issues("state").getByText("Note:").waitFor();
  await page.getByRole("button", { name: "Use DC" }).click();
  await issues("state").locator("li").waitFor({ state: "detached" });
  await desk.close();
});

test("PP-047, PP-077: a text that is too long, and a placeholder that nobody fills", async () => {
  const desk = await open({ width: 390 });
  const { page, issues } = desk;
  await desk.fill({ ...LETTER, "Your message": "x".repeat(6_001) });
  await desk.mint();
  await issues("message").getByText("The letter has 6,001 characters; what comes after 6,000 is cut off.").waitFor();
  await desk.isReadable();
  await desk.fill({ "Your message": "Dear {{first_name}} {{last_name}}" });
  await issues("message").getByText("Nothing is known for {{last_name}}.").waitFor();
  assert.equal(await page.locator("#sheet-text").textContent(), "Dear Library {{last_name}}");
  await desk.fill({ "Your message": "\u{1f600}".repeat(3_000) });
  assert.equal(await page.locator("#counter").textContent(), "6,000 of 6,000", "in UTF-16 code units");
  await page.getByText("Everything is there.").waitFor();
  await desk.close();
});

test("an example is undone where it would have taken somebody's words away", async () => {
  const desk = await open();
  const { page, field, button } = desk;
  await button("Fill in an example").click();
  await page.getByText("Everything is there.").waitFor();
  assert.equal(await button("Undo").isVisible(), false);
  await button("Fill in another example").click();
  assert.equal(await field("Country").inputValue(), "United States");
  await button("Fill in another example").click();
  assert.deepEqual(await page.locator("#sheet-address span").allTextContents(), [
    "Natural History Museum",
    "Cromwell Road",
    "London",
    "SW7 5BD",
    "United Kingdom",
  ]);
  await page.getByText("Everything is there.").waitFor();
  await field("Your message").fill("My own words.");
  await button("Fill in another example").click();
  await button("Undo").click();
  assert.equal(await field("Your message").inputValue(), "My own words.");
  await desk.close();
});

test("what is typed is text everywhere, and runs in its own direction", async () => {
  const desk = await open();
  const { page } = desk;
  await desk.fill({ ...LETTER, Name: "<img src=x onerror=alert(1)>", "Your message": "שלום <b>&amp;\n{{first_name}}" });
  assert.equal(await page.locator("#sheet-text").textContent(), "שלום <b>&amp;\n<img");
  assert.equal(await page.locator("#sheet-text *").count(), 0);
  const direction = await page.locator("#sheet-text").evaluate((element) => getComputedStyle(element).direction);
  assert.equal(direction, "rtl");
  await desk.close();
});

test("the policy lets the page do what it does, and nothing else", async () => {
  const { headers } = await fetch(`${gateway.url}/`);
  const policy = headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|\*|https?:|data:/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
  // The same holds for what the page loads.
  for (const path of ["main.js", "style.css", "reader.wasm"]) {
    const answer = await fetch(`${gateway.url}/${path}`);
    assert.ok(answer.ok && answer.headers.get("content-security-policy") === policy, path);
    await answer.arrayBuffer();
  }
  const desk = await open({ allow: /Content Security Policy|TrustedHTML|violation: / });
  const blocked = await desk.page.evaluate(async () => {
    const tries = {
      inline: () => document.head.append(Object.assign(document.createElement("script"), { textContent: "globalThis.ran = 1" })),
      html: () => (document.body.innerHTML = "<p>"),
      elsewhere: () => fetch("https://example.com/"),
    };
    const failed = {};
    for (const [name, attempt] of Object.entries(tries)) {
      try {
        await attempt();
        failed[name] = globalThis.ran === undefined && name === "inline";
      } catch {
        failed[name] = true;
      }
    }
    return failed;
  });
  assert.deepEqual(blocked, { inline: true, html: true, elsewhere: true });
  await desk.context.close();
});

test("without JavaScript the page says what it needs", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(gateway.url);
  await page.locator("noscript p").waitFor();
  assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "Write a letter");
  await context.close();
});

test("calm: nothing moves for who asked for that, and 320 px are enough", async () => {
  const desk = await open({ width: 320 });
  await desk.page.emulateMedia({ reducedMotion: "reduce" });
  await desk.button("Fill in an example").click();
  await desk.mint();
  await desk.isAbout("Your payment link is ready");
  const moving = await desk.page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0);
  await desk.isReadable();
  await desk.close();
});
