//! PieterPost's refusals. <https://pieterpost.com/api/docs/> "Errors", read 2026-11-21.
//!
//! The codes are the vendor's. Its statuses (PP-173) and all but one of its sentences are not known, and made up here.

use crate::answer::Refusal;

// PP-171
pub(super) const MISSING_API_KEY: Refusal = Refusal::new(401, "missing_api_key", "Send an API key as a bearer token.");
pub(super) const INVALID_API_KEY: Refusal = Refusal::new(401, "invalid_api_key", "This API key does not exist.");
pub(super) const INVALID_API_KEY_MODE: Refusal =
    Refusal::new(403, "invalid_api_key_mode", "The sandbox does not know this live key. Real ones do not belong here.");
pub(super) const API_KEY_INACTIVE: Refusal = Refusal::new(403, "api_key_inactive", "This API key was switched off.");
pub(super) const ACCOUNT_INACTIVE: Refusal = Refusal::new(403, "account_inactive", "This API account is closed.");

// PP-172
pub(super) const RATE_LIMITED: Refusal =
    Refusal::new(429, "rate_limited", "This API account has made too many requests in the last minute.");
pub(super) const INVALID_JSON: Refusal = Refusal::new(400, "invalid_json", "The request body is not JSON.");
pub(super) const INVALID_REQUEST: Refusal = Refusal::new(400, "invalid_request", "The request is not valid.");
/// PP-006: it is our reading that a key belongs to one body.
pub(super) const KEY_REUSED: Refusal =
    Refusal::new(409, "invalid_request", "This Idempotency-Key was sent with another request body before.");
pub(super) const DAILY_ORDER_CAP_REACHED: Refusal =
    Refusal::new(429, "daily_order_cap_reached", "This API account has made all its orders of this UTC day.");
pub(super) const LIVE_ORDER_CAP_REACHED: Refusal =
    Refusal::new(429, "live_order_cap_reached", "This API account has made all its live orders of this UTC day.");
const UNKNOWN_ERROR: Refusal = Refusal::new(500, "unknown_error", "Something went wrong.");
const DB_ERROR: Refusal = Refusal::new(500, "db_error", "The database did not answer.");
const MISCONFIGURED: Refusal = Refusal::new(500, "misconfigured", "The server is not configured for this.");

/// Not in the vendor's list of codes; seen elsewhere (PP-130).
pub(super) const ORDER_NOT_FOUND: Refusal = Refusal::new(404, "order_not_found", "There is no such order.");

/// Not in the vendor's list of codes either: it is known that such a refusal has the status 402 (PP-124).
pub(super) const INSUFFICIENT_CREDITS: Refusal =
    Refusal::new(402, "insufficient_credits", "The wallet does not hold enough for this order.");

/// What every operation can meet. The usual ones come first: an error 500 that says no more is an `unknown_error`.
pub(super) static COMMON: [Refusal; 9] = [
    MISSING_API_KEY,
    INVALID_API_KEY,
    INVALID_API_KEY_MODE,
    API_KEY_INACTIVE,
    ACCOUNT_INACTIVE,
    RATE_LIMITED,
    UNKNOWN_ERROR,
    DB_ERROR,
    MISCONFIGURED,
];

/// What operations that create something from JSON can meet.
pub(super) static CREATING: [Refusal; 1] = [INVALID_JSON];

/// What operations can meet that are sent more than an id.
pub(super) static INVALID: [Refusal; 1] = [INVALID_REQUEST];

/// What operations that make an order can meet.
pub(super) static ORDERING: [Refusal; 2] = [DAILY_ORDER_CAP_REACHED, LIVE_ORDER_CAP_REACHED];

/// What operations that pay from a wallet can meet.
pub(super) static PAYING: [Refusal; 1] = [INSUFFICIENT_CREDITS];

/// What only operations on an order can meet.
pub(super) static READING: [Refusal; 1] = [ORDER_NOT_FOUND];
