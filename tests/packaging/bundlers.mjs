// What bundlers make of the package, in Chromium, under a policy that forbids whatever it can.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { VERDICTS } from "./expected.mjs";
import { lineFor, project, run, serve, write } from "./install.mjs";
import { STRICT, serveFolder, shown, showsVerdicts } from "./pages.mjs";

const VITE = ["node", "node_modules/vite/bin/vite.js"];
const VITE_7 = ["node", "node_modules/vite7/bin/vite.js"];
const ESBUILD = ["node_modules/.bin/esbuild", "main.js", "--bundle", "--format=esm", "--outdir=dist"];
const DEV = ["--port", "PORT", "--strictPort", "--host", "127.0.0.1"];

/** The page around a bundle. */
const page = (attributes) => `<!doctype html><html lang="en"><title>Verdicts</title><body><script ${attributes} src="main.js"></script>`;

async function works(folder, options) {
  const server = await serveFolder(folder, options);
  try {
    await showsVerdicts(server, VERDICTS);
  } finally {
    await server.close();
  }
}

/** What a dev server has no answer for is the icon, which the page does not name. */
const ICON = { allow: /404/ };

async function isServed(at, command, check) {
  const server = await serve(at, [...command, ...DEV], "Local:");
  try {
    await check(server);
  } finally {
    await server.stop();
  }
}

test("no tool at all: the modules as they are", async () => {
  const at = await project("plain");
  // Served with the package beside it, and the names that a bundler would have resolved.
  await cp(join(at, "node_modules/edgepost/dist"), join(at, "edgepost"), { recursive: true });
  const text = `import { ready, validate } from "./edgepost/index.browser.js";
    await ready();
    document.body.textContent = validate("pieterpost.get_order", {}).issues[0].code;`;
  await write(at, "main.js", text);
  const server = await serveFolder(at);
  try {
    assert.equal(await shown(server), VERDICTS.edgepost);
  } finally {
    await server.close();
  }
});

test("Vite: the page that it builds, and the one that it serves to a developer", async () => {
  const at = await project("vite");
  await run(at, [...VITE, "build"]);
  await works(join(at, "dist"));
  await isServed(at, VITE, (server) => showsVerdicts(server, VERDICTS, ICON));
});

test("Vite 7 and older: with the README's line; without it the developer is told where the wasm was looked for", async () => {
  const at = await project("vite7");
  const told = `EdgepostError not_ready: There is no wasm: URL/node_modules/.vite/deps/reader.wasm answered 200 text/html. Say where it is by await ready("/reader.wasm"), or look up your bundler in edgepost's README.`;
  await isServed(at, VITE_7, async (server) => assert.equal((await shown(server, ICON)).replace(server.url, "URL"), told));
  await write(at, "vite.config.js", `export default { ${await lineFor("Vite 7 and older")} };`);
  await isServed(at, VITE_7, (server) => showsVerdicts(server, VERDICTS, ICON));
  await run(at, [...VITE_7, "build"]);
  await works(join(at, "dist"));
});

test("webpack", async () => {
  const at = await project("webpack");
  await run(at, ["node", "build.mjs"]);
  await write(at, "dist/index.html", page("defer"));
  await works(join(at, "dist"));
});

test("Rollup, with the README's line", async () => {
  const at = await project("rollup");
  const plugins = `plugins: [nodeResolve({ browser: true }), ${await lineFor("Rollup")}]`;
  const config = `import { nodeResolve } from "@rollup/plugin-node-resolve";
    import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";
    export default { input: "main.js", output: { dir: "dist" }, ${plugins} };`;
  await write(at, "rollup.config.js", config);
  await run(at, ["node_modules/.bin/rollup", "--config", "--failAfterWarnings"]);
  await write(at, "dist/index.html", page('type="module"'));
  await works(join(at, "dist"));
});

test("esbuild, with the README's line; without it the developer is told where the wasm was looked for", async () => {
  const at = await project("esbuild");
  await run(at, ESBUILD);
  await write(at, "dist/index.html", page('type="module"'));
  const server = await serveFolder(join(at, "dist"));
  const text = await shown(server, { allow: /404/ });
  await server.close();
  assert.ok(text.includes(`There is no wasm: ${server.url}/reader.wasm answered 404 text/plain.`), text);
  await run(at, ["sh", "-c", await lineFor("esbuild")]);
  await works(join(at, "dist"));
});

test("an old-fashioned script, which has no address of its own, is told where the wasm is", async () => {
  const at = await project("script");
  const text = `import { ready, validate } from "edgepost";
    const show = () => (document.body.textContent += validate("pieterpost.get_order", {}).issues[0].code);
    ready().catch((error) => (document.body.textContent = error.message + " ")).then(() => ready("/reader.wasm")).then(show);`;
  await write(at, "main.js", text);
  // What was written for modules is complained about: it is why there is no address.
  await run(at, ["node_modules/.bin/esbuild", "main.js", "--bundle", "--format=iife", "--outdir=dist", "--log-override:empty-import-meta=silent"]);
  await write(at, "dist/index.html", page("defer"));
  await cp(join(at, "node_modules/edgepost/dist/reader.wasm"), join(at, "dist/reader.wasm"));
  const server = await serveFolder(join(at, "dist"));
  const said = await shown(server, { element: "body:has-text('missing')" });
  await server.close();
  assert.match(said, /^There is no wasm: .*Invalid URL.* Say where it is by await ready\("\/reader\.wasm"\).* missing_member$/);
});

test("Parcel, with the README's line", async () => {
  const at = await project("parcel", JSON.parse(`{ ${await lineFor("Parcel")} }`));
  await run(at, ["node_modules/.bin/parcel", "build", "index.html", "--no-cache"]);
  // Parcel's own, whatever the package: addresses, in the page. A policy has to know it.
  const [, map] = /<script type=importmap>(.*?)<\/script>/.exec(await readFile(join(at, "dist/index.html"), "utf8"));
  const hash = createHash("sha256").update(map).digest("base64");
  await works(join(at, "dist"), { policy: STRICT.replace("script-src", `script-src 'sha256-${hash}'`) });
});

test("a bundle holds what it uses: one entry point brings one wasm, and what needs none brings none", async () => {
  const at = await project("shaken");
  const uses = {
    'import { validate, ready } from "edgepost"; console.log(ready, validate);': ["reader"],
    'import { Edgepost } from "edgepost/client"; console.log(Edgepost);': ["client", "pay"],
    'import { inspectFile, ready } from "edgepost/files"; console.log(inspectFile, ready);': ["files"],
    'import { describe } from "edgepost/describe"; console.log(describe);': [],
    'import { readReturn } from "edgepost"; console.log(readReturn);': [],
    'import { ready, validateRecipient } from "edgepost/recipient"; console.log(ready, validateRecipient);': ["recipient"],
  };
  for (const [text, wasm] of Object.entries(uses)) {
    await write(at, "main.js", text);
    await rm(join(at, "dist"), { recursive: true, force: true });
    await run(at, [...VITE, "build"]);
    const names = await readdir(join(at, "dist/assets"));
    const script = await readFile(join(at, "dist/assets", names.find((name) => name.endsWith(".js"))), "utf8");
    assert.deepEqual([...script.matchAll(/(\w+)-[\w-]+\.wasm/g)].map(([, name]) => name), wasm, text);
  }
});

test("keys are not for browsers: a bundle with edgepost/server or edgepost/sandbox is not made, and the tool names it", async () => {
  const at = await project("keys");
  const builds = {
    vite: [...VITE, "build"],
    webpack: ["node", "build.mjs"],
    esbuild: ESBUILD,
    rollup: ["node_modules/.bin/rollup", "main.js", "--plugin", "node-resolve={browser:true}", "--dir", "dist", "--failAfterWarnings"],
  };
  await cp(new URL("projects/webpack/build.mjs", import.meta.url), join(at, "build.mjs"));
  for (const entry of ["server", "sandbox"]) {
    await write(at, "main.js", `import * as all from "edgepost/${entry}"; console.log(all);`);
    for (const [tool, command] of Object.entries(builds)) {
      await assert.rejects(run(at, command), ({ message }) => message.includes(`edgepost/${entry}`) || (message.includes(`./${entry}`) && message.includes("edgepost")), `${tool}, ${entry}`);
    }
  }
});
