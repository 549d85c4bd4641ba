//! What Edgepost knows about the providers: which members a payload has, which rules bind them, what the request
//! looks like on the wire and what an answer means.
//!
//! In scope: reading JSON against constant tables, merging templates, building byte-exact requests, reading answers,
//! deciding whether to ask again, signing and verifying. Out of scope, on purpose: sockets, clocks, randomness, threads,
//! secrets and everything else that a platform has to supply. Time and random bytes are arguments.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod check;
pub mod csv;
pub mod date;
pub mod digest;
pub mod file;
pub mod flow;
pub mod grant;
pub mod http;
pub mod mcp;
pub mod multipart;
pub mod operation;
pub mod outcome;
pub mod payment;
pub mod pieterpost;
pub mod pitneybowes;
pub mod plan;
pub mod postalform;
pub mod postpay;
pub mod prepare;
pub mod refusal;
pub mod retry;
pub mod rules;
pub mod seen;
pub mod template;

pub use edgepost_read::{json, place, pointer, read, report, rule, schema, words};
