//! Faults between a caller and Postpay.

use serde_json::{Value, json};

use super::scenario::{merchant, refused};
use crate::route;
use crate::scenario::text;

#[test]
fn po_111_every_code_of_the_vendor_can_be_asked_for() {
    let mut met: Vec<&str> = Vec::new();
    for endpoint in route::endpoints().filter(|endpoint| endpoint.operation.provider.name == "postpay") {
        for refusal in endpoint.refusals() {
            let mut scenario = merchant();
            let operation = endpoint.operation.name;
            let wanted = json!({"operation": operation, "kind": "code", "code": refusal.code});
            assert_eq!(scenario.control("POST", "faults", &wanted).0, 201);
            let answer = scenario.ask(endpoint.operation.method.name(), endpoint.operation.path, &Value::Null);
            assert_eq!(refused(&answer), (refusal.status, refusal.code.into()), "{operation}");
            assert_eq!(scenario.state()["requests"][operation]["outcomes"], json!({}), "nothing happened");
            met.push(refusal.code);
        }
    }
    for code in "invalid parse_error authentication_failed payment_required permission_denied not_found not_acceptable \
        conflict gone unsupported_media_type unprocessable throttled error invalid_status capture_error expired \
        limit_exceeded"
        .split_whitespace()
    {
        assert!(met.contains(&code), "{code}");
    }
}

/// For each kind and operation that changes something: whether it happened, and what is answered.
#[test]
fn po_052_po_064_what_happens_at_the_provider_happens_once_whatever_the_caller_gets() {
    for (kind, happens, status) in [
        ("drop_before", false, None),
        ("drop_after", true, None),
        ("delay_before", false, None),
        ("delay_after", true, Some(200)),
        ("status_500_before", false, Some(500)),
        ("status_500_after", true, Some(500)),
        ("status_429", false, Some(429)),
        ("html_body", true, Some(200)),
        ("empty_body", true, Some(200)),
        ("redirect", false, Some(307)),
    ] {
        let hook = json!({"events": ["order"], "url": "https://a.example", "secret": "s"});
        for (operation, path, body, again) in [
            ("create_checkout", "/checkouts", super::scenario::checkout(), 409),
            ("capture_order", "/orders/approved/capture", Value::Null, 409),
            ("create_refund", "/orders/captured/refunds", json!({"refund_id": "r"}), 409),
            ("create_hook", "/hooks", hook, 200),
        ] {
            let mut scenario = merchant();
            scenario.captured("captured");
            scenario.approved("approved");
            scenario.fault(&format!("postpay.{operation}"), kind);
            let before = scenario.state()["postpay"].clone();
            let reply = scenario.reply("POST", &format!("/postpay{path}"), written(&body).as_bytes());
            assert_eq!(reply.response.as_ref().map(|answer| answer.status), status, "{operation} {kind}");
            assert_eq!(reply.delay_ms, if kind.starts_with("delay") { 30_000 } else { 0 });
            if let Some(answer) = reply.response.filter(|answer| answer.status >= 429) {
                assert!(text(&answer).starts_with("{\"error\":{\"code\":"), "PO-110: {}", text(&answer));
            }
            assert_eq!(scenario.state()["postpay"] != before, happens, "{operation} {kind}");
            let repeated = scenario.ask("POST", path, &body).status;
            assert_eq!(repeated, if happens { again } else { 200 }, "{operation} {kind}");
        }
    }
}

fn written(body: &Value) -> String {
    if body.is_null() { String::new() } else { body.to_string() }
}
