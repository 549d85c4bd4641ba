//! What PieterPost's refusals mean. The vendor lists codes and no HTTP statuses, so the code counts first (PP-173).
//! <https://pieterpost.com/api/docs/> "Errors", read 2026-11-21.

use crate::operation::{Meaning, Refusal};
use crate::read::check;
use crate::schema::{Mode, Object, Slot, must, object, text};

/// PP-170.
static ERROR: Object = object("Error", "Why a call was refused.")
    .fields(&[must("code", &text(), "A short code."), must("error", &text(), "The same for people.")])
    .quiet();

const CODE: Slot = ERROR.slot("code");
const MESSAGE: Slot = ERROR.slot("error");

/// The vendor's own codes.
static CODES: [(&str, Meaning); 13] = [
    // PP-172, PP-174: the same request is refused again.
    ("invalid_json", Meaning::Final),
    ("invalid_request", Meaning::Final),
    // PP-171: what is wrong is the key or the account, and that can be mended.
    ("missing_api_key", Meaning::Mendable),
    ("invalid_api_key", Meaning::Mendable),
    ("invalid_api_key_mode", Meaning::Mendable),
    ("api_key_inactive", Meaning::Mendable),
    ("account_inactive", Meaning::Mendable),
    ("misconfigured", Meaning::Mendable),
    ("rate_limited", Meaning::NextMinute),
    // PP-166
    ("daily_order_cap_reached", Meaning::NextDay),
    ("live_order_cap_reached", Meaning::NextDay),
    // PP-174: nobody knows how far the call came.
    ("db_error", Meaning::Unknown),
    ("unknown_error", Meaning::Unknown),
];

/// Reads a refusal. `None` if the body is not PieterPost's.
pub(super) fn meaning(status: u16, body: &[u8]) -> Option<Refusal> {
    let reading = check(&ERROR, body, Mode::Answer);
    let root = reading.is_json.then(|| reading.root())?;
    let (code, message) = (root.copy(CODE)?, root.copy(MESSAGE)?);
    let meaning = match CODES.iter().find(|known| known.0 == code) {
        Some(known) => known.1,
        None => match status {
            401 | 403 => Meaning::Mendable,
            // PP-124: more money in the wallet makes the same call pass.
            402 => Meaning::Funds,
            429 => Meaning::NextMinute,
            408 | 425 | 500.. => Meaning::Unknown,
            // The order may yet come to be, and an address warning can be accepted.
            404 => Meaning::Mendable,
            _ => Meaning::Final,
        },
    };
    Some(Refusal { code, message, meaning })
}
