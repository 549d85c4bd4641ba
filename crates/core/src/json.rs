//! Writing small pieces of JSON. Payloads never pass through here: the reader copies their bytes.

use alloc::string::String;

/// Writes a text with quotes, as JSON.stringify writes it.
pub fn text(out: &mut String, value: &str) {
    out.push('"');
    for character in value.chars() {
        escape(out, character);
    }
    out.push('"');
}

/// Writes one character of a text, escaped where JSON asks for it.
pub fn escape(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\0'..='\u{1f}' => {
            out.push_str(if character < '\u{10}' { "\\u000" } else { "\\u001" });
            out.push(char::from_digit(character as u32 & 15, 16).unwrap_or('0'));
        }
        other => out.push(other),
    }
}

/// Writes an integer.
pub fn integer(out: &mut String, value: i64) {
    if value < 0 {
        out.push('-');
    }
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
    for digit in digits.iter().skip(digits.len() - length) {
        out.push(char::from(*digit));
    }
}

/// Writes a list.
pub fn list<T>(out: &mut String, values: &[T], write: impl Fn(&mut String, &T)) {
    out.push('[');
    for (position, value) in values.iter().enumerate() {
        comma(out, position);
        write(out, value);
    }
    out.push(']');
}

/// Writes the comma before every member but the first.
pub fn comma(out: &mut String, position: usize) {
    if position > 0 {
        out.push(',');
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
    fn integers_of_every_size() {
        for value in [0, 7, -7, 10, 1_000_000, i64::MAX, i64::MIN] {
            let mut out = String::new();
            integer(&mut out, value);
            assert_eq!(out, std::format!("{value}"));
        }
    }
}
