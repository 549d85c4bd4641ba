import { invalidOption } from "./options.js";

/** How a payer came back. */
export interface ReturnState {
  status: "success" | "cancelled" | "unknown";
  /** Anybody can write such an address: look the order or the wallet up. */
  proven: false;
}

/**
 * Reads the address to which a payer came back from a provider's page: `checkout=` for an order (PP-113), `topup=` for
 * money into a wallet (PP-147). Never a proof of payment, and never throws on a bad address.
 *
 * @throws EdgepostError with code `invalid_options` for a provider that has no such pages
 */
export function readReturn(provider: "pieterpost", url: string | URL): ReturnState {
  if (provider !== "pieterpost") throw invalidOption("provider", provider, "pieterpost", true);
  // Not by URL, which throws on half an address.
  const [, query] = /^[^?#]*\?([^#]*)/.exec(String(url)) ?? [];
  const found = new URLSearchParams(query);
  const [status, ...others] = new Set(["checkout", "topup"].flatMap((name) => found.getAll(name)));
  const isKnown = (status === "success" || status === "cancelled") && others.length === 0;
  return { status: isKnown ? status : "unknown", proven: false };
}
