// Each entry point for browsers, and a word of what it says.
import { ready, validate } from "edgepost";
import { Edgepost } from "edgepost/client";
import { describe } from "edgepost/describe";
import * as files from "edgepost/files";
import { recipientVerdicts } from "./recipient.js";

export async function verdicts() {
  await ready();
  await files.ready();
  const [issue] = validate("pieterpost.get_order", {}).issues;
  const fetch = () => Response.json({ code: "none", error: "" }, { status: 400 });
  const answer = await new Edgepost({ baseUrl: "https://mail.example.com", fetch }).call("pieterpost.get_order", { orderId: "a" });
  const report = files.inspectFile("letter-attachment", new TextEncoder().encode("%PDF-2.0"));
  const { method } = describe("pieterpost.get_order");
  return { edgepost: issue.code, client: answer.kind, describe: method, files: report.type, ...(await recipientVerdicts()) };
}
