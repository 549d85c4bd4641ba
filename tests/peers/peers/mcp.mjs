// The official package of the Model Context Protocol, on loopback.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";

/** The official client, connected, with its transport. */
export async function officialClient(url, fetch) {
  const client = new Client({ name: "peer", version: "1.0.0" });
  const transport = new StreamableHTTPClientTransport(new URL(url), { fetch });
  await client.connect(transport);
  return { client, transport };
}

/** What PostalForm's tools take and answer, as far as it matters here. */
function tools(seen) {
  const server = new McpServer({ name: "postalform", version: "0.1.0" }, { capabilities: { logging: {} } });
  const suggestion = z.object({ id: z.string(), text: z.string(), type: z.string(), description: z.string() });
  const search = {
    inputSchema: { query: z.string().min(3), target: z.enum(["sender", "recipient"]).optional(), container: z.string().optional() },
    outputSchema: { query: z.string(), suggestions: z.array(suggestion) },
  };
  server.registerTool("postalform.search_addresses", search, async ({ query }, { sendNotification }) => {
    seen.push(query);
    if (query === "nothing works") throw new Error("The index is away.");
    for (const data of ["looking", "still looking"]) {
      await sendNotification({ method: "notifications/message", params: { level: "info", data } });
    }
    const suggestions = [{ id: "US|1", text: `${query} – “é”`, type: "Address", description: "Washington DC 20540" }];
    const structuredContent = { query, suggestions };
    return { content: [{ type: "text", text: JSON.stringify(structuredContent) }], structuredContent };
  });
  return server;
}

/**
 * The official server. It forgets its sessions when it is told to, and answers what it does not know as its own documentation
 * has it: with 404, or with 400.
 */
export async function officialServer({ enableJsonResponse = false, hasSessions = true, unknown = 404 } = {}) {
  const [transports, seen, sent] = [new Map(), [], []];
  const transportFor = async () => {
    const transport = new StreamableHTTPServerTransport({
      enableJsonResponse,
      sessionIdGenerator: hasSessions ? randomUUID : undefined,
      onsessioninitialized: (id) => transports.set(id, transport),
    });
    await tools(seen).connect(transport);
    return transport;
  };
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = pieces.length > 0 ? JSON.parse(Buffer.concat(pieces)) : undefined;
    sent.push({ method: body?.method, version: request.headers["mcp-protocol-version"], url: request.url });
    const id = request.headers["mcp-session-id"];
    const isNew = !hasSessions || (id === undefined && body?.method === "initialize");
    const transport = transports.get(id) ?? (isNew ? await transportFor() : undefined);
    if (transport) return transport.handleRequest(request, response, body);
    const error = { code: -32000, message: "Bad Request: No valid session ID provided" };
    return response.writeHead(unknown, { "content-type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", error, id: null }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    sent,
    forget: () => transports.clear(),
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}
