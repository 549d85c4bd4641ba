//! An order: a checkout, and what became of it.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::merchant::Caller;
use super::refund::{Refund, RefundView};
use crate::date::rfc3339;
use crate::mode::Mode;

/// PO-010: how long a checkout can be paid, in milliseconds.
const OPEN_FOR: u64 = 3_600_000;

/// An order.
pub(super) struct Order {
    pub(super) caller: Caller,
    /// The checkout's id.
    pub(super) token: String,
    pub(super) redirect_url: String,
    pub(super) created_ms: u64,
    pub(super) wanted: Wanted,
    /// The checkout as it was sent.
    pub(super) sent: Box<RawValue>,
    status: Status,
    /// Since when it has its status.
    changed_ms: u64,
    /// Whether the payer turned back. The vendor knows no such status of an order: it waits for ever.
    pub(super) is_cancelled: bool,
    pub(super) refunds: Vec<Refund>,
}

/// A checkout, as far as anybody asks for it later (PO-011).
#[derive(Deserialize)]
pub(super) struct Wanted {
    pub(super) order_id: String,
    pub(super) total_amount: i64,
    pub(super) tax_amount: i64,
    pub(super) currency: String,
    pub(super) num_instalments: Option<u32>,
    pub(super) shipping: Option<Box<RawValue>>,
    pub(super) billing_address: Option<Box<RawValue>>,
    customer: Box<RawValue>,
    pub(super) items: Box<RawValue>,
    pub(super) discounts: Option<Box<RawValue>>,
    pub(super) merchant: Option<Back>,
}

/// PO-027: where the payer goes back to.
#[derive(Deserialize)]
pub(super) struct Back {
    pub(super) confirmation_url: String,
    pub(super) cancel_url: String,
}

/// The states of an order (PO-054).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Pending,
    Approved,
    Captured,
    Denied,
}

/// PO-053: an order in a list, in a settlement, and in what hooks are told.
#[derive(Clone, Serialize)]
pub(super) struct ShortView<'o> {
    order_id: &'o str,
    status: Status,
    status_changed: String,
    total_amount: i64,
    tax_amount: i64,
    currency: &'o str,
    created: String,
}

/// PO-053: an order as it is looked up, in the vendor's order.
#[derive(Serialize)]
pub(super) struct OrderView<'o> {
    #[serde(flatten)]
    short: ShortView<'o>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping: Option<&'o RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_address: Option<&'o RawValue>,
    customer: &'o RawValue,
    items: &'o RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    discounts: Option<&'o RawValue>,
}

/// An order as the control plane shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderState<'o> {
    merchant: &'o str,
    mode: Mode,
    redirect_url: &'o str,
    expires: String,
    cancelled: bool,
    input: &'o RawValue,
    order: ShortView<'o>,
    refunds: Vec<RefundView<'o>>,
}

impl Order {
    pub(super) fn new(
        caller: &Caller,
        token: String,
        redirect_url: String,
        wanted: Wanted,
        sent: Box<RawValue>,
        now_ms: u64,
    ) -> Self {
        Order {
            caller: caller.clone(),
            token,
            redirect_url,
            created_ms: now_ms,
            wanted,
            sent,
            status: Status::Pending,
            changed_ms: now_ms,
            is_cancelled: false,
            refunds: Vec::new(),
        }
    }

    /// Where it stands, and since when.
    pub(super) fn status(&self) -> (Status, u64) {
        (self.status, self.changed_ms)
    }

    pub(super) fn turn(&mut self, status: Status, now_ms: u64) {
        (self.status, self.changed_ms) = (status, now_ms);
    }

    /// Until when it can be paid.
    pub(super) fn expires_ms(&self) -> u64 {
        self.created_ms.saturating_add(OPEN_FOR)
    }

    /// PO-062: what went back already.
    pub(super) fn refunded(&self) -> i64 {
        self.refunds.iter().fold(0, |sum, refund| sum.saturating_add(refund.amount))
    }

    pub(super) fn short(&self) -> ShortView<'_> {
        ShortView {
            order_id: &self.wanted.order_id,
            status: self.status,
            status_changed: rfc3339(self.changed_ms),
            total_amount: self.wanted.total_amount,
            tax_amount: self.wanted.tax_amount,
            currency: &self.wanted.currency,
            created: rfc3339(self.created_ms),
        }
    }

    pub(super) fn view(&self) -> OrderView<'_> {
        OrderView {
            short: self.short(),
            shipping: self.wanted.shipping.as_deref(),
            billing_address: self.wanted.billing_address.as_deref(),
            customer: &self.wanted.customer,
            items: &self.wanted.items,
            discounts: self.wanted.discounts.as_deref(),
        }
    }

    pub(super) fn state(&self) -> OrderState<'_> {
        OrderState {
            merchant: &self.caller.merchant,
            mode: self.caller.mode,
            redirect_url: &self.redirect_url,
            expires: rfc3339(self.expires_ms()),
            cancelled: self.is_cancelled,
            input: &self.sent,
            order: self.short(),
            refunds: self.refunds.iter().map(|refund| refund.view(self)).collect(),
        }
    }
}
