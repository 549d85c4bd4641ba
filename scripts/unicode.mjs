// Writes crates/read/src/read/unicode.rs from what this Node knows of Unicode: node scripts/unicode.mjs
import { writeFileSync } from "node:fs";

/** Gaps in scripts beyond the Basic Multilingual Plane that are shorter than this are left out: half a kilobyte for nothing. */
const LEAST = 256;
const FIRST = 0xa0;
const END = 0x110000;

export const isEmoji = (text) =>
  /\p{Emoji_Presentation}/u.test(text) || (text >= "\u{1f000}" && text.length === 2 && /\p{Extended_Pictographic}/u.test(text));
export const isUnassigned = (text) => /\p{Unassigned}/u.test(text) && !isEmoji(text);

/** Where a run of such characters starts and where it ends, in turn. */
function edges(belongs, least) {
  const found = [];
  let start = -1;
  for (let code = FIRST; code <= END; code += 1) {
    const inside = code < END && belongs(String.fromCodePoint(code));
    if (inside && start < 0) start = code;
    if (inside || start < 0) continue;
    if (start < 0x10000 || code - start >= least) found.push(start, code);
    start = -1;
  }
  return found;
}

/** The distance from edge to edge: up to 127 as one byte, then two from 0x80, then three from 0xC0. */
function packed(all) {
  const bytes = [];
  let last = 0;
  for (const edge of all) {
    const step = edge - last;
    last = edge;
    if (step < 0x80) bytes.push(step);
    else if (step < 0x4000) bytes.push(0x80 | (step >> 8), step & 0xff);
    else bytes.push(0xc0 | (step >> 16), (step >> 8) & 0xff, step & 0xff);
  }
  return bytes;
}

/** As Rust writes a byte string, in lines. */
function written(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 27) {
    lines.push(bytes.slice(at, at + 27).map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""));
  }
  return `b"\\\n    ${lines.join("\\\n    ")}"`;
}

if (process.argv[1] === import.meta.filename) {
  const { unicode } = process.versions;
  writeFileSync(new URL("../crates/read/src/read/unicode.rs", import.meta.url), `//! What Unicode ${unicode} knows. Made by \`scripts/unicode.mjs\`; do not edit.
//!
//! The edges of runs, each as its distance from the one before: below 128 one byte, then two from 0x80, three from 0xC0.

/// Code points that are not assigned, noncharacters among them. Beyond U+FFFF gaps of fewer than ${LEAST} are left out.
pub(super) static UNASSIGNED: &[u8] = ${written(packed(edges(isUnassigned, LEAST)))};

/// What is shown as an emoji by default (Emoji_Presentation), and from U+1F000 every pictograph (Extended_Pictographic).
pub(super) static EMOJI: &[u8] = ${written(packed(edges(isEmoji, 1)))};
`);
}
