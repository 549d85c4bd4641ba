//! What browsers are told about other origins (the Fetch standard, "CORS protocol").

use edgepost_core::http::{Headers, Response, header};

/// Headers that a page may send.
const REQUEST_HEADERS: &str = "content-type, idempotency-key, x-pb-transactionid, x-pb-unifiederrorstructure, \
     edgepost-grant, edgepost-order-grant, accept-language, payment-signature, payment-authorization, authorization";
/// Headers that a page may read.
const ANSWER_HEADERS: &str = "date, edgepost-operation, edgepost-order-grant, edgepost-replayed, edgepost-rules, \
     edgepost-source, payment-receipt, payment-required, payment-response, www-authenticate, ratelimit, \
     ratelimit-policy, retry-after";
/// How long a browser may remember the answer to its question, in seconds.
const REMEMBERED: &str = "7200";

/// Whether a request asks what may be asked.
pub fn is_preflight(method: &str, headers: &Headers) -> bool {
    method == "OPTIONS" && header(headers, "access-control-request-method").is_some()
}

/// The answer to such a question. It promises nothing: whether the origin is served is checked with the request itself.
pub fn preflight() -> Response {
    let headers = [
        ("access-control-allow-methods", "GET, POST, PATCH, DELETE"),
        ("access-control-allow-headers", REQUEST_HEADERS),
        ("access-control-max-age", REMEMBERED),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Response { status: 204, headers: headers.into(), body: Vec::new() }
}

/// Lets the pages of an origin read an answer. Those of an origin that is not served get refusals only, and can say why.
pub fn expose(answer: &mut Response, origin: &str) {
    answer.headers.push(("access-control-allow-origin".into(), origin.to_owned()));
    answer.headers.push(("access-control-expose-headers".into(), ANSWER_HEADERS.into()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepost_core::operation::OPERATIONS;

    #[test]
    fn a_page_may_send_what_the_client_sends() {
        let allowed: Vec<_> = REQUEST_HEADERS.split(',').map(str::trim_ascii).collect();
        for operation in OPERATIONS {
            let own = operation.provider.headers.iter().map(|(name, _)| *name);
            // What the Fetch standard lets through unasked: "CORS-safelisted request-header".
            for name in own.chain([operation.provider.key.header]).filter(|name| *name != "accept") {
                assert!(allowed.contains(&name), "{}: {name}", operation.name);
            }
        }
    }
}
