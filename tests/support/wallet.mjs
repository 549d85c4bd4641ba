// What the tests of the gateway's own wallet use: a gateway that pays PostalForm, in front of the sandbox.
import { grant } from "./direct.mjs";
import { startGateway } from "./servers.mjs";

/** The first of the accounts that hardhat prints for everybody. */
export const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
export const ACCOUNT = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

/** What a letter costs in the sandbox, in cents. */
export const PRICE = 340;

/** A gateway that pays, within these caps; without any, if they are null. */
export const startPaying = (sandbox, { vars = {}, wallet = [500, 100_000, 100_000], ...options } = {}) =>
  startGateway(sandbox, {
    ...options,
    wallet: wallet && Object.fromEntries(["cents_per_order", "cents_per_hour", "cents_per_day"].map((name, at) => [name, wallet[at]])),
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

/** Has the gateway pay for an order. */
export const pay = (gateway, order, token) =>
  fetch(`${gateway.url}/pay/postalform.create_order`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { "edgepost-grant": token }) },
    body: JSON.stringify(order),
  });

/** What was settled at the sandbox: hundredths of a dollar. */
export const settled = async (sandbox) => (await sandbox.state()).postalform.settlements.map(({ cents }) => cents);
