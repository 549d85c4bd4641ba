//! `POST /orders/{order_id}/capture`
//! <https://docs.postpay.io/v1/> "Capture", read 2026-11-21.

use super::get_order::GET_ORDER;
use super::order::{self, DONE, ORDER, ORDER_ID, STATUS_OF};
use super::{POSTPAY, SOURCE};
use crate::check::{Check, Verdict};
use crate::operation::{Body, Method, Operation, Payment, Repeat};
use crate::read::Group;
use crate::schema::documentation;

/// Takes the money of an approved order.
pub static CAPTURE_ORDER: Operation = Operation {
    name: "postpay.capture_order",
    doc: documentation("Takes the money of an approved order."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Post,
    path: "/orders/{order_id}/capture",
    repeat: Repeat::CheckFirst,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "order_id",
    key: "order_id",
    money: None,
    input: &ORDER_ID,
    output: &ORDER,
    proof: &["order_id", "status"],
    done: &DONE,
    agrees: order::agrees,
};

/// PO-052: an order that is captured was captured, whoever did it.
pub(crate) static CHECK: Check = Check { of: &CAPTURE_ORDER, with: &GET_ORDER, by: &["order_id"], says };

fn says(sent: &Group<'_>, order: &Group<'_>) -> Verdict {
    if !order::is_asked(sent, order) {
        Verdict::Unclear
    } else if order.text(STATUS_OF).is_some_and(|status| status.is("captured")) {
        Verdict::happened(&order.place())
    } else {
        Verdict::Nothing
    }
}
