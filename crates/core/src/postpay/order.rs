//! Orders: what became of a checkout. <https://docs.postpay.io/v1/> "Orders", read 2026-11-21.

use alloc::string::String;

use super::address::ADDRESS_SHAPE;
use super::checkout::{CUSTOMER_SHAPE, DISCOUNTS, ITEMS, SHIPPING_SHAPE};
use crate::operation::{Done, Sent, hold, nothing_else};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::po;
use crate::schema::{Format, Object, Shape, Slot, Weight, formatted, may, must, object, text};

/// PO-054: known states; others may come.
pub(super) const STATUS: Shape = formatted(Format::Usually(&["pending", "approved", "captured", "denied"]));

/// PO-053. Lists show the first seven members only.
pub static ORDER: Object = object("PostpayOrder", "What became of a checkout.").fields(&[
    must("order_id", &text(), "The checkout's own id.").rule(po(53)),
    must("status", &STATUS, "Where it stands.").rule(po(54)),
    must("status_changed", &text(), "When that changed, RFC 3339.").rule(po(53)),
    must("total_amount", &Shape::Integer, "In hundredths.").rule(po(53)),
    must("tax_amount", &Shape::Integer, "In hundredths.").rule(po(53)),
    must("currency", &text(), "ISO 4217.").rule(po(53)),
    must("created", &text(), "When it was made, RFC 3339.").rule(po(53)),
    may("shipping", &Shape::Nullable(&SHIPPING_OF), "How it is shipped.").rule(po(53)),
    may("billing_address", &Shape::Nullable(&ADDRESS_OF), "Whom the bill is for.").rule(po(53)),
    may("customer", &CUSTOMER_SHAPE, "Who pays.").rule(po(53)),
    may("items", &ITEMS, "What is bought.").rule(po(53)),
    may("discounts", &DISCOUNTS, "What is taken off.").rule(po(53)),
]);

static SHIPPING_OF: Shape = SHIPPING_SHAPE;
static ADDRESS_OF: Shape = ADDRESS_SHAPE;
/// The shape of an order.
pub(super) static ORDER_SHAPE: Shape = Shape::Object(&ORDER);

/// Which order.
pub static ORDER_ID: Object = object("PostpayOrderId", "Which order.").fields(&[must(
    "order_id",
    &formatted(Format::Id),
    "The checkout's own id.",
)
.rule(po(18))
.in_path()]);

/// Denied is the end, and so is captured.
pub(super) static DONE: Done = Done { member: "status", values: &["captured", "denied"], also: nothing_else };

const ID: Slot = ORDER.slot("order_id");
pub(super) const STATUS_OF: Slot = ORDER.slot("status");
pub(super) const TOTAL: Slot = ORDER.slot("total_amount");
pub(super) const CURRENCY: Slot = ORDER.slot("currency");

/// The order that a call is about.
fn asked(input: &Group<'_>) -> Option<String> {
    Some(String::from(input.copy(input.object().find("order_id")?)?.trim_ascii()))
}

/// Whether an order is the one that a call is about.
pub(super) fn is_asked(input: &Group<'_>, order: &Group<'_>) -> bool {
    asked(input).is_some_and(|asked| order.text(ID).is_some_and(|answered| answered.is(&asked)))
}

/// The answer is about the order that was asked for.
pub(super) fn agrees(sent: &Sent<'_>, order: &Group<'_>, found: &mut Findings) {
    hold(sent, "order_id", &order.at(ID), (Weight::Error, po(53), Code::IdMismatch), found);
}
