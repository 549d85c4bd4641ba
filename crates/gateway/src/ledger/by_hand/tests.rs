use super::*;
use crate::ledger::{Begin, begin};
use edgepost_core::operation::find;

const REFILL: &str = "pitneybowes.fund_account";
const BALANCE: &str = r#"{"accounts":[{"accountType":"POSTAGE","balance":71.89}]}"#;

fn mint() -> Mint {
    Mint {
        operation: REFILL.into(),
        subject: "grant:shop".into(),
        headers: vec![("x-pb-transactionid".into(), "fake-transaction".into())],
        body: r#"{"amount":500,"currencyCode":"USD"}"#.into(),
        input: Some(r#"{"amount":500}"#.into()),
        ..crate::mint::tests::mint()
    }
}

fn entry(state: State, after: Option<&str>) -> Entry {
    let Begin::Reserve(entry) = begin(None, &mint(), 0) else { panic!("new") };
    let after = after.map(str::to_owned);
    let by_hand = ByHand { mint: mint(), before: BALANCE.into(), after, resolution: None };
    Entry { by_hand: Some(Box::new(by_hand)), ..entry.at(state, 0) }
}

fn found(happened: bool) -> Resolution {
    Resolution { happened, note: Some("Seen.".into()), by: "ops".into(), at_ms: 1_000 }
}

fn code(problem: &Problem) -> (&'static str, Option<Advice>) {
    (problem.code.parts().0, problem.retry.map(|retry| retry.advice))
}

#[test]
fn pb_012_what_may_have_been_sent_is_asked_about_until_it_is_known_and_then_left_alone() {
    for (state, after) in [(State::Sent, None), (State::Unknown, None), (State::Sent, Some(BALANCE))] {
        assert!(matches!(begin(Some(entry(state, after)), &mint(), 9), Begin::Resend(_)), "{state:?} {after:?}");
    }
    let Begin::Refuse(problem) = begin(Some(entry(State::Unknown, Some(BALANCE))), &mint(), 9) else { panic!() };
    assert_eq!(code(&problem), ("answer_lost", Some(Advice::Never)));
    let refill = find(REFILL).unwrap();
    assert!(matches!(outcome::read(refill, &problem.response(), &Context::default()), Outcome::Unknown { .. }));
    assert!(String::from_utf8(problem.response().body).unwrap().contains(r#""after":{"accounts":[{"#));
    let other = Mint { digest: "b".into(), ..mint() };
    let Begin::Refuse(problem) = begin(Some(entry(State::Unknown, None)), &other, 9) else { panic!() };
    assert_eq!(code(&problem).0, "idempotency_key_reused");
}

#[test]
fn pb_010_pb_012_a_person_says_what_became_of_it() {
    for state in [State::Sent, State::Unknown] {
        let (done, fate) = resolve(entry(state, None), found(true)).unwrap();
        assert_eq!((done.state, &fate, done.untold()), (State::Done, &Fate::Happened(None), Some(fate.clone())));
        let Begin::Replay(answer) = begin(Some(done.clone()), &mint(), 9) else { panic!() };
        let read = outcome::read(find(REFILL).unwrap(), &answer, &Context::default());
        assert!(matches!(read, Outcome::Ok { value, .. } if value == mint().body.as_bytes()));

        let (refused, fate) = resolve(entry(state, Some(BALANCE)), found(false)).unwrap();
        assert_eq!((refused.state, &fate, refused.untold()), (State::Refused, &Fate::Refused, Some(fate.clone())));
        let Begin::Replay(answer) = begin(Some(refused.clone()), &mint(), 9) else { panic!() };
        assert_eq!(answer.status, 409);
        assert!(String::from_utf8(answer.body).unwrap().contains(r#""advice":"new_key""#));

        // Said once more it stays; said the other way it is refused.
        let later = Resolution { at_ms: 2_000, by: "another".into(), ..found(true) };
        assert_eq!(resolve(done.clone(), later).unwrap().0, done);
        assert_eq!(code(&resolve(done, found(false)).unwrap_err()).0, "not_open");
    }
    for state in [State::New, State::Reserved, State::Done, State::Refused] {
        assert_eq!(code(&resolve(entry(state, None), found(true)).unwrap_err()).0, "not_open", "{state:?}");
    }
    let asked = Entry { by_hand: None, ..entry(State::Unknown, None) };
    assert_eq!(code(&resolve(asked, found(true)).unwrap_err()).0, "not_open", "the provider tells");
}

#[test]
fn pb_012_without_the_balance_before_nothing_is_sent() {
    let refill = find(REFILL).unwrap();
    let said = |status, content_type: &str, body: &str| {
        let headers = vec![("content-type".into(), content_type.into())];
        before(refill, &Response { status, headers, body: body.into() })
    };
    assert_eq!(said(200, "application/json", BALANCE), Ok(BALANCE.to_owned()));
    let refused = r#"{"errors":[{"errorCode":"1000033","errorDescription":"No."}]}"#;
    for (status, body, advice) in
        [(403, refused, Advice::Never), (500, refused, Advice::SameBytes), (200, "<html>", Advice::SameBytes)]
    {
        let problem = said(status, "application/json", body).unwrap_err();
        assert_eq!(code(&problem), ("not_sent", Some(advice)), "{status} {body}");
    }
    let topup = find("pieterpost.create_topup").unwrap();
    assert!(before(topup, &Problem::new(Code::Internal, "").response()).is_err());
}

#[test]
fn an_entry_is_shown_without_what_was_set_aside() {
    let (entry, _) = resolve(entry(State::Unknown, None), found(true)).unwrap();
    assert_eq!(
        shown(&entry),
        format!(
            r#"{{"id":"id","operation":"{REFILL}","state":"done","updatedAt":"1970-01-01T00:00:01.000Z","status":200,"subject":"grant:shop","input":{{"amount":500}},"transactionId":"fake-transaction","before":{BALANCE},"after":null,"resolution":{{"happened":true,"note":"Seen.","by":"ops","at":"1970-01-01T00:00:01.000Z"}}}}"#
        )
    );
    let plain = Entry { by_hand: None, answer: None, ..entry };
    assert_eq!(
        shown(&plain),
        format!(r#"{{"id":"id","operation":"{REFILL}","state":"done","updatedAt":"1970-01-01T00:00:01.000Z"}}"#)
    );
}

#[test]
fn what_an_operator_says_is_read_strictly() {
    let read = |body: &str| Resolution::read(body.as_bytes(), "ops", 1_000).ok();
    assert_eq!(read(r#"{"happened":true,"note":"Seen."}"#), Some(found(true)));
    assert_eq!(read(r#"{"happened":false}"#), Some(Resolution { note: None, ..found(false) }));
    let long = format!(r#"{{"happened":true,"note":"{}"}}"#, "x".repeat(1_001));
    for wrong in ["", "{}", "true", r#"{"happened":1}"#, r#"{"happened":true,"by":"me"}"#, &long] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}
