//! Pieces of web addresses.

use edgepost_core::http::{percent_decode, percent_encode};

/// The origin and the path of an absolute address; `None` if it is not one.
pub(crate) fn split(url: &str) -> Option<(&str, &str)> {
    let start = url.find("://")? + 3;
    let rest = url.get(start..)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (origin, rest) = url.split_at_checked(start + end)?;
    let path = rest.split(['?', '#']).next()?;
    Some((origin, path))
}

/// The first parameter of this name in an address's query.
pub(crate) fn query(url: &str, name: &str) -> Option<String> {
    parameters(query_of(url)).find(|(known, _)| known == name).map(|(_, value)| value)
}

/// An address's query, without its question mark; empty if there is none.
pub(crate) fn query_of(url: &str) -> &str {
    let (before, _) = url.split_once('#').unwrap_or((url, ""));
    before.split_once('?').map_or("", |(_, query)| query)
}

/// The parameters of a query or a form; what cannot be decoded stays as it is written.
pub(crate) fn parameters(written: &str) -> impl Iterator<Item = (String, String)> {
    let pairs = written.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(name, value)| (decoded(name), decoded(value)))
}

fn decoded(piece: &str) -> String {
    let spaced = piece.replace('+', " ");
    percent_decode(&spaced).unwrap_or(spaced)
}

/// An address with one more parameter. The query and the fragment that it has survive (PP-113).
///
/// The result is ASCII, as a header has to be.
pub(crate) fn with_parameter(url: &str, name: &str, value: &str) -> String {
    let (before, fragment) = url.split_once('#').map_or((url, None), |(before, fragment)| (before, Some(fragment)));
    let mut address = String::new();
    ascii(&mut address, before);
    match before.split_once('?') {
        None => address.push('?'),
        Some((_, query)) if query.is_empty() || query.ends_with('&') => {}
        Some(_) => address.push('&'),
    }
    percent_encode(&mut address, name);
    address.push('=');
    percent_encode(&mut address, value);
    if let Some(fragment) = fragment {
        address.push('#');
        ascii(&mut address, fragment);
    }
    address
}

/// What stands for an address's origin in a Content-Security-Policy.
///
/// A policy cannot name every host that an address can: for the others the scheme alone has to do. Nothing of the
/// address but plain host names gets into the header.
pub(crate) fn policy_source(url: &str) -> String {
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let host = split(url).and_then(|(origin, _)| origin.split_once("://")).map_or("", |(_, host)| host);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    if host.bytes().all(is_plain) { format!("{scheme}://{host}") } else { format!("{scheme}:") }
}

fn ascii(out: &mut String, text: &str) {
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            percent_encode(out, character.encode_utf8(&mut [0; 4]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_an_origin_and_a_path() {
        for (url, parts) in [
            ("http://127.0.0.1:8788/a/b?c=/d#e", Some(("http://127.0.0.1:8788", "/a/b"))),
            ("https://sandbox.example", Some(("https://sandbox.example", ""))),
            ("https://sandbox.example?a/b", Some(("https://sandbox.example", ""))),
            ("http://[::1]:80/x#?", Some(("http://[::1]:80", "/x"))),
            ("/pieterpost/v1", None),
        ] {
            assert_eq!(split(url), parts, "{url}");
        }
    }

    #[test]
    fn pp_113_query_and_fragment_survive() {
        for (url, with) in [
            ("https://shop.example", "https://shop.example?checkout=success"),
            ("https://shop.example/a", "https://shop.example/a?checkout=success"),
            ("https://shop.example/a?", "https://shop.example/a?checkout=success"),
            ("https://shop.example/a?b=1", "https://shop.example/a?b=1&checkout=success"),
            ("https://shop.example/a?b=1&", "https://shop.example/a?b=1&checkout=success"),
            ("https://shop.example/a#b?c", "https://shop.example/a?checkout=success#b?c"),
            ("https://shop.example/a?b=1#c", "https://shop.example/a?b=1&checkout=success#c"),
            ("https://shop.example/é?b=ü#ß", "https://shop.example/%C3%A9?b=%C3%BC&checkout=success#%C3%9F"),
        ] {
            assert_eq!(with_parameter(url, "checkout", "success"), with, "{url}");
        }
    }

    #[test]
    fn pp_136_a_parameter_is_found_and_decoded() {
        for (url, value) in [
            ("https://a.test/w?currency=eur", Some("eur")),
            ("https://a.test/w?x=currency&currency=e%75r&currency=usd", Some("eur")),
            ("https://a.test/w?currency", Some("")),
            ("https://a.test/w?currency=a=b", Some("a=b")),
            ("https://a.test/w?&&currency=a+b%2B", Some("a b+")),
            ("https://a.test/w?currency=%ff", Some("%ff")),
            ("https://a.test/w?mycurrency=eur#?currency=usd", None),
            ("https://a.test/w#currency=usd", None),
            ("https://a.test/w", None),
        ] {
            assert_eq!(query(url, "currency").as_deref(), value, "{url}");
        }
    }

    #[test]
    fn an_address_adds_nothing_to_a_policy_but_its_origin() {
        for (url, source) in [
            ("https://shop.example/a", "https://shop.example"),
            ("HTTPS://Shop.example:8443?x", "https://Shop.example:8443"),
            ("http://127.0.0.1:8787/", "http://127.0.0.1:8787"),
            ("http://[::1]:8787/", "http:"),
            ("https://bücher.example/", "https:"),
            ("https://a;script-src,b/", "https:"),
        ] {
            assert_eq!(policy_source(url), source, "{url}");
        }
    }
}
