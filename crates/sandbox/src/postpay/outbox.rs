//! What hooks are to be told. The sandbox sends nothing itself: its host takes what waits, and says how it ended.

use edgepost_core::http::Request;
use edgepost_core::postpay::webhook::{HEADER, sign};
use serde::Serialize;
use serde_json::value::RawValue;

use super::hook::{Event, Hook, Last};
use super::merchant::Caller;
use crate::answer::header;
use crate::date::rfc3339;

/// A request that the host is to send, and to report on under its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Of this delivery, and of no other of this sandbox.
    pub number: u64,
    /// Complete, signature included. Its address is `https:`, or `http:` on loopback: the core's tables let nothing else
    /// become a hook's.
    pub request: Request,
}

/// Everything that hooks were or are to be told.
#[derive(Default)]
pub(crate) struct Outbox {
    /// The number of the first message.
    first: u64,
    messages: Vec<Message>,
    /// How many of them were there when duplicates were last asked for.
    settled: usize,
}

#[derive(Clone)]
struct Message {
    hook_id: String,
    event: Event,
    body: Vec<u8>,
    at_ms: u64,
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Waits,
    /// The host has it.
    Sent,
    /// The receiver answered with this status; nothing if it did not.
    Ended(Option<u16>),
}

/// A message as the control plane shows it. A signature is no secret, but is of no use to anybody there.
#[derive(Serialize)]
pub(crate) struct MessageState<'m> {
    hook: &'m str,
    event: Event,
    at: String,
    body: Option<&'m RawValue>,
    progress: &'static str,
    code: Option<u16>,
}

impl Outbox {
    /// An empty one whose numbers go on behind those of this one: what the host still has to report on must not be taken
    /// for something new.
    pub(crate) fn successor(&self) -> Self {
        let used = u64::try_from(self.messages.len()).unwrap_or(u64::MAX);
        Outbox { first: self.first.saturating_add(used), ..Outbox::default() }
    }

    /// Adds what those of the caller's hooks are told that hear of the event.
    pub(super) fn add(&mut self, hooks: &[Hook], caller: &Caller, event: Event, body: &impl Serialize, now_ms: u64) {
        let body = serde_json::to_vec(body).unwrap_or_default();
        let hear = |hook: &&Hook| hook.caller == *caller && hook.active && hook.events.contains(&event);
        self.messages.extend(hooks.iter().filter(hear).map(|hook| Message {
            hook_id: hook.id.clone(),
            event,
            body: body.clone(),
            at_ms: now_ms,
            progress: Progress::Waits,
        }));
    }

    /// Adds a second one to every new message for which this is wanted.
    pub(crate) fn repeat(&mut self, mut is_wanted: impl FnMut() -> bool) {
        let new: Vec<Message> = self.messages.iter().skip(self.settled).cloned().collect();
        self.messages.extend(new.into_iter().filter(|_| is_wanted()));
        self.settled = self.messages.len();
    }

    /// Takes what waits. It is signed now: `seconds` is the time of the receiver's clock, since 1970, which the control
    /// plane cannot move (PO-093).
    pub(super) fn take(&mut self, hooks: &[Hook], seconds: u64) -> Vec<Delivery> {
        let mut taken = Vec::new();
        for (message, number) in self.messages.iter_mut().zip(self.first..) {
            if message.progress != Progress::Waits {
                continue;
            }
            let Some(hook) = hooks.iter().find(|hook| hook.id == message.hook_id) else {
                message.progress = Progress::Ended(None);
                continue;
            };
            message.progress = Progress::Sent;
            let signature = sign(&message.body, hook.secret.as_bytes(), seconds);
            let request = Request {
                method: "POST".to_owned(),
                url: hook.url.clone(),
                headers: vec![header("content-type", "application/json"), header(HEADER, signature)],
                body: Some(message.body.clone()),
            };
            taken.push(Delivery { number, request });
        }
        taken
    }

    /// PO-092: how a delivery ended. What nobody sent cannot end.
    pub(super) fn end(&mut self, hooks: &mut [Hook], number: u64, status: Option<u16>) {
        let position = number.checked_sub(self.first).and_then(|position| usize::try_from(position).ok());
        let message = position.and_then(|position| self.messages.get_mut(position));
        let Some(message) = message.filter(|message| message.progress == Progress::Sent) else { return };
        message.progress = Progress::Ended(status);
        if let Some(hook) = hooks.iter_mut().find(|hook| hook.id == message.hook_id) {
            hook.last = Last::Ended(status);
        }
    }

    pub(super) fn states(&self) -> impl Iterator<Item = MessageState<'_>> {
        self.messages.iter().map(|message| {
            let (progress, code) = match message.progress {
                Progress::Waits => ("waits", None),
                Progress::Sent => ("sent", None),
                Progress::Ended(code) => ("ended", code),
            };
            MessageState {
                hook: &message.hook_id,
                event: message.event,
                at: rfc3339(message.at_ms),
                body: serde_json::from_slice(&message.body).ok(),
                progress,
                code,
            }
        })
    }
}
