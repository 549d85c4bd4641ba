// The official package of MPP, on loopback. No Stripe: whoever shows a token has paid.
import { createServer } from "node:http";
import { Mppx as Client, stripe as stripeClient } from "mppx/client";
import { Mppx as Server, stripe } from "mppx/server";

const PAYMENT = "/postalform/api/machine/mpp/orders";

/** The official client, and the tokens that it mints. */
export function officialFetch(fetch) {
  const tokens = [];
  const createToken = async () => tokens[tokens.push(`spt_test_${tokens.length + 1}`) - 1];
  const client = Client.create({ fetch, polyfill: false, methods: [stripeClient({ createToken, paymentMethod: "pm_card_visa" })] });
  return { fetch: client.fetch, tokens };
}

/** The official server in front of orders like PostalForm's. */
export async function officialServer() {
  const charges = [];
  const paymentIntents = {
    async create(intent, options) {
      charges.push({ amount: intent.amount, currency: intent.currency, key: options?.idempotencyKey });
      return { id: `pi_${charges.length}`, status: "succeeded", ...intent, lastResponse: { headers: {} } };
    },
  };
  const method = stripe.charge({ client: { paymentIntents }, networkId: "profile_test_fake", paymentMethodTypes: ["card", "link"] });
  const mppx = Server.create({ realm: "postalform.com", secretKey: "a secret of the tests, 32 bytes long", methods: [method] });
  const paid = new Set();

  const answer = async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method === "GET") {
      const id = pathname.split("/").at(-1);
      const is = paid.has(id);
      return Response.json({ order_id: id, is_paid: is, payment_status: is ? "paid" : "unpaid", current_step: "checkout" });
    }
    const { request_id: id } = await request.clone().json();
    if (pathname !== PAYMENT) return Response.json({ request_id: id, quote: { price_usd: "3.40", currency: "usd", page_count: 1 } });
    const result = await mppx.charge({ amount: "3.40", currency: "usd", decimals: 2, externalId: id })(request);
    if (result.status === 402) return result.challenge;
    paid.add(id);
    return result.withReceipt(Response.json({ order_id: id, status: "settled_pending_webhook" }, { status: 202 }));
  };
  const server = createServer(async (incoming, outgoing) => {
    const pieces = [];
    for await (const piece of incoming) pieces.push(piece);
    const { method, url, headers } = incoming;
    const body = method === "GET" ? undefined : Buffer.concat(pieces);
    const response = await answer(new Request(`http://${headers.host}${url}`, { method, headers: Object.entries(headers), body }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return { url: `http://127.0.0.1:${server.address().port}`, charges, close };
}
