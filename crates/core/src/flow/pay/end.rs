//! How a payment ends.

use alloc::string::String;

use super::Pay;
use super::answer::is_undecided;
use super::bill::Bill;
use super::journal::Phase;
use crate::json;
use crate::payment::{Refusal, decimal};

/// How it ends, for now or for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Paid, and the provider is at work.
    Paid(Summary),
    /// Paid; the provider has not said within the time that it is at work. The order is to be looked up.
    Settled(Summary),
    /// What was signed can no longer be spent, and the order is not paid.
    Unpaid {
        /// What is known.
        summary: Summary,
        /// Why the provider did not take it, in its own word.
        reason: String,
    },
    /// Something was signed, and it is not known what became of it: the money may have moved. To be resumed from the journal;
    /// where it stays so, only the provider knows.
    Open {
        /// What is known.
        summary: Summary,
        /// Milliseconds since 1970 from which on what was signed is worth nothing; 0 if that is not known.
        until_ms: u64,
    },
    /// A check did not pass. Nothing was signed.
    Refused(Refusal),
    /// The wallet did not sign. Nothing was sent.
    NotSigned(String),
    /// The provider said no to the order itself. Nothing was signed that can be spent.
    Declined {
        /// The HTTP status.
        status: u16,
        /// The provider's code.
        code: String,
        /// The same for people.
        message: String,
        /// In how many milliseconds it may say something else, where that is known.
        after_ms: Option<u64>,
    },
    /// The provider did not answer, or not in a way that can be understood. Nothing was signed that can be spent.
    Unreachable,
}

/// PFS-009: what an operator wants to have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The order's id of the caller's.
    pub request_id: String,
    /// The provider's own (PF-075).
    pub order_id: String,
    /// Hundredths of a dollar.
    pub price_cents: u64,
    /// As the provider counts.
    pub page_count: Option<u64>,
    /// Where it was paid: a network, or a method.
    pub network: String,
    /// To whom.
    pub pay_to: String,
    /// The transaction, or the provider's reference.
    pub settlement_tx: String,
    /// When, RFC 3339.
    pub settled_at: String,
    /// Whether the provider says that it is paid.
    pub is_paid: bool,
    /// Where the provider is at work.
    pub current_step: String,
    /// The order's page, once there is one (PF-082).
    pub order_complete_url: String,
}

impl End {
    /// As it is written.
    pub const fn name(&self) -> &'static str {
        match self {
            End::Paid(_) => "paid",
            End::Settled(_) => "settled",
            End::Unpaid { .. } => "unpaid",
            End::Open { .. } => "open",
            End::Refused(_) => "refused",
            End::NotSigned(_) => "not_signed",
            End::Declined { .. } => "declined",
            End::Unreachable => "unreachable",
        }
    }

    /// Whether the journal ends with it.
    pub(super) const fn is_kept(&self) -> bool {
        matches!(self, End::Paid(_) | End::Unpaid { .. })
    }

    /// `{ kind, summary?, reason?, until?, refusal?, status?, code?, message?, afterMs? }`
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        json::member(&mut out, "{\"kind\":", self.name());
        let number = |out: &mut String, name: &str, value: u64| {
            json::put(out, &[",\"", name, "\":"]);
            decimal::write(out, value);
        };
        match self {
            End::Paid(summary) | End::Settled(summary) => summary.write(&mut out),
            End::Unpaid { summary, reason } => {
                summary.write(&mut out);
                json::member(&mut out, ",\"reason\":", reason);
            }
            End::Open { summary, until_ms } => {
                summary.write(&mut out);
                number(&mut out, "until", *until_ms);
            }
            End::Refused(refusal) => json::put(&mut out, &[",\"refusal\":", &refusal.to_json()]),
            End::NotSigned(message) => json::member(&mut out, ",\"message\":", message),
            End::Declined { status, code, message, after_ms } => {
                number(&mut out, "status", u64::from(*status));
                json::member(&mut out, ",\"code\":", code);
                json::member(&mut out, ",\"message\":", message);
                if let Some(after_ms) = after_ms {
                    number(&mut out, "afterMs", *after_ms);
                }
            }
            End::Unreachable => {}
        }
        json::raw(&mut out, "}");
        out
    }
}

impl Pay {
    /// Why what a process before this one was about to have signed is not signed any more.
    pub(super) fn unasked(&self, now_ms: u64) -> Option<End> {
        let refusal = Bill::still_fits(&self.journal, &self.guards).err();
        if self.bill.as_ref().is_some_and(Bill::moves_at_once) {
            // The wallet may have sent the money then, which a no does not undo; if not, it would now send it in vain.
            let is_over = refusal.is_some() || self.journal.is_late(now_ms);
            return is_over.then(|| End::Open { summary: self.journal.summary.clone(), until_ms: 0 });
        }
        refusal.map(End::Refused)
    }

    pub(super) fn out_of_time(&self) -> End {
        let summary = self.journal.summary.clone();
        match self.journal.phase {
            Phase::Confirm if !self.is_disputed => End::Settled(summary),
            Phase::Pay if !is_undecided(&self.journal.reason) => End::Open { summary, until_ms: self.journal.dead_ms },
            Phase::Pay | Phase::Confirm => End::Open { summary, until_ms: 0 },
            // What was signed before, if anything, can no longer be spent.
            _ => End::Unreachable,
        }
    }
}

impl Summary {
    fn write(&self, out: &mut String) {
        json::member(out, ",\"summary\":{\"request_id\":", &self.request_id);
        json::member(out, ",\"order_id\":", &self.order_id);
        json::member(out, ",\"price_usd\":", &decimal::decimal(self.price_cents));
        json::raw(out, ",\"page_count\":");
        match self.page_count {
            Some(count) => decimal::write(out, count),
            None => json::raw(out, "null"),
        }
        json::member(out, ",\"settlement\":{\"network\":", &self.network);
        json::member(out, ",\"pay_to\":", &self.pay_to);
        json::member(out, ",\"settlement_tx\":", &self.settlement_tx);
        json::member(out, ",\"settled_at\":", &self.settled_at);
        json::put(out, &["},\"is_paid\":", if self.is_paid { "true" } else { "false" }]);
        json::member(out, ",\"current_step\":", &self.current_step);
        json::member(out, ",\"order_complete_url\":", &self.order_complete_url);
        json::raw(out, "}");
    }
}
