//! `POST /v1/orders`

use edgepost_core::http::Response;
use edgepost_core::pieterpost::CREATE_ORDER;
use edgepost_core::pieterpost::create_order::DIRECT_ORDER;

use super::create::{Sent, once, read};
use super::key::Caller;
use super::mail::{self, MailSlots, made_up};
use super::order::{Billing, Decision, Order};
use super::wallet::{Currency, Entry, Which};
use super::{PieterPost, admitted, asset, refusal};
use crate::answer::{Refusal, error};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &CREATE_ORDER,
    run: |sandbox, call| {
        admitted(sandbox, call, |provider, caller, call| once(&CREATE_ORDER, provider, caller, call, create))
    },
    refusals: &[&refusal::COMMON, &refusal::CREATING, &refusal::INVALID, &refusal::ORDERING, &refusal::PAYING],
    refuse: error,
};

static SLOTS: MailSlots = MailSlots::of(&DIRECT_ORDER);

/// PP-120: whatever can be refused is refused before the wallet is debited, and the debit comes before the order.
fn create(provider: &mut PieterPost, caller: &Caller, call: &Call<'_>) -> Result<Response, Refusal> {
    provider.accounts.need_credits(caller)?;
    let reading = read(call, &DIRECT_ORDER)?;
    let input = reading.root();
    let wanted = mail::wanted(&input, &SLOTS, made_up::POSTCARD_BY_CREDITS)?;
    asset::check(&provider.assets, caller, &mail::assets(&input, &SLOTS))?;
    let wallet = Which::of(caller, Currency::Eur);
    let balance = provider.wallets.balance(&wallet);
    if balance < wanted.amount_cents {
        let [cost, left] = [wanted.amount_cents, balance].map(|cents| Currency::Eur.amount(cents));
        return Err(
            refusal::INSUFFICIENT_CREDITS.saying(format!("The order costs {cost}, and the wallet holds {left}."))
        );
    }
    provider.accounts.count_order(caller, call.now_ms)?;
    let (id, entry) = (provider.ids.id("ord_"), provider.ids.id("ledger_"));
    let at_ms = call.now_ms;
    let decision = Some(Decision::Paid { at_ms, reference: format!("wallet:{entry}") });
    provider.wallets.book(&wallet, Entry { id: entry, cents: -wanted.amount_cents, of: id.clone(), at_ms });
    let reference = provider.ids.uuid();
    let sent = Sent::new(caller, call);
    Ok(provider
        .keep(Order { id, reference, created_ms: at_ms, billing: Billing::Credits, decision, wanted, sent }, call))
}

#[cfg(test)]
mod tests {
    use crate::pieterpost::{KEY, LIVE_KEY, OTHER_ACCOUNT_KEY, SECOND_KEY};
    use crate::scenario::{START, Scenario, code, direct, postcard, read};
    use serde_json::{Value, json};

    const PATH: &str = "/v1/orders";

    /// A test wallet that pays for two letters and not for a third.
    fn two_letters() -> Scenario {
        Scenario::with(r#"{"pieterpost":{"balances":[{"cents":599}]}}"#)
    }

    fn look(scenario: &mut Scenario, order: &Value) -> Value {
        read(&scenario.send("GET", &format!("/pieterpost/v1/orders/{}", order["orderId"].as_str().unwrap()), b""))
    }

    #[test]
    fn pp_120_pp_121_the_wallet_is_debited_and_the_order_goes_its_way() {
        let mut scenario = two_letters();
        let order = read(&scenario.post(PATH, &direct()));
        let reference = order["paymentReference"].as_str().unwrap().to_owned();
        assert!(reference.starts_with("wallet:ledger_"), "{reference}");
        for (member, value) in [
            ("billingMode", json!("credits")),
            ("checkoutUrl", json!(null)),
            ("expiresAt", json!(null)),
            ("status", json!("paid")),
            ("paidAt", json!("2026-04-21T10:00:00.000Z")),
            ("fulfilledAt", json!(null)),
            ("amountCents", json!(200)),
            ("testMode", json!(true)),
            ("wallet", json!({"balanceCents": 399, "currency": "eur", "mode": "test"})),
        ] {
            assert_eq!(order[member], value, "{member}");
        }
        let wallets = json!([{"account": "acct_sandbox", "balanceCents": 399, "currency": "eur", "mode": "test", "entries": [
            {"id": reference.strip_prefix("wallet:").unwrap(), "cents": -200, "of": order["orderId"]},
        ]}]);
        assert_eq!(scenario.state()["pieterpost"]["wallets"], wallets);
        for (later, status, fulfilled) in [
            (999, "paid", json!(null)),
            (1_000, "queued", json!(null)),
            (2_000, "fulfilled", json!("2026-04-21T10:00:02.000Z")),
            (999_999_999, "fulfilled", json!("2026-04-21T10:00:02.000Z")),
        ] {
            scenario.now_ms = START + later;
            let found = look(&mut scenario, &order);
            assert_eq!((&found["status"], &found["fulfilledAt"]), (&json!(status), &fulfilled), "PP-162: {later}");
        }
    }

    #[test]
    fn pp_131_a_direct_order_shows_what_its_wallet_holds_now() {
        let mut scenario = two_letters();
        let first = read(&scenario.post(PATH, &direct()));
        scenario.post(PATH, &direct());
        assert_eq!(first["wallet"]["balanceCents"], 399);
        assert_eq!(
            look(&mut scenario, &first)["wallet"],
            json!({"balanceCents": 199, "currency": "eur", "mode": "test"})
        );
        let hosted = scenario.order();
        assert!(look(&mut scenario, &json!({"orderId": hosted})).get("wallet").is_none());
    }

    #[test]
    fn pp_124_too_little_money_debits_nothing_and_the_same_key_passes_after_a_topup() {
        let mut scenario = two_letters();
        let mut dear = direct();
        for _ in 0..2 {
            let letter = dear["letters"][0].clone();
            dear["letters"].as_array_mut().unwrap().push(letter);
        }
        scenario.header("idempotency-key", "once");
        for _ in 0..2 {
            let refused = scenario.post(PATH, &dear);
            let expected = json!({
                "code": "insufficient_credits",
                "error": "The order costs EUR 6.00, and the wallet holds EUR 5.99.",
            });
            assert_eq!((refused.status, read(&refused)), (402, expected));
        }
        let state = scenario.state();
        assert_eq!((&state["pieterpost"]["orders"], scenario.balance()), (&json!([]), 599));
        assert_eq!(state["pieterpost"]["usage"][0]["ordersToday"], 0, "PP-166: it does not count");
        let topup = scenario.post("/v1/credits/topups", &json!({"amountCents": 500, "currency": "eur"}));
        assert_eq!(topup.status, 201, "the key counts within its operation");
        let order = read(&scenario.post(PATH, &dear));
        assert_eq!((&order["recipientCount"], &order["wallet"]["balanceCents"]), (&json!(3), &json!(499)));
    }

    #[test]
    fn pp_004_a_repeated_order_is_debited_once() {
        let mut scenario = two_letters();
        scenario.header("idempotency-key", "once");
        let order = read(&scenario.post(PATH, &direct()));
        scenario.now_ms += 60_000;
        assert_eq!(read(&scenario.key(SECOND_KEY).post(PATH, &direct())), order, "the first answer, as it was");
        assert_eq!(scenario.balance(), 399);
        let mut other = direct();
        other["letters"][0]["message"] = json!("Another letter");
        assert_eq!(code(&scenario.post(PATH, &other)), (409, "invalid_request".into()), "PP-006");
        assert_eq!(scenario.create(&crate::scenario::letter()).status, 201, "a key counts within its operation");
        assert_eq!(scenario.state()["pieterpost"]["orders"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn pp_008_pp_009_modes_and_accounts_have_wallets_of_their_own() {
        let mut scenario = Scenario::with(
            r#"{"pieterpost":{"balances":[{"cents":200},{"mode":"live","cents":400},{"currency":"usd","cents":9000}]}}"#,
        );
        scenario.header("idempotency-key", "once");
        let live = read(&scenario.key(LIVE_KEY).post(PATH, &direct()));
        assert_eq!((&live["testMode"], &live["wallet"]["mode"]), (&json!(false), &json!("live")));
        assert_eq!(live["wallet"]["balanceCents"], 200);
        let test = read(&scenario.key(KEY).post(PATH, &direct()));
        assert_eq!((&test["testMode"], &test["wallet"]["balanceCents"]), (&json!(true), &json!(0)));
        assert_ne!(live["orderId"], test["orderId"], "a key counts within its mode");
        scenario.header("idempotency-key", "twice");
        assert_eq!(code(&scenario.post(PATH, &direct())).1, "insufficient_credits", "dollars do not pay for it");
        assert_eq!(code(&scenario.key(OTHER_ACCOUNT_KEY).post(PATH, &direct())).1, "insufficient_credits");
        assert_eq!(look(&mut scenario, &test)["code"], "order_not_found", "PP-130");
    }

    #[test]
    fn pp_051_pp_120_what_is_about_a_payer_is_refused() {
        for (member, value) in [("returnUrl", "https://shop.example/return"), ("paymentMethod", "card")] {
            let mut order = direct();
            order[member] = json!(value);
            let mut scenario = two_letters();
            let refused = scenario.post(PATH, &order);
            assert_eq!(code(&refused), (400, "invalid_request".into()), "{member}");
            assert!(read(&refused)["error"].as_str().unwrap().contains(member));
            assert_eq!(scenario.balance(), 599);
        }
    }

    #[test]
    fn pp_122_a_direct_order_needs_no_sender() {
        let mut scenario = two_letters();
        let mut order = direct();
        order.as_object_mut().unwrap().remove("senderEmail");
        assert_eq!(read(&scenario.post(PATH, &order))["senderEmail"], Value::Null);
        order["senderEmail"] = json!("sender");
        let refused = read(&scenario.post(PATH, &order));
        assert_eq!(refused["code"], "invalid_request");
        assert!(!refused["error"].as_str().unwrap().contains("Hosted"), "PP-111 is about checkout links: {refused}");
    }

    #[test]
    fn pp_177_a_postcard_costs_less_from_the_wallet_in_the_vendors_examples() {
        let mut scenario = two_letters();
        assert_eq!(read(&scenario.post(PATH, &postcard()))["amountCents"], 200);
        assert_eq!(read(&scenario.create(&postcard()))["amountCents"], 250);
    }
}
