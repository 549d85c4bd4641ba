//! `POST /checkouts`
//! <https://docs.postpay.io/v1/> "Checkout", read 2026-11-21.

use super::checkout::CHECKOUT;
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Repeat, unheld};
use crate::rule::po;
use crate::schema::{Object, documentation, must, object, text};

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
    may_be_public: false,
    is_order: false,
    input: &CHECKOUT,
    output: &SESSION,
    proof: &["token", "redirect_url"],
    done: &Done::NEVER,
    agrees: unheld,
};

/// PO-010.
pub static SESSION: Object = object("PostpaySession", "A page at which an order is paid.").fields(&[
    must("token", text(), "Its id.").rule(po(10)),
    must("expires", text(), "Until when it can be paid, RFC 3339.").rule(po(10)),
    must("redirect_url", text(), "Where the payer goes.").rule(po(10)),
]);
