//! PieterPost: checkout links, their payment page, and what becomes of the orders.
//! <https://pieterpost.com/api/docs/>, read 2026-11-21.
//!
//! ```text
//! checkout_open --pay--> paid --step--> queued --step--> fulfilled
//!       |--cancel--> cancelled
//!       '--24 h--> expired
//! ```
//!
//! Test mode only. The vendor names codes and no HTTP statuses (PP-173), and does not say what a page of its own looks
//! like: those are the sandbox's choice.

mod account;
mod create_checkout_link;
mod get_order;
mod order;
mod page;
mod refusal;

use edgepost_core::pieterpost::PIETERPOST;
use serde::{Deserialize, Serialize};

use self::account::Accounts;
pub use self::account::{CLOSED_ACCOUNT_KEY, INACTIVE_KEY, KEY, Key, OTHER_ACCOUNT_KEY, SECOND_KEY, Standing};
use self::order::{Order, OrderState};
use crate::Sandbox;
use crate::answer::{Answer, Refusal};
use crate::ids::Ids;
use crate::route::{Call, Endpoint, Mount, Route, Target};

/// PP-164, PP-165, PP-166: what can be set about PieterPost. Whatever is left out has its default.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Options {
    /// How long a paid order stays in each state, in milliseconds.
    pub step_ms: u64,
    /// How many requests an account may make in any 60 seconds.
    pub requests_per_minute: u32,
    /// How many orders an account may make on a UTC day.
    pub orders_per_day: u32,
    /// Keys beside the built-in ones.
    pub keys: Vec<Key>,
}

impl Default for Options {
    fn default() -> Self {
        Options { step_ms: 1_000, requests_per_minute: 60, orders_per_day: 100, keys: Vec::new() }
    }
}

pub(crate) static MOUNT: Mount = Mount {
    name: PIETERPOST.name,
    routes: &[
        operation(&create_checkout_link::ENDPOINT),
        operation(&get_order::ENDPOINT),
        Route { method: "GET", path: page::PATH, to: Target::Plain(page::show) },
        Route { method: "POST", path: page::PATH, to: Target::Plain(page::submit) },
    ],
};

const fn operation(endpoint: &'static Endpoint) -> Route {
    Route { method: endpoint.operation.method.name(), path: endpoint.operation.path, to: Target::Operation(endpoint) }
}

/// Accounts and orders.
pub(crate) struct PieterPost {
    options: Options,
    ids: Ids,
    accounts: Accounts,
    orders: Vec<Order>,
}

/// PieterPost's part of the state.
#[derive(Serialize)]
pub(crate) struct State<'s> {
    /// In the order in which they were made.
    orders: Vec<OrderState<'s>>,
}

impl PieterPost {
    pub(crate) fn new(seed: &str, options: Options) -> Self {
        PieterPost {
            ids: Ids::new(&format!("pieterpost {seed}")),
            accounts: Accounts::new(&options),
            orders: Vec::new(),
            options,
        }
    }

    pub(crate) fn state(&self, now_ms: u64) -> State<'_> {
        State { orders: self.orders.iter().map(|order| order.state(now_ms, self.options.step_ms)).collect() }
    }

    fn order(&self, id: &str) -> Option<&Order> {
        self.orders.iter().find(|order| order.id == id)
    }
}

/// What an operation does, for the account that the request's key belongs to.
type Work = fn(&mut PieterPost, account: &str, call: &Call<'_>) -> Result<Answer, Refusal>;

/// Lets an operation work if the request may pass.
fn admitted(sandbox: &mut Sandbox, call: &Call<'_>, work: Work) -> Answer {
    let provider = &mut sandbox.pieterpost;
    let account = provider.accounts.admit(call);
    account
        .and_then(|account| work(provider, &account, call))
        .unwrap_or_else(|refusal| Answer { response: refusal::response(&refusal), outcome: refusal.code })
}
