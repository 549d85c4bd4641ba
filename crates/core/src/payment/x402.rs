//! x402, version 2: the three headers, and the one way of paying that is known to be spendable once.
//! <https://github.com/x402-foundation/x402/tree/main/specs>, read 2026-11-21.
//!
//! ```text
//! PAYMENT-REQUIRED --Challenge--> Offer --Authorization--> typed data --signature--> PAYMENT-SIGNATURE
//!                                                                       PAYMENT-RESPONSE --> Settlement
//! ```

mod authorization;
mod challenge;
mod network;
mod settlement;

pub use self::authorization::Authorization;
pub use self::challenge::{Challenge, Offer, challenge};
pub use self::network::{NETWORKS, Network};
pub use self::settlement::{Settlement, settlement};

/// PF-090: the header of a challenge.
pub const REQUIRED: &str = "payment-required";
/// PF-092: the header with which it is answered.
pub const SIGNATURE: &str = "payment-signature";
/// PF-093: the header of a paid answer.
pub const RESPONSE: &str = "payment-response";
/// PF-096: no header is longer.
pub const LARGEST: usize = 16_384;
