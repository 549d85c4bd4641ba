//! The ledger: a thing that is asked for many times happens once.
//!
//! ```text
//!                  .------------- a refusal that can pass later ------------.
//!                  v                                                        |
//! (nothing) --> new --counted--> reserved --> sent --answer understood--> done | refused
//!                                              | ^
//!                           nobody knows ------' '------ the same bytes again
//!                                 v               |
//!                               unknown ----------'
//! ```
//!
//! What is once unknown ends with a success only: a refusal of the second attempt says nothing about the first. But where
//! an operation names another one that tells what became of it ([`Check::of`](edgepost_core::check::Check::of)), that one is asked: behind a lost
//! answer, and before anything is sent again. See [`resolve`].
//!
//! A payment that a caller makes itself binds an entry to it ([`credential::bound`]). Another one is let through where the
//! first can no longer be spent, and the order is still unpaid when the provider is asked. See [`release`].
//!
//! A state is written down before the step that cannot be taken back. Whoever dies between two steps leaves an entry
//! from which the caller's next attempt goes on: what may have been sent is sent again, with the same bytes and the same
//! key, and the provider answers with the order that it made the first time.

use edgepost_core::check::Check;
use edgepost_core::http::{Headers, Response};
use edgepost_core::operation::{self, Operation, Repeat};
use edgepost_core::outcome::{self, Context, Outcome};

use crate::asks::cost;
use crate::credential;
use crate::headers;
use crate::mint::Mint;
use crate::once;
use crate::problem::{Code, Problem};
use crate::tally::Fate;

use self::by_hand::ByHand;

/// How long an entry is kept, in milliseconds: as long as an order can be read by who minted it.
pub const KEPT_MS: u64 = 14 * 86_400_000;

/// Where an entry stands. The names are written to storage: a change needs a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing was sent, or nothing that counts.
    New,
    /// Counted, not sent.
    Reserved,
    /// Perhaps sent; no answer yet.
    Sent,
    /// It happened.
    Done,
    /// It did not happen, and never will.
    Refused,
    /// Sent; nobody knows what became of it.
    Unknown,
}

impl State {
    const ALL: [(State, &'static str); 6] = [
        (State::New, "new"),
        (State::Reserved, "reserved"),
        (State::Sent, "sent"),
        (State::Done, "done"),
        (State::Refused, "refused"),
        (State::Unknown, "unknown"),
    ];

    /// As it is written to storage.
    pub fn name(self) -> &'static str {
        State::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// As it was written to storage.
    pub fn from_name(name: &str) -> Option<State> {
        State::ALL.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }
}

/// What is written down about one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// See [`crate::mint::identity`].
    pub id: String,
    /// The operation's name.
    pub operation: String,
    /// The body that the key is bound to.
    pub digest: String,
    /// Where it stands.
    pub state: State,
    /// The final answer: status, content type, body.
    pub answer: Option<(u16, String, Vec<u8>)>,
    /// What the final answer says of a payment: [`credential::RECEIPTS`].
    pub receipt: Headers,
    /// Milliseconds since 1970 of the last step.
    pub updated_ms: u64,
    /// Whether all that was set aside has been told how it ended.
    pub is_settled: bool,
    /// What a person has to know, where a person may have to find out.
    pub by_hand: Option<Box<ByHand>>,
}

impl Entry {
    /// What those who set something aside have to be told once more: whoever answered may have died before it told them.
    pub fn untold(&self) -> Option<Fate> {
        let (_, _, body) = self.answer.as_ref().filter(|_| !self.is_settled)?;
        match self.state {
            State::Done => Some(Fate::Happened(operation::find(&self.operation).and_then(|one| cost(one, body)))),
            _ => Some(Fate::Refused),
        }
    }

    /// The entry after a step.
    pub fn at(mut self, state: State, now_ms: u64) -> Self {
        self.state = state;
        self.updated_ms = now_ms;
        self
    }
}

/// What to do about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Say no.
    Refuse(Problem),
    /// Answer as before.
    Replay(Response),
    /// Write the entry down, count it, then send.
    Reserve(Entry),
    /// Another payment is made than the one that may have been taken, which can no longer be spent: ask the provider whether
    /// it was, see [`release`].
    Ask(Entry),
    /// It may have been sent and counted: send the same bytes again, unless that is left to a person.
    Resend(Entry),
}

/// Looks up what there is about a request.
pub fn begin(present: Option<Entry>, mint: &Mint, now_ms: u64) -> Begin {
    let Some(entry) = present else {
        return Begin::Reserve(Entry {
            id: mint.id.clone(),
            operation: mint.operation.clone(),
            digest: mint.digest.clone(),
            state: State::New,
            answer: None,
            receipt: Headers::new(),
            updated_ms: now_ms,
            is_settled: false,
            by_hand: None,
        });
    };
    let operation = operation::find(&mint.operation);
    if credential::body_of(&entry.digest) != credential::body_of(&mint.digest) {
        return Begin::Refuse(once::reused(operation.map_or("", |operation| operation.key)));
    }
    if entry.digest != mint.digest {
        // Nothing was spent yet, as far as anybody knows: another payment may be made.
        if matches!(entry.state, State::New | State::Reserved) {
            return Begin::Reserve(Entry { digest: mint.digest.clone(), ..entry });
        }
        let is_lost = matches!(entry.state, State::Sent | State::Unknown);
        if is_lost && credential::is_over(&entry.digest, now_ms) {
            return Begin::Ask(entry);
        }
        let over_ms = credential::over_ms(&entry.digest).filter(|_| is_lost);
        let after_ms = over_ms.map(|over_ms| over_ms.saturating_sub(now_ms)).filter(|after_ms| *after_ms <= KEPT_MS);
        return Begin::Refuse(credential::another(&mint.operation, after_ms));
    }
    let is_over = matches!(entry.state, State::Done | State::Refused);
    if is_over && operation.is_some_and(|operation| operation.repeat == Repeat::SameEffect) {
        // Something else may have been said since: it is said again.
        return Begin::Reserve(Entry {
            answer: None,
            receipt: Headers::new(),
            is_settled: false,
            ..entry.at(State::New, now_ms)
        });
    }
    match (entry.state, &entry.answer) {
        (State::Done | State::Refused, Some((status, content_type, body))) => {
            let mut headers = vec![("content-type".to_owned(), content_type.clone())];
            headers.extend(entry.receipt.iter().cloned());
            let answer = Response { status: *status, headers, body: body.clone() };
            let mut answer = headers::pass(answer, "ledger");
            answer.headers.push(("edgepost-replayed".into(), "true".into()));
            Begin::Replay(answer)
        }
        (State::New | State::Reserved, _) => Begin::Reserve(entry),
        // All that can be had is there: nobody is asked again.
        (State::Unknown, _) if entry.by_hand.as_ref().is_some_and(|by_hand| by_hand.after.is_some()) => {
            Begin::Refuse(by_hand::unknown(&entry, None))
        }
        _ => Begin::Resend(entry),
    }
}

/// What came back from the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// An answer.
    Answer(Response),
    /// Nothing in time.
    Timeout,
    /// No connection, or one that broke.
    Unreachable,
    /// More than the gateway reads.
    TooLarge,
    /// It was not sent, and this is why.
    NotSent(Problem),
}

/// What follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// To be written down before the caller hears of it.
    pub entry: Entry,
    /// For the caller.
    pub response: Response,
    /// What became of what was set aside.
    pub fate: Fate,
    /// What an operator has to know.
    pub alarm: Option<&'static str>,
}

/// What it means that this came back.
pub fn understand(operation: &'static Operation, received: &Received, is_test: bool, now_ms: u64) -> Outcome {
    let context = Context { input: None, test_mode: Some(is_test), now_ms: Some(now_ms) };
    match received {
        Received::Answer(answer) => outcome::read(operation, answer, &context),
        Received::NotSent(problem) => outcome::read(operation, &problem.response(), &context),
        _ => outcome::no_answer(operation),
    }
}

/// Draws the conclusions from what came back. `again`: an earlier attempt may have been heard, see [`Begin::Resend`].
pub fn settle(
    entry: Entry,
    operation: &'static Operation,
    received: Received,
    again: bool,
    is_test: bool,
    now_ms: u64,
) -> Settled {
    let outcome = understand(operation, &received, is_test, now_ms);
    let alarm = match &outcome {
        Outcome::Ok { issues, .. } => issues
            .iter()
            .any(|issue| issue.code == edgepost_core::report::Code::ModeMismatch)
            .then_some("the provider answered in the other mode: check the key"),
        _ => None,
    };
    let response = answer_or_problem(operation, received, &outcome);
    let state = match &outcome {
        Outcome::Ok { .. } => State::Done,
        // A no to the second attempt says nothing about the first, unless both say the same.
        Outcome::Refused(_) if again && operation.repeat != Repeat::SameEffect => State::Unknown,
        Outcome::Refused(refused) if refused.is_final => State::Refused,
        // PF-080: what was shown can still be spent, whatever was answered to it: only the same may be sent again.
        Outcome::Refused(_) | Outcome::Challenge { .. } if credential::is_paid(&entry.digest) => State::Unknown,
        Outcome::Refused(_) | Outcome::Challenge { .. } => State::New,
        Outcome::Unknown { .. } => State::Unknown,
    };
    let mut entry = entry.at(state, now_ms);
    if matches!(state, State::Done | State::Refused) {
        let content_type = edgepost_core::http::header(&response.headers, "content-type").unwrap_or_default();
        entry.answer = Some((response.status, content_type.to_owned(), response.body.clone()));
        let receipt = response.headers.iter().filter(|(name, _)| credential::RECEIPTS.contains(&name.as_str()));
        entry.receipt = receipt.cloned().collect();
    }
    let fate = match (&outcome, state) {
        (Outcome::Ok { value, .. }, _) => Fate::Happened(cost(operation, value)),
        (_, State::Unknown) => Fate::Unknown,
        _ => Fate::Refused,
    };
    Settled { entry, response, fate, alarm }
}

/// Why an answer is none.
fn lost(received: &Received) -> (Code, String) {
    let (code, detail) = match received {
        Received::Answer(answer) => {
            let detail =
                format!("The provider answered with status {} and nothing that can be understood.", answer.status);
            return (Code::UpstreamUnreadable, detail);
        }
        Received::Timeout => (Code::UpstreamTimeout, "The provider did not answer in time."),
        Received::Unreachable => (Code::UpstreamUnreachable, "The connection to the provider failed or broke."),
        Received::TooLarge => (Code::UpstreamUnreadable, "The provider answered with more than the gateway reads."),
        Received::NotSent(problem) => return (problem.code, problem.detail.clone()),
    };
    (code, detail.to_owned())
}

/// The provider's answer, if it speaks its language; the gateway's own words for it otherwise.
pub fn answer_or_problem(operation: &'static Operation, received: Received, outcome: &Outcome) -> Response {
    let (code, detail) = match received {
        Received::Answer(answer) => {
            let is_readable = !matches!(outcome, Outcome::Unknown { .. })
                || (operation.provider.meaning)(answer.status, &answer.body).is_some();
            if is_readable {
                return headers::pass(answer, "provider");
            }
            lost(&Received::Answer(answer))
        }
        Received::NotSent(problem) => return problem.response(),
        none => lost(&none),
    };
    let retry = outcome.retry();
    let advice: String = match operation.repeat {
        Repeat::Read | Repeat::SameEffect => "Ask again.".into(),
        Repeat::IdempotencyKey => {
            "Nobody knows whether it did what was asked: send the same body with the same key again.".into()
        }
        Repeat::SameBytes => {
            "Nobody knows whether it did what was asked: look it up, then send the same body again.".into()
        }
        Repeat::CheckFirst => {
            let with = Check::of(operation).map_or("", |check| check.with.name);
            format!("Nobody knows whether it did what was asked: {with} tells; it is not asked again by itself.")
        }
        Repeat::Never => "Nobody knows whether it did what was asked; it is not asked again by itself.".into(),
        Repeat::ByHand => {
            let with = Check::of(operation).map_or("", |check| check.with.name);
            format!("Nobody knows whether it did what was asked, and asked again it may be paid twice: look at {with}.")
        }
    };
    let detail = format!("{detail} {advice}");
    Problem { retry, ..Problem::new(code, detail) }.response()
}

pub mod by_hand;
pub mod release;
pub mod resolve;
#[cfg(test)]
mod tests;
