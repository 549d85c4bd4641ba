//! `DELETE /hooks/{id}`
//! <https://docs.postpay.io/v1/> "Delete a hook", read 2026-11-21.

use super::hook::HOOK_ID;
use super::{POSTPAY, SOURCE};
use crate::operation::{Body, Done, Method, NOTHING, Operation, Payment, Repeat, unheld};
use crate::schema::documentation;

/// Takes a hook away.
pub static DELETE_HOOK: Operation = Operation {
    name: "postpay.delete_hook",
    doc: documentation("Takes a hook away."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Delete,
    path: "/hooks/{id}",
    repeat: Repeat::SameEffect,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &HOOK_ID,
    output: &NOTHING,
    proof: &[],
    done: &Done::NEVER,
    agrees: unheld,
};
