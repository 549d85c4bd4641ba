//! `POST /checkouts`
//! <https://docs.postpay.io/v1/> "Checkout", read 2026-11-21.

use super::checkout::CHECKOUT;
use super::get_order::GET_ORDER;
use super::order;
use super::{POSTPAY, SOURCE};
use crate::check::{Check, Verdict};
use crate::operation::{Body, Done, Method, Money, Operation, Payment, Repeat, unheld};
use crate::read::Group;
use crate::rule::po;
use crate::schema::{Object, Slot, documentation, must, object, text};

/// Makes a page at which an order is paid.
pub static CREATE_CHECKOUT: Operation = Operation {
    name: "postpay.create_checkout",
    doc: documentation("Makes a page at which an order is paid."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Post,
    path: "/checkouts",
    repeat: Repeat::Never,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "order_id",
    key: "order_id",
    money: Some(Money { amount: "total_amount", currency: "currency", unit: 1, is_granted: true }),
    input: &CHECKOUT,
    output: &SESSION,
    proof: &["token", "redirect_url"],
    done: &Done::NEVER,
    agrees: unheld,
};

/// PO-010.
pub static SESSION: Object = object("PostpaySession", "A page at which an order is paid.").fields(&[
    must("token", &text(), "Its id.").rule(po(10)),
    must("expires", &text(), "Until when it can be paid, RFC 3339.").rule(po(10)),
    must("redirect_url", &text(), "Where the payer goes.").rule(po(10)),
]);

/// PO-018: an order that is there was made by a checkout, whose `redirect_url` nobody can be told again.
pub(crate) static CHECK: Check = Check { of: &CREATE_CHECKOUT, with: &GET_ORDER, by: &["order_id"], says };

const TOTAL: Slot = CHECKOUT.slot("total_amount");
const CURRENCY: Slot = CHECKOUT.slot("currency");

fn says(sent: &Group<'_>, order: &Group<'_>) -> Verdict {
    if !order::is_asked(sent, order) {
        Verdict::Unclear
    } else if sent.integer(TOTAL) == order.integer(order::TOTAL) && sent.copy(CURRENCY) == order.copy(order::CURRENCY) {
        Verdict::Lost
    } else {
        Verdict::Taken
    }
}
