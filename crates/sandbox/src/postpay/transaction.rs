//! Settlements: what is paid out to a merchant for its orders, and taken back for its refunds.

use serde::Serialize;

use super::merchant::Caller;
use super::order::{Order, ShortView};
use crate::date::{DAY, rfc3339};

/// PO-046: what the vendor's example takes of an order. Rates are hundredths of a per cent.
const FEE_AMOUNT: i64 = 100;
const FEE_RATE: i64 = 450;
const FEE_TAX_RATE: i64 = 500;
/// All of something, in hundredths of a per cent.
const WHOLE: i128 = 10_000;

/// A line of a settlement.
pub(super) struct Transaction {
    pub(super) id: String,
    pub(super) caller: Caller,
    kind: Kind,
    pub(super) order_id: String,
    currency: String,
    amount: i64,
    created_ms: u64,
}

/// What it is for. Of the vendor's four types, instalments and regularizations are nothing that a caller could bring about.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Order,
    Refund,
}

/// PO-085, in the vendor's order.
#[derive(Serialize)]
pub(super) struct TransactionView<'t> {
    id: &'t str,
    #[serde(rename = "type")]
    kind: Kind,
    currency: &'t str,
    amount: i64,
    fee_amount: i64,
    fee_rate: i64,
    fee_tax_rate: i64,
    total_amount: i64,
    description: &'static str,
    created: String,
    paid: Option<String>,
    order: Option<ShortView<'t>>,
}

impl Transaction {
    /// What is paid out for an order that was captured.
    pub(super) fn of_order(id: String, order: &Order, now_ms: u64) -> Self {
        Transaction::new(id, order, Kind::Order, order.wanted.total_amount, now_ms)
    }

    /// What is taken back for a refund. The vendor does not show one: that it has no fee, and a minus, is made up.
    pub(super) fn of_refund(id: String, order: &Order, amount: i64, now_ms: u64) -> Self {
        Transaction::new(id, order, Kind::Refund, amount.saturating_neg(), now_ms)
    }

    fn new(id: String, order: &Order, kind: Kind, amount: i64, now_ms: u64) -> Self {
        Transaction {
            id,
            caller: order.caller.clone(),
            kind,
            order_id: order.wanted.order_id.clone(),
            currency: order.wanted.currency.clone(),
            amount,
            created_ms: now_ms,
        }
    }

    /// The line as it is answered; `order` is the one that it belongs to.
    pub(super) fn view<'t>(&'t self, order: Option<&'t Order>, now_ms: u64) -> TransactionView<'t> {
        let (fee_amount, fee_rate, fee_tax_rate) = match self.kind {
            Kind::Order => (FEE_AMOUNT, FEE_RATE, FEE_TAX_RATE),
            Kind::Refund => (0, 0, 0),
        };
        let paid_ms = self.paid_ms();
        TransactionView {
            id: &self.id,
            kind: self.kind,
            currency: &self.currency,
            amount: self.amount,
            fee_amount,
            fee_rate,
            fee_tax_rate,
            total_amount: paid_out(self.amount, fee_amount, fee_rate, fee_tax_rate),
            description: "",
            created: rfc3339(self.created_ms),
            paid: (now_ms >= paid_ms).then(|| rfc3339(paid_ms)),
            order: order.map(Order::short),
        }
    }

    /// As in the vendor's example, at the end of the UTC day.
    fn paid_ms(&self) -> u64 {
        (self.created_ms - self.created_ms % DAY).saturating_add(DAY)
    }
}

/// PO-046: the amount without the fee and the tax on the fee, rounded once, half away from zero.
fn paid_out(amount: i64, fee_amount: i64, fee_rate: i64, fee_tax_rate: i64) -> i64 {
    let [amount, fee_amount, fee_rate, tax_rate] = [amount, fee_amount, fee_rate, fee_tax_rate].map(i128::from);
    let fee = (amount * fee_rate + fee_amount * WHOLE) * (WHOLE + tax_rate);
    let out = amount * WHOLE * WHOLE - fee;
    let half = WHOLE * WHOLE / 2 * out.signum();
    i64::try_from((out + half) / (WHOLE * WHOLE)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn po_046_what_is_paid_out_is_as_in_the_vendors_example() {
        assert_eq!(paid_out(81_480, 100, 450, 500), 77_525);
        assert_eq!(paid_out(-12_050, 0, 0, 0), -12_050);
        // Less is left than nothing: the fixed part of the fee is more than the amount.
        assert_eq!(paid_out(0, 100, 450, 500), -105);
        assert_eq!(paid_out(1, 50, 0, 0), -49);
        assert_eq!((paid_out(1, 0, 5_000, 0), paid_out(3, 0, 5_000, 0)), (1, 2));
    }
}
