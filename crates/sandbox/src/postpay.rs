//! Postpay: checkouts, the page on which they are paid, captures, refunds, settlements and hooks.
//! <https://docs.postpay.io/v1/>, read 2026-11-21.
//!
//! ```text
//! pending --approve--> approved --capture--> captured --refund--> captured, with less of it left
//!    |--deny--> denied     '--too late--> it stays approved, and is refused (410)
//!    '--cancel, or an hour--> it stays pending, and cannot be paid any more
//! ```
//!
//! Live mode is emulated like test mode: no money moves in either. What the vendor leaves open is the sandbox's choice,
//! and said where it is made.

mod body;
mod capture_order;
mod card;
mod checkout_page;
mod create_checkout;
mod create_hook;
mod create_refund;
mod delete_hook;
#[cfg(test)]
mod fault_tests;
mod filter;
#[cfg(test)]
mod filter_tests;
mod get_hook;
mod get_order;
mod get_refund;
mod get_transaction;
mod hook;
#[cfg(test)]
mod hook_tests;
mod list;
mod list_hooks;
mod list_orders;
mod list_refunds;
mod list_transactions;
mod merchant;
mod moment;
mod order;
mod outbox;
mod refund;
mod refusal;
#[cfg(test)]
mod scenario;
mod transaction;
mod update_hook;

use edgepost_core::postpay::POSTPAY;
use serde::{Deserialize, Serialize};

use self::hook::{Event, Hook, HookState};
use self::merchant::Caller;
pub use self::merchant::{KEY, LIVE_KEY, MERCHANT, Merchant, OTHER_KEY, OTHER_MERCHANT};
use self::order::{Order, OrderState};
pub use self::outbox::Delivery;
use self::outbox::{MessageState, Outbox};
use self::transaction::{Transaction, TransactionView};
use crate::Sandbox;
use crate::answer::{Answer, Refusal, json_as};
use crate::date::DAY;
use crate::ids::Ids;
use crate::route::{Call, Mount, Route};

/// PO-004: what answers are sent as.
const MEDIA_TYPE: &str = "application/vnd.api+json";

/// What faults call the deliveries to hooks.
pub(crate) const WEBHOOK: &str = "postpay.webhook";

/// PO-001, PO-051: what can be set about Postpay. Whatever is left out has its default.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Options {
    /// Merchants and keys beside the built-in ones.
    pub merchants: Vec<Merchant>,
    /// How long an approved order can be captured, in milliseconds. The vendor does not say.
    pub capture_within_ms: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { merchants: Vec::new(), capture_within_ms: 7 * DAY }
    }
}

pub(crate) static MOUNT: Mount = Mount {
    name: POSTPAY.name,
    refuse: refusal::response,
    routes: &[
        Route::operation(&create_checkout::ENDPOINT),
        Route::operation(&capture_order::ENDPOINT),
        Route::operation(&list_orders::ENDPOINT),
        Route::operation(&get_order::ENDPOINT),
        Route::operation(&create_refund::ENDPOINT),
        Route::operation(&list_refunds::ENDPOINT),
        Route::operation(&get_refund::ENDPOINT),
        Route::operation(&list_transactions::ENDPOINT),
        Route::operation(&get_transaction::ENDPOINT),
        Route::operation(&create_hook::ENDPOINT),
        Route::operation(&list_hooks::ENDPOINT),
        Route::operation(&get_hook::ENDPOINT),
        Route::operation(&update_hook::ENDPOINT),
        Route::operation(&delete_hook::ENDPOINT),
        Route::plain("GET", checkout_page::PATH, checkout_page::show),
        Route::plain("POST", checkout_page::PATH, checkout_page::submit),
    ],
};

/// Merchants, and everything that they made.
pub(crate) struct Postpay {
    options: Options,
    ids: Ids,
    merchants: Vec<Merchant>,
    orders: Vec<Order>,
    transactions: Vec<Transaction>,
    hooks: Vec<Hook>,
    pub(crate) outbox: Outbox,
}

/// Postpay's part of the state; lists are in the order in which things were made.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State<'s> {
    orders: Vec<OrderState<'s>>,
    transactions: Vec<TransactionView<'s>>,
    hooks: Vec<HookState<'s>>,
    deliveries: Vec<MessageState<'s>>,
}

impl Postpay {
    pub(crate) fn new(seed: &str, options: Options) -> Self {
        Postpay {
            ids: Ids::new(&format!("postpay {seed}")),
            merchants: merchant::all(&options.merchants),
            orders: Vec::new(),
            transactions: Vec::new(),
            hooks: Vec::new(),
            outbox: Outbox::default(),
            options,
        }
    }

    pub(crate) fn state(&self, now_ms: u64) -> State<'_> {
        let view = |transaction| self.view(transaction, now_ms);
        State {
            orders: self.orders.iter().map(Order::state).collect(),
            transactions: self.transactions.iter().map(view).collect(),
            hooks: self.hooks.iter().map(Hook::state).collect(),
            deliveries: self.outbox.states().collect(),
        }
    }

    /// What hooks are to be told, see [`Sandbox::deliveries`].
    pub(crate) fn deliveries(&mut self, seconds: u64) -> Vec<Delivery> {
        self.outbox.take(&self.hooks, seconds)
    }

    /// How a delivery ended, see [`Sandbox::delivered`].
    pub(crate) fn delivered(&mut self, number: u64, status: Option<u16>) {
        self.outbox.end(&mut self.hooks, number, status);
    }

    /// An id as the vendor's are: 32 hexadecimal digits.
    fn id(&mut self) -> String {
        self.ids.uuid().replace('-', "")
    }

    /// A merchant's order; another's is as good as none.
    fn order(&self, caller: &Caller, id: &str) -> Result<&Order, Refusal> {
        let mut own = self.orders.iter().filter(|order| order.caller == *caller);
        own.find(|order| order.wanted.order_id == id).ok_or(refusal::NOT_FOUND)
    }

    fn order_mut(&mut self, caller: &Caller, id: &str) -> Result<&mut Order, Refusal> {
        let mut own = self.orders.iter_mut().filter(|order| order.caller == *caller);
        own.find(|order| order.wanted.order_id == id).ok_or(refusal::NOT_FOUND)
    }

    fn hook_mut(&mut self, caller: &Caller, id: &str) -> Result<&mut Hook, Refusal> {
        let mut own = self.hooks.iter_mut().filter(|hook| hook.caller == *caller);
        own.find(|hook| hook.id == id).ok_or(refusal::NOT_FOUND)
    }

    /// A transaction as it is answered.
    fn view<'p>(&'p self, transaction: &'p Transaction, now_ms: u64) -> TransactionView<'p> {
        transaction.view(self.order(&transaction.caller, &transaction.order_id).ok(), now_ms)
    }

    /// Has the hooks told that an order has another status. What the vendor tells them is not known (PO-099): here it is
    /// the order as it is listed.
    fn tell_of_order(&mut self, caller: &Caller, order_id: &str, now_ms: u64) {
        let mut own = self.orders.iter().filter(|order| order.caller == *caller);
        if let Some(order) = own.find(|order| order.wanted.order_id == order_id) {
            self.outbox.add(&self.hooks, caller, Event::Order, &order.short(), now_ms);
        }
    }

    /// Adds a line to the settlements, and has the hooks told of it.
    fn settle(
        &mut self,
        caller: &Caller,
        order_id: &str,
        now_ms: u64,
        line: impl FnOnce(String, &Order) -> Transaction,
    ) {
        let id = self.id();
        let mut own = self.orders.iter().filter(|order| order.caller == *caller);
        if let Some(order) = own.find(|order| order.wanted.order_id == order_id) {
            let line = line(id, order);
            self.outbox.add(&self.hooks, caller, Event::Transaction, &line.view(Some(order), now_ms), now_ms);
            self.transactions.push(line);
        }
    }
}

/// What an operation does, for whoever sent the request.
type Work = fn(&mut Postpay, caller: &Caller, call: &Call<'_>) -> Result<Answer, Refusal>;

/// Lets an operation work if the request may pass.
fn admitted(sandbox: &mut Sandbox, call: &Call<'_>, work: Work) -> Answer {
    let provider = &mut sandbox.postpay;
    let caller = merchant::admit(&provider.merchants, &call.request.headers);
    caller
        .and_then(|caller| work(provider, &caller, call))
        .unwrap_or_else(|refusal| Answer { response: refusal::response(&refusal), outcome: refusal.code })
}

/// A success.
fn ok(body: &impl Serialize, outcome: &'static str) -> Answer {
    Answer { response: json_as(MEDIA_TYPE, 200, body), outcome }
}
