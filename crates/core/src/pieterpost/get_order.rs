//! `GET /v1/orders/:orderId`
//! <https://pieterpost.com/api/docs/> "Track orders", read 2026-11-21.

use super::PIETERPOST;
use super::order::{self, DONE, ORDER};
use crate::operation::{Method, Operation, Repeat};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pp;
use crate::schema::{Object, Slot, documentation, filled, must, object};

/// Looks up an order of the same account.
pub static GET_ORDER: Operation = Operation {
    name: "pieterpost.get_order",
    doc: documentation("Looks up an order of the same account."),
    source: documentation("https://pieterpost.com/api/docs/"),
    provider: &PIETERPOST,
    method: Method::Get,
    path: "/v1/orders/{orderId}",
    repeat: Repeat::Read,
    input: &ORDER_ID,
    output: &ORDER,
    proof: &["orderId", "status"],
    done: &DONE,
    agrees: order::agrees,
};

/// Which order.
pub static ORDER_ID: Object = object("GetOrderInput", "Which order.")
    .fields(&[must("orderId", filled().within(1, 200, pp(130)), "The id that the order was created with.")
        .rule(pp(130))
        .in_path()])
    .rules(&[order_id]);

const ID: Slot = ORDER_ID.slot("orderId");

/// PP-130: `.` and `..` are no names of their own in a path, however they are encoded (RFC 3986, section 5.2.4).
fn order_id(input: &Group<'_>, found: &mut Findings) {
    let Some(id) = input.text(ID).filter(|id| matches!(id.value().trim_ascii(), "." | "..")) else { return };
    found.error(pp(130), Code::InvalidId, &id.place()).text("actual", &id.value());
}
