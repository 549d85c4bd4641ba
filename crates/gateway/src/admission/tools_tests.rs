//! Tools: reads that come with a body, and rooms for PDFs, which are somebody's own.

use edgepost_core::grant::{Claims, sign};
use serde_json::{Value, json};

use super::*;
use crate::config::tests::read_with;

const ORIGIN: &str = "https://mail.example.com";

fn receive_with(path: &str, body: &Value, headers: &[(&str, &str)]) -> Result<Then, (u16, Value)> {
    let config = read_with(&[("POSTALFORM_URL", "http://127.0.0.1:8788/postalform/")]).unwrap();
    let claims = Claims {
        sub: "shop".into(),
        mode: "test".into(),
        ops: vec!["postalform.*".into()],
        exp: 3_600,
        ..Claims::default()
    };
    let token = sign(&config.signing_key, &claims).unwrap();
    let own = [("content-type", "application/json"), ("edgepost-grant", token.as_str())];
    let headers = own.iter().filter(|(name, _)| !headers.iter().any(|(other, _)| other == name)).chain(headers);
    let headers = headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let url = format!("{ORIGIN}/postalform/tools/{path}");
    let head = Head { method: "POST".into(), url, headers, address: "127.0.0.1".into() };
    let refusal = |answer: Response| (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default());
    match receive(&config, &head, 0) {
        Next::Answer(answer) => Err(refusal(answer)),
        Next::Body(pending) => match pending.decide(&config, &head, Body::Bytes(body.to_string().into_bytes())) {
            Then::Answer(answer) => Err(refusal(answer)),
            then => Ok(then),
        },
        other => panic!("{other:?}"),
    }
}

fn lookup(path: &str, body: &Value) -> Lookup {
    match receive_with(path, body, &[]) {
        Ok(Then::Read(lookup)) => lookup,
        other => panic!("{other:?}"),
    }
}

fn code(refused: Result<Then, (u16, Value)>) -> (u16, String) {
    let (status, problem) = refused.unwrap_err();
    (status, problem["code"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn pfd_020_the_same_search_is_one_and_another_is_another() {
    let search = |query: &str| lookup("search_addresses", &json!({ "query": query, "target": "sender" }));
    let found = search("1 1st St");
    assert_eq!(found.request.url, "http://127.0.0.1:8788/postalform/tools/search_addresses");
    assert_eq!(found.request.body.as_deref(), Some(br#"{"target":"sender","query":"1 1st St"}"#.as_slice()));
    assert_eq!(found.id, search("1 1st St").id);
    assert_ne!(found.id, search("1 1st Ave").id);
    assert_eq!(found.operation.name, "postalform.search_addresses");
}

#[test]
fn pfd_013_xt_012_what_no_search_is_goes_nowhere() {
    let search = |body: &Value, headers: &[(&str, &str)]| code(receive_with("search_addresses", body, headers));
    let query = json!({ "query": "1 1st St" });
    assert_eq!(search(&json!({ "query": "1 " }), &[]), (422, "invalid_input".into()));
    assert_eq!(search(&json!([]), &[]), (422, "invalid_input".into()));
    assert_eq!(search(&query, &[("content-type", "text/plain")]), (415, "unsupported_media_type".into()));
    assert_eq!(search(&query, &[("origin", "https://evil.example")]), (403, "origin_not_allowed".into()));
    assert_eq!(search(&query, &[("edgepost-grant", "none")]).0, 401);
    assert_eq!(code(receive_with("ping", &query, &[])), (404, "not_found".into()));
}

#[test]
fn pfd_016_a_room_for_a_pdf_is_its_callers_own() {
    let pdf = json!({ "file_name": "letter.pdf" });
    assert_eq!(code(receive_with("create_pdf_upload", &pdf, &[])), (400, "idempotency_key_missing".into()));
    let room = |key: &str| match receive_with("create_pdf_upload", &pdf, &[("idempotency-key", key)]) {
        Ok(Then::Mint(mint)) => *mint,
        other => panic!("{other:?}"),
    };
    let (first, second) = (room("one"), room("two"));
    assert_ne!(first.id, second.id, "the same file of two callers, or twice, is two");
    assert_eq!(first.id, room("one").id);
    assert!(!first.headers.iter().any(|(name, _)| name == "idempotency-key"), "the provider knows none");
}
