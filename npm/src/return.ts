import { invalidOption } from "./options.js";

/** How a payer came back. */
export interface ReturnState {
  /** Postpay's: the order that was paid for. */
  orderId?: string;
  /** `success` and `cancelled` of PieterPost, `approved`, `denied` and `cancelled` of Postpay. */
  status: "approved" | "denied" | "cancelled" | "success" | "unknown";
  /** Anybody can write such an address: look the order or the wallet up. */
  proven: false;
}

/**
 * Reads the address to which a payer came back from a provider's page: `checkout=` for an order of PieterPost (PP-113),
 * `topup=` for money into a wallet (PP-147), `status=` and `order_id=` for an order of Postpay (PO-027). Never a proof of
 * payment, and never throws on a bad address.
 *
 * @throws EdgepostError with code `invalid_options` for a provider that has no such pages
 */
export function readReturn(provider: "pieterpost" | "postpay", url: string | URL): ReturnState {
  const isPostpay = provider === "postpay";
  if (!isPostpay && provider !== "pieterpost") throw invalidOption("provider", provider, "pieterpost or postpay", true);
  // Not by URL, which throws on half an address.
  const query = new URLSearchParams(/^[^?#]*\?([^#]*)/.exec(String(url))?.[1]);
  // What is said twice says nothing, unless it is the same.
  const one = (...names: string[]) => {
    const [first, ...others] = names.flatMap((name) => query.getAll(name));
    return others.every((other) => other === first) ? first : undefined;
  };
  // PP-113, PP-147; PO-028.
  const written = isPostpay ? one("status")?.toLowerCase() : one("checkout", "topup");
  const statuses = isPostpay ? (["approved", "denied", "cancelled"] as const) : (["success", "cancelled"] as const);
  const status = statuses.find((known) => known === written) ?? "unknown";
  const orderId = isPostpay && one("order_id");
  return { ...(orderId && { orderId }), status, proven: false };
}
