//! Any bytes as the answer to any operation: the first bytes say to which one, with which status and headers.
#![no_main]

use edgepost_core::http::Response;
use edgepost_core::operation::OPERATIONS;
use edgepost_core::outcome::{Context, Outcome, read};
use edgepost_core::report::Code;
use edgepost_fuzz::is_json;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [operation, status, flags, rest @ ..] = data else { return };
    let operation = OPERATIONS[usize::from(*operation) % OPERATIONS.len()];
    let status =
        [200, 201, 202, 301, 400, 401, 402, 404, 409, 422, 429, 500, 502, 504, 0, 999][usize::from(status % 16)];
    // What was sent, which is somebody's as well, stands behind the answer.
    let (body, input) = match rest.iter().position(|byte| *byte == 0) {
        Some(end) => (&rest[..end], Some(&rest[end + 1..])),
        None => (rest, None),
    };
    let is_gateway = flags & 1 != 0;
    let mut headers =
        vec![("Retry-After".to_owned(), String::from_utf8_lossy(&body[..body.len().min(4)]).into_owned())];
    if is_gateway {
        headers.push(("edgepost-source".into(), "gateway".into()));
        headers.push(("content-type".into(), "application/problem+json".into()));
    }
    if flags & 8 != 0 {
        let line = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        headers.extend(["PAYMENT-REQUIRED", "WWW-Authenticate"].map(|name| (name.to_owned(), line.clone())));
    }
    let response = Response { status, headers, body: body.to_vec() };
    let test_mode = [None, Some(true), Some(false)][usize::from((flags >> 1) % 3)];
    let context = Context { input, test_mode, now_ms: Some(u64::from(*flags) * 86_399_999) };
    let outcome = read(operation, &response, &context);
    let written = outcome.to_json();
    assert!(is_json(&written), "{}", String::from_utf8_lossy(&written));
    assert!(written.len() <= 20_000 + 8 * data.len() + 1_000 * 1_001 + (1 << 20), "{} bytes", written.len());
    match &outcome {
        Outcome::Ok { value, issues } => {
            assert!((200..300).contains(&status), "a success with {status}");
            assert!(is_json(value) && issues.len() <= 1_001);
            let answer: serde_json::Value = serde_json::from_slice(value).unwrap_or_default();
            // The other reader takes the last of two members, and no number that a double cannot hold.
            let is_odd = answer.is_null() || issues.iter().any(|issue| issue.code == Code::DuplicateMember);
            let proved = |name: &&str| is_odd || !answer[*name].is_null();
            assert!(operation.proof.iter().all(proved), "no proof in {answer}");
            assert!(outcome.is_final() && outcome.retry().is_none());
        }
        Outcome::Refused(refused) => {
            assert!(is_gateway || (400..600).contains(&status), "refused with {status}");
            assert_eq!(outcome.is_final(), refused.is_final);
            assert!(outcome.retry().is_some());
        }
        Outcome::Challenge { challenges, value } => {
            assert!(status == 402 && !challenges.is_empty());
            assert!(is_json(value));
            assert!(!outcome.is_final() && outcome.retry().is_none());
        }
        Outcome::Unknown { excerpt, .. } => {
            assert!(is_gateway || excerpt.chars().count() <= 200);
            assert!(!outcome.is_final() && !outcome.is_done(operation));
        }
    }
});
