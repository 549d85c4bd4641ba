//! What goes through, both ways. The order matters: what goes upstream is built from scratch, so nothing of the caller's
//! is on it; then the secret is put on.

use edgepost_core::http::{Headers, Request, Response, header, media_type};

use crate::challenge;
use crate::config::{Authorization, Upstream};
use crate::hook;
use crate::minute::Left;
use crate::refill;
use crate::token::Token;

/// Headers of a provider's answer that the caller gets to see. Who signs what is good until then needs the provider's clock.
const PASSED: [&str; 5] = ["content-language", "content-type", "date", "ratelimit-reset", "retry-after"];

/// Puts the secret on a request: the one place where that happens. `token` is shown to a provider that wants one.
pub fn inject(request: &mut Request, upstream: &Upstream, token: Option<&Token>) {
    // Where the gateway shows nothing, what is there pays: a caller's own credential.
    if !matches!(upstream.authorization, Authorization::None) {
        request.headers.retain(|(name, _)| name != "authorization");
    }
    let shown = match &upstream.authorization {
        Authorization::Known(secret) => Some(secret),
        Authorization::Token(_) => token.map(Token::authorization),
        Authorization::None => None,
    };
    request.headers.extend(shown.map(|secret| ("authorization".into(), secret.reveal().into())));
    if let Some(secret) = &upstream.hook_secret {
        hook::inject(request, upstream, secret.reveal());
    }
    if let Some(developer_id) = &upstream.developer_id {
        refill::inject(request, upstream, developer_id.reveal());
    }
}

/// The caller's own languages, if they can be passed on.
pub fn accept_language(headers: &Headers) -> Option<String> {
    let written = header(headers, "accept-language")?;
    let fits =
        written.len() <= 200 && written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ,;=.*-".contains(&byte));
    fits.then(|| written.to_owned())
}

/// A provider's answer as the caller gets it: status and body as they came, and headers of the list.
pub fn pass(answer: Response, source: &str) -> Response {
    let mut headers: Headers = PASSED
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), header(&answer.headers, name)?.to_owned())))
        .collect();
    headers.extend(answer.headers.iter().filter_map(|(name, value)| challenge::answered(name, value)));
    headers.push(("cache-control".into(), "no-store".into()));
    headers.push(("edgepost-source".into(), source.to_owned()));
    Response { status: answer.status, headers, body: answer.body }
}

/// Says how much is left of the provider's minute, where that is known: draft-ietf-httpapi-ratelimit-headers.
pub fn tell_left(answer: &mut Response, left: Option<Left>) {
    let Some(left) = left else { return };
    answer.headers.retain(|(name, _)| name != "ratelimit" && name != "ratelimit-policy");
    let seconds = left.reset_ms.div_ceil(1_000);
    answer.headers.push(("ratelimit-policy".into(), format!("\"minute\";q={};w=60", left.limit)));
    answer.headers.push(("ratelimit".into(), format!("\"minute\";r={};t={seconds}", left.left)));
}

/// Whether a body says that it is JSON.
pub fn is_json(headers: &Headers) -> bool {
    header(headers, "content-type").is_some_and(|value| media_type(value) == "application/json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::read_with;

    fn headers(pairs: &[(&str, &str)]) -> Headers {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn pb_004_pb_020_a_provider_that_wants_a_token_is_shown_nothing_else() {
        let config = read_with(&[
            ("PITNEYBOWES_KEY_TEST", "fake-key"),
            ("PITNEYBOWES_SECRET_TEST", "fake-secret"),
            ("PITNEYBOWES_DEVELOPER_ID_TEST", "fake-developer"),
        ])
        .unwrap();
        let upstream = config.upstreams.iter().find(|upstream| upstream.provider.name == "pitneybowes").unwrap();
        let headers = headers(&[("authorization", "Bearer of the caller")]);
        let mut request = Request { method: "GET".into(), url: upstream.base.clone(), headers, body: None };
        inject(&mut request, upstream, None);
        assert_eq!(request.headers, []);
        let answer = Response { status: 200, headers: vec![], body: br#"{"access_token":"fake"}"#.to_vec() };
        inject(&mut request, upstream, Token::read(&answer, 0).ok().as_ref());
        assert_eq!(request.headers, [("authorization".to_owned(), "Bearer fake".to_owned())]);
    }

    #[test]
    fn pp_001_the_key_is_put_on_last_and_once() {
        let config = read_with(&[]).unwrap();
        let url = "http://127.0.0.1:8788/pieterpost/v1/orders/ord_1".to_owned();
        let smuggled = headers(&[("authorization", "Bearer of the caller"), ("accept", "application/json")]);
        let mut request = Request { method: "GET".into(), url, headers: smuggled, body: None };
        inject(&mut request, &config.upstreams[0], None);
        let shown: Vec<_> = request.headers.iter().filter(|(name, _)| name == "authorization").collect();
        assert_eq!(shown, [&("authorization".to_owned(), "Bearer pp_test_canary".to_owned())]);
    }

    #[test]
    fn only_listed_headers_come_back() {
        let answer = Response {
            status: 201,
            headers: headers(&[
                ("Content-Type", "application/json"),
                ("Set-Cookie", "a=b"),
                ("Location", "https://evil.example/"),
                ("X-Powered-By", "x"),
                ("Access-Control-Allow-Origin", "*"),
                ("Retry-After", "3"),
                ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                ("Edgepost-Grant", "x"),
            ]),
            body: b"{}".to_vec(),
        };
        let names: Vec<_> = pass(answer, "provider").headers.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["content-type", "date", "retry-after", "cache-control", "edgepost-source"]);
    }

    #[test]
    fn languages_that_could_smuggle_are_not_passed_on() {
        assert_eq!(accept_language(&headers(&[("accept-language", "nl, en;q=0.8")])).as_deref(), Some("nl, en;q=0.8"));
        for bad in ["nl\r\nx: y", "nl\u{e9}", &"a".repeat(201)] {
            assert_eq!(accept_language(&headers(&[("accept-language", bad)])), None, "{bad:?}");
        }
    }

    #[test]
    fn pp_003_a_json_body_says_so() {
        assert!(is_json(&headers(&[("content-type", "application/json; charset=utf-8")])));
        assert!(is_json(&headers(&[("Content-Type", "Application/JSON")])));
        for other in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
            assert!(!is_json(&headers(&[("content-type", other)])), "{other}");
        }
        assert!(!is_json(&headers(&[])));
    }
}
