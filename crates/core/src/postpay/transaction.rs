//! Settlements: what is paid out to the merchant. <https://docs.postpay.io/v1/> "Settlements", read 2026-11-21.

use super::order::ORDER_SHAPE;
use crate::rule::po;
use crate::schema::{Format, Object, Shape, formatted, must, object, text};

/// PO-085. Nothing is recomputed: how the parts are rounded is the vendor's (PO-046).
pub static TRANSACTION: Object = object("PostpayTransaction", "A line of a settlement.").fields(&[
    must("id", &text(), "Its id.").rule(po(85)),
    must("type", &formatted(Format::Usually(&["order", "refund", "instalment", "regularization"])), "What it is for.")
        .rule(po(85)),
    must("currency", &text(), "ISO 4217.").rule(po(85)),
    must("amount", &Shape::Integer, "In hundredths.").rule(po(85)),
    must("fee_amount", &Shape::Integer, "The fixed part of the fee, in hundredths.").rule(po(85)),
    must("fee_rate", &Shape::Integer, "The fee, in hundredths of a per cent: 450 is 4.5 %.").rule(po(46)),
    must("fee_tax_rate", &Shape::Integer, "The tax on the fee, in hundredths of a per cent.").rule(po(46)),
    must("total_amount", &Shape::Integer, "What is paid out, in hundredths.").rule(po(46)),
    must("description", &text(), "What it is.").rule(po(85)),
    must("created", &text(), "When it was made, RFC 3339.").rule(po(85)),
    must("paid", &Shape::Nullable(&TEXT), "When it was paid out; null until then.").rule(po(85)),
    must("order", &Shape::Nullable(&ORDER_SHAPE), "The order, in short.").rule(po(85)),
]);

static TEXT: Shape = text();
/// The shape of a transaction.
pub(super) static TRANSACTION_SHAPE: Shape = Shape::Object(&TRANSACTION);
