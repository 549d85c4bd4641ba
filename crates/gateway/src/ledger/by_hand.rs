//! What is left to a person: a call that moves money, that nobody but a person can tell from one that was not made, and
//! that is paid twice when it is made twice (PB-012).
//!
//! ```text
//! balance --written down--> sent --answered--> done | refused
//!                            '--no answer, or the gateway died--> balance, once more
//!                                  unknown --a person, POST /ledger/{id}/resolve--> done | refused
//! ```

use edgepost_core::check::Check;
use edgepost_core::date::rfc3339;
use edgepost_core::http::{Response, header};
use edgepost_core::json;
use edgepost_core::operation::{self, Operation, Repeat};
use edgepost_core::outcome::{self, Advice, Context, Outcome, Retry};
use serde::{Deserialize, Serialize};

use super::{Entry, Received, State, lost};
use crate::mint::Mint;
use crate::problem::{Code, Problem};
use crate::refill::balances;
use crate::tally::Fate;

/// A note has at most so many bytes.
const LONGEST_NOTE: usize = 1_000;

/// What a person has to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    /// What was asked for, by whom, and what was set aside for it. It holds no secret.
    pub mint: Mint,
    /// What the provider said before it was sent, when it was asked for what may change by it; JSON.
    pub before: String,
    /// The same after the answer was lost; nothing as long as it could not be had.
    pub after: Option<String>,
    /// What a person found.
    pub resolution: Option<Resolution>,
}

/// What a person found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// Whether it happened.
    pub happened: bool,
    /// How it was found out, in the person's own words.
    pub note: Option<String>,
    /// Whose grant was shown.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    happened: bool,
    note: Option<String>,
}

impl Resolution {
    /// What an operator says: `{ "happened": true, "note": "..." }`.
    pub fn read(body: &[u8], by: &str, now_ms: u64) -> Result<Self, Problem> {
        let said = serde_json::from_slice::<Said>(body).ok();
        let said = said.filter(|said| said.note.as_ref().is_none_or(|note| note.len() <= LONGEST_NOTE));
        let Some(Said { happened, note }) = said else {
            let detail = format!(
                "Say {{ \"happened\": true }} or false, and a \"note\" of at most {LONGEST_NOTE} bytes, if any."
            );
            return Err(Problem::new(Code::InvalidInput, detail));
        };
        Ok(Resolution { happened, note, by: by.to_owned(), at_ms: now_ms })
    }
}

/// Whether an operation is left to a person where its answer is lost.
pub fn is_by_hand(operation: &Operation) -> bool {
    operation.repeat == Repeat::ByHand
}

/// What may change by a call, as the provider told when it was asked. Without it nobody could tell afterwards, so it is
/// the reason why nothing is sent.
pub fn before(operation: &Operation, answer: &Response) -> Result<String, Problem> {
    let Some(Check { with, .. }) = Check::of(operation) else {
        return Err(Problem::new(Code::NotSent, "Nothing was sent: nobody could tell what became of it."));
    };
    let (why, retry) = match outcome::read(with, answer, &Context::default()) {
        Outcome::Ok { value, .. } => return Ok(String::from_utf8_lossy(&value).into_owned()),
        Outcome::Refused(refused) => {
            (format!("was refused with {} {}: {}", refused.status, refused.code, refused.message), refused.retry)
        }
        Outcome::Challenge { .. } | Outcome::Unknown { .. } => {
            ("was not answered.".to_owned(), Retry { advice: Advice::SameBytes, after_ms: None })
        }
    };
    let detail = format!("Nothing was sent: what is there before has to be known. {} {why}", with.name);
    Err(Problem::new(Code::NotSent, detail).retry(retry.advice, retry.after_ms))
}

/// Whether it is open what became of an entry, and only a person can tell.
pub fn is_open(entry: &Entry) -> bool {
    entry.by_hand.is_some() && matches!(entry.state, State::Sent | State::Unknown)
}

/// What the caller hears as long as it is open. `received` is what came in the place of an answer, if it came just now.
pub fn unknown(entry: &Entry, received: Option<&Received>) -> Problem {
    let (code, detail) = match received {
        Some(Received::Answer(answer)) => {
            (Code::UpstreamUnreadable, format!("The provider answered with status {}.", answer.status))
        }
        Some(none) => lost(none),
        None => (Code::AnswerLost, "The provider's answer was lost.".to_owned()),
    };
    let with = operation::find(&entry.operation).and_then(Check::of).map_or("", |check| check.with.name);
    let by_hand = entry.by_hand.as_deref();
    let before = by_hand.map_or_else(String::new, |by_hand| balances(&by_hand.before));
    let after = by_hand.and_then(|by_hand| by_hand.after.as_deref()).map_or("nobody knows what".to_owned(), balances);
    let detail = format!(
        "{detail} Nobody knows whether it happened, and sent again it may be paid twice: it is not sent again. {with} said \
         {before} before, and {after} after. A person decides: POST /ledger/{}/resolve.",
        entry.id
    );
    let problem = Problem::new(code, detail).retry(Advice::Never, None);
    Problem { ledger: Some(shown(entry).into()), ..problem }
}

/// An entry as people see it, as JSON.
pub fn shown(entry: &Entry) -> String {
    let mut out = String::from("{");
    json::member(&mut out, "\"id\":", &entry.id);
    json::member(&mut out, ",\"operation\":", &entry.operation);
    json::member(&mut out, ",\"state\":", entry.state.name());
    json::member(&mut out, ",\"updatedAt\":", &rfc3339(entry.updated_ms));
    if let Some((status, ..)) = &entry.answer {
        json::put(&mut out, &[",\"status\":", &status.to_string()]);
    }
    if let Some(ByHand { mint, before, after, resolution }) = entry.by_hand.as_deref() {
        json::member(&mut out, ",\"subject\":", &mint.subject);
        json::put(&mut out, &[",\"input\":", mint.input.as_deref().unwrap_or("null")]);
        let key = operation::find(&mint.operation).map(|operation| operation.provider.key.header);
        if let Some(id) = key.and_then(|key| header(&mint.headers, key)) {
            json::member(&mut out, ",\"transactionId\":", id);
        }
        json::put(&mut out, &[",\"before\":", before, ",\"after\":", after.as_deref().unwrap_or("null")]);
        json::raw(&mut out, ",\"resolution\":");
        match resolution {
            Some(Resolution { happened, note, by, at_ms }) => {
                json::put(&mut out, &["{\"happened\":", if *happened { "true" } else { "false" }]);
                if let Some(note) = note {
                    json::member(&mut out, ",\"note\":", note);
                }
                json::member(&mut out, ",\"by\":", by);
                json::member(&mut out, ",\"at\":", &rfc3339(*at_ms));
                out.push('}');
            }
            None => json::raw(&mut out, "null"),
        }
    }
    out.push('}');
    out
}

/// Resolves an entry: what the next caller with its key is answered, and what becomes of what was set aside for it.
pub fn resolve(mut entry: Entry, found: Resolution) -> Result<(Entry, Fate), Problem> {
    let is_same = |known: &Resolution| known.happened == found.happened;
    let known = entry.by_hand.as_ref().and_then(|by_hand| by_hand.resolution.as_ref());
    if !is_open(&entry) && !known.is_some_and(is_same) {
        let detail = format!(
            "There is nothing to resolve: the entry is {}. Only what may have been paid, and what nobody can be asked about, is \
             left to a person.",
            entry.state.name()
        );
        return Err(Problem::new(Code::NotOpen, detail));
    }
    let happened = found.happened;
    let fate = if happened { Fate::Happened(None) } else { Fate::Refused };
    let Some(by_hand) = entry.by_hand.as_deref_mut().filter(|by_hand| by_hand.resolution.is_none()) else {
        return Ok((entry, fate));
    };
    let now_ms = found.at_ms;
    by_hand.resolution = Some(found);
    let (state, answer) = if happened {
        // PB-010: what was done is answered with what was asked for.
        (State::Done, (200, "application/json".to_owned(), by_hand.mint.body.clone().into_bytes()))
    } else {
        let detail = "A person has found that it did not happen. Ask anew, under a new key.";
        let problem = Problem::new(Code::NotDone, detail).retry(Advice::NewKey, None).response();
        let content_type = header(&problem.headers, "content-type").unwrap_or_default().to_owned();
        (State::Refused, (problem.status, content_type, problem.body))
    };
    let entry = Entry { answer: Some(answer), is_settled: false, ..entry };
    Ok((entry.at(state, now_ms), fate))
}

#[cfg(test)]
mod tests;
