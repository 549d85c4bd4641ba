//! Paying once, over both handshakes, whatever becomes of the answers (the seven failure modes of x402-foundation/x402 #3208,
//! and more of the kind).

use base64ct::{Base64, Encoding};
use edgepost_core::flow::pay::{End, Pay, Summary};
use edgepost_core::payment::mpp::Method;
use edgepost_tests::caller::START;
use edgepost_tests::payer::plan;
use edgepost_tests::till::{Fate, Kind, MOST, Till, answer, html};
use serde_json::{Value, json};

/// x402, and MPP in the ways in which a credential's end can be known.
const WAYS: [Option<Method>; 3] = [None, Some(Method::Stripe), Some(Method::TempoTransaction)];

fn begin(method: Option<Method>) -> Pay {
    Pay::new(plan(method, 1), START, MOST)
}

fn paid(end: &End) -> &Summary {
    match end {
        End::Paid(summary) => summary,
        other => panic!("{other:?}"),
    }
}

/// Paid with one payment, whatever happened.
fn once(method: Option<Method>, options: &Value, fate: impl FnMut(Kind, usize) -> Fate) -> Till {
    let mut till = Till::new(options);
    let end = till.pay(begin(method), fate);
    let summary = paid(&end);
    assert!(summary.is_paid && summary.order_complete_url.starts_with("https://"), "{method:?} {summary:?}");
    assert_eq!((till.settled(), till.payments()), (vec![340], 1), "{method:?}");
    till
}

#[test]
fn pf_074_pf_084_pfm_005_clean() {
    for method in WAYS.into_iter().chain([Some(Method::TempoHash)]) {
        let till = once(method, &json!({}), |_, _| Fate::Answered);
        let bodies: Vec<_> = till.requests.iter().filter_map(|request| request.body.as_deref()).collect();
        assert!(bodies.len() == 3 && bodies.iter().all(|body| *body == bodies[0]), "PF-086");
    }
    let mut till = Till::new(&json!({}));
    let end = till.pay(begin(None), |_, _| Fate::Answered);
    let told: Value = serde_json::from_str(&end.to_json()).unwrap();
    let settlement = &till.sandbox.settlements()[0];
    assert_eq!(told["kind"], "paid");
    assert_eq!(told["summary"]["price_usd"], "3.40");
    assert_eq!(told["summary"]["settlement"]["settlement_tx"], settlement.reference);
    assert_eq!(told["summary"]["settlement"]["pay_to"], settlement.pay_to);
    assert_eq!(told["summary"]["settlement"]["network"], "eip155:84532");
    assert_eq!(told["summary"]["current_step"], "email_sent");
    assert_eq!((&told["summary"]["page_count"], &told["summary"]["is_paid"]), (&json!(1), &json!(true)), "PFS-009");
}

#[test]
fn pf_083_accept_then_time_out() {
    for method in WAYS {
        let till = once(method, &json!({}), |kind, count| match (kind, count) {
            (Kind::Paid, 0) => Fate::Instead(None),
            _ => Fate::Answered,
        });
        let kinds: Vec<Kind> = till.requests.iter().map(Kind::of).collect();
        assert_eq!(
            kinds[..4],
            [Kind::Quote, Kind::Create, Kind::Paid, Kind::Read],
            "{method:?}: the order is asked first"
        );
        assert!(!kinds[3..].contains(&Kind::Paid), "{method:?}: and nothing is sent again");
    }
}

#[test]
fn pf_080_a_5xx_behind_a_settlement() {
    for method in WAYS {
        for status in [500, 502, 504] {
            once(method, &json!({}), |kind, count| match (kind, count) {
                (Kind::Paid, 0) => Fate::Instead(html(status)),
                _ => Fate::Answered,
            });
        }
    }
}

#[test]
fn pf_078_double_402() {
    for method in WAYS {
        // Settled, and refused all the same.
        once(method, &json!({}), |kind, count| match (kind, count) {
            (Kind::Paid, 0) => Fate::Instead(Some(answer(402, r#"{"code":"payment_required","message":"Pay."}"#))),
            _ => Fate::Answered,
        });
        // Refused, and never settled: paid again once the first can no longer be spent.
        let mut till = Till::new(&json!({}));
        let end = till.pay(begin(method), |kind, count| match (kind, count) {
            (Kind::Paid, 0) => Fate::Lost(Some(answer(402, r#"{"code":"payment_required","message":"Pay."}"#))),
            _ => Fate::Answered,
        });
        paid(&end);
        assert_eq!((till.settled(), till.payments()), (vec![340], 2), "{method:?}");
    }
}

#[test]
fn pf_086_a_slow_answer() {
    for method in WAYS {
        // The first is on its way while the same is sent again.
        let till = once(method, &json!({}), |kind, count| match (kind, count) {
            (Kind::Paid, 0) => Fate::Lost(None),
            _ => Fate::Answered,
        });
        let shown: Vec<_> = till.shown.iter().map(|(_, shown)| &shown.value).collect();
        assert_eq!((shown.len(), shown[0]), (2, shown[1]), "{method:?}: the same header");
        let mut till = till;
        let late = till.requests.iter().find(|request| Kind::of(request) == Kind::Paid).unwrap().clone();
        assert_eq!(till.sandbox.handle(&late, till.now_ms).response.unwrap().status, 200);
        assert_eq!(till.settled(), [340], "{method:?}");
    }
}

#[test]
fn pf_085_reconcile_unavailable() {
    for method in WAYS {
        let till = once(method, &json!({}), |kind, count| match (kind, count) {
            (Kind::Paid, 0) => Fate::Instead(None),
            (Kind::Read, 0..60) => Fate::Lost(if count % 2 == 0 { html(200) } else { html(503) }),
            _ => Fate::Answered,
        });
        assert!(till.now_ms - START > 200_000, "{method:?}");
        // It never comes back: what was signed is neither sent again nor replaced, and nobody says what is not known.
        let mut till = Till::new(&json!({}));
        let end = till.pay(begin(method), |kind, _| match kind {
            Kind::Paid => Fate::Instead(None),
            Kind::Read => Fate::Lost(None),
            _ => Fate::Answered,
        });
        assert!(matches!(end, End::Open { until_ms, .. } if until_ms > START), "{method:?} {end:?}");
        assert_eq!((till.settled(), till.shown.len()), (vec![340], 1));
        // Another process asks later, from the journal alone.
        let journal = till.journal.clone().unwrap();
        let resumed = Pay::resume(&journal, till.now_ms, MOST).unwrap();
        paid(&till.pay(resumed, |_, _| Fate::Answered));
        assert_eq!(till.settled(), [340]);
    }
}

#[test]
fn pf_083_declared_safe() {
    for method in WAYS {
        // The provider says that nothing was taken and that it can be tried again. That is no proof.
        let failed =
            json!({"success": false, "errorReason": "unexpected_settle_error", "transaction": "", "network": "x"});
        let encoded = Base64::encode_string(failed.to_string().as_bytes());
        let problem = r#"{"type":"https://paymentauth.org/problems/invalid-challenge","detail":"Try again."}"#;
        let mut declared = answer(402, problem);
        declared.headers.push(("payment-response".into(), encoded));
        let mut till = Till::new(&json!({}));
        let end = till.pay(begin(method), |kind, count| match (kind, count) {
            (Kind::Paid, 0) => Fate::Lost(Some(declared.clone())),
            _ => Fate::Answered,
        });
        paid(&end);
        let [(first, _), .., (last, _)] = till.shown.as_slice() else { panic!("two") };
        assert!(last - first >= 300_000, "{method:?}: not before the first was dead");
        assert_eq!((till.settled(), till.payments()), (vec![340], 2), "{method:?}");
    }
}
