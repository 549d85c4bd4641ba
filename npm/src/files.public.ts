/** Looks at files before they are uploaded, and uploads PDFs. */
export { EdgepostError } from "./error.js";
export { inspectBlob, inspectFile } from "./files.js";
export { uploadPdf, type UploadOptions } from "./upload.js";
export type * from "./types.js";
