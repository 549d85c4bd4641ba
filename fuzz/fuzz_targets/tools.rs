//! Any bytes as the answers of a server of tools: a call comes to an end, and what it hands on is an answer like any other.
#![no_main]

use edgepost_core::http::Response;
use edgepost_core::mcp::{Call, Step};
use edgepost_core::outcome::{Context, read};
use edgepost_core::postalform::SEARCH_ADDRESSES;
use edgepost_core::prepare::{Options, build};
use edgepost_fuzz::is_json;
use libfuzzer_sys::fuzz_target;

const INPUT: &[u8] = br#"{"query":"1600 Amp"}"#;

fuzz_target!(|data: &[u8]| {
    let [flags, size, rest @ ..] = data else { return };
    let request =
        build(&SEARCH_ADDRESSES, INPUT, &Options::default()).map_err(|report| report.to_json()).unwrap().request;
    // One answer behind the other; behind the last there is nothing more to say.
    let mut answers = rest.split(|byte| *byte == 0);
    let mut session = None;
    for _ in 0..2 {
        let mut call = Call::new(&SEARCH_ADDRESSES, &request, session.take());
        for turn in 0.. {
            assert!(turn < 12, "it does not come to an end");
            let request = match call.step() {
                Step::Lost => break,
                Step::Over(response) => {
                    let context = Context { input: Some(INPUT), test_mode: None, now_ms: Some(0) };
                    assert!(is_json(&read(&SEARCH_ADDRESSES, &response, &context).to_json()));
                    break;
                }
                Step::Send(request) => request,
            };
            assert!(request.body.as_deref().is_some_and(is_json));
            let is_sound = |value: &str| value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
            assert!(request.headers.iter().all(|(_, value)| is_sound(value)));
            let body = answers.next().unwrap_or_default();
            let kind = if flags & 1 == 0 { "application/json" } else { "text/event-stream; charset=utf-8" };
            let id = String::from_utf8_lossy(&body[..body.len().min(usize::from(*size))]).into_owned();
            let headers = vec![("content-type".to_owned(), kind.to_owned()), ("Mcp-Session-Id".to_owned(), id)];
            // However an answer is cut on its way, it is the same.
            let mut pieces = call.incoming(&headers);
            let is_enough = body.chunks(usize::from(*size).max(1)).any(|piece| pieces.push(piece));
            assert_eq!(is_enough, call.incoming(&headers).push(body));
            let status = [200, 202, 400, 404, 500, 302][usize::from(flags >> 1) % 6];
            call.answered(Some(Response { status, headers, body: body.to_vec() }));
        }
        session = call.session().cloned();
    }
});
