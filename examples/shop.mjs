// The back end of the shop at /shop of the gateway's page. It alone knows what things cost: what a page says it ordered is
// priced here, and the grant is for that sum and no other.
//
//   GRANT_SIGNING_KEY=... node examples/shop.mjs http://127.0.0.1:8787 8789
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { Edgepost } from "edgepost/client";
import { mintGrant } from "edgepost/server";

const [gateway = "http://127.0.0.1:8787", port = "8789"] = process.argv.slice(2);
const edgepost = new Edgepost({ baseUrl: gateway });

// In hundredths of AED; the tax is a twentieth of all.
const PRICES = new Map(Object.entries({ atlas: 12_000, compass: 4_550, globe: 26_000, courier: 2_000 }));
const priceOf = (cart) => {
  const net = [...cart, ["courier", 1]].reduce((sum, [thing, count]) => sum + PRICES.get(thing) * count, 0);
  return cart.every(([, count]) => Number.isInteger(count) && count > 0) ? net + Math.round(net / 20) : NaN;
};
const sign = (operation, claims) => {
  const exp = Math.floor(Date.now() / 1000) + 600;
  return mintGrant(process.env.GRANT_SIGNING_KEY, { sub: randomUUID(), mode: "test", ops: [`postpay.${operation}`], exp, ...claims });
};

const ANSWERS = {
  // For this order, so that no other of the same sum passes for it.
  "/grant": async ({ cart, order_id }) => {
    return { grant: await sign("create_checkout", { orders: [order_id], amount: { aed: priceOf(cart) } }) };
  },
  // What follows is for a shop's staff, and has a login where it is more than an example.
  "/refund": async ({ order_id, refund_id, amount }) => {
    // The refund's own name: should it be sent again, it is the same one's.
    const grant = await sign("create_refund", { sub: refund_id, orders: [order_id], amount: { aed: amount } });
    return edgepost.call("postpay.create_refund", { order_id, refund_id, amount }, { grant });
  },
  "/refunds": async ({ order_id }) => {
    const grant = await sign("list_refunds", { orders: [order_id] });
    return edgepost.call("postpay.list_refunds", { order_id, page_size: 50 }, { grant });
  },
};

createServer(async (request, response) => {
  const answer = request.headers.origin === gateway && request.method === "POST" && ANSWERS[request.url];
  let [status, value] = [404, { error: "There is nothing here for this page." }];
  try {
    if (answer) [status, value] = [200, await answer(await json(request))];
  } catch (error) {
    [status, value] = [400, { error: error.message }];
  }
  response.writeHead(status, { "access-control-allow-origin": gateway, "content-type": "application/json" });
  response.end(JSON.stringify(value));
}).listen(Number(port), "127.0.0.1", () => console.log(`The shop's back end is at http://127.0.0.1:${port}`));
