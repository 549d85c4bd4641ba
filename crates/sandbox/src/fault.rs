//! Faults on demand: what goes wrong between a caller and a provider.
//!
//! What counts is whether it happened all the same. *Before* means that nothing happened at the provider; *after* means
//! that it did, and that its answer is lost, late or wrong.

use std::collections::VecDeque;

use edgepost_core::http::Response;

use crate::address::with_parameter;
use crate::answer::{Refusal, header};
use crate::route::{Call, Endpoint};

/// How long a delay is, if nothing is said, in milliseconds: longer than anybody waits.
const LONG: u64 = 30_000;

/// Every kind of fault.
pub(crate) static KINDS: [Kind; 12] = [
    Kind { name: "drop_before", happens: false, delay_ms: 0, answer: Instead::Nothing },
    Kind { name: "drop_after", happens: true, delay_ms: 0, answer: Instead::Nothing },
    Kind { name: "delay_before", happens: false, delay_ms: LONG, answer: Instead::Nothing },
    Kind { name: "delay_after", happens: true, delay_ms: LONG, answer: Instead::TheSame },
    Kind { name: "status_500_before", happens: false, delay_ms: 0, answer: Instead::Status(500) },
    Kind { name: "status_500_after", happens: true, delay_ms: 0, answer: Instead::Status(500) },
    Kind { name: "status_429", happens: false, delay_ms: 0, answer: Instead::Status(429) },
    Kind { name: "html_body", happens: true, delay_ms: 0, answer: Instead::Html },
    Kind { name: "empty_body", happens: true, delay_ms: 0, answer: Instead::Empty },
    Kind { name: "redirect", happens: false, delay_ms: 0, answer: Instead::Redirect },
    Kind { name: CODE, happens: false, delay_ms: 0, answer: Instead::Code },
    Kind { name: DUPLICATE, happens: true, delay_ms: 0, answer: Instead::TheSame },
];

/// The kind that needs a code.
pub(crate) const CODE: &str = "code";

/// The kind that is met by a webhook, not by a request: it is sent twice.
pub(crate) const DUPLICATE: &str = "duplicate_webhook";

/// The parameter that tells a request that was redirected.
pub(crate) const REDIRECTED: &str = "redirected";

/// A kind of fault.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Whether the provider does what it was asked.
    pub(crate) happens: bool,
    /// How late the answer is, if nothing else is said, in milliseconds.
    pub(crate) delay_ms: u64,
    answer: Instead,
}

/// What the caller gets instead of the answer.
enum Instead {
    /// The connection breaks.
    Nothing,
    /// The answer after all.
    TheSame,
    /// The provider's usual refusal with this status.
    Status(u16),
    /// A page where JSON is expected, with the status of the answer.
    Html,
    /// No body, with the status of the answer.
    Empty,
    /// Another address. It is this one with a parameter: who follows it is seen to ask twice.
    Redirect,
    /// The provider's refusal with the code that was asked for.
    Code,
}

/// A fault that waits for its operation, or has met it.
#[derive(Clone)]
pub(crate) struct Fault {
    /// The operation's name.
    pub(crate) operation: &'static str,
    pub(crate) kind: &'static Kind,
    /// How many requests it is still for.
    pub(crate) times: u32,
    /// How long the caller waits, in milliseconds.
    pub(crate) delay_ms: u64,
    /// The refusal of a fault of the kind `code`.
    pub(crate) refusal: Option<&'static Refusal>,
}

impl Fault {
    /// What the caller gets. `happened` is the provider's answer, if the kind lets it happen.
    pub(crate) fn response(
        &self,
        endpoint: &Endpoint,
        call: &Call<'_>,
        happened: Option<Response>,
    ) -> Option<Response> {
        match self.kind.answer {
            Instead::Nothing => None,
            Instead::TheSame => happened,
            Instead::Status(status) => {
                endpoint.refusals().find(|refusal| refusal.status == status).map(endpoint.refuse)
            }
            Instead::Html => Some(Response {
                status: happened?.status,
                headers: vec![header("content-type", "text/html; charset=utf-8")],
                body: b"<!doctype html><title>Hello</title><p>This is not JSON.</p>".to_vec(),
            }),
            Instead::Empty => Some(Response { status: happened?.status, headers: Vec::new(), body: Vec::new() }),
            Instead::Redirect => {
                let headers = vec![header("location", with_parameter(&call.request.url, REDIRECTED, "1"))];
                Some(Response { status: 307, headers, body: Vec::new() })
            }
            Instead::Code => self.refusal.map(endpoint.refuse),
        }
    }
}

/// The faults that wait, in the order in which they were asked for.
#[derive(Default)]
pub(crate) struct Faults(VecDeque<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push_back(fault);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// The fault that meets the operation's next request.
    pub(crate) fn take(&mut self, operation: &str) -> Option<Fault> {
        let position = self.0.iter().position(|fault| fault.operation == operation)?;
        let fault = self.0.get_mut(position)?;
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 { self.0.remove(position) } else { Some(fault.clone()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(operation: &'static str, kind: usize, times: u32) -> Fault {
        Fault { operation, kind: &KINDS[kind], times, delay_ms: 0, refusal: None }
    }

    #[test]
    fn faults_wait_for_their_operation_and_come_in_order() {
        let mut faults = Faults::default();
        for waiting in [fault("a", 0, 2), fault("b", 1, 1), fault("a", 2, 1)] {
            faults.add(waiting);
        }
        let mut take = |operation| faults.take(operation).map(|fault| fault.kind.name);
        assert_eq!(take("c"), None);
        assert_eq!(take("a"), Some("drop_before"));
        assert_eq!(take("b"), Some("drop_after"));
        assert_eq!(take("b"), None);
        assert_eq!(take("a"), Some("drop_before"));
        assert_eq!(take("a"), Some("delay_before"));
        assert_eq!(take("a"), None);
    }
}
