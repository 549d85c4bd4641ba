//! Answers.

use std::borrow::Cow;

use edgepost_core::http::Response;
use edgepost_core::json;
use serde::Serialize;

/// What a provider answers.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) response: Response,
    /// What happened, in a word; what the state counts.
    pub(crate) outcome: &'static str,
}

/// A provider's no.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// The provider's code.
    pub(crate) code: &'static str,
    /// The same for people.
    pub(crate) message: Cow<'static, str>,
    /// Members of the request and what is wrong with each, where the provider says so.
    pub(crate) fields: Vec<(String, String)>,
}

impl Refusal {
    pub(crate) const fn new(status: u16, code: &'static str, message: &'static str) -> Self {
        Refusal { status, code, message: Cow::Borrowed(message), fields: Vec::new() }
    }

    /// The same in other words.
    pub(crate) fn saying(self, message: String) -> Self {
        Refusal { message: Cow::Owned(message), ..self }
    }
}

const JSON: &str = "application/json";

/// An answer with a JSON body.
pub(crate) fn json(status: u16, body: &impl Serialize) -> Response {
    json_as(JSON, status, body)
}

/// The same under another media type.
pub(crate) fn json_as(media_type: &str, status: u16, body: &impl Serialize) -> Response {
    written(status, media_type, serde_json::to_vec(body).unwrap_or_default())
}

/// A refusal of the sandbox itself, in the shape that PieterPost's have as well (PP-170).
pub(crate) fn error(refusal: &Refusal) -> Response {
    let mut body = String::new();
    json::member(&mut body, "{\"code\":", refusal.code);
    json::member(&mut body, ",\"error\":", &refusal.message);
    body.push('}');
    written(refusal.status, JSON, body.into_bytes())
}

/// A header as it stands in a response.
pub(crate) fn header(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn written(status: u16, media_type: &str, body: Vec<u8>) -> Response {
    let headers = vec![header("content-type", media_type), header("cache-control", "no-store")];
    Response { status, headers, body }
}
