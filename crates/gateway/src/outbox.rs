//! Events on their way to the merchant.
//!
//! ```text
//! received --looked up at Postpay--> ready --the merchant's 2xx--> taken
//!     |  ^                           |  ^
//!     |  '-- later, again and again -'  |
//!     '---- often enough ----> dead -----   an operator sends it again
//! ```
//!
//! What an event says is what Postpay says of the order when it is asked (PO-099). The message that is made of that stays
//! as it is, and so does its id: whoever gets it twice can tell.

use edgepost_core::date::rfc3339;
use edgepost_core::http::{Request, Response};
use edgepost_core::json;
use edgepost_core::operation::{self, Operation};
use edgepost_core::outcome::{self, Context, Outcome};
use edgepost_core::prepare::{self, Options};
use edgepost_core::report::Code as IssueCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::admission::Lookup;
use crate::config::Config;
use crate::mint::identity;

/// How long an event that was taken is remembered: a minute longer than its delivery's signature can be good for, which is
/// five minutes before its time and five behind (PO-094, PO-099).
pub const TAKEN_KEPT_MS: u64 = 660_000;
/// How much is kept of what nobody can make anything of, in characters.
pub(crate) const EXCERPT: usize = 2_000;
/// How long a dead one can be sent again.
pub const DEAD_KEPT_MS: u64 = 30 * 86_400_000;
/// No attempt takes longer: both waits for an answer, and some.
const LONGEST_ATTEMPT_MS: u64 = 60_000;
/// No two attempts are further apart.
const LONGEST_WAIT_MS: u64 = 86_400_000;

/// How often and how soon something is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Milliseconds from the first attempt to the second; each wait behind it is three times as long.
    pub retry_ms: u64,
    /// How many attempts there are.
    pub attempts: u32,
}

impl Default for Pace {
    /// For a day and a half, as <https://www.standardwebhooks.com> advises: not every fault is over in an hour.
    fn default() -> Self {
        Pace { retry_ms: 5_000, attempts: 11 }
    }
}

impl Pace {
    /// Reads the configuration, and says what is wrong with it by name.
    pub fn read(var: &impl Fn(&str) -> Option<String>, faults: &mut Vec<String>) -> Self {
        let usual = Pace::default();
        let mut number = |name: &str, usual: u64, most: u64| {
            let Some(written) = var(name) else { return usual };
            let number = written.parse().ok().filter(|number| (1..=most).contains(number));
            if number.is_none() {
                faults.push(format!("{name} is no number from 1 to {most}"));
            }
            number.unwrap_or(usual)
        };
        let retry_ms = number("MERCHANT_WEBHOOK_RETRY_MS", usual.retry_ms, LONGEST_WAIT_MS);
        let attempts = number("MERCHANT_WEBHOOK_ATTEMPTS", usual.attempts.into(), 50);
        Pace { retry_ms, attempts: attempts as u32 }
    }

    /// How long to wait behind so many attempts.
    fn wait_ms(self, attempts: u32) -> u64 {
        self.retry_ms.saturating_mul(3_u64.saturating_pow(attempts.saturating_sub(1))).min(LONGEST_WAIT_MS)
    }
}

/// What an event is about, and how to look it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The operation that looks it up.
    pub operation: String,
    /// The member of its input.
    pub member: String,
    /// The value of that.
    pub id: String,
}

/// Where an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Not looked up yet.
    Received,
    /// To be handed on.
    Ready,
    /// The merchant has it.
    Taken,
    /// Nobody tries any more.
    Dead,
}

/// An event, as it is written down. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The message's id, the same for each attempt.
    pub id: String,
    /// What it is about; none where the delivery names nothing that can be looked up.
    pub subject: Option<Subject>,
    /// The beginning of a delivery that names nothing.
    pub payload: Option<String>,
    /// Seconds since 1970 at which Postpay signed it.
    pub signed_at: u64,
    /// Where it stands.
    pub stage: Stage,
    /// How often this stage was tried.
    pub attempts: u32,
    /// Milliseconds since 1970 at which something is to be done about it.
    pub due_ms: u64,
    /// What the merchant gets.
    pub message: Option<String>,
    /// Why the last attempt did not work.
    pub fault: Option<String>,
}

/// What is to be done about an event.
#[derive(Clone, Debug)]
pub enum Step {
    /// Ask Postpay.
    LookUp(Lookup),
    /// Hand it on.
    Deliver(Request),
    /// It has been kept long enough.
    Forget,
    /// Nothing can be done, and why.
    Fail(String),
}

impl Event {
    /// A delivery that was verified.
    pub fn new(id: String, subject: Option<Subject>, payload: Option<String>, signed_at: u64, now_ms: u64) -> Self {
        let (stage, attempts, due_ms, message, fault) = (Stage::Received, 0, now_ms, None, None);
        let event = Event { id, subject, payload, signed_at, stage, attempts, due_ms, message, fault };
        if event.subject.is_some() {
            return event;
        }
        event.dead("the delivery names no order and no line of a settlement".into(), now_ms)
    }

    /// What was written down under an id. What nobody can read any more is dead, with its beginning for a person: left as it
    /// is it would be due for ever.
    pub fn from_written(id: &str, written: &str, now_ms: u64) -> Self {
        serde_json::from_str(written).unwrap_or_else(|_| {
            let beginning = written.chars().take(EXCERPT).collect();
            let event = Event::new(id.to_owned(), None, Some(beginning), 0, now_ms);
            event.dead("what was written down of it cannot be read".into(), now_ms)
        })
    }

    /// What to do about it now.
    pub fn step(&self, config: &Config, now_ms: u64) -> Step {
        let step = match (self.stage, &config.hooks.merchant, &self.message) {
            (Stage::Taken | Stage::Dead, ..) => Ok(Step::Forget),
            (Stage::Ready, Some(merchant), Some(message)) => {
                Ok(Step::Deliver(merchant.request(&self.id, now_ms / 1000, message)))
            }
            (Stage::Ready, None, _) => Err("MERCHANT_WEBHOOK_URL is not configured"),
            _ => self.lookup(config).map(Step::LookUp),
        };
        step.unwrap_or_else(|fault| Step::Fail(fault.into()))
    }

    fn lookup(&self, config: &Config) -> Result<Lookup, &'static str> {
        let (operation, input) = self.asked().ok_or("the delivery names nothing that can be looked up")?;
        let upstream = config.upstream(operation.provider).ok_or("Postpay is not configured")?;
        let options = Options { base_url: Some(upstream.base.clone()), ..Options::default() };
        let prepared = prepare::build(operation, input.as_bytes(), &options);
        let request = prepared.map_err(|_| "the delivery names nothing that can be looked up")?.request;
        Ok(Lookup { id: identity("hook", config.mode, operation.name, &input), operation, request })
    }

    /// What it is about, as an operation and its input.
    fn asked(&self) -> Option<(&'static Operation, String)> {
        let subject = self.subject.as_ref()?;
        let mut input = String::from("{");
        json::member(&mut input, "", &subject.member);
        json::member(&mut input, ":", &subject.id);
        input.push('}');
        Some((operation::find(&subject.operation)?, input))
    }

    /// To be written down before an attempt is made: whoever dies during it leaves one that is tried again.
    pub fn begun(mut self, pace: Pace, now_ms: u64) -> Self {
        if matches!(self.stage, Stage::Received | Stage::Ready) {
            self.attempts = self.attempts.saturating_add(1);
            self.due_ms = now_ms + LONGEST_ATTEMPT_MS + pace.wait_ms(self.attempts);
        }
        self
    }

    /// Postpay has answered.
    pub fn looked_up(mut self, config: &Config, answer: &Response, now_ms: u64) -> Self {
        let Some((operation, input)) = self.asked() else { return self };
        let context =
            Context { input: Some(input.as_bytes()), test_mode: Some(config.is_test()), now_ms: Some(now_ms) };
        let fault = match outcome::read(operation, answer, &context) {
            Outcome::Ok { issues, .. } if issues.iter().any(|issue| issue.code == IssueCode::IdMismatch) => {
                "Postpay told of something else than it was asked about".into()
            }
            Outcome::Ok { value, .. } => {
                self.message = Some(message(operation, &value, self.signed_at));
                (self.stage, self.attempts, self.due_ms, self.fault) = (Stage::Ready, 0, now_ms, None);
                return self;
            }
            Outcome::Refused(refused) => format!("looked up: refused with status {}, {}", refused.status, refused.code),
            Outcome::Unknown { status: Some(status), .. } => format!("looked up: no use with status {status}"),
            Outcome::Challenge { .. } => "looked up: it is to be paid for".into(),
            Outcome::Unknown { status: None, .. } => "looked up: no answer".into(),
        };
        self.failed(config.hooks.pace, fault, now_ms)
    }

    /// The merchant has answered with a status, or not at all.
    pub fn delivered(mut self, config: &Config, answer: Result<u16, &str>, now_ms: u64) -> Self {
        let fault = match answer {
            Ok(200..=299) => {
                // What was handed on is not kept; only that it was.
                (self.stage, self.due_ms, self.message, self.fault) =
                    (Stage::Taken, now_ms + TAKEN_KEPT_MS, None, None);
                return self;
            }
            Ok(status) => format!("the merchant answered with status {status}"),
            Err(fault) => fault.to_owned(),
        };
        self.failed(config.hooks.pace, fault, now_ms)
    }

    /// An attempt did not work.
    pub fn failed(mut self, pace: Pace, fault: String, now_ms: u64) -> Self {
        if self.attempts >= pace.attempts {
            return self.dead(fault, now_ms);
        }
        (self.due_ms, self.fault) = (now_ms + pace.wait_ms(self.attempts), Some(fault));
        self
    }

    fn dead(mut self, fault: String, now_ms: u64) -> Self {
        (self.stage, self.due_ms, self.fault) = (Stage::Dead, now_ms + DEAD_KEPT_MS, Some(fault));
        self
    }

    /// A dead one that an operator has sent again; none if it is not dead, or nothing can be looked up for it.
    pub fn sent_again(mut self, now_ms: u64) -> Option<Self> {
        if self.stage != Stage::Dead || self.subject.is_none() {
            return None;
        }
        let stage = if self.message.is_some() { Stage::Ready } else { Stage::Received };
        (self.stage, self.attempts, self.due_ms) = (stage, 0, now_ms);
        Some(self)
    }

    /// As an operator sees it.
    pub fn shown(&self) -> Value {
        let message = self.message.as_ref().and_then(|message| serde_json::from_str::<Value>(message).ok());
        serde_json::json!({
            "id": self.id,
            "subject": self.subject.as_ref().map(|subject| {
                serde_json::json!({ "operation": subject.operation, "id": subject.id })
            }),
            "signedAt": rfc3339(self.signed_at.saturating_mul(1_000)),
            "attempts": self.attempts,
            "fault": self.fault,
            "message": message,
            "payload": self.payload,
        })
    }
}

/// `{ type, timestamp, data }`: what it is and stands at, when Postpay signed it, and what Postpay says of it.
fn message(operation: &Operation, value: &[u8], signed_at: u64) -> String {
    let read: Value = serde_json::from_slice(value).unwrap_or_default();
    let (kind, state) =
        if operation.input.find("order_id").is_some() { ("order", "status") } else { ("transaction", "type") };
    let state = read.get(state).and_then(Value::as_str).unwrap_or_default();
    let is_plain = !state.is_empty() && state.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let kind = if is_plain { format!("postpay.{kind}.{state}") } else { format!("postpay.{kind}") };
    let mut written = String::from("{");
    json::member(&mut written, "\"type\":", &kind);
    json::member(&mut written, ",\"timestamp\":", &rfc3339(signed_at.saturating_mul(1_000)));
    json::put(&mut written, &[",\"data\":", &String::from_utf8_lossy(value), "}"]);
    written
}

#[cfg(test)]
mod tests;
