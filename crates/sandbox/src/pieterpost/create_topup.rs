//! `POST /v1/credits/topups`

use edgepost_core::http::Response;
use edgepost_core::pieterpost::CREATE_TOPUP;
use edgepost_core::pieterpost::create_topup::TOPUP_INPUT;
use edgepost_core::schema::Slot;

use super::create::{Sent, once, read};
use super::get_wallet::currency;
use super::key::Caller;
use super::topup::Topup;
use super::{PieterPost, admitted, refusal, topup_page};
use crate::answer::{Refusal, error, json};
use crate::mode::Mode;
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &CREATE_TOPUP,
    run: |sandbox, call| {
        admitted(sandbox, call, |provider, caller, call| once(&CREATE_TOPUP, provider, caller, call, create))
    },
    refusals: &[&refusal::COMMON, &refusal::CREATING, &refusal::INVALID],
    refuse: error,
};

const AMOUNT: Slot = TOPUP_INPUT.slot("amountCents");
const CURRENCY: Slot = TOPUP_INPUT.slot("currency");
const RETURN_URL: Slot = TOPUP_INPUT.slot("returnUrl");

/// The most that is taken at once, in hundredths: a balance is an exact number in JavaScript, too.
const MOST: i64 = 1_000_000_000_000;

/// PP-145, PP-146: a test top-up is paid at once, a live one when a person has paid it.
fn create(provider: &mut PieterPost, caller: &Caller, call: &Call<'_>) -> Result<Response, Refusal> {
    provider.accounts.need_credits(caller)?;
    let reading = read(call, &TOPUP_INPUT)?;
    let input = reading.root();
    let amount_cents = input.integer(AMOUNT).filter(|cents| *cents <= MOST);
    let too_much = || refusal::INVALID_REQUEST.saying(format!("At most {MOST} can be added at once (/amountCents)."));
    let text = |slot| input.text(slot).map(|text| text.value().into_owned());
    let id = provider.ids.id("topup_");
    let mut topup = Topup {
        amount_cents: amount_cents.ok_or_else(too_much)?,
        currency: currency(&text(CURRENCY).unwrap_or_default())?,
        return_url: text(RETURN_URL),
        checkout_url: (caller.mode == Mode::Live).then(|| topup_page::address(call.origin, &id)),
        created_ms: call.now_ms,
        paid_ms: None,
        sent: Sent::new(caller, call),
        id,
    };
    if caller.mode == Mode::Test {
        topup.pay(&mut provider.wallets, &mut provider.ids, call.now_ms);
    }
    let response = json(201, &topup.view(&provider.wallets));
    provider.topups.push(topup);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieterpost::{KEY, LIVE_KEY};
    use crate::scenario::{ORIGIN, Scenario, code, read};
    use serde_json::{Value, json};

    const PATH: &str = "/v1/credits/topups";

    fn topup() -> Value {
        json!({"amountCents": 2500, "currency": "eur", "metadata": {"source": "tests"}})
    }

    #[test]
    fn pp_145_a_test_topup_is_paid_at_once() {
        let mut scenario = Scenario::new();
        let answer = scenario.post(PATH, &topup());
        let id = read(&answer)["topupId"].clone();
        assert!(id.as_str().unwrap().starts_with("topup_"), "{id}");
        let expected = json!({
            "amountCents": 2500,
            "checkoutUrl": null,
            "createdAt": "2026-04-21T10:00:00.000Z",
            "currency": "eur",
            "paidAt": "2026-04-21T10:00:00.000Z",
            "status": "paid",
            "testMode": true,
            "topupId": id,
            "updatedAt": "2026-04-21T10:00:00.000Z",
            "wallet": {"balanceCents": 2500, "currency": "eur", "mode": "test"},
        });
        assert_eq!((answer.status, read(&answer)), (201, expected.clone()));
        assert_eq!(read(&scenario.post(PATH, &topup()))["wallet"]["balanceCents"], 5000);
        let kept = &scenario.state()["pieterpost"]["topups"][0];
        assert_eq!((&kept["input"], &kept["topup"]["topupId"]), (&topup(), &id));
    }

    #[test]
    fn pp_146_a_live_topup_is_pending_and_credits_nothing() {
        let mut scenario = Scenario::new();
        let answer = scenario.key(LIVE_KEY).post(PATH, &topup());
        let id = read(&answer)["topupId"].as_str().unwrap().to_owned();
        let expected = json!({
            "amountCents": 2500,
            "checkoutUrl": format!("{ORIGIN}/pieterpost/v1/sandbox/topup/{id}"),
            "createdAt": "2026-04-21T10:00:00.000Z",
            "currency": "eur",
            "paidAt": null,
            "status": "pending",
            "testMode": false,
            "topupId": id,
            "updatedAt": "2026-04-21T10:00:00.000Z",
        });
        assert_eq!((answer.status, read(&answer)), (201, expected));
        assert_eq!(scenario.balance(), 0);
    }

    #[test]
    fn pp_004_a_repeated_topup_is_credited_once() {
        let mut scenario = Scenario::new();
        scenario.header("idempotency-key", "once");
        let first = read(&scenario.post(PATH, &topup()));
        assert_eq!(read(&scenario.post(PATH, &topup())), first);
        assert_eq!(scenario.balance(), 2500);
        let mut other = topup();
        other["amountCents"] = json!(2600);
        assert_eq!(code(&scenario.post(PATH, &other)), (409, "invalid_request".into()));
        assert_eq!(scenario.key(LIVE_KEY).post(PATH, &other).status, 201, "a key counts within its mode");
        assert_eq!(scenario.key(KEY).balance(), 2500);
    }

    #[test]
    fn pp_136_pp_145_pp_148_what_cannot_be_added_is_refused() {
        for (member, value) in [
            ("amountCents", json!(0)),
            ("amountCents", json!(-500)),
            ("amountCents", json!(5.5)),
            ("amountCents", json!("500")),
            ("amountCents", json!(null)),
            ("amountCents", json!(MOST + 1)),
            ("amountCents", json!(u64::MAX)),
            ("currency", json!("gbp")),
            ("currency", json!("EUR")),
            ("currency", json!(null)),
            ("returnUrl", json!("ftp://shop.example/")),
        ] {
            let mut scenario = Scenario::new();
            let mut input = topup();
            input[member] = value;
            let answer = scenario.post(PATH, &input);
            assert_eq!(code(&answer), (400, "invalid_request".into()), "{input}");
            assert!(read(&answer)["error"].as_str().unwrap().contains(member), "{}", read(&answer));
            assert_eq!(scenario.state()["pieterpost"]["topups"], json!([]));
        }
        let mut scenario = Scenario::new();
        let odd = json!({"amountCents": 1, "currency": "usd"});
        assert_eq!(scenario.post(PATH, &odd).status, 201, "the usual bounds are only advice");
    }
}
