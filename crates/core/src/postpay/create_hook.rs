//! `POST /hooks`
//! <https://docs.postpay.io/v1/> "Create a hook", read 2026-11-21.

use super::hook::{EVENTS, HOOK};
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Repeat, unheld};
use crate::rule::po;
use crate::schema::{Format, Object, Shape, documentation, filled, formatted, may, must, object};

/// Has an address told of events.
pub static CREATE_HOOK: Operation = Operation {
    name: "postpay.create_hook",
    doc: documentation("Has an address told of events."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Post,
    path: "/hooks",
    repeat: Repeat::CheckFirst { with: "postpay.list_hooks" },
    body: Body::Json,
    may_be_public: false,
    is_order: false,
    input: &HOOK_INPUT,
    output: &HOOK,
    proof: &["id"],
    done: &Done::NEVER,
    agrees: unheld,
};

/// PO-091.
pub static HOOK_INPUT: Object = object("PostpayHookInput", "An address that is to hear of events.").fields(&[
    must("events", EVENTS, "What it hears of.").rule(po(91)),
    must("url", formatted(Format::WebAddress), "Where it is.").rule(po(91)),
    must("secret", filled(), "Signs what is delivered; in no answer.").rule(po(91)),
    may("active", Shape::Flag, "Whether it is told; true if nothing is said.").rule(po(91)),
]);
