//! `GET /transactions`
//! <https://docs.postpay.io/v1/> "List transactions", read 2026-11-21.

use super::page::{
    AMOUNT, COUNT, CURRENCY, DATE, DAY, HOUR, MOMENT, MONTH, NEXT, PAGE, PAGE_SIZE, PREVIOUS, TEXT, WEEK_DAY, YEAR,
    filter, one_among, ordering, results,
};
use super::transaction::TRANSACTION_SHAPE;
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Repeat, unheld};
use crate::rule::po;
use crate::schema::{Object, Shape, documentation, list, object, one_of};

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

/// PO-076.
pub static TRANSACTIONS_QUERY: Object = object("PostpayTransactionsQuery", "Which of them, and in which order.")
    .fields(&[
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
        filter("created", &MOMENT),
        filter("created__gt", &MOMENT),
        filter("created__lt", &MOMENT),
        filter("created__gte", &MOMENT),
        filter("created__lte", &MOMENT),
        filter("created__date", &DATE),
        filter("created__date__gt", &DATE),
        filter("created__date__lt", &DATE),
        filter("created__date__gte", &DATE),
        filter("created__date__lte", &DATE),
        filter("created__year", &YEAR),
        filter("created__month", &MONTH),
        filter("created__week_day", &WEEK_DAY),
        filter("created__day", &DAY),
        filter("created__hour", &HOUR),
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
    ])
    .closed(po(78));

/// PO-071.
pub static TRANSACTIONS_PAGE: Object = object("PostpayTransactionsPage", "A page of a list.").fields(&[
    COUNT,
    NEXT,
    PREVIOUS,
    results(&list(&TRANSACTION_SHAPE)),
]);
