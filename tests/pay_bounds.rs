//! What is not paid, and why; what a journal is good for; and ends that are not the usual one.

use edgepost_core::flow::pay::{End, Pay, Plan, Step};
use edgepost_core::http::Response;
use edgepost_core::payment::mpp::Method;
use edgepost_core::payment::{Fault, Mode};
use edgepost_tests::caller::START;
use edgepost_tests::payer::plan;
use edgepost_tests::till::{Fate, Kind, MOST, Till, answer, html, payment_response, refusing};
use serde_json::{Value, json};

fn begin(plan: Plan) -> Pay {
    Pay::new(plan, START, MOST)
}

/// The refusal of a payment for which nothing was signed.
fn refused(plan: Plan, options: &Value, fate: impl FnMut(Kind, usize) -> Fate) -> (Fault, String) {
    let mut till = Till::new(options);
    let end = till.pay(begin(plan), fate);
    assert_eq!((till.wallet.asked, till.shown.len(), till.settled().len()), (0, 0, 0), "{end:?}");
    assert!(till.journal.is_none(), "there is nothing to come back to");
    match end {
        End::Refused(refusal) => (refusal.fault, refusal.about),
        other => panic!("{other:?}"),
    }
}

fn quote(price: &str) -> Fate {
    Fate::Lost(Some(answer(200, &format!(r#"{{"request_id":"x","quote":{{"price_usd":{price},"page_count":1}}}}"#))))
}

fn usual(_: Kind, _: usize) -> Fate {
    Fate::Answered
}

const WAYS: [Option<Method>; 2] = [None, Some(Method::Stripe)];

#[test]
fn pfs_003_pfs_008_pf_071_a_cap_of_5_refuses_5_01() {
    for method in WAYS {
        for (price, expected) in [
            ("5.01", (Fault::OverCap, "5.01")),
            (r#""5.01""#, (Fault::OverCap, "5.01")),
            ("5.005", (Fault::OverCap, "5.01")),
            ("50000000000", (Fault::OverCap, "50000000000.00")),
            ("null", (Fault::NoQuote, "price_usd")),
            ("5e0", (Fault::NoQuote, "price_usd")),
            (r#""five""#, (Fault::NoQuote, "price_usd")),
            ("-1", (Fault::NoQuote, "price_usd")),
            // Within the cap, but not what is asked for then.
            (
                "5.00",
                (Fault::OtherAmount, if method.is_some() { "340 with stripe" } else { "3400000 on eip155:84532" }),
            ),
            (
                "3.39",
                (Fault::OtherAmount, if method.is_some() { "340 with stripe" } else { "3400000 on eip155:84532" }),
            ),
        ] {
            let fate = |kind: Kind, _| if kind == Kind::Quote { quote(price) } else { Fate::Answered };
            let found = refused(plan(method, 1), &json!({}), fate);
            assert_eq!((found.0, found.1.as_str()), expected, "{price}");
        }
        let exact = Plan { max_cents: 340, ..plan(method, 1) };
        assert!(matches!(Till::new(&json!({})).pay(begin(exact), usual), End::Paid(_)));
        let less = Plan { max_cents: 339, ..plan(method, 1) };
        assert_eq!(refused(less, &json!({}), usual), (Fault::OverCap, "3.40".into()));
        let pages = refused(plan(method, 1), &json!({"pageCount": 2}), usual);
        assert_eq!(pages, (Fault::OtherPageCount, "2".into()), "PFS-003");
    }
}

#[test]
fn pf_094_test_money_in_live_mode_and_the_other_way_round() {
    let ways =
        [(None, ["eip155:84532", "eip155:8453"]), (Some(Method::TempoTransaction), ["tempo 42431", "tempo 4217"])];
    for (method, [test, live]) in ways {
        let in_live = Plan { mode: Mode::Live, ..plan(method, 1) };
        assert_eq!(refused(in_live.clone(), &json!({"mode": "test"}), usual), (Fault::OtherMode, test.into()));
        assert_eq!(refused(plan(method, 1), &json!({"mode": "live"}), usual), (Fault::OtherMode, live.into()));
        assert!(matches!(Till::new(&json!({"mode": "live"})).pay(begin(in_live), usual), End::Paid(_)));
    }
}

#[test]
fn pf_094_another_host_and_a_short_time() {
    for method in WAYS {
        let elsewhere = Plan { host: "postalform.example".into(), ..plan(method, 1) };
        assert_eq!(refused(elsewhere, &json!({}), usual), (Fault::OtherHost, "postalform.com".into()));
        let short = refused(plan(method, 1), &json!({"challengeSeconds": 10}), usual);
        assert_eq!(short.0, Fault::TimeTooShort);
        let away =
            Response { status: 307, headers: vec![("location".into(), "https://evil.example/".into())], body: vec![] };
        let fate = |kind: Kind, _| if kind == Kind::Create { Fate::Lost(Some(away.clone())) } else { Fate::Answered };
        assert_eq!(refused(plan(method, 1), &json!({}), fate), (Fault::OtherHost, "https://evil.example/".into()));
    }
}

#[test]
fn pf_095_a_402_without_a_challenge() {
    for (method, expected) in WAYS.into_iter().zip(["PAYMENT-REQUIRED", "WWW-Authenticate: Payment"]) {
        let fate = |kind: Kind, _| if kind == Kind::Create { Fate::Lost(html(402)) } else { Fate::Answered };
        assert_eq!(refused(plan(method, 1), &json!({}), fate), (Fault::MissingChallenge, expected.into()));
    }
}

#[test]
fn pf_076_pf_077_pf_078_what_the_provider_declines() {
    for method in WAYS {
        for (status, code, after_ms) in
            [(422, "invalid_request", None), (409, "request_id_mismatch", None), (429, "rate_limited", Some(60_000))]
        {
            for when in [Kind::Quote, Kind::Create] {
                let no = answer(status, &json!({"code": code, "message": "No."}).to_string());
                let mut till = Till::new(&json!({}));
                let end = till.pay(begin(plan(method, 1)), |kind, _| {
                    if kind == when { Fate::Lost(Some(no.clone())) } else { Fate::Answered }
                });
                let declined = End::Declined { status, code: code.into(), message: "No.".into(), after_ms };
                assert_eq!((end, till.wallet.asked), (declined, 0), "{when:?}");
            }
        }
        // Changed bytes under the same id, as the provider itself says it.
        let mut till = Till::new(&json!({}));
        till.pay(begin(plan(method, 1)), usual);
        let mut changed = plan(method, 1);
        changed.body.push(b' ');
        let end = till.pay(begin(changed), usual);
        assert!(matches!(end, End::Declined { status: 409, ref code, .. } if code == "request_id_mismatch"), "{end:?}");
        assert_eq!(till.settled(), [340]);
    }
}

#[test]
fn pf_085_who_does_not_answer_is_unreachable() {
    for gone in [None, html(200), html(404), html(503), Some(answer(500, "{}"))] {
        for when in [Kind::Quote, Kind::Create] {
            let mut till = Till::new(&json!({}));
            let end =
                till.pay(
                    begin(plan(None, 1)),
                    |kind, _| {
                        if kind == when { Fate::Lost(gone.clone()) } else { Fate::Answered }
                    },
                );
            assert_eq!((end, till.wallet.asked), (End::Unreachable, 0));
            assert!(till.requests.len() < 8, "few drafts are made: {}", till.requests.len());
        }
    }
}

#[test]
fn pf_074_who_has_paid_already_does_not_pay_again() {
    for method in WAYS {
        let mut till = Till::new(&json!({}));
        till.pay(begin(plan(method, 1)), usual);
        // Another process, which has lost the journal.
        till.journal = None;
        let end = till.pay(Pay::new(plan(method, 1), till.now_ms, MOST), usual);
        assert!(matches!(end, End::Paid(_)), "{end:?}");
        assert_eq!((till.settled().len(), till.wallet.asked), (1, 1));
    }
}

#[test]
fn pf_084_settled_and_not_confirmed() {
    for method in WAYS {
        let mut till = Till::new(&json!({"webhookMs": 86_400_000}));
        let end = till.pay(begin(plan(method, 1)), usual);
        let End::Settled(summary) = end else { panic!("{end:?}") };
        assert!(!summary.is_paid && !summary.settlement_tx.is_empty() && !summary.order_id.is_empty());
        assert!(till.now_ms >= START + MOST - 20_000);
        // Later somebody looks again.
        till.now_ms = START + 86_500_000;
        let resumed = Pay::resume(&till.journal.clone().unwrap(), till.now_ms, MOST).unwrap();
        assert!(matches!(till.pay(resumed, usual), End::Paid(_)));
        assert_eq!(till.settled(), [340]);
    }
}

#[test]
fn pf_083_some_refusals_are_no_reason_to_sign_again() {
    for (reason, signed) in [("invalid_exact_evm_insufficient_balance", 1), ("else", 2)] {
        let no = payment_response(402, &json!({"success": false, "errorReason": reason}));
        let mut till = Till::new(&json!({}));
        let end = till.pay(begin(plan(None, 1)), refusing(&no));
        let End::Unpaid { reason: told, .. } = end else { panic!("{end:?}") };
        assert_eq!((told.as_str(), till.payments()), (reason, signed));
        assert!(till.now_ms > START + 300_000, "not before it is sure");
    }
    // Who died behind the refusal knows as much.
    let no = payment_response(402, &json!({"success": false, "errorReason": "insufficient_funds"}));
    let mut till = Till::new(&json!({}));
    let end = till.pay(Pay::new(plan(None, 1), START, 20_000), refusing(&no));
    assert!(matches!(end, End::Open { until_ms, .. } if until_ms > till.now_ms), "{end:?}");
    till.now_ms += 86_400_000;
    let end = till.resume(usual);
    assert!(matches!(&end, End::Unpaid { reason, .. } if reason == "insufficient_funds"), "{end:?}");
    assert_eq!((till.settled().len(), till.payments(), till.wallet.asked), (0, 1, 1));
    // PF-077, and 412: what comes back is no answer to whether money has moved.
    for status in [409, 412, 422, 307] {
        let mut till = Till::new(&json!({}));
        let end = till.pay(begin(plan(None, 1)), |kind, count| match (kind, count) {
            (Kind::Paid, 0) => Fate::Instead(Some(answer(status, "{}"))),
            _ => Fate::Answered,
        });
        assert!(matches!(end, End::Paid(_)), "{status} {end:?}");
        assert_eq!((till.settled(), till.payments()), (vec![340], 1), "{status}");
    }
}

#[test]
fn pf_094_another_address_with_each_challenge() {
    let mut till = Till::new(&json!({"freshPayTo": true}));
    let end = till.pay(begin(plan(None, 1)), |kind, count| match (kind, count) {
        // It is refused, and the refusal names another address: the first can still be spent.
        (Kind::Paid, 0) => Fate::Lost(Some(answer(402, "{}"))),
        _ => Fate::Answered,
    });
    assert!(matches!(end, End::Paid(_)));
    let [(first, _), (second, _)] = till.shown.as_slice() else { panic!("{:?}", till.shown) };
    assert!(second - first >= 300_000);
}

#[test]
fn pfm_009_without_an_end_nothing_is_signed_twice() {
    // A wallet that sends by itself has paid when the provider hears of it.
    let mut till = Till::new(&json!({}));
    let end = till.pay(begin(plan(Some(Method::TempoHash), 1)), |kind, _| match kind {
        Kind::Paid => Fate::Lost(Some(answer(402, "{}"))),
        _ => Fate::Answered,
    });
    assert!(matches!(end, End::Open { until_ms: 0, .. }), "{end:?}");
    assert_eq!((till.wallet.sent.len(), till.payments()), (1, 1));
}

#[test]
fn pfm_009_a_transaction_on_tempo_is_dead_at_its_own_end_and_not_at_its_challenges() {
    // Two minutes behind the later end of the two, and no sooner: challenges are good for five minutes.
    for (outlives_s, least_ms) in [(0, 419_000), (-200, 419_000), (600, 1_019_000)] {
        let mut till = Till::new(&json!({}));
        till.wallet.outlives_s = Some(outlives_s);
        // What is signed first never arrives, so that only its end brings another one.
        let late = |kind: Kind, count| if kind == Kind::Paid && count < 6 { Fate::Lost(None) } else { Fate::Answered };
        let end = till.pay(begin(plan(Some(Method::TempoTransaction), 1)), late);
        assert!(matches!(end, End::Paid(_)), "{outlives_s} {end:?}");
        let [(first_ms, first), .., (last_ms, last)] = till.shown.as_slice() else { panic!("two") };
        assert!(first.value != last.value && last_ms - first_ms >= least_ms, "{outlives_s} {}", last_ms - first_ms);
        assert_eq!((till.settled(), till.payments()), (vec![340], 2), "{outlives_s}");
    }
    // Without an end it may be sent whenever: nothing is signed again, neither now nor by who comes later.
    let mut till = Till::new(&json!({}));
    till.wallet.outlives_s = None;
    let none = |kind: Kind, _| if kind == Kind::Paid { Fate::Lost(None) } else { Fate::Answered };
    let end = till.pay(begin(plan(Some(Method::TempoTransaction), 1)), none);
    assert!(matches!(end, End::Open { until_ms: 0, .. }), "{end:?}");
    let resumed = Pay::resume(&till.journal.clone().unwrap(), till.now_ms + 86_400_000, MOST).unwrap();
    till.now_ms += 86_400_000;
    assert!(matches!(till.pay(resumed, none), End::Open { until_ms: 0, .. }));
    assert_eq!((till.wallet.asked, till.payments()), (1, 1));
}

#[test]
fn pfs_002_a_journal_is_enough_wherever_a_process_ends() {
    for method in WAYS.into_iter().chain([Some(Method::TempoHash), Some(Method::TempoTransaction)]) {
        // Each run is cut off one step later, and another goes on from what was written down.
        for cut in 1..24 {
            let mut till = Till::new(&json!({"webhookMs": 3_000}));
            let mut steps = 0;
            let mut pay = begin(plan(method, 1));
            while steps < cut {
                steps += 1;
                match pay.step(till.now_ms) {
                    Step::Over(_) => break,
                    Step::Keep { journal, .. } => {
                        till.journal = Some(journal);
                        pay.kept();
                    }
                    Step::Wait { until_ms } => till.now_ms = until_ms,
                    Step::Sign(ask) => {
                        let (answer, at) = (till.wallet.sign(&ask), till.moment());
                        pay.signed(Ok(&answer), &at);
                    }
                    Step::Send(request) => {
                        let (response, at) = (till.send(&request, Fate::Answered), till.moment());
                        pay.answered(response.as_ref(), &at);
                    }
                }
            }
            let next = match till.journal.clone() {
                Some(journal) => Pay::resume(&journal, till.now_ms, MOST).unwrap(),
                None => Pay::new(plan(method, 1), till.now_ms, MOST),
            };
            let end = till.pay(next, usual);
            assert!(matches!(end, End::Paid(_)), "{method:?} {cut} {end:?}");
            assert_eq!((till.settled(), till.wallet.sent.len() <= 1), (vec![340], true), "{method:?} {cut}");
        }
    }
    for broken in ["", "{}", "[]", "null", r#"{"version":2}"#, r#"{"version":1,"phase":"pay"}"#] {
        assert!(Pay::resume(broken, START, MOST).is_none(), "{broken}");
    }
}

/// A change of this text needs a new version: there are journals of money that was signed.
#[test]
fn a_journal_is_what_it_was() {
    let mut till = Till::new(&json!({}));
    till.pay(begin(plan(None, 1)), |kind, _| if kind == Kind::Paid { Fate::Lost(None) } else { Fate::Answered });
    let journal: Value = serde_json::from_str(&till.journal.unwrap()).unwrap();
    let mut names: Vec<&str> = journal.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = "baseUrl body challenge challengedMs clockMs currentStep deadMs goodMs header headerName host isPaid \
        maxCents methods mode network nonce orderId pageCount pages payTo payer phase priceCents protocol reason requestId \
        revision rounds settledAt signatures signed step transaction url version";
    assert_eq!(names.join(" "), expected);
    assert_eq!((&journal["version"], &journal["phase"]), (&json!(1), &json!("over")));
}

#[test]
fn a_wallet_that_says_no_is_asked_again_by_who_comes_later() {
    let mut till = Till::new(&json!({}));
    let mut pay = begin(plan(None, 1));
    let end = loop {
        match pay.step(till.now_ms) {
            Step::Over(end) => break end,
            Step::Keep { journal, .. } => {
                till.journal = Some(journal);
                pay.kept();
            }
            Step::Sign(_) => pay.signed(Err("user rejected"), &till.moment()),
            Step::Send(request) => {
                let response = till.send(&request, Fate::Answered);
                pay.answered(response.as_ref(), &till.moment());
            }
            Step::Wait { .. } => panic!("nothing to wait for"),
        }
    };
    assert_eq!(end, End::NotSigned("user rejected".into()));
    let resumed = Pay::resume(&till.journal.clone().unwrap(), till.now_ms, MOST).unwrap();
    assert!(matches!(till.pay(resumed, usual), End::Paid(_)));
    assert_eq!(till.settled(), [340]);
}
