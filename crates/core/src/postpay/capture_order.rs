//! `POST /orders/{order_id}/capture`
//! <https://docs.postpay.io/v1/> "Capture", read 2026-11-21.

use super::order::{self, DONE, ORDER, ORDER_ID};
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Method, Operation, Repeat};
use crate::schema::documentation;

/// Takes the money of an approved order.
pub static CAPTURE_ORDER: Operation = Operation {
    name: "postpay.capture_order",
    doc: documentation("Takes the money of an approved order."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Post,
    path: "/orders/{order_id}/capture",
    repeat: Repeat::CheckFirst { with: "postpay.get_order" },
    body: Body::None,
    may_be_public: false,
    is_order: false,
    input: &ORDER_ID,
    output: &ORDER,
    proof: &["order_id", "status"],
    done: &DONE,
    agrees: order::agrees,
};
