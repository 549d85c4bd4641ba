use super::*;

const ORDER: &str = r#"{"orderId":"ord_1","status":"checkout_open","testMode":true}"#;

fn operation() -> &'static Operation {
    operation::find("pieterpost.create_checkout_link").unwrap()
}

fn mint(digest: &str) -> Mint {
    Mint {
        id: "id".into(),
        operation: operation().name.into(),
        subject: "origin:none".into(),
        address: None,
        holds: vec![],
        digest: digest.into(),
        url: "http://127.0.0.1:8788/pieterpost/v1/checkout-links".into(),
        headers: vec![],
        body: "{}".into(),
        order: None,
        input: None,
    }
}

fn entry(state: State) -> Entry {
    let Begin::Reserve(entry) = begin(None, &mint("a"), 0) else { panic!("a new request is reserved") };
    entry.at(state, 0)
}

fn answer(status: u16, body: &str) -> Received {
    let headers = vec![("content-type".into(), "application/json".into())];
    Received::Answer(Response { status, headers, body: body.into() })
}

fn error(code: &str) -> String {
    format!(r#"{{"code":"{code}","error":"No."}}"#)
}

#[test]
fn id_01_pp_006_a_key_is_bound_to_its_body() {
    for (state, _) in State::ALL {
        let begun = begin(Some(entry(state)), &mint("b"), 0);
        assert!(matches!(begun, Begin::Refuse(problem) if problem.code == Code::IdempotencyKeyReused), "{state:?}");
    }
}

#[test]
fn a_final_answer_is_given_again() {
    let settled = settle(entry(State::Sent), operation(), answer(201, ORDER), false, true, 5);
    assert_eq!((settled.entry.state, settled.fate, settled.alarm), (State::Done, Fate::Happened(None), None));
    let Begin::Replay(replayed) = begin(Some(settled.entry), &mint("a"), 9) else { panic!("not replayed") };
    assert_eq!((replayed.status, &replayed.body), (201, &settled.response.body));
    assert!(replayed.headers.contains(&("edgepost-replayed".into(), "true".into())));
    assert!(replayed.headers.contains(&("edgepost-source".into(), "ledger".into())));
}

#[test]
fn pp_172_a_refusal_that_would_come_again_is_final_and_does_not_count() {
    for code in ["invalid_request", "invalid_json"] {
        let settled = settle(entry(State::Sent), operation(), answer(400, &error(code)), false, true, 5);
        assert_eq!((settled.entry.state, settled.fate), (State::Refused, Fate::Refused), "{code}");
        assert!(matches!(begin(Some(settled.entry), &mint("a"), 9), Begin::Replay(_)));
    }
}

#[test]
fn pp_171_pp_174_a_refusal_that_can_pass_is_not_final() {
    for (status, code) in [
        (401, "invalid_api_key"),
        (403, "account_inactive"),
        (429, "rate_limited"),
        (429, "daily_order_cap_reached"),
        (402, "insufficient_credits"),
        (500, "misconfigured"),
    ] {
        let settled = settle(entry(State::Sent), operation(), answer(status, &error(code)), false, true, 5);
        assert_eq!((settled.entry.state, settled.fate), (State::New, Fate::Refused), "{code}");
        assert_eq!(settled.response.status, status);
        assert!(matches!(begin(Some(settled.entry), &mint("a"), 9), Begin::Reserve(_)));
    }
}

#[test]
fn pp_125_what_nobody_knows_is_remembered_and_sent_again() {
    for received in [
        Received::Timeout,
        Received::Unreachable,
        Received::TooLarge,
        answer(200, ""),
        answer(200, "<html>"),
        answer(302, ""),
        answer(500, &error("db_error")),
        answer(503, "busy"),
    ] {
        let settled = settle(entry(State::Sent), operation(), received.clone(), false, true, 5);
        assert_eq!((settled.entry.state, settled.fate), (State::Unknown, Fate::Unknown), "{received:?}");
        assert!(matches!(begin(Some(settled.entry), &mint("a"), 9), Begin::Resend(_)));
    }
    assert!(matches!(begin(Some(entry(State::Sent)), &mint("a"), 9), Begin::Resend(_)), "died while it waited");
    assert!(matches!(begin(Some(entry(State::Reserved)), &mint("a"), 9), Begin::Reserve(_)), "died before it sent");
}

#[test]
fn pp_006_pp_125_a_no_to_the_second_attempt_says_nothing_about_the_first() {
    for (status, code) in [
        (429, "rate_limited"),
        (401, "invalid_api_key"),
        (402, "insufficient_credits"),
        (400, "invalid_request"),
        (409, "still_processing"),
    ] {
        let settled = settle(entry(State::Sent), operation(), answer(status, &error(code)), true, true, 5);
        assert_eq!((settled.entry.state, settled.fate), (State::Unknown, Fate::Unknown), "{code}");
        assert_eq!(settled.response.status, status, "the caller hears the provider's own words");
        assert!(matches!(begin(Some(settled.entry), &mint("a"), 9), Begin::Resend(_)));
    }
    assert_eq!(settle(entry(State::Sent), operation(), answer(201, ORDER), true, true, 5).entry.state, State::Done);
}

#[test]
fn id_03_an_entry_is_kept_for_longer_than_a_day() {
    assert_eq!(KEPT_MS, 14 * 24 * 60 * 60 * 1000);
}

#[test]
fn what_cannot_be_understood_is_never_passed_on() {
    for (status, body) in [(200, "<html>"), (302, ""), (200, ""), (404, "<html>")] {
        let settled = settle(entry(State::Sent), operation(), answer(status, body), false, true, 5);
        assert_eq!(settled.response.status, 502, "{status} {body}");
    }
    let passed = settle(entry(State::Sent), operation(), answer(500, &error("db_error")), false, true, 5).response;
    assert_eq!((passed.status, passed.body), (500, error("db_error").into_bytes()));
}

#[test]
fn pp_010_an_answer_of_the_other_mode_is_an_alarm() {
    let live = ORDER.replace("true", "false");
    assert!(settle(entry(State::Sent), operation(), answer(201, &live), false, true, 5).alarm.is_some());
}

#[test]
fn what_nobody_was_told_is_told_once_more() {
    let order = ORDER.replacen('{', r#"{"amountCents":460,"currency":"eur","#, 1);
    let done = settle(entry(State::Sent), operation(), answer(201, &order), false, true, 5).entry;
    assert_eq!(done.untold(), Some(Fate::Happened(Some(("eur".into(), 460)))));
    assert_eq!(Entry { is_settled: true, ..done }.untold(), None);
    let no = settle(entry(State::Sent), operation(), answer(400, &error("invalid_request")), false, true, 5).entry;
    assert_eq!(no.untold(), Some(Fate::Refused));
    assert_eq!(entry(State::Sent).untold(), None);
}

#[test]
fn the_price_is_the_providers_own() {
    let order = ORDER.replacen('{', r#"{"amountCents":460,"currency":"eur","#, 1);
    let settled = settle(entry(State::Sent), operation(), answer(201, &order), false, true, 5);
    assert_eq!(settled.fate, Fate::Happened(Some(("eur".into(), 460))));
}

#[test]
fn names_of_states_are_pinned() {
    let names: Vec<_> = State::ALL.iter().map(|(state, _)| state.name()).collect();
    assert_eq!(names, ["new", "reserved", "sent", "done", "refused", "unknown"]);
    assert!(State::ALL.iter().all(|(state, name)| State::from_name(name) == Some(*state)));
    assert_eq!(State::from_name("x"), None);
}

#[test]
fn po_091_what_is_said_twice_is_said_twice() {
    let change = Mint { operation: "postpay.update_hook".into(), ..mint("a") };
    let Begin::Reserve(entry) = begin(None, &change, 0) else { panic!("new") };
    let operation = operation::find("postpay.update_hook").unwrap();
    for (status, body, state) in [
        (200, r#"{"id":"1"}"#, State::Done),
        (400, r#"{"error":{"code":"invalid"}}"#, State::Refused),
        (404, r#"{"error":{"code":"not_found"}}"#, State::New),
    ] {
        let settled = settle(entry.clone().at(State::Sent, 0), operation, answer(status, body), true, true, 5);
        assert_eq!(settled.entry.state, state, "{status}");
        let begun = begin(Some(settled.entry), &change, 9);
        assert!(matches!(begun, Begin::Reserve(entry) if entry.answer.is_none() && entry.state == State::New));
    }
}

#[test]
fn po_090_nothing_is_what_taking_a_hook_away_answers() {
    let operation = operation::find("postpay.delete_hook").unwrap();
    let gone = Received::Answer(Response { status: 204, headers: vec![], body: vec![] });
    let settled = settle(entry(State::Sent), operation, gone, false, true, 5);
    assert_eq!((settled.entry.state, settled.response.status), (State::Done, 204));
}

/// An order over x402: its body, and how it is paid.
fn order(payment: Option<&str>) -> Mint {
    let digest = credential::bound("body".into(), operation::find("postalform.create_order").unwrap(), payment);
    Mint { operation: "postalform.create_order".into(), digest, ..mint("") }
}

fn asked_to_pay() -> Received {
    let Received::Answer(answer) = answer(402, r#"{"status":"payment_required","message":"Pay."}"#) else { panic!() };
    let lines = ["PAYMENT-REQUIRED", "set-cookie"].map(|name| (name.to_owned(), "e30=".to_owned()));
    Received::Answer(Response { headers: [answer.headers, lines.to_vec()].concat(), ..answer })
}

#[test]
fn pf_073_pfm_006_pfm_014_a_call_for_payment_is_passed_on_and_never_kept() {
    let operation = operation::find("postalform.create_order").unwrap();
    let Begin::Reserve(new) = begin(None, &order(None), 0) else { panic!("a new request is reserved") };
    let settled = settle(new.at(State::Sent, 0), operation, asked_to_pay(), false, true, 5);
    assert_eq!((settled.entry.state, settled.fate, settled.response.status), (State::New, Fate::Refused, 402));
    let shown: Vec<_> = settled.response.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(
        shown.contains(&("payment-required", "e30=")) && shown.contains(&("cache-control", "no-store")),
        "{shown:?}"
    );
    assert!(!shown.iter().any(|(name, _)| *name == "set-cookie"));
    // The same body, paid: the entry is bound to the payment from here on.
    let Begin::Reserve(paid) = begin(Some(settled.entry), &order(Some("one")), 6) else { panic!("not sent") };
    assert_eq!(paid.digest, order(Some("one")).digest);
    let Received::Answer(mut placed) = answer(202, r#"{"order_id":"o","status":"settled_pending_webhook"}"#) else {
        panic!()
    };
    let receipt = ("payment-response".to_owned(), "e30=".to_owned());
    placed.headers.extend([("PAYMENT-RESPONSE".into(), "e30=".into()), ("retry-after".into(), "1".into())]);
    let placed = Received::Answer(placed);
    let settled = settle(paid.at(State::Sent, 7), operation, placed, false, true, 8);
    assert_eq!((settled.entry.state, settled.response.status), (State::Done, 202));
    assert_eq!(settled.entry.receipt, std::slice::from_ref(&receipt));
    let Begin::Replay(replayed) = begin(Some(settled.entry.clone()), &order(Some("one")), 9) else { panic!("done") };
    assert!(replayed.headers.contains(&receipt), "who is answered again learns how it was paid: {replayed:?}");
    for other in [order(None), order(Some("two"))] {
        let begun = begin(Some(settled.entry.clone()), &other, 9);
        assert!(matches!(begun, Begin::Refuse(problem) if problem.code == Code::IdempotencyKeyReused));
    }
}

#[test]
fn pf_080_pf_086_after_a_lost_answer_only_the_same_payment_is_sent_again() {
    let operation = operation::find("postalform.create_order").unwrap();
    let Begin::Reserve(new) = begin(None, &order(Some("one")), 0) else { panic!("a new request is reserved") };
    for received in
        [Received::Timeout, answer(500, r#"{"code":"payment_error","message":"No."}"#), answer(200, "<html>")]
    {
        let settled = settle(new.clone().at(State::Sent, 0), operation, received, false, true, 5);
        assert_eq!(settled.entry.state, State::Unknown);
        assert!(matches!(begin(Some(settled.entry.clone()), &order(Some("one")), 6), Begin::Resend(_)));
        for other in [order(None), order(Some("two"))] {
            let begun = begin(Some(settled.entry.clone()), &other, 6);
            assert!(matches!(begun, Begin::Refuse(problem) if problem.code == Code::IdempotencyKeyReused));
        }
        // Asked to pay once more, the first payment may have been taken all the same.
        let again = settle(settled.entry, operation, asked_to_pay(), true, true, 7);
        assert_eq!((again.entry.state, again.fate), (State::Unknown, Fate::Unknown));
    }
    // Where nothing was paid, nothing can have been taken.
    let Begin::Reserve(unpaid) = begin(None, &order(None), 0) else { panic!("a new request is reserved") };
    let again = settle(unpaid.at(State::Unknown, 0), operation, asked_to_pay(), true, true, 7);
    assert_eq!(again.entry.state, State::New);
}

/// A payment that is good until ten seconds after 1970.
const SHORT: &str = "eyJwYXlsb2FkIjp7ImF1dGhvcml6YXRpb24iOnsidmFsaWRCZWZvcmUiOiIxMCJ9fX0=";

#[test]
fn pf_080_pfm_009_another_payment_is_made_where_the_first_is_over_and_the_order_is_unpaid() {
    let over_ms = 10_000 + edgepost_core::flow::pay::MARGIN;
    let is_reused =
        |begun: Begin| matches!(begun, Begin::Refuse(problem) if problem.code == Code::IdempotencyKeyReused);
    let Begin::Reserve(first) = begin(None, &order(Some(SHORT)), 0) else { panic!("a new request is reserved") };
    for (state, _) in State::ALL {
        let entry = first.clone().at(state, 0);
        for other in [order(None), order(Some("two"))] {
            let (early, late) =
                (begin(Some(entry.clone()), &other, over_ms - 1), begin(Some(entry.clone()), &other, over_ms));
            match state {
                State::New | State::Reserved => {
                    assert!(matches!((early, late), (Begin::Reserve(_), Begin::Reserve(_))))
                }
                State::Sent | State::Unknown => {
                    let Begin::Refuse(problem) = &early else { panic!("it can still be spent") };
                    assert_eq!(problem.retry.unwrap().after_ms, Some(1), "and for so long");
                    assert!(is_reused(early));
                    assert_eq!(late, Begin::Ask(entry.clone()));
                }
                // What was paid is paid.
                State::Done | State::Refused => {
                    assert!(matches!(&late, Begin::Refuse(problem) if problem.retry.unwrap().after_ms.is_none()));
                    assert!(is_reused(early) && is_reused(late), "{state:?}");
                }
            }
        }
        let other_body = Mint { digest: "other".into(), ..order(None) };
        assert!(is_reused(begin(Some(entry), &other_body, over_ms)));
    }
    // An end that nobody knows never comes.
    let Begin::Reserve(endless) = begin(None, &order(Some("one")), 0) else { panic!("a new request is reserved") };
    assert!(is_reused(begin(Some(endless.at(State::Unknown, 0)), &order(Some("two")), u64::MAX)));
    let unknown = first.at(State::Unknown, 0);
    let says = |status: u16, body: &str| {
        let Received::Answer(mut answer) = answer(status, body) else { panic!() };
        answer.headers.push(("date".into(), "Thu, 01 Jan 1970 00:02:10 GMT".into()));
        release::release(unknown.clone(), &order(Some("two")), &answer, over_ms)
    };
    for (status, body) in [
        (200, r#"{"order_id":"o","is_paid":true}"#),
        (200, r#"{"order_id":"o","is_paid":false,"status":"settled_pending_webhook"}"#),
        (200, r#"{"order_id":"o","is_paid":false,"x402":{"settlement_tx":"0x1"}}"#),
        (200, r#"{"order_id":"o","payment_status":"paid"}"#),
        (200, r#"{"order_id":"o","payment_status":"pending"}"#),
        (200, r#"{"order_id":"o"}"#),
        (200, "<html>"),
        (404, r#"{"code":"not_found","message":"No."}"#),
        (500, r#"{"is_paid":false}"#),
        (402, r#"{"is_paid":false}"#),
    ] {
        assert_eq!(says(status, body), None, "{status} {body}");
    }
    let other = r#"{"order_id":"o","request_id":"of another order","is_paid":false}"#;
    assert_eq!(says(200, other), None, "PF-081");
    for body in [r#"{"order_id":"o","is_paid":false}"#, r#"{"order_id":"o","payment_status":"unpaid"}"#] {
        let entry = says(200, body).unwrap();
        assert_eq!((entry.state, &entry.digest), (State::New, &order(Some("two")).digest), "{body}");
        assert!(matches!(begin(Some(entry.clone()), &order(Some("two")), over_ms), Begin::Reserve(_)));
        // From here on the second one binds it.
        assert!(is_reused(begin(Some(entry.at(State::Unknown, 0)), &order(Some(SHORT)), over_ms)));
    }
}

#[test]
fn pf_080_no_clock_that_is_ahead_makes_a_second_payment() {
    let over_ms = 10_000 + edgepost_core::flow::pay::MARGIN;
    let Begin::Reserve(first) = begin(None, &order(Some(SHORT)), 0) else { panic!("a new request is reserved") };
    let is_released = |date: Option<&str>, now_ms: u64| {
        let unpaid = answer(200, r#"{"order_id":"o","is_paid":false}"#);
        let Received::Answer(mut answer) = unpaid else { panic!() };
        answer.headers.extend(date.map(|date| ("Date".into(), date.into())));
        release::release(first.clone().at(State::Unknown, 0), &order(Some("two")), &answer, now_ms).is_some()
    };
    let (early, late, long) =
        ("Thu, 01 Jan 1970 00:02:09 GMT", "Thu, 01 Jan 1970 00:02:10 GMT", "Fri, 01 Jan 2100 00:00:00 GMT");
    assert!(is_released(Some(late), over_ms) && is_released(Some(long), over_ms));
    assert!(!is_released(Some(early), over_ms) && !is_released(Some(early), u64::MAX), "the provider's says no");
    assert!(!is_released(Some(long), over_ms - 1), "ours says no");
    assert!(!is_released(None, u64::MAX) && !is_released(Some("soon"), u64::MAX), "and nobody says yes alone");
}

#[test]
fn pf_080_a_call_for_payment_behind_a_payment_lets_no_other_one_through() {
    let operation = operation::find("postalform.create_order").unwrap();
    let refused = || answer(429, r#"{"code":"rate_limited","message":"Later."}"#);
    for received in [asked_to_pay(), refused()] {
        let Begin::Reserve(new) = begin(None, &order(Some(SHORT)), 0) else { panic!("a new request is reserved") };
        let settled = settle(new.at(State::Sent, 0), operation, received, false, true, 5);
        assert_eq!((settled.entry.state, settled.fate), (State::Unknown, Fate::Unknown));
        assert!(matches!(begin(Some(settled.entry.clone()), &order(Some(SHORT)), 6), Begin::Resend(_)));
        for other in [order(None), order(Some("two"))] {
            let begun = begin(Some(settled.entry.clone()), &other, 6);
            assert!(matches!(begun, Begin::Refuse(problem) if problem.code == Code::IdempotencyKeyReused));
        }
    }
    // Unpaid, it is as it was before.
    let Begin::Reserve(new) = begin(None, &order(None), 0) else { panic!("a new request is reserved") };
    assert_eq!(settle(new.at(State::Sent, 0), operation, refused(), false, true, 5).entry.state, State::New);
}

#[test]
fn pf_080_pf_081_the_order_is_asked_about_by_its_own_id() {
    let id = "3f0c9dd2-7d3d-4c35-8f0e-6b8a4f6f0a11";
    for (name, path) in
        [("postalform.create_order", "/api/machine/orders"), ("postalform.create_order_mpp", "/api/machine/mpp/orders")]
    {
        let mint = Mint { operation: name.into(), order: Some(id.into()), ..mint("") };
        let create = operation::find(name).unwrap();
        let question = release::question(&mint, create, "http://127.0.0.1:8788/postalform").unwrap();
        assert_eq!(question.request.url, format!("http://127.0.0.1:8788/postalform{path}/{id}"));
        assert_eq!(question.request.method, "GET");
        assert!(release::question(&Mint { order: None, ..mint.clone() }, create, "https://postalform.com").is_none());
    }
    assert!(release::question(&mint(""), operation(), "https://pieterpost.com").is_none(), "nothing is known by it");
}
