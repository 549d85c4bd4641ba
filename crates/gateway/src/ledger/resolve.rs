//! What became of a request whose answer was lost, by what the provider says when it is asked ([`Check`]).
//!
//! ```text
//!            .------------ not so far ------------> send
//! unknown ---+                                       |
//!    ^  ^    '--happened--> done <--happened--.      | no answer, a clash, or a no to the second attempt
//!    |  |                                     |      v
//!    |  '-- not so far, or nobody can say ----+--- asked --not so far--> as the refusal has it
//!    '----- happened, answer lost ------------'
//! ```

use edgepost_core::check::{Check, Verdict};
use edgepost_core::http::{Response, header, retry_after};
use edgepost_core::operation::Operation;
use edgepost_core::outcome::{Advice, Outcome};

use super::by_hand;
use super::{Entry, Received, Settled, State, lost, settle, understand};
use crate::admission::Lookup;
use crate::asks::cost;
use crate::headers;
use crate::mint::{Mint, identity};
use crate::problem::{Code, Problem};
use crate::tally::Fate;

/// Whether what came back leaves open what became of the request, so that the provider has to be asked.
pub fn is_open(operation: &Operation, outcome: &Outcome, again: bool) -> bool {
    let is_open = match outcome {
        Outcome::Ok { .. } | Outcome::Challenge { .. } => false,
        Outcome::Refused(refused) => again || refused.retry.advice == Advice::CheckFirst,
        Outcome::Unknown { .. } => true,
    };
    is_open && Check::of(operation).is_some()
}

/// What the provider is asked; nothing where nobody can tell.
pub fn question(mint: &Mint, operation: &Operation, base_url: &str) -> Option<Lookup> {
    let check = Check::of(operation)?;
    let prepared = check.question(operation, mint.input.as_ref()?.as_bytes(), base_url).ok()?;
    Some(Lookup {
        id: identity("check", "", check.with.name, &mint.id),
        operation: check.with,
        request: prepared.request,
    })
}

/// What the provider said when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    verdict: Verdict,
    content_type: String,
    after_ms: Option<u64>,
    /// All of the answer, where a person has to judge it.
    shown: Option<String>,
}

impl Found {
    /// What it comes to, in a word for the log.
    pub fn name(&self) -> &'static str {
        match self.verdict {
            Verdict::Happened(_) => "happened",
            Verdict::Lost => "lost",
            Verdict::Nothing => "nothing",
            Verdict::Taken => "taken",
            Verdict::Unclear => "unclear",
        }
    }

    /// Nothing was said.
    pub fn unclear() -> Self {
        Found { verdict: Verdict::Unclear, content_type: String::new(), after_ms: None, shown: None }
    }

    /// Reads the answer to a [`question`].
    pub fn of(mint: &Mint, operation: &Operation, answer: &Response) -> Self {
        let input = mint.input.as_deref().unwrap_or_default();
        Found {
            verdict: Check::of(operation)
                .map_or(Verdict::Unclear, |check| check.read(operation, input.as_bytes(), answer)),
            content_type: header(&answer.headers, "content-type").unwrap_or_default().to_owned(),
            after_ms: retry_after(&answer.headers),
            shown: by_hand::before(operation, answer).ok().filter(|_| by_hand::is_by_hand(operation)),
        }
    }
}

/// Draws the conclusions. `sent` is what came back from sending it; nothing, if it was asked about before it is sent
/// again. Nothing comes of it where it may be sent.
pub fn resolve(
    entry: Entry,
    operation: &'static Operation,
    found: Found,
    sent: Option<Received>,
    is_test: bool,
    now_ms: u64,
) -> Option<Settled> {
    let Found { verdict, content_type, after_ms, shown } = found;
    if by_hand::is_by_hand(operation) {
        return Some(left_to_a_person(entry, shown, sent.as_ref(), now_ms));
    }
    let (state, fate, problem) = match (verdict, sent) {
        (Verdict::Happened(value), _) => {
            let fate = Fate::Happened(cost(operation, &value));
            let mut entry = entry.at(State::Done, now_ms);
            entry.answer = Some((200, content_type.clone(), value.clone()));
            let headers = vec![("content-type".to_owned(), content_type)];
            let response = headers::pass(Response { status: 200, headers, body: value }, "provider");
            return Some(Settled { entry, response, fate, alarm: None });
        }
        // Nobody can pay at a page whose address nobody knows: nothing stays set aside for it.
        (Verdict::Lost, _) => (State::Unknown, Fate::Refused, gone(operation)),
        (Verdict::Taken, _) => (State::New, Fate::Refused, taken(operation)),
        (Verdict::Nothing, None) => return None,
        (Verdict::Nothing, Some(received)) => {
            let outcome = understand(operation, &received, is_test, now_ms);
            if matches!(outcome, Outcome::Refused(_)) {
                // Nothing came of an earlier attempt either: this no is the last word.
                return Some(settle(entry, operation, received, false, is_test, now_ms));
            }
            let hope = "It had not happened when the provider was asked: send the same again.";
            (State::Unknown, Fate::Unknown, unknown(&received, hope).retry(Advice::SameBytes, None))
        }
        (Verdict::Unclear, received) => {
            let with = Check::of(operation).map_or("", |check| check.with.name);
            let hope = format!("{with} does not tell whether it happened; send the same again, it is asked first.");
            let problem = match received {
                Some(received) => unknown(&received, &hope),
                None => Problem::new(Code::AnswerLost, format!("An earlier attempt may have been heard, and {hope}")),
            };
            (State::Unknown, Fate::Unknown, problem.retry(Advice::SameBytes, after_ms))
        }
    };
    Some(Settled { entry: entry.at(state, now_ms), response: problem.response(), fate, alarm: None })
}

/// Whatever is found, it stays unknown until a person has resolved it.
fn left_to_a_person(mut entry: Entry, shown: Option<String>, sent: Option<&Received>, now_ms: u64) -> Settled {
    if let Some(by_hand) = entry.by_hand.as_deref_mut() {
        by_hand.after = by_hand.after.take().or(shown);
    }
    let entry = entry.at(State::Unknown, now_ms);
    let response = by_hand::unknown(&entry, sent).response();
    let alarm = Some("nobody knows whether money moved: a person has to resolve it");
    Settled { entry, response, fate: Fate::Unknown, alarm }
}

fn unknown(received: &Received, hope: &str) -> Problem {
    let (code, detail) = match received {
        Received::Answer(answer) => {
            (Code::UpstreamUnreadable, format!("The provider answered with status {}.", answer.status))
        }
        none => lost(none),
    };
    Problem::new(code, format!("{detail} {hope}"))
}

fn gone(operation: &Operation) -> Problem {
    let key = operation.key;
    let detail = format!("It happened, but what the provider answered is lost: ask anew, under another `{key}`.");
    Problem::new(Code::AnswerLost, detail).retry(Advice::NewKey, None)
}

fn taken(operation: &Operation) -> Problem {
    let detail = format!("The provider has something else under this `{}`: use another one.", operation.key);
    Problem::new(Code::IdTaken, detail).retry(Advice::NewKey, None)
}

#[cfg(test)]
mod tests;
