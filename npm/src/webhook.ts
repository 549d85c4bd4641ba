import { decode, utf8 } from "./bytes.js";
import { operations } from "./generated/types.js";
import * as wasm from "./generated/wasm/reader.js";
import { checked, invalidOption, numbers } from "./options.js";
import { index, pairs } from "./reader.js";
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
  if (typeof body !== "string" && !(body instanceof Uint8Array)) throw invalidOption("body", body, "the bytes as they came, not parsed");
  const secrets = [secret ?? ""].flat();
  // What has a NUL in it would be two.
  if (secrets.length === 0 || !secrets.every((one) => typeof one === "string" && /^[^\0]+$/.test(one))) throw invalidOption("secret", secret, "the hook's secret, or a list");
  const signatures = pairs(headers).filter(([name]) => name.toLowerCase() === "x-postpay-signature");
  const said = [signatures.map(([, value]) => value.replaceAll("\0", " ")).join(), ...secrets].join("\0");
  const bytes = typeof body === "string" ? utf8(body) : body;
  const found = decode(wasm.verify(utf8(said), bytes, Math.trunc((now ?? Date.now()) / 1000)));
  if (!/^\d/.test(found)) return { ok: false, reason: found } as WebhookResult;
  const text = decode(bytes);
  let event: unknown = text;
  try {
    event = JSON.parse(text);
  } catch {
    // Signed, but no JSON: the text is the event.
  }
  return { ok: true, provider, timestamp: Number(found), event };
}
