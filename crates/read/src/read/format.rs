//! What texts have to look like.

use super::findings::Findings;
use super::suggest::suggest;
use super::text;
use super::tree::Tree;
use super::{calendar, currency};
use crate::place::Country;
use crate::report::Code;
use crate::rule::RuleId;
use crate::schema::{Format, Weight};
use crate::words::{has, is_blank};

/// Holds a text against its format. `false` if it does not fit.
#[inline(never)]
pub(super) fn check(
    found: &mut Findings,
    tree: &Tree<'_>,
    node: u32,
    format: Format,
    rule: RuleId,
    span: &[u8],
) -> bool {
    let value = text::decode(span);
    let code = match format {
        Format::Free => return true,
        Format::OneOf(allowed) | Format::Usually(allowed) if allowed.contains(&&*value) => return true,
        Format::OneOf(_) | Format::Usually(_) => Code::InvalidChoice,
        Format::Filled | Format::Id | Format::PlainId | Format::Values if is_blank(&value) => Code::Blank,
        Format::Filled => return true,
        // A recipient has none of these: the module that checks nothing else is smaller without.
        _ if !cfg!(feature = "operations") => return true,
        Format::Id | Format::PlainId if value.bytes().all(|byte| matches!(byte, b'.' | b' ')) => Code::InvalidId,
        Format::PlainId if value.bytes().any(|byte| matches!(byte, b'/' | b'?' | b'#')) => Code::InvalidId,
        Format::Id | Format::PlainId => return true,
        Format::Values if value.bytes().any(|byte| matches!(byte, b'\\' | b'"')) => Code::EscapedComma,
        Format::Values => return true,
        Format::Uuid if is_uuid(value.as_bytes()) => return true,
        Format::Uuid => Code::InvalidUuid,
        Format::Country if country(&value).is_some() => return true,
        Format::Country => Code::InvalidCountryCode,
        Format::Currency if currency::decimals(&value).is_some() => return true,
        Format::Currency => Code::UnknownCurrency,
        Format::Date if calendar::is_day(&value) => return true,
        Format::Moment if calendar::is_moment(&value) => return true,
        Format::Date | Format::Moment => Code::InvalidDate,
        Format::Email if is_email(&value) => return true,
        Format::Email => Code::InvalidEmail,
        Format::WebAddress(_) => match web_address(&value) {
            None => return true,
            Some(code) => code,
        },
    };
    let weight = match format {
        Format::Usually(_) => Weight::Warning,
        Format::WebAddress(weight) if code == Code::InsecureUrl => weight,
        _ => Weight::Error,
    };
    let issue = found.weigh(weight, rule, code, tree.path(node));
    if code != Code::Blank {
        issue.text("actual", &value);
    }
    if let Format::OneOf(allowed) | Format::Usually(allowed) = format {
        issue.names("allowed", allowed);
        if let Some(meant) = suggest(&value, allowed.iter().copied()) {
            issue.did_you_mean(meant).fix_text(meant);
        }
    } else if cfg!(feature = "operations") && matches!(format, Format::Country | Format::Currency) {
        let country = Country::find(&value).filter(|_| matches!(format, Format::Country)).map(|country| country.code());
        let currency = currency::find(value.trim_ascii()).filter(|_| matches!(format, Format::Currency));
        let code = country.as_ref().map(|code| &code[..]).or(currency.as_ref().map(|(code, _)| &code[..]));
        if let Some(code) = code.and_then(|code| core::str::from_utf8(code).ok()) {
            issue.fix_text(code);
        }
    } else if cfg!(feature = "operations") && code == Code::InvalidEmail && is_email(value.trim_ascii()) {
        issue.hint("Take out the spaces around it.").fix_text(value.trim_ascii());
    }
    false
}

/// A UUID of versions 1 to 8, or one that is all 0 or all f: RFC 9562, sections 4 and 5.
fn is_uuid(value: &[u8]) -> bool {
    let is_at = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    let all = |digit: u8| value.iter().all(|byte| *byte == b'-' || byte.eq_ignore_ascii_case(&digit));
    let (version, variant) = (value.get(14), value.get(19));
    let is_known =
        matches!(version, Some(b'1'..=b'8')) && matches!(variant, Some(b'8' | b'9' | b'a' | b'b' | b'A' | b'B'));
    value.len() == 36 && value.iter().enumerate().all(is_at) && (is_known || all(b'0') || all(b'f'))
}

/// The country of a code of two capital letters.
fn country(value: &str) -> Option<Country> {
    Country::of(value.as_bytes().try_into().ok()?)
}

/// One mailbox, as HTML's `input type=email` takes it: https://html.spec.whatwg.org/#valid-e-mail-address
fn is_email(value: &str) -> bool {
    let bytes = value.as_bytes();
    let Some(at) = bytes.iter().position(|byte| *byte == b'@') else { return false };
    let (local, domain) = (bytes.get(..at).unwrap_or_default(), bytes.get(at + 1..).unwrap_or_default());
    let local_ok = !local.is_empty()
        && local.iter().all(|byte| byte.is_ascii_alphanumeric() || has(b".!#$%&'*+/=?^_`{|}~-", *byte));
    // A mail domain has a dot: `sender@localhost` reaches nobody outside.
    local_ok && has(domain, b'.') && domain.split(|byte| *byte == b'.').all(is_label)
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
    let secure = starts(value, "https://");
    if !secure && !starts(value, "http://") || value.chars().any(is_odd) {
        return Some(Code::InvalidUrl);
    }
    let rest = value.as_bytes().get(if secure { 8 } else { 7 }..).unwrap_or_default();
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let host = match host(rest.get(..end).unwrap_or_default()) {
        Some(host) => host,
        None => return Some(Code::InvalidUrl),
    };
    (!secure && !is_loopback(host)).then_some(Code::InsecureUrl)
}

#[inline(never)]
fn starts(value: &str, scheme: &str) -> bool {
    value.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
}

/// What no address holds unescaped.
#[inline(never)]
fn is_odd(character: char) -> bool {
    character.is_whitespace() || character.is_control() || character == '\\'
}

/// The host of `host`, `host:port` or `[address]:port`. A user name in front of it is how lookalike links are made.
fn host(authority: &[u8]) -> Option<&[u8]> {
    let bracket = authority.iter().rposition(|byte| *byte == b']');
    let colon = authority.iter().rposition(|byte| *byte == b':').filter(|colon| bracket < Some(*colon));
    let (host, port) = authority.split_at_checked(colon.unwrap_or(authority.len()))?;
    let digits = port.get(1..).unwrap_or_default();
    if digits.len() > 5 || !digits.iter().all(u8::is_ascii_digit) || digits.len() == 5 && digits > b"65535" {
        return None;
    }
    if let [b'[', address @ .., b']'] = host {
        let is_address = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        return (address.len() > 1 && address.iter().all(is_address)).then_some(host);
    }
    let is_name =
        |byte: &u8| !matches!(byte, b'@' | b'[' | b']' | b':' | b'%' | b'"' | b'<' | b'>' | b'|' | b'^' | b'`');
    (host.iter().all(is_name) && host.split(|byte| *byte == b'.').all(|label| !label.is_empty())).then_some(host)
}

fn is_loopback(host: &[u8]) -> bool {
    let v4 = host.strip_prefix(b"127.").is_some_and(|rest| {
        rest.iter().filter(|byte| **byte == b'.').count() == 2
            && rest.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
    });
    v4 || host == b"[::1]" || host.eq_ignore_ascii_case(b"localhost") || host.ends_with(b".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pf_011_uuids() {
        for good in [
            "8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b",
            "8C1A1B58-2C8F-8F4F-BC46-2C1AC32D7A1B",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ] {
            assert!(is_uuid(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            "8c1a1b58-2c8f-9f4f-9c46-2c1ac32d7a1b",
            "8c1a1b58-2c8f-4f4f-7c46-2c1ac32d7a1b",
            "8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1",
            "8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b0",
            "8c1a1b58-2c8f-4f4f-9c462-c1ac32d7a1b",
            "8g1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b",
            "{8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b}",
            "8c1a1b582c8f4f4f9c462c1ac32d7a1b",
        ] {
            assert!(!is_uuid(bad.as_bytes()), "{bad}");
        }
    }

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
            "https://example.com:99999/",
            "https://[x/",
        ] {
            assert_eq!(web_address(bad), Some(Code::InvalidUrl), "{bad}");
        }
        for bad in ["http://example.com/", "http://127.evil.example/", "http://localhost.example.com"] {
            assert_eq!(web_address(bad), Some(Code::InsecureUrl), "{bad}");
        }
    }
}
