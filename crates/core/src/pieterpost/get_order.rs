//! `GET /v1/orders/:orderId`
//! <https://pieterpost.com/api/docs/> "Track orders", read 2026-11-21.

use super::PIETERPOST;
use super::order::{self, DONE, ORDER};
use crate::operation::{Body, Method, Operation, Payment, Repeat};
use crate::rule::pp;
use crate::schema::{Format, Object, documentation, formatted, must, object};

/// Looks up an order of the same account.
pub static GET_ORDER: Operation = Operation {
    name: "pieterpost.get_order",
    doc: documentation("Looks up an order of the same account."),
    source: documentation("https://pieterpost.com/api/docs/"),
    provider: &PIETERPOST,
    method: Method::Get,
    path: "/v1/orders/{orderId}",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "orderId",
    key: "",
    money: None,
    input: &ORDER_ID,
    output: &ORDER,
    proof: &["orderId", "status"],
    done: &DONE,
    agrees: order::agrees,
};

/// Which order.
pub static ORDER_ID: Object = object("GetOrderInput", "Which order.").fields(&[must(
    "orderId",
    &formatted(Format::Id).within(1, 200, pp(130)),
    "The id that the order was created with.",
)
.rule(pp(130))
.in_path()]);
