//! Links from one page of a list to the next: they lead to the provider, where a caller of the gateway is nobody (PO-072).

use edgepost_core::http::Response;
use edgepost_core::json;
use edgepost_core::operation::Operation;
use edgepost_core::read;
use edgepost_core::schema::Mode;

use crate::config::Config;

/// The members of a page that are links.
const LINKS: [&str; 2] = ["next", "previous"];

/// The answer with links that lead on through the gateway, whose origin is `own`. What leads elsewhere is taken out.
pub fn through(config: &Config, operation: &Operation, own: &str, mut answer: Response) -> Response {
    let Some(upstream) = config.upstream(operation.provider).filter(|_| answer.status == 200) else { return answer };
    let reading = read::check(operation.output, &answer.body, Mode::Answer);
    let root = reading.root();
    let found = LINKS.iter().filter_map(|name| root.text(operation.output.find(name)?));
    let mut found: Vec<_> = found.map(|link| (link.range(), link.value().into_owned())).collect();
    if found.is_empty() {
        return answer;
    }
    // From the back, so that what is in front stays where it is.
    found.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut body = answer.body.clone();
    for (range, link) in found {
        let rest = link.strip_prefix(upstream.base.trim_end_matches('/')).filter(|rest| rest.starts_with('/'));
        let written = rest.map_or("null".to_owned(), |rest| {
            let mut written = String::new();
            json::text(&mut written, &json::concat(&[own, "/", operation.provider.name, rest]));
            written
        });
        // With the quotation marks.
        let (from, to) = (range.start.saturating_sub(1), (range.end + 1).min(body.len()));
        body.splice(from..to, written.into_bytes());
    }
    answer.body = body;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::read_with;
    use edgepost_core::operation::find;

    const OWN: &str = "https://gate.example.com";

    fn passed(name: &str, status: u16, body: &str) -> String {
        let postpay = [
            ("POSTPAY_SECRET_KEY_TEST", "sk_test_fake"),
            ("POSTPAY_MERCHANT_ID_TEST", "id_fake"),
            ("POSTPAY_URL", "http://127.0.0.1:8788/postpay/"),
        ];
        let answer = Response { status, headers: vec![], body: body.into() };
        let answer = through(&read_with(&postpay).unwrap(), find(name).unwrap(), OWN, answer);
        String::from_utf8(answer.body).unwrap()
    }

    #[test]
    fn po_072_links_lead_on_through_the_gateway_or_nowhere() {
        let page =
            |next: &str, previous: &str| format!(r#"{{"count":9, "next":{next},"previous":{previous},"results":[]}}"#);
        let list = |next: &str, previous: &str| passed("postpay.list_orders", 200, &page(next, previous));
        let own = |rest: &str| format!("\"{OWN}/postpay{rest}\"");
        assert_eq!(
            list(
                r#""http://127.0.0.1:8788/postpay/orders?page=6""#,
                r#""http:\/\/127.0.0.1:8788/postpay/orders?page=4""#
            ),
            page(&own("/orders?page=6"), &own("/orders?page=4"))
        );
        assert_eq!(list("null", "null"), page("null", "null"));
        for elsewhere in [
            "https://evil.example/orders?page=2",
            "http://127.0.0.1:8788/postpayx/orders",
            "//evil.example",
            "",
            "/orders?page=2",
        ] {
            assert_eq!(list(&format!("\"{elsewhere}\""), "null"), page("null", "null"), "{elsewhere}");
        }
        let refused = page(r#""https://evil.example/""#, "null");
        assert_eq!(passed("postpay.list_orders", 400, &refused), refused, "that is no page");
        let order = r#"{"order_id":"a","status":"approved","next":"https://a.example/"}"#;
        assert_eq!(passed("postpay.get_order", 200, order), order);
    }
}
