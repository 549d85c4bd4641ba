//! Reading input against constant tables, and reporting what is wrong with it.
//!
//! A part of edgepost-core, which shows it as its own, and a crate only for the compiler's sake: this is what runs with every
//! key that somebody presses, so it is compiled to be fast, and all else to be small.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod json;
pub mod place;
pub mod pointer;
pub mod read;
pub mod report;
pub mod rule;
pub mod schema;
pub mod words;
