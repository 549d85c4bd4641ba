//! Orders that the gateway pays itself, against the sandbox: caps, crashes between any two steps, callers at once, answers that
//! are lost.

use edgepost_core::flow::pay::MARGIN;
use edgepost_core::http::Response;
use edgepost_gateway::own_payment::{Act, Stage};
use edgepost_tests::caller::START;
use edgepost_tests::own::{PRICE, Wire, World};
use edgepost_tests::payer::{credential, order, request_id};
use edgepost_tests::till::Kind;
use serde_json::{Value, json};

fn body(answer: &Response) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

fn code(answer: &Response) -> (u16, String) {
    (answer.status, body(answer)["code"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn pfs_009_it_is_paid_and_the_same_again_is_answered_with_what_there_is() {
    let mut world = World::new([500, 1_000, 2_000]);
    let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
    let answer = world.pay(&asked);
    let told = body(&answer);
    assert_eq!((answer.status, told["kind"].as_str()), (200, Some("paid")), "{told}");
    assert_eq!((&told["summary"]["price_usd"], &told["summary"]["is_paid"]), (&json!("3.40"), &json!(true)));
    let settlement = &world.sandbox.settlements()[0];
    assert_eq!(told["summary"]["settlement"]["settlement_tx"], settlement.reference);
    assert_eq!((&told["ledger"]["id"], &told["ledger"]["state"]), (&json!(asked.mint.id), &json!("paid")));
    let requests = world.requests.len();
    // Under another grant, and with the id in capitals, it is the same order.
    let again = world.admit("another", &order(&request_id(1)), json!({})).unwrap();
    assert_eq!(again.mint.id, asked.mint.id);
    let replayed = world.pay(&again);
    assert_eq!(body(&replayed), told);
    assert!(replayed.headers.contains(&("edgepost-replayed".into(), "true".into())));
    let other = String::from_utf8(order(&request_id(1))).unwrap().replace("Reading room", "Cellar");
    let other = world.admit("agent", other.as_bytes(), json!({})).unwrap();
    assert_eq!(code(&world.pay(&other)), (409, "idempotency_key_reused".into()), "PF-077");
    assert_eq!((world.requests.len(), world.settled(), world.signatures), (requests, vec![PRICE], 1));
    assert_eq!(world.tally("grant")["budget"]["cents"]["usd"], PRICE);
    assert_eq!(world.tally("grant")["budget"]["open"], json!({}));
    // What was signed is nowhere but in the storage.
    let signed = credential(world.requests.iter().find(|request| credential(request).is_some()).unwrap()).unwrap();
    let shown = world.load().unwrap().shown();
    assert!(world.kept.clone().unwrap().contains(&signed.value) && !shown.contains(&signed.value));
    assert!(!shown.contains("Library of Congress") && shown.contains(r#""subject":"grant:agent""#), "{shown}");
}

#[test]
fn pfs_008_what_costs_more_than_a_cap_is_never_signed() {
    // A cent too little, in the policy and in the grant.
    for (caps, usd, expected) in [
        ([PRICE - 1, 10_000, 10_000], 10_000, "payment_refused"),
        ([10_000, 10_000, 10_000], PRICE - 1, "payment_refused"),
        ([PRICE, PRICE, PRICE], PRICE, ""),
    ] {
        let mut world = World::new(caps);
        let asked = world.admit("agent", &order(&request_id(1)), json!({"max_amount": {"usd": usd}})).unwrap();
        let (status, code) = code(&world.pay(&asked));
        assert_eq!(code, expected);
        let is_paid = expected.is_empty();
        assert_eq!((status == 200, world.signatures == 1, world.settled().len() == 1), (is_paid, is_paid, is_paid));
        if !is_paid {
            assert_eq!(
                world.requests.iter().map(Kind::of).collect::<Vec<_>>(),
                [Kind::Quote],
                "not even a draft was made"
            );
        }
    }
}

#[test]
fn pfs_008_a_cap_of_5_dollars_refuses_5_01_before_anything_is_signed() {
    let at = |price: &str| {
        let mut world = World::new([500, 500, 500]);
        let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
        let mut run = world.start(&asked).unwrap();
        while !matches!(run.act(&world.config, world.now_ms), Act::Send(_)) {
            world.step(&mut run, |_| Wire::Good, false).unwrap();
        }
        let quote = format!(r#"{{"quote":{{"price_usd":{price},"currency":"usd","page_count":1}}}}"#);
        let answer = Response { status: 200, headers: vec![], body: quote.into_bytes() };
        let at = world.moment();
        run.answered(Some(&answer), &at);
        run.act(&world.config, world.now_ms)
    };
    assert!(matches!(at("5.00"), Act::Send(_)), "a draft is made");
    for price in ["5.01", "5.005", "500", "1e1", "\"5.01\"", "null"] {
        assert!(matches!(at(price), Act::Save { .. }), "{price}: it is over");
    }
}

#[test]
fn pfs_008_hours_and_days_and_grants_run_out() {
    let mut world = World::new([500, 700, 1_000]);
    let pay = |world: &mut World, number, claims: Value| {
        world.kept = None;
        let asked = world.admit("agent", &order(&request_id(number)), claims).unwrap();
        let answer = world.pay(&asked);
        (code(&answer), body(&answer)["retry"]["afterMs"].as_u64())
    };
    assert_eq!(pay(&mut world, 1, json!({})).0.0, 200);
    assert_eq!(pay(&mut world, 2, json!({})).0.0, 200);
    let (refused, after_ms) = pay(&mut world, 3, json!({}));
    assert_eq!(refused, (429, "spending_limit_reached".into()), "680 of 700");
    world.now_ms += after_ms.unwrap();
    assert_eq!(
        pay(&mut world, 4, json!({"exp": START / 1000 + 50_000})).0,
        (429, "spending_limit_reached".into()),
        "1020 of 1000"
    );
    assert_eq!(world.signatures, 2);
    let mut world = World::new([500, 5_000, 5_000]);
    let small = || json!({"max_amount": {"usd": 500}});
    assert_eq!(pay(&mut world, 1, small()).0.0, 200);
    assert_eq!(pay(&mut world, 2, small()).0, (403, "grant_exhausted".into()));
    assert_eq!((world.signatures, world.settled()), (1, vec![PRICE]));
}

#[test]
fn pf_083_a_gateway_that_dies_between_any_two_steps_pays_once() {
    let mut longest = 0;
    for dies in 0..60 {
        for forgets in [false, true] {
            let mut world = World::new([500, 500, 500]);
            let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
            let mut run = world.start(&asked).unwrap();
            let mut is_over = false;
            for step in 0.. {
                if step == dies {
                    // Behind the effect, but before anybody has noticed: half of a step.
                    if forgets {
                        world.step(&mut run, |_| Wire::Good, true);
                    }
                    break;
                }
                if world.step(&mut run, |_| Wire::Good, false).is_none() {
                    is_over = true;
                    longest = longest.max(step);
                    break;
                }
            }
            drop(run);
            if !is_over {
                // The alarm, or the caller again: whoever comes first.
                if world.kept.is_none() || dies % 2 == 0 {
                    world.now_ms += 30_000;
                    world.pay(&asked);
                }
                world.finish();
            }
            assert_eq!(world.settled(), [PRICE], "{dies} {forgets}");
            assert_eq!(world.shown(), 1, "{dies} {forgets}");
            assert_eq!(world.load().unwrap().stage, Stage::Paid);
            assert_eq!(world.tally("grant")["budget"]["cents"]["usd"], PRICE, "{dies} {forgets}");
            assert_eq!(world.tally("grant")["budget"]["open"], json!({}));
            assert_eq!(world.tally("wallet")["spending"]["paid"].as_object().unwrap().len(), 1);
        }
    }
    assert!(longest > 12, "all of it was tried: {longest}");
}

#[test]
fn pf_083_an_answer_that_is_lost_after_settling_is_found_by_the_alarm() {
    let mut world = World::new([500, 500, 500]);
    let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
    let run = world.start(&asked).unwrap();
    let lost = |kind| if matches!(kind, Kind::Paid | Kind::Read) { Wire::Deaf } else { Wire::Good };
    let answer = world.run(run, lost);
    let told = body(&answer);
    assert_eq!(
        (answer.status, told["kind"].as_str(), told["ledger"]["state"].as_str()),
        (202, Some("open"), Some("going"))
    );
    assert_eq!(told["ledger"]["id"], asked.mint.id);
    // Nobody knows whether it was spent: it stays set aside.
    assert_eq!(world.tally("grant")["budget"]["open"].as_object().unwrap().len(), 1);
    for _ in 0..12 {
        let run = world.alarm().unwrap();
        world.run(run, lost);
    }
    assert_eq!((world.settled(), world.shown()), (vec![PRICE], 1), "what cannot be asked about is not signed again");
    world.finish();
    assert_eq!((world.settled(), world.shown(), world.load().unwrap().stage), (vec![PRICE], 1, Stage::Paid));
    assert_eq!(body(&world.pay(&asked))["kind"], "paid");
}

#[test]
fn pfs_008_as_long_as_nothing_is_quoted_who_asks_again_can_lower_the_bounds() {
    let mut world = World::new([500, 500, 500]);
    let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
    let mut run = world.start(&asked).unwrap();
    world.step(&mut run, |_| Wire::Good, false).unwrap();
    let lower = world.admit_within("agent", &order(&request_id(1)), json!({}), "?max_cents=339").unwrap();
    assert_eq!(code(&world.pay(&lower)), (409, "payment_refused".into()));
    assert_eq!(world.signatures, 0);
}

#[test]
fn pf_084_what_is_settled_and_not_confirmed_is_counted_and_asked_about_by_the_alarm() {
    let mut world = World::with([500, 500, 500], &json!({"webhookMs": 300_000}));
    let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
    let answer = world.pay(&asked);
    let told = body(&answer);
    assert_eq!((answer.status, told["kind"].as_str()), (202, Some("settled")), "{told}");
    assert_ne!(told["summary"]["settlement"]["settlement_tx"], "");
    assert_eq!(world.tally("grant")["budget"]["cents"]["usd"], PRICE);
    world.finish();
    assert_eq!(body(&world.pay(&asked))["kind"], "paid");
    assert_eq!((world.settled(), world.signatures), (vec![PRICE], 1));
    assert_eq!(world.tally("grant")["budget"]["cents"]["usd"], PRICE, "counted once");
}

fn deaf_to_money(kind: Kind) -> Wire {
    if kind == Kind::Paid { Wire::Lost } else { Wire::Good }
}

/// When the first payment that was shown is over, margin and all.
fn over_ms(world: &World) -> u64 {
    let shown = world.requests.iter().find_map(credential).unwrap();
    shown.dead_ms.unwrap() + MARGIN
}

#[test]
fn pf_083_what_can_no_longer_be_spent_is_signed_once_more_and_set_aside_once() {
    // An hour and a day that pay for one: the second signature takes the place of the first.
    let mut world = World::new([PRICE, PRICE, PRICE]);
    let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
    let run = world.start(&asked).unwrap();
    assert_eq!(body(&world.run(run, deaf_to_money))["kind"], "open");
    while world.signatures == 1 {
        assert_eq!(world.tally("grant")["budget"]["open"].as_object().unwrap().len(), 1, "it may be spent");
        let run = world.alarm().unwrap();
        world.run(run, deaf_to_money);
        assert!(world.signatures == 1 || world.now_ms >= over_ms(&world), "not before the first is over");
    }
    assert_eq!((world.signatures, world.shown(), world.settled().len()), (2, 2, 0));
    world.finish();
    assert_eq!((world.signatures, world.shown(), world.settled()), (2, 2, vec![PRICE]));
    assert_eq!(world.tally("grant")["budget"]["cents"]["usd"], PRICE);
    assert_eq!(world.tally("wallet")["spending"]["paid"].as_object().unwrap().len(), 1);
    assert_eq!(body(&world.pay(&asked))["kind"], "paid");
}

#[test]
fn pf_083_a_third_time_nothing_is_signed_and_what_was_set_aside_is_free() {
    let mut world = World::new([PRICE, PRICE, PRICE]);
    let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
    let run = world.start(&asked).unwrap();
    world.run(run, deaf_to_money);
    while world.load().unwrap().is_open() {
        let run = world.alarm().unwrap();
        world.run(run, deaf_to_money);
    }
    assert_eq!((world.signatures, world.shown(), world.settled().len()), (2, 2, 0));
    assert_eq!(code(&world.pay(&asked)), (409, "not_paid".into()));
    assert_eq!(world.tally("grant")["budget"]["open"], json!({}));
    assert_eq!(world.tally("wallet")["spending"]["paid"], json!({}));
    world.kept = None;
    let next = world.admit("agent", &order(&request_id(2)), json!({})).unwrap();
    assert_eq!(world.pay(&next).status, 200, "there is money for another");
}

#[test]
fn pf_083_a_clock_that_is_ahead_or_missing_signs_nothing_before_its_time() {
    for (ahead_ms, is_dated) in [(86_400_000, true), (0, false)] {
        let mut world = World::new([500, 5_000, 5_000]);
        let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
        let run = world.start(&asked).unwrap();
        world.run(run, deaf_to_money);
        (world.ahead_ms, world.is_dated) = (ahead_ms, is_dated);
        for _ in 0..20 {
            let is_over = is_dated && world.now_ms >= over_ms(&world);
            assert!(world.signatures == 1 || is_over, "{ahead_ms} {is_dated}");
            let Some(run) = world.alarm() else { break };
            world.run(run, deaf_to_money);
        }
        assert_eq!(world.signatures == 1, !is_dated, "{ahead_ms}");
    }
    // It is told where something is signed.
    for (ahead_ms, told) in [(59_000, None), (3_600_000, Some(3_600_000))] {
        let mut world = World::new([500, 5_000, 5_000]);
        world.ahead_ms = ahead_ms;
        let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
        let mut run = world.start(&asked).unwrap();
        while world.signatures == 0 {
            world.step(&mut run, |_| Wire::Good, false).unwrap();
        }
        // The Date header has no milliseconds.
        assert_eq!(run.clock_skew_ms().map(|skew_ms| skew_ms / 10_000 * 10_000), told);
    }
}

#[test]
fn pfs_003_pfs_008_the_pages_and_the_price_that_a_caller_states_are_held() {
    for (query, paid) in [
        ("?pages=1", true),
        ("?pages=2", false),
        ("?max_cents=339", false),
        ("?pages=1&max_cents=340", true),
        ("?max_cents=99999", true),
    ] {
        let mut world = World::new([500, 500, 500]);
        let asked = world.admit_within("agent", &order(&request_id(1)), json!({}), query).unwrap();
        let (status, code) = code(&world.pay(&asked));
        assert_eq!((status, world.signatures == 1), if paid { (200, true) } else { (409, false) }, "{query} {code}");
        assert_eq!(code, if paid { "" } else { "payment_refused" });
    }
    let world = World::new([500, 500, 500]);
    for query in ["?pages=one", "?max_cents=5.00", "?pages=1&pages=2", "?cents=1"] {
        let refused = world.admit_within("agent", &order(&request_id(1)), json!({}), query).unwrap_err();
        assert_eq!(code(&refused), (422, "invalid_input".into()), "{query}");
    }
    // Above the policy's own cap nobody's word counts.
    let mut world = World::new([PRICE - 1, 500, 500]);
    let asked = world.admit_within("agent", &order(&request_id(1)), json!({}), "?max_cents=500").unwrap();
    assert_eq!((code(&world.pay(&asked)).0, world.signatures), (409, 0));
}

#[test]
fn pf_083_two_callers_with_the_same_key_make_one_payment() {
    // Two runs of one payment, as if a Durable Object had moved while the first was under way: one of them stops.
    for ahead in 0..14 {
        let mut world = World::new([500, 500, 500]);
        let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
        let mut first = world.start(&asked).unwrap();
        for _ in 0..ahead {
            world.step(&mut first, |_| Wire::Good, false);
        }
        if let Ok(mut second) = world.start(&asked) {
            let (mut one, mut other) = (true, true);
            while one || other {
                other = other && world.step(&mut second, |_| Wire::Good, false).is_some();
                one = one && world.step(&mut first, |_| Wire::Good, false).is_some();
            }
        }
        world.finish();
        assert_eq!((world.settled(), world.shown()), (vec![PRICE], 1), "{ahead}");
        assert_eq!(world.load().unwrap().stage, Stage::Paid);
    }
}

#[test]
fn pf_075_one_order_under_two_ids_is_paid_once() {
    let mut world = World::new([500, 5_000, 5_000]);
    let same = |number| {
        String::from_utf8(order(&request_id(1)))
            .unwrap()
            .replace(&request_id(1), &request_id(number))
            .replace(&format!("Reading room {}", request_id(number)), "Reading room")
            .into_bytes()
    };
    let (first, second) =
        (world.admit("agent", &same(1), json!({})).unwrap(), world.admit("agent", &same(2), json!({})).unwrap());
    assert_ne!(first.mint.id, second.mint.id);
    // The first is signed, and has not been sent.
    let mut one = world.start(&first).unwrap();
    while world.signatures == 0 {
        world.step(&mut one, |_| Wire::Good, false);
    }
    let kept = world.kept.take();
    assert_eq!(code(&world.pay(&second)), (409, "payment_refused".into()));
    world.kept = kept;
    assert_eq!(world.run(one, |_| Wire::Good).status, 200);
    assert_eq!((world.settled(), world.signatures), (vec![PRICE], 1));
}

#[test]
fn pfs_008_a_grant_without_a_sum_and_one_for_something_else_do_not_pay() {
    let world = World::new([500, 500, 500]);
    let body = order(&request_id(1));
    for claims in [
        json!({"max_amount": null}),
        json!({"max_amount": {"eur": 500}}),
        json!({"countries": ["Canada"]}),
        json!({"orders": ["another"]}),
        json!({"ops": ["postalform.get_order"]}),
        json!({"intent": "sha-256=:AAAA:"}),
    ] {
        let refused = world.admit("agent", &body, claims.clone()).unwrap_err();
        assert_eq!(code(&refused), (403, "grant_insufficient".into()), "{claims}");
    }
    for claims in [json!({"countries": ["US"]}), json!({"orders": [request_id(1)]}), json!({"max_recipients": 1})] {
        assert!(world.admit("agent", &body, claims).is_ok());
    }
}
