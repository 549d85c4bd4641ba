//! JSON Pointers, RFC 6901.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::json;

/// Adds one step.
#[inline(never)]
pub fn step(path: &mut String, name: &str) {
    json::raw(path, "/");
    let mut rest = name;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'~' | b'/')) {
        let (plain, special) = rest.split_at_checked(at).unwrap_or_default();
        json::put(path, &[plain, if special.as_bytes().first() == Some(&b'~') { "~0" } else { "~1" }]);
        rest = special.get(1..).unwrap_or_default();
    }
    json::raw(path, rest);
}

/// Adds a position in a list.
pub fn position(path: &mut String, position: u32) {
    json::raw(path, "/");
    json::integer(path, i64::from(position));
}

/// The path of a member of what `path` points at.
pub fn child(mut path: String, name: &str) -> String {
    step(&mut path, name);
    path
}

/// The name that a step stands for.
pub fn name(step: &str) -> Cow<'_, str> {
    if !crate::words::has(step.as_bytes(), b'~') {
        return Cow::Borrowed(step);
    }
    let (mut name, mut rest) = (String::new(), step);
    while let Some(at) = rest.bytes().position(|byte| byte == b'~') {
        let (plain, special) = rest.split_at_checked(at).unwrap_or_default();
        let (meant, length) = match special.as_bytes() {
            [_, b'1', ..] => ("/", 2),
            [_, b'0', ..] => ("~", 2),
            _ => ("~", 1),
        };
        json::put(&mut name, &[plain, meant]);
        rest = special.get(length..).unwrap_or_default();
    }
    json::raw(&mut name, rest);
    Cow::Owned(name)
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
