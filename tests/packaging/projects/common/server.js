// The entry points for servers.
import { Sandbox } from "edgepost/sandbox";
import { Edgepost } from "edgepost/server";
import { verdicts } from "./verdicts.js";

export async function allVerdicts() {
  const sandbox = new Sandbox();
  const pieterpost = { key: "pp_test_sandbox", baseUrl: "https://sandbox.test/pieterpost" };
  const server = new Edgepost({ direct: { pieterpost }, fetch: (url, init) => sandbox.fetch(url, init) });
  const answer = await server.call("pieterpost.get_wallet", { currency: "eur" });
  return { ...(await verdicts()), server: answer.kind };
}
