//! What Postpay's refusals mean. <https://docs.postpay.io/v1/> "Errors", read 2026-11-21.

use alloc::string::String;

use crate::read::check;
use crate::refusal::{Codes, Meaning, Refusal};
use crate::schema::{Mode, Object, Shape, Slot, may, must, object, text};

/// PO-110.
static ENVELOPE: Object =
    object("PostpayErrorEnvelope", "A refusal.").fields(&[must("error", &Shape::Object(&ERROR), "Why.")]).quiet();
static ERROR: Object = object("PostpayError", "Why a call was refused.")
    .fields(&[
        may("code", &text(), "A short code."),
        may("message", &text(), "The same for people."),
        may("fields", &Shape::Any, "What is wrong with which member."),
    ])
    .quiet();

const WHY: Slot = ENVELOPE.slot("error");
const CODE: Slot = ERROR.slot("code");
const MESSAGE: Slot = ERROR.slot("message");

const CODES: &Codes = &[
    // PO-052, PO-064: a capture or a refund that was sent before may be what it clashes with.
    (409, "invalid_status", Meaning::MayBeDone),
    (409, "conflict", Meaning::MayBeDone),
    // PO-051: the payer's bank said no, which asking again does not change.
    (402, "capture_error", Meaning::Final),
];

/// PO-110, PO-111, PO-112: reads a refusal. `None` if the body is not Postpay's.
pub(super) fn meaning(status: u16, body: &[u8]) -> Option<Refusal> {
    let reading = check(&ENVELOPE, body, Mode::Answer);
    let error = reading.is_json.then(|| reading.root())?.group(WHY)?;
    let code = error.copy(CODE).unwrap_or_else(|| String::from("unknown"));
    Some(Refusal::new(status, code, error.copy(MESSAGE).unwrap_or_default(), CODES))
}
