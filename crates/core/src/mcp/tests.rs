use super::*;
use crate::outcome::{self, Context, Outcome};
use crate::postalform::SEARCH_ADDRESSES;
use crate::prepare::{Options, build};
use std::string::ToString;
use std::vec;
use std::{format, str};

const INPUT: &[u8] = br#"{"query": "1600 Amp", "target": "recipient"}"#;
const FOUND: &str = r#"{"suggestions":[{"id":"US|1","text":"1","type":"Address","description":"2"}]}"#;

fn call(session: Option<Session>) -> Call {
    let base_url = Some("http://127.0.0.1:1/postalform/".to_string());
    let prepared = build(&SEARCH_ADDRESSES, INPUT, &Options { base_url, ..Options::default() }).unwrap();
    Call::new(&SEARCH_ADDRESSES, &prepared.request, session)
}

fn sends(call: &mut Call) -> (Headers, std::string::String) {
    match call.step() {
        Step::Send(request) => {
            assert_eq!((&*request.method, &*request.url), ("POST", "http://127.0.0.1:1/postalform/mcp"));
            (request.headers, String::from_utf8(request.body.unwrap()).unwrap())
        }
        other => panic!("{other:?}"),
    }
}

fn over(mut call: Call) -> Response {
    match call.step() {
        Step::Over(response) => response,
        other => panic!("{other:?}"),
    }
}

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Option<Response> {
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    Some(Response { status, headers, body: body.as_bytes().to_vec() })
}

fn json(body: &str) -> Option<Response> {
    response(200, &[("Content-Type", "application/json; charset=utf-8")], body)
}

fn stream(body: &str) -> Option<Response> {
    response(200, &[("content-type", "Text/Event-Stream;charset=utf-8")], body)
}

fn result(id: u32, result: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#)
}

fn greeting(version: &str) -> String {
    result(
        1,
        &format!(r#"{{"protocolVersion":"{version}","capabilities":{{}},"serverInfo":{{"name":"x","version":"1"}}}}"#),
    )
}

/// A call whose server was greeted.
fn greeted(session: &str) -> Call {
    let mut call = call(None);
    sends(&mut call);
    let headers = [("content-type", "application/json"), ("Mcp-Session-Id", session)];
    call.answered(response(200, &headers, &greeting("2025-06-18")));
    sends(&mut call);
    call.answered(response(202, &[], ""));
    call
}

/// What becomes of a call that is answered so.
fn told(answer: Option<Response>) -> Response {
    let mut call = greeted("s");
    sends(&mut call);
    call.answered(answer);
    over(call)
}

fn read(response: &Response) -> Outcome {
    outcome::read(&SEARCH_ADDRESSES, response, &Context::default())
}

#[test]
fn pfd_010_xt_001_xt_004_xt_005_xt_006_a_server_is_greeted_and_then_asked() {
    let mut call = call(None);
    let (headers, body) = sends(&mut call);
    let text = "application/json, text/event-stream";
    assert_eq!((header(&headers, "accept"), header(&headers, "content-type")), (Some(text), Some("application/json")));
    assert_eq!(header(&headers, "mcp-session-id").or(header(&headers, "mcp-protocol-version")), None);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        body,
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"protocolVersion":"2025-11-25","capabilities":{{}},"clientInfo":{{"name":"edgepost","version":"{version}"}}}}}}"#
        )
    );
    let headers = [("content-type", "text/event-stream"), ("Mcp-Session-Id", "abc-1")];
    let events = format!("id: 1\ndata:\n\nevent: message\ndata: {}\n\n", greeting("2025-06-18"));
    call.answered(response(200, &headers, &events));
    let (headers, body) = sends(&mut call);
    assert_eq!(body, r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    assert_eq!(header(&headers, "mcp-session-id"), Some("abc-1"));
    call.answered(response(202, &[], ""));
    let (headers, body) = sends(&mut call);
    assert_eq!(header(&headers, "mcp-session-id"), Some("abc-1"));
    assert_eq!(header(&headers, "mcp-protocol-version"), Some("2025-06-18"));
    assert_eq!(
        body,
        r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"postalform.search_addresses","arguments":{"target":"recipient","query":"1600 Amp"}}}"#
    );
    call.answered(json(&result(2, &format!(r#"{{"content":[],"structuredContent":{FOUND}}}"#))));
    let session = call.session().cloned();
    assert_eq!(over(call).body, FOUND.as_bytes());
    let (headers, body) = sends(&mut self::call(session));
    assert_eq!(header(&headers, "mcp-session-id"), Some("abc-1"));
    assert!(body.contains(r#""id":1,"method":"tools/call""#), "{body}");
}

#[test]
fn xt_002_xt_003_the_answer_is_found_in_a_stream_of_any_kind() {
    let answer = result(2, &format!(r#"{{"structuredContent":{FOUND}}}"#));
    let (head, tail) = answer.split_at(answer.find(",\"result").unwrap());
    let noise = concat!(
        ": a comment\n\nid: 7\nretry: 100\ndata\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":\"2\",\"result\":{}}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}\n\n",
        "data: no JSON\n\nevent: other\ndata: {\"id\":2,\"result\":{}}\n\n",
    );
    let whole = format!(
        "\u{feff}{noise}event: message\nid: 8\ndata: {head}\ndata: {tail}\n\ndata: {{\"id\":2,\"result\":{{}}}}\n\n"
    );
    for end in ["\n", "\r", "\r\n"] {
        let events = whole.replace('\n', end);
        assert_eq!(told(stream(&events)).body, FOUND.as_bytes(), "{end:?}");
        // Piece by piece it is the same, and over as soon as the answer is there.
        for size in [1, 2, 7, 4_096] {
            let headers = stream("").unwrap().headers;
            let mut call = greeted("s");
            sends(&mut call);
            let mut incoming = call.incoming(&headers);
            let pieces: vec::Vec<_> = events.as_bytes().chunks(size).collect();
            let at = pieces.iter().position(|piece| incoming.push(piece)).unwrap();
            assert!(size > 7 || at + 1 < pieces.len(), "the answer is not the last event");
            let found = incoming.finish().unwrap();
            assert_eq!(str::from_utf8(&found).unwrap().replace('\n', ""), answer);
        }
    }
    for none in ["", noise, &format!("data: {answer}\n"), &format!("data: {answer}")] {
        let response = told(stream(none));
        assert!(matches!(read(&response), Outcome::Unknown { status: Some(502), .. }), "{none}");
    }
}

#[test]
fn xt_003_no_answer_is_larger_than_its_bound() {
    let long = format!("data: {}\n\n", "x".repeat(LARGEST));
    assert_eq!(told(stream(&long)).status, 502);
    let fits = result(2, &format!(r#"{{"structuredContent":{FOUND}}}"#));
    assert_eq!(told(json(&(fits.clone() + &" ".repeat(LARGEST)))).status, 502);
    assert_eq!(told(json(&(fits.clone() + &" ".repeat(LARGEST - fits.len())))).status, 200);
}

#[test]
fn xt_005_a_session_that_is_gone_is_begun_anew_once() {
    for status in [404, 400] {
        let session = Session { id: Some("old".into()), version: VERSIONS[1] };
        let mut call = call(Some(session));
        let (headers, _) = sends(&mut call);
        assert_eq!(header(&headers, "mcp-session-id"), Some("old"));
        let refused = r#"{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}"#;
        let refused = || response(status, &[("content-type", "application/json")], refused);
        call.answered(refused());
        let (headers, body) = sends(&mut call);
        assert!(body.contains("\"initialize\"") && header(&headers, "mcp-session-id").is_none(), "{body}");
        let headers = [("content-type", "application/json"), ("mcp-session-id", "new")];
        call.answered(response(200, &headers, &greeting(VERSIONS[0]).replacen("\"id\":1", "\"id\":2", 1)));
        sends(&mut call);
        call.answered(response(202, &[], ""));
        let (headers, _) = sends(&mut call);
        assert_eq!(header(&headers, "mcp-session-id"), Some("new"));
        call.answered(refused());
        assert!(status == 400 || call.session().is_none(), "a session that is gone is not kept");
        let response = over(call);
        assert!(matches!(read(&response), Outcome::Refused(refused) if refused.code == "-32001"), "{response:?}");
    }
}

#[test]
fn xt_005_what_cannot_stand_in_a_header_is_no_session() {
    for id in ["", "a b", "a\r\nx: y", "\u{e9}", &"a".repeat(LONGEST_SESSION + 1)] {
        let mut call = call(None);
        sends(&mut call);
        let headers = [("content-type", "application/json"), ("mcp-session-id", id)];
        call.answered(response(200, &headers, &greeting(VERSIONS[0])));
        assert_eq!(call.session(), None);
        assert_eq!(over(call).status, 502, "{id:?}");
    }
}

#[test]
fn xt_006_xt_007_any_version_with_a_handshake_is_spoken_and_no_other() {
    for version in VERSIONS.into_iter().chain(["2026-07-28", "", "2025-06-18 "]) {
        let mut call = call(None);
        sends(&mut call);
        call.answered(json(&greeting(version)));
        if !VERSIONS.contains(&version) {
            assert_eq!(over(call).status, 502, "{version}");
            continue;
        }
        let (headers, _) = sends(&mut call);
        assert_eq!(header(&headers, "mcp-protocol-version"), Some(version));
        assert_eq!(header(&headers, "mcp-session-id"), None, "a server need not keep sessions");
    }
}

#[test]
fn xt_008_a_tool_that_fails_is_not_a_question_that_was_not_taken() {
    let failed = told(json(&result(2, r#"{"isError":true,"content":[{"type":"text","text":"No \"such\" place."}]}"#)));
    let Outcome::Refused(refused) = read(&failed) else { panic!("{failed:?}") };
    assert_eq!((refused.status, &*refused.code, &*refused.message), (422, "tool_failed", "No \"such\" place."));
    let own = r#"{"isError":true,"content":[{"type":"text","text":"{\"code\":\"rate_limited\",\"message\":\"Slow down.\"}"}]}"#;
    let Outcome::Refused(refused) = read(&told(json(&result(2, own)))) else { panic!("{own}") };
    assert_eq!((&*refused.code, &*refused.message), ("rate_limited", "Slow down."));
    let error = |code: i64| format!(r#"{{"jsonrpc":"2.0","id":2,"error":{{"code":{code},"message":"no"}}}}"#);
    for code in [-32600, -32601, -32602, -32700] {
        let Outcome::Refused(refused) = read(&told(stream(&format!("data: {}\n\n", error(code))))) else {
            panic!("{code}")
        };
        assert_eq!((refused.status, &*refused.code, &*refused.message), (400, &*code.to_string(), "no"));
    }
    let broken = read(&told(json(&error(-32603))));
    assert!(matches!(broken, Outcome::Unknown { status: Some(502), .. }), "{broken:?}");
}

#[test]
fn pfd_020_too_many_searches_are_refused_until_later() {
    let headers = [("content-type", "application/json"), ("retry-after", "7")];
    let body = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Too many requests"}}"#;
    let Outcome::Refused(refused) = read(&told(response(429, &headers, body))) else { panic!("{body}") };
    assert_eq!((refused.status, refused.retry.after_ms), (429, Some(7_000)));
    let plain = read(&told(response(429, &headers, r#"{"message":"Too many requests"}"#)));
    assert!(matches!(plain, Outcome::Refused(refused) if refused.retry.after_ms == Some(7_000)));
}

#[test]
fn xt_008_a_value_may_be_text_alone() {
    let text = FOUND.replace('"', "\\\"");
    let found = told(json(&result(2, &format!(r#"{{"content":[{{"type":"text","text":"{text}"}}]}}"#))));
    assert!(matches!(read(&found), Outcome::Ok { .. }), "{found:?}");
    assert_eq!(
        told(json(&result(3, &format!(r#"{{"structuredContent":{FOUND}}}"#)))).status,
        502,
        "of another question"
    );
    for odd in [r#"{"content":[{"type":"text","text":"Some addresses."}]}"#, r#"{"content":[]}"#, "[]", "null", "1"] {
        assert!(matches!(read(&told(json(&result(2, odd)))), Outcome::Unknown { .. }), "{odd}");
    }
}

#[test]
fn an_answer_that_is_lost_or_none_is_unknown() {
    let mut lost = call(None);
    sends(&mut lost);
    lost.answered(None);
    assert_eq!((lost.step(), lost.session()), (Step::Lost, None));
    for (status, body) in [(200, "<!doctype html>"), (503, ""), (302, ""), (202, ""), (204, ""), (500, "oops")] {
        let read = read(&told(response(status, &[("content-type", "text/html")], body)));
        assert!(matches!(read, Outcome::Unknown { .. }), "{status} {read:?}");
    }
}
