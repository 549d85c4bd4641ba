import type { Payer, Signer, TypedData } from "edgepost/client";

/** A wallet that its extension puts into each page (EIP-1193). */
interface Ethereum {
  request(asked: { method: string; params?: unknown[] }): Promise<unknown>;
}

/** A number, as wallets write it. */
const hex = (number: number): string => `0x${number.toString(16)}`;
const UNKNOWN_METHOD = 4200;

export function wallet(): Ethereum | undefined {
  const { ethereum } = globalThis as { ethereum?: Partial<Ethereum> };
  return typeof ethereum?.request === "function" ? (ethereum as Ethereum) : undefined;
}

/** Asks the wallet's owner which account may pay. */
export async function account(): Promise<string> {
  const accounts = await wallet()?.request({ method: "eth_requestAccounts" });
  const [address] = Array.isArray(accounts) ? (accounts as unknown[]) : [];
  if (typeof address !== "string") throw new Error("The wallet names no account.");
  return address;
}

/** What signs with this account; its owner is asked when it does. */
export function walletSigner(address: string): Signer {
  return {
    address,
    async signTypedData(data: TypedData) {
      const own = wallet();
      if (own === undefined) throw new Error("There is no wallet in this browser.");
      // Wallets sign for the chain that they are on.
      await own.request({ method: "wallet_switchEthereumChain", params: [{ chainId: hex(data.domain.chainId) }] }).catch((error: { code?: number }) => {
        if (error.code !== UNKNOWN_METHOD) throw error;
      });
      return String(await own.request({ method: "eth_signTypedData_v4", params: [address, JSON.stringify(data)] }));
    },
  };
}

/** Pays with a token that is none of Stripe's: it is good for the sandbox. */
export const TOKEN: Payer = {
  methods: ["stripe"],
  pay: () => ({ payload: { spt: `spt_test_${crypto.randomUUID().replaceAll("-", "")}` } }),
};
