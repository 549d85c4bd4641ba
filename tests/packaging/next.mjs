// Next.js: a component of the browser, an edge function, a page and a route of the server; by both of its bundlers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_VERDICTS, VERDICTS } from "./expected.mjs";
import { project, run, serve } from "./install.mjs";
import { showsVerdicts } from "./pages.mjs";

const NEXT = ["node", "node_modules/next/dist/bin/next"];

for (const bundler of ["turbopack", "webpack"]) {
  test(`Next.js with ${bundler}: browser, edge and server`, async () => {
    const at = await project(`next-${bundler}`, {}, "next");
    await run(at, [...NEXT, "build", `--${bundler}`]);
    const server = await serve(at, [...NEXT, "start", "--hostname", "127.0.0.1", "--port", "PORT"], "Ready in");
    try {
      for (const path of ["/api/edge", "/server"]) {
        const answer = await fetch(`${server.url}${path}`);
        assert.equal(answer.status, 200, server.log());
        assert.deepEqual(await answer.json(), ALL_VERDICTS, path);
      }
      const html = await (await fetch(server.url)).text();
      const [, inPage] = /<pre>(.*?)<\/pre>/s.exec(html) ?? [];
      assert.deepEqual(JSON.parse(inPage.replaceAll("&quot;", '"')), VERDICTS);
      await showsVerdicts(server, VERDICTS, { element: "output" });
    } finally {
      await server.stop();
    }
  });
}
