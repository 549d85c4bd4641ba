//! JSON strings: decoding, measuring, and the form in which they are written.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::json;

/// The characters of a JSON string, given without its quotes. Halves of characters become U+FFFD.
#[inline(never)]
pub(super) fn decode(span: &[u8]) -> Cow<'_, str> {
    if let (false, Ok(plain)) = (crate::words::has(span, b'\\'), core::str::from_utf8(span)) {
        return Cow::Borrowed(plain);
    }
    let mut decoded = String::with_capacity(span.len());
    rewrite(&mut decoded, span, json::raw);
    Cow::Owned(decoded)
}

/// Writes the characters of a JSON string as JSON.stringify would.
pub(super) fn write_canonical(out: &mut String, span: &[u8]) {
    rewrite(out, span, json::escaped);
}

/// Hands on what a JSON string says, piece by piece.
#[inline(never)]
fn rewrite(out: &mut String, span: &[u8], put: fn(&mut String, &str)) {
    let mut rest = span;
    while let Some(byte) = rest.first() {
        if *byte != b'\\' {
            let length = rest.iter().position(|byte| *byte == b'\\').unwrap_or(rest.len());
            let (plain, after) = rest.split_at(length);
            put(out, core::str::from_utf8(plain).unwrap_or("\u{FFFD}"));
            rest = after;
            continue;
        }
        let (character, length) = unescape(rest);
        put(out, character.unwrap_or('\u{FFFD}').encode_utf8(&mut [0; 4]));
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// The character that an escape stands for, and the escape's length. `None` for a lone surrogate.
pub(super) fn unescape(rest: &[u8]) -> (Option<char>, usize) {
    let simple = match rest.get(1) {
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => {
            let Some(unit) = hex(rest.get(2..6)) else { return (None, 2) };
            if !(0xD800..0xE000).contains(&unit) {
                return (char::from_u32(unit), 6);
            }
            let low = if rest.get(6..8) == Some(b"\\u") { hex(rest.get(8..12)) } else { None };
            return match low {
                Some(low) if unit < 0xDC00 && (0xDC00..0xE000).contains(&low) => {
                    (char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)), 12)
                }
                _ => (None, 6),
            };
        }
        Some(other) => char::from(*other),
        None => return (None, 1),
    };
    (Some(simple), 2)
}

/// Four hexadecimal digits.
pub(super) fn hex(digits: Option<&[u8]>) -> Option<u32> {
    let mut value = 0;
    for digit in digits? {
        value = value * 16 + char::from(*digit).to_digit(16)?;
    }
    Some(value)
}

/// The length in UTF-16 code units of text.
pub(super) fn plain_units(text: &[u8]) -> u32 {
    // Continuation bytes add nothing, four-byte sequences stand for two units.
    text.iter()
        .map(|byte| match byte {
            0x80..=0xBF => 0,
            0xF0.. => 2,
            _ => 1,
        })
        .sum()
}

/// Whether the character that starts here is one of those that western languages are written with: letters of Latin,
/// punctuation and currencies. No others have to be looked at one by one.
#[inline(never)]
pub(super) fn is_western(rest: Option<&[u8]>) -> bool {
    matches!(
        rest,
        Some(
            [0xC2, 0xA0..=0xBF, ..]
            | [0xC3..=0xCC, ..]
            | [0xCD, ..=0xB7, ..]
            | [0xE2, 0x80, 0x80..=0xA7 | 0xB0..=0xBF, ..]
            | [0xE2, 0x82, 0xA0..=0xBF, ..],
        )
    )
}

/// Whether two short texts of one length are the same; a call to the general comparison would take longer.
#[inline]
pub(super) fn same(left: &[u8], right: &[u8]) -> bool {
    match (left.last_chunk::<4>(), right.last_chunk::<4>()) {
        (Some(left_end), Some(right_end)) => {
            left_end == right_end && left.as_chunks::<4>().0 == right.as_chunks::<4>().0
        }
        _ => left == right,
    }
}

/// Whether a JSON string, given without its quotes, holds nothing but white space.
#[inline]
pub(super) fn is_blank(span: &[u8]) -> bool {
    match span.first() {
        None => true,
        Some(byte) if (0x21..0x7F).contains(byte) && *byte != b'\\' => false,
        Some(_) => is_blank_throughout(span),
    }
}

#[cold]
#[inline(never)]
fn is_blank_throughout(span: &[u8]) -> bool {
    crate::words::is_blank(&decode(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_escapes_and_pairs() {
        assert_eq!(decode(br#"a\n\"\/\u0041\ud83d\ude00"#), "a\n\"/A😀");
        assert_eq!(decode(br"\ud83d!"), "\u{FFFD}!");
        assert_eq!(decode(br"\ude00\ud83d"), "\u{FFFD}\u{FFFD}");
    }

    #[test]
    fn counts_as_javascript_does() {
        assert_eq!(plain_units("añ😀".as_bytes()), 4);
    }

    #[test]
    fn blank_is_white_space_of_any_script() {
        assert!(is_blank(b"") && is_blank(b" \\n\\t") && is_blank("\u{3000}\u{a0}".as_bytes()));
        assert!(!is_blank(b"x") && !is_blank(b"\\\\") && !is_blank("é".as_bytes()));
    }
}
