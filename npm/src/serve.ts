import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Sandbox, type SandboxOptions } from "./sandbox.node.js";

/** A body that is larger is not even read. An upload of 50 MB and a little more is: the provider's own refusal comes then. */
const LARGEST_BODY = 56 * 1024 * 1024;

/**
 * Serves a sandbox on the loopback interface, and nowhere else. Its seed is random, unless there is one: whoever remembers
 * an order of an earlier run, such as a page, must not meet another under its id.
 */
export async function serve(port: number, options?: SandboxOptions): Promise<Server> {
  const sandbox = new Sandbox({ seed: randomUUID(), ...options });
  const server = createServer((request, response) => {
    answer(sandbox, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

async function answer(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) {
      response.writeHead(413).end();
      return;
    }
    chunks.push(chunk);
  }
  const headers = Object.entries(request.headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const method = request.method ?? "GET";
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
  // A request that expects no body must not have one, not even an empty one.
  const body = method === "GET" || method === "HEAD" ? null : Buffer.concat(chunks);
  const answered = await sandbox.fetch(url, { method, headers, body, signal: gone.signal });
  response.writeHead(answered.status, [...answered.headers].flat());
  response.end(Buffer.from(await answered.arrayBuffer()));
}
