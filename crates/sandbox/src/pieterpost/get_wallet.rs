//! `GET /v1/wallet?currency=`

use edgepost_core::pieterpost::GET_WALLET;
use serde::Serialize;

use super::account::Abilities;
use super::key::Caller;
use super::wallet::{Currency, WalletView, Which};
use super::{PieterPost, admitted, refusal};
use crate::address::query;
use crate::answer::{Answer, Refusal, error, json};
use crate::route::{Call, Endpoint};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    operation: &GET_WALLET,
    run: |sandbox, call| admitted(sandbox, call, look),
    refusals: &[&refusal::COMMON, &refusal::INVALID],
    refuse: error,
};

/// PP-135, in the vendor's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountView {
    account_id: String,
    approval_status: String,
    approved_for_direct_send: bool,
    credits_enabled: bool,
    hosted_api_enabled: bool,
    live_enabled: bool,
    wallet: WalletView,
}

fn look(provider: &mut PieterPost, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal> {
    let currency = match query(&call.request.url, "currency") {
        None => Currency::default(),
        Some(name) => currency(&name)?,
    };
    let Abilities {
        account,
        approval_status,
        approved_for_direct_send,
        credits_enabled,
        hosted_api_enabled,
        live_enabled,
    } = provider.accounts.abilities(caller);
    let view = AccountView {
        account_id: account,
        approval_status,
        approved_for_direct_send,
        credits_enabled,
        hosted_api_enabled,
        live_enabled,
        wallet: provider.wallets.read(&Which::of(caller, currency), call.now_ms),
    };
    Ok(Answer { response: json(200, &view), outcome: "ok" })
}

/// PP-136. What the vendor does about another currency is not known; here a slip of the pen is noticed.
pub(super) fn currency(name: &str) -> Result<Currency, Refusal> {
    Currency::find(name).ok_or_else(|| refusal::INVALID_REQUEST.saying("The currency is eur or usd.".to_owned()))
}

#[cfg(test)]
mod tests {
    use crate::pieterpost::LIVE_KEY;
    use crate::scenario::{START, Scenario, code, direct, read};
    use edgepost_core::http::Response;
    use serde_json::json;

    fn look(scenario: &mut Scenario, query: &str) -> Response {
        scenario.send("GET", &format!("/pieterpost/v1/wallet{query}"), b"")
    }

    #[test]
    fn pp_135_a_new_account_may_do_everything_and_has_nothing() {
        let mut scenario = Scenario::new();
        let expected = |now: &str| {
            json!({
                "accountId": "acct_sandbox",
                "approvalStatus": "approved",
                "approvedForDirectSend": true,
                "creditsEnabled": true,
                "hostedApiEnabled": true,
                "liveEnabled": true,
                "wallet": {"balanceCents": 0, "currency": "eur", "mode": "test", "updatedAt": now},
            })
        };
        assert_eq!(read(&look(&mut scenario, "?currency=eur")), expected("2026-04-21T10:00:00.000Z"));
        scenario.now_ms = START + 5_000;
        assert_eq!(read(&look(&mut scenario, "")), expected("2026-04-21T10:00:00.000Z"), "PP-136: eur is the default");
        let mut scenario = Scenario::with(
            r#"{"pieterpost":{"accounts":[{"account":"acct_sandbox","approvalStatus":"pending",
            "approvedForDirectSend":false,"creditsEnabled":false,"hostedApiEnabled":false,"liveEnabled":false}]}}"#,
        );
        let limited = read(&look(&mut scenario, ""));
        assert_eq!(limited["approvalStatus"], "pending");
        for flag in ["approvedForDirectSend", "creditsEnabled", "hostedApiEnabled", "liveEnabled"] {
            assert_eq!(limited[flag], false, "{flag}");
        }
    }

    #[test]
    fn pp_135_a_wallet_tells_when_it_last_changed() {
        let mut scenario = Scenario::new();
        look(&mut scenario, "");
        for (later, cents) in [(1_000, 500), (2_000, 1_000)] {
            scenario.now_ms = START + later;
            scenario.post("/v1/credits/topups", &json!({"amountCents": 500, "currency": "eur"}));
            scenario.now_ms += 500;
            let wallet = read(&look(&mut scenario, ""))["wallet"].clone();
            let at = format!("2026-04-21T10:00:0{}.000Z", later / 1_000);
            assert_eq!((&wallet["balanceCents"], &wallet["updatedAt"]), (&json!(cents), &json!(at)));
        }
    }

    #[test]
    fn pp_136_each_currency_and_mode_has_a_wallet() {
        let mut scenario = Scenario::with(
            r#"{"pieterpost":{"balances":[{"cents":4000},{"currency":"usd","cents":7},
            {"account":"acct_sandbox","mode":"live","currency":"eur","cents":9}]}}"#,
        );
        for (key, query, expected) in [
            (crate::pieterpost::KEY, "?currency=eur", json!([4000, "eur", "test"])),
            (crate::pieterpost::KEY, "?x=1&currency=usd", json!([7, "usd", "test"])),
            (LIVE_KEY, "", json!([9, "eur", "live"])),
            (LIVE_KEY, "?currency=usd", json!([0, "usd", "live"])),
        ] {
            let wallet = read(&look(scenario.key(key), query))["wallet"].clone();
            assert_eq!(json!([wallet["balanceCents"], wallet["currency"], wallet["mode"]]), expected, "{query}");
        }
    }

    #[test]
    fn pp_136_another_currency_is_refused() {
        let mut scenario = Scenario::new();
        for query in ["?currency=gbp", "?currency=EUR", "?currency=", "?currency", "?currency=%ff", "?currency=eur%20"]
        {
            let answer = look(&mut scenario, query);
            assert_eq!(code(&answer), (400, "invalid_request".into()), "{query}");
            assert_eq!(read(&answer)["error"], "The currency is eur or usd.");
        }
    }

    #[test]
    fn pp_011_direct_orders_need_no_approval() {
        let mut scenario = Scenario::with(
            r#"{"pieterpost":{"accounts":[{"approvalStatus":"pending","approvedForDirectSend":false}],
            "balances":[{"mode":"live","cents":200}]}}"#,
        );
        assert_eq!(scenario.key(LIVE_KEY).post("/v1/orders", &direct()).status, 201);
        let wallet = read(&look(&mut scenario, ""))["wallet"].clone();
        assert_eq!(
            wallet,
            json!({"balanceCents": 0, "currency": "eur", "mode": "live", "updatedAt": "2026-04-21T10:00:00.000Z"})
        );
    }
}
