//! `GET /transactions/{id}`
//! <https://docs.postpay.io/v1/> "Get single transaction", read 2026-11-21.

use super::transaction::TRANSACTION;
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::po;
use crate::schema::{Format, Object, documentation, formatted, must, object};

/// Looks up a line of a settlement.
pub static GET_TRANSACTION: Operation = Operation {
    name: "postpay.get_transaction",
    doc: documentation("Looks up a line of a settlement."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Get,
    path: "/transactions/{id}",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &TRANSACTION_ID,
    output: &TRANSACTION,
    proof: &["id"],
    done: &Done::NEVER,
    agrees: unheld,
};

/// Which transaction.
pub static TRANSACTION_ID: Object = object("PostpayTransactionId", "Which transaction.").fields(&[must(
    "id",
    &formatted(Format::Id),
    "The transaction's id.",
)
.rule(po(85))
.in_path()]);
