// The network between a gateway and the sandbox, with a say in what becomes of each request about an order; and what it has
// seen of payments.
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";

/** The time that the gateway and the flow leave behind the end of what was signed, in milliseconds. */
export const MARGIN_MS = 120_000;

/** What a payment says of itself: its value, and when it is surely worth nothing, in milliseconds since 1970. */
function paymentOf(headers) {
  const decode = (text, encoding) => JSON.parse(Buffer.from(text, encoding).toString());
  if (headers["payment-signature"]) {
    const { authorization } = decode(headers["payment-signature"], "base64").payload;
    return { value: headers["payment-signature"], endsMs: Number(authorization.validBefore) * 1_000 };
  }
  if (!headers.authorization?.startsWith("Payment ")) return undefined;
  const { challenge } = decode(headers.authorization.slice(8), "base64url");
  return { value: headers.authorization, endsMs: Date.parse(challenge.expires) };
}

function kindOf({ method, url, headers }) {
  if (method === "GET") return "read";
  if (url.endsWith("/validate")) return "quote";
  return paymentOf(headers) ? "paid" : "create";
}

/** Each payment once. */
const once = (shown) => shown.filter(({ value }, at) => shown.findIndex((other) => other.value === value) === at);

/**
 * What becomes of a request is what `fate(kind, count, nth)` of its order says: `count` is how many of the kind there were before,
 * `nth` which of the order's payments is shown, from 0:
 *
 * - nothing: it is answered
 * - `{ lost: true }`: it does not get there
 * - `{ instead }`: with `lost` without getting there, else behind it, this is answered: `{ status, headers?, body? }`, or `null`
 *   for a connection that breaks
 * - `{ lateMs }`: it gets there so much later
 * - `{ behind }`: it is called once the request got there
 * - `{ aheadMs }`: the answer's `Date` is so much ahead
 *
 * It may be a promise: the request waits for it.
 */
export async function startWire(sandbox) {
  const orders = new Map();
  const names = new Map();
  const known = (id) => {
    const name = names.get(id) ?? id;
    if (!orders.has(name)) orders.set(name, { fate: () => undefined, counts: {}, kinds: [], shown: [] });
    return orders.get(name);
  };
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const kind = kindOf(request);
    const id = kind === "read" ? request.url.split("/").at(-1) : body.length > 0 ? JSON.parse(body).request_id : "";
    const order = known(id);
    const count = (order.counts[kind] ??= 0);
    order.counts[kind] += 1;
    order.kinds.push(kind);
    if (kind === "paid") order.shown.push({ ...paymentOf(request.headers), atMs: Date.now() });
    const nth = kind === "paid" ? once(order.shown).findIndex(({ value }) => value === order.shown.at(-1).value) : undefined;
    const { lost = false, instead, lateMs = 0, behind, aheadMs = 0 } = (await order.fate(kind, count, nth)) ?? {};
    if (lateMs > 0) await pause(lateMs);
    let answer = instead;
    if (!lost) {
      const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
      const sent = await fetch(sandbox.url + request.url, { method: request.method, headers, body: body.length > 0 ? body : undefined, redirect: "manual" });
      const answered = Buffer.from(await sent.arrayBuffer());
      // The provider has an id of its own, under which it is asked.
      if (kind === "create" && sent.status === 402) names.set(JSON.parse(answered).order_id, id);
      await behind?.();
      if (answer === undefined) answer = { status: sent.status, headers: Object.fromEntries(sent.headers), body: answered };
    }
    if (!answer) return response.destroy();
    const { "content-length": _, "transfer-encoding": __, connection: ___, "content-encoding": ____, ...headers } = answer.headers ?? {};
    const date = new Date(Date.now() + aheadMs).toUTCString();
    response.writeHead(answer.status, { "content-type": "application/json", ...headers, date });
    response.end(answer.body ?? "{}");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Says what becomes of the requests about an order. */
    plan: (id, fate) => void (known(id).fate = fate),
    /** The kinds of all requests about an order, in their order. */
    kinds: (id) => known(id).kinds,
    /** Each payment that was shown for an order, once, with when it was first shown. */
    payments: (id) => once(known(id).shown),
    /** Whether two payments for an order could ever be spent at once. */
    isDoubled(id) {
      const payments = this.payments(id);
      return payments.some(({ atMs }, at) => payments.slice(0, at).some(({ endsMs }) => !(endsMs + MARGIN_MS <= atMs)));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
