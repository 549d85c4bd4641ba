//! Writing small pieces of JSON. Payloads never pass through here: the reader copies their bytes.

use alloc::string::String;
use alloc::vec::Vec;

/// Writes pieces one behind the other.
///
/// Never inlined, like the others here: every `push_str` that is spelled out costs a hundred bytes of the module.
#[inline(never)]
pub fn put(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        raw(out, piece);
    }
}

/// Writes a text as it stands.
#[inline(never)]
pub fn raw(out: &mut String, text: &str) {
    // Quotes, commas and the like: an engine takes long to begin copying memory.
    if text.len() < 4 && text.is_ascii() {
        text.bytes().for_each(|byte| out.push(char::from(byte)));
    } else {
        out.push_str(text);
    }
}

/// Cuts a template at its braces: literal text and names in turn.
pub fn braces(template: &str) -> impl Iterator<Item = &str> {
    let cut = template.as_bytes().split(|byte| matches!(byte, b'{' | b'}'));
    cut.map(|piece| core::str::from_utf8(piece).unwrap_or_default())
}

/// Joins pieces.
#[inline(never)]
pub fn concat(pieces: &[&str]) -> String {
    let mut out = String::new();
    put(&mut out, pieces);
    out
}

/// Writes `name` as it stands, and a text behind it.
pub fn member(out: &mut String, name: &str, value: &str) {
    raw(out, name);
    text(out, value);
}

/// Writes a text with quotes, as JSON.stringify writes it.
#[inline(never)]
pub fn text(out: &mut String, value: &str) {
    out.push('"');
    escaped(out, value);
    out.push('"');
}

/// Writes a text without quotes, as JSON.stringify writes what is between them.
#[inline(never)]
pub fn escaped(out: &mut String, value: &str) {
    let mut rest = value;
    // Runs without anything to escape go over in one piece.
    while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let [short, digit] = escape(special.bytes().next().unwrap_or_default());
        put(out, &[plain, short, digit]);
        rest = special.get(1..).unwrap_or_default();
    }
    raw(out, rest);
}

/// A quote, a backslash or a control character as JSON.stringify writes it, in two pieces.
#[inline(never)]
pub fn escape(byte: u8) -> [&'static str; 2] {
    let digit = usize::from(byte & 15);
    let digit = "0123456789abcdef".get(digit..=digit).unwrap_or_default();
    match byte {
        b'"' => ["\\\"", ""],
        b'\\' => ["\\\\", ""],
        b'\n' => ["\\n", ""],
        b'\r' => ["\\r", ""],
        b'\t' => ["\\t", ""],
        0x08 => ["\\b", ""],
        0x0C => ["\\f", ""],
        ..0x10 => ["\\u000", digit],
        _ => ["\\u001", digit],
    }
}

/// Writes an integer.
#[inline(never)]
pub fn integer(out: &mut String, value: i64) {
    raw(out, if value < 0 { "-" } else { "" });
    let mut digits = [0; 20];
    let mut rest = value.unsigned_abs();
    let mut length = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        length += 1;
        if rest == 0 {
            break;
        }
    }
    let written = digits.get(digits.len() - length..).unwrap_or_default();
    raw(out, core::str::from_utf8(written).unwrap_or_default());
}

/// JSON that came with what no other reader takes, as what all of them take: without a byte order mark, with spaces for
/// control characters inside texts and, where it is no UTF-8, question marks for everything that is not ASCII. What a
/// provider answered has happened, and must not be lost over that.
pub fn mend(bytes: &[u8]) -> Vec<u8> {
    let is_text = core::str::from_utf8(bytes).is_ok();
    let (mut in_text, mut in_escape) = (false, false);
    let mut mended = Vec::from(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    for byte in &mut mended {
        if in_text && *byte < b' ' {
            *byte = b' ';
        } else if *byte > 0x7F && !is_text {
            *byte = b'?';
        }
        in_text ^= *byte == b'"' && !in_escape;
        in_escape = in_text && *byte == b'\\' && !in_escape;
    }
    mended
}

/// Writes a list.
pub fn list<T>(out: &mut String, values: &[T], write: impl Fn(&mut String, &T)) {
    raw(out, "[");
    for (position, value) in values.iter().enumerate() {
        comma(out, position);
        write(out, value);
    }
    raw(out, "]");
}

/// Writes the comma before every member but the first.
pub fn comma(out: &mut String, position: usize) {
    if position > 0 {
        raw(out, ",");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_as_json_stringify_does() {
        let mut out = String::new();
        text(&mut out, "a\"b\\c\n\r\t\u{8}\u{c}\0\u{1f}/é\u{2028}😀");
        assert_eq!(out, "\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0000\\u001f/é\u{2028}😀\"");
    }

    #[test]
    fn what_other_readers_do_not_take_is_mended() {
        for (broken, mended) in [
            (&b"{\"a\": \"b\"}"[..], "{\"a\": \"b\"}"),
            ("{\"a\": \"é\"}".as_bytes(), "{\"a\": \"é\"}"),
            (b"\xEF\xBB\xBF{}", "{}"),
            (b"{\n\t\"a\": \"b\nc\t\"\n}", "{\n\t\"a\": \"b c \"\n}"),
            (b"{\"a\": \"\\\"\n\\\\\", \"b\":\n1}", "{\"a\": \"\\\" \\\\\", \"b\":\n1}"),
            (b"{\"a\": \"\xff\xc3\"}", "{\"a\": \"??\"}"),
            (b"\xff", "?"),
        ] {
            assert_eq!(std::str::from_utf8(&mend(broken)), Ok(mended));
        }
    }

    #[test]
    fn integers_of_every_size() {
        for value in [0, 7, -7, 10, 1_000_000, i64::MAX, i64::MIN] {
            let mut out = String::new();
            integer(&mut out, value);
            assert_eq!(out, std::format!("{value}"));
        }
    }
}
