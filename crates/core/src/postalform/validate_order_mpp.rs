//! `POST /api/machine/mpp/orders/validate`
//! <https://postalform.com/agents> "MPP endpoint", read 2026-11-21.

use super::VALIDATE_ORDER;
use crate::operation::Operation;
use crate::schema::documentation;

/// Checks an order that is paid over MPP, and says what it costs.
pub static VALIDATE_ORDER_MPP: Operation = Operation {
    name: "postalform.validate_order_mpp",
    doc: documentation("Checks an order that is paid over MPP, and says what it costs. Nothing is paid or sent."),
    path: "/api/machine/mpp/orders/validate",
    ..VALIDATE_ORDER
};
