//! What takes more than one exchange, as state machines without I/O.

pub mod pages;
pub mod pay;
pub mod wait;
