//! What is said of a payment: to who asked for it, and to an operator.

use edgepost_core::date::rfc3339;
use edgepost_core::flow::pay::{End, Summary};
use edgepost_core::http::Response;
use edgepost_core::json;
use edgepost_core::outcome::Advice;

use super::{Payment, Stage};
use crate::problem::{Code, Problem};

/// How soon the same can be asked again where nothing was sent, in milliseconds: each time is a new quote.
pub(crate) const NOT_SENT_MS: u64 = 60_000;
/// So many characters of the provider's own words are passed on.
const LONGEST_MESSAGE: usize = 200;

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Going => "going",
            Stage::Stopped => "stopped",
            Stage::Paid => "paid",
            Stage::Unpaid => "unpaid",
        }
    }
}

impl Payment {
    /// How it stands: 200 with the summary of PFS-009 where it is paid, 202 where it is not known yet, and a problem where
    /// nothing was paid. `again`: nothing was done for this answer.
    pub fn answer(&self, again: bool) -> Response {
        let status = match self.stage {
            Stage::Paid => 200,
            Stage::Going => 202,
            Stage::Stopped => {
                let detail = "The payment was stopped before anything was signed. Nothing was paid; ask again.";
                return Problem::new(Code::NotSent, detail).retry(Advice::SameBytes, Some(NOT_SENT_MS)).response();
            }
            Stage::Unpaid => {
                let detail = "What was signed was not taken, and can no longer be. Nothing was paid.";
                return Problem::new(Code::NotPaid, detail).retry(Advice::NewKey, None).response();
            }
        };
        let mut headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("cache-control".to_owned(), "no-store".to_owned()),
            ("edgepost-source".to_owned(), "ledger".to_owned()),
        ];
        if again {
            headers.push(("edgepost-replayed".to_owned(), "true".to_owned()));
        }
        if status == 202 {
            headers.push(("retry-after".to_owned(), "5".to_owned()));
        }
        Response { status, headers, body: self.written(&[]).into_bytes() }
    }

    /// What an operator sees of it: nothing that was signed.
    pub fn shown(&self) -> String {
        let mint = &self.asked.mint;
        let due = if self.is_open() { self.due_ms } else { 0 };
        self.written(&[
            ("operation", &mint.operation),
            ("subject", &mint.subject),
            ("order", mint.order.as_deref().unwrap_or_default()),
            ("payer", &self.payer),
            ("due", &if due == 0 { String::new() } else { rfc3339(due) }),
        ])
    }

    /// `{ kind, summary?, ..., ledger: { id, state, ... } }`: how the last run ended.
    fn written(&self, more: &[(&str, &str)]) -> String {
        let mut out = self.told.clone().unwrap_or_else(|| {
            let request_id = self.asked.mint.order.clone().unwrap_or_default();
            End::Open { summary: Summary { request_id, ..Summary::default() }, until_ms: 0 }.to_json()
        });
        out.pop();
        json::member(&mut out, ",\"ledger\":{\"id\":", &self.asked.mint.id);
        json::member(&mut out, ",\"state\":", self.stage.name());
        for (name, value) in more.iter().filter(|(_, value)| !value.is_empty()) {
            json::put(&mut out, &[",\"", name, "\":"]);
            json::text(&mut out, value);
        }
        out.push_str("}}");
        out
    }
}

/// What is said where nothing was paid; `None` where something was, or may have been.
pub(super) fn problem(end: &End) -> Option<Problem> {
    let problem = match end {
        End::Paid(_) | End::Settled(_) | End::Open { .. } => return None,
        End::Unpaid { reason, .. } => {
            let detail =
                format!("The provider did not take the payment ({reason}), and can no longer. Nothing was paid.");
            Problem::new(Code::NotPaid, detail).retry(Advice::NewKey, None)
        }
        End::Refused(refusal) => {
            Problem::new(Code::PaymentRefused, format!("{} {}", refusal.message(), refusal.hint()))
        }
        End::NotSigned(why) => {
            let detail = format!("{why} Nothing was sent, and nothing was paid.");
            Problem::new(Code::NotSent, detail).retry(Advice::SameBytes, Some(NOT_SENT_MS))
        }
        End::Declined { status, code, message, after_ms } => {
            let message: String = message.chars().take(LONGEST_MESSAGE).collect();
            let detail = format!("The provider says no with status {status} {code}: {message} Nothing was paid.");
            let problem = Problem::new(Code::PaymentRefused, detail);
            match after_ms {
                Some(after_ms) => problem.retry(Advice::After, Some(*after_ms)),
                // PF-077
                None if *status == 409 => problem.retry(Advice::NewKey, None),
                None => problem,
            }
        }
        End::Unreachable => {
            let detail = "The provider does not answer, or not in a way that can be understood. Nothing was paid.";
            Problem::new(Code::NotSent, detail).retry(Advice::SameBytes, Some(NOT_SENT_MS))
        }
    };
    Some(problem)
}
