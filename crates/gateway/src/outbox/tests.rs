use super::*;
use crate::config::tests::read_with;
use edgepost_core::http::header;

const NOW_MS: u64 = 1_588_935_484_000;
const ORDER: &str = r#"{"order_id":"order-01","status":"captured","status_changed":"2020-05-08T10:58:04Z","total_amount":81480,"tax_amount":3880,"currency":"AED","created":"2020-05-08T10:58:04Z"}"#;

fn config(changes: &[(&str, &str)]) -> Config {
    let usual = [
        ("POSTPAY_MERCHANT_ID_TEST", "id_test"),
        ("POSTPAY_SECRET_KEY_TEST", "sk_test_fake_canary"),
        ("POSTPAY_URL", "http://127.0.0.1:8788/postpay"),
        ("MERCHANT_WEBHOOK_URL", "https://shop.example/hook"),
        ("MERCHANT_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ];
    read_with(&changes.iter().chain(&usual).copied().collect::<Vec<_>>()).unwrap()
}

fn event() -> Event {
    let subject = Subject { operation: "postpay.get_order".into(), member: "order_id".into(), id: "order-01".into() };
    Event::new("msg_1".into(), Some(subject), None, NOW_MS / 1000, NOW_MS)
}

fn answer(status: u16, body: &str) -> Response {
    let headers = vec![("content-type".into(), "application/vnd.api+json".into())];
    Response { status, headers, body: body.into() }
}

fn ready() -> Event {
    event().begun(Pace::default(), NOW_MS).looked_up(&config(&[]), &answer(200, ORDER), NOW_MS)
}

#[test]
fn po_099_the_order_is_looked_up_and_what_postpay_says_is_handed_on() {
    let Step::LookUp(lookup) = event().step(&config(&[]), NOW_MS) else { panic!("it is looked up first") };
    assert_eq!(lookup.request.url, "http://127.0.0.1:8788/postpay/orders/order-01");
    let ready = ready();
    assert_eq!((ready.stage, ready.attempts, ready.due_ms), (Stage::Ready, 0, NOW_MS));
    let Step::Deliver(request) = ready.step(&config(&[]), NOW_MS + 5_000) else { panic!("it is handed on") };
    assert_eq!(request.url, "https://shop.example/hook");
    assert_eq!(header(&request.headers, "webhook-id"), Some("msg_1"));
    assert_eq!(header(&request.headers, "webhook-timestamp"), Some("1588935489"));
    let body: Value = serde_json::from_slice(&request.body.unwrap()).unwrap();
    let wanted = serde_json::json!({
        "type": "postpay.order.captured", "timestamp": "2020-05-08T10:58:04.000Z",
        "data": serde_json::from_str::<Value>(ORDER).unwrap(),
    });
    assert_eq!(body, wanted);
    let taken = ready.delivered(&config(&[]), Ok(204), NOW_MS);
    assert_eq!((taken.stage, taken.message.as_ref()), (Stage::Taken, None), "what was handed on is not kept");
    assert!(matches!(taken.step(&config(&[]), NOW_MS), Step::Forget));
}

#[test]
fn po_099_what_is_no_use_is_looked_up_again_later() {
    for (status, body) in [
        (500, r#"{"error":{"code":"error","message":"Oops!!"}}"#),
        (429, r#"{"error":{"code":"throttled","message":"Slowly."}}"#),
        (404, r#"{"error":{"code":"not_found","message":"Not found."}}"#),
        (401, r#"{"error":{"code":"authentication_failed","message":"No."}}"#),
        (200, "<html>"),
        (200, r#"{"order_id":"order-01"}"#),
        (200, &*ORDER.replace("order-01", "order-02")),
        (302, ""),
    ] {
        let later = event().begun(Pace::default(), NOW_MS).looked_up(&config(&[]), &answer(status, body), NOW_MS);
        assert_eq!((later.stage, later.due_ms), (Stage::Received, NOW_MS + 5_000), "{status} {body}");
        assert!(later.fault.is_some());
    }
}

#[test]
fn waits_grow_until_it_is_dead_and_it_can_be_sent_again() {
    let config = config(&[]);
    let (mut event, mut now, mut waits) = (ready(), NOW_MS, Vec::new());
    while event.stage == Stage::Ready {
        assert!(waits.len() < 20);
        let failed = event.begun(config.hooks.pace, now).delivered(&config, Ok(500), now);
        waits.push((failed.due_ms - now) / 1000);
        now = failed.due_ms;
        event = failed;
    }
    assert_eq!(waits, [5, 15, 45, 135, 405, 1_215, 3_645, 10_935, 32_805, 86_400, DEAD_KEPT_MS / 1000]);
    assert_eq!(event.fault.as_deref(), Some("the merchant answered with status 500"));
    assert_eq!(event.shown()["message"]["type"], "postpay.order.captured");
    let again = event.sent_again(now).unwrap();
    assert_eq!((again.stage, again.attempts, again.due_ms), (Stage::Ready, 0, now));
    assert_eq!(again.sent_again(now), None, "it is on its way");
}

#[test]
fn only_a_2xx_is_an_acceptance() {
    for answer in [Ok(199), Ok(301), Ok(302), Ok(307), Ok(400), Ok(410), Ok(503), Err("no answer")] {
        let later = ready().begun(Pace::default(), NOW_MS).delivered(&config(&[]), answer, NOW_MS);
        assert_eq!((later.stage, later.due_ms), (Stage::Ready, NOW_MS + 5_000), "{answer:?}");
    }
}

#[test]
fn whoever_dies_during_an_attempt_leaves_one_that_is_tried_again() {
    let begun = ready().begun(Pace::default(), NOW_MS);
    assert_eq!((begun.stage, begun.attempts), (Stage::Ready, 1));
    assert!(begun.due_ms > NOW_MS + LONGEST_ATTEMPT_MS, "not before the attempt is over");
    let kept: Event = serde_json::from_str(&serde_json::to_string(&begun).unwrap()).unwrap();
    assert_eq!(kept, begun);
    assert!(matches!(kept.step(&config(&[]), kept.due_ms), Step::Deliver(_)));
}

#[test]
fn what_nobody_can_look_up_is_kept_for_a_person() {
    let event = Event::new("msg_1".into(), None, Some("[]".into()), 0, NOW_MS);
    assert_eq!(event.stage, Stage::Dead);
    assert_eq!(event.shown()["payload"], "[]");
    assert_eq!(event.sent_again(NOW_MS), None);
    let without = config(&[("MERCHANT_WEBHOOK_URL", "")]);
    assert!(matches!(ready().step(&without, NOW_MS), Step::Fail(fault) if fault.contains("MERCHANT_WEBHOOK_URL")));
    let without = config(&[("POSTPAY_SECRET_KEY_TEST", "")]);
    assert!(matches!(self::event().step(&without, NOW_MS), Step::Fail(_)));
}

#[test]
fn what_was_written_down_is_never_due_for_ever() {
    let written = serde_json::to_string(&event()).unwrap();
    assert_eq!(Event::from_written("msg_1", &written, NOW_MS), event());
    for unreadable in ["", "{", &*written.replace("\"received\"", "\"a stage of another version\"")] {
        let dead = Event::from_written("msg_1", unreadable, NOW_MS);
        assert_eq!((dead.id.as_str(), dead.stage, dead.due_ms), ("msg_1", Stage::Dead, NOW_MS + DEAD_KEPT_MS));
        assert_eq!(dead.shown()["payload"], unreadable, "a person can look at it");
        assert_eq!(dead.shown()["fault"], "what was written down of it cannot be read");
    }
}

#[test]
fn a_type_is_never_more_than_a_name() {
    let kind = |status: &str| {
        let text = message(&edgepost_core::postpay::GET_ORDER, ORDER.replace("captured", status).as_bytes(), 0);
        serde_json::from_str::<Value>(&text).unwrap()["type"].as_str().unwrap().to_owned()
    };
    assert_eq!(kind("partly_refunded"), "postpay.order.partly_refunded");
    assert_eq!(kind("X\\\"Y"), "postpay.order");
    let transaction = message(&edgepost_core::postpay::GET_TRANSACTION, br#"{"id":"t","type":"refund"}"#, 0);
    assert!(transaction.contains(r#""type":"postpay.transaction.refund""#), "{transaction}");
}
