// Tempo on loopback: the node that a wallet and a provider ask is played here, for there is no chain; what they make of its
// answers is theirs.
import { createServer } from "node:http";
import { createClient, decodeFunctionData, encodeAbiParameters, encodeEventTopics, http, keccak256, numberToHex } from "viem";
import { prepareTransactionRequest, sendTransactionSync, signTransaction } from "viem/actions";
import { Abis, Actions, Transaction } from "viem/tempo";
import { tempoModerato } from "viem/tempo/chains";
import { privateKeyToAccount } from "viem/accounts";

/** The published key of Hardhat's first test account. */
export const account = privateKeyToAccount("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");

const NO_BLOOM = `0x${"00".repeat(256)}`;
const BLOCK_HASH = `0x${"11".repeat(32)}`;
const FEE = numberToHex(24_000_000_000n);

/** A node: what it is sent it takes once, and only in time. `transfers` is what has moved. */
export async function startNode() {
  const transfers = [];
  const receipts = new Map();

  const log = (address, eventName, { memo, amount, ...args }, logIndex, transactionHash) => ({
    address,
    topics: encodeEventTopics({ abi: Abis.tip20, eventName, args: { ...args, memo } }),
    data: encodeAbiParameters([{ type: "uint256" }], [amount]),
    blockHash: BLOCK_HASH,
    blockNumber: "0x1",
    logIndex: numberToHex(logIndex),
    transactionHash,
    transactionIndex: "0x0",
    removed: false,
  });

  function take(raw) {
    const { from, chainId, calls, validBefore } = Transaction.deserialize(raw);
    const hash = keccak256(raw);
    if (chainId !== tempoModerato.id) throw new Error("invalid chain id");
    if (receipts.has(hash)) throw new Error("already known");
    if (validBefore !== undefined && validBefore <= Date.now() / 1_000) throw new Error("transaction expired");
    const logs = calls.flatMap(({ to: token, data }, at) => {
      const { args: [to, amount, memo] } = decodeFunctionData({ abi: Abis.tip20, data });
      transfers.push({ from, to, amount, memo, token });
      return [
        log(token, "Transfer", { from, to, amount }, 2 * at, hash),
        ...(memo === undefined ? [] : [log(token, "TransferWithMemo", { from, to, amount, memo }, 2 * at + 1, hash)]),
      ];
    });
    const receipt = {
      type: "0x76",
      status: "0x1",
      from,
      to: calls[0].to,
      contractAddress: null,
      logs,
      logsBloom: NO_BLOOM,
      blockHash: BLOCK_HASH,
      blockNumber: "0x1",
      transactionHash: hash,
      transactionIndex: "0x0",
      gasUsed: "0x186a0",
      cumulativeGasUsed: "0x186a0",
      effectiveGasPrice: FEE,
    };
    receipts.set(hash, receipt);
    return receipt;
  }

  const methods = {
    eth_chainId: () => numberToHex(tempoModerato.id),
    eth_getBlockByNumber: () => ({ number: "0x1", hash: BLOCK_HASH, timestamp: numberToHex(Math.floor(Date.now() / 1_000)), baseFeePerGas: FEE, gasLimit: "0x1c9c380", transactions: [] }),
    eth_maxPriorityFeePerGas: () => "0x0",
    eth_estimateGas: () => "0x186a0",
    eth_call: () => "0x",
    eth_sendRawTransactionSync: take,
    eth_sendRawTransaction: (raw) => take(raw).transactionHash,
    eth_getTransactionReceipt: (hash) => receipts.get(hash) ?? null,
  };
  const called = new Set();
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const asked = JSON.parse(Buffer.concat(pieces));
    const answer = ({ id, method, params = [] }) => {
      called.add(method);
      const known = methods[method];
      if (!known) return { jsonrpc: "2.0", id, error: { code: -32601, message: `the method ${method} does not exist` } };
      try {
        return { jsonrpc: "2.0", id, result: known(...params) };
      } catch (error) {
        return { jsonrpc: "2.0", id, error: { code: -32000, message: error.message } };
      }
    };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(Array.isArray(asked) ? asked.map(answer) : answer(asked)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)));
  const client = createClient({ account, chain: tempoModerato, transport: http(`http://127.0.0.1:${server.address().port}`, { retryCount: 0 }) });
  return { client, transfers, called, close };
}

/** What is signed, or sent, for a challenge; `changes` is what a test does differently. */
export async function transfer({ client }, { request, memo, expires }, { sends = false, seconds = 25, ...changes } = {}) {
  const { amount, currency: token, recipient: to } = request;
  const call = Actions.token.transfer.call(client, { token, to, memo, ...changes, amount: BigInt(changes.amount ?? amount) });
  const validBefore = Math.min(Math.floor(Date.now() / 1_000) + seconds, Math.floor(Date.parse(expires) / 1_000));
  const asked = { account, calls: [call], nonceKey: "expiring", validBefore };
  if (sends) return { type: "hash", hash: (await sendTransactionSync(client, asked)).transactionHash };
  const prepared = await prepareTransactionRequest(client, asked);
  return { type: "transaction", signature: await signTransaction(client, prepared) };
}

/** A wallet for our client: it signs, or it sends by itself, once for each challenge. */
export function wallet(node, method) {
  const made = new Map();
  const pay = async (ask) => {
    if (!made.has(ask.challengeId)) made.set(ask.challengeId, await transfer(node, ask, { sends: method === "tempo_hash" }));
    return { payload: made.get(ask.challengeId), source: `did:pkh:eip155:${ask.chainId}:${account.address}` };
  };
  return { methods: [method], pay, made };
}
