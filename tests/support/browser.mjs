// A real Chromium, for pages on this machine, and an eye on what happens in it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { TYPES, listen } from "./http.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Debian's, unless CHROMIUM names another. */
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

export async function startBrowser(options = {}) {
  // In a container there is neither a sandbox to start nor anything to phone home to.
  const args = ["--no-sandbox", "--disable-background-networking"];
  return chromium.launch({ executablePath: EXECUTABLE, args, ...options });
}

/**
 * A tab of its own, with a storage of its own.
 *
 * `allow` names complaints that are expected; `hosts` are the origins that may be talked to.
 */
export async function openTab(browser, { hosts, width = 1280, scheme = "light", allow } = {}) {
  const height = width < 600 ? 844 : 900;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, hasTouch: width < 600 });
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  const complain = (words) => allow?.test(words) || complaints.push(words);
  page.on("console", (line) => ["error", "warning"].includes(line.type()) && complain(`${line.type()}: ${line.text()}`));
  page.on("pageerror", (error) => complain(`thrown: ${error.stack}`));
  page.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
  const underWay = new Set();
  page.on("request", (request) => underWay.add(request));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => underWay.delete(request));
  // Told of by the page itself: a violation that is only reported makes no noise.
  await page.exposeFunction("tellViolation", (what) => complain(`violation: ${what}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      globalThis.tellViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
    });
  });
  return {
    page,
    context,
    /** Every request so far, as `METHOD address`. */
    requests,
    /** What has no answer yet, as addresses. */
    underWay: () => [...underWay].map((request) => request.url()),
    /** Ends it. Nothing was complained about, and nobody else was talked to. */
    async close() {
      await context.close();
      assert.deepEqual(complaints, []);
      const strangers = requests.filter((request) => !hosts.some((host) => request.split(" ")[1].startsWith(`${host}/`)));
      assert.deepEqual(strangers, []);
    },
  };
}

/** Serves a page of a stranger's, who has installed the package and uses a bundler. `files` are further answers, as JSON. */
export async function servePage(html, files = {}) {
  const page = `<!doctype html><html lang="en"><link rel="icon" href="data:,">${html}<script type="module" src="/main.js"></script>`;
  const served = { "/": [TYPES[".html"], page] };
  for (const [path, value] of Object.entries(files)) served[path] = ["application/json", JSON.stringify(value)];
  for (const name of ["reader", "client", "pay", "files"]) {
    const path = `/${name}.wasm`;
    served[path] = [TYPES[".wasm"], await readFile(`${ROOT}npm/dist${path}`)];
  }
  const { url, close } = await listen((request, response) => {
    const [type, body] = served[request.url] ?? [];
    response.writeHead(type === undefined ? 404 : 200, { "content-type": type ?? "text/plain" }).end(body);
  });
  return {
    url,
    close,
    /** What the page runs, from its next load on; `html[data-ready]` when it is through. */
    async run(module) {
      const contents = `${module}\ndocument.documentElement.dataset.ready = "";`;
      const options = { bundle: true, write: false, format: "esm", target: "es2022", conditions: ["browser"], logLevel: "warning" };
      const { outputFiles } = await build({ stdin: { contents, resolveDir: ROOT }, ...options });
      served["/main.js"] = [TYPES[".js"], outputFiles[0].contents];
    },
  };
}

/**
 * For the tests of one file: a browser, and a page as {@link servePage} serves it that runs a module. Gives what opens it in
 * a tab and waits until it is through.
 */
export function usePage(module, { html = "", files } = {}) {
  let page, browser;

  before(async () => {
    page = await servePage(html, files);
    await page.run(module);
    browser = await startBrowser();
  });

  after(async () => {
    await browser?.close();
    await page?.close();
  });

  return async () => {
    const tab = await openTab(browser, { hosts: [page.url] });
    await tab.page.goto(page.url);
    await tab.page.locator("html[data-ready]").waitFor();
    return tab;
  };
}

/** What is wrong with a page for who reads it otherwise, or with difficulty: WCAG, as far as a program can say. */
export function accessibilityFaults(page) {
  return page.evaluate(() => {
    const faults = [];
    const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const all = (selector) => [...document.querySelectorAll(selector)].filter(isShown);
    const name = (element) => `${element.tagName.toLowerCase()}#${element.id || element.textContent.slice(0, 30)}`;

    if (!document.documentElement.lang) faults.push("the page has no language");
    if (!document.title) faults.push("the page has no title");
    for (const [landmark, count] of [["header", 1], ["main", 1], ["footer", 1], ["h1", 1]]) {
      if (all(landmark).length !== count) faults.push(`${all(landmark).length} times ${landmark}`);
    }
    const levels = all("h1, h2, h3, h4").map((heading) => Number(heading.tagName[1]));
    if (levels.some((level, index) => index > 0 && level > levels[index - 1] + 1)) faults.push(`headings ${levels}`);
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    for (const id of ids.filter((id, index) => ids.indexOf(id) !== index)) faults.push(`#${id} twice`);
    for (const attribute of ["aria-describedby", "aria-labelledby", "for", "list"]) {
      for (const element of document.querySelectorAll(`[${attribute}]`)) {
        for (const id of element.getAttribute(attribute).split(" ")) {
          if (!document.getElementById(id)) faults.push(`${name(element)} ${attribute} ${id} leads nowhere`);
        }
      }
    }
    for (const control of all("input, textarea, select")) {
      if (control.labels.length === 0 || !control.labels[0].textContent.trim()) faults.push(`${name(control)} has no label`);
    }
    for (const control of all("button, a, summary")) {
      if (!control.textContent.trim()) faults.push(`${name(control)} says nothing`);
      const { width, height } = control.getBoundingClientRect();
      const isInText = getComputedStyle(control).display === "inline";
      if (!isInText && (width < 24 || height < 24)) faults.push(`${name(control)} is ${width} by ${height}`);
    }
    for (const svg of all("svg")) if (svg.getAttribute("aria-hidden") !== "true") faults.push("an icon that is read aloud");
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`scrolls sideways: ${scrollWidth} > ${clientWidth}`);

    // Contrast: WCAG 2.2, 1.4.3.
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return canvas.getImageData(0, 0, 1, 1).data;
    };
    const luminance = ([red, green, blue]) => {
      const [r, g, b] = [red, green, blue].map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = rgba(getComputedStyle(at).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return [255, 255, 255, 255];
    };
    for (const element of all("body *")) {
      const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!says && !("value" in element && element.value)) continue;
      if (element.closest("[aria-disabled=true]")) continue;
      const style = getComputedStyle(element);
      const [one, other] = [luminance(rgba(style.color)), luminance(ground(element))].sort((a, b) => b - a);
      const size = Number.parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const contrast = (one + 0.05) / (other + 0.05);
      if (contrast < (isLarge ? 3 : 4.5)) faults.push(`${name(element)} has a contrast of ${contrast.toFixed(2)}`);
    }
    return faults;
  });
}
