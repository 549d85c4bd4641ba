// The official package of MPP, on loopback. No Stripe: whoever shows a token has paid, once. No chain either: ./tempo.mjs.
import { createServer } from "node:http";
import { Challenge, Credential } from "mppx";
import { Mppx as Client, stripe as stripeClient, tempo as tempoClient } from "mppx/client";
import { Mppx as Server, stripe, tempo } from "mppx/server";
import { decodeFunctionData } from "viem";
import { Abis, Transaction } from "viem/tempo";
import { account, transfer } from "./tempo.mjs";

export { startNode, wallet } from "./tempo.mjs";

const PAYMENT = "/postalform/api/machine/mpp/orders";
const RECIPIENT = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
const PATH_USD = "0x20c0000000000000000000000000000000000000";

/** The official client, which pays with Stripe, and the tokens that it mints. */
export function officialFetch(fetch) {
  const tokens = [];
  const createToken = async () => tokens[tokens.push(`spt_test_${tokens.length + 1}`) - 1];
  const client = Client.create({ fetch, polyfill: false, methods: [withStripe(createToken)] });
  return { fetch: client.fetch, tokens };
}

const withStripe = (createToken) => stripeClient.charge({ createToken, paymentMethod: "pm_card_visa" });
const onTempo = (node, options) => tempoClient.charge({ account, getClient: () => node.client, ...options });

/** The official client, which pays on Tempo: `mode` is `pull` or `push`. */
export const tempoFetch = (fetch, node, options) => Client.create({ fetch, polyfill: false, methods: [onTempo(node, options)] }).fetch;

/**
 * What a server makes of a payment of the official client's. `send(credential?)` asks it; `changes` is what the wallet does
 * differently, `shows` changes the credential. Gives the status of the last answer, and the kind of problem.
 */
export async function judged(send, node, { method = "tempo", changes, shows = (shown) => shown, pauseMs = 0, times = 1 }) {
  const challenge = Challenge.fromResponseList(await send()).find((offered) => offered.method === method);
  const client = method === "tempo" ? onTempo(node) : withStripe(async () => `spt_test_${challenge.id}`.replaceAll("-", "_"));
  const usual = Credential.deserialize(await client.createCredential({ challenge, context: {} }));
  let { payload } = usual;
  if (changes) {
    const [call] = Transaction.deserialize(payload.signature).calls;
    const { args: [, , memo] } = decodeFunctionData({ abi: Abis.tip20, data: call.data });
    payload = await transfer(node, { request: challenge.request, memo, expires: challenge.expires }, changes);
  }
  await new Promise((resume) => setTimeout(resume, pauseMs));
  const shown = Credential.serialize(shows({ ...usual, payload }));
  let answer;
  for (let sent = 0; sent < times; sent++) answer = await send(shown);
  const { type } = answer.status < 300 ? {} : await answer.json();
  return [answer.status, type?.split("/").at(-1)];
}

/**
 * The official server in front of orders like PostalForm's; with a node of Tempo's it takes payments there, too. `loses` says
 * that the answer to the first payment is lost behind it.
 */
export async function officialServer({ node, seconds = 300, loses = false } = {}) {
  const charges = [];
  const intents = new Map();
  const paymentIntents = {
    async create(intent, { idempotencyKey: key }) {
      const known = intents.get(key);
      if (known) return { ...known, lastResponse: { headers: { "idempotent-replayed": "true" } } };
      charges.push({ amount: intent.amount, currency: intent.currency, key });
      const made = { ...intent, id: `pi_${charges.length}`, status: "succeeded" };
      intents.set(key, made);
      return { ...made, lastResponse: { headers: {} } };
    },
  };
  const card = stripe.charge({ client: { paymentIntents }, networkId: "profile_test_fake", paymentMethodTypes: ["card", "link"] });
  const chain = node && tempo.charge({ getClient: () => node.client, testnet: true, recipient: RECIPIENT, currency: PATH_USD });
  const methods = [...(chain ? [chain] : []), card];
  const mppx = Server.create({ realm: "postalform.com", secretKey: "a secret of the tests, 32 bytes long", methods });
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
    const expires = new Date(Date.now() + 1_000 * seconds).toISOString();
    const asked = { amount: "3.40", externalId: id, expires };
    const offers = [...(chain ? [[chain, asked]] : []), [card, { ...asked, currency: "usd", decimals: 2 }]];
    const result = await mppx.compose(...offers)(request);
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
    if (loses && response.status === 202) {
      loses = false;
      return incoming.socket.destroy();
    }
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return { url: `http://127.0.0.1:${server.address().port}`, charges, close };
}
