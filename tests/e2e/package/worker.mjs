// A Worker of somebody who installed the package: the entry points for workerd.
import * as edgepost from "edgepost";
import { Edgepost } from "edgepost/client";
import { inspectFile } from "edgepost/files";
import { Sandbox } from "edgepost/sandbox";
import { Edgepost as Direct, mintGrant } from "edgepost/server";
import { conform } from "../../support/conformance.mjs";

export default {
  /** Runs the vectors that are posted, and mints an order through the client with the sandbox as the provider. */
  async fetch(request) {
    try {
      const vectors = await request.json();
      const compared = conform(edgepost, vectors);
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
      const exp = Math.floor(Date.now() / 1000) + 60;
      const grant = await mintGrant("not-a-secret-only-for-tests-0123456789", { sub: "a", mode: "test", ops: ["pieterpost.*"], exp });
      return Response.json({ compared, kind, type, direct: uploaded.kind, grant: grant.split(".").length });
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
