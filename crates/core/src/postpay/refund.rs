//! Refunds. <https://docs.postpay.io/v1/> "Refunds", read 2026-11-21.

use crate::operation::{Sent, hold};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::po;
use crate::schema::{Format, Object, Shape, Slot, Weight, formatted, must, object, text};

/// PO-061.
pub static REFUND: Object = object("PostpayRefund", "Money that went back.").fields(&[
    must("refund_id", &text(), "The id that it was made with.").rule(po(61)),
    must("amount", &Shape::Integer, "In hundredths.").rule(po(61)),
    must("full", &Shape::Flag, "Whether it is all of the order.").rule(po(61)),
    must("description", &Shape::Nullable(&TEXT), "What it is for.").rule(po(61)),
    must("created", &text(), "When it was made, RFC 3339.").rule(po(61)),
]);

static TEXT: Shape = text();
/// The shape of a refund.
pub(super) static REFUND_SHAPE: Shape = Shape::Object(&REFUND);

/// Which refund.
pub static REFUND_ID: Object = object("PostpayRefundId", "Which refund.").fields(&[
    must("order_id", &formatted(Format::Id), "The order's id.").rule(po(18)).in_path(),
    must("refund_id", &formatted(Format::Id), "The refund's id.").rule(po(60)).in_path(),
]);

pub(super) const ID: Slot = REFUND.slot("refund_id");
pub(super) const AMOUNT: Slot = REFUND.slot("amount");
pub(super) const FULL: Slot = REFUND.slot("full");

/// PO-064: what went back is what was asked for.
pub(super) fn agrees(sent: &Sent<'_>, refund: &Group<'_>, found: &mut Findings) {
    hold(sent, "amount", &refund.at(AMOUNT), (Weight::Error, po(64), Code::AmountMismatch), found);
}
