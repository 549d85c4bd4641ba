/** What stands in the fields of the example: public institutions, found in the sandbox as well. */
export const EXAMPLE: Record<string, string> = {
  "recipient-name": "Library of Congress",
  "sender-name": "New York Public Library",
  "sender-line1": "476 5th Ave",
  "sender-city": "New York",
  "sender-state": "NY",
  "sender-zip": "10018",
  "buyer-name": "New York Public Library",
  "buyer-email": "buyer@example.com",
};
/** A building with several addresses, of which one is to be chosen. */
export const BUILDING = "Library of Congress";

const POINTS = { letter: [612, 792], "4x6": [450, 306], "6x9": [666, 450], "11x6": [810, 450] } as const;

/** A PDF of as many pages as are needed, of the right size, with a line on each (PF-056). */
export function examplePdf(kind: keyof typeof POINTS): File {
  const [width, height] = POINTS[kind];
  const lines = kind === "letter" ? ["Dear librarians, is there a catalogue of catalogues?"] : ["The front", "The side with the address"];
  const numbers = lines.map((_, index) => 4 + 2 * index);
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${lines.length} /Kids [${numbers.map((number) => `${number} 0 R`).join(" ")}] /MediaBox [0 0 ${width} ${height}] >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
    ...lines.flatMap((line, index) => {
      const drawn = `BT /F1 16 Tf 54 ${height - 90} Td (${line}) Tj ET`;
      return [
        `<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * index} 0 R >>`,
        `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`,
      ];
    }),
  ];
  let pdf = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const count = objects.length + 1;
  const end = `xref\n0 ${count}\n0000000000 65535 f \n${offsets.join("")}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${pdf.length}\n%%EOF\n`;
  return new File([pdf + end], "example.pdf", { type: "application/pdf" });
}
