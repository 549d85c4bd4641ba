//! Any bytes as a challenge, as what comes back behind a payment, and as a journal: nothing is signed but what was quoted, and
//! every payment comes to an end.
#![no_main]

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use edgepost_core::flow::pay::{End, Moment, Pay, Plan, Protocol, Step};
use edgepost_core::http::Response;
use edgepost_core::payment::Mode;
use edgepost_core::payment::address::Address;
use edgepost_core::payment::mpp::{Method, latin1};
use edgepost_fuzz::is_json;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const START: u64 = 1_795_219_200_000;
/// Longer than anything that is signed is good.
const MOST: u64 = 1_200_000;
const QUOTE: &[u8] = br#"{"quote":{"price_usd":"3.40","currency":"usd","page_count":1}}"#;

fuzz_target!(|data: &[u8]| {
    let [kind, flags, rest @ ..] = data else { return };
    let (first, second) = match rest.iter().position(|byte| *byte == 0) {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (rest, &[][..]),
    };
    let methods = Method::ALL.into_iter().enumerate();
    let methods = methods.filter(|(at, _)| flags >> at & 1 == 1).map(|(_, method)| method).collect();
    let plan = Plan {
        protocol: if kind & 1 == 0 { Protocol::X402 } else { Protocol::Mpp },
        mode: if flags & 16 == 0 { Mode::Test } else { Mode::Live },
        base_url: "https://postalform.com".into(),
        host: "postalform.com".into(),
        body: b"{}".to_vec(),
        request_id: "8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b".into(),
        max_cents: 500,
        pages: None,
        payer: Address::parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        methods,
        signatures: 2,
    };
    match kind >> 1 & 3 {
        0 => paid(Pay::new(plan, START, MOST), first, second, *flags),
        // Nobody guesses base64: what is behind it is given here.
        1 => {
            let challenge = match plan.protocol {
                Protocol::X402 => Base64::encode_string(first),
                Protocol::Mpp => {
                    let method = if kind & 8 == 0 { "stripe" } else { "tempo" };
                    let request = Base64UrlUnpadded::encode_string(first);
                    format!(
                        r#"Payment id="a", realm="postalform.com", method="{method}", intent="charge", request="{request}""#
                    )
                }
            };
            paid(Pay::new(plan, START, MOST), challenge.as_bytes(), second, *flags);
        }
        _ => {
            let Ok(journal) = core::str::from_utf8(rest) else { return };
            if let Some(mut pay) = Pay::resume(journal, START, MOST) {
                if pay.is_for(b"{}") && pay.is_at(&plan) {
                    pay.capped(500);
                }
                paid(pay, b"", b"", *flags);
            }
        }
    }
});

/// Pays, with the first bytes as every challenge and the others as what comes back behind every payment.
fn paid(mut pay: Pay, challenge: &[u8], answer: &[u8], flags: u8) {
    let mut now_ms = START;
    let mut was_kept = None;
    let mut signed = 0;
    for _ in 0..2_000 {
        match pay.step(now_ms) {
            Step::Over(end) => {
                assert!(is_json(end.to_json().as_bytes()), "{}", end.to_json());
                if let End::Refused(refusal) = &end {
                    assert!(refusal.about.chars().count() <= 200 && !refusal.hint().is_empty());
                }
                return;
            }
            Step::Keep { journal, .. } => {
                if let Some(mut again) = Pay::resume(&journal, now_ms, MOST)
                    && let Step::Keep { journal: written, .. } = again.step(now_ms)
                {
                    assert_eq!(written, journal, "a journal is what it was");
                }
                was_kept = Some(journal);
                pay.kept();
            }
            Step::Wait { until_ms } => {
                assert!(until_ms > now_ms);
                now_ms = until_ms;
            }
            Step::Sign(ask) => {
                signed += 1;
                let journal = was_kept.as_deref();
                // What goes on from a strange journal has its price from there.
                let cents =
                    journal.and_then(|journal| serde_json::from_str::<Value>(journal).ok()?["priceCents"].as_u64());
                let asked: Value = serde_json::from_str(&ask.json).expect("a wallet is asked in JSON");
                if let Some(cents) = cents.filter(|cents| *cents == 340) {
                    let sum =
                        asked.pointer("/message/value").or(asked.pointer("/request/amount")).and_then(Value::as_str);
                    let scale = if ask.digest.is_some() || asked["memo"].is_string() { 10_000 } else { 1 };
                    assert_eq!(sum, Some((cents * scale).to_string().as_str()), "{asked}");
                }
                let payload = match asked["method"].as_str() {
                    None => format!("0x{}", "11".repeat(65)),
                    Some("tempo_transaction") => r#"{"payload":{"type":"transaction","signature":"0x76c0"}}"#.into(),
                    Some("tempo_hash") => format!(r#"{{"payload":{{"type":"hash","hash":"0x{}"}}}}"#, "11".repeat(32)),
                    Some("stripe") => r#"{"payload":{"spt":"spt_1"}}"#.into(),
                    Some(_) => r#"{"payload":{"encryptedPayload":"x"}}"#.into(),
                };
                pay.signed(Ok(&payload), &Moment { now_ms, random: [signed; 32] });
            }
            Step::Send(request) => {
                assert!(request.headers.iter().all(|(_, value)| value.bytes().all(|byte| byte >= b' ')));
                let is_paying = request.headers.len() > 2;
                let header = |name: &str, bytes: &[u8]| (name.to_owned(), latin1(bytes));
                let response = if request.method == "GET" {
                    Response { status: 200, headers: vec![], body: answer.to_vec() }
                } else if request.url.ends_with("/validate") {
                    Response { status: 200, headers: vec![], body: QUOTE.to_vec() }
                } else if is_paying {
                    let status = [200, 202, 301, 402, 409, 429, 500, 0][usize::from(flags >> 5)];
                    let line = &answer[..answer.len().min(400)];
                    let headers = ["payment-response", "payment-receipt", "retry-after", "date", "location"];
                    Response { status, headers: headers.map(|name| header(name, line)).into(), body: answer.to_vec() }
                } else {
                    let lines = challenge.split(|byte| *byte == b'\n').map(|line| header("www-authenticate", line));
                    let headers = [header("payment-required", challenge)].into_iter().chain(lines).collect();
                    Response { status: 402, headers, body: answer.to_vec() }
                };
                now_ms += 200;
                pay.answered(Some(&response), &Moment { now_ms, random: [flags; 32] });
            }
        }
    }
    panic!("it does not come to an end");
}
