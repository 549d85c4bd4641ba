//! Hooks from their making to what they are told.

use edgepost_core::http::header;
use edgepost_core::postpay::webhook::{TOLERANCE, verify};
use edgepost_core::schema::{Mode, Shape};
use serde_json::{Value, json};

use super::scenario::{APPROVE, merchant, refused};
use super::{OTHER_KEY, OTHER_MERCHANT};
use crate::Delivery;
use crate::scenario::{START, Scenario, read, text};

const SECRET: &str = "dolphins-fake";

fn hook(events: &[&str]) -> Value {
    json!({"events": events, "url": "https://www.example.ae/hooks", "secret": SECRET})
}

/// The id of a new hook.
fn made(scenario: &mut Scenario, input: &Value) -> String {
    let answer = scenario.ask("POST", "/hooks", input);
    assert_eq!(answer.status, 200, "{}", text(&answer));
    read(&answer)["id"].as_str().unwrap().into()
}

fn deliveries(scenario: &mut Scenario) -> Vec<Delivery> {
    scenario.sandbox.deliveries(scenario.now_ms)
}

fn body(delivery: &Delivery) -> Value {
    serde_json::from_slice(delivery.request.body.as_deref().unwrap()).unwrap()
}

#[test]
fn po_090_po_091_po_092_a_hook_is_made_looked_up_changed_and_taken_away() {
    let mut scenario = merchant();
    let id = made(&mut scenario, &hook(&["order"]));
    let expected = json!({
        "id": id,
        "active": true,
        "events": ["order"],
        "url": "https://www.example.ae/hooks",
        "last_response": {"code": null, "status": "unused"},
        "created": "2026-04-21T10:00:00.000Z",
        "modified": "2026-04-21T10:00:00.000Z",
    });
    let path = format!("/hooks/{id}");
    assert_eq!(scenario.get(&path), expected);
    assert_eq!(scenario.get("/hooks")["results"], json!([expected]));
    scenario.now_ms += 5_000;
    let changed = read(&scenario.ask("PATCH", &path, &json!({"active": false, "events": ["transaction"]})));
    assert_eq!((&changed["active"], &changed["events"]), (&json!(false), &json!(["transaction"])));
    assert_eq!((&changed["url"], &changed["modified"]), (&expected["url"], &json!("2026-04-21T10:00:05.000Z")));
    let other = scenario.credentials(OTHER_MERCHANT, OTHER_KEY).ask("DELETE", &path, &Value::Null);
    assert_eq!(refused(&other), (404, "not_found".into()), "another merchant's is as good as none");
    scenario.credentials(super::MERCHANT, super::KEY);
    let deleted = scenario.ask("DELETE", &path, &Value::Null);
    assert_eq!((deleted.status, deleted.body.as_slice()), (204, b"".as_slice()));
    for method in ["GET", "DELETE"] {
        assert_eq!(refused(&scenario.ask(method, &path, &Value::Null)), (404, "not_found".into()));
    }
}

#[test]
fn po_091_what_is_no_hook_is_refused() {
    let mut scenario = merchant();
    for (member, value) in [
        ("events", json!([])),
        ("events", json!(["refund"])),
        ("url", json!("http://www.example.ae/hooks")),
        ("url", json!("ftp://127.0.0.1/hooks")),
        ("secret", json!("")),
        ("active", json!("yes")),
    ] {
        let mut input = hook(&["order"]);
        input[member] = value;
        let answer = scenario.ask("POST", "/hooks", &input);
        assert_eq!(refused(&answer), (400, "invalid".into()), "{input}");
        assert!(read(&answer)["error"]["fields"][member][0].is_string(), "{}", text(&answer));
    }
    let mut local = hook(&["order"]);
    local["url"] = json!("http://127.0.0.1:8787/hooks/postpay/test");
    made(&mut scenario, &local);
}

#[test]
fn po_093_po_099_hooks_are_told_of_what_they_are_for_and_it_is_signed() {
    let mut scenario = merchant();
    made(&mut scenario, &hook(&["order"]));
    made(&mut scenario, &hook(&["transaction"]));
    made(&mut scenario, &json!({"events": ["order"], "url": "https://a.example", "secret": "x", "active": false}));
    scenario.credentials(OTHER_MERCHANT, OTHER_KEY);
    made(&mut scenario, &hook(&["order", "transaction"]));
    scenario.credentials(super::MERCHANT, super::KEY);
    let page = scenario.checkout("order-01");
    assert_eq!(deliveries(&mut scenario), [], "nothing happened yet");
    scenario.fill(&page, APPROVE);
    let approved = deliveries(&mut scenario);
    assert_eq!(approved.iter().map(body).collect::<Vec<_>>(), [scenario.get("/orders")["results"][0].clone()]);
    assert_eq!(body(&approved[0])["status"], "approved");
    scenario.capture("order-01");
    scenario.refund("order-01", &json!({"refund_id": "r", "amount": 1}));
    let told: Vec<Value> = deliveries(&mut scenario).iter().map(body).collect();
    assert_eq!(told[0]["status"], "captured");
    assert_eq!(told[1..], scenario.get("/transactions")["results"].as_array().unwrap()[..]);
    assert_eq!(deliveries(&mut scenario), [], "each is handed out once");
    let request = &approved[0].request;
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "https://www.example.ae/hooks"));
    let (signature, bytes) = (header(&request.headers, "X-Postpay-Signature"), request.body.as_deref().unwrap());
    assert_eq!(verify(signature, bytes, &[SECRET.as_bytes()], START / 1000, TOLERANCE), Ok(START / 1000));
}

#[test]
fn po_094_the_control_planes_clock_does_not_make_signatures_stale() {
    let mut scenario = merchant();
    made(&mut scenario, &hook(&["order"]));
    scenario.control("POST", "clock", &json!({"advanceMs": 86_400_000}));
    let page = scenario.checkout("order-01");
    scenario.fill(&page, "action=deny");
    let [delivery] = deliveries(&mut scenario).try_into().unwrap();
    let signature = header(&delivery.request.headers, "x-postpay-signature").unwrap();
    assert!(signature.starts_with(&format!("{}:", START / 1000)), "{signature}");
}

#[test]
fn po_092_how_a_delivery_ended_is_seen() {
    for (status, expected) in [
        (Some(204), json!({"code": 204, "status": "success"})),
        (Some(500), json!({"code": 500, "status": "failure"})),
        (None, json!({"code": null, "status": "failure"})),
    ] {
        let mut scenario = merchant();
        let id = made(&mut scenario, &hook(&["order"]));
        let page = scenario.checkout("order-01");
        scenario.sandbox.delivered(0, status);
        scenario.fill(&page, "action=deny");
        scenario.sandbox.delivered(0, status);
        let unused = json!({"code": null, "status": "unused"});
        assert_eq!(scenario.get(&format!("/hooks/{id}"))["last_response"], unused, "nobody has sent it");
        let number = deliveries(&mut scenario)[0].number;
        scenario.sandbox.delivered(number, status);
        scenario.sandbox.delivered(number, Some(418));
        assert_eq!(scenario.get(&format!("/hooks/{id}"))["last_response"], expected);
        let seen = &scenario.state()["postpay"]["deliveries"][0];
        assert_eq!((&seen["progress"], &seen["code"]), (&json!("ended"), &json!(status)));
    }
}

#[test]
fn what_a_reset_forgot_is_not_reported_on_something_new() {
    let mut scenario = merchant();
    made(&mut scenario, &hook(&["order"]));
    let page = scenario.checkout("order-01");
    scenario.fill(&page, "action=deny");
    let old = deliveries(&mut scenario)[0].number;
    scenario.control("POST", "reset", &Value::Null);
    made(&mut scenario, &hook(&["order"]));
    let page = scenario.checkout("order-01");
    scenario.fill(&page, "action=deny");
    let new = deliveries(&mut scenario)[0].number;
    assert_ne!(old, new);
    scenario.sandbox.delivered(old, Some(500));
    assert_eq!(scenario.state()["postpay"]["deliveries"][0]["progress"], "sent");
}

#[test]
fn a_hook_that_is_gone_is_told_nothing_and_one_that_changed_is_told_as_it_is() {
    let mut scenario = merchant();
    let gone = made(&mut scenario, &hook(&["order"]));
    let moved = made(&mut scenario, &hook(&["order"]));
    let page = scenario.checkout("order-01");
    scenario.fill(&page, "action=deny");
    scenario.ask("DELETE", &format!("/hooks/{gone}"), &Value::Null);
    scenario.ask("PATCH", &format!("/hooks/{moved}"), &json!({"url": "https://new.example/hooks", "secret": "new"}));
    let [delivery] = deliveries(&mut scenario).try_into().unwrap();
    assert_eq!(delivery.request.url, "https://new.example/hooks");
    let signature = header(&delivery.request.headers, "x-postpay-signature");
    let bytes = delivery.request.body.as_deref().unwrap();
    assert!(verify(signature, bytes, &[b"new"], START / 1000, TOLERANCE).is_ok());
}

#[test]
fn po_100_a_fault_has_webhooks_delivered_twice() {
    let mut scenario = merchant();
    made(&mut scenario, &hook(&["order"]));
    scenario.fault("postpay.webhook", "duplicate_webhook");
    assert_eq!(scenario.state()["faults"][0]["operation"], "postpay.webhook");
    scenario.approved("order-01");
    let [first, second] = deliveries(&mut scenario).try_into().unwrap();
    assert_eq!(first.request, second.request);
    assert_ne!(first.number, second.number);
    scenario.capture("order-01");
    assert_eq!(deliveries(&mut scenario).len(), 1, "it was for one");
    let state = scenario.state();
    assert_eq!(state["requests"]["postpay.webhook"]["faults"], json!({"duplicate_webhook": 1}));
    assert_eq!(state["faults"], json!([]));
    for (operation, kind) in [("postpay.webhook", "drop_after"), ("postpay.capture_order", "duplicate_webhook")] {
        let (status, answer) = scenario.control("POST", "faults", &json!({"operation": operation, "kind": kind}));
        assert!(status == 400 && answer["error"].as_str().unwrap().contains("postpay.webhook"), "{answer}");
    }
}

#[test]
fn po_092_the_secret_is_in_no_answer_and_no_state() {
    let mut scenario = merchant();
    let id = made(&mut scenario, &hook(&["order", "transaction"]));
    scenario.captured("order-01");
    let changed = scenario.ask("PATCH", &format!("/hooks/{id}"), &json!({"secret": SECRET}));
    let wrong = scenario.ask("PATCH", &format!("/hooks/{id}"), &json!({"secret": SECRET, "url": SECRET}));
    assert_eq!(wrong.status, 400);
    for shown in [text(&changed), &scenario.get("/hooks").to_string(), &scenario.state().to_string()] {
        assert!(!shown.contains(SECRET) && !shown.contains("sk_test"), "{shown}");
    }
}

/// What the sandbox answers the core reads without a word.
#[test]
fn po_053_po_061_po_085_po_090_answers_are_as_the_cores_tables_say() {
    let mut scenario = merchant();
    let hook = made(&mut scenario, &hook(&["order"]));
    scenario.captured("order-01");
    scenario.refund("order-01", &json!({"refund_id": "r", "amount": 1}));
    let transaction = scenario.get("/transactions")["results"][0]["id"].as_str().unwrap().to_owned();
    for operation in edgepost_core::operation::OPERATIONS {
        if operation.provider.name != "postpay" || operation.method.name() != "GET" {
            continue;
        }
        let id = if operation.path.starts_with("/hooks") { &hook } else { &transaction };
        let path = operation.path.replace("{order_id}", "order-01").replace("{refund_id}", "r").replace("{id}", id);
        let answer = scenario.ask("GET", &path, &Value::Null);
        let reading = edgepost_core::read::check(operation.output, &answer.body, Mode::Strict);
        assert!(answer.status == 200 && reading.issues.is_empty(), "{path}: {:?}", reading.issues);
        for field in operation.output.fields.iter().filter(|field| matches!(field.shape, Shape::List(..))) {
            let things = &read(&answer)[field.name];
            assert!(field.name != "results" || !things.as_array().unwrap().is_empty(), "{path}");
        }
    }
}
