//! PostalForm's refusals (PF-076 to PF-080).

use edgepost_core::http::Response;
use serde::Serialize;

use crate::answer::{Refusal, json};

pub(super) const INVALID: Refusal = Refusal::new(422, "invalid_request", "The request is invalid.");
pub(super) const MISSING_EMAIL: Refusal =
    Refusal::new(422, "missing_buyer_email", "buyer_email is needed for the receipt.");
pub(super) const MISMATCH: Refusal =
    Refusal::new(409, "request_id_mismatch", "This request_id was used with another payload.");
pub(super) const RATE_LIMITED: Refusal = Refusal::new(429, "rate_limited", "Too many unpaid orders.");
pub(super) const NOT_FOUND: Refusal = Refusal::new(404, "not_found", "Order not found.");
const PAYMENT_ERROR: Refusal = Refusal::new(500, "payment_error", "The payment could not be processed.");

/// What every operation can meet.
pub(super) static COMMON: [Refusal; 2] = [PAYMENT_ERROR, RATE_LIMITED];

/// What operations can meet that are sent an order.
pub(super) static SENDING: [Refusal; 3] = [INVALID, MISSING_EMAIL, MISMATCH];

/// What operations can meet that look for one.
pub(super) static FINDING: [Refusal; 1] = [NOT_FOUND];

/// PF-079: a message, mostly a code, and for each member what is wrong with it.
#[derive(Serialize)]
struct Envelope<'r> {
    message: &'r str,
    #[serde(skip_serializing_if = "is_unsaid")]
    code: &'r str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Wrong<'r>>,
}

/// The vendor's refusal of an order that is not there has no code.
fn is_unsaid(code: &str) -> bool {
    code == NOT_FOUND.code
}

/// PF-076.
#[derive(Serialize)]
struct Wrong<'r> {
    path: &'r str,
    code: &'static str,
    message: &'r str,
}

/// In the provider's shape.
pub(super) fn response(refusal: &Refusal) -> Response {
    let wrong = |(path, message): &'_ (String, String)| (path.clone(), message.clone());
    let fields: Vec<(String, String)> = refusal.fields.iter().map(wrong).collect();
    let errors = fields.iter().map(|(path, message)| Wrong { path, code: "invalid", message }).collect();
    json(refusal.status, &Envelope { message: &refusal.message, code: refusal.code, errors })
}
