//! Postpay's refusals. <https://docs.postpay.io/v1/> "Errors", read 2026-11-21. Codes, statuses and sentences are the
//! vendor's.

use std::collections::BTreeMap;

use edgepost_core::http::Response;
use serde::Serialize;

use super::MEDIA_TYPE;
use crate::answer::{Refusal, json_as};

// PO-111
pub(super) const INVALID: Refusal = Refusal::new(400, "invalid", "Invalid input.");
pub(super) const PARSE_ERROR: Refusal = Refusal::new(400, "parse_error", "Malformed request.");
pub(super) const AUTHENTICATION_FAILED: Refusal =
    Refusal::new(401, "authentication_failed", "Invalid authentication credentials.");
const PAYMENT_REQUIRED: Refusal = Refusal::new(402, "payment_required", "Payment required.");
const PERMISSION_DENIED: Refusal =
    Refusal::new(403, "permission_denied", "You do not have permission to perform this action.");
pub(super) const NOT_FOUND: Refusal = Refusal::new(404, "not_found", "Not found.");
pub(super) const NOT_ACCEPTABLE: Refusal =
    Refusal::new(406, "not_acceptable", "Could not satisfy the request Accept header.");
/// PO-018: what the vendor says about an order's id that is taken; its code is the only one in the table that fits.
pub(super) const ORDER_EXISTS: Refusal =
    Refusal::new(409, "conflict", "A conflict of data exists, even with valid information.");
const GONE: Refusal = Refusal::new(410, "gone", "The target resource is no longer available.");
pub(super) const UNSUPPORTED_MEDIA_TYPE: Refusal =
    Refusal::new(415, "unsupported_media_type", "Unsupported media type in request.");
const UNPROCESSABLE: Refusal = Refusal::new(422, "unprocessable", "The requested information is okay, but invalid.");
const THROTTLED: Refusal = Refusal::new(429, "throttled", "Request was throttled.");
const ERROR: Refusal = Refusal::new(500, "error", "Oops!!");

// PO-051
pub(super) const NOT_APPROVED: Refusal = Refusal::new(409, "invalid_status", "Order status must be approved.");
const CAPTURE_ERROR: Refusal = Refusal::new(402, "capture_error", "Payment transaction declined.");
pub(super) const CAPTURE_EXPIRED: Refusal = Refusal::new(410, "expired", "The capture has expired.");

// PO-063
pub(super) const NOT_CAPTURED: Refusal = Refusal::new(409, "invalid_status", "Order status must be captured.");
pub(super) const REFUND_EXISTS: Refusal = Refusal::new(409, "conflict", "There is already a refund with this ID.");
pub(super) const LIMIT_EXCEEDED: Refusal = Refusal::new(409, "limit_exceeded", "The amount exceeds the limit.");

/// What every operation can meet. The vendor does not say when some of them are met: here it is when a fault asks for
/// them.
pub(super) static COMMON: [Refusal; 8] =
    [AUTHENTICATION_FAILED, PERMISSION_DENIED, NOT_ACCEPTABLE, THROTTLED, ERROR, PAYMENT_REQUIRED, GONE, UNPROCESSABLE];

/// What operations can meet that are sent a body.
pub(super) static SENDING: [Refusal; 3] = [INVALID, PARSE_ERROR, UNSUPPORTED_MEDIA_TYPE];

/// What operations can meet that filter.
pub(super) static FILTERING: [Refusal; 1] = [INVALID];

/// What operations can meet that name a thing, or a page.
pub(super) static FINDING: [Refusal; 1] = [NOT_FOUND];

/// What a checkout can meet.
pub(super) static CHECKING_OUT: [Refusal; 1] = [ORDER_EXISTS];

/// What a capture can meet.
pub(super) static CAPTURING: [Refusal; 3] = [NOT_APPROVED, CAPTURE_ERROR, CAPTURE_EXPIRED];

/// What a refund can meet.
pub(super) static REFUNDING: [Refusal; 3] = [NOT_CAPTURED, REFUND_EXISTS, LIMIT_EXCEEDED];

/// PO-110.
#[derive(Serialize)]
struct Envelope<'r> {
    error: Error<'r>,
}

#[derive(Serialize)]
struct Error<'r> {
    code: &'r str,
    message: &'r str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<&'r str, Vec<&'r str>>,
}

/// PO-110: a code, a sentence, and what is wrong with which member.
pub(super) fn response(refusal: &Refusal) -> Response {
    let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, wrong) in &refusal.fields {
        fields.entry(name).or_default().push(wrong);
    }
    let error = Error { code: refusal.code, message: &refusal.message, fields };
    json_as(MEDIA_TYPE, refusal.status, &Envelope { error })
}
