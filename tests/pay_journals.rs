//! Journals that lay where others write, and callers that are not those who began.

use base64ct::{Base64, Encoding};
use edgepost_core::flow::pay::{End, Pay, Plan, Step};
use edgepost_core::payment::address::Address;
use edgepost_core::payment::mpp::Method;
use edgepost_core::payment::{Fault, Mode};
use edgepost_tests::caller::START;
use edgepost_tests::payer::plan;
use edgepost_tests::till::{Fate, Kind, MOST, Till, answer, dated, payment_response, refusing};
use serde_json::{Value, json};

/// A payment that has died as it was about to have something signed, and its journal.
fn unsigned(method: Option<Method>) -> (Till, Value) {
    let mut till = Till::new(&json!({}));
    let mut pay = Pay::new(plan(method, 1), START, MOST);
    loop {
        match pay.step(till.now_ms) {
            Step::Keep { journal, .. } => {
                till.journal = Some(journal);
                pay.kept();
            }
            Step::Send(request) => {
                let (response, at) = (till.send(&request, Fate::Answered), till.moment());
                pay.answered(response.as_ref(), &at);
            }
            Step::Sign(_) => break,
            other => panic!("{other:?}"),
        }
    }
    let journal = serde_json::from_str(till.journal.as_ref().unwrap()).unwrap();
    (till, journal)
}

fn ended(mut till: Till, journal: &Value, change: impl FnOnce(&mut Pay)) -> (End, u32) {
    let mut pay = Pay::resume(&journal.to_string(), till.now_ms, MOST).unwrap_or_else(|| panic!("{journal}"));
    change(&mut pay);
    let end = till.pay(pay, |_, _| Fate::Answered);
    (end, till.wallet.asked)
}

fn fault(end: End) -> Fault {
    match end {
        End::Refused(refusal) => refusal.fault,
        other => panic!("{other:?}"),
    }
}

/// Changes the challenge that a journal of x402 holds.
fn rewritten(journal: &Value, at: &str, value: Value) -> Value {
    let written = journal["challenge"][0].as_str().unwrap();
    let mut challenge: Value = serde_json::from_slice(&Base64::decode_vec(written).unwrap()).unwrap();
    *challenge.pointer_mut(at).unwrap() = value;
    let mut journal = journal.clone();
    journal["challenge"][0] = Base64::encode_string(challenge.to_string().as_bytes()).into();
    journal
}

#[test]
fn pfs_008_pf_094_what_a_journal_asks_to_sign_is_held_against_the_plan_again() {
    let (_, journal) = unsigned(None);
    let live = rewritten(&journal, "/accepts/0/network", json!("eip155:8453"));
    let live = rewritten(&live, "/accepts/0/asset", json!("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"));
    let live = rewritten(&live, "/accepts/0/extra/name", json!("USD Coin"));
    for (changed, expected) in [
        (rewritten(&journal, "/accepts/0/amount", json!("340000000")), Fault::OtherAmount),
        (rewritten(&journal, "/resource/url", json!("https://evil.example/")), Fault::OtherHost),
        (live, Fault::OtherMode),
    ] {
        let (end, asked) = ended(unsigned(None).0, &changed, |_| {});
        assert_eq!((fault(end), asked), (expected, 0));
    }
    // With the quote changed as well: the cap is the caller's word, and not the journal's.
    let mut dear = rewritten(&journal, "/accepts/0/amount", json!("340000000"));
    (dear["priceCents"], dear["maxCents"]) = (json!(34_000), json!(34_000));
    let (end, asked) = ended(unsigned(None).0, &dear, |pay| pay.capped(500));
    assert_eq!((fault(end), asked), (Fault::OverCap, 0));
}

#[test]
fn pfs_008_the_cap_is_that_of_who_goes_on() {
    for method in [None, Some(Method::Stripe)] {
        let (till, journal) = unsigned(method);
        let (end, asked) = ended(till, &journal, |pay| pay.capped(339));
        assert_eq!((fault(end), asked), (Fault::OverCap, 0));
        let (till, journal) = unsigned(method);
        assert!(matches!(ended(till, &journal, |pay| pay.capped(340)), (End::Paid(_), 1)));
    }
    // A wallet that sends by itself may have sent: that is not undone by a no, but it is not asked to send now either.
    let (till, journal) = unsigned(Some(Method::TempoHash));
    let (end, asked) = ended(till, &journal, |pay| pay.capped(339));
    assert!(matches!(end, End::Open { until_ms: 0, .. }) && asked == 0, "{end:?}");
    let (till, journal) = unsigned(Some(Method::TempoHash));
    assert!(matches!(ended(till, &journal, |pay| pay.capped(340)), (End::Paid(_), 1)));
}

#[test]
fn pfm_009_a_wallet_that_sends_by_itself_is_not_asked_for_a_challenge_that_is_over() {
    for (later_ms, sends) in [(200_000, true), (295_000, false), (86_400_000, false)] {
        let (mut till, journal) = unsigned(Some(Method::TempoHash));
        till.now_ms += later_ms;
        let (end, asked) = ended(till, &journal, |_| {});
        let is_open = matches!(end, End::Open { until_ms: 0, .. });
        assert_eq!(
            (is_open, matches!(end, End::Paid(_)), asked),
            (!sends, sends, u32::from(sends)),
            "{later_ms} {end:?}"
        );
    }
}

#[test]
fn pf_075_a_journal_is_gone_on_with_where_it_was_begun() {
    let (till, journal) = unsigned(None);
    let pay = Pay::resume(&journal.to_string(), till.now_ms, MOST).unwrap();
    let own = plan(None, 1);
    assert!(pay.is_at(&own) && pay.is_for(&own.body) && !pay.is_for(b"{}"));
    for other in [
        Plan { base_url: "https://evil.example/postalform".into(), ..own.clone() },
        Plan { mode: Mode::Live, ..own.clone() },
        Plan { protocol: edgepost_core::flow::pay::Protocol::Mpp, ..own.clone() },
        Plan { payer: None, ..own.clone() },
        Plan { payer: Some(Address([7; 20])), ..own.clone() },
    ] {
        assert!(!pay.is_at(&other));
    }
}

#[test]
fn pf_075_pf_081_an_answer_about_another_order_says_neither_that_it_is_paid_nor_that_it_is_not() {
    const OTHER: &str = "5d0f7f6e-3a52-4b7c-9d51-000000000009";
    for method in [None, Some(Method::Stripe), Some(Method::TempoTransaction)] {
        // What was signed never arrives, and its journal lies there until it is long dead.
        let mut till = Till::new(&json!({}));
        let end = till.pay(Pay::new(plan(method, 1), START, MOST), |kind, _| match kind {
            Kind::Quote | Kind::Create => Fate::Answered,
            Kind::Paid | Kind::Read => Fate::Lost(None),
        });
        assert!(matches!(end, End::Open { .. }), "{end:?}");
        let journal: Value = serde_json::from_str(till.journal.as_ref().unwrap()).unwrap();
        let (own, request_id) = (journal["orderId"].as_str().unwrap().to_owned(), plan(method, 1).request_id);
        assert!(!own.is_empty() && own != request_id);
        let resumed = |till: &mut Till, mut order: Value, ids: &Value| {
            order.as_object_mut().unwrap().extend(ids.as_object().unwrap().clone());
            let pay = Pay::resume(&till.journal.clone().unwrap(), till.now_ms, MOST).unwrap();
            let now_ms = till.now_ms + MOST;
            till.pay(pay, |kind, _| match kind {
                Kind::Read => Fate::Lost(Some(dated(answer(200, &order.to_string()), now_ms))),
                _ => Fate::Lost(None),
            })
        };
        let paid = json!({"is_paid": true, "payment_status": "paid", "current_step": "email_sent",
            "order_complete_url": "https://postalform.com/order/complete"});
        let unpaid = json!({"is_paid": false, "payment_status": "unpaid"});
        // A word that nobody knows says as little.
        for word in ["processing", "pending", "Paid", "requires_capture", "no"] {
            for order in [json!({"payment_status": word}), json!({"is_paid": false, "payment_status": word})] {
                let end = resumed(&mut till, order.clone(), &json!({"order_id": own}));
                assert!(matches!(end, End::Open { .. }), "{method:?} {order} {end:?}");
                assert_eq!((till.wallet.asked, till.payments()), (1, 1), "{order}");
            }
        }
        for ids in [
            json!({"order_id": OTHER}),
            json!({"request_id": OTHER}),
            json!({"order_id": OTHER, "request_id": request_id}),
        ] {
            for order in [&paid, &unpaid] {
                let end = resumed(&mut till, order.clone(), &ids);
                assert!(matches!(end, End::Open { .. }), "{method:?} {order} {ids} {end:?}");
                assert_eq!((till.wallet.asked, till.payments()), (1, 1), "{order} {ids}");
            }
        }
        // By its own id, whatever its case and whoever asked for the draft first, it is told.
        let called = json!({"order_id": own.to_uppercase(), "request_id": OTHER});
        assert!(matches!(resumed(&mut till, paid.clone(), &called), End::Paid(_)), "{method:?}");
    }
}

/// A payment whose money may have moved is neither called unpaid nor signed again, by whoever, and however long it takes.
#[test]
fn pf_083_what_may_have_moved_stays_open_until_the_order_says_that_it_is_paid() {
    const HERE: &str = "eip155:84532";
    for (status, said) in [
        (402, json!({"success": false, "errorReason": "settlement_pending", "network": HERE})),
        (500, json!({"success": false, "errorReason": "settlement_pending", "network": HERE})),
        (402, json!({"success": false, "errorReason": "invalid_exact_evm_nonce_already_used"})),
        // It is not believed, and not forgotten either.
        (402, json!({"success": true, "transaction": "0x01", "network": HERE})),
        (500, json!({"success": true, "transaction": "0x01", "network": HERE})),
        (202, json!({"success": true, "transaction": "0x01", "network": "eip155:8453"})),
    ] {
        let no = payment_response(status, &said);
        // What follows says less, and takes nothing back.
        let mut till = Till::new(&json!({}));
        let end = till.pay(Pay::new(plan(None, 1), START, 20_000), |kind, count| match (kind, count) {
            (Kind::Paid, 0) => Fate::Lost(Some(no.clone())),
            (Kind::Paid, _) => Fate::Lost(Some(answer(402, r#"{"code":"else"}"#))),
            _ => Fate::Answered,
        });
        assert!(
            matches!(&end, End::Open { until_ms: 0, summary } if summary.settlement_tx.is_empty()),
            "{said} {end:?}"
        );
        till.now_ms += 86_400_000;
        let end = till.resume(|_, _| Fate::Answered);
        assert!(matches!(end, End::Open { until_ms: 0, .. }), "{said} {end:?}");
        assert_eq!((till.payments(), till.wallet.asked), (1, 1), "{status} {said}");
        let paid = answer(
            200,
            r#"{"is_paid":true,"current_step":"email_sent","order_complete_url":"https://postalform.com/order/complete"}"#,
        );
        let end = till.resume(|kind, _| Fate::Lost(if kind == Kind::Read { Some(paid.clone()) } else { None }));
        assert!(matches!(end, End::Paid(_)), "{said} {end:?}");
    }
}

#[test]
fn pf_084_what_was_settled_and_is_called_unpaid_when_it_is_dead_is_open() {
    let here = payment_response(202, &json!({"success": true, "transaction": "0x01", "network": "eip155:84532"}));
    let mut till = Till::new(&json!({}));
    // The order never hears of it.
    let end = till.pay(Pay::new(plan(None, 1), START, 60_000), refusing(&here));
    assert!(matches!(&end, End::Settled(summary) if summary.settlement_tx == "0x01"), "{end:?}");
    till.now_ms += 86_400_000;
    let end = till.resume(refusing(&here));
    assert!(matches!(end, End::Open { until_ms: 0, .. }), "{end:?}");
    assert_eq!((till.payments(), till.wallet.asked), (1, 1));
}

#[test]
fn what_is_no_journal_of_this_version_is_none() {
    let (_, journal) = unsigned(None);
    for (name, value) in [
        ("version", json!(2)),
        ("version", json!("1")),
        ("phase", json!("__proto__")),
        ("phase", json!(null)),
        ("nonce", json!("0x12")),
        ("revision", json!(-1)),
        ("revision", json!(1.5)),
        ("maxCents", json!(1e300)),
        ("deadMs", json!("soon")),
        ("body", json!({"__proto__": 1})),
        ("challenge", json!(["bm8="])),
        ("challenge", json!("")),
        ("challenge", json!([])),
        ("phase", json!("pay")),
    ] {
        let mut changed = journal.clone();
        changed[name] = value.clone();
        assert!(Pay::resume(&changed.to_string(), START, MOST).is_none(), "{name} {value}");
    }
    let whole = journal.to_string();
    for cut in (0..whole.len()).filter(|cut| whole.is_char_boundary(*cut)) {
        assert!(Pay::resume(&whole[..cut], START, MOST).is_none(), "{cut}");
    }
    // A name of an engine's own is a name like any other, and means nothing.
    let more = whole.replacen('{', r#"{"__proto__":{"phase":"over"},"#, 1);
    let mut resumed = Pay::resume(&more, START, MOST).unwrap();
    assert!(matches!(resumed.step(START), Step::Sign(_)));
}

#[test]
fn pf_094_a_clock_that_is_days_away_is_not_followed() {
    for (date, expected) in [
        ("Thu, 31 Dec 2099 23:59:59 GMT", Some("2099-12-31T23:59:59.000Z")),
        ("Thu, 01 Jan 1970 00:00:00 GMT", Some("1970-01-01T00:00:00.000Z")),
        ("at noon", None),
    ] {
        for method in [None, Some(Method::Stripe)] {
            let mut till = Till::new(&json!({}));
            let mut first = Some(Till::new(&json!({})));
            let end = till.pay(Pay::new(plan(method, 1), START, MOST), |kind, _| match (kind, &mut first) {
                (Kind::Create, Some(other)) => {
                    let request = created(method);
                    let mut response = other.sandbox.handle(&request, START).response.unwrap();
                    response.headers.push(("Date".into(), date.into()));
                    first = None;
                    Fate::Instead(Some(response))
                }
                _ => Fate::Answered,
            });
            match (end, expected) {
                (End::Refused(refusal), Some(shown)) => {
                    assert_eq!((refusal.fault, refusal.about.as_str()), (Fault::OtherClock, shown));
                    assert_eq!(till.wallet.asked, 0);
                }
                (_, None) => assert_eq!(till.wallet.asked, 1),
                (end, _) => panic!("{end:?}"),
            }
        }
    }
}

fn created(method: Option<Method>) -> edgepost_core::http::Request {
    let plan = plan(method, 1);
    edgepost_core::http::Request {
        method: "POST".into(),
        url: format!("{}{}", plan.base_url, plan.protocol.path()),
        headers: vec![],
        body: Some(plan.body),
    }
}

/// Somebody in front of the provider says that all is well.
#[test]
fn pf_074_what_says_nothing_of_a_payment_is_none() {
    for body in ["{}", r#"{"ok":true}"#, r#"{"order_id":"x","is_paid":false}"#] {
        let mut till = Till::new(&json!({}));
        let end = till.pay(Pay::new(plan(None, 1), START, MOST), |kind, _| match kind {
            Kind::Create => Fate::Lost(Some(answer(200, body))),
            _ => Fate::Answered,
        });
        assert_eq!((end, till.wallet.asked), (End::Unreachable, 0), "{body}");
    }
}
