//! Refunds: money that went back.

use serde::Serialize;

use super::order::Order;
use crate::date::rfc3339;

/// A refund.
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) amount: i64,
    pub(super) description: Option<String>,
    pub(super) created_ms: u64,
}

/// PO-061, in the vendor's order.
#[derive(Serialize)]
pub(super) struct RefundView<'r> {
    refund_id: &'r str,
    amount: i64,
    full: bool,
    description: Option<&'r str>,
    created: String,
}

impl Refund {
    pub(super) fn view(&self, order: &Order) -> RefundView<'_> {
        RefundView {
            refund_id: &self.id,
            amount: self.amount,
            full: self.amount == order.wanted.total_amount,
            description: self.description.as_deref(),
            created: rfc3339(self.created_ms),
        }
    }
}
