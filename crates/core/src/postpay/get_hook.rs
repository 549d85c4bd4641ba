//! `GET /hooks/{id}`
//! <https://docs.postpay.io/v1/> "Get single hook", read 2026-11-21.

use super::hook::{HOOK, HOOK_ID};
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::schema::documentation;

/// Looks up a hook.
pub static GET_HOOK: Operation = Operation {
    name: "postpay.get_hook",
    doc: documentation("Looks up a hook."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Get,
    path: "/hooks/{id}",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &HOOK_ID,
    output: &HOOK,
    proof: &["id"],
    done: &Done::NEVER,
    agrees: unheld,
};
