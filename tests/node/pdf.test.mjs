// PDFs for postcards, made here with what programs make PDFs with, and looked into with edgepost/files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspectBlob, inspectFile, ready } from "edgepost/files";
import { PDFDocument, PDFName, PDFNumber, degrees } from "pdf-lib";
import PDFKit from "pdfkit";

await ready();

const CARD = "postalform-postcard-6x9";
const BLEED = [666, 450];

/** A PDF of pdf-lib's; with object streams and a cross-reference stream unless told otherwise. */
async function ofPdfLib(sizes, { useObjectStreams = true, change = () => {} } = {}) {
  const document = await PDFDocument.create();
  for (const size of sizes) document.addPage(size).drawText("Greetings from Springfield");
  change(document);
  return document.save({ useObjectStreams });
}

/** A PDF of PDFKit's, which packs what is drawn. */
function ofPdfKit(sizes, options = {}) {
  const document = new PDFKit({ autoFirstPage: false, ...options });
  const pieces = [];
  document.on("data", (piece) => pieces.push(piece));
  for (const size of sizes) document.addPage({ size, margin: 10 }).text("Greetings from Springfield. endstream 4 0 obj<<>>endobj");
  document.end();
  return new Promise((resolve) => document.on("end", () => resolve(new Uint8Array(Buffer.concat(pieces)))));
}

const makers = {
  "pdf-lib, with object streams": ofPdfLib,
  "pdf-lib, without": (sizes) => ofPdfLib(sizes, { useObjectStreams: false }),
  PDFKit: ofPdfKit,
  "PDFKit, not packed": (sizes) => ofPdfKit(sizes, { compress: false }),
  "PDFKit, PDF 1.7": (sizes) => ofPdfKit(sizes, { pdfVersion: "1.7" }),
};
const codes = ({ issues }) => issues.map(({ severity, code, rule }) => `${severity} ${code} ${rule}`);

for (const [name, make] of Object.entries(makers)) {
  test(`PF-055 PF-056 PF-057: pages and their sizes are read from a PDF of ${name}`, async () => {
    const good = inspectFile(CARD, await make([BLEED, BLEED]));
    assert.deepEqual([good.ok, good.pages, good.pageSizes, good.issues], [true, 2, [BLEED, BLEED], []]);
    assert.deepEqual(codes(inspectFile(CARD, await make([BLEED]))), ["error wrong_page_count PF-055"]);
    assert.deepEqual(codes(inspectFile(CARD, await make([BLEED, BLEED, BLEED]))), ["error wrong_page_count PF-055"]);
    assert.deepEqual(codes(inspectFile(CARD, await make([BLEED, [648, 432]]))), ["error wrong_page_size PF-057"]);
    assert.deepEqual(codes(inspectFile(CARD, await make([[450, 666], BLEED]))), ["error wrong_page_size PF-056"]);
    assert.deepEqual(codes(inspectFile(CARD, await make([[666.25, 450], BLEED]))), ["warning wrong_page_size PF-056"]);
    assert.deepEqual(codes(inspectFile(CARD, await make([[666, 450.75], BLEED]))), ["error wrong_page_size PF-056"]);
    const letter = inspectFile("postalform-letter", await make(Array.from({ length: 60 }, () => [612, 792])));
    assert.deepEqual([letter.ok, letter.pages, letter.pageSizes[59]], [true, 60, [612, 792]]);
  });
}

test("PF-056: a page that is turned, or has its size from above, is as large as it is looked at", async () => {
  const turned = await ofPdfLib([[450, 666], [450, 666]], { change: (document) => document.getPages().forEach((page) => page.setRotation(degrees(270))) });
  assert.deepEqual(codes(inspectFile(CARD, turned)), []);
  const inherited = await ofPdfLib([BLEED, BLEED], {
    change: ({ catalog, context, getPages }) => {
      catalog.Pages().set(PDFName.of("MediaBox"), context.obj([0, 0, 666, 450]));
      catalog.Pages().set(PDFName.of("Rotate"), PDFNumber.of(0));
    },
  });
  assert.deepEqual(codes(inspectFile(CARD, inherited)), []);
});

test("PF-055: a PDF that was changed by adding to it is read as it is now", async () => {
  const first = await ofPdfLib([BLEED, BLEED], { useObjectStreams: false });
  const text = Buffer.from(first).toString("latin1");
  const [, page] = /(\d+) 0 obj\s*<<\s*\/Type \/Page\b/.exec(text);
  const [, root] = /\/Root (\d+) 0 R/.exec(text);
  const added = `\n${page} 0 obj\n<</Type/Page/MediaBox[0 0 648 432]>>\nendobj\ntrailer\n<</Root ${root} 0 R/Prev 9>>\nstartxref\n9\n%%EOF\n`;
  const changed = Buffer.concat([first, Buffer.from(added)]);
  assert.deepEqual(codes(inspectFile(CARD, changed)), ["error wrong_page_size PF-057"]);
});

test("PF-055: what cannot be told is said to be so, and never guessed", async () => {
  const locked = await ofPdfKit([BLEED, BLEED], { userPassword: "fake", pdfVersion: "1.7" });
  const report = inspectFile(CARD, locked);
  assert.deepEqual([report.ok, report.pages, codes(report)], [true, undefined, ["warning unreadable_pdf PF-055"]]);
  assert.match(report.issues[0].message, /encrypted/);
  const whole = await ofPdfLib([BLEED, BLEED]);
  for (let end = 1; end < whole.length; end += 7) {
    const { pages } = inspectFile(CARD, whole.slice(0, end));
    assert.ok(pages === undefined || pages === 2);
  }
});

test("PF-055: of a PDF in a Blob all is read, for its pages stand at its end", async () => {
  const file = await ofPdfKit([BLEED, BLEED]);
  const report = await inspectBlob(CARD, new Blob([file]));
  assert.deepEqual([report.ok, report.pages], [true, 2]);
  assert.deepEqual(codes(inspectFile(CARD, file.subarray(0, 500), { size: file.length })), ["error head_too_short PF-055"]);
});
