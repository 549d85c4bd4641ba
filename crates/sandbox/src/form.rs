//! Forms that a page sends.

use edgepost_core::http::{header, media_type};

use crate::address::parameters;
use crate::route::Call;

/// The first field of this name; nothing if it is missing, or if what was sent is no form.
pub(crate) fn field(call: &Call<'_>, name: &str) -> Option<String> {
    let content_type = media_type(header(&call.request.headers, "content-type")?);
    if content_type != "application/x-www-form-urlencoded" {
        return None;
    }
    let form = std::str::from_utf8(call.body()).ok()?;
    parameters(form).find(|(known, _)| known == name).map(|(_, value)| value)
}
