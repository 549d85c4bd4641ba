//! What takes more than one exchange, as state machines without I/O.

pub mod wait;
