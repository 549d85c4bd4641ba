//! Webhooks. <https://docs.postpay.io/v1/> "Webhooks", read 2026-11-21.

use crate::rule::po;
use crate::schema::{Format, Object, Shape, Slot, formatted, list, must, object, one_of, text};

static EVENT: Shape = one_of(&["order", "transaction"]);
/// PO-091: what a hook is for.
pub(super) const EVENTS: Shape = list(&EVENT).within(1, u32::MAX, po(91));
static CODE: Shape = Shape::Integer;

/// PO-092: how the last delivery ended.
pub static LAST_RESPONSE: Object = object("PostpayLastResponse", "How the last delivery ended.").fields(&[
    must("code", &Shape::Nullable(&CODE), "The HTTP status; null before the first delivery.").rule(po(92)),
    must("status", &text(), "`unused`, `success` and others.").rule(po(92)),
]);

/// PO-090, PO-092: the secret is in no answer.
pub static HOOK: Object = object("PostpayHook", "An address that hears of events.").fields(&[
    must("id", &text(), "Its id.").rule(po(90)),
    must("active", &Shape::Flag, "Whether it is told.").rule(po(90)),
    must("events", &list(&EVENT), "What it hears of.").rule(po(91)),
    must("url", &text(), "Where it is.").rule(po(91)),
    must("last_response", &Shape::Object(&LAST_RESPONSE), "How the last delivery ended.").rule(po(92)),
    must("created", &text(), "When it was made, RFC 3339.").rule(po(90)),
    must("modified", &text(), "When it last changed, RFC 3339.").rule(po(90)),
]);

pub(super) const ADDRESS: Slot = HOOK.slot("url");
pub(super) const EVENTS_OF: Slot = HOOK.slot("events");
pub(super) const ACTIVE: Slot = HOOK.slot("active");

/// The shape of a hook.
pub(super) static HOOK_SHAPE: Shape = Shape::Object(&HOOK);

/// Which hook.
pub static HOOK_ID: Object =
    object("PostpayHookId", "Which hook.")
        .fields(&[must("id", &formatted(Format::Id), "The hook's id.").rule(po(90)).in_path()]);
