//! Orders that the gateway pays itself: when the alarm goes on, when an operator is told, and when nobody asks any more.

use edgepost_gateway::own_payment::{KEPT_MS, Ring, later};
use edgepost_tests::caller::START;
use edgepost_tests::own::{Wire, World};
use edgepost_tests::payer::{order, request_id};
use edgepost_tests::till::Kind;
use serde_json::json;

#[test]
fn pf_083_who_asks_often_alarms_nobody_and_what_is_never_known_is_given_up() {
    let mut world = World::new([500, 500, 500]);
    let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
    let lost = |kind| if matches!(kind, Kind::Paid | Kind::Read) { Wire::Deaf } else { Wire::Good };
    let mut alarms = Vec::new();
    for _ in 0..20 {
        let mut run = world.start(&asked).unwrap();
        while world.step(&mut run, lost, false).is_some() {}
        alarms.extend(run.alarm());
    }
    assert!(alarms.is_empty() && world.now_ms < START + 3_600_000, "{alarms:?} {}", world.now_ms);
    let mut told_ms = Vec::new();
    while world.load().unwrap().ring(world.now_ms) == Ring::Run {
        let mut run = world.alarm().unwrap();
        while world.step(&mut run, lost, false).is_some() {}
        told_ms.extend(run.alarm().map(|_| world.now_ms));
    }
    assert_eq!(told_ms.len(), 1, "once");
    assert!(told_ms[0] >= START + 3_600_000);
    assert_eq!(world.load().unwrap().ring(world.now_ms), Ring::Forget);
    assert!(world.now_ms >= START + KEPT_MS);
}

#[test]
fn pf_083_what_is_over_is_forgotten_when_it_is_due_and_not_before() {
    let mut world = World::new([500, 500, 500]);
    let asked = world.admit("agent", &order(&request_id(1)), json!({})).unwrap();
    assert_eq!(world.pay(&asked).status, 200);
    let payment = world.load().unwrap();
    assert_eq!(payment.ring(payment.due_ms - 1_000), Ring::Later(1_000));
    assert_eq!(payment.ring(payment.due_ms), Ring::Forget);
    for (waited_ms, again_ms) in [
        (0, Some(60_000)),
        (60_000, Some(60_000)),
        (120_000, Some(120_000)),
        (86_400_000, Some(3_600_000)),
        (KEPT_MS - 1, Some(3_600_000)),
        (KEPT_MS, None),
    ] {
        assert_eq!(later(START, START + waited_ms), again_ms, "{waited_ms}");
    }
}
