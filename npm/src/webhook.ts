import { decode, utf8 } from "./bytes.js";
import { operations } from "./generated/types.js";
import * as wasm from "./generated/wasm/reader.js";
import { checked, invalidOption, numbers } from "./options.js";
import { asTheyCame, index, pairs } from "./reader.js";
import type { Delivery, WebhookResult } from "./types.js";

/**
 * Says whether a delivery is the provider's, and of these minutes (PO-093 to PO-097). What it tells is a hint: ask the
 * provider for the order before anything is done about it.
 *
 * @param provider whose hook it was sent to
 * @throws EdgepostError with code `invalid_options`, also for a body that was parsed: it is the bytes that are signed
 */
export function verifyWebhook(provider: "postpay", delivery: Delivery): WebhookResult {
  index(operations[0]);
  if (provider !== "postpay") throw invalidOption("provider", provider, "postpay", true);
  const { headers, body, secret, now } = checked(delivery, [["headers"], ["body"], ["secret"], numbers("now")]);
  const bytes = asTheyCame(body);
  const secrets = [secret ?? ""].flat();
  if (secrets.length === 0 || !secrets.every((one) => typeof one === "string" && one !== "")) throw invalidOption("secret", secret, "the hook's secret, or a list");
  const signatures = pairs(headers).filter(([name]) => name.toLowerCase() === "x-postpay-signature");
  const signature = utf8(signatures.map(([, value]) => value).join());
  const seconds = Math.trunc((now ?? Date.now()) / 1000);
  // Every one is tried: how long it takes does not tell which one fits.
  const tried = secrets.map((one) => decode(wasm.verify(signature, utf8(one), bytes, seconds)));
  // A time is only judged where a secret fits: what another one does not fit says less.
  const told = tried.find((told) => told !== "mismatch") ?? "mismatch";
  const timestamp = Number(told);
  if (isNaN(timestamp)) return { ok: false, reason: told } as WebhookResult;
  const text = decode(bytes);
  let event: unknown = text;
  try {
    event = JSON.parse(text);
  } catch {
    // Signed, but no JSON: the text is the event.
  }
  return { ok: true, provider, timestamp, event };
}
