//! `POST /orders/{order_id}/refunds`
//! <https://docs.postpay.io/v1/> "Create a refund", read 2026-11-21.

use super::refund::{self, REFUND};
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Repeat};
use crate::rule::po;
use crate::schema::{Format, Misplaced, Object, amount, documentation, formatted, may, must, object, text};

/// Gives money back: all of a captured order, or a part.
pub static CREATE_REFUND: Operation = Operation {
    name: "postpay.create_refund",
    doc: documentation("Gives money back: all of a captured order, or a part."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Post,
    path: "/orders/{order_id}/refunds",
    repeat: Repeat::CheckFirst { with: "postpay.get_refund" },
    body: Body::Json,
    may_be_public: false,
    is_order: false,
    input: &REFUND_INPUT,
    output: &REFUND,
    proof: &["refund_id"],
    done: &Done::NEVER,
    agrees: refund::agrees,
};

/// PO-060. The vendor's example writes `refundId`; its table, its errors and its libraries write `refund_id`.
pub static REFUND_INPUT: Object = object("PostpayRefundInput", "How much goes back.")
    .fields(&[
        must("order_id", formatted(Format::Id), "The order's id.").rule(po(18)).in_path(),
        must("refund_id", formatted(Format::Id), "Unique; makes the refund happen once.").rule(po(60)),
        may("amount", amount(1, po(65)), "In hundredths; all of the order where it is left out.").rule(po(60)),
        may("description", text(), "What it is for.").rule(po(60)),
    ])
    .misplaced(&[Misplaced { name: "refundId", belongs: "refund_id", rule: po(60) }]);
