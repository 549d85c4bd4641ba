import type { Issue } from "edgepost";
import { inspectBlob, ready } from "edgepost/files";
import { byId, number } from "../dom.js";
import { input, piece, size, tell } from "./fields.js";

/** In bytes. The PDF goes with the order, which a gateway takes up to a megabyte of; a server uploads larger ones (`uploadPdf`). */
const LARGEST = 700_000;

export interface Pdf {
  /** The PDF as a `data:` address (PF-020), if it will do. */
  address(): string | null;
  /** What was found wrong with it. */
  issues(): Issue[];
  /** Takes this PDF, as if it had been chosen. */
  take(pdf: File): void;
  /** Looks again whether it will do: something else is sent. */
  look(): void;
  empty(): void;
}

/** The choice of a PDF, which is looked into here. `changed` is told whenever more is known. */
export function startPdf(changed: () => void): Pdf {
  const field = input("file");
  const status = byId("file-status", HTMLElement);

  let chosen: File | null = null;
  let address: string | null = null;
  let issues: Issue[] = [];
  /** Each look is overtaken by the next. */
  let looks = 0;

  const look = async (): Promise<void> => {
    const [pdf, own] = [chosen, (looks += 1)];
    [address, issues] = [null, []];
    tell(status, "");
    changed();
    if (pdf === null) return;
    if (pdf.size > LARGEST) return tell(status, `${pdf.name} has ${number(pdf.size)} bytes; this page sends ${number(LARGEST)} at most.`, true);
    const kind = piece() === "letter" ? "postalform-letter" : (`postalform-postcard-${size()}` as const);
    try {
      await ready();
      const report = await inspectBlob(kind, pdf);
      const read = report.ok ? await dataAddress(pdf) : null;
      if (own !== looks) return;
      [address, issues] = [read, report.issues];
      const pages = report.pages === undefined ? "" : report.pages === 1 ? ", one page" : `, ${report.pages} pages`;
      tell(status, `${pdf.name}${pages}.`);
    } catch {
      if (own !== looks) return;
      tell(status, `${pdf.name} could not be read. Choose it again.`, true);
      // The same file again would else be no change.
      field.value = "";
    }
    changed();
  };

  field.addEventListener("change", () => {
    chosen = field.files?.[0] ?? null;
    void look();
  });

  return {
    address: () => address,
    issues: () => issues,
    take(pdf) {
      const files = new DataTransfer();
      files.items.add(pdf);
      field.files = files.files;
      chosen = pdf;
      void look();
    },
    look: () => void look(),
    empty() {
      field.value = "";
      chosen = null;
      void look();
    },
  };
}

function dataAddress(pdf: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(pdf.slice(0, pdf.size, "application/pdf"));
  });
}
