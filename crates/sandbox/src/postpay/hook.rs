//! Hooks: addresses that hear of events.

use serde::{Deserialize, Serialize};

use super::merchant::Caller;
use crate::date::rfc3339;
use crate::mode::Mode;

/// A hook.
pub(super) struct Hook {
    pub(super) caller: Caller,
    pub(super) id: String,
    pub(super) active: bool,
    pub(super) events: Vec<Event>,
    pub(super) url: String,
    /// PO-092: signs what is delivered, and is in no answer and no state.
    pub(super) secret: String,
    pub(super) last: Last,
    pub(super) created_ms: u64,
    pub(super) modified_ms: u64,
}

/// PO-091: what a hook can hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Event {
    Order,
    Transaction,
}

/// PO-092: how the last delivery ended.
#[derive(Clone, Copy)]
pub(super) enum Last {
    /// There was none yet.
    Unused,
    /// The receiver answered with this status; nothing if it did not.
    Ended(Option<u16>),
}

/// PO-092.
#[derive(Serialize)]
struct LastView {
    code: Option<u16>,
    status: &'static str,
}

/// PO-090, in the vendor's order.
#[derive(Serialize)]
pub(super) struct HookView<'h> {
    id: &'h str,
    active: bool,
    events: &'h [Event],
    url: &'h str,
    last_response: LastView,
    created: String,
    modified: String,
}

/// A hook as the control plane shows it.
#[derive(Serialize)]
pub(super) struct HookState<'h> {
    merchant: &'h str,
    mode: Mode,
    hook: HookView<'h>,
}

impl Last {
    /// The vendor's examples have `unused` and `success`; the third is made up.
    fn view(self) -> LastView {
        match self {
            Last::Unused => LastView { code: None, status: "unused" },
            Last::Ended(code @ Some(200..300)) => LastView { code, status: "success" },
            Last::Ended(code) => LastView { code, status: "failure" },
        }
    }
}

impl Hook {
    pub(super) fn view(&self) -> HookView<'_> {
        HookView {
            id: &self.id,
            active: self.active,
            events: &self.events,
            url: &self.url,
            last_response: self.last.view(),
            created: rfc3339(self.created_ms),
            modified: rfc3339(self.modified_ms),
        }
    }

    pub(super) fn state(&self) -> HookState<'_> {
        HookState { merchant: &self.caller.merchant, mode: self.caller.mode, hook: self.view() }
    }
}
