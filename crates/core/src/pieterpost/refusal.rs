//! What PieterPost's refusals mean. The vendor lists codes and no HTTP statuses, so the code counts first (PP-173).
//! <https://pieterpost.com/api/docs/> "Errors", read 2026-11-21.

use crate::read::check;
use crate::refusal::{Codes, Meaning, Refusal};
use crate::schema::{Mode, Object, Slot, must, object, text};

/// PP-170.
static ERROR: Object = object("Error", "Why a call was refused.")
    .fields(&[must("code", &text(), "A short code."), must("error", &text(), "The same for people.")])
    .quiet();

const CODE: Slot = ERROR.slot("code");
const MESSAGE: Slot = ERROR.slot("error");

/// The vendor's own codes.
const CODES: &Codes = &[
    // PP-172, PP-174: the same request is refused again.
    (0, "invalid_json", Meaning::Final),
    (0, "invalid_request", Meaning::Final),
    // PP-171: what is wrong is the key or the account, and that can be mended.
    (0, "missing_api_key", Meaning::Mendable),
    (0, "invalid_api_key", Meaning::Mendable),
    (0, "invalid_api_key_mode", Meaning::Mendable),
    (0, "api_key_inactive", Meaning::Mendable),
    (0, "account_inactive", Meaning::Mendable),
    (0, "misconfigured", Meaning::Mendable),
    (0, "rate_limited", Meaning::NextMinute),
    // PP-166
    (0, "daily_order_cap_reached", Meaning::NextDay),
    (0, "live_order_cap_reached", Meaning::NextDay),
    // PP-174: nobody knows how far the call came.
    (0, "db_error", Meaning::Unknown),
    (0, "unknown_error", Meaning::Unknown),
];

/// Reads a refusal. `None` if the body is not PieterPost's.
pub(super) fn meaning(status: u16, body: &[u8]) -> Option<Refusal> {
    let reading = check(&ERROR, body, Mode::Answer);
    let root = reading.is_json.then(|| reading.root())?;
    Some(Refusal::new(status, root.copy(CODE)?, root.copy(MESSAGE)?, CODES))
}
