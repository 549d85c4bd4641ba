//! What a country's postal codes look like, in a notation of our own.
//!
//! Each line of patterns.txt is one, made by scripts/places.py from a regular expression of the metadata:
//!
//! | | |
//! |---|---|
//! | `d` `a` `n` | a digit, a capital letter, either of them |
//! | `[A-CX]` | one of these |
//! | `( \| )` | one of these sequences; the whole may be such a choice as well |
//! | `?` | what stands before it may be left out |
//! | anything else | itself |
//!
//! A space or hyphen that the country's form has is a part of the pattern, one that it does not have is not: what matches
//! is in its normal form already. No form has more than one of them, which makes the normal form easy to find.
//!
//! Everything is followed at once: a set holds the positions of the text that were reached, as bits. So there is no going
//! back, and the time is bounded by the pattern.

use alloc::string::String;
use alloc::vec::Vec;

use crate::words;

pub(super) const PATTERNS: &str = include_str!("patterns.txt");

/// Where each line starts.
#[expect(clippy::indexing_slicing, reason = "constant evaluation: a table that does not fit fails the build")]
static STARTS: [u16; 84] = {
    let bytes = PATTERNS.as_bytes();
    let mut starts = [0; 84];
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        if bytes[at] == b'\n' {
            starts[line] = at as u16 + 1;
            line += 1;
        }
        at += 1;
    }
    assert!(line == starts.len(), "STARTS has to have as many places as patterns.txt has lines, and one more");
    starts
};

/// The longest code that is looked at; the longest of the metadata has eleven characters.
const LONGEST: usize = 20;

/// The pattern of a number; empty for countries without postal codes.
pub(super) fn pattern(number: usize) -> &'static [u8] {
    let start = STARTS.get(number).copied().unwrap_or_default();
    let end = STARTS.get(number + 1).copied().unwrap_or(start + 1);
    PATTERNS.as_bytes().get(usize::from(start)..usize::from(end) - 1).unwrap_or_default()
}

/// Whether a pattern is the whole of a text.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    text.len() <= LONGEST && run(pattern, &mut 0, text, 1) & 1 << text.len() != 0
}

/// Whether a text begins with a pattern.
pub(super) fn begins(pattern: &[u8], text: &[u8]) -> bool {
    let text = text.get(..LONGEST).unwrap_or(text);
    run(pattern, &mut 0, text, 1) != 0
}

/// The positions that are reached from these by one of the sequences that begin at `start`; moves it behind them.
fn run(pattern: &[u8], start: &mut usize, text: &[u8], from: u32) -> u32 {
    let (mut reached, mut now, mut at) = (0, from, *start);
    while let Some(byte) = pattern.get(at) {
        at += 1;
        let next = match byte {
            b'd' => step(text, now, |byte| byte.is_ascii_digit()),
            b')' => break,
            b'|' => {
                reached |= now;
                now = from;
                continue;
            }
            b'(' => run(pattern, &mut at, text, now),
            _ if now == 0 => {
                // Nothing comes of this sequence any more.
                let rest = pattern.get(at..).unwrap_or_default();
                at += rest.iter().position(|byte| matches!(byte, b'|' | b'(' | b')')).unwrap_or(rest.len());
                continue;
            }
            b'[' => {
                let rest = pattern.get(at..).unwrap_or_default();
                let length = rest.iter().position(|byte| *byte == b']').unwrap_or(rest.len());
                at += length + 1;
                let members = rest.get(..length).unwrap_or_default();
                step(text, now, |byte| is_member(members, byte))
            }
            b'a' => step(text, now, |byte| byte.is_ascii_uppercase()),
            b'n' => step(text, now, |byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()),
            _ => step(text, now, |letter| letter == byte),
        };
        if pattern.get(at) == Some(&b'?') {
            at += 1;
            now |= next;
        } else {
            now = next;
        }
    }
    *start = at;
    reached | now
}

/// The positions behind those characters that will do.
#[inline]
fn step(text: &[u8], now: u32, will_do: impl Fn(&u8) -> bool) -> u32 {
    let (mut next, mut rest) = (0, now);
    while rest != 0 {
        let at = rest.trailing_zeros();
        rest &= rest - 1;
        if text.get(at as usize).is_some_and(&will_do) {
            next |= 2 << at;
        }
    }
    next
}

/// Whether a character is in a list such as `0-9AX`.
fn is_member(members: &[u8], byte: &u8) -> bool {
    let mut rest = members;
    loop {
        rest = match rest {
            [first, b'-', last, rest @ ..] if (first..=last).contains(&byte) => return true,
            [_, b'-', _, rest @ ..] => rest,
            [first, ..] if first == byte => return true,
            [_, rest @ ..] => rest,
            [] => return false,
        };
    }
}

/// The letters and digits of a code, in capitals; nothing if there is anything in it that no code has.
#[inline(never)]
pub(super) fn bare(written: &str) -> Vec<u8> {
    let mut bare = Vec::new();
    let mut last = 0;
    for byte in written.bytes() {
        // Japanese keyboards write wide forms of ASCII: EF BC and the character's own byte, 60 more.
        let narrow = byte.wrapping_sub(if last == 0xBC { 0x60 } else { 0 });
        last = byte;
        match narrow {
            _ if narrow.is_ascii_alphanumeric() && bare.len() < LONGEST => bare.push(narrow.to_ascii_uppercase()),
            b'\t'..=b' ' | b'-' | b'.' | 0xEF | 0xBC => {}
            // Word processors make other hyphens (E2 80 90 to 95) and spaces (C2 A0, E2 80 8B) of those that were typed; E3 80 92
            // is Japan's sign of the post.
            0xC2 | 0xA0 | 0xE2 | 0xE3 | 0x80 | 0x8B | 0x90..=0x95 => {}
            _ => return Vec::new(),
        }
    }
    bare
}

/// Writes digits in place of the letters that look like them.
pub(super) fn letters_to_digits(bare: &mut [u8]) {
    for byte in bare {
        match byte {
            b'O' => *byte = b'0',
            b'I' | b'L' => *byte = b'1',
            _ => {}
        }
    }
}

/// The one way in which a country writes these letters and digits, if there is one; they come in two parts.
#[inline(never)]
pub(super) fn normal(pattern: &[u8], before: &[u8], bare: &[u8]) -> Option<String> {
    let mut code = Vec::new();
    // The parts follow each other, or have a mark between them that the country knows.
    for (mark, parts) in [("", 0..bare.len().min(1)), (" ", 0..bare.len()), ("-", 0..bare.len())] {
        let mark = mark.as_bytes();
        if !mark.iter().all(|mark| words::has(pattern, *mark)) {
            continue;
        }
        for at in parts {
            let (head, tail) = bare.split_at_checked(at)?;
            code.clear();
            for piece in [before, head, mark, tail] {
                code.extend_from_slice(piece);
            }
            if matches(pattern, &code) {
                return String::from_utf8(code).ok();
            }
        }
    }
    None
}

/// A code that a pattern allows, for a message: of what may be one of several the first, with digits and letters that
/// count up.
#[inline(never)]
pub(super) fn example(pattern: &[u8]) -> String {
    let (mut example, mut digit, mut letter, mut at) = (String::new(), b'0', b'@', 0);
    // How far it is from `at` to this byte, and behind it.
    let behind = |at: usize, wanted: u8| {
        let rest = pattern.get(at..).unwrap_or_default();
        at + rest.iter().position(|byte| *byte == wanted).unwrap_or(rest.len()) + 1
    };
    while let Some(byte) = pattern.get(at) {
        let end = match byte {
            b'(' => behind(at, b')'),
            b'[' => behind(at, b']'),
            _ => at + 1,
        };
        let is_optional = pattern.get(end) == Some(&b'?');
        let members = pattern.get(at + 1..end - 1).unwrap_or_default();
        at = match byte {
            _ if is_optional => end + 1,
            b'(' => at + 1,
            // The other sequences: of this group, or of the whole.
            b'|' => behind(at, b')'),
            _ => end,
        };
        if is_optional || matches!(byte, b'(' | b'|' | b')') {
            continue;
        }
        let next = |last: u8| if last == b'9' { b'0' } else { last + 1 };
        // Irish codes have letters as in A65 F4E2; else what may be either is a digit.
        let character = match byte {
            b'n' if pattern.starts_with(b"n") && matches!(example.len(), 0 | 4 | 6) => next(letter),
            b'd' | b'n' => next(digit),
            b'a' => next(letter),
            b'[' if is_member(members, &next(digit)) => next(digit),
            b'[' if is_member(members, &next(letter)) => next(letter),
            b'[' => members.first().copied().unwrap_or_default(),
            _ => *byte,
        };
        if character.is_ascii_digit() {
            digit = character;
        } else if !matches!(character, b' ' | b'-') {
            letter = character;
        }
        example.push(char::from(character));
    }
    example
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pl_002_examples_are_in_their_form() {
        for pattern in PATTERNS.lines().filter(|pattern| !pattern.is_empty()) {
            let example = example(pattern.as_bytes());
            assert!(matches(pattern.as_bytes(), example.as_bytes()), "{pattern}: {example}");
        }
    }
}
