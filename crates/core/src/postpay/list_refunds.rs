//! `GET /orders/{order_id}/refunds`
//! <https://docs.postpay.io/v1/> "List refunds", read 2026-11-21.

use super::page::{
    AMOUNT, COUNT, CREATED, NEXT, PAGE, PAGE_SIZE, PREVIOUS, TEXT, filter, one_among, ordering, results,
};
use super::refund::REFUND_SHAPE;
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::po;
use crate::schema::{Field, Format, Object, documentation, formatted, joined, list, must, object, one_of};

/// Lists the refunds of an order.
pub static LIST_REFUNDS: Operation = Operation {
    name: "postpay.list_refunds",
    doc: documentation("Lists the refunds of an order."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Get,
    path: "/orders/{order_id}/refunds",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "order_id",
    key: "",
    money: None,
    input: &REFUNDS_QUERY,
    output: &REFUNDS_PAGE,
    proof: &["count"],
    done: &Done::NEVER,
    agrees: unheld,
};

const MEMBERS: [Field; 34] = joined(
    [
        must("order_id", &formatted(Format::Id), "The order's id.").rule(po(18)).in_path(),
        PAGE,
        PAGE_SIZE,
        ordering(&one_of(&["amount", "-amount", "created", "-created"])),
        filter("refund_id", &TEXT),
        one_among("refund_id__in"),
        filter("description__contains", &TEXT),
        filter("description__icontains", &TEXT),
        filter("description__startswith", &TEXT),
        filter("description__istartswith", &TEXT),
        filter("description__endswith", &TEXT),
        filter("description__iendswith", &TEXT),
        filter("description__regex", &TEXT),
        filter("description__iregex", &TEXT),
        filter("amount", &AMOUNT),
        filter("amount__gt", &AMOUNT),
        filter("amount__lt", &AMOUNT),
        filter("amount__gte", &AMOUNT),
        filter("amount__lte", &AMOUNT),
    ],
    CREATED,
);

/// PO-066, PO-075: a description is looked for by a part of it, never by all.
pub static REFUNDS_QUERY: Object =
    object("PostpayRefundsQuery", "Which of them, and in which order.").fields(&MEMBERS).closed(po(78));

/// PO-071.
pub static REFUNDS_PAGE: Object =
    object("PostpayRefundsPage", "A page of a list.").fields(&[COUNT, NEXT, PREVIOUS, results(&list(&REFUND_SHAPE))]);
