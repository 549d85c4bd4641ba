//! `POST /api/machine/orders`
//! <https://postalform.com/agents> "Legacy x402", read 2026-11-21.

use super::answer::PLACED_ORDER;
use super::get_order::DONE;
use super::order::MACHINE_ORDER;
use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Method, Operation, Payment, Repeat, unheld};
use crate::schema::documentation;

/// Orders mail, paid over x402.
pub static CREATE_ORDER: Operation = Operation {
    name: "postalform.create_order",
    doc: documentation("Orders mail. Answered with how to pay over x402, and with the order once that is done."),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Post,
    path: "/api/machine/orders",
    repeat: Repeat::SameBytes,
    body: Body::Json,
    payment: Payment::X402,
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
