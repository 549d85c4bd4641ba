// A Worker of somebody who installed the package: the entry points for workerd.
import * as edgepost from "edgepost";
import { Edgepost } from "edgepost/client";
import { inspectFile } from "edgepost/files";
import { Sandbox } from "edgepost/sandbox";
import { Edgepost as Direct, mintGrant, signWebhook } from "edgepost/server";
import { conform } from "../../support/conformance.mjs";

export default {
  /** Runs the vectors that are posted, and mints an order through the client with the sandbox as the provider. */
  async fetch(request) {
    try {
      const vectors = await request.json();
      const compared = conform(edgepost, vectors);
      const signed = { headers: signWebhook("postpay", { body: "{}", secret: "fake" }), body: "{}", secret: "fake" };
      const webhook = edgepost.verifyWebhook("postpay", signed).ok;
      const sandbox = new Sandbox();
      const client = new Edgepost({
        baseUrl: "https://sandbox.test",
        fetch: (url, init) => sandbox.fetch(url, { ...init, headers: { ...init.headers, authorization: "Bearer pp_test_sandbox" } }),
      });
      const { input } = vectors.operations["pieterpost.create_checkout_link"].examples.letter_checkout;
      const { kind } = await client.call("pieterpost.create_checkout_link", input);
      const { type } = inspectFile("letter-attachment", new TextEncoder().encode("%PDF-2.0"));
      const access = { key: "pp_test_sandbox", baseUrl: "https://sandbox.test/pieterpost" };
      const server = new Direct({ direct: { pieterpost: access }, fetch: (url, init) => sandbox.fetch(url, init) });
      const file = new TextEncoder().encode("%PDF-2.0");
      const uploaded = await server.call("pieterpost.upload_asset", { kind: "letter-attachment", name: "a.pdf", file });
      const postpay = { merchantId: "id_sandbox", key: "sk_test_sandbox", baseUrl: "https://sandbox.test/postpay" };
      const pitneybowes = { key: "fake-pitneybowes-key", secret: "fake-pitneybowes-secret", baseUrl: "https://sandbox.test/pitneybowes" };
      const paying = new Direct({ direct: { postpay, pitneybowes }, fetch: (url, init) => sandbox.fetch(url, init) });
      const { input: checkout } = vectors.operations["postpay.create_checkout"].examples.create_a_checkout;
      for (const order_id of ["order-1", "order-2"]) await paying.call("postpay.create_checkout", { ...checkout, order_id });
      const orders = [];
      for await (const { order_id } of paying.each("postpay.list_orders", { page_size: 1 })) orders.push(order_id);
      const merchants = await paying.call("pitneybowes.list_merchants", { developerId: "fake-developer" });
      const exp = Math.floor(Date.now() / 1000) + 60;
      const grant = await mintGrant("not-a-secret-only-for-tests-0123456789", { sub: "a", mode: "test", ops: ["pieterpost.*"], exp });
      return Response.json({ compared, kind, type, direct: uploaded.kind, grant: grant.split(".").length, webhook, orders, merchants: merchants.kind });
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
