//! What a request's body says.

use std::borrow::Cow;

use edgepost_core::http::{header, media_type};
use edgepost_core::read::check;
use edgepost_core::report::{Code, Issue, Severity};
use edgepost_core::rule::po;
use edgepost_core::schema::{Mode, Object, Position};
use serde::Deserialize;

use super::refusal;
use crate::answer::Refusal;
use crate::route::Call;

/// The body, checked with the table that the core builds it with.
pub(super) fn read<'c, T: Deserialize<'c>>(call: &'c Call<'_>, table: &'static Object) -> Result<T, Refusal> {
    // PO-005
    let content_type = header(&call.request.headers, "content-type").map(media_type);
    if content_type.as_deref() != Some("application/json") {
        return Err(refusal::UNSUPPORTED_MEDIA_TYPE);
    }
    hold(call.body(), table, Position::Body)?;
    serde_json::from_slice(call.body()).map_err(|_| refusal::PARSE_ERROR)
}

/// Holds JSON against those members of a table that have this position.
pub(super) fn hold(json: &[u8], table: &'static Object, position: Position) -> Result<(), Refusal> {
    // What is only a reading of ours is not an error in lenient mode; the vendor may well take it.
    let reading = check(table, json, Mode::Lenient);
    if !reading.is_json {
        return Err(refusal::PARSE_ERROR);
    }
    let errors = reading.issues.iter().filter(|issue| issue.severity == Severity::Error);
    let errors = errors.filter(|issue| is_of(table, issue, position));
    let fields: Vec<(String, String)> = errors.map(|issue| (member(issue).into_owned(), sentence(issue))).collect();
    if fields.is_empty() { Ok(()) } else { Err(Refusal { fields, ..refusal::INVALID }) }
}

/// Whether an issue is about something that travels there.
fn is_of(table: &'static Object, issue: &Issue, position: Position) -> bool {
    // PO-012: that nothing is shipped is said to the core, and never sent.
    if issue.rule == po(12) && issue.path == "/shipping" {
        return false;
    }
    let name = member(issue);
    table.fields.iter().find(|field| field.name == name).is_none_or(|field| field.position == position)
}

/// The member that an issue is about, or is within.
fn member(issue: &Issue) -> Cow<'_, str> {
    match issue.path.split('/').nth(1) {
        None => Cow::Borrowed("non_field_errors"),
        Some(name) => Cow::Owned(name.replace("~1", "/").replace("~0", "~")),
    }
}

/// The vendor's sentence where it is known, and the core's elsewhere.
fn sentence(issue: &Issue) -> String {
    let deeper = issue.path.split('/').count() > 2;
    let sentence = match issue.code {
        Code::MissingMember => "This field is required.".to_owned(),
        _ => issue.message(),
    };
    if deeper { format!("{}: {sentence}", issue.path) } else { sentence }
}
