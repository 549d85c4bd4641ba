//! `PATCH /hooks/{id}`
//! <https://docs.postpay.io/v1/> "Edit a hook", read 2026-11-21.

use super::hook::{EVENTS, HOOK};
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::po;
use crate::schema::{Format, Object, Shape, Weight, documentation, filled, formatted, may, must, object};

/// Changes a hook.
pub static UPDATE_HOOK: Operation = Operation {
    name: "postpay.update_hook",
    doc: documentation("Changes a hook."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Patch,
    path: "/hooks/{id}",
    repeat: Repeat::SameEffect,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &HOOK_CHANGE,
    output: &HOOK,
    proof: &["id"],
    done: &Done::NEVER,
    agrees: unheld,
};

/// PO-091: what is left out stays as it is.
pub static HOOK_CHANGE: Object = object("PostpayHookChange", "What changes.").fields(&[
    must("id", &formatted(Format::Id), "The hook's id.").rule(po(90)).in_path(),
    may("events", &EVENTS, "What it hears of.").rule(po(91)),
    may("url", &formatted(Format::WebAddress(Weight::Error)), "Where it is.").rule(po(91)),
    may("secret", &filled(), "Signs what is delivered; in no answer.").rule(po(91)),
    may("active", &Shape::Flag, "Whether it is told.").rule(po(91)),
]);
