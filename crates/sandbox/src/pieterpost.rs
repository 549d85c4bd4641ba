//! PieterPost: checkout links, direct orders, compose links, wallets, uploads, and the pages that belong to them.
//! <https://pieterpost.com/api/docs/>, read 2026-11-21.
//!
//! ```text
//! checkout_open --pay--> paid --step--> queued --step--> fulfilled
//!       |--cancel--> cancelled   ^
//!       '--24 h--> expired       '-- a direct order, when its wallet was debited
//! ```
//!
//! Live mode is emulated like test mode: no money moves in either. The vendor names codes and no HTTP statuses (PP-173),
//! and does not say what a page of its own looks like: those are the sandbox's choice.

mod account;
mod asset;
mod checkout_page;
mod compose_link;
mod create;
mod create_checkout_link;
mod create_compose_link;
mod create_order;
mod create_topup;
mod get_order;
mod get_wallet;
mod key;
mod mail;
mod order;
mod refusal;
mod topup;
mod topup_page;
mod upload_asset;
mod wallet;

use edgepost_core::http::Response;
use edgepost_core::pieterpost::PIETERPOST;
use serde::{Deserialize, Serialize};

pub use self::account::Abilities;
use self::account::{Accounts, Usage};
use self::asset::{Asset, AssetState};
use self::compose_link::{ComposeLink, ComposeLinkState};
use self::create::Answers;
use self::key::Caller;
pub use self::key::{CLOSED_ACCOUNT_KEY, INACTIVE_KEY, KEY, Key, LIVE_KEY, OTHER_ACCOUNT_KEY, SECOND_KEY, Standing};
use self::order::{Billing, Order, OrderState, OrderView};
use self::topup::{Topup, TopupState};
pub use self::wallet::{Balance, Currency};
use self::wallet::{WalletState, WalletView, Wallets, Which};
use crate::Sandbox;
use crate::answer::{Answer, Refusal, error, json};
use crate::ids::Ids;
use crate::route::{Call, Mount, Route};

/// PP-135, PP-164, PP-165, PP-166: what can be set about PieterPost. Whatever is left out has its default.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Options {
    /// How long a paid order stays in each state, in milliseconds.
    pub step_ms: u64,
    /// How many requests an account may make in any 60 seconds; nothing for no limit.
    pub requests_per_minute: Option<u32>,
    /// How many orders an account may make on a UTC day, test and live together; nothing for no limit.
    pub orders_per_day: Option<u32>,
    /// How many of them may be live. The vendor has such a cap and does not say where it is: there is none by default.
    pub live_orders_per_day: Option<u32>,
    /// Keys beside the built-in ones.
    pub keys: Vec<Key>,
    /// Accounts that may not do everything.
    pub accounts: Vec<Abilities>,
    /// Wallets that are not empty from the beginning.
    pub balances: Vec<Balance>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            step_ms: 1_000,
            requests_per_minute: Some(60),
            orders_per_day: Some(100),
            live_orders_per_day: None,
            keys: Vec::new(),
            accounts: Vec::new(),
            balances: Vec::new(),
        }
    }
}

pub(crate) static MOUNT: Mount = Mount {
    name: PIETERPOST.name,
    refuse: error,
    routes: &[
        Route::operation(&create_compose_link::ENDPOINT),
        Route::operation(&create_checkout_link::ENDPOINT),
        Route::operation(&create_order::ENDPOINT),
        Route::operation(&get_order::ENDPOINT),
        Route::operation(&get_wallet::ENDPOINT),
        Route::operation(&create_topup::ENDPOINT),
        Route::operation(&upload_asset::ENDPOINT),
        Route::plain("GET", checkout_page::PATH, checkout_page::show),
        Route::plain("POST", checkout_page::PATH, checkout_page::submit),
        Route::plain("GET", topup_page::PATH, topup_page::show),
        Route::plain("POST", topup_page::PATH, topup_page::submit),
        Route::plain("GET", compose_link::PATH, compose_link::show),
        Route::plain("GET", asset::PATH, asset::show),
    ],
};

/// Accounts, and everything that they made.
pub(crate) struct PieterPost {
    options: Options,
    ids: Ids,
    accounts: Accounts,
    answers: Answers,
    wallets: Wallets,
    orders: Vec<Order>,
    topups: Vec<Topup>,
    compose_links: Vec<ComposeLink>,
    assets: Vec<Asset>,
}

/// PieterPost's part of the state; lists are in the order in which things were made.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State<'s> {
    orders: Vec<OrderState<'s>>,
    wallets: Vec<WalletState<'s>>,
    topups: Vec<TopupState<'s>>,
    compose_links: Vec<ComposeLinkState<'s>>,
    assets: Vec<AssetState<'s>>,
    usage: Vec<Usage<'s>>,
}

impl PieterPost {
    pub(crate) fn new(seed: &str, options: Options) -> Self {
        PieterPost {
            ids: Ids::new(&format!("pieterpost {seed}")),
            accounts: Accounts::new(&options),
            answers: Answers::default(),
            wallets: Wallets::new(&options.balances),
            orders: Vec::new(),
            topups: Vec::new(),
            compose_links: Vec::new(),
            assets: Vec::new(),
            options,
        }
    }

    pub(crate) fn state(&self, now_ms: u64) -> State<'_> {
        let step_ms = self.options.step_ms;
        State {
            orders: self.orders.iter().map(|order| order.state(now_ms, step_ms, self.wallet_of(order))).collect(),
            wallets: self.wallets.states().collect(),
            topups: self.topups.iter().map(|topup| topup.state(&self.wallets)).collect(),
            compose_links: self.compose_links.iter().map(ComposeLink::state).collect(),
            assets: self.assets.iter().map(Asset::state).collect(),
            usage: self.accounts.usage(now_ms).collect(),
        }
    }

    /// An order as it is answered.
    fn view<'o>(&self, order: &'o Order, now_ms: u64) -> OrderView<'o> {
        order.view(now_ms, self.options.step_ms, self.wallet_of(order))
    }

    /// PP-131: a direct order is shown with the wallet that it was paid from.
    fn wallet_of(&self, order: &Order) -> Option<WalletView> {
        match order.billing {
            Billing::HostedCheckout { .. } => None,
            Billing::Credits => Some(self.wallets.view(&Which::of(&order.sent.caller, Currency::Eur))),
        }
    }

    /// Keeps a new order, and answers it.
    fn keep(&mut self, order: Order, call: &Call<'_>) -> Response {
        let response = json(201, &self.view(&order, call.now_ms));
        self.orders.push(order);
        response
    }
}

/// What an operation does, for whoever sent the request.
type Work = fn(&mut PieterPost, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal>;

/// Lets an operation work if the request may pass.
fn admitted(sandbox: &mut Sandbox, call: &Call<'_>, work: Work) -> Answer {
    let provider = &mut sandbox.pieterpost;
    let caller = provider.accounts.admit(call);
    caller
        .and_then(|caller| work(provider, &caller, call))
        .unwrap_or_else(|refusal| Answer { response: error(&refusal), outcome: refusal.code })
}
