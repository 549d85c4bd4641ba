//! `GET /api/machine/mpp/orders/{id}`
//! <https://postalform.com/agents> "Track fulfillment", read 2026-11-21.

use super::GET_ORDER;
use crate::operation::{Done, Operation, nothing_else};
use crate::schema::documentation;

/// Looks up an order that was paid over MPP.
pub static GET_ORDER_MPP: Operation = Operation {
    name: "postalform.get_order_mpp",
    doc: documentation("Looks up an order that was paid over MPP, by its `order_id` or `request_id`."),
    path: "/api/machine/mpp/orders/{id}",
    proof: &["payment_status"],
    done: &DONE,
    ..GET_ORDER
};

/// PFM-005.
pub(super) static DONE: Done = Done { member: "payment_status", values: &["paid"], also: nothing_else };
