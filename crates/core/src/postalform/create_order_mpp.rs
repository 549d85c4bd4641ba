//! `POST /api/machine/mpp/orders`
//! <https://postalform.com/agents> "MPP endpoint", read 2026-11-21.

use super::answer::PLACED_ORDER;
use super::get_order_mpp::DONE;
use super::order::MACHINE_ORDER;
use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Method, Operation, Payment, Repeat, unheld};
use crate::schema::documentation;

/// Orders mail, paid over MPP.
pub static CREATE_ORDER_MPP: Operation = Operation {
    name: "postalform.create_order_mpp",
    doc: documentation("Orders mail. Answered with how to pay over MPP, and with the order once that is done."),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Post,
    path: "/api/machine/mpp/orders",
    repeat: Repeat::SameBytes,
    body: Body::Json,
    payment: Payment::Mpp,
    may_be_public: false,
    is_order: true,
    order: "request_id",
    key: "request_id",
    money: None,
    input: &MACHINE_ORDER,
    output: &PLACED_ORDER,
    proof: &["order_id"],
    done: &DONE,
    agrees: unheld,
};
