//! `GET /api/machine/mpp/orders/{id}`
//! <https://postalform.com/agents> "Track fulfillment", read 2026-11-21.

use super::answer::{ORDER_ID, PLACED_ORDER};
use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, nothing_else, unheld};
use crate::schema::documentation;

/// Looks up an order that was paid over MPP.
pub static GET_ORDER_MPP: Operation = Operation {
    name: "postalform.get_order_mpp",
    doc: documentation("Looks up an order that was paid over MPP, by its `order_id` or `request_id`."),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Get,
    path: "/api/machine/mpp/orders/{id}",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: true,
    is_order: false,
    order: "id",
    key: "",
    money: None,
    input: &ORDER_ID,
    output: &PLACED_ORDER,
    proof: &["payment_status"],
    done: &DONE,
    agrees: unheld,
};

/// PFM-005.
pub(super) static DONE: Done = Done { member: "payment_status", values: &["paid"], also: nothing_else };
