//! Who may do how much: accounts, what they may do, and their limits.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::key::{self, ACCOUNT, Caller, Key};
use super::{Options, refusal};
use crate::answer::Refusal;
use crate::date::DAY;
use crate::mode::Mode;
use crate::route::Call;

/// PP-165, in milliseconds.
const MINUTE: u64 = 60_000;

/// PP-135: what an account may do. Whatever is left out is allowed.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Abilities {
    /// The account's id; `acct_sandbox`, if nothing is said.
    pub account: String,
    /// Where the account's approval stands.
    pub approval_status: String,
    /// PP-011: has no effect any more.
    pub approved_for_direct_send: bool,
    /// Whether it may add credits and pay with them.
    pub credits_enabled: bool,
    /// Whether it may make checkout links.
    pub hosted_api_enabled: bool,
    /// Whether its live keys work.
    pub live_enabled: bool,
}

impl Default for Abilities {
    fn default() -> Self {
        Abilities {
            account: ACCOUNT.to_owned(),
            approval_status: "approved".to_owned(),
            approved_for_direct_send: true,
            credits_enabled: true,
            hosted_api_enabled: true,
            live_enabled: true,
        }
    }
}

/// All keys and accounts, and what the accounts have used up.
pub(super) struct Accounts {
    requests_per_minute: Option<u32>,
    orders_per_day: Option<u32>,
    live_orders_per_day: Option<u32>,
    keys: Vec<Key>,
    abilities: Vec<Abilities>,
    used: BTreeMap<String, Used>,
}

#[derive(Default)]
struct Used {
    /// When the requests of the last minute came.
    requests: VecDeque<u64>,
    orders: Orders,
}

/// The orders of a day, counted from 1970.
#[derive(Clone, Copy, Default)]
struct Orders {
    day: u64,
    /// In both modes.
    all: u32,
    live: u32,
}

/// What an account has used up, as the control plane shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Usage<'a> {
    account: &'a str,
    requests_in_last_minute: usize,
    orders_today: u32,
    live_orders_today: u32,
}

impl Accounts {
    pub(super) fn new(options: &Options) -> Self {
        Accounts {
            requests_per_minute: options.requests_per_minute,
            orders_per_day: options.orders_per_day,
            live_orders_per_day: options.live_orders_per_day,
            keys: key::all(&options.keys),
            abilities: options.accounts.clone(),
            used: BTreeMap::new(),
        }
    }

    /// Who sends a request, if the account may make one more (PP-001, PP-165, PP-171).
    pub(super) fn admit(&mut self, call: &Call<'_>) -> Result<Caller, Refusal> {
        let caller = key::authenticate(&self.keys, &call.request.headers)?;
        if caller.mode == Mode::Live && !self.abilities(&caller).live_enabled {
            return Err(refusal::INVALID_API_KEY_MODE.saying("This API account is not enabled for live keys.".into()));
        }
        let most = self.requests_per_minute;
        let requests = &mut self.used(&caller).requests;
        while requests.front().is_some_and(|came| is_over(*came, call.now_ms)) {
            requests.pop_front();
        }
        if most.is_some_and(|most| requests.len() >= most as usize) {
            return Err(refusal::RATE_LIMITED);
        }
        requests.push_back(call.now_ms);
        Ok(caller)
    }

    /// What an account may do.
    pub(super) fn abilities(&self, caller: &Caller) -> Abilities {
        let set = self.abilities.iter().find(|abilities| abilities.account == caller.account);
        set.cloned().unwrap_or_else(|| Abilities { account: caller.account.clone(), ..Abilities::default() })
    }

    /// Refuses an account that may not add credits or pay with them.
    pub(super) fn need_credits(&self, caller: &Caller) -> Result<(), Refusal> {
        if self.abilities(caller).credits_enabled {
            return Ok(());
        }
        Err(refusal::ACCOUNT_INACTIVE.saying("Credits are not enabled for this API account.".to_owned()))
    }

    /// Counts an order, if the account may make one more on this UTC day (PP-166, PP-167).
    pub(super) fn count_order(&mut self, caller: &Caller, now_ms: u64) -> Result<(), Refusal> {
        let (most, most_live) = (self.orders_per_day, self.live_orders_per_day);
        let orders = &mut self.used(caller).orders;
        *orders = orders.on(now_ms);
        let is_live = caller.mode == Mode::Live;
        if most.is_some_and(|most| orders.all >= most) {
            return Err(refusal::DAILY_ORDER_CAP_REACHED);
        }
        if is_live && most_live.is_some_and(|most| orders.live >= most) {
            return Err(refusal::LIVE_ORDER_CAP_REACHED);
        }
        orders.all += 1;
        orders.live += u32::from(is_live);
        Ok(())
    }

    /// What every account that was here has used up.
    pub(super) fn usage(&self, now_ms: u64) -> impl Iterator<Item = Usage<'_>> {
        self.used.iter().map(move |(account, used)| {
            let orders = used.orders.on(now_ms);
            Usage {
                account,
                requests_in_last_minute: used.requests.iter().filter(|came| !is_over(**came, now_ms)).count(),
                orders_today: orders.all,
                live_orders_today: orders.live,
            }
        })
    }

    fn used(&mut self, caller: &Caller) -> &mut Used {
        self.used.entry(caller.account.clone()).or_default()
    }
}

impl Orders {
    /// The same, or none if another day has begun.
    fn on(self, now_ms: u64) -> Self {
        let day = now_ms / DAY;
        if self.day == day { self } else { Orders { day, ..Orders::default() } }
    }
}

/// Whether a request has left the last minute.
fn is_over(came_ms: u64, now_ms: u64) -> bool {
    came_ms.saturating_add(MINUTE) <= now_ms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieterpost::{KEY, LIVE_KEY, OTHER_ACCOUNT_KEY, SECOND_KEY};
    use crate::scenario::{START, Scenario, code, direct, letter};
    use serde_json::json;

    #[test]
    fn pp_165_sixty_requests_in_any_minute_over_all_keys_of_an_account() {
        let mut scenario = Scenario::new();
        let order = scenario.order();
        let path = format!("/pieterpost/v1/orders/{order}");
        for request in 1..60 {
            scenario.now_ms = START + request * 500;
            let key = [KEY, SECOND_KEY, LIVE_KEY][request as usize % 3];
            assert_eq!(scenario.key(key).send("GET", &path, b"").status, 200);
        }
        assert_eq!(code(&scenario.key(KEY).send("GET", &path, b"")), (429, "rate_limited".into()));
        assert_eq!(code(&scenario.key(LIVE_KEY).create(&letter())), (429, "rate_limited".into()));
        assert_eq!(scenario.key(OTHER_ACCOUNT_KEY).create(&letter()).status, 201);
        scenario.now_ms = START + 59_999;
        assert_eq!(scenario.key(KEY).send("GET", &path, b"").status, 429);
        assert_eq!(scenario.state()["pieterpost"]["usage"][1]["requestsInLastMinute"], 60);
        scenario.now_ms = START + 60_000;
        assert_eq!(scenario.send("GET", &path, b"").status, 200, "the first request is a minute old");
        assert_eq!(scenario.send("GET", &path, b"").status, 429, "the second one is not");
    }

    #[test]
    fn pp_166_pp_167_a_hundred_orders_on_a_utc_day_and_replays_do_not_count() {
        let mut scenario =
            Scenario::with(r#"{"pieterpost":{"requestsPerMinute":null,"balances":[{"cents":1000000}]}}"#);
        for number in 0..100 {
            scenario.header("idempotency-key", &format!("order {number}"));
            for _ in 0..2 {
                let made = match number % 3 {
                    0 => scenario.key(KEY).create(&letter()),
                    1 => scenario.key(KEY).post("/v1/orders", &direct()),
                    _ => scenario.key(LIVE_KEY).create(&letter()),
                };
                assert_eq!(made.status, 201, "{number}, and its replay");
            }
        }
        let usage =
            json!([{"account": ACCOUNT, "requestsInLastMinute": 200, "ordersToday": 100, "liveOrdersToday": 33}]);
        assert_eq!(scenario.state()["pieterpost"]["usage"], usage);
        scenario.header("idempotency-key", "one more");
        for key in [KEY, LIVE_KEY] {
            assert_eq!(code(&scenario.key(key).create(&letter())), (429, "daily_order_cap_reached".into()), "{key}");
        }
        let refused = scenario.key(KEY).post("/v1/orders", &direct());
        assert_eq!(code(&refused), (429, "daily_order_cap_reached".into()));
        let before = 1_000_000 - 33 * 200;
        assert_eq!(scenario.balance(), before, "PP-120: nothing is debited for an order that is not made");
        assert_eq!(
            scenario.post("/v1/compose-links", &json!({"recipient": letter()["letters"][0]["recipient"]})).status,
            201
        );
        assert_eq!(scenario.key(OTHER_ACCOUNT_KEY).create(&letter()).status, 201);
        let midnight = START - START % DAY + DAY;
        scenario.key(KEY).now_ms = midnight - 1;
        assert_eq!(scenario.create(&letter()).status, 429);
        scenario.now_ms = midnight;
        assert_eq!(scenario.create(&letter()).status, 201, "PP-174: the cap is not kept as the key's answer");
    }

    #[test]
    fn pp_166_live_orders_can_have_a_cap_of_their_own() {
        let mut scenario = Scenario::with(r#"{"pieterpost":{"liveOrdersPerDay":1,"ordersPerDay":3}}"#);
        assert_eq!(scenario.key(LIVE_KEY).create(&letter()).status, 201);
        assert_eq!(code(&scenario.create(&letter())), (429, "live_order_cap_reached".into()));
        assert_eq!(scenario.key(KEY).create(&letter()).status, 201, "a test order is no live order");
        assert_eq!(scenario.create(&letter()).status, 201);
        assert_eq!(code(&scenario.create(&letter())).1, "daily_order_cap_reached");
        assert_eq!(code(&scenario.key(LIVE_KEY).create(&letter())).1, "daily_order_cap_reached");
    }

    #[test]
    fn limits_can_be_set_and_switched_off() {
        let mut scenario = Scenario::with(r#"{"pieterpost":{"requestsPerMinute":2,"ordersPerDay":1}}"#);
        assert_eq!(scenario.create(&letter()).status, 201);
        assert_eq!(code(&scenario.create(&letter())).1, "daily_order_cap_reached");
        assert_eq!(code(&scenario.create(&letter())).1, "rate_limited");
        let mut scenario = Scenario::with(r#"{"pieterpost":{"requestsPerMinute":null,"ordersPerDay":null}}"#);
        for number in 0..150 {
            assert_eq!(scenario.create(&letter()).status, 201, "{number}");
        }
    }

    #[test]
    fn pp_171_an_account_without_live_mode_has_no_use_for_a_live_key() {
        let mut scenario = Scenario::with(r#"{"pieterpost":{"accounts":[{"liveEnabled":false}]}}"#);
        assert_eq!(code(&scenario.key(LIVE_KEY).create(&letter())), (403, "invalid_api_key_mode".into()));
        assert_eq!(scenario.key(KEY).create(&letter()).status, 201);
    }

    #[test]
    fn pp_135_what_an_account_may_not_do_it_does_not_do() {
        let mut scenario =
            Scenario::with(r#"{"pieterpost":{"accounts":[{"creditsEnabled":false,"hostedApiEnabled":false}]}}"#);
        let topup = json!({"amountCents": 500, "currency": "eur"});
        for (path, body) in [("/v1/checkout-links", letter()), ("/v1/orders", direct()), ("/v1/credits/topups", topup)]
        {
            assert_eq!(code(&scenario.post(path, &body)), (403, "account_inactive".into()), "{path}");
        }
        assert_eq!(scenario.state()["pieterpost"]["orders"], json!([]));
    }
}
