//! Checks of single values.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::characters;
use super::cursor::{Flaw, Str};
use super::findings::Findings;
use super::text;
use super::tree::Tree;
use crate::report::Code;
use crate::rule::RuleId;
use crate::schema::{Bound, Keys, Shape, Weight};
use crate::words;

/// What a shape expects, in words.
pub(super) fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(_) => "text",
        Shape::Flag => "true or false",
        Shape::Integer | Shape::Count(_) => "an integer",
        Shape::Amount(_) => "an integer (hundredths: 8148 for 81.48)",
        Shape::File => "a file, or its size in bytes",
        Shape::Scalar(_) => "text, a number, true or false",
        Shape::Any => "a value",
        Shape::List(..) => "a list",
        Shape::TextOr(..) if cfg!(feature = "operations") => "text or an object",
        Shape::Map(..) | Shape::Object(_) | Shape::TextOr(..) => "an object",
        Shape::Nullable(inner) => expected(inner),
    }
}

/// How far the lines of an input were counted: each byte is looked at once, however much is reported.
#[derive(Default)]
pub(super) struct Lines {
    at: usize,
    line: i64,
    column: i64,
}

impl Lines {
    /// Line and column of a place at or behind the last one, both counted from 0.
    fn find(&mut self, bytes: &[u8], offset: usize) -> (i64, i64) {
        for byte in bytes.get(self.at..offset).unwrap_or_default() {
            if *byte == b'\n' {
                (self.line, self.column) = (self.line + 1, 0);
            } else {
                self.column += i64::from(text::plain_units(&[*byte]));
            }
        }
        self.at = self.at.max(offset);
        (self.line, self.column)
    }
}

/// Reports where and why the bytes are not JSON.
#[cold]
pub(super) fn not_json(
    found: &mut Findings,
    lines: &mut Lines,
    bytes: &[u8],
    offset: usize,
    reason: &'static str,
    path: String,
) {
    let (line, column) = lines.find(bytes, offset);
    let issue = found.weigh(Weight::Error, RuleId::NONE, Code::InvalidJson, path);
    issue.text("reason", if offset >= bytes.len() { "the text ends too early" } else { reason });
    issue.number("line", line + 1);
    issue.number("column", column + 1);
    issue.number("offset", offset as i64);
}

/// Reports what is wrong with a string.
#[cold]
pub(super) fn flaw(found: &mut Findings, lines: &mut Lines, flaw: Flaw, bytes: &[u8], path: String) {
    match flaw {
        Flaw::Utf8(offset) => {
            found.weigh(Weight::Error, RuleId::NONE, Code::InvalidUtf8, path).number("offset", offset as i64);
        }
        Flaw::LoneSurrogate => {
            found.weigh(Weight::Error, RuleId::NONE, Code::LoneSurrogate, path);
        }
        Flaw::Unescaped(offset) => {
            let reason = "a line break or the like in a text is written as an escape, such as \\n";
            not_json(found, lines, bytes, offset, reason, path);
        }
        Flaw::Control(character, at) => {
            let issue = found.weigh(Weight::Warning, RuleId::NONE, Code::ControlCharacter, path);
            issue.text("character", &characters::name(character)).span((at as usize, at as usize + 1));
        }
    }
}

/// Reports a number that is not written as an integer.
#[cold]
pub(super) fn not_integer(found: &mut Findings, number: &[u8], path: String) {
    let issue = found.weigh(Weight::Error, RuleId::NONE, Code::InvalidNumber, path);
    issue.text("actual", &text::decode(number));
    // 2500.0 can only mean 2500; 2500.5 is not ours to round.
    if let Some(point) = number.iter().position(|byte| *byte == b'.')
        && number.iter().skip(point + 1).all(|byte| *byte == b'0')
    {
        issue.fix_json(text::decode(number.get(..point).unwrap_or_default()).into_owned());
    }
}

/// The value of an integer of at most 18 digits.
pub(super) fn integer(written: &[u8]) -> Option<i64> {
    let (negative, digits) = match written {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let value = digits.iter().try_fold(0_i64, |value, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value.checked_mul(10)?.checked_add(i64::from(digit))
    })?;
    Some(if negative { -value } else { value })
}

/// Reports an integer that is too small or too large.
pub(super) fn range(found: &mut Findings, bound: &Bound, digits: &[u8], path: impl Fn() -> String) {
    let actual = integer(digits).unwrap_or_default();
    let (code, limit, name) = if actual < i64::from(bound.least) {
        (Code::OutOfRange, bound.least, "least")
    } else if actual > i64::from(bound.most) && bound.most < u32::MAX {
        (Code::TooLarge, bound.most, "limit")
    } else {
        return;
    };
    let issue = found.weigh(bound.weight, bound.rule, code, path());
    issue.number("actual", actual).number(name, i64::from(limit));
}

/// Reports a number that readers such as JavaScript would round.
#[cold]
pub(super) fn inexact(found: &mut Findings, number: &[u8], path: String) {
    let written = text::decode(number);
    found.weigh(Weight::Warning, RuleId::NONE, Code::UnsafeNumber, path).text("actual", &written).fix_text(&written);
}

/// Whether a number is an integer beyond 2^53, has more digits than a double keeps, or a larger exponent.
pub(super) fn is_inexact(number: &[u8]) -> bool {
    let end = number.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(number.len());
    let (mantissa, exponent) = number.split_at_checked(end).unwrap_or((number, &[]));
    if mantissa.len() < 16 && exponent.is_empty() {
        return false;
    }
    // No double has more than 17 digits; an integer without a point or exponent is one that was meant exactly.
    let is_integer = exponent.is_empty() && !words::has(mantissa, b'.');
    let most = if is_integer { 1 << 53 } else { 99_999_999_999_999_999 };
    // JavaScript writes from 5e-324 to 1.7976931348623157e+308.
    value(mantissa) > most || value(exponent) > 324
}

/// The digits as one number, or the largest there is.
#[inline(never)]
fn value(digits: &[u8]) -> u64 {
    let digits = digits.iter().filter(|byte| byte.is_ascii_digit());
    digits.fold(0_u64, |value, digit| value.saturating_mul(10).saturating_add(u64::from(digit & 15)))
}

/// Holds a name of the caller's own against what such names look like.
pub(super) fn key(found: &mut Findings, tree: &Tree<'_>, entry: u32, keys: &Keys, name: &Str) {
    match keys {
        Keys::Within(bound) if name.units > bound.most || name.units < bound.least => {
            let (code, limit) =
                if name.units > bound.most { (Code::TooLong, bound.most) } else { (Code::TooShort, bound.least) };
            let issue = found.weigh(bound.weight, bound.rule, code, tree.path(entry));
            issue.number("actual", i64::from(name.units)).number("limit", i64::from(limit));
        }
        Keys::Variables(weight, rule) => {
            let span = tree.span(tree.node(entry));
            if words::is_variable(span) {
                return;
            }
            let written = text::decode(span);
            if !words::is_variable(written.as_bytes()) {
                let issue = found.weigh(*weight, *rule, Code::InvalidVariableName, tree.path(entry));
                issue.text("actual", &written);
            }
        }
        Keys::Within(_) => {}
    }
}

/// The names that stand more than once among these, once each.
#[inline(never)]
pub(super) fn duplicates(bytes: &[u8], names: &[(usize, usize)]) -> Vec<String> {
    if names.len() <= FEW && are_different(bytes, names) { Vec::new() } else { sorted_duplicates(bytes, names) }
}

/// So many names are held against each other; more are sorted.
const FEW: usize = 16;

/// Whether each name is written without escapes, and no two are equal.
fn are_different(bytes: &[u8], names: &[(usize, usize)]) -> bool {
    let span = |name: &(usize, usize)| bytes.get(name.0..name.1).unwrap_or_default();
    names.iter().enumerate().all(|(position, name)| {
        let name = span(name);
        !words::has(name, b'\\') && !names.iter().take(position).any(|other| span(other) == name)
    })
}

#[cold]
fn sorted_duplicates(bytes: &[u8], names: &[(usize, usize)]) -> Vec<String> {
    let decode = |name: &(usize, usize)| text::decode(bytes.get(name.0..name.1).unwrap_or_default());
    let mut names: Vec<Cow<'_, str>> = names.iter().map(decode).collect();
    heap_sort(&mut names);
    let mut twice: Vec<String> = Vec::new();
    for pair in names.windows(2) {
        if let [first, second] = pair
            && first == second
            && twice.last().is_none_or(|last| last != first)
        {
            twice.push(String::from(first.as_ref()));
        }
    }
    twice
}

/// The library's sorts are 4 KB; this one is small, and no input makes it slow.
fn heap_sort(names: &mut [Cow<'_, str>]) {
    let length = names.len();
    for root in (0..length / 2).rev() {
        sift_down(names, root, length);
    }
    for end in (1..length).rev() {
        names.swap(0, end);
        sift_down(names, 0, end);
    }
}

fn sift_down(names: &mut [Cow<'_, str>], mut root: usize, end: usize) {
    loop {
        let left = 2 * root + 1;
        let larger = if left + 1 < end && names.get(left) < names.get(left + 1) { left + 1 } else { left };
        if larger >= end || names.get(larger) <= names.get(root) {
            return;
        }
        names.swap(root, larger);
        root = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_whatever_comes() {
        for length in 0..50_usize {
            let mut names: Vec<Cow<'_, str>> =
                (0..length).map(|index| Cow::Owned(std::format!("{}", (index * 7919) % 31))).collect();
            let mut expected = names.clone();
            expected.sort();
            heap_sort(&mut names);
            assert_eq!(names, expected);
        }
    }

    #[test]
    fn numbers_beyond_two_to_the_53() {
        for exact in
            ["0", "9007199254740992", "0.30000000000000004", "5e-324", "-1.7976931348623157e+308", "123456789012345"]
        {
            assert!(!is_inexact(exact.as_bytes()), "{exact}");
        }
        for inexact in
            ["9007199254740993", "-9007199254740993", "1e400", "99999999999999999999999", "0.123456789012345678"]
        {
            assert!(is_inexact(inexact.as_bytes()), "{inexact}");
        }
    }
}
