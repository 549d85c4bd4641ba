//! JSON Pointers, RFC 6901.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::json;

/// Adds one step.
#[inline(never)]
pub fn step(path: &mut String, name: &str) {
    json::put(path, &["/"]);
    for piece in name.as_bytes().split_inclusive(|byte| matches!(byte, b'~' | b'/')) {
        let piece = core::str::from_utf8(piece).unwrap_or_default();
        match piece.strip_suffix(['~', '/']) {
            Some(plain) => json::put(path, &[plain, if piece.ends_with('~') { "~0" } else { "~1" }]),
            None => json::put(path, &[piece]),
        }
    }
}

/// Adds a position in a list.
pub fn position(path: &mut String, position: u32) {
    json::put(path, &["/"]);
    json::integer(path, i64::from(position));
}

/// The path of a member of what `path` points at.
pub fn child(mut path: String, name: &str) -> String {
    step(&mut path, name);
    path
}

/// The name that a step stands for.
pub fn name(step: &str) -> Cow<'_, str> {
    let mut pieces = step.split('~');
    let first = pieces.next().unwrap_or_default();
    let mut name = Cow::Borrowed(first);
    for piece in pieces {
        let (meant, rest) = match piece.strip_prefix('1') {
            Some(rest) => ("/", rest),
            None => ("~", piece.strip_prefix('0').unwrap_or(piece)),
        };
        json::put(name.to_mut(), &[meant, rest]);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_way_there_and_back() {
        for (name, written) in
            [("a", "/a"), ("", "/"), ("a/b", "/a~1b"), ("~", "/~0"), ("~1", "/~01"), ("é/~", "/é~1~0")]
        {
            let mut path = String::new();
            step(&mut path, name);
            assert_eq!(path, written);
            assert_eq!(super::name(written.strip_prefix('/').unwrap()), name);
        }
    }
}
