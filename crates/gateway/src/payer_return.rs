//! A payer on the way back from Postpay's checkout page.
//!
//! What the address says is never a proof (PO-029): Postpay is asked, what it says is held against what was minted here
//! (PO-056), and only then the money is captured. Orders that were not minted here are nobody's business: nothing is asked
//! about them, and nothing of theirs is captured. The payer goes to one of two addresses of the configuration, wherever the
//! request came from.

use edgepost_core::http::{Response, percent_encode};
use edgepost_core::json;
use edgepost_core::operation::Operation;
use edgepost_core::outcome::{self, Context, Outcome};
use edgepost_core::postpay::payer_return::Status;
use edgepost_core::postpay::{CAPTURE_ORDER, CREATE_CHECKOUT, GET_ORDER};
use edgepost_core::prepare::{self, Options};
use edgepost_core::read::is_web_address;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::account;
use crate::admission::Lookup;
use crate::config::Config;
use crate::mint::{Mint, identity};

/// How long it is remembered what was minted: as long as the ledger remembers it.
pub use crate::ledger::KEPT_MS;

/// Where payers go.
#[derive(Clone, Debug)]
pub struct Pages {
    /// Whose money was captured.
    pub success: String,
    /// All others.
    pub failure: String,
}

impl Pages {
    /// Reads the configuration, and says what is wrong with it by name.
    pub fn read(var: &impl Fn(&str) -> Option<String>, faults: &mut Vec<String>) -> Option<Self> {
        let names = ["POSTPAY_SUCCESS_URL", "POSTPAY_FAILURE_URL"];
        for name in names {
            if var(name).is_some_and(|url| !is_web_address(&url)) {
                faults.push(format!("{name} is no https address (http on loopback)"));
            }
        }
        let [success, failure] = names.map(var);
        if success.is_some() != failure.is_some() {
            faults.push(
                "of POSTPAY_SUCCESS_URL and POSTPAY_FAILURE_URL there is only one: payers come back to both".into(),
            );
        }
        Some(Pages { success: success?, failure: failure? })
    }

    /// Sends a payer on, with what became of the order. An address's own query and fragment stay.
    pub fn back(&self, standing: Standing, order_id: Option<&str>) -> Response {
        let page = if standing == Standing::Captured { &self.success } else { &self.failure };
        let (address, fragment) =
            page.split_once('#').map_or((page.as_str(), None), |(address, rest)| (address, Some(rest)));
        let mut location = address.to_owned();
        let mut separator = match address.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        for (name, value) in [("order_id", order_id), ("status", Some(standing.name()))] {
            let Some(value) = value else { continue };
            json::put(&mut location, &[separator, name, "="]);
            percent_encode(&mut location, value);
            separator = "&";
        }
        if let Some(fragment) = fragment {
            json::put(&mut location, &["#", fragment]);
        }
        let headers = [
            ("location", location.as_str()),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("edgepost-source", "gateway"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Response { status: 303, headers, body: Vec::new() }
    }
}

/// What became of a payer's order, as the shop's page is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The money was captured: now, or before.
    Captured,
    /// Postpay or the payer's bank said no.
    Denied,
    /// The payer turned back.
    Cancelled,
    /// The payer has not been through with it.
    Pending,
    /// It was approved, but not captured in time.
    Expired,
    /// The order is not what was minted: nothing was captured.
    Mismatch,
    /// Nobody knows: the order is not known here, or Postpay gave no answer that settles it.
    Unknown,
}

impl Standing {
    /// As it is written in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Standing::Captured => "captured",
            Standing::Denied => "denied",
            Standing::Cancelled => "cancelled",
            Standing::Pending => "pending",
            Standing::Expired => "expired",
            Standing::Mismatch => "mismatch",
            Standing::Unknown => "unknown",
        }
    }
}

/// What was minted: what the order has to come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minted {
    /// See [`minted_id`].
    pub id: String,
    /// In hundredths.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
}

impl Minted {
    /// What a mint has asked for; none if it is no checkout.
    pub fn of(mode: &str, operation: &str, body: &str) -> Option<Self> {
        if operation != CREATE_CHECKOUT.name {
            return None;
        }
        let body: Value = serde_json::from_str(body).ok()?;
        let amount = body.get("total_amount")?.as_i64()?;
        let text = |member: &str| Some(body.get(member)?.as_str()?.to_owned());
        Some(Minted { id: minted_id(mode, &text("order_id")?), amount, currency: text("currency")? })
    }
}

/// A checkout's identity, by its order.
pub fn minted_id(mode: &str, order_id: &str) -> String {
    identity("minted", mode, CREATE_CHECKOUT.name, order_id.trim_ascii())
}

/// What Postpay says of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Order {
    status: String,
    amount: i64,
    currency: String,
}

/// What is to be done about a payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Capture, then see what came of it.
    Capture,
    /// Send on.
    Back(Standing),
}

/// Decides by what Postpay says of the order. `said` is what the payer's address says, which only ever takes something back.
pub fn decide(said: Status, minted: &Minted, order_id: &str, answer: &Response) -> Decision {
    let Some(order) = order(&GET_ORDER, order_id, answer) else { return Decision::Back(Standing::Unknown) };
    if let Some(standing) = differs(minted, &order) {
        return Decision::Back(standing);
    }
    let standing = match (order.status.as_str(), said) {
        ("captured", _) => Standing::Captured,
        ("approved", Status::Approved) => return Decision::Capture,
        ("denied", _) | ("pending", Status::Denied) => Standing::Denied,
        ("pending", Status::Cancelled) => Standing::Cancelled,
        ("pending", _) => Standing::Pending,
        _ => Standing::Unknown,
    };
    Decision::Back(standing)
}

/// What came of a capture; none where the order has to be looked up once more (PO-052).
pub fn captured(minted: &Minted, order_id: &str, answer: &Response) -> Option<Standing> {
    if let Some(order) = order(&CAPTURE_ORDER, order_id, answer) {
        // PO-056: what was taken is held against what was minted as well.
        return differs(minted, &order).or((order.status == "captured").then_some(Standing::Captured));
    }
    match outcome::read(&CAPTURE_ORDER, answer, &Context::default()) {
        // PO-051
        Outcome::Refused(refused) if refused.status == 402 => Some(Standing::Denied),
        Outcome::Refused(refused) if refused.status == 410 => Some(Standing::Expired),
        _ => None,
    }
}

fn differs(minted: &Minted, order: &Order) -> Option<Standing> {
    let is_same = order.amount == minted.amount && order.currency == minted.currency;
    (!is_same).then_some(Standing::Mismatch)
}

/// The order in an answer, if it is the one that was asked about.
fn order(operation: &'static Operation, order_id: &str, answer: &Response) -> Option<Order> {
    let Outcome::Ok { value, .. } = outcome::read(operation, answer, &Context::default()) else { return None };
    let value: Value = serde_json::from_slice(&value).ok()?;
    let text = |member: &str| Some(value.get(member)?.as_str()?.to_owned());
    let is_asked = text("order_id")? == order_id.trim_ascii();
    is_asked.then_some(Order {
        status: text("status")?,
        amount: value.get("total_amount")?.as_i64()?,
        currency: text("currency")?,
    })
}

/// Asks Postpay for an order; none if it cannot be asked about.
pub fn lookup(config: &Config, order_id: &str) -> Option<Lookup> {
    let request = build(config, &GET_ORDER, order_id)?;
    Some(Lookup { id: identity("return", config.mode, GET_ORDER.name, order_id), operation: &GET_ORDER, request })
}

/// Captures an order: once, however often its payer comes back.
pub fn capture(config: &Config, order_id: &str) -> Option<Mint> {
    const SUBJECT: &str = "return";
    let request = build(config, &CAPTURE_ORDER, order_id)?;
    Some(Mint {
        id: identity(SUBJECT, config.mode, CAPTURE_ORDER.name, order_id.trim_ascii()),
        operation: CAPTURE_ORDER.name.to_owned(),
        subject: SUBJECT.to_owned(),
        address: None,
        holds: vec![account(config, &CAPTURE_ORDER)],
        digest: edgepost_core::digest::field(b""),
        url: request.url,
        headers: request.headers,
        body: String::new(),
        order: Some(order_id.to_owned()),
        input: Some(input(order_id)),
    })
}

/// The input of an operation that is about an order and nothing else.
fn input(order_id: &str) -> String {
    let mut input = String::from("{");
    json::member(&mut input, "\"order_id\":", order_id);
    input.push('}');
    input
}

fn build(config: &Config, operation: &'static Operation, order_id: &str) -> Option<edgepost_core::http::Request> {
    let base_url = Some(config.upstream(operation.provider)?.base.clone());
    let options = Options { base_url, ..Options::default() };
    Some(prepare::build(operation, input(order_id).as_bytes(), &options).ok()?.request)
}

#[cfg(test)]
mod tests;
