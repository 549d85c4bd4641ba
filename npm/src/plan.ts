import { inputBytes, parse, utf8 } from "./bytes.js";
import { operations } from "./generated/types.js";
import * as wasm from "./generated/wasm/reader.js";
import { checked, MODE, REQUEST_TYPE, texts } from "./options.js";
import { index } from "./reader.js";
import type { Json, Plan, Planned, PlanOptions } from "./types.js";

/**
 * A large list as orders within the provider's limits. Ids come from what an order holds: planning the same list again
 * gives the same, which makes sending it again safe. What is added at the end changes the last order of its market only;
 * what is put in or taken out before changes the orders behind it, so mend a list before you send the first.
 *
 * @param recipients a list of recipients, or of rows that hold one as `recipient`; what `recipients()` gave; or a list as JSON
 * @throws EdgepostError with code `invalid_options`
 */
export function plan(recipients: readonly Planned[] | { readonly rows: readonly Planned[] } | Json, options?: PlanOptions): Plan {
  index(operations[0]);
  const { mode, requestType, campaign, perDay, usedToday, perMinute } = checked(options, [
    MODE,
    REQUEST_TYPE,
    texts("campaign"),
    ["perDay, perMinute", "number", "a whole number from 1 on", /^[1-9]\d{0,8}$/],
    ["usedToday", "number", "a whole number from 0 on", /^\d{1,9}$/],
  ]);
  // PP-165, PP-166
  const orders = perDay ?? 100;
  const list = typeof recipients === "object" && recipients !== null && "rows" in recipients ? recipients.rows : recipients;
  const bytes = inputBytes(list);
  const words = utf8(campaign ?? "");
  const [isLenient, isPostcard] = [mode === "lenient", requestType === "postcard"];
  if (bytes instanceof Uint8Array) return parse(wasm.plan(bytes, isLenient, isPostcard, words, orders, usedToday ?? 0, perMinute ?? 60));
  const issues = [{ ...bytes, path: `/recipients${bytes.path}` }];
  return { orders: [], perDay: orders, days: 0, seconds: 0, leftOver: [], issues };
}
