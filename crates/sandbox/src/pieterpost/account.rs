//! Who may do how much: keys, accounts and their limits.

use std::collections::{BTreeMap, VecDeque};

use edgepost_core::http::{Headers, header};
use serde::Deserialize;

use super::{Options, refusal};
use crate::answer::{Answer, Refusal};
use crate::date::DAY;
use crate::route::Call;

/// A key that works. Like the others here it is made up, and worth nothing anywhere else.
pub const KEY: &str = "pp_test_sandbox";
/// Another key of the same account.
pub const SECOND_KEY: &str = "pp_test_sandbox_second";
/// A key of another account.
pub const OTHER_ACCOUNT_KEY: &str = "pp_test_other_account";
/// A key that was switched off.
pub const INACTIVE_KEY: &str = "pp_test_sandbox_inactive";
/// A key of an account that was closed.
pub const CLOSED_ACCOUNT_KEY: &str = "pp_test_closed_account";

/// The built-in keys: the key, its account, and whether it works.
static BUILT_IN: [(&str, &str, Standing); 5] = [
    (KEY, "acct_sandbox", Standing::Active),
    (SECOND_KEY, "acct_sandbox", Standing::Active),
    (OTHER_ACCOUNT_KEY, "acct_other", Standing::Active),
    (INACTIVE_KEY, "acct_sandbox", Standing::ApiKeyInactive),
    (CLOSED_ACCOUNT_KEY, "acct_closed", Standing::AccountInactive),
];

/// PP-009: how keys start that would move money.
const LIVE_PREFIX: &str = "pp_live_";
/// PP-165, in milliseconds.
const MINUTE: u64 = 60_000;

/// A key. Make it up: no secret belongs into a sandbox, and live keys are refused whatever stands here.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Key {
    /// The key itself.
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

/// All keys, and what their accounts have used up.
pub(super) struct Accounts {
    requests_per_minute: usize,
    orders_per_day: u32,
    keys: Vec<Key>,
    accounts: BTreeMap<String, Account>,
}

#[derive(Default)]
struct Account {
    /// When the requests of the last minute came.
    requests: VecDeque<u64>,
    /// The day on which orders were made last, counted from 1970, and how many.
    orders: (u64, u32),
    /// What was answered under which idempotency key.
    answers: BTreeMap<String, Kept>,
}

/// An answer that is given again.
struct Kept {
    digest: String,
    answer: Answer,
}

impl Accounts {
    pub(super) fn new(options: &Options) -> Self {
        let built_in =
            BUILT_IN.map(|(key, account, standing)| Key { key: key.into(), account: account.into(), standing });
        Accounts {
            requests_per_minute: options.requests_per_minute as usize,
            orders_per_day: options.orders_per_day,
            keys: options.keys.iter().cloned().chain(built_in).collect(),
            accounts: BTreeMap::new(),
        }
    }

    /// The account that a request is made for, if it may make one more (PP-001, PP-165, PP-171).
    pub(super) fn admit(&mut self, call: &Call<'_>) -> Result<String, Refusal> {
        let account = self.authenticate(&call.request.headers)?;
        let most = self.requests_per_minute;
        let requests = &mut self.account(&account).requests;
        while requests.front().is_some_and(|came| came.saturating_add(MINUTE) <= call.now_ms) {
            requests.pop_front();
        }
        if requests.len() >= most {
            return Err(refusal::RATE_LIMITED);
        }
        requests.push_back(call.now_ms);
        Ok(account)
    }

    fn authenticate(&self, headers: &Headers) -> Result<String, Refusal> {
        let credentials = header(headers, "authorization").and_then(|value| value.trim_ascii().split_once(' '));
        let bearer = credentials.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let (_, key) = bearer.ok_or(refusal::MISSING_API_KEY)?;
        let key = key.trim_ascii();
        if key.starts_with(LIVE_PREFIX) {
            return Err(refusal::INVALID_API_KEY_MODE);
        }
        let known = self.keys.iter().find(|known| known.key == key).ok_or(refusal::INVALID_API_KEY)?;
        match known.standing {
            Standing::Active => Ok(known.account.clone()),
            Standing::ApiKeyInactive => Err(refusal::API_KEY_INACTIVE),
            Standing::AccountInactive => Err(refusal::ACCOUNT_INACTIVE),
        }
    }

    /// Counts an order, if the account may make one more on this UTC day (PP-166, PP-167).
    pub(super) fn count_order(&mut self, account: &str, now_ms: u64) -> Result<(), Refusal> {
        let most = self.orders_per_day;
        let (day, made) = &mut self.account(account).orders;
        if *day != now_ms / DAY {
            (*day, *made) = (now_ms / DAY, 0);
        }
        if *made >= most {
            return Err(refusal::DAILY_ORDER_CAP_REACHED);
        }
        *made += 1;
        Ok(())
    }

    /// The answer that was given under an idempotency key before, if there is one (PP-004, PP-006).
    pub(super) fn answered(&mut self, account: &str, key: &str, digest: &str) -> Result<Option<Answer>, Refusal> {
        match self.account(account).answers.get(key) {
            None => Ok(None),
            Some(kept) if kept.digest == digest => Ok(Some(kept.answer.clone())),
            Some(_) => Err(refusal::KEY_REUSED),
        }
    }

    /// Keeps an answer, to be given again.
    pub(super) fn keep(&mut self, account: &str, key: String, digest: String, answer: Answer) {
        self.account(account).answers.insert(key, Kept { digest, answer });
    }

    fn account(&mut self, id: &str) -> &mut Account {
        self.accounts.entry(id.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{START, Scenario, letter, read};
    use edgepost_core::http::Response;
    use serde_json::json;

    fn code(response: &Response) -> (u16, String) {
        (response.status, read(response)["code"].as_str().unwrap_or("created").into())
    }

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
            ("bearer pp_test_sandbox", (201, "created")),
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
    fn more_keys_can_be_given() {
        let mut scenario = Scenario::with(
            r#"{"pieterpost":{"keys":[{"key":"pp_test_mine","account":"acct_mine"},
            {"key":"pp_live_mine","account":"acct_mine"},
            {"key":"pp_test_old","account":"acct_mine","standing":"api_key_inactive"}]}}"#,
        );
        assert_eq!(scenario.key("pp_test_mine").create(&letter()).status, 201);
        assert_eq!(code(&scenario.key("pp_test_old").create(&letter())).1, "api_key_inactive");
        assert_eq!(code(&scenario.key("pp_live_mine").create(&letter())).1, "invalid_api_key_mode");
        assert_eq!(scenario.key(KEY).create(&letter()).status, 201);
        assert_eq!(scenario.state()["pieterpost"]["orders"][0]["account"], "acct_mine");
    }

    #[test]
    fn pp_165_sixty_requests_in_any_minute_over_all_keys_of_an_account() {
        let mut scenario = Scenario::new();
        let order = scenario.order();
        let path = format!("/pieterpost/v1/orders/{order}");
        for request in 1..60 {
            scenario.now_ms = START + request * 500;
            let key = if request % 2 == 0 { KEY } else { SECOND_KEY };
            assert_eq!(scenario.key(key).send("GET", &path, b"").status, 200);
        }
        assert_eq!(code(&scenario.key(KEY).send("GET", &path, b"")), (429, "rate_limited".into()));
        assert_eq!(code(&scenario.key(SECOND_KEY).create(&letter())), (429, "rate_limited".into()));
        assert_eq!(scenario.key(OTHER_ACCOUNT_KEY).create(&letter()).status, 201);
        scenario.now_ms = START + 59_999;
        assert_eq!(scenario.key(KEY).send("GET", &path, b"").status, 429);
        scenario.now_ms = START + 60_000;
        assert_eq!(scenario.send("GET", &path, b"").status, 200, "the first request is a minute old");
        assert_eq!(scenario.send("GET", &path, b"").status, 429, "the second one is not");
    }

    #[test]
    fn pp_166_a_hundred_orders_on_a_utc_day_and_replays_do_not_count() {
        let mut scenario = Scenario::with(r#"{"pieterpost":{"requestsPerMinute":1000}}"#);
        for number in 0..100 {
            let key = format!("order {}", number);
            assert_eq!(scenario.header("idempotency-key", &key).create(&letter()).status, 201, "{number}");
            assert_eq!(scenario.create(&letter()).status, 201, "a replay of {number}");
        }
        let refused = scenario.header("idempotency-key", "one more").create(&letter());
        assert_eq!(code(&refused), (429, "daily_order_cap_reached".into()));
        assert_eq!(scenario.key(OTHER_ACCOUNT_KEY).create(&letter()).status, 201);
        let midnight = START - START % DAY + DAY;
        scenario.key(KEY).now_ms = midnight - 1;
        assert_eq!(scenario.create(&letter()).status, 429);
        scenario.now_ms = midnight;
        assert_eq!(scenario.create(&letter()).status, 201, "PP-174: the cap is not kept as the key's answer");
    }

    #[test]
    fn limits_can_be_set() {
        let mut scenario = Scenario::with(r#"{"pieterpost":{"requestsPerMinute":2,"ordersPerDay":1}}"#);
        assert_eq!(scenario.create(&letter()).status, 201);
        assert_eq!(code(&scenario.create(&letter())).1, "daily_order_cap_reached");
        assert_eq!(code(&scenario.create(&letter())).1, "rate_limited");
    }
}
