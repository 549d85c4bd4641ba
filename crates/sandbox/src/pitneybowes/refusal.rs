//! Pitney Bowes' refusals. <https://docs.shippingapi.pitneybowes.com/reference/error-codes.html>, read 2026-11-21. Codes
//! and statuses are the vendor's; which code goes with which status is the sandbox's choice where the vendor does not say.

use edgepost_core::http::{Headers, Response, header};
use serde::Serialize;

use crate::answer::{Refusal, json};

// PB-033
pub(super) const ACCEPT_LANGUAGE: Refusal = Refusal::new(400, "1000002", "The Accept-Language header is invalid.");
pub(super) const INVALID: Refusal = Refusal::new(400, "1000045", "A value is missing or invalid.");
pub(super) const INVALID_JSON: Refusal = Refusal::new(400, "1000050", "The body is no valid JSON.");
pub(super) const AUTHENTICATION: Refusal = Refusal::new(401, "1000032", "Authentication error.");
pub(super) const UNAUTHORIZED: Refusal = Refusal::new(403, "1000033", "Unauthorized access.");
pub(super) const NOT_FOUND: Refusal = Refusal::new(404, "1000045", "There is no such merchant.");
const SYSTEM_ERROR: Refusal = Refusal::new(500, "1000500", "System error.");
const INTERNAL_ERROR: Refusal = Refusal::new(503, "1000005", "Internal error.");
/// The vendor documents none. What stands in front of an interface answers so all the same.
const TOO_MANY: Refusal = Refusal::new(429, "too.many.requests", "Too many requests.");

/// What every operation can meet. The vendor does not say when some of them are met: here it is when a fault asks for
/// them.
pub(super) static COMMON: [Refusal; 6] =
    [AUTHENTICATION, UNAUTHORIZED, ACCEPT_LANGUAGE, SYSTEM_ERROR, INTERNAL_ERROR, TOO_MANY];

/// What operations can meet that name a merchant.
pub(super) static FINDING: [Refusal; 1] = [NOT_FOUND];

/// What operations can meet that are sent something to look at.
pub(super) static READING: [Refusal; 1] = [INVALID];

/// What operations can meet that are sent a body.
pub(super) static SENDING: [Refusal; 2] = [INVALID, INVALID_JSON];

/// PB-030.
#[derive(Serialize)]
struct Unified<'r> {
    errors: [UnifiedError<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnifiedError<'r> {
    error_code: &'r str,
    error_description: &'r str,
    additional_info: Option<&'r str>,
    parameters: Vec<&'r str>,
}

/// PB-031.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OldError<'r> {
    error_code: &'r str,
    message: &'r str,
    additional_info: Option<&'r str>,
}

/// PB-030: the shape that every request of ours asks for.
pub(super) fn response(refusal: &Refusal) -> Response {
    let error = UnifiedError {
        error_code: refusal.code,
        error_description: &refusal.message,
        additional_info: refusal.fields.first().map(|(_, wrong)| wrong.as_str()),
        parameters: refusal.fields.iter().map(|(name, _)| name.as_str()).collect(),
    };
    json(refusal.status, &Unified { errors: [error] })
}

/// PB-007, PB-031: who does not ask for that shape gets an older one.
pub(super) fn written(refusal: &Refusal, headers: &Headers) -> Response {
    if header(headers, "x-pb-unifiederrorstructure") == Some("true") {
        return response(refusal);
    }
    let additional_info = refusal.fields.first().map(|(_, wrong)| wrong.as_str());
    json(refusal.status, &[OldError { error_code: refusal.code, message: &refusal.message, additional_info }])
}
