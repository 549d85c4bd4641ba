import type { CallOptions, Called, Edgepost } from "./client.js";
import { EdgepostError } from "./error.js";
import { invalidOption } from "./options.js";
import type { OutputOf } from "./types.js";

/** Where a PDF goes, and what stands for it. */
export type Room = OutputOf<"postalform.create_pdf_upload">;

export interface UploadOptions extends CallOptions<Room> {
  /** The file's name; `document.pdf`, if nothing is said. */
  name?: string | undefined;
}

/**
 * Uploads a PDF for an order at PostalForm: makes room for it, and sends it there (PFD-016).
 *
 * @param edgepost a client of `edgepost/client`, which makes the room
 * @returns the room, whose `upload_token` stands for the PDF in one order; or why the PDF is not there
 * @throws EdgepostError as the client's `call` does; and with code `invalid_options`, where the PDF is no file
 */
export async function uploadPdf(edgepost: Pick<Edgepost, "call">, pdf: Blob | Uint8Array, options: UploadOptions = {}): Promise<Called<Room>> {
  const { name = "document.pdf", ...common } = options;
  const file = pdf instanceof Uint8Array ? new Blob([pdf as Uint8Array<ArrayBuffer>]) : pdf;
  if (!(file instanceof Blob)) throw invalidOption("pdf", file, "a Blob or a Uint8Array");
  const asked = { file_name: name, content_type: "application/pdf", content_length: file.size };
  return filled(await edgepost.call("postalform.create_pdf_upload", asked, common), file, name, common.signal);
}

/** Sends a PDF to where there is room for it, without the client's own fetch: what that puts on is for the gateway. */
async function filled(room: Called<Room>, file: Blob, name: string, signal: AbortSignal | undefined): Promise<Called<Room>> {
  if (room.kind !== "ok") return room;
  const { key, replayed, stale } = room;
  const { upload_url: url, max_bytes: most, required_headers: wanted = {} } = room.value;
  const retry = { advice: "new_key" } as const;
  const refused = (status: number, code: string, message: string): Called<Room> => ({ kind: "refused", status, code, message, retry, key, replayed, stale });
  if (!/^https:|^http:\/\/(localhost|127\.0\.0\.1)[:/]/.test(url)) return refused(0, "invalid_url", "The provider names no https address for the PDF.");
  if (most !== undefined && file.size > most) return refused(413, "too_large", `The PDF has ${file.size} bytes, and may have ${most}.`);
  const body = new FormData();
  body.append("file", file.type ? file : file.slice(0, file.size, "application/pdf"), name);
  // The form's boundary is the platform's.
  const headers = Object.fromEntries(Object.entries(wanted).filter(([header]) => header.toLowerCase() !== "content-type"));
  try {
    // Not "error", which Workers do not know. A redirect, which a browser shows as an answer with status 0, is a refusal.
    const answer = await fetch(url, { method: "POST", body, headers, credentials: "omit", redirect: "manual", signal: signal ?? null });
    const text = await answer.text();
    return answer.ok ? room : refused(answer.status, "upload_failed", text.slice(0, 200));
  } catch {
    if (signal?.aborted) throw Object.assign(new EdgepostError("aborted", "The PDF's upload was given up", [], { cause: signal.reason }), { key });
    return { kind: "unknown", status: null, excerpt: "", retry, key, replayed, stale };
  }
}
