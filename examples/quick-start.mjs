// The vendor's quick start, through a gateway and with a grant instead of the key: look at the wallet, pay money in, send a
// letter from it, look the order up, look at the wallet again.
//
//   GRANT_SIGNING_KEY=... node examples/quick-start.mjs http://127.0.0.1:8787
import { Edgepost } from "edgepost/client";
import { mintGrant } from "edgepost/server";

const gateway = process.argv[2] ?? "http://127.0.0.1:8787";
// On the operator's computer. Whoever holds the grant may do this and nothing more, for ten minutes.
const grant = await mintGrant(process.env.GRANT_SIGNING_KEY, {
  sub: "quick-start",
  mode: "test",
  ops: ["pieterpost.get_wallet", "pieterpost.create_topup", "pieterpost.create_order", "pieterpost.get_order"],
  max_amount: { eur: 5000 },
  max_recipients: 1,
  exp: Math.floor(Date.now() / 1000) + 600,
});

const edgepost = new Edgepost({ baseUrl: gateway, grant });
const must = (called) => {
  if (called.kind !== "ok") throw new Error(JSON.stringify(called));
  return called.value;
};
const balance = async () => must(await edgepost.call("pieterpost.get_wallet", { currency: "eur" })).wallet.balanceCents;

const before = await balance();
const { topupId, status } = must(await edgepost.call("pieterpost.create_topup", { amountCents: 2500, currency: "eur" }));
const { ok, reasons } = await edgepost.preflight({ currency: "eur" }, { amountCents: 200 });
if (!ok) throw new Error(`The wallet does not reach: ${reasons.join(", ")}`);

const recipient = {
  name: "Library of Congress",
  streetAddress: "101 Independence Avenue SE",
  postalCode: "20540",
  city: "Washington",
  state: "DC",
  country: "United States",
};
const { orderId } = must(
  await edgepost.call("pieterpost.create_order", {
    requestType: "letter",
    senderEmail: "sender@example.com",
    letters: [{ recipient, message: "This letter is paid from the wallet." }],
  }),
);
const sent = must(await edgepost.wait("pieterpost.get_order", { orderId }));
if (sent.status !== "fulfilled") throw new Error(JSON.stringify(sent));
console.table([
  { step: "wallet before", cents: before },
  { step: `top-up ${topupId}: ${status}`, cents: 2500 },
  { step: `order ${orderId}: ${sent.status}`, cents: -sent.amountCents },
  { step: "wallet after", cents: await balance() },
]);
