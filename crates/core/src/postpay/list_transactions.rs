//! `GET /transactions`
//! <https://docs.postpay.io/v1/> "List transactions", read 2026-11-21.

use super::page::{
    AMOUNT, COUNT, CREATED, CURRENCY, DATE, DAY, HOUR, MOMENT, MONTH, NEXT, PAGE, PAGE_SIZE, PREVIOUS, TEXT, WEEK_DAY,
    YEAR, filter, one_among, ordering, results,
};
use super::transaction::TRANSACTION_SHAPE;
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::po;
use crate::schema::{Field, Object, Shape, documentation, joined, list, object, one_of};

/// Lists what is paid out.
pub static LIST_TRANSACTIONS: Operation = Operation {
    name: "postpay.list_transactions",
    doc: documentation("Lists what is paid out."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Get,
    path: "/transactions",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &TRANSACTIONS_QUERY,
    output: &TRANSACTIONS_PAGE,
    proof: &["count"],
    done: &Done::NEVER,
    agrees: unheld,
};

const MEMBERS: [Field; 45] = joined(
    [
        PAGE,
        PAGE_SIZE,
        ordering(&one_of(&["amount", "-amount", "created", "-created", "paid", "-paid"])),
        filter("id", &TEXT),
        one_among("id__in"),
        filter("type", &TEXT),
        one_among("type__in"),
        filter("amount", &AMOUNT),
        filter("amount__gt", &AMOUNT),
        filter("amount__lt", &AMOUNT),
        filter("amount__gte", &AMOUNT),
        filter("amount__lte", &AMOUNT),
        filter("currency", &CURRENCY),
        one_among("currency__in"),
    ],
    joined::<15, 16, 31>(CREATED, PAID),
);

/// PO-076.
pub static TRANSACTIONS_QUERY: Object =
    object("PostpayTransactionsQuery", "Which of them, and in which order.").fields(&MEMBERS).closed(po(78));

/// PO-071.
pub static TRANSACTIONS_PAGE: Object = object("PostpayTransactionsPage", "A page of a list.").fields(&[
    COUNT,
    NEXT,
    PREVIOUS,
    results(&list(&TRANSACTION_SHAPE)),
]);

/// When it was paid out, if it was.
const PAID: [Field; 16] = [
    filter("paid__isnull", &Shape::Flag),
    filter("paid", &MOMENT),
    filter("paid__gt", &MOMENT),
    filter("paid__lt", &MOMENT),
    filter("paid__gte", &MOMENT),
    filter("paid__lte", &MOMENT),
    filter("paid__date", &DATE),
    filter("paid__date__gt", &DATE),
    filter("paid__date__lt", &DATE),
    filter("paid__date__gte", &DATE),
    filter("paid__date__lte", &DATE),
    filter("paid__year", &YEAR),
    filter("paid__month", &MONTH),
    filter("paid__week_day", &WEEK_DAY),
    filter("paid__day", &DAY),
    filter("paid__hour", &HOUR),
];
