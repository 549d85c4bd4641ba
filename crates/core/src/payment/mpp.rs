//! MPP, the scheme `Payment` of HTTP authentication: challenges, credentials, receipts.
//! <https://github.com/tempoxyz/mpp-specs>, read 2026-11-21; where mppx 0.11.0 differs, what it does is done.
//!
//! ```text
//! WWW-Authenticate --challenges--> Challenge --Charge--> the caller's wallet --payload--> Authorization: Payment ...
//!                                                                        Payment-Receipt --> Receipt
//! ```

mod answer;
mod charge;
mod credential;
mod header;
mod transaction;

pub use self::answer::{Problem, Receipt, problem, receipt};
pub use self::charge::{Charge, Method, TEMPO, Tempo, USUAL_CHAIN, choose, memo};
pub use self::credential::{Paid, paid};
pub use self::header::{Challenge, challenges, latin1};
pub use self::transaction::transaction_end;

/// PFM-003: the header of challenges.
pub const CHALLENGE: &str = "www-authenticate";
/// PFM-005: the header of a paid answer.
pub const RECEIPT: &str = "payment-receipt";
/// The header that a challenge may ask for in place of Authorization.
pub const OTHER_HEADER: &str = "payment-authorization";
/// PFM-008: no `request` is longer.
pub const LARGEST: usize = 16_384;
