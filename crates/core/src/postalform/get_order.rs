//! `GET /api/machine/orders/{id}`
//! <https://postalform.com/agents> "Track fulfillment", read 2026-11-21.

use super::answer::{self, ORDER_ID, PLACED_ORDER};
use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::schema::documentation;

/// Looks up an order that was paid over x402.
pub static GET_ORDER: Operation = Operation {
    name: "postalform.get_order",
    doc: documentation("Looks up an order that was paid over x402, by its `order_id` or `request_id`."),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Get,
    path: "/api/machine/orders/{id}",
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
    proof: &["is_paid"],
    done: &DONE,
    agrees: unheld,
};

/// PF-084: paid, on its way, and with a page that shows it. Another last step than this one would show by its change, which
/// one answer alone does not tell.
pub(super) static DONE: Done =
    Done { member: "current_step", values: &["email_sent"], also: answer::is_paid_and_shown };
