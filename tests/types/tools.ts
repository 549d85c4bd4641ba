// PostalForm's tools, as a user's compiler sees them.
import { Edgepost } from "edgepost/client";
import { uploadPdf } from "edgepost/files";

export async function letter(file: Blob): Promise<{ upload_token: string } | string> {
  const edgepost = new Edgepost({ baseUrl: "https://mail.example.com" });
  const found = await edgepost.call("postalform.search_addresses", { query: "101 Independence", target: "recipient" });
  if (found.kind === "ok") {
    for (const { id, text, type, description } of found.value.suggestions) [id, text, type, description] satisfies string[];
  }
  // @ts-expect-error there is no such party
  await edgepost.call("postalform.search_addresses", { query: "101 Independence", target: "buyer" });
  // @ts-expect-error a query is needed
  await edgepost.call("postalform.search_addresses", {});
  const uploaded = await uploadPdf(edgepost, file, { name: "letter.pdf", signal: AbortSignal.timeout(60_000) });
  if (uploaded.kind !== "ok") return uploaded.kind === "refused" ? uploaded.message : uploaded.kind;
  const { upload_token } = uploaded.value;
  return { upload_token };
}
