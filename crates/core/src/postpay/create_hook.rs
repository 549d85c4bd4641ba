//! `POST /hooks`
//! <https://docs.postpay.io/v1/> "Create a hook", read 2026-11-21.

use super::hook::{self, EVENTS, HOOK};
use super::list_hooks::{HOOKS_PAGE, LIST_HOOKS};
use super::{POSTPAY, SOURCE};
use crate::check::{Check, Verdict};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::read::{Group, Items};
use crate::rule::po;
use crate::schema::{Format, Object, Shape, Slot, Weight, documentation, filled, formatted, may, must, object};

/// Has an address told of events.
pub static CREATE_HOOK: Operation = Operation {
    name: "postpay.create_hook",
    doc: documentation("Has an address told of events."),
    source: documentation(SOURCE),
    provider: &POSTPAY,
    method: Method::Post,
    path: "/hooks",
    repeat: Repeat::CheckFirst,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &HOOK_INPUT,
    output: &HOOK,
    proof: &["id"],
    done: &Done::NEVER,
    agrees: unheld,
};

/// PO-091.
pub static HOOK_INPUT: Object = object("PostpayHookInput", "An address that is to hear of events.").fields(&[
    must("events", &EVENTS, "What it hears of.").rule(po(91)),
    must("url", &formatted(Format::WebAddress(Weight::Error)), "Where it is.").rule(po(91)),
    must("secret", &filled(), "Signs what is delivered; in no answer.").rule(po(91)).known(),
    may("active", &Shape::Flag, "Whether it is told; true if nothing is said.").rule(po(91)),
]);

/// A hook of this address that hears of the same events is ours. Its secret is in no answer, so that it cannot be compared.
pub(crate) static CHECK: Check = Check { of: &CREATE_HOOK, with: &LIST_HOOKS, by: &["url"], says };

const EVENTS_OF: Slot = HOOK_INPUT.slot("events");
const ADDRESS: Slot = HOOK_INPUT.slot("url");
const ACTIVE: Slot = HOOK_INPUT.slot("active");
const RESULTS: Slot = HOOKS_PAGE.slot("results");

fn says(sent: &Group<'_>, page: &Group<'_>) -> Verdict {
    let is_ours = |found: &Group<'_>| {
        let is_there = |address: &str| found.text(hook::ADDRESS).is_some_and(|found| found.is(address));
        sent.copy(ADDRESS).is_some_and(|address| is_there(address.trim_ascii()))
            && found.flag(hook::ACTIVE) == Some(sent.flag(ACTIVE).unwrap_or(true))
            && has_all(sent.items(EVENTS_OF), found.items(hook::EVENTS_OF))
            && has_all(found.items(hook::EVENTS_OF), sent.items(EVENTS_OF))
    };
    let ours = page.items(RESULTS).find(|found| found.group().is_some_and(|found| is_ours(&found)));
    ours.map_or(Verdict::Nothing, |ours| Verdict::happened(&ours))
}

fn has_all(mut events: Items<'_>, among: Items<'_>) -> bool {
    events.all(|event| among.clone().any(|other| other.bytes() == event.bytes()))
}
