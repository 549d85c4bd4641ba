use super::*;
use crate::ledger::{Begin, begin};
use edgepost_core::operation::find;
use edgepost_core::outcome::{Context, read};

const CAPTURE: &str = "postpay.capture_order";
const CHECKOUT: &str = "postpay.create_checkout";
const REFUND: &str = "postpay.create_refund";
const HOOK: &str = "postpay.create_hook";

fn mint(operation: &str) -> Mint {
    let input = match operation {
        CHECKOUT => r#"{"order_id":"order-01","total_amount":81480,"currency":"AED"}"#,
        REFUND => r#"{"order_id":"order-01","refund_id":"refund-01","amount":500}"#,
        HOOK => r#"{"events":["order"],"url":"https://shop.example.com/","secret":"fake"}"#,
        _ => r#"{"order_id":"order-01"}"#,
    };
    Mint { operation: operation.into(), input: Some(input.into()), ..crate::mint::tests::mint() }
}

fn answer(status: u16, body: &str) -> Response {
    let headers = vec![("content-type".into(), "application/vnd.api+json".into())];
    Response { status, headers, body: body.into() }
}

fn error(status: u16, code: &str) -> Response {
    answer(status, &format!(r#"{{"error":{{"code":"{code}","message":"No."}}}}"#))
}

fn order(status: &str) -> Response {
    answer(200, &format!(r#"{{"order_id":"order-01","status":"{status}","total_amount":81480,"currency":"AED"}}"#))
}

/// What becomes of an operation that was sent, or not yet again, when the check is answered like this.
fn resolved(name: &str, sent: Option<Received>, said: &Response) -> Option<Settled> {
    let (operation, mint) = (find(name).unwrap(), mint(name));
    let Begin::Reserve(entry) = begin(None, &mint, 0) else { panic!("new") };
    let found = Found::of(&mint, operation, said);
    resolve(entry.at(State::Sent, 0), operation, found, sent, true, 5)
}

fn told(name: &str, settled: &Settled) -> (State, Fate, &'static str, Advice) {
    let outcome = read(find(name).unwrap(), &settled.response, &Context::default());
    let kind = match &outcome {
        Outcome::Ok { .. } => "ok",
        Outcome::Challenge { .. } => "challenge",
        Outcome::Refused(_) => "refused",
        Outcome::Unknown { .. } => "unknown",
    };
    let advice = outcome.retry().map_or(Advice::Never, |retry| retry.advice);
    (settled.entry.state, settled.fate.clone(), kind, advice)
}

fn lost() -> [Received; 5] {
    let answers = [error(500, "error"), answer(200, "<html>")];
    let [one, two] = answers.map(Received::Answer);
    [Received::Timeout, Received::Unreachable, Received::TooLarge, one, two]
}

#[test]
fn po_052_a_capture_whose_answer_was_lost_is_a_success_if_the_order_is_captured() {
    for sent in lost().map(Some).into_iter().chain([None, Some(Received::Answer(error(409, "invalid_status")))]) {
        let settled = resolved(CAPTURE, sent.clone(), &order("captured")).unwrap();
        let expected = (State::Done, Fate::Happened(None), "ok", Advice::Never);
        assert_eq!(told(CAPTURE, &settled), expected, "{sent:?}");
        assert_eq!(settled.response.body, order("captured").body);
        assert!(
            matches!(begin(Some(settled.entry), &mint(CAPTURE), 9), Begin::Replay(again) if again.body == settled.response.body)
        );
    }
    for sent in lost() {
        let settled = resolved(CAPTURE, Some(sent), &order("approved")).unwrap();
        assert_eq!(told(CAPTURE, &settled), (State::Unknown, Fate::Unknown, "unknown", Advice::SameBytes));
        assert!(matches!(begin(Some(settled.entry), &mint(CAPTURE), 9), Begin::Resend(_)), "it is asked about first");
    }
    assert_eq!(resolved(CAPTURE, None, &order("approved")), None, "it may be sent again");
}

#[test]
fn po_051_po_052_a_clash_is_a_refusal_once_it_is_known_that_nothing_happened() {
    let clash = Received::Answer(error(409, "invalid_status"));
    let settled = resolved(CAPTURE, Some(clash), &order("pending")).unwrap();
    let expected = (State::New, Fate::Refused, "refused", Advice::CheckFirst);
    assert_eq!(told(CAPTURE, &settled), expected, "the payer may approve it later");
    let denied = Received::Answer(error(402, "capture_error"));
    let settled = resolved(CAPTURE, Some(denied), &order("approved")).unwrap();
    assert_eq!(
        told(CAPTURE, &settled),
        (State::Refused, Fate::Refused, "refused", Advice::Never),
        "the second attempt"
    );
    let throttled = Received::Answer(error(429, "throttled"));
    let settled = resolved(CAPTURE, Some(throttled), &order("approved")).unwrap();
    assert_eq!(told(CAPTURE, &settled), (State::New, Fate::Refused, "refused", Advice::After));
}

#[test]
fn po_064_a_refund_is_a_success_if_as_much_went_back_and_taken_if_not() {
    let refund = |amount: u32| answer(200, &format!(r#"{{"refund_id":"refund-01","amount":{amount},"full":false}}"#));
    for sent in [Some(Received::Timeout), Some(Received::Answer(error(409, "conflict"))), None] {
        let settled = resolved(REFUND, sent.clone(), &refund(500)).unwrap();
        assert_eq!(told(REFUND, &settled), (State::Done, Fate::Happened(None), "ok", Advice::Never), "{sent:?}");
        let settled = resolved(REFUND, sent.clone(), &refund(501)).unwrap();
        assert_eq!(told(REFUND, &settled), (State::New, Fate::Refused, "refused", Advice::NewKey), "{sent:?}");
    }
    let full = Received::Answer(error(409, "limit_exceeded"));
    let settled = resolved(REFUND, Some(full), &error(404, "not_found")).unwrap();
    assert_eq!(told(REFUND, &settled), (State::Refused, Fate::Refused, "refused", Advice::Never));
}

#[test]
fn po_018_a_checkout_whose_page_is_lost_is_unknown_and_wants_a_new_order() {
    for sent in [Some(Received::Timeout), Some(Received::Answer(error(409, "conflict"))), None] {
        let settled = resolved(CHECKOUT, sent, &order("pending")).unwrap();
        assert_eq!(told(CHECKOUT, &settled), (State::Unknown, Fate::Refused, "unknown", Advice::NewKey));
        let other = answer(200, r#"{"order_id":"order-01","status":"pending","total_amount":1,"currency":"AED"}"#);
        let settled = resolved(CHECKOUT, None, &other).unwrap();
        assert_eq!(told(CHECKOUT, &settled), (State::New, Fate::Refused, "refused", Advice::NewKey));
    }
    let settled = resolved(CHECKOUT, Some(Received::Timeout), &error(404, "not_found")).unwrap();
    assert_eq!(told(CHECKOUT, &settled), (State::Unknown, Fate::Unknown, "unknown", Advice::SameBytes));
}

#[test]
fn po_090_a_hook_that_is_there_was_made() {
    let page = |hooks: &str| answer(200, &format!(r#"{{"count":1,"next":null,"previous":null,"results":[{hooks}]}}"#));
    let hook = r#"{"id":"1","active":true,"events":["order"],"url":"https://shop.example.com/"}"#;
    let settled = resolved(HOOK, Some(Received::Timeout), &page(hook)).unwrap();
    assert_eq!((settled.entry.state, settled.response.body), (State::Done, hook.as_bytes().to_vec()));
    assert_eq!(resolved(HOOK, None, &page("")), None);
}

#[test]
fn what_cannot_be_found_out_stays_unknown_and_is_not_sent_again() {
    for name in [CAPTURE, CHECKOUT, REFUND, HOOK] {
        for sent in lost().map(Some).into_iter().chain([None, Some(Received::Answer(error(409, "conflict")))]) {
            for said in [error(500, "error"), error(429, "throttled"), answer(200, "<html>"), answer(404, "")] {
                let settled = resolved(name, sent.clone(), &said).unwrap();
                let expected = (State::Unknown, Fate::Unknown, "unknown", Advice::SameBytes);
                assert_eq!(told(name, &settled), expected, "{name} {sent:?} {said:?}");
                assert!(matches!(begin(Some(settled.entry), &mint(name), 9), Begin::Resend(_)));
            }
        }
    }
    let mut busy = error(429, "throttled");
    busy.headers.push(("retry-after".into(), "7".into()));
    let response = resolved(CAPTURE, None, &busy).unwrap().response;
    assert!(response.headers.contains(&("retry-after".into(), "7".into())));
}

#[test]
fn pb_012_what_may_be_paid_twice_is_never_sent_again_by_itself() {
    let refill = "pitneybowes.fund_account";
    let balance = answer(200, r#"{"accounts":[{"accountType":"POSTAGE","balance":500}]}"#);
    for said in [balance, error(404, "not_found"), error(500, "error")] {
        for sent in lost().map(Some).into_iter().chain([None]) {
            let settled = resolved(refill, sent, &said).unwrap();
            assert_eq!(told(refill, &settled), (State::Unknown, Fate::Unknown, "unknown", Advice::Never));
        }
    }
    // PB-006: a clash may be with this very transaction, sent before.
    let clash = answer(409, r#"{"errors":[{"errorCode":"1000045"}]}"#);
    let operation = find(refill).unwrap();
    assert!(is_open(operation, &read(operation, &clash, &Context::default()), false));
    let settled = resolved(refill, Some(Received::Answer(clash)), &answer(500, "")).unwrap();
    assert_eq!(told(refill, &settled), (State::Unknown, Fate::Unknown, "unknown", Advice::Never));
}

#[test]
fn what_is_open_is_asked_about() {
    let open = |name: &str, answer: &Response, again| {
        let operation = find(name).unwrap();
        is_open(operation, &read(operation, answer, &Context::default()), again)
    };
    assert!(!open(CAPTURE, &order("captured"), true));
    assert!(open(CAPTURE, &error(409, "invalid_status"), false));
    assert!(!open(CAPTURE, &error(402, "capture_error"), false) && open(CAPTURE, &error(402, "capture_error"), true));
    for name in [CAPTURE, CHECKOUT, REFUND, HOOK] {
        assert!(open(name, &error(500, "error"), false), "{name}");
    }
    assert!(!open("pieterpost.create_order", &answer(500, ""), true), "its key makes it safe to send again");
    assert!(!open("postpay.delete_hook", &error(500, "error"), false));
}

#[test]
fn the_question_goes_to_where_the_call_went() {
    let base = "http://127.0.0.1:8788/postpay";
    let asked = |name: &str| question(&mint(name), find(name).unwrap(), base);
    let refund = asked(REFUND).unwrap();
    assert_eq!(refund.request.url, format!("{base}/orders/order-01/refunds/refund-01"));
    assert_eq!(refund.operation.name, "postpay.get_refund");
    assert_ne!(refund.id, mint(REFUND).id);
    assert!(asked("postpay.delete_hook").is_none());
}
