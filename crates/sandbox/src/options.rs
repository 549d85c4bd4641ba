//! What can be set when a sandbox is made.

use std::fmt;

use serde::Deserialize;

use crate::{pieterpost, pitneybowes, postalform, postpay};

/// What can be set when a sandbox is made. Whatever is left out has its default.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Options {
    /// Ids are made from it: the same seed gives the same ids in the same order.
    pub seed: String,
    /// PieterPost's part.
    pub pieterpost: pieterpost::Options,
    /// Postpay's part.
    pub postpay: postpay::Options,
    /// Pitney Bowes' part.
    pub pitneybowes: pitneybowes::Options,
    /// PostalForm's part.
    pub postalform: postalform::Options,
}

impl Options {
    /// Reads options from JSON; empty bytes are the defaults.
    pub fn from_json(json: &[u8]) -> Result<Self, InvalidOptions> {
        if json.is_empty() {
            return Ok(Options::default());
        }
        serde_json::from_slice(json).map_err(|error| InvalidOptions(error.to_string()))
    }
}

/// Why options cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidOptions(String);

impl fmt::Display for InvalidOptions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the sandbox's options: {}", self.0)
    }
}

impl std::error::Error for InvalidOptions {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mode::Mode;
    use crate::pieterpost::{Currency, Standing};

    #[test]
    fn everything_has_a_default() {
        for json in ["", "{}", r#"{"pieterpost":{}}"#] {
            let options = Options::from_json(json.as_bytes()).map_err(|error| error.to_string()).unwrap();
            assert_eq!(options.seed, "");
            assert_eq!(options.pieterpost.step_ms, 1_000);
            assert_eq!(options.pieterpost.requests_per_minute, Some(60));
            assert_eq!(options.pieterpost.orders_per_day, Some(100));
            assert_eq!(options.pieterpost.live_orders_per_day, None);
            assert!(options.pieterpost.keys.is_empty());
            assert!(options.pieterpost.balances.is_empty());
        }
    }

    #[test]
    fn everything_can_be_set() {
        let json =
            br#"{"seed":"s","pieterpost":{"stepMs":0,"requestsPerMinute":5,"ordersPerDay":2,"liveOrdersPerDay":null,
            "balances":[{"cents":4000},{"account":"a","mode":"live","currency":"usd","cents":1}],
            "accounts":[{"account":"a","creditsEnabled":false}],"keys":[
            {"key":"pp_test_mine","account":"acct_mine"},
            {"key":"pp_test_old","account":"acct_mine","standing":"api_key_inactive"}]}}"#;
        let options = Options::from_json(json).map_err(|error| error.to_string()).unwrap();
        assert_eq!(options.pieterpost.step_ms, 0);
        assert_eq!(options.pieterpost.orders_per_day, Some(2));
        let [cents, dollars] = options.pieterpost.balances.as_slice() else { panic!("two balances") };
        assert_eq!((cents.account.as_str(), cents.mode, cents.currency), ("acct_sandbox", Mode::Test, Currency::Eur));
        assert_eq!((dollars.account.as_str(), dollars.mode, dollars.currency), ("a", Mode::Live, Currency::Usd));
        let [limited] = options.pieterpost.accounts.as_slice() else { panic!("one account") };
        assert!(limited.account == "a" && !limited.credits_enabled && limited.hosted_api_enabled);
        let standings: Vec<Standing> = options.pieterpost.keys.iter().map(|key| key.standing).collect();
        assert_eq!(standings, [Standing::Active, Standing::ApiKeyInactive]);
    }

    #[test]
    fn po_001_po_051_postpay_has_defaults_too() {
        for (json, merchants, days) in [
            ("{}", 0, 7),
            (r#"{"postpay":{"merchants":[{"id":"id_mine","key":"sk_test_mine"}]}}"#, 1, 7),
            (r#"{"postpay":{"captureWithinMs":86400000}}"#, 0, 1),
        ] {
            let options = Options::from_json(json.as_bytes()).map_err(|error| error.to_string()).unwrap();
            let postpay = options.postpay;
            assert_eq!((postpay.merchants.len(), postpay.capture_within_ms), (merchants, days * 86_400_000), "{json}");
        }
    }

    const MERCHANT: &str = r#"{"postpay":{"merchants":[{"id":"id_mine","secret":"sk_test_mine"}]}}"#;
    const WALLET: &str = r#"{"pieterpost":{"balances":[{"currency":"gbp","cents":1}]}}"#;
    const ABLE: &str = r#"{"pieterpost":{"accounts":[{"liveEnable":true}]}}"#;

    #[test]
    fn a_slip_of_the_pen_is_not_taken_for_a_default() {
        for json in ["[", "7", r#"{"sed":"s"}"#, r#"{"pieterpost":{"stepsMs":1}}"#, WALLET, ABLE, MERCHANT] {
            let error = Options::from_json(json.as_bytes()).err().unwrap();
            assert!(error.to_string().starts_with("the sandbox's options: "), "{error}");
        }
    }
}
