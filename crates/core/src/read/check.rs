//! Checks of single values, and of which members an object has.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::cursor::{Flaw, Str};
use super::findings::Findings;
use super::suggest::suggest;
use super::text;
use super::tree::{Kind, Tree};
use super::walk::child;
use crate::report::{Code, Issue};
use crate::schema::{Format, Keys, Misplaced, Mode, Object, Shape, Weight};
use crate::template;

/// What a shape expects, in words.
pub(super) fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(_) => "text",
        Shape::Flag => "true or false",
        Shape::Integer => "an integer",
        Shape::Scalar(_) => "text, a number, true or false",
        Shape::Any => "a value",
        Shape::List(..) => "a list",
        Shape::Map(..) | Shape::Object(_) => "an object",
        Shape::Nullable(inner) => expected(inner),
    }
}

/// Reports where and why the bytes are not JSON.
#[cold]
pub(super) fn not_json(
    found: &mut Findings,
    bytes: &[u8],
    offset: usize,
    reason: &'static str,
    path: impl FnOnce() -> String,
) {
    let before = String::from_utf8_lossy(bytes.get(..offset).unwrap_or_default());
    let line = before.rsplit('\n').next().unwrap_or_default();
    let issue = found.weigh(Weight::Error, "", Code::InvalidJson, path);
    issue.text("reason", if offset >= bytes.len() { "the text ends too early" } else { reason });
    issue.number("line", before.matches('\n').count() + 1);
    issue.number("column", line.encode_utf16().count() + 1);
    issue.number("offset", offset);
}

/// Reports what is wrong with a string.
#[cold]
pub(super) fn flaw(found: &mut Findings, flaw: Flaw, bytes: &[u8], path: impl FnOnce() -> String) {
    match flaw {
        Flaw::Utf8(offset) => {
            found.weigh(Weight::Error, "", Code::InvalidUtf8, path).number("offset", offset);
        }
        Flaw::LoneSurrogate => {
            found.weigh(Weight::Error, "", Code::LoneSurrogate, path);
        }
        Flaw::Unescaped(offset) => {
            let reason = "a line break or control character in a text is written as an escape, such as \\n";
            not_json(found, bytes, offset, reason, path);
        }
        Flaw::Control(character) => {
            let mut name = String::from("U+00");
            for shift in [4, 0] {
                name.push(char::from_digit((character as u32 >> shift) & 15, 16).unwrap_or('0').to_ascii_uppercase());
            }
            found.weigh(Weight::Warning, "", Code::ControlCharacter, path).text("character", name);
        }
    }
}

/// Holds a text against its format.
pub(super) fn format(
    found: &mut Findings,
    tree: &Tree<'_>,
    node: u32,
    format: Format,
    rule: &'static str,
    span: &[u8],
) {
    let code = match format {
        Format::Free => return,
        Format::Filled if text::is_blank(span) => Code::Blank,
        Format::Filled => return,
        Format::OneOf(allowed) if allowed.iter().any(|value| value.as_bytes() == span) => return,
        Format::Usually(allowed) if allowed.iter().any(|value| value.as_bytes() == span) => return,
        Format::OneOf(_) | Format::Usually(_) => Code::InvalidChoice,
        Format::Email if is_email(&text::decode(span)) => return,
        Format::Email => Code::InvalidEmail,
        Format::WebAddress => match web_address(&text::decode(span)) {
            None => return,
            Some(code) => code,
        },
    };
    let weight = if matches!(format, Format::Usually(_)) { Weight::Warning } else { Weight::Error };
    let value = text::decode(span);
    let issue = found.weigh(weight, rule, code, || tree.path(node));
    if code != Code::Blank {
        issue.text("actual", value.as_ref());
    }
    if let Format::OneOf(allowed) | Format::Usually(allowed) = format {
        issue.names("allowed", allowed);
        if let Some(meant) = suggest(&value, allowed.iter().copied()) {
            issue.hint(did_you_mean(meant)).fix_text(meant);
        }
    } else if code == Code::InvalidEmail && is_email(value.trim()) {
        issue.hint("Take out the spaces around it.").fix_text(value.trim());
    }
}

/// One mailbox, as HTML's `input type=email` takes it: https://html.spec.whatwg.org/#valid-e-mail-address
fn is_email(value: &str) -> bool {
    let bytes = value.as_bytes();
    let Some(at) = bytes.iter().position(|byte| *byte == b'@') else { return false };
    let (local, domain) = (bytes.get(..at).unwrap_or_default(), bytes.get(at + 1..).unwrap_or_default());
    let local_ok = !local.is_empty()
        && local.iter().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(byte));
    // A mail domain has a dot: `sender@localhost` reaches nobody outside.
    local_ok && domain.contains(&b'.') && domain.split(|byte| *byte == b'.').all(is_label)
}

/// One label of a host name.
fn is_label(label: &[u8]) -> bool {
    (1..=63).contains(&label.len())
        && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && label.first() != Some(&b'-')
        && label.last() != Some(&b'-')
}

/// What is wrong with a web address: it has to be absolute, `https`, and `http` only on loopback.
pub(super) fn web_address(value: &str) -> Option<Code> {
    let lower_scheme = |scheme: &str| value.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    let (secure, rest) = if lower_scheme("https://") {
        (true, value.get(8..).unwrap_or_default())
    } else if lower_scheme("http://") {
        (false, value.get(7..).unwrap_or_default())
    } else {
        return Some(Code::InvalidUrl);
    };
    let authority = rest.get(..rest.find(['/', '?', '#']).unwrap_or(rest.len())).unwrap_or_default();
    let odd = |character: char| character.is_whitespace() || character.is_control() || character == '\\';
    // A user name in front of the host is how lookalike links are made.
    if authority.contains('@') || value.contains(odd) {
        return Some(Code::InvalidUrl);
    }
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            if port.len() > 5 || !port.bytes().all(|byte| byte.is_ascii_digit()) {
                return Some(Code::InvalidUrl);
            }
            host
        }
        _ => authority,
    };
    let bracketed = host.starts_with('[') && host.ends_with(']') && host.len() > 3;
    if !bracketed && (host.is_empty() || !host.split('.').all(|label| !label.is_empty()) || host.contains(['[', ']'])) {
        return Some(Code::InvalidUrl);
    }
    (!secure && !is_loopback(host)).then_some(Code::InsecureUrl)
}

fn is_loopback(host: &str) -> bool {
    let v4 = host.strip_prefix("127.").is_some_and(|rest| {
        rest.split('.').count() == 3 && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    });
    v4 || host == "[::1]" || host.eq_ignore_ascii_case("localhost") || host.ends_with(".localhost")
}

/// Reports a number that is not written as an integer.
#[cold]
pub(super) fn not_integer(found: &mut Findings, number: &[u8], path: impl FnOnce() -> String) {
    let written = String::from_utf8_lossy(number);
    let issue = found.weigh(Weight::Error, "", Code::InvalidNumber, path);
    issue.text("actual", written.as_ref());
    // 2500.0 can only mean 2500; 2500.5 is not ours to round.
    if let Some((whole, fraction)) = written.split_once('.')
        && fraction.bytes().all(|byte| byte == b'0')
    {
        issue.fix_json(String::from(whole));
    }
}

/// Reports a number that readers such as JavaScript would round.
pub(super) fn exact(found: &mut Findings, number: &[u8], path: impl FnOnce() -> String) {
    if is_inexact(number) {
        let written = String::from_utf8_lossy(number);
        found.weigh(Weight::Warning, "", Code::UnsafeNumber, path).text("actual", written.as_ref()).fix_text(&written);
    }
}

/// Whether a number has more digits than 2^53 can tell apart, or a huge exponent.
pub(super) fn is_inexact(number: &[u8]) -> bool {
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    let end = digits.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(digits.len());
    let (mantissa, exponent) = (digits.get(..end).unwrap_or_default(), digits.get(end..).unwrap_or_default());
    let huge = exponent.iter().filter(|byte| byte.is_ascii_digit()).count() > 2;
    if mantissa.len() < 16 {
        return huge;
    }
    let value = mantissa
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .try_fold(0u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
    huge || value.is_none_or(|value| value > 1 << 53)
}

/// Holds a name of the caller's own against what such names look like.
pub(super) fn key(found: &mut Findings, tree: &Tree<'_>, entry: u32, keys: &Keys, name: &Str) {
    match keys {
        Keys::Within(bound) if name.units > bound.most || name.units < bound.least => {
            let (code, limit) =
                if name.units > bound.most { (Code::TooLong, bound.most) } else { (Code::TooShort, bound.least) };
            let issue = found.weigh(bound.weight, bound.rule, code, || tree.path(entry));
            issue.number("actual", name.units).number("limit", limit);
        }
        Keys::Variables(weight, rule) => {
            let written = text::decode(tree.span(tree.node(entry)));
            if !template::is_variable(&written) {
                let issue = found.weigh(*weight, rule, Code::InvalidVariableName, || tree.path(entry));
                issue.text("actual", written);
            }
        }
        Keys::Within(_) => {}
    }
}

/// The names that stand more than once among these, once each.
#[cold]
pub(super) fn duplicates(bytes: &[u8], names: &[(usize, usize)]) -> Vec<String> {
    let mut decoded: Vec<Cow<'_, str>> =
        names.iter().map(|(start, end)| text::decode(bytes.get(*start..*end).unwrap_or_default())).collect();
    decoded.sort_unstable();
    let mut twice: Vec<String> = Vec::new();
    for pair in decoded.windows(2) {
        if let [first, second] = pair
            && first == second
            && twice.last().is_none_or(|last| last != first)
        {
            twice.push(String::from(first.as_ref()));
        }
    }
    twice
}

pub(super) fn did_you_mean(name: &str) -> String {
    let mut hint = String::from("Did you mean ");
    hint.push_str(name);
    hint.push('?');
    hint
}

/// Which members an object has, and which it should have.
pub(super) struct Presence {
    pub(super) object: &'static Object,
    pub(super) node: u32,
    /// The node of the first member.
    pub(super) first: u32,
    /// Required members that are not there.
    pub(super) missing: u64,
    /// Members that are there and not null.
    pub(super) filled: u64,
}

/// Reports members that are missing, or that exclude each other.
pub(super) fn presence(found: &mut Findings, tree: &Tree<'_>, members: &Presence) {
    let object = members.object;
    let lenient = found.mode() == Mode::Lenient;
    let stand_in = object.stand_in.filter(|stand_in| lenient && members.filled & stand_in.bit != 0);
    let missing = members.missing & !stand_in.map_or(0, |stand_in| stand_in.bits);
    for (index, field) in object.fields.iter().enumerate().filter(|(index, _)| missing & (1 << index) != 0) {
        report_missing(found, tree, members.first + index as u32, field.rule);
    }
    if stand_in.is_none() {
        choice(found, tree, members);
    }
    cases(found, tree, members);
}

fn report_missing<'f>(found: &'f mut Findings, tree: &Tree<'_>, node: u32, rule: &'static str) -> &'f mut Issue {
    found.weigh(Weight::Error, rule, Code::MissingMember, || tree.path(node))
}

fn choice(found: &mut Findings, tree: &Tree<'_>, members: &Presence) {
    let Some(choice) = &members.object.choice else { return };
    let filled = members.filled;
    let sets = || choice.sets.iter().zip(choice.bits);
    let complete = sets().filter(|(_, bits)| bits & filled == *bits).count();
    if complete == 1 || complete > 1 && !choice.exclusive {
        return;
    }
    if complete > 1 {
        let mut names = choice.sets.iter().filter_map(|set| set.first());
        if let (Some(first), Some(second)) = (names.next(), names.next()) {
            let issue = found
                .weigh(Weight::Error, choice.rule, Code::ConflictingMembers, || child(tree.path(members.node), second));
            issue.text("other", *first);
        }
        return;
    }
    let mut begun = false;
    for (set, bits) in sets().filter(|(_, bits)| bits & filled != 0) {
        begun = true;
        for (index, field) in members.object.fields.iter().enumerate() {
            if bits & !filled & (1 << index) != 0 && set.contains(&field.name) {
                report_missing(found, tree, members.first + index as u32, choice.rule);
            }
        }
    }
    if !begun {
        // The first alternative is where a form shows it.
        let first = choice.sets.first().and_then(|set| set.first()).copied().unwrap_or_default();
        let path = || child(tree.path(members.node), first);
        found.weigh(Weight::Error, choice.rule, Code::MissingChoice, path).text("needed", in_words(choice.sets));
    }
}

/// `streetAddress, or street and number`
fn in_words(sets: &[&[&str]]) -> String {
    let mut words = String::new();
    for (position, set) in sets.iter().enumerate() {
        words.push_str(if position > 0 { ", or " } else { "" });
        for (position, name) in set.iter().enumerate() {
            words.push_str(if position > 0 { " and " } else { "" });
            words.push_str(name);
        }
    }
    words
}

fn cases(found: &mut Findings, tree: &Tree<'_>, members: &Presence) {
    let object = members.object;
    let position = |name: &str| object.fields.iter().position(|field| field.name == name);
    let Some(tag) = position(object.tag) else { return };
    let tag = tree.node(members.first + tag as u32);
    if tag.kind != Kind::Text {
        return;
    }
    let value = tree.span(tag);
    let Some(case) = object.cases.iter().find(|case| case.value.as_bytes() == value) else { return };
    let is_filled = |index: usize| members.filled & (1 << index) != 0;
    for (name, rule) in case.needs {
        if let Some(index) = position(name).filter(|index| !is_filled(*index)) {
            report_missing(found, tree, members.first + index as u32, rule);
        }
    }
    for Misplaced { name, belongs, rule } in case.excludes {
        let Some(index) = position(name).filter(|index| is_filled(*index)) else { continue };
        let code = if belongs.is_empty() { Code::ConflictingMembers } else { Code::MisplacedMember };
        let issue = found.weigh(Weight::Error, rule, code, || tree.path(members.first + index as u32));
        if belongs.is_empty() {
            let mut other = String::from(object.tag);
            other.push_str(" \"");
            other.push_str(case.value);
            other.push('"');
            issue.text("other", other);
        } else {
            issue.text("belongs", *belongs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes() {
        for good in ["sender@example.com", "a.b+c@sub.example.org", "x@1.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "@example.com", "a@", "a@b", "a b@example.com", "a@b@example.com", "a@-b.com", "a@b..com"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn web_addresses() {
        for good in [
            "https://example.com/a?b#c",
            "HTTPS://example.com",
            "http://127.0.0.1:8787/",
            "http://[::1]:80/x",
            "http://localhost",
        ] {
            assert_eq!(web_address(good), None, "{good}");
        }
        for bad in [
            "example.com",
            "//example.com",
            "javascript:alert(1)",
            "https://",
            "https:///x",
            "https://a b.com",
            "https://user@example.com",
            "https://example.com:port/",
            "https://exa\\mple.com",
            "https://a..b/",
            "https://[x/",
        ] {
            assert_eq!(web_address(bad), Some(Code::InvalidUrl), "{bad}");
        }
        for bad in ["http://example.com/", "http://127.evil.example/", "http://localhost.example.com"] {
            assert_eq!(web_address(bad), Some(Code::InsecureUrl), "{bad}");
        }
    }

    #[test]
    fn numbers_beyond_two_to_the_53() {
        for exact in ["0", "-1", "9007199254740992", "0.1", "1e10", "123456789012345"] {
            assert!(!is_inexact(exact.as_bytes()), "{exact}");
        }
        for inexact in
            ["9007199254740993", "-9007199254740993", "1e400", "99999999999999999999999", "0.12345678901234567"]
        {
            assert!(is_inexact(inexact.as_bytes()), "{inexact}");
        }
    }
}
