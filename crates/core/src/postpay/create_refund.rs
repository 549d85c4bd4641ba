//! `POST /orders/{order_id}/refunds`
//! <https://docs.postpay.io/v1/> "Create a refund", read 2026-11-21.

use super::get_refund::GET_REFUND;
use super::refund::{self, REFUND};
use super::{POSTPAY, SOURCE};
use crate::check::{Check, Verdict};
use crate::operation::{Body, Done, Method, Money, Operation, Payment, Repeat, at_most};
use crate::read::{Findings, Group};
use crate::rule::po;
use crate::schema::{Format, Misplaced, Object, Slot, amount, documentation, formatted, may, must, object, text};

/// Gives money back: all of a captured order, or a part.
pub static CREATE_REFUND: Operation = Operation {
    name: "postpay.create_refund",
    doc: documentation("Gives money back: all of a captured order, or a part."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Post,
    path: "/orders/{order_id}/refunds",
    repeat: Repeat::CheckFirst,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "order_id",
    key: "refund_id",
    money: Some(Money { amount: "amount", currency: "", unit: 1, is_granted: true }),
    input: &REFUND_INPUT,
    output: &REFUND,
    proof: &["refund_id"],
    done: &Done::NEVER,
    agrees: refund::agrees,
};

/// PO-060. The vendor's example writes `refundId`; its table, its errors and its libraries write `refund_id`.
pub static REFUND_INPUT: Object = object("PostpayRefundInput", "How much goes back.")
    .fields(&[
        must("order_id", &formatted(Format::Id), "The order's id.").rule(po(18)).in_path(),
        must("refund_id", &formatted(Format::Id), "Unique; makes the refund happen once.").rule(po(60)),
        may("amount", &amount(1, po(65)), "In hundredths; all of the order where it is left out.").rule(po(60)),
        may("description", &text(), "What it is for.").rule(po(60)),
        may(
            "refundable",
            &amount(0, po(62)),
            "What may go back at the most, in hundredths: what was captured, less what went back before. It is not sent.",
        )
        .rule(po(62))
        .aside(),
    ])
    .rules(&[within_captured])
    .misplaced(&[Misplaced { name: "refundId", belongs: "refund_id", rule: po(60) }]);

/// PO-064: a refund of this id is ours if as much went back.
pub(crate) static CHECK: Check = Check { of: &CREATE_REFUND, with: &GET_REFUND, by: &["order_id", "refund_id"], says };

const ID: Slot = REFUND_INPUT.slot("refund_id");
const AMOUNT: Slot = REFUND_INPUT.slot("amount");
const REFUNDABLE: Slot = REFUND_INPUT.slot("refundable");

/// PO-062: refused here already, for who has the list of refunds at hand.
fn within_captured(refund: &Group<'_>, found: &mut Findings) {
    at_most(refund, AMOUNT, REFUNDABLE, po(62), found);
}

fn says(sent: &Group<'_>, refund: &Group<'_>) -> Verdict {
    let is_asked =
        sent.copy(ID).is_some_and(|id| refund.text(refund::ID).is_some_and(|answered| answered.is(id.trim_ascii())));
    // PO-060: without an amount all of the order goes back.
    let is_same = match sent.integer(AMOUNT) {
        Some(amount) => refund.integer(refund::AMOUNT) == Some(amount),
        None => refund.flag(refund::FULL) == Some(true),
    };
    match (is_asked, is_same) {
        (false, _) => Verdict::Unclear,
        (true, true) => Verdict::happened(&refund.place()),
        (true, false) => Verdict::Taken,
    }
}
