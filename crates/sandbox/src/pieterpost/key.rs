//! Keys: whose they are, and in which of the two modes they work.

use edgepost_core::http::{Headers, header};
use serde::Deserialize;

use super::refusal;
use crate::answer::Refusal;
use crate::mode::Mode;

/// A key that works. Like the others here it is made up, and worth nothing anywhere else.
pub const KEY: &str = "pp_test_sandbox";
/// Another key of the same account.
pub const SECOND_KEY: &str = "pp_test_sandbox_second";
/// The same account's key for live mode. Nothing is sent with it either.
pub const LIVE_KEY: &str = "pp_live_sandbox";
/// A key of another account.
pub const OTHER_ACCOUNT_KEY: &str = "pp_test_other_account";
/// A key that was switched off.
pub const INACTIVE_KEY: &str = "pp_test_sandbox_inactive";
/// A key of an account that was closed.
pub const CLOSED_ACCOUNT_KEY: &str = "pp_test_closed_account";

/// The account that is meant where none is named.
pub(super) const ACCOUNT: &str = "acct_sandbox";

/// The built-in keys: the key, its account, and whether it works.
static BUILT_IN: [(&str, &str, Standing); 6] = [
    (KEY, ACCOUNT, Standing::Active),
    (SECOND_KEY, ACCOUNT, Standing::Active),
    (LIVE_KEY, ACCOUNT, Standing::Active),
    (OTHER_ACCOUNT_KEY, "acct_other", Standing::Active),
    (INACTIVE_KEY, ACCOUNT, Standing::ApiKeyInactive),
    (CLOSED_ACCOUNT_KEY, "acct_closed", Standing::AccountInactive),
];

/// PP-009: how keys start that move money anywhere else.
const LIVE_PREFIX: &str = "pp_live_";

/// A key. Make it up: no secret belongs into a sandbox.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Key {
    /// The key itself. One that starts with `pp_live_` is for live mode.
    pub key: String,
    /// The id of the account that it belongs to.
    pub account: String,
    /// Whether it works.
    #[serde(default)]
    pub standing: Standing,
}

/// Whether a key works, by the code of the refusal if it does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It does.
    #[default]
    Active,
    /// It was switched off.
    ApiKeyInactive,
    /// Its account was closed.
    AccountInactive,
}

/// Who sends a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Caller {
    pub(super) account: String,
    pub(super) mode: Mode,
}

/// The built-in keys behind the caller's own.
pub(super) fn all(own: &[Key]) -> Vec<Key> {
    let built_in = BUILT_IN.map(|(key, account, standing)| Key { key: key.into(), account: account.into(), standing });
    own.iter().cloned().chain(built_in).collect()
}

/// Whose request it is (PP-001, PP-171).
pub(super) fn authenticate(keys: &[Key], headers: &Headers) -> Result<Caller, Refusal> {
    let credentials = header(headers, "authorization").and_then(|value| value.trim_ascii().split_once(' '));
    let bearer = credentials.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, key) = bearer.ok_or(refusal::MISSING_API_KEY)?;
    let key = key.trim_ascii();
    let mode = if key.starts_with(LIVE_PREFIX) { Mode::Live } else { Mode::Test };
    let Some(known) = keys.iter().find(|known| known.key == key) else {
        // A live key that was not made up for the sandbox is most likely a real one in the wrong place.
        return Err(if mode == Mode::Live { refusal::INVALID_API_KEY_MODE } else { refusal::INVALID_API_KEY });
    };
    match known.standing {
        Standing::Active => Ok(Caller { account: known.account.clone(), mode }),
        Standing::ApiKeyInactive => Err(refusal::API_KEY_INACTIVE),
        Standing::AccountInactive => Err(refusal::ACCOUNT_INACTIVE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Scenario, code, letter, read};
    use serde_json::json;

    #[test]
    fn pp_171_keys_that_do_not_work() {
        for (credentials, expected) in [
            ("", (401, "missing_api_key")),
            ("Bearer", (401, "missing_api_key")),
            ("Basic pp_test_sandbox", (401, "missing_api_key")),
            ("Bearer pp_test_unknown", (401, "invalid_api_key")),
            ("Bearer something", (401, "invalid_api_key")),
            ("Bearer pp_live_something", (403, "invalid_api_key_mode")),
            ("Bearer pp_test_sandbox_inactive", (403, "api_key_inactive")),
            ("Bearer pp_test_closed_account", (403, "account_inactive")),
            ("bearer pp_test_sandbox", (201, "")),
            ("Bearer pp_live_sandbox", (201, "")),
        ] {
            let mut scenario = Scenario::new();
            let answer = scenario.header("authorization", credentials).create(&letter());
            assert_eq!(code(&answer), (expected.0, expected.1.into()), "{credentials}");
            if expected.0 != 201 {
                assert_eq!(scenario.state()["pieterpost"]["orders"], json!([]), "{credentials}");
            }
        }
    }

    #[test]
    fn pp_002_pp_010_the_key_makes_the_mode() {
        for (key, test_mode) in [(KEY, true), (SECOND_KEY, true), (LIVE_KEY, false)] {
            let mut scenario = Scenario::new();
            let order = read(&scenario.key(key).create(&letter()));
            assert_eq!(order["testMode"], test_mode, "{key}");
        }
    }

    #[test]
    fn more_keys_can_be_given() {
        let mut scenario = Scenario::with(
            r#"{"pieterpost":{"keys":[{"key":"pp_test_mine","account":"acct_mine"},
            {"key":"pp_live_mine","account":"acct_mine"},
            {"key":"pp_test_old","account":"acct_mine","standing":"api_key_inactive"}]}}"#,
        );
        assert_eq!(scenario.key("pp_test_mine").create(&letter()).status, 201);
        assert_eq!(code(&scenario.key("pp_test_old").create(&letter())).1, "api_key_inactive");
        assert_eq!(scenario.key("pp_live_mine").create(&letter()).status, 201);
        assert_eq!(scenario.key(KEY).create(&letter()).status, 201);
        assert_eq!(scenario.state()["pieterpost"]["orders"][0]["account"], "acct_mine");
    }
}
