// edgepost/files in Node, on files made here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { inspectBlob, inspectFile, ready } from "edgepost/files";

const POSTCARD = "postcard-image";

/** Node's own is newer than Node 20. */
function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (0xedb88320 & -(rest & 1));
  }
  return ~rest >>> 0;
}

function chunk(name, content) {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** A whole PNG, white. */
function png(width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Buffer.alloc((width + 1) * height, 255).map((byte, at) => (at % (width + 1) === 0 ? 0 : byte));
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

function segment(marker, content) {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, Buffer.from(content)]);
}

/** The markers of a JPEG with these segments in front, and a scan that is too short to be a picture. */
function jpeg(width, height, ...before) {
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  const [start, tables] = [Buffer.from([0xff, 0xd8]), segment(0xdb, Buffer.alloc(65, 1))];
  const scan = Buffer.concat([segment(0xda, [1, 1, 0, 0, 63, 0]), Buffer.from([0x3f, 0xff, 0xd9])]);
  return Buffer.concat([start, ...before, tables, segment(0xc0, frame), segment(0xc4, Buffer.alloc(17)), scan]);
}

/** 200 KB of metadata: EXIF with a small picture of another size in it, and a colour profile full of 0xFF. */
const METADATA = [
  segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0"), jpeg(160, 120), Buffer.alloc(50_000)])),
  ...Array.from({ length: 3 }, () => segment(0xe2, Buffer.alloc(50_000, 0xff))),
];

const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
const GIF = Buffer.from("GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;", "latin1");

const short = ({ issues }) => issues.map(({ path, severity, code, rule }) => [path, severity, code, rule]);

test("PP-151 PP-153: pictures and documents that will do", async () => {
  await ready();
  assert.deepEqual(inspectFile(POSTCARD, png(70, 70)), { ok: true, type: "image/png", width: 70, height: 70, issues: [] });
  const square = { ok: true, type: "image/jpeg", width: 1_240, height: 1_240, issues: [] };
  assert.deepEqual(inspectFile(POSTCARD, jpeg(1_240, 1_240)), square);
  assert.deepEqual(inspectFile("letter-stamp-image", jpeg(1_240, 1_240)), square);
  assert.deepEqual(inspectFile("letter-attachment", PDF), { ok: true, type: "application/pdf", issues: [] });
  const wide = inspectFile("letter-attachment", new Uint8Array(png(20, 10)));
  assert.deepEqual([wide.ok, wide.width, wide.height], [true, 20, 10]);
});

test("PP-151: a file is what it holds, whatever it is called", async () => {
  const { ok, type, issues } = await inspectBlob(POSTCARD, new File([GIF], "front.png", { type: "image/png" }));
  assert.deepEqual([ok, type, issues.length], [false, null, 1]);
  assert.equal(issues[0].code, "wrong_file_type");
  assert.equal(issues[0].message, "file is image/gif, not one of: image/png, image/jpeg.");
  assert.deepEqual(issues[0].params, { actual: "image/gif", allowed: ["image/png", "image/jpeg"] });
  for (const kind of [POSTCARD, "letter-stamp-image"]) {
    assert.deepEqual(short(inspectFile(kind, PDF)), [["/file", "error", "wrong_file_type", "PP-151"]]);
  }
});

test("PP-065 PP-153: a postcard's front is square", () => {
  const rectangle = inspectFile(POSTCARD, png(21, 20));
  assert.deepEqual(short(rectangle), [["/file", "error", "not_square", "PP-153"]]);
  assert.deepEqual(rectangle.issues[0].params, { width: 21, height: 20 });
  assert.deepEqual(short(inspectFile(POSTCARD, jpeg(1_240, 1_241))), [["/file", "error", "not_square", "PP-153"]]);
  assert.deepEqual(short(inspectFile(POSTCARD, jpeg(1_240, 0))), [["/file", "error", "unreadable_image", "PP-153"]]);
  assert.deepEqual(short(inspectFile(POSTCARD, jpeg(9, 9).subarray(0, 60))), [["/file", "error", "unreadable_image", "PP-153"]]);
});

test("PP-153: the size is found behind 200 KB of metadata", async () => {
  const file = jpeg(900, 900, ...METADATA);
  assert.ok(file.length > 200_000);
  const found = { ok: true, type: "image/jpeg", width: 900, height: 900, issues: [] };
  assert.deepEqual(inspectFile(POSTCARD, file), found);

  const read = [];
  const blob = new Blob([file, new Uint8Array(1_000_000)]);
  const slice = blob.slice.bind(blob);
  blob.slice = (start, end) => {
    read.push(end - start);
    return slice(start, end);
  };
  assert.deepEqual(await inspectBlob(POSTCARD, blob), found);
  assert.ok(read.length <= 5 && Math.max(...read) < 300_000, String(read));

  // With a part of the file there is a way out instead of a guess.
  const { ok, type, width, issues } = inspectFile(POSTCARD, file.subarray(0, 100_000), { size: file.length });
  assert.deepEqual([ok, type, width, issues.length], [false, "image/jpeg", undefined, 1]);
  const [{ code, message, params, hint }] = issues;
  assert.equal(code, "head_too_short");
  assert.equal(params.actual, 100_000);
  assert.ok(params.needed > 100_000 && params.needed <= file.length);
  assert.equal(message, `The first 100000 bytes of file do not show enough of it: give the first ${params.needed}.`);
  assert.match(hint, /all of it/);
  // An attachment may have any shape, so nothing more has to be known of it.
  assert.deepEqual(inspectFile("letter-attachment", file.subarray(0, 100_000), { size: file.length }), { ok: true, type: "image/jpeg", issues: [] });
});

test("PP-152 PP-155: nothing is taken that is empty or too large", async () => {
  assert.deepEqual(short(inspectFile(POSTCARD, new Uint8Array(0))), [["/file", "error", "empty_file", "PP-155"]]);
  assert.deepEqual(short(await inspectBlob(POSTCARD, new Blob([]))), [["/file", "error", "empty_file", "PP-155"]]);
  const head = png(10, 10);
  for (const [size, expected] of [
    [50_000_000, []],
    [51_000_000, [["/file", "warning", "file_too_large", "PP-152"]]],
    [51 * 1024 * 1024, [["/file", "error", "file_too_large", "PP-152"]]],
  ]) {
    assert.deepEqual(short(inspectFile(POSTCARD, head, { size })), expected, String(size));
  }
});

test("a file of nothing but small pieces is not looked at for hours", () => {
  const small = Buffer.alloc(16_000_000);
  small.write("ffd8", "hex");
  for (let at = 2; at + 4 <= small.length; at += 4) small.writeUInt32BE(0xffe00002, at);
  assert.deepEqual(short(inspectFile(POSTCARD, small)), [["/file", "error", "unreadable_image", "PP-153"]]);
});

test("a wrong call says so", () => {
  assert.deepEqual(short(inspectFile("postcard", png(1, 1))), [["/kind", "error", "invalid_choice", "PP-150"]]);
  assert.throws(() => inspectFile(POSTCARD, new Blob([png(1, 1)])), /inspectBlob/);
});
