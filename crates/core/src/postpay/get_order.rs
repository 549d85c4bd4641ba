//! `GET /orders/{order_id}`
//! <https://docs.postpay.io/v1/> "Orders", read 2026-11-21.

use super::order::{self, DONE, ORDER, ORDER_ID};
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Method, Operation, Payment, Repeat};
use crate::schema::documentation;

/// Looks up an order.
pub static GET_ORDER: Operation = Operation {
    name: "postpay.get_order",
    doc: documentation("Looks up an order."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Get,
    path: "/orders/{order_id}",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "order_id",
    key: "",
    money: None,
    input: &ORDER_ID,
    output: &ORDER,
    proof: &["order_id", "status"],
    done: &DONE,
    agrees: order::agrees,
};
