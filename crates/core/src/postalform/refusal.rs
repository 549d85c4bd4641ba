//! What PostalForm's refusals mean. <https://postalform.com/agents> "Troubleshooting", read 2026-11-21; the shapes that it
//! does not name were seen in public (PF-079).

use alloc::string::String;

use crate::outcome::as_json;
use crate::read::check;
use crate::refusal::{Codes, Meaning, Refusal, told};
use crate::schema::{Mode, Object, Slot, may, object, text};

/// PF-076 to PF-080: a refusal, in any of its shapes. Those over MPP are RFC 9457's.
static ERROR: Object = object("PostalFormError", "Why a call was refused.")
    .fields(&[
        may("code", &text(), "A short code."),
        may("type", &text(), "The same, as an address."),
        may("message", &text(), "The same for people."),
        may("detail", &text(), "The same, elsewhere."),
        may("error", &text(), "The same, elsewhere."),
        may("title", &text(), "The same, elsewhere."),
    ])
    .quiet();

const CODE: Slot = ERROR.slot("code");
const TYPE: Slot = ERROR.slot("type");
const WORDS: [Slot; 4] = [ERROR.slot("message"), ERROR.slot("detail"), ERROR.slot("error"), ERROR.slot("title")];

const CODES: &Codes = &[
    // PF-077
    (409, "request_id_mismatch", Meaning::Taken),
    (409, "", Meaning::MayBeDone),
];

/// PF-076 to PF-080: reads a refusal. `None` if the body is not PostalForm's.
pub(super) fn meaning(status: u16, body: &[u8]) -> Option<Refusal> {
    let reading = check(&ERROR, body, Mode::Answer);
    let error = reading.is_json.then(|| reading.root())?;
    let message = told(&error, &WORDS)?;
    let code = told(&error, &[CODE, TYPE]).map(last).unwrap_or_else(|| String::from("unknown"));
    let details = String::from_utf8(as_json(body)).unwrap_or_default();
    Some(Refusal { details, ..Refusal::new(status, code, message, CODES) })
}

/// What stands behind the last slash, if there is one.
fn last(mut address: String) -> String {
    let slash = address.bytes().rposition(|byte| byte == b'/');
    address.split_off(slash.map_or(0, |slash| slash + 1))
}
