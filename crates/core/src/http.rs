//! Requests and answers as plain data, and the few things about addresses that a request needs.

use alloc::string::String;
use alloc::vec::Vec;

/// Header names and values, in the order in which they go out. Names are in lower case.
pub type Headers = Vec<(String, String)>;

/// A request, complete but for the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The absolute address.
    pub url: String,
    /// Never holds a secret.
    pub headers: Headers,
    /// The exact bytes; nothing for a read.
    pub body: Option<Vec<u8>>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names in any case.
    pub headers: Headers,
    /// The bytes.
    pub body: Vec<u8>,
}

/// The first value of a header.
pub fn header<'h>(headers: &'h Headers, name: &str) -> Option<&'h str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The media type of a Content-Type header, without parameters, in lower case.
pub fn media_type(content_type: &str) -> String {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim_ascii().to_ascii_lowercase()
}

/// Adds a text to an address so that it cannot be anything but one piece of it (RFC 3986, section 2.3).
pub fn percent_encode(url: &mut String, value: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || crate::words::has(b"-._~", byte) {
            url.push(char::from(byte));
        } else {
            url.push('%');
            for half in [byte >> 4, byte & 15] {
                url.push(HEX.get(usize::from(half)).map_or('0', |digit| char::from(*digit)));
            }
        }
    }
}

/// The text behind percent signs; `None` if it is not UTF-8 or an escape is broken.
pub fn percent_decode(value: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut half = || bytes.next().and_then(|digit| char::from(digit).to_digit(16));
        decoded.push((half()? * 16 + half()?) as u8);
    }
    String::from_utf8(decoded).ok()
}

/// Milliseconds that a Retry-After header asks to wait. Only the form in seconds is read; providers use no other.
pub fn retry_after(headers: &Headers) -> Option<u64> {
    let digits = header(headers, "retry-after")?.trim_ascii();
    let more = |seconds: u32, digit: char| seconds.checked_mul(10)?.checked_add(digit.to_digit(10)?);
    let seconds = if digits.is_empty() { None } else { digits.chars().try_fold(0, more) };
    Some(u64::from(seconds?) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{string::ToString, vec};

    #[test]
    fn pp_130_an_id_is_one_piece_of_the_path() {
        for (id, encoded) in [("ord_123", "ord_123"), ("a/../b?c#d", "a%2F..%2Fb%3Fc%23d"), ("é %", "%C3%A9%20%25")] {
            let mut url = String::new();
            percent_encode(&mut url, id);
            assert_eq!(url, encoded);
            assert_eq!(percent_decode(&url).as_deref(), Some(id));
        }
        assert_eq!(percent_decode("%4"), None);
        assert_eq!(percent_decode("%zz"), None);
        assert_eq!(percent_decode("%ff"), None);
    }

    #[test]
    fn headers_are_found_in_any_case() {
        let headers = vec![("Retry-After".to_string(), "7".to_string()), ("retry-after".to_string(), "9".to_string())];
        assert_eq!(header(&headers, "RETRY-AFTER"), Some("7"));
        assert_eq!(retry_after(&headers), Some(7000));
        assert_eq!(media_type("Application/JSON; charset=utf-8"), "application/json");
    }
}
