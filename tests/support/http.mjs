// Servers of a test's own, on this machine.
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
