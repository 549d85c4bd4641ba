//! `POST /api/machine/mpp/orders`
//! <https://postalform.com/agents> "MPP endpoint", read 2026-11-21.

use super::CREATE_ORDER;
use super::get_order_mpp::DONE;
use crate::operation::{Operation, Payment};
use crate::schema::documentation;

/// Orders mail, paid over MPP.
pub static CREATE_ORDER_MPP: Operation = Operation {
    name: "postalform.create_order_mpp",
    doc: documentation("Orders mail. Answered with how to pay over MPP, and with the order once that is done."),
    path: "/api/machine/mpp/orders",
    payment: Payment::Mpp,
    done: &DONE,
    ..CREATE_ORDER
};
