//! `GET /hooks`
//! <https://docs.postpay.io/v1/> "List hooks", read 2026-11-21.

use super::hook::HOOK_SHAPE;
use super::page::{CODE, COUNT, CREATED, NEXT, PAGE, PAGE_SIZE, PREVIOUS, TEXT, filter, one_among, ordering, results};
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::po;
use crate::schema::{Field, Object, Shape, documentation, joined, list, object, one_of};

/// Lists hooks.
pub static LIST_HOOKS: Operation = Operation {
    name: "postpay.list_hooks",
    doc: documentation("Lists hooks."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Get,
    path: "/hooks",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &HOOKS_QUERY,
    output: &HOOKS_PAGE,
    proof: &["count"],
    done: &Done::NEVER,
    agrees: unheld,
};

const MEMBERS: [Field; 39] = joined(
    [
        PAGE,
        PAGE_SIZE,
        ordering(&one_of(&["created", "-created"])),
        filter("id", &TEXT),
        one_among("id__in"),
        filter("events", &TEXT),
        filter("events__contains", &TEXT),
        filter("url", &TEXT),
        one_among("url__in"),
        filter("url__contains", &TEXT),
        filter("url__icontains", &TEXT),
        filter("url__startswith", &TEXT),
        filter("url__istartswith", &TEXT),
        filter("url__endswith", &TEXT),
        filter("url__iendswith", &TEXT),
        filter("url__regex", &TEXT),
        filter("url__iregex", &TEXT),
        filter("active", &Shape::Flag),
        filter("last_response_code", &CODE),
        one_among("last_response_code__in"),
        filter("last_response_code__gt", &CODE),
        filter("last_response_code__lt", &CODE),
        filter("last_response_code__gte", &CODE),
        filter("last_response_code__lte", &CODE),
    ],
    CREATED,
);

/// PO-077.
pub static HOOKS_QUERY: Object =
    object("PostpayHooksQuery", "Which of them, and in which order.").fields(&MEMBERS).closed(po(78));

/// PO-071.
pub static HOOKS_PAGE: Object =
    object("PostpayHooksPage", "A page of a list.").fields(&[COUNT, NEXT, PREVIOUS, results(&list(&HOOK_SHAPE))]);
