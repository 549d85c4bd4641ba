import { inputBytes } from "./bytes.js";
import { invalidInput } from "./error.js";
import * as wasm from "./generated/wasm/reader.js";
import { index, validate } from "./reader.js";
import type { Draft, InputOf, Json } from "./types.js";

const CHECKOUT = "postpay.create_checkout";

/**
 * What `total_amount` of a Postpay checkout has to be, in hundredths: items, shipping and tax, less discounts (PO-040).
 *
 * @throws EdgepostError with code `invalid_input` and the `issues` where a part is missing or no sum comes of them
 */
export function total(checkout: Draft<InputOf<typeof CHECKOUT>> | Json): number {
  index(CHECKOUT);
  const bytes = inputBytes(checkout);
  const sum = bytes instanceof Uint8Array ? wasm.total(bytes) : -1;
  if (sum < 0) throw invalidInput(CHECKOUT, validate(CHECKOUT, checkout).issues);
  return sum;
}
