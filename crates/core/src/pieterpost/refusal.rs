//! What PieterPost's refusals mean. The vendor lists codes and no HTTP statuses, so the code counts first (PP-173).
//! <https://pieterpost.com/api/docs/> "Errors", read 2026-11-21.

use alloc::string::String;

use crate::operation::{Meaning, Refusal};
use crate::read::check;
use crate::schema::{Mode, Object, Slot, must, object, text};

/// PP-170.
static ERROR: Object = object("Error", "Why a call was refused.")
    .fields(&[must("code", text(), "A short code."), must("error", text(), "The same for people.")])
    .quiet();

const CODE: Slot = ERROR.slot("code");
const MESSAGE: Slot = ERROR.slot("error");

/// Reads a refusal. `None` if the body is not PieterPost's.
pub(super) fn meaning(status: u16, body: &[u8]) -> Option<Refusal> {
    let reading = check(&ERROR, body, Mode::Answer);
    let root = reading.is_json.then(|| reading.root())?;
    let code = root.text(CODE)?.value();
    let message = String::from(root.text(MESSAGE)?.value());
    let meaning = match (code.as_ref(), status) {
        // PP-172, PP-174: the same request is refused again.
        ("invalid_json" | "invalid_request", _) => Meaning::Final,
        // PP-171: what is wrong is the key or the account, and that can be mended.
        (
            "missing_api_key" | "invalid_api_key" | "invalid_api_key_mode" | "api_key_inactive" | "account_inactive",
            _,
        ) => Meaning::Mendable,
        ("misconfigured", _) => Meaning::Mendable,
        ("rate_limited", _) => Meaning::NextMinute,
        // PP-166
        ("daily_order_cap_reached" | "live_order_cap_reached", _) => Meaning::NextDay,
        // PP-174: nobody knows how far the call came.
        ("db_error" | "unknown_error", _) => Meaning::Unknown,
        (_, 401 | 403) => Meaning::Mendable,
        // PP-124: more money in the wallet makes the same call pass.
        (_, 402) => Meaning::Funds,
        (_, 429) => Meaning::NextMinute,
        (_, 408 | 425 | 500..) => Meaning::Unknown,
        // The order may yet come to be, and an address warning can be accepted.
        (_, 404) => Meaning::Mendable,
        _ => Meaning::Final,
    };
    Some(Refusal { code: code.into_owned(), message, meaning })
}
