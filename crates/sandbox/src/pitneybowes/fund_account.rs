//! `POST .../merchants/{postalReportingNumber}/account/fund`

use edgepost_core::http::{header, media_type};
use edgepost_core::pitneybowes::fund_account::REFILL;
use edgepost_core::pitneybowes::{FUND_ACCOUNT, is_transaction_id};
use edgepost_core::read::check;
use edgepost_core::report::Severity;
use edgepost_core::schema::{Mode, Position};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{PitneyBowes, admitted, ok, refusal};
use crate::answer::{Answer, Refusal};
use crate::date::rfc3339;
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &FUND_ACCOUNT,
    run: |sandbox, call| admitted(sandbox, call, fund),
    refusals: &[&refusal::COMMON, &refusal::SENDING, &refusal::FINDING],
    refuse: refusal::response,
};

/// Money that was added.
pub(super) struct Refill {
    postal_reporting_number: String,
    transaction_id: String,
    amount: u64,
    at_ms: u64,
}

/// The same as the control plane shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RefillState<'r> {
    postal_reporting_number: &'r str,
    transaction_id: &'r str,
    /// In whole dollars.
    amount: u64,
    at: String,
}

impl Refill {
    pub(super) fn state(&self) -> RefillState<'_> {
        RefillState {
            postal_reporting_number: &self.postal_reporting_number,
            transaction_id: &self.transaction_id,
            amount: self.amount,
            at: rfc3339(self.at_ms),
        }
    }
}

/// PB-008, PB-010.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    amount: u64,
    currency_code: String,
}

/// PB-011, PB-012: whoever asks twice adds twice.
fn fund(provider: &mut PitneyBowes, developer: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    let merchant = provider.merchant(developer, call)?;
    let id = header(&call.request.headers, "x-pb-transactionid").unwrap_or_default();
    if !is_transaction_id(id) {
        return Err(invalid("X-PB-TransactionId", "It has 1 to 25 letters, digits, hyphens and underscores."));
    }
    let wanted = read(call)?;
    // PB-009
    let added = wanted.amount.checked_mul(100).and_then(|cents| merchant.cents.checked_add(cents));
    merchant.cents = added.ok_or_else(|| invalid("amount", "It is too large."))?;
    let refill = Refill {
        postal_reporting_number: merchant.postal_reporting_number.clone(),
        transaction_id: id.to_owned(),
        amount: wanted.amount,
        at_ms: call.now_ms,
    };
    provider.refills.push(refill);
    Ok(ok(&wanted, "refilled"))
}

/// The body, checked with the table that the core builds it with: what does not go into it does not belong there.
fn read(call: &Call<'_>) -> Result<Wanted, Refusal> {
    let content_type = header(&call.request.headers, "content-type").map(media_type);
    if content_type.as_deref() != Some("application/json") {
        return Err(invalid("Content-Type", "It has to be application/json."));
    }
    if serde_json::from_slice::<&RawValue>(call.body()).is_err() {
        return Err(refusal::INVALID_JSON);
    }
    let reading = check(&REFILL, call.body(), Mode::Lenient);
    let elsewhere = REFILL.fields.iter().filter(|field| field.position != Position::Body);
    for field in elsewhere.clone() {
        if REFILL.find(field.name).is_some_and(|slot| reading.root().has(slot)) {
            return Err(invalid(field.name, "It does not belong into the body."));
        }
    }
    let missing: Vec<String> = elsewhere.map(|field| format!("/{}", field.name)).collect();
    let mut errors = reading.issues.iter().filter(|issue| issue.severity == Severity::Error);
    match errors.find(|issue| !missing.contains(&issue.path)) {
        Some(error) => Err(invalid(error.path.trim_start_matches('/'), &error.message())),
        None => serde_json::from_slice(call.body()).map_err(|_| refusal::INVALID),
    }
}

fn invalid(name: &str, wrong: &str) -> Refusal {
    Refusal { fields: vec![(name.to_owned(), wrong.to_owned())], ..refusal::INVALID }
}

#[cfg(test)]
mod tests {
    use crate::pitneybowes::scenario::{developer, refused};
    use crate::scenario::{Scenario, read, text};
    use serde_json::{Value, json};

    const FUND: &str = "merchants/3001234567/account/fund";
    const FUND_NAME: &str = "pitneybowes.fund_account";

    fn refill() -> Value {
        json!({"amount": 500, "currencyCode": "USD"})
    }

    fn balance(scenario: &mut Scenario) -> String {
        let answer = scenario.look("merchants/3001234567/account-balance");
        text(&answer).split("\"balance\":").nth(1).unwrap().split(',').next().unwrap().to_owned()
    }

    #[test]
    fn pb_009_pb_010_pb_011_whole_dollars_are_added() {
        let mut scenario = developer();
        assert_eq!(balance(&mut scenario), "71.89");
        let answer = scenario.transact(FUND, "2805501872", &refill());
        assert_eq!((answer.status, read(&answer)), (200, refill()));
        assert_eq!(balance(&mut scenario), "571.89");
        let state = scenario.state();
        assert_eq!(
            state["pitneybowes"]["refills"],
            json!([{
                "postalReportingNumber": "3001234567",
                "transactionId": "2805501872",
                "amount": 500,
                "at": "2026-04-21T10:00:00.000Z",
            }])
        );
        assert_eq!(state["requests"][FUND_NAME]["outcomes"], json!({"refilled": 1}));
    }

    #[test]
    fn pb_012_the_same_transaction_twice_is_paid_twice() {
        let mut scenario = developer();
        for _ in 0..2 {
            assert_eq!(scenario.transact(FUND, "once", &refill()).status, 200);
        }
        assert_eq!(balance(&mut scenario), "1071.89");
    }

    #[test]
    fn pb_012_a_lost_answer_is_lost_and_the_money_is_there() {
        for (kind, expected) in [
            ("drop_before", "71.89"),
            ("drop_after", "571.89"),
            ("status_500_after", "571.89"),
            ("status_429", "71.89"),
        ] {
            let mut scenario = developer();
            scenario.fault(FUND_NAME, kind);
            let answer = scenario.transact_or_lose(FUND, "once", &refill());
            match kind {
                "drop_before" | "drop_after" => assert!(answer.is_none()),
                "status_500_after" => assert_eq!(refused(&answer.unwrap()), (500, "1000500".into())),
                _ => assert_eq!(refused(&answer.unwrap()), (429, "too.many.requests".into())),
            }
            assert_eq!(balance(&mut scenario), expected, "{kind}");
        }
    }

    #[test]
    fn pb_006_a_transaction_needs_an_id_that_fits() {
        let mut scenario = developer();
        for id in ["", "a.b", "12345678901234567890123456", "123e4567-e89b-12d3-a456-426614174000"] {
            assert_eq!(refused(&scenario.transact(FUND, id, &refill())), (400, "1000045".into()), "{id}");
        }
        assert_eq!(scenario.transact(FUND, "1234567890123456789012345", &refill()).status, 200);
    }

    #[test]
    fn pb_008_a_body_that_is_wrong_moves_nothing() {
        let mut scenario = developer();
        for (body, member) in [
            (json!({"amount": 500.5, "currencyCode": "USD"}), "amount"),
            (json!({"amount": "500", "currencyCode": "USD"}), "amount"),
            (json!({"amount": -500, "currencyCode": "USD"}), "amount"),
            (json!({"amount": 0, "currencyCode": "USD"}), "amount"),
            (json!({"amount": 999_999_999_999_999_999_u64, "currencyCode": "USD"}), "amount"),
            (json!({"currencyCode": "USD"}), "amount"),
            (json!({"amount": 500, "currencyCode": "EUR"}), "currencyCode"),
            (json!({"amount": 500}), "currencyCode"),
            (json!({"amount": 500, "currencyCode": "USD", "maxAmount": 500}), "maxAmount"),
            (json!({"amount": 500, "currencyCode": "USD", "developerId": "fake-developer"}), "developerId"),
            (json!({"amount": 500, "currencyCode": "USD", "isErrorUnified": true}), "isErrorUnified"),
        ] {
            let answer = scenario.transact(FUND, "once", &body);
            assert_eq!(refused(&answer), (400, "1000045".into()), "{body}");
            assert_eq!(read(&answer)["errors"][0]["parameters"], json!([member]), "{body}");
        }
        let broken = scenario.header("x-pb-transactionid", "once").send("POST", &path(FUND), b"{");
        assert_eq!(refused(&broken), (400, "1000050".into()));
        let form = scenario.header("content-type", "text/plain").send("POST", &path(FUND), b"{}");
        assert_eq!(refused(&form), (400, "1000045".into()));
        assert_eq!(balance(&mut scenario), "71.89");
    }

    fn path(rest: &str) -> String {
        format!("/pitneybowes/shippingservices/v1/developers/fake-developer/{rest}")
    }

    #[test]
    fn pb_003_pb_032_merchants_are_those_of_the_developer() {
        let mut scenario = developer();
        for number in ["3007654321", "0", "a%2Fb"] {
            let fund = format!("merchants/{number}/account/fund");
            assert_eq!(refused(&scenario.transact(&fund, "once", &refill())), (404, "1000045".into()), "{number}");
        }
        let other = path(FUND).replace("fake-developer", "fake-other-developer");
        let answer = scenario.header("x-pb-transactionid", "once").send("POST", &other, b"{}");
        assert_eq!(refused(&answer), (403, "1000033".into()));
        assert_eq!(scenario.send("GET", &path(FUND), b"").status, 405);
    }

    #[test]
    fn pb_007_pb_030_pb_031_older_shapes_for_who_does_not_ask_for_the_unified_one() {
        let mut scenario = developer();
        scenario.header("x-pb-unifiederrorstructure", "false");
        let answer = read(&scenario.transact(FUND, "", &refill()));
        assert_eq!((&answer[0]["errorCode"], answer[0]["message"].is_string()), (&json!("1000045"), true));
        assert!(answer[0]["additionalInfo"].as_str().unwrap().contains("25"));
    }
}
