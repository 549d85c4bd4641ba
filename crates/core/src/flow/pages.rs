//! A list from page to page. Of the link to the next one only the page's number is used: where requests go is never
//! decided by an answer.
//!
//! ```text
//! read --next--> read --next--> over
//!         '--elsewhere, back, or on from nothing--> astray
//! ```

use alloc::borrow::Cow;
use alloc::string::String;

use crate::json;
use crate::operation::Operation;
use crate::read::check;
use crate::schema::Mode;

/// Whoever numbers pages higher does not come to an end.
const MOST: u32 = 100_000;
/// PO-070: the member of the query that is the page's number.
const PAGE: &[u8] = b"page=";

/// What follows from a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The page of this number.
    Next(u32),
    /// Nothing: it was the last.
    Over,
    /// Nobody knows: its link leads elsewhere, or would never end.
    Astray,
}

/// PO-071: whether an operation answers with pages.
pub fn has_pages(operation: &Operation) -> bool {
    operation.output.find("next").is_some()
}

/// PO-072: what follows from the answer to a request for `url`.
pub fn step(operation: &'static Operation, url: &str, answer: &[u8]) -> Step {
    let reading = check(operation.output, answer, Mode::Answer);
    let member = |name| operation.output.find(name).map(|slot| reading.root().at(slot));
    let (Some(next), Some(results)) = (member("next"), member("results")) else { return Step::Astray };
    if !next.is_there() {
        return Step::Over;
    }
    let link = next.text().map_or(Cow::Borrowed(""), |link| link.value());
    let present = number(url).unwrap_or(1);
    match number(&link) {
        Some(page)
            if origin(&link).eq_ignore_ascii_case(origin(url))
                && page > present
                && page <= MOST
                && results.count() > 0 =>
        {
            Step::Next(page)
        }
        _ => Step::Astray,
    }
}

/// The address of another page of the list at `url`.
pub fn turned(url: &str, page: u32) -> String {
    let (path, query) = parts(url);
    let mut turned = json::concat(&[path, "?page="]);
    json::integer(&mut turned, i64::from(page));
    for member in members(query).filter(|member| !member.is_empty() && !member.starts_with(PAGE)) {
        json::put(&mut turned, &["&", core::str::from_utf8(member).unwrap_or_default()]);
    }
    turned
}

/// Scheme, host and port: all in front of the third slash.
fn origin(url: &str) -> &str {
    let ends = url.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'/' | b'?' | b'#'));
    let end = ends.map(|(at, _)| at).nth(2);
    end.and_then(|end| url.get(..end)).unwrap_or(url)
}

/// The page's number in an address.
fn number(url: &str) -> Option<u32> {
    let (_, query) = parts(url);
    let digits = members(query).find_map(|member| member.strip_prefix(PAGE))?;
    digits.iter().try_fold(0_u32, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// What is in front of the query, and the query.
fn parts(url: &str) -> (&str, &str) {
    let at = url.bytes().position(|byte| byte == b'?').unwrap_or(url.len());
    (url.get(..at).unwrap_or_default(), url.get(at + 1..).unwrap_or_default())
}

fn members(query: &str) -> impl Iterator<Item = &[u8]> {
    query.as_bytes().split(|byte| matches!(byte, b'&' | b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::find;
    use std::format;

    const ORDERS: &str = "https://api.postpay.io/orders";

    fn after(url: &str, next: &str, results: &str) -> Step {
        let answer = format!(r#"{{"count":9,"next":{next},"previous":null,"results":{results}}}"#);
        step(find("postpay.list_orders").unwrap(), url, answer.as_bytes())
    }

    #[test]
    fn po_071_a_list_is_over_where_nothing_is_next() {
        assert_eq!(after(ORDERS, "null", "[{}]"), Step::Over);
        assert_eq!(after(ORDERS, "null", "[]"), Step::Over);
    }

    #[test]
    fn po_072_only_the_number_of_a_link_to_the_same_host_is_used() {
        for (url, next, expected) in [
            (ORDERS, "https://api.postpay.io/orders?page=2", Step::Next(2)),
            (ORDERS, "https://api.postpay.io?page=2", Step::Next(2)),
            (ORDERS, "https://api.postpay.io/refunds?page_size=7&page=2&status=x#a", Step::Next(2)),
            (ORDERS, r"https:\/\/api.postpay.io\/orders?page=2", Step::Next(2)),
            ("https://api.postpay.io/orders?page=5&page_size=7", "https://api.postpay.io/orders?page=6", Step::Next(6)),
            ("https://API.postpay.io/orders", "https://api.postpay.io/orders?page=2", Step::Next(2)),
            (ORDERS, "https://evil.example/orders?page=2", Step::Astray),
            (ORDERS, "https://api.postpay.io.evil.example/orders?page=2", Step::Astray),
            (ORDERS, "https://api.postpay.io@evil.example/orders?page=2", Step::Astray),
            (ORDERS, "https://api.postpay.io:8443/orders?page=2", Step::Astray),
            (ORDERS, "http://api.postpay.io/orders?page=2", Step::Astray),
            (ORDERS, "//api.postpay.io/orders?page=2", Step::Astray),
            (ORDERS, "/orders?page=2", Step::Astray),
            (ORDERS, "", Step::Astray),
            ("http://127.0.0.1:8788/postpay/orders", "http://127.0.0.1:8788/postpay/orders?page=2", Step::Next(2)),
            ("http://127.0.0.1:8788/postpay/orders", "http://127.0.0.1:8789/postpay/orders?page=2", Step::Astray),
        ] {
            assert_eq!(after(url, &format!("\"{next}\""), "[{}]"), expected, "{url} {next}");
        }
        assert_eq!(after(ORDERS, "7", "[{}]"), Step::Astray);
    }

    #[test]
    fn po_072_pages_that_would_never_end_do() {
        let third = "https://api.postpay.io/orders?page=3";
        for page in ["", "0", "1", "3", "-4", "+4", "four", "4.0", "4%20", "100001", "4294967296"] {
            let next = format!("\"https://api.postpay.io/orders?page={page}\"");
            assert_eq!(after(third, &next, "[{}]"), Step::Astray, "{page}");
        }
        let next = "\"https://api.postpay.io/orders?page=4\"";
        assert_eq!(after(third, next, "[]"), Step::Astray, "there is always another page behind an empty one");
        assert_eq!(after(third, next, "[{}]"), Step::Next(4));
        let last = "https://api.postpay.io/orders?page=4294967295";
        assert_eq!(after(last, &format!("\"{last}\""), "[{}]"), Step::Astray);
        assert_eq!(after(third, "\"https://api.postpay.io/orders?page_size=4\"", "[{}]"), Step::Astray);
    }

    #[test]
    fn po_070_another_page_is_asked_for_where_the_first_was() {
        for (url, expected) in [
            (ORDERS, "https://api.postpay.io/orders?page=2"),
            (
                "https://a.example/orders?page=1&page_size=7&status=x",
                "https://a.example/orders?page=2&page_size=7&status=x",
            ),
            ("https://a.example/orders?page_size=7", "https://a.example/orders?page=2&page_size=7"),
        ] {
            assert_eq!(turned(url, 2), expected);
        }
    }

    #[test]
    fn po_071_lists_have_pages_and_nothing_else_has() {
        for operation in crate::operation::OPERATIONS {
            let is_list = operation.name.starts_with("postpay.list_");
            assert_eq!(has_pages(operation), is_list, "{}", operation.name);
        }
    }
}
