//! What the gateway decides. Plain Rust: no platform, no clock, no network; time and answers are arguments.
//!
//! ```text
//! request --route, cors, policy--> refused, or read the body
//!    body --core's tables--------> 422, or a mint or a read, built from scratch
//!    mint --ledger, count--------> replayed, refused, or sent: once
//!  answer --headers, grants------> answered
//! ```
//!
//! Secrets are put on a request in [`headers::inject`] and nowhere else.

pub mod access;
pub mod admission;
pub mod asks;
pub mod bound;
pub mod budget;
pub mod challenge;
pub mod config;
pub mod cors;
pub mod count;
pub mod credential;
pub mod grants;
pub mod head;
pub mod headers;
pub mod hook;
pub mod input;
pub mod ledger;
pub mod links;
pub mod lookup;
pub mod message;
pub mod mint;
pub mod minute;
pub mod once;
pub mod outbox;
pub mod own_payment;
pub mod payer_return;
pub mod policy;
pub mod problem;
pub mod refill;
pub mod route;
pub mod seal;
pub mod secret;
pub mod tally;
pub mod token;
pub mod upload;
pub mod wallet;
