// The official package of the Model Context Protocol: its client calls our sandbox's tools, and our client, in the gateway on
// workerd, calls its server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Edgepost } from "edgepost/client";
import { Sandbox } from "edgepost/sandbox";
import { mintGrant } from "edgepost/server";
import { CANARIES, startGateway } from "../support/servers.mjs";
import { peer } from "./install.mjs";

const SEARCH = "postalform.search_addresses";
const MCP = "https://sandbox.test/postalform/mcp";

let mcp;
const running = [];

before(async () => {
  mcp = await peer("mcp.mjs");
});
after(() => Promise.all(running.map((end) => end())));

/** Our client, in front of the official server. */
async function ours(options) {
  const server = await mcp.officialServer(options);
  running.push(server.close);
  const gateway = await startGateway({ url: "http://127.0.0.1:1" }, { vars: { POSTALFORM_URL: server.url } });
  running.push(gateway.stop);
  const claims = { sub: "peers", mode: "test", ops: ["postalform.*"], exp: Math.floor(Date.now() / 1_000) + 600 };
  const grant = await mintGrant(CANARIES.GRANT_SIGNING_KEY, claims);
  return { server, gateway, edgepost: new Edgepost({ baseUrl: gateway.url, grant, attempts: 1 }) };
}

const GREETED = ["initialize", "notifications/initialized", "tools/call"];
const methods = ({ sent }) => sent.splice(0).map(({ method }) => method);

test("PFD-011 PFD-012: the official client calls our sandbox's tools, whichever way they answer", async () => {
  for (const jsonAnswers of [false, true]) {
    const sandbox = new Sandbox({ postalform: { jsonAnswers } });
    const { client, transport } = await mcp.officialClient(MCP, (input, init) => sandbox.fetch(input, init));
    assert.match(transport.sessionId, /^[0-9a-f-]{36}$/);
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name.split(".")[1]),
      ["search_addresses", "create_pdf_upload", "get_order_status", "list_forms", "get_form_schema"],
    );
    const call = (name, args) => client.callTool({ name: `postalform.${name}`, arguments: args });
    const found = (await call("search_addresses", { query: "library of congress" })).structuredContent.suggestions;
    assert.deepEqual(found.map(({ type }) => type), ["Container"]);
    const inside = await call("search_addresses", { query: "1st", container: found[0].id });
    assert.deepEqual(inside.structuredContent.suggestions.map(({ type, text }) => [type, text]), [["Address", "10 1st St SE"]]);
    const short = await call("search_addresses", { query: "li" });
    assert.equal(short.isError, true);
    assert.match(short.content[0].text, /\/query/);
    await assert.rejects(call("ping", {}), (error) => error.code === -32602);
    await transport.terminateSession();
    assert.equal(transport.sessionId, undefined);
    await assert.rejects(client.listTools(), /session/i);
  }
});

test("PFD-016: what the official client makes room for can be filled", async () => {
  const sandbox = new Sandbox();
  const { client } = await mcp.officialClient(MCP, (input, init) => sandbox.fetch(input, init));
  const { structuredContent: room } = await client.callTool({ name: "postalform.create_pdf_upload", arguments: { file_name: "letter.pdf" } });
  const body = new FormData();
  body.append("file", new Blob(["%PDF-1.7\n"], { type: "application/pdf" }), "letter.pdf");
  const sent = await sandbox.fetch(room.upload_url, { method: "POST", body });
  assert.deepEqual(await sent.json(), { upload_token: room.upload_token, status: "uploaded" });
});

for (const options of [{}, { enableJsonResponse: true }, { hasSessions: false }, { hasSessions: false, enableJsonResponse: true }]) {
  test(`XT-001 XT-002 XT-003 XT-004: our client calls the official server, ${JSON.stringify(options)}`, async () => {
    const { server, edgepost } = await ours(options);
    const found = await edgepost.call(SEARCH, { query: "101 Independence", target: "sender" });
    assert.equal(found.kind, "ok", JSON.stringify(found));
    assert.deepEqual(found.value, {
      query: "101 Independence",
      suggestions: [{ id: "US|1", text: "101 Independence – “é”", type: "Address", description: "Washington DC 20540" }],
    });
    const versions = server.sent.map(({ version, url }) => [version, url]);
    assert.deepEqual(versions, [[undefined, "/mcp"], ["2025-11-25", "/mcp"], ["2025-11-25", "/mcp"]]);
    assert.deepEqual(methods(server), GREETED);
    await edgepost.call(SEARCH, { query: "110 2nd St" });
    assert.deepEqual(methods(server), GREETED.slice(2), "what was agreed on lasts");
    assert.deepEqual(server.seen, ["101 Independence", "110 2nd St"]);

    const failed = await edgepost.call(SEARCH, { query: "nothing works" });
    assert.deepEqual([failed.kind, failed.status, failed.code, failed.message], ["refused", 422, "tool_failed", "The index is away."]);
    const none = await edgepost.call("postalform.list_forms", {});
    assert.equal(none.kind, "refused", JSON.stringify(none));
    assert.match(none.message, /list_forms/);
  });
}

for (const unknown of [404, 400]) {
  test(`XT-005: our client begins anew where the official server says ${unknown} to its session`, async () => {
    const { server, edgepost } = await ours({ unknown });
    assert.equal((await edgepost.call(SEARCH, { query: "476 5th Ave" })).kind, "ok");
    methods(server);
    server.forget();
    assert.equal((await edgepost.call(SEARCH, { query: "700 Pennsylvania" })).kind, "ok");
    assert.deepEqual(methods(server), ["tools/call", ...GREETED]);
  });
}

test("PFD-020: those who type the same within two seconds are one to the server", async () => {
  const { server, edgepost } = await ours();
  const found = await Promise.all(Array.from({ length: 20 }, () => edgepost.call(SEARCH, { query: "1 1st St" })));
  assert.deepEqual(new Set(found.map(({ kind }) => kind)), new Set(["ok"]));
  assert.equal(server.seen.length, 1);
});
