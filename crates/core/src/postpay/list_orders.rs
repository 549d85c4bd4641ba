//! `GET /orders`
//! <https://docs.postpay.io/v1/> "List orders", read 2026-11-21.

use super::order::ORDER_SHAPE;
use super::page::{
    AMOUNT, COUNT, CREATED, CURRENCY, NEXT, PAGE, PAGE_SIZE, PREVIOUS, TEXT, filter, one_among, ordering, results,
};
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::po;
use crate::schema::{Field, Object, documentation, joined, list, object, one_of};

/// Lists orders.
pub static LIST_ORDERS: Operation = Operation {
    name: "postpay.list_orders",
    doc: documentation("Lists orders."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Get,
    path: "/orders",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &ORDERS_QUERY,
    output: &ORDERS_PAGE,
    proof: &["count"],
    done: &Done::NEVER,
    agrees: unheld,
};

const MEMBERS: [Field; 29] = joined(
    [
        PAGE,
        PAGE_SIZE,
        ordering(&one_of(&["total_amount", "-total_amount", "created", "-created"])),
        filter("order_id", &TEXT),
        one_among("order_id__in"),
        filter("status", &TEXT),
        one_among("status__in"),
        filter("total_amount", &AMOUNT),
        filter("total_amount__gt", &AMOUNT),
        filter("total_amount__lt", &AMOUNT),
        filter("total_amount__gte", &AMOUNT),
        filter("total_amount__lte", &AMOUNT),
        filter("currency", &CURRENCY),
        one_among("currency__in"),
    ],
    CREATED,
);

/// PO-074.
pub static ORDERS_QUERY: Object =
    object("PostpayOrdersQuery", "Which of them, and in which order.").fields(&MEMBERS).closed(po(78));

/// PO-071.
pub static ORDERS_PAGE: Object =
    object("PostpayOrdersPage", "A page of a list.").fields(&[COUNT, NEXT, PREVIOUS, results(&list(&ORDER_SHAPE))]);
