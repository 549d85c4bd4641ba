//! What the provider says of an order, as far as paying needs it.

use alloc::string::String;

use super::{Protocol, Summary};
use crate::payment::decimal;
use crate::read::{Group, check, is_web_address};
use crate::schema::{Mode, Object, Shape, may, object, text};

static QUOTED: Object = object("Quoted", "An answer to a validation.")
    .fields(&[may("quote", &Shape::Object(&QUOTE), "The price.")])
    .quiet();

static QUOTE: Object = object("Quote", "The price.")
    .fields(&[
        may("price_usd", &Shape::Any, "Dollars, as a number or as a text."),
        may("currency", &text(), "usd."),
        may("page_count", &Shape::Integer, "As the provider counts."),
    ])
    .quiet();

static ORDER: Object = object("Order", "An order, or a refusal.")
    .fields(&[
        may("order_id", &text(), "The provider's own id."),
        may("request_id", &text(), "The id that it was created with."),
        may("is_paid", &Shape::Flag, "Whether it is paid."),
        may("payment_status", &text(), "The same in a word."),
        may("status", &text(), "Where it stands."),
        may("current_step", &text(), "Where the provider is at work."),
        may("order_complete_url", &text(), "Its page, or a sentence."),
        may("machine_payment", &Shape::Object(&PAYMENT), "How it was paid."),
        may("x402", &Shape::Object(&X402), "How it was paid with x402."),
        may("code", &text(), "Why not."),
        may("message", &text(), "For people."),
    ])
    .quiet();

static PAYMENT: Object = object("MachinePayment", "How it was paid.")
    .fields(&[
        may("network", &text(), "Where."),
        may("method", &text(), "How."),
        may("recipient", &text(), "To whom."),
        may("settlement_reference", &text(), "The transaction."),
        may("settled_at", &text(), "When."),
    ])
    .quiet();

static X402: Object = object("X402", "How it was paid with x402.")
    .fields(&[
        may("network", &text(), "Where."),
        may("pay_to", &text(), "To whom."),
        may("settlement_tx", &text(), "The transaction."),
        may("settled_at", &text(), "When."),
    ])
    .quiet();

/// A price, and what it is for.
pub(super) struct Quote {
    /// PF-072.
    pub(super) price_cents: Option<u64>,
    pub(super) page_count: Option<u64>,
}

/// PF-071: the quote in an answer; `None` if there is none.
pub(super) fn quote(body: &[u8]) -> Option<Quote> {
    let reading = check(&QUOTED, body, Mode::Answer);
    let quote = reading.root().group(QUOTED.slot("quote")).filter(|_| reading.is_json)?;
    let is_usd = quote.text(QUOTE.slot("currency")).is_none_or(|currency| currency.value().eq_ignore_ascii_case("usd"));
    let price = quote.at(QUOTE.slot("price_usd"));
    let written = core::str::from_utf8(price.bytes()).unwrap_or_default();
    let bare = written.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(written);
    let pages = quote.integer(QUOTE.slot("page_count"));
    Some(Quote {
        price_cents: decimal::hundredths(bare).filter(|_| is_usd),
        page_count: pages.and_then(|pages| u64::try_from(pages).ok()),
    })
}

/// What `payment_status` is where nothing was paid. The vendor names only `paid` (PFM-005), and the code of PF-078.
const UNPAID: [&str; 2] = ["unpaid", "payment_required"];

/// PF-081: what is said of an order.
#[derive(Default)]
pub(super) struct Order {
    pub(super) order_id: String,
    pub(super) request_id: String,
    pub(super) is_paid: Option<bool>,
    pub(super) payment_status: String,
    pub(super) status: String,
    pub(super) current_step: String,
    pub(super) url: String,
    pub(super) network: String,
    pub(super) pay_to: String,
    pub(super) transaction: String,
    pub(super) settled_at: String,
    pub(super) code: String,
    pub(super) message: String,
}

/// Reads an answer about an order, or a refusal; `None` if it is neither.
pub(super) fn order(body: &[u8]) -> Option<Order> {
    let reading = check(&ORDER, body, Mode::Answer);
    if !reading.is_json || body.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    let root = reading.root();
    let member = |name| copied(&root, name);
    let inner = |group: &'static str, name| {
        let group = ORDER.find(group).and_then(|slot| root.group(slot));
        group.map(|group| copied(&group, name)).unwrap_or_default()
    };
    let either = |one: String, other: String| if one.is_empty() { other } else { one };
    Some(Order {
        order_id: member("order_id"),
        request_id: member("request_id"),
        is_paid: root.flag(ORDER.slot("is_paid")),
        payment_status: member("payment_status"),
        status: member("status"),
        current_step: member("current_step"),
        url: Some(member("order_complete_url")).filter(|url| is_web_address(url)).unwrap_or_default(),
        network: either(inner("x402", "network"), inner("machine_payment", "network")),
        pay_to: either(inner("x402", "pay_to"), inner("machine_payment", "recipient")),
        transaction: either(inner("x402", "settlement_tx"), inner("machine_payment", "settlement_reference")),
        settled_at: either(inner("x402", "settled_at"), inner("machine_payment", "settled_at")),
        code: member("code"),
        message: member("message"),
    })
}

/// Whether an answer about the order with this `request_id` says that no money has moved for it. What says nothing of it, or is
/// about another one, does not.
pub fn is_unpaid(body: &[u8], request_id: &str) -> bool {
    order(body).is_some_and(|order| order.is_about("", request_id) && order.is_unpaid())
}

fn copied(group: &Group<'_>, name: &str) -> String {
    group.object().find(name).and_then(|slot| group.copy(slot)).unwrap_or_default()
}

impl Order {
    /// PF-075: whether it is about the order that is known by these ids; what names none is about what was asked. The provider's
    /// own id decides where it is known, for an alias has the `request_id` of the first draft; until then it is empty.
    pub(super) fn is_about(&self, order_id: &str, request_id: &str) -> bool {
        let is_known = !self.order_id.is_empty() && !order_id.is_empty();
        let told = if is_known { &self.order_id } else { &self.request_id };
        told.is_empty() || [order_id, request_id].iter().any(|known| told.eq_ignore_ascii_case(known))
    }

    /// Whether anything of it says that money has moved.
    pub(super) fn is_settled(&self) -> bool {
        self.is_paid == Some(true)
            || self.payment_status == "paid"
            || self.status == "settled_pending_webhook"
            || !self.transaction.is_empty()
            || !self.settled_at.is_empty()
    }

    /// Whether it says that none has. Silence says nothing, nor does a word that is not known: `processing` may be money.
    pub(super) fn is_unpaid(&self) -> bool {
        let is_said = UNPAID.contains(&self.payment_status.as_str());
        !self.is_settled() && (is_said || self.is_paid == Some(false) && self.payment_status.is_empty())
    }

    /// PF-084, PFM-005: whether nothing more is to be waited for. `step` is where it stood when it was paid.
    pub(super) fn is_final(&self, protocol: Protocol, step: &str) -> bool {
        match protocol {
            Protocol::X402 => {
                let has_moved = !self.current_step.is_empty() && self.current_step != step;
                self.is_paid == Some(true) && (has_moved || self.current_step == "email_sent") && !self.url.is_empty()
            }
            Protocol::Mpp => self.payment_status == "paid",
        }
    }

    /// Takes over what it says; what it does not say stays.
    pub(super) fn tell(self, summary: &mut Summary) {
        let set = |known: &mut String, told: String| {
            if !told.is_empty() {
                *known = told;
            }
        };
        set(&mut summary.order_id, self.order_id);
        set(&mut summary.network, self.network);
        set(&mut summary.pay_to, self.pay_to);
        set(&mut summary.settlement_tx, self.transaction);
        set(&mut summary.settled_at, self.settled_at);
        set(&mut summary.current_step, self.current_step);
        set(&mut summary.order_complete_url, self.url);
        summary.is_paid = summary.is_paid || self.is_paid == Some(true) || self.payment_status == "paid";
    }
}
