//! Writing small pieces of JSON. Payloads never pass through here: the reader copies their bytes.

use alloc::borrow::Cow;
use alloc::string::String;

/// Writes pieces one behind the other.
///
/// Never inlined, like the others here: every `push_str` that is spelled out costs a hundred bytes of the module.
#[inline(never)]
pub fn put(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        out.push_str(piece);
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
    put(out, &[name]);
    text(out, value);
}

/// Writes a text with quotes, as JSON.stringify writes it.
#[inline(never)]
pub fn text(out: &mut String, value: &str) {
    put(out, &["\""]);
    escaped(out, value);
    put(out, &["\""]);
}

/// Writes a text as it stands.
pub fn raw(out: &mut String, value: &str) {
    put(out, &[value]);
}

/// Writes a text without quotes, as JSON.stringify writes what is between them.
#[inline(never)]
pub fn escaped(out: &mut String, value: &str) {
    let mut rest = value;
    // Runs without anything to escape go over in one piece.
    while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        put(out, &[plain]);
        let mut characters = special.chars();
        if let Some(character) = characters.next() {
            escape(out, character);
        }
        rest = characters.as_str();
    }
    put(out, &[rest]);
}

/// Writes one character of a text, escaped where JSON asks for it.
#[inline(never)]
pub fn escape(out: &mut String, character: char) {
    let short = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        ' '.. => return out.push(character),
        '\0'..'\u{10}' => "\\u000",
        _ => "\\u001",
    };
    put(out, &[short]);
    if short.len() > 2 {
        out.push(char::from_digit(character as u32 & 15, 16).unwrap_or('0'));
    }
}

/// Writes an integer.
#[inline(never)]
pub fn integer(out: &mut String, value: i64) {
    put(out, &[if value < 0 { "-" } else { "" }]);
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
    put(out, &[core::str::from_utf8(written).unwrap_or_default()]);
}

/// JSON that came with what no other reader takes: a byte order mark, control characters inside texts, or bytes that are
/// no UTF-8. What a provider answered has happened and must not be lost over that.
pub fn mend(bytes: &[u8]) -> Cow<'_, [u8]> {
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = to_text(body);
    let is_control = |byte: &u8| *byte < b' ';
    if !text.as_bytes().iter().any(is_control) {
        return match text {
            Cow::Borrowed(_) => Cow::Borrowed(body),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
    }
    let mut out = String::with_capacity(text.len() + 64);
    let (mut in_text, mut in_escape) = (false, false);
    for character in text.chars() {
        if in_text && character < ' ' {
            escape(&mut out, character);
        } else {
            out.push(character);
        }
        in_text ^= character == '"' && !in_escape;
        in_escape = in_text && character == '\\' && !in_escape;
    }
    Cow::Owned(out.into_bytes())
}

/// Bytes as text; what is no UTF-8 becomes U+FFFD.
fn to_text(bytes: &[u8]) -> Cow<'_, str> {
    let mut rest = bytes;
    let mut out = String::new();
    loop {
        let error = match core::str::from_utf8(rest) {
            Ok(text) if out.is_empty() => return Cow::Borrowed(text),
            Ok(text) => {
                put(&mut out, &[text]);
                return Cow::Owned(out);
            }
            Err(error) => error,
        };
        let (good, bad) = rest.split_at_checked(error.valid_up_to()).unwrap_or((rest, &[]));
        put(&mut out, &[core::str::from_utf8(good).unwrap_or_default(), "\u{FFFD}"]);
        rest = bad.get(error.error_len().unwrap_or(bad.len())..).unwrap_or_default();
    }
}

/// Writes a list.
pub fn list<T>(out: &mut String, values: &[T], write: impl Fn(&mut String, &T)) {
    put(out, &["["]);
    for (position, value) in values.iter().enumerate() {
        comma(out, position);
        write(out, value);
    }
    put(out, &["]"]);
}

/// Writes the comma before every member but the first.
pub fn comma(out: &mut String, position: usize) {
    if position > 0 {
        put(out, &[","]);
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
            (b"\xEF\xBB\xBF{}", "{}"),
            (b"{\n\t\"a\": \"b\nc\t\"\n}", "{\n\t\"a\": \"b\\nc\\t\"\n}"),
            (b"{\"a\": \"\\\"\n\\\\\", \"b\":\n1}", "{\"a\": \"\\\"\\n\\\\\", \"b\":\n1}"),
            (b"{\"a\": \"\xff\xc3\"}", "{\"a\": \"\u{FFFD}\u{FFFD}\"}"),
            (b"\xff", "\u{FFFD}"),
        ] {
            assert_eq!(std::str::from_utf8(&mend(broken)), Ok(mended));
        }
        assert!(matches!(mend(b"{}"), Cow::Borrowed(b"{}")));
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
