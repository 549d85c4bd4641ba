//! `GET /orders/{order_id}/refunds/{refund_id}`
//! <https://docs.postpay.io/v1/> "Get single refund", read 2026-11-21.

use super::refund::{REFUND, REFUND_ID};
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::schema::documentation;

/// Looks up a refund.
pub static GET_REFUND: Operation = Operation {
    name: "postpay.get_refund",
    doc: documentation("Looks up a refund."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Get,
    path: "/orders/{order_id}/refunds/{refund_id}",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "order_id",
    key: "",
    money: None,
    input: &REFUND_ID,
    output: &REFUND,
    proof: &["refund_id"],
    done: &Done::NEVER,
    agrees: unheld,
};
