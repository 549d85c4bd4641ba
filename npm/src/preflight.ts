import type { Called } from "./client.js";
import type { OutputOf } from "./types.js";

/** What stands in the way of a direct order. */
export type Obstacle =
  /** The wallet could not be read: `read` says why. */
  | "not_read"
  /** The account has no wallets. */
  | "credits_disabled"
  /** The account cannot send live mail. */
  | "live_disabled"
  /** There is less in the wallet than the order costs, or nothing at all. */
  | "insufficient_credits";

/** Whether a direct order is likely to pass. Another order may be faster: only the order itself decides. */
export interface Preflight {
  /** There is no reason why not. */
  ok: boolean;
  reasons: Obstacle[];
  /** What is in the wallet, in hundredths of the currency; `null` if it could not be read. */
  balanceCents: number | null;
  currency: string | null;
  /** What reading the wallet came to. */
  read: Called<OutputOf<"pieterpost.get_wallet">>;
}

/** Looks for what stands in the way. Approval does not: direct orders need none (PP-011). */
export function preflightOf(read: Preflight["read"], amountCents?: number | null): Preflight {
  const account: Partial<OutputOf<"pieterpost.get_wallet">> = read.kind === "ok" ? read.value : {};
  const { balanceCents, currency = null, mode } = account.wallet ?? {};
  // A wallet of the other mode is none.
  const isFit = typeof balanceCents === "number" && !(read.kind === "ok" && read.issues?.some(({ code }) => code === "mode_mismatch"));
  if (!isFit) return { ok: false, reasons: ["not_read"], balanceCents: null, currency: null, read };
  const obstacles: [Obstacle, boolean][] = [
    ["credits_disabled", account.creditsEnabled === false],
    ["live_disabled", mode === "live" && account.liveEnabled === false],
    ["insufficient_credits", balanceCents < (amountCents ?? 1)],
  ];
  const reasons = obstacles.filter(([, isThere]) => isThere).map(([reason]) => reason);
  return { ok: reasons.length === 0, reasons, balanceCents, currency, read };
}
