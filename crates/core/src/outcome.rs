//! What an answer means.
//!
//! Nothing that a provider answers is an error of ours: unknown members and values are kept, and what cannot be
//! understood is `unknown`, with advice on how to find out.

mod write;

use alloc::string::String;
use alloc::vec::Vec;

use crate::http::{Response, header, media_type, retry_after};
use crate::json;
use crate::operation::{NOTHING, Operation, Payment, Repeat, Sent};
use crate::read::{Findings, check as read_table};
use crate::refusal::Meaning;
use crate::report::Issue;
use crate::schema::{Mode, Object, Shape, Slot, list, may, must, object, text};

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It happened.
    Ok {
        /// The answer, as the provider wrote it; what no JSON reader takes is mended.
        value: Vec<u8>,
        /// What is odd about it.
        issues: Vec<Issue>,
    },
    /// It is to be paid for first.
    Challenge {
        /// The lines of the header that say how, each as it came; see [`Payment::challenge`].
        challenges: Vec<String>,
        /// The answer, as the provider wrote it; `null` if it is no JSON.
        value: Vec<u8>,
    },
    /// It did not happen.
    Refused(Refused),
    /// Nobody knows.
    Unknown {
        /// The HTTP status; none if there was no answer.
        status: Option<u16>,
        /// The beginning of what came.
        excerpt: String,
        /// What to do.
        retry: Retry,
        /// The entry of the gateway's ledger as JSON text, where a person has to find out.
        ledger: Option<String>,
    },
}

/// A no, from the provider or from the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// A short code. Codes are open.
    pub code: String,
    /// The same for people.
    pub message: String,
    /// The gateway's issues as JSON text, where it found any.
    pub issues: Option<String>,
    /// The provider's answer as JSON text, where it says more than the code and the message; else empty.
    pub details: String,
    /// What to do.
    pub retry: Retry,
    /// Whether the same request would be refused again, whatever anybody mends meanwhile.
    pub is_final: bool,
}

/// Whether to ask again, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How.
    pub advice: Advice,
    /// In how many milliseconds, where that is known.
    pub after_ms: Option<u64>,
}

/// How to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Not at all.
    Never,
    /// The same bytes under the same key: whatever happened before, it will have happened once.
    SameBytes,
    /// As something new, under a new key.
    NewKey,
    /// Only after looking whether it happened.
    CheckFirst,
    /// The same, later.
    After,
}

impl Advice {
    /// All of them, by name.
    pub const ALL: [Advice; 5] = [Advice::Never, Advice::SameBytes, Advice::NewKey, Advice::CheckFirst, Advice::After];

    /// As it is written in an outcome.
    pub const fn name(self) -> &'static str {
        match self {
            Advice::Never => "never",
            Advice::SameBytes => "same_bytes",
            Advice::NewKey => "new_key",
            Advice::CheckFirst => "check_first",
            Advice::After => "after",
        }
    }
}

/// What is known when an answer is read.
#[derive(Clone, Copy, Default)]
pub struct Context<'s> {
    /// The input that was sent, as JSON.
    pub input: Option<&'s [u8]>,
    /// Whether a test key was used.
    pub test_mode: Option<bool>,
    /// Milliseconds since 1970.
    pub now_ms: Option<u64>,
}

/// How much of an answer that nobody understands is shown.
const EXCERPT: usize = 200;
/// PP-165: the limit is counted by the minute.
const MINUTE: u64 = 60_000;
/// PP-166: the cap is counted by the UTC day.
const DAY: u64 = 86_400_000;

/// Reads an answer to an operation.
#[inline(never)]
pub fn read(operation: &'static Operation, response: &Response, context: &Context<'_>) -> Outcome {
    if let Some(outcome) = problem(operation, response) {
        return outcome;
    }
    let outcome = match response.status {
        200..=299 => success(operation, response, context),
        402 if operation.payment != Payment::None => {
            challenge(operation, response).or_else(|| refusal(operation, response, context))
        }
        400..=599 => refusal(operation, response, context),
        _ => None,
    };
    outcome.unwrap_or_else(|| unknown(operation, Some(response)))
}

static NAME_OR_VALUE: Shape = text();
static HEADER: Shape = list(&NAME_OR_VALUE);

static ABOUT: Object = object("About", "What is known of an answer beside its body.")
    .fields(&[
        may("status", &Shape::Integer, "The HTTP status."),
        may("headers", &list(&HEADER), "Pairs of names and values."),
        may("testMode", &Shape::Flag, "Whether a test key was used."),
        may("now", &Shape::Integer, "Milliseconds since 1970."),
    ])
    .quiet();

/// Reads an answer of which all but the body is described in JSON: `{ status, headers?, testMode?, now? }`.
pub fn read_json(operation: &'static Operation, body: &[u8], about: &[u8], input: &[u8]) -> Outcome {
    let reading = read_table(&ABOUT, about, Mode::Answer);
    let root = reading.root();
    let integer = |name| root.integer(ABOUT.find(name)?);
    let mut headers = Vec::new();
    for pair in ABOUT.find("headers").into_iter().flat_map(|slot| root.items(slot)) {
        let mut texts = pair.items().filter_map(|item| item.text()).map(|text| String::from(text.value()));
        if let (Some(name), Some(value)) = (texts.next(), texts.next()) {
            headers.push((name, value));
        }
    }
    let status = integer("status").and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
    let context = Context {
        input: Some(input).filter(|input| !input.is_empty()),
        test_mode: ABOUT.find("testMode").and_then(|slot| root.flag(slot)),
        now_ms: integer("now").and_then(|now| u64::try_from(now).ok()),
    };
    read(operation, &Response { status, headers, body: Vec::from(body) }, &context)
}

/// What a missing answer means: the connection broke, or nothing came in time.
pub fn no_answer(operation: &'static Operation) -> Outcome {
    unknown(operation, None)
}

fn unknown(operation: &'static Operation, response: Option<&Response>) -> Outcome {
    let advice = match operation.repeat {
        // PF-080: the payment may have been taken.
        Repeat::SameBytes if operation.payment != Payment::None => Advice::CheckFirst,
        Repeat::Read | Repeat::IdempotencyKey | Repeat::SameBytes | Repeat::SameEffect => Advice::SameBytes,
        Repeat::CheckFirst => Advice::CheckFirst,
        Repeat::Never => Advice::NewKey,
        Repeat::ByHand => Advice::Never,
    };
    Outcome::Unknown {
        status: response.map(|response| response.status),
        excerpt: response.map(|response| excerpt(&response.body)).unwrap_or_default(),
        retry: Retry { advice, after_ms: response.and_then(|response| retry_after(&response.headers)) },
        ledger: None,
    }
}

#[inline(never)]
fn success(operation: &'static Operation, response: &Response, context: &Context<'_>) -> Option<Outcome> {
    if core::ptr::eq(operation.output, &NOTHING) {
        return Some(Outcome::Ok { value: Vec::from(b"null"), issues: Vec::new() });
    }
    let body = json::mend(&response.body);
    let mut reading = read_table(operation.output, &body, Mode::Answer);
    let mut found = Findings::of(Mode::Answer, core::mem::take(&mut reading.issues));
    let answer = reading.root();
    let is_there = |name: &&str| operation.output.find(name).is_some_and(|slot| answer.at(slot).is_usable());
    if !reading.is_json || !operation.proof.iter().all(is_there) {
        return None;
    }
    let input = context.input.map(|input| read_table(operation.input, input, Mode::Lenient));
    let sent = Sent { input: input.as_ref().map(|input| input.root()), test_mode: context.test_mode };
    (operation.agrees)(&sent, &answer, &mut found);
    let issues = found.finish();
    drop(reading);
    Some(Outcome::Ok { value: body, issues })
}

/// What has to be paid for first, and how; nothing where the answer does not say it.
#[inline(never)]
fn challenge(operation: &'static Operation, response: &Response) -> Option<Outcome> {
    let name = operation.payment.challenge();
    let lines = response.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let challenges: Vec<_> = lines.map(|(_, line)| line.clone()).collect();
    (!challenges.is_empty()).then(|| Outcome::Challenge { challenges, value: as_json(&response.body) })
}

/// An answer as every JSON reader takes it; `null` where it is no JSON.
pub(crate) fn as_json(body: &[u8]) -> Vec<u8> {
    let body = json::mend(body);
    if read_table(&ANYTHING, &body, Mode::Answer).is_json { body } else { Vec::from(b"null") }
}

static ANYTHING: Object = object("Anything", "An object.").quiet();

#[inline(never)]
fn refusal(operation: &'static Operation, response: &Response, context: &Context<'_>) -> Option<Outcome> {
    let refusal = (operation.provider.meaning)(response.status, &response.body)?;
    let asked = retry_after(&response.headers);
    let (advice, after_ms) = match refusal.meaning {
        Meaning::Unknown => return None,
        Meaning::Final | Meaning::Mendable => (Advice::Never, None),
        Meaning::Funds => (Advice::SameBytes, None),
        Meaning::MayBeDone => (Advice::CheckFirst, None),
        Meaning::Taken => (Advice::NewKey, None),
        Meaning::NextMinute => (Advice::After, asked.or(Some(MINUTE))),
        Meaning::NextDay => (Advice::After, asked.or_else(|| Some(DAY - context.now_ms? % DAY))),
    };
    Some(Outcome::Refused(Refused {
        status: response.status,
        code: refusal.code,
        message: refusal.message,
        issues: None,
        details: refusal.details,
        retry: Retry { advice, after_ms },
        is_final: matches!(refusal.meaning, Meaning::Final | Meaning::Taken),
    }))
}

/// The gateway's own refusals, RFC 9457 and a few members more.
static PROBLEM: Object = object("Problem", "Why the gateway refused.")
    .fields(&[
        must("code", &text(), "A short code."),
        may("detail", &text(), "The same for people."),
        may("issues", &Shape::Any, "What is wrong with the input."),
        may("retry", &Shape::Object(&RETRY), "What to do."),
        may("ledger", &Shape::Any, "The ledger's entry, where a person has to find out."),
    ])
    .quiet();

static RETRY: Object = object("Retry", "What to do.")
    .fields(&[must("advice", &text(), "How to ask again."), may("afterMs", &Shape::Integer, "When.")])
    .quiet();

const CODE: Slot = PROBLEM.slot("code");
const DETAIL: Slot = PROBLEM.slot("detail");
const ISSUES: Slot = PROBLEM.slot("issues");
const PROBLEM_RETRY: Slot = PROBLEM.slot("retry");
const LEDGER: Slot = PROBLEM.slot("ledger");
const ADVICE: Slot = RETRY.slot("advice");
const AFTER_MS: Slot = RETRY.slot("afterMs");

#[inline(never)]
fn problem(operation: &'static Operation, response: &Response) -> Option<Outcome> {
    let is_gateway = header(&response.headers, "edgepost-source") == Some("gateway");
    let is_problem = media_type(header(&response.headers, "content-type")?) == "application/problem+json";
    if !is_gateway || !is_problem {
        return None;
    }
    // The issues are passed on as they stand, so they have to be what every JSON reader takes.
    let body = json::mend(&response.body);
    let reading = read_table(&PROBLEM, &body, Mode::Answer);
    let root = reading.is_json.then(|| reading.root())?;
    let code = root.copy(CODE)?;
    let retry = root.group(PROBLEM_RETRY);
    let advised = retry.and_then(|retry| retry.text(ADVICE));
    let advice = advised.and_then(|name| Advice::ALL.into_iter().find(|advice| name.is(advice.name())));
    let after_ms = retry.and_then(|retry| retry.integer(AFTER_MS)).and_then(|after| u64::try_from(after).ok());
    let written = |slot| Some(root.at(slot).bytes()).filter(|bytes| !bytes.is_empty()).map(lossy);
    let message = root.copy(DETAIL).unwrap_or_default();
    // The gateway broke down, could not reach the provider, or could not understand it.
    if matches!(response.status, 500 | 502 | 504) {
        let Outcome::Unknown { retry, .. } = unknown(operation, None) else { return None };
        let retry = Retry { advice: advice.unwrap_or(retry.advice), after_ms: after_ms.or(retry.after_ms) };
        let ledger = written(LEDGER);
        return Some(Outcome::Unknown { status: Some(response.status), excerpt: message, retry, ledger });
    }
    Some(Outcome::Refused(Refused {
        status: response.status,
        code,
        message,
        issues: written(ISSUES),
        details: String::new(),
        retry: Retry { advice: advice.unwrap_or(Advice::Never), after_ms },
        is_final: response.status == 422,
    }))
}

/// Bytes as text, up to where they stop being UTF-8.
fn lossy(bytes: &[u8]) -> String {
    let text = core::str::from_utf8(bytes)
        .or_else(|error| core::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default()));
    String::from(text.unwrap_or_default())
}

/// The beginning of an answer, as text.
fn excerpt(body: &[u8]) -> String {
    lossy(body.get(..body.len().min(EXCERPT * 4)).unwrap_or_default()).chars().take(EXCERPT).collect()
}

impl Outcome {
    /// Whether the answer can be kept and given again: a success, or a refusal that the same request would meet again.
    pub fn is_final(&self) -> bool {
        match self {
            Outcome::Ok { .. } => true,
            Outcome::Refused(refused) => refused.is_final,
            Outcome::Challenge { .. } | Outcome::Unknown { .. } => false,
        }
    }

    /// What to do, if it did not work.
    pub fn retry(&self) -> Option<Retry> {
        match self {
            Outcome::Ok { .. } | Outcome::Challenge { .. } => None,
            Outcome::Refused(refused) => Some(refused.retry),
            Outcome::Unknown { retry, .. } => Some(*retry),
        }
    }

    /// Whether what an answer describes is done changing.
    pub fn is_done(&self, operation: &'static Operation) -> bool {
        let Outcome::Ok { value, .. } = self else { return false };
        let reading = read_table(operation.output, value, Mode::Answer);
        let (root, done) = (reading.root(), operation.done);
        let state = operation.output.find(done.member).and_then(|slot| root.text(slot));
        state.is_some_and(|state| done.values.iter().any(|done| state.is(done))) && (done.also)(&root)
    }
}
