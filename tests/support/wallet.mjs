// What the tests of the gateway's own wallet use: a gateway that pays PostalForm, in front of the sandbox.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { peer } from "../peers/install.mjs";
import { grant } from "./direct.mjs";
import { startGateway } from "./servers.mjs";

/** The first of the accounts that hardhat prints for everybody. */
export const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
export const ACCOUNT = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

/** What a letter costs in the sandbox, in cents. */
export const PRICE = 340;

const CAPS = ["cents_per_order", "cents_per_hour", "cents_per_day"];

/** A gateway that pays, within these caps, of which one may be left out; without any, if they are null. */
export const startPaying = (sandbox, { vars = {}, wallet = [500, 100_000, 100_000], ...options } = {}) =>
  startGateway(sandbox, {
    ...options,
    wallet: wallet && Object.fromEntries(CAPS.map((name, at) => [name, wallet[at]]).filter(([, cap]) => cap !== undefined)),
    vars: { POSTALFORM_URL: `${sandbox.url}/postalform`, X402_PRIVATE_KEY_TEST: KEY, ...vars },
  });

/** A grant that the gateway pays with. */
export const allow = (claims = {}) => grant({ ops: ["postalform.*"], max_amount: { usd: 10_000 }, ...claims });

const ADDRESS = { line1: "101 Independence Ave SE", city: "Washington", state: "DC", zip: "20540" };

/** An order for one letter. */
export const letter = (id, changes = {}) => ({
  request_id: id,
  buyer_name: "Library of Congress",
  buyer_email: "buyer@example.com",
  pdf: { download_url: "https://example.com/letter.pdf", file_id: "file_fake" },
  sender_name: "Library of Congress",
  sender_address_type: "Manual",
  sender_address_manual: ADDRESS,
  // The provider takes the same letter under two ids for one.
  recipient_name: `Room ${id.slice(0, 8)}`,
  recipient_address_type: "Manual",
  recipient_address_manual: ADDRESS,
  ...changes,
});

/** Has the gateway pay for an order; the query says within which bounds. */
export const pay = (gateway, order, token, query = "") =>
  fetch(`${gateway.url}/pay/postalform.create_order${query}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { "edgepost-grant": token }) },
    body: JSON.stringify(order),
  });

/** Asks until it is known. */
export async function known(gateway, order, token) {
  for (let tries = 0; ; tries += 1) {
    const answer = await pay(gateway, order, token);
    if (answer.status !== 202 || tries === 100) return answer;
    await pause(500);
  }
}

/** viem, signing typed data over http as another Worker would; `before` is done first. */
export async function startSigner(t, before) {
  const { account } = await peer("x402.mjs");
  const signer = { asked: [], refuses: false };
  const server = createServer(async (request, response) => {
    const asked = JSON.parse(await text(request));
    signer.asked.push(asked);
    await before();
    response.writeHead(signer.refuses || 200, { "content-type": "application/json" });
    response.end(JSON.stringify(signer.refuses ? {} : { signature: await account.signTypedData(asked) }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  signer.address = `127.0.0.1:${server.address().port}`;
  return signer;
}

/** What is needed to have it sign. */
export const signedBy = (signer) => ({ signer: signer.address, vars: { X402_PRIVATE_KEY_TEST: "", X402_ADDRESS_TEST: ACCOUNT } });

/** What was settled at the sandbox: hundredths of a dollar. */
export const settled = async (sandbox) => (await sandbox.state()).postalform.settlements.map(({ cents }) => cents);
