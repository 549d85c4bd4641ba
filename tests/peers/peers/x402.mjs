// The official packages of x402, on loopback. No chain: what it would know is a set of nonces.
import { createServer } from "node:http";
import { x402Facilitator } from "@x402/core/facilitator";
import { x402HTTPResourceServer, x402ResourceServer } from "@x402/core/server";
import { ExactEvmScheme as FacilitatorScheme } from "@x402/evm/exact/facilitator";
import { ExactEvmScheme as ServerScheme } from "@x402/evm/exact/server";
import { ExactEvmScheme as ClientScheme } from "@x402/evm/exact/client";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import { decodeFunctionData, encodeAbiParameters, encodeEventTopics, encodeFunctionResult, keccak256, parseAbi, parseAbiParameters, verifyTypedData } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
const NETWORK = "eip155:84532";
const PAY_TO = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
const AUTHORIZATION = "address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce";
const TOKEN = parseAbi([
  "function balanceOf(address) view returns (uint256)",
  "function authorizationState(address, bytes32) view returns (bool)",
  "function name() view returns (string)",
  "function version() view returns (string)",
]);
const TRANSFER = parseAbi(["event Transfer(address indexed from, address indexed to, uint256 value)"]);

/** The published key of Hardhat's first test account. */
export const account = privateKeyToAccount("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");

/** The official client, with as much trust as an order needs. */
export function officialFetch(fetch) {
  const client = new x402Client().register(NETWORK, new ClientScheme(account));
  client.setSpendControls({ maxAmountPerPayment: "$200" });
  return wrapFetchWithPayment(fetch, client);
}

const decoded = (header) => header && JSON.parse(Buffer.from(header, "base64"));

/**
 * What a server makes of a payment of the official client's. `send(payment?)` asks it; `changes` is signed in place of what the
 * client would sign, `shows` changes what is shown. Gives the status of the last answer, and why it is no other.
 */
export async function judged(send, { changes, shows = (shown) => shown, times = 1 }) {
  const { resource, accepts: [accepted] } = decoded((await send()).headers.get("payment-required"));
  const { payload } = await new ClientScheme(account).createPaymentPayload(2, accepted);
  if (changes) {
    const { seconds, ...rest } = changes;
    const validBefore = seconds === undefined ? {} : { validBefore: String(Math.floor(Date.now() / 1_000) + seconds) };
    const message = Object.assign(payload.authorization, rest, validBefore);
    payload.signature = await account.signTypedData({
      domain: { ...accepted.extra, chainId: 84_532, verifyingContract: accepted.asset },
      types: { TransferWithAuthorization: parseAbiParameters(AUTHORIZATION) },
      primaryType: "TransferWithAuthorization",
      message,
    });
  }
  const shown = Buffer.from(JSON.stringify(shows({ x402Version: 2, payload, resource, accepted }))).toString("base64");
  let answer;
  for (let sent = 0; sent < times; sent++) answer = await send(shown);
  return [answer.status, answer.status < 300 ? undefined : decoded(answer.headers.get("payment-required")).error];
}

/** What the facilitator asks a chain. */
function chain(settlements) {
  const nonces = new Set();
  const receipts = new Map();
  const transferred = ({ functionName, args }) => {
    if (functionName !== "transferWithAuthorization") return undefined;
    if (nonces.has(args[5])) throw new Error("execution reverted: authorization is used or canceled");
    return args;
  };
  const told = ({ functionName, args }) => {
    if (functionName === "balanceOf") return 10n ** 12n;
    if (functionName === "authorizationState") return nonces.has(args[1]);
    if (functionName === "name") return "USDC";
    return functionName === "version" ? "2" : undefined;
  };
  return {
    getAddresses: () => ["0x000000000000000000000000000000000000dEaD"],
    getCode: async ({ address }) => (address.toLowerCase() === USDC.toLowerCase() ? "0x6001" : undefined),
    verifyTypedData,
    async readContract(call) {
      if (call.functionName !== "tryAggregate") return told(call) ?? transferred(call);
      const asked = call.args[1].map(({ callData }) => decodeFunctionData({ abi: TOKEN, data: callData }));
      return asked.map((one) => ({ success: true, returnData: encodeFunctionResult({ abi: TOKEN, functionName: one.functionName, result: told(one) }) }));
    },
    async writeContract(call) {
      const [from, to, value, , , nonce] = transferred(call);
      nonces.add(nonce);
      settlements.push({ from, to, value, nonce });
      const hash = keccak256(nonce);
      const topics = encodeEventTopics({ abi: TRANSFER, eventName: "Transfer", args: { from, to } });
      const data = encodeAbiParameters([{ type: "uint256" }], [value]);
      receipts.set(hash, { status: "success", logs: [{ address: USDC, topics, data }] });
      return hash;
    },
    waitForTransactionReceipt: async ({ hash }) => receipts.get(hash),
    sendTransaction: () => Promise.reject(new Error("nobody sends")),
  };
}

/**
 * The official resource server and facilitator in front of orders like PostalForm's. `drop()` says whether the answer to a
 * payment is lost behind its settlement.
 */
export async function officialServer(drop = () => false) {
  const settlements = [];
  const facilitator = new x402Facilitator().register(NETWORK, new FacilitatorScheme(chain(settlements)));
  const local = {
    verify: (payload, requirements) => facilitator.verify(payload, requirements),
    settle: (payload, requirements) => facilitator.settle(payload, requirements),
    getSupported: async () => facilitator.getSupported(),
  };
  const resources = new x402ResourceServer(local).register(NETWORK, new ServerScheme());
  const accepts = { scheme: "exact", payTo: PAY_TO, price: "$3.40", network: NETWORK, maxTimeoutSeconds: 300 };
  const payments = new x402HTTPResourceServer(resources, { "POST /postalform/api/machine/orders": { accepts, mimeType: "application/json" } });
  await payments.initialize();
  const paid = new Map();

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const { pathname: path } = new URL(request.url, "http://localhost");
    const say = (status, value, headers = {}) => response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
    if (path.endsWith("/validate")) return say(200, { request_id: JSON.parse(body).request_id, quote: { price_usd: 3.4, currency: "usd", page_count: 1 } });
    if (request.method === "GET") {
      const id = path.split("/").at(-1);
      const steps = paid.get(id);
      const url = `https://postalform.com/order/complete?order_id=${id}`;
      return say(200, steps === undefined ? { order_id: id, is_paid: false, payment_status: "unpaid" } : { order_id: id, is_paid: true, payment_status: "paid", current_step: "email_sent", order_complete_url: url });
    }
    const adapter = {
      getHeader: (name) => request.headers[name.toLowerCase()],
      getMethod: () => request.method,
      getPath: () => path,
      getUrl: () => `http://${request.headers.host}${request.url}`,
      getAcceptHeader: () => request.headers.accept ?? "",
      getUserAgent: () => "",
    };
    const context = { adapter, path, method: request.method, paymentHeader: adapter.getHeader("payment-signature") };
    const result = await payments.processHTTPRequest(context);
    if (result.type === "payment-error") {
      const { status, headers, body: problem } = result.response;
      return say(status, problem ?? {}, headers);
    }
    const settled = await payments.processSettlement(result.paymentPayload, result.paymentRequirements, result.declaredExtensions, { request: context });
    if (!settled.success) return say(402, {}, settled.headers);
    const { request_id: id } = JSON.parse(body);
    paid.set(id, []);
    if (drop()) return request.socket.destroy();
    say(202, { order_id: id, request_id: id, status: "settled_pending_webhook", is_paid: false }, settled.headers);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  return { url: `http://127.0.0.1:${server.address().port}`, settlements, close };
}

async function text(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
