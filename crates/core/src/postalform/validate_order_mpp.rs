//! `POST /api/machine/mpp/orders/validate`
//! <https://postalform.com/agents> "MPP endpoint", read 2026-11-21.

use super::answer::{self, VALIDATION};
use super::order::MACHINE_ORDER;
use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat};
use crate::schema::documentation;

/// Checks an order that is paid over MPP, and says what it costs.
pub static VALIDATE_ORDER_MPP: Operation = Operation {
    name: "postalform.validate_order_mpp",
    doc: documentation("Checks an order that is paid over MPP, and says what it costs. Nothing is paid or sent."),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Post,
    path: "/api/machine/mpp/orders/validate",
    repeat: Repeat::SameEffect,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: true,
    is_order: false,
    order: "request_id",
    key: "",
    money: None,
    input: &MACHINE_ORDER,
    output: &VALIDATION,
    proof: &["quote"],
    done: &Done::NEVER,
    agrees: answer::agrees,
};
