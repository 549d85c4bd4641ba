// Servers of a test's own, on this machine.
import { once } from "node:events";
import { createServer } from "node:http";

/**
 * Makes one of many calls at once. Where the machine is busy, workerd takes some connections so late that it closes them: then it
 * is made once more.
 */
export const oneOfMany = (call) => call().catch(call);

/** The types of what pages are made of, by the end of a file's name. */
export const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Listens at an address that nobody else has, which is given with what ends it. */
export async function listen(answer) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Goes on with an answer without end, as fast as it is taken, until the other side has had enough; says how many bytes those were. */
export async function flood(response) {
  const piece = Buffer.alloc(65_536, " ");
  const closed = once(response, "close");
  let sent = 0;
  while (!response.destroyed) {
    sent += piece.length;
    if (!response.write(piece)) await Promise.race([once(response, "drain"), closed]);
  }
  return sent;
}
