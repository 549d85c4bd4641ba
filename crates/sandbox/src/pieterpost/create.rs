//! What the operations that create something from JSON have in common: a body that is read with the core's table, and an
//! idempotency key under which it happens once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use edgepost_core::digest;
use edgepost_core::http::{Response, header, media_type};
use edgepost_core::operation::Operation;
use edgepost_core::pieterpost::create_checkout_link::CHECKOUT;
use edgepost_core::prepare::LONGEST_KEY;
use edgepost_core::read::{Reading, check};
use edgepost_core::report::{Issue, Severity};
use edgepost_core::schema::{Mode, Object};
use serde::Serialize;
use serde_json::value::RawValue;

use super::key::Caller;
use super::{PieterPost, refusal};
use crate::answer::{Answer, Refusal};
use crate::route::Call;

/// What was answered under which idempotency key.
#[derive(Default)]
pub(super) struct Answers(BTreeMap<Under, Kept>);

/// A key counts within its account, mode and operation.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Under {
    caller: Caller,
    operation: &'static str,
    key: String,
}

/// An answer that is given again.
struct Kept {
    digest: String,
    response: Response,
}

/// What is kept of a request that created something.
pub(super) struct Sent {
    pub(super) caller: Caller,
    idempotency_key: Option<String>,
    /// The body as it came.
    body: Vec<u8>,
}

/// The same as the control plane shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SentState<'s> {
    account: &'s str,
    idempotency_key: Option<&'s str>,
    /// Of the request's body.
    digest: String,
    /// The request's body.
    input: Option<&'s RawValue>,
}

impl Sent {
    pub(super) fn new(caller: &Caller, call: &Call<'_>) -> Self {
        let idempotency_key = header(&call.request.headers, "idempotency-key").map(str::to_owned);
        Sent { caller: caller.clone(), idempotency_key, body: call.body().to_vec() }
    }

    pub(super) fn state(&self) -> SentState<'_> {
        SentState {
            account: &self.caller.account,
            idempotency_key: self.idempotency_key.as_deref(),
            digest: digest::field(&self.body),
            input: serde_json::from_slice(&self.body).ok(),
        }
    }
}

/// Creates something.
type Create = fn(&mut PieterPost, caller: &Caller, call: &Call<'_>) -> Result<Response, Refusal>;

/// Creates something, unless the same was created under the same idempotency key before (PP-004, PP-006).
///
/// A refusal is not kept: the same request may pass when money was added or another day has begun (PP-124, PP-174).
pub(super) fn once(
    operation: &'static Operation,
    provider: &mut PieterPost,
    caller: &Caller,
    call: &Call<'_>,
    create: Create,
) -> Result<Answer, Refusal> {
    let key = idempotency_key(call)?;
    let under = key.map(|key| Under { caller: caller.clone(), operation: operation.name, key: key.to_owned() });
    let digest = digest::field(call.body());
    match under.as_ref().and_then(|under| provider.answers.0.get(under)) {
        None => {}
        Some(kept) if kept.digest == digest => {
            return Ok(Answer { response: kept.response.clone(), outcome: "replayed" });
        }
        Some(_) => return Err(refusal::KEY_REUSED),
    }
    let response = create(provider, caller, call)?;
    if let Some(under) = under {
        provider.answers.0.insert(under, Kept { digest, response: response.clone() });
    }
    Ok(Answer { response, outcome: "created" })
}

/// PP-004.
fn idempotency_key<'c>(call: &'c Call<'_>) -> Result<Option<&'c str>, Refusal> {
    let key = header(&call.request.headers, "idempotency-key");
    if key.is_some_and(|key| key.is_empty() || key.len() > LONGEST_KEY) {
        let message = format!("An Idempotency-Key has 1 to {LONGEST_KEY} characters.");
        return Err(refusal::INVALID_REQUEST.saying(message));
    }
    Ok(key)
}

/// The body, read with the table that the core builds it with.
pub(super) fn read<'c>(call: &'c Call<'_>, table: &'static Object) -> Result<Reading<'c>, Refusal> {
    // PP-003
    let content_type = header(&call.request.headers, "content-type").map(media_type);
    if content_type.as_deref() != Some("application/json") {
        return Err(refusal::INVALID_REQUEST.saying("Send the body as application/json.".to_owned()));
    }
    // What is only a reading of ours is not an error in lenient mode; the vendor may well take it.
    let reading = check(table, call.body(), Mode::Lenient);
    if !reading.is_json {
        return Err(refusal::INVALID_JSON);
    }
    let mut errors = reading.issues.iter().filter(|issue| issue.severity == Severity::Error);
    match errors.next() {
        None => Ok(reading),
        Some(first) => Err(refusal::INVALID_REQUEST.saying(sentence(table, first, errors.count()))),
    }
}

/// What is wrong, for people. `more` is how many errors there are beside this one.
fn sentence(table: &'static Object, issue: &Issue, more: usize) -> String {
    // PP-111: the one sentence that is the vendor's own.
    if issue.path == "/senderEmail" && std::ptr::eq(table, &CHECKOUT) {
        return "Hosted checkout links require a valid senderEmail.".to_owned();
    }
    let place = if issue.path.is_empty() { Cow::Borrowed("") } else { Cow::Owned(format!(" ({})", issue.path)) };
    let others = match more {
        0 => Cow::Borrowed(""),
        1 => Cow::Borrowed(" There is one more error."),
        more => Cow::Owned(format!(" There are {more} more errors.")),
    };
    format!("{}{place}{others}", issue.message())
}
