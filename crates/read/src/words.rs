//! What is asked of texts.

/// The length of a text in UTF-16 code units.
pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Whether a byte is among these. The library's search would be written out wherever it is asked for.
#[inline(never)]
pub fn has(bytes: &[u8], wanted: u8) -> bool {
    bytes.contains(&wanted)
}

/// Whether there is nothing but white space in a text.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Whether a variable may be called so: a letter or underscore, then up to 39 letters, digits or underscores.
pub fn is_variable(name: &[u8]) -> bool {
    name.len() <= 40
        && name.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_')
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}
