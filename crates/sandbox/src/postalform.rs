//! PostalForm: quotes, drafts, and orders that are paid through a 402 handshake, for real as far as signatures go.
//! The vendor's documents "Machine payments overview" and "Machine order workflow", read 2026-11-21.
//!
//! ```text
//! validate --quote--> create --402--> draft --paid--> settled_pending_webhook --webhook--> paid --a while--> email_sent
//!                                     '--paid again before the provider has noticed--> settled twice
//! ```
//!
//! Money does not move, but it is written down as if it did: each settlement, also one too many. What the vendor leaves open
//! is the sandbox's choice, and said where it is made.

mod create_order;
mod discovery;
mod get_order;
mod mcp;
mod mpp;
mod order;
mod places;
mod quote;
mod refusal;
mod tempo;
mod tools;
mod upload;
mod validate_order;
mod x402;

use edgepost_core::postalform::POSTALFORM;
use serde::{Deserialize, Serialize};

use self::mcp::Session;
pub use self::mpp::challenge_id;
use self::order::{Order, OrderState};
use self::tools::TOOLS;
use self::upload::Upload;
use crate::Sandbox;
use crate::answer::{Answer, Refusal};
use crate::ids::Ids;
use crate::mode::Mode;
use crate::route::{Call, Mount, Route, Server};

/// The host that challenges name, wherever the sandbox is.
pub const HOST: &str = "postalform.com";

/// What can be set about PostalForm. Whatever is left out has its default.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Options {
    /// Which networks challenges are for.
    pub mode: Mode,
    /// How many pages a document is held to have that was not uploaded here.
    pub page_count: u64,
    /// How long a settlement waits for its webhook, in milliseconds.
    pub webhook_ms: u64,
    /// How long it takes from there until the order's mail is sent, in milliseconds.
    pub step_ms: u64,
    /// How long the provider takes to notice what it has settled, in milliseconds. Until then it would settle a second payment
    /// as well: the fault that public clients of x402 have met.
    pub notice_ms: u64,
    /// How long a challenge is good, in seconds.
    pub challenge_seconds: u64,
    /// Whether each challenge has an address of its own to pay to, and the one before is worth nothing.
    pub fresh_pay_to: bool,
    /// Whether MPP challenges are bound to the body by its digest.
    pub has_digest: bool,
    /// Whether MPP credentials are asked for in `Payment-Authorization`.
    pub other_header: bool,
    /// Whether the server of tools answers with JSON, and not with a stream of events.
    pub json_answers: bool,
    /// How long a session of the server of tools lasts, in milliseconds.
    pub session_ms: u64,
    /// How many orders may be made in a minute without paying for one; any number, if nothing is said.
    pub unpaid_per_minute: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            mode: Mode::Test,
            page_count: 1,
            webhook_ms: 2_000,
            step_ms: 1_000,
            notice_ms: 0,
            challenge_seconds: 300,
            fresh_pay_to: false,
            has_digest: false,
            other_header: false,
            json_answers: false,
            session_ms: 1_800_000,
            unpaid_per_minute: None,
        }
    }
}

/// Which handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// x402, version 2.
    X402,
    /// MPP.
    Mpp,
}

pub(crate) static MOUNT: Mount = Mount {
    name: POSTALFORM.name,
    refuse: refusal::response,
    routes: &[
        Route::operation(&validate_order::ENDPOINT),
        Route::operation(&create_order::ENDPOINT),
        Route::operation(&get_order::ENDPOINT),
        Route::operation(&validate_order::ENDPOINT_MPP),
        Route::operation(&create_order::ENDPOINT_MPP),
        Route::operation(&get_order::ENDPOINT_MPP),
        Route::operation(&discovery::OPENAPI),
        Route::operation(&discovery::MANIFEST),
        Route::alias("/.well-known/x402.json", &discovery::MANIFEST),
        Route::tools("/mcp", &SERVER),
        Route::plain("DELETE", "/mcp", mcp::end),
        Route::plain("POST", upload::PATH, upload::fill),
    ],
};

/// PFD-010, PFD-012.
static SERVER: Server =
    Server { tools: || TOOLS.iter().map(|tool| &tool.endpoint).collect(), called: mcp::called, talk: mcp::talk };

/// Money that has moved, or would have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Settlement {
    /// The order's id of the provider's.
    pub order_id: String,
    /// Which handshake.
    pub protocol: Protocol,
    /// Where, or how.
    pub network: String,
    /// To whom.
    pub pay_to: String,
    /// Hundredths of a dollar.
    pub cents: u64,
    /// What can be spent once: a nonce, a token, a transaction.
    pub spent: String,
    /// The transaction, or the provider's reference.
    pub reference: String,
    /// When, in milliseconds since 1970.
    pub settled_ms: u64,
}

/// Orders, and what was paid for them.
pub(crate) struct PostalForm {
    options: Options,
    ids: Ids,
    orders: Vec<Order>,
    settlements: Vec<Settlement>,
    /// When orders were made that were not paid at once.
    unpaid: Vec<u64>,
    /// Of clients that call tools.
    sessions: Vec<Session>,
    uploads: Vec<Upload>,
    /// What challenges are signed with.
    secret: Vec<u8>,
}

/// PostalForm's part of the state; lists are in the order in which things were made.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State<'s> {
    orders: Vec<OrderState<'s>>,
    settlements: &'s [Settlement],
    uploads: &'s [Upload],
}

impl PostalForm {
    pub(crate) fn new(seed: &str, options: Options) -> Self {
        PostalForm {
            ids: Ids::new(&format!("postalform {seed}")),
            orders: Vec::new(),
            settlements: Vec::new(),
            unpaid: Vec::new(),
            sessions: Vec::new(),
            uploads: Vec::new(),
            secret: format!("the sandbox signs challenges with this, {seed}").into_bytes(),
            options,
        }
    }

    pub(crate) fn state(&self, now_ms: u64) -> State<'_> {
        State {
            orders: self.orders.iter().map(|order| order.state(&self.options, now_ms)).collect(),
            settlements: &self.settlements,
            uploads: &self.uploads,
        }
    }

    /// All settlements so far.
    pub(crate) fn settlements(&self) -> &[Settlement] {
        &self.settlements
    }

    /// Whether something was spent already.
    fn is_spent(&self, what: &str) -> bool {
        self.settlements.iter().any(|settlement| settlement.spent == what)
    }

    /// The order of this id, PF-075: its own, or that of any request for it.
    fn find(&mut self, id: &str) -> Option<&mut Order> {
        self.orders.iter_mut().find(|order| order.is_called(id))
    }
}

/// What an operation does.
type Work = fn(&mut PostalForm, &Call<'_>) -> Result<Answer, Refusal>;

/// Lets an operation work.
fn worked(sandbox: &mut Sandbox, call: &Call<'_>, work: Work) -> Answer {
    let refused = |refusal: Refusal| Answer { response: refusal::response(&refusal), outcome: refusal.code };
    work(&mut sandbox.postalform, call).unwrap_or_else(refused)
}
