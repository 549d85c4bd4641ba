//! What PieterPost's pages have in common.

use std::fmt::Write;

use edgepost_core::http::{Response, header, media_type};

use crate::html::{escape, page};
use crate::route::Call;

/// The button that was clicked.
pub(super) fn action<'c>(call: &'c Call<'_>) -> Option<&'c str> {
    let content_type = media_type(header(&call.request.headers, "content-type")?);
    if content_type != "application/x-www-form-urlencoded" {
        return None;
    }
    let form = std::str::from_utf8(call.body()).ok()?;
    form.split('&').find_map(|field| field.strip_prefix("action="))
}

/// A page of a few sentences.
pub(super) fn sentences(status: u16, title: &str, sentences: &[&str]) -> Response {
    let mut body = String::new();
    for sentence in sentences {
        let _ = writeln!(body, "<p>{}</p>", escape(sentence));
    }
    page(status, title, &body, None)
}
