//! The two HTTP 402 handshakes, x402 v2 and MPP: challenges read, credentials written. No keys, no chain: what a wallet has
//! to sign is worked out here, and signed by the caller's own signer.
//!
//! ```text
//! 402 --challenge--> what is asked --the caller's signer--> signature or payload --header--> the same request, paid
//! ```
//!
//! Whatever a challenge holds that is not known to be payable is a typed [`Refusal`] before anything is signed.

pub mod address;
pub mod decimal;
mod json;
pub mod mpp;
mod refusal;
pub mod x402;

use alloc::string::String;
use alloc::vec::Vec;

use base16ct::lower;
use sha3::{Digest, Keccak256};

pub use self::refusal::{Fault, Refusal};

/// Where money moves: test money, or real money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Networks for tests.
    Test,
    /// Networks on which tokens are money.
    Live,
}

impl Mode {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Test => "test",
            Mode::Live => "live",
        }
    }
}

/// Keccak-256 of pieces one behind the other, as Ethereum hashes (not the SHA-3 of FIPS 202).
#[inline(never)]
pub fn keccak(pieces: &[&[u8]]) -> [u8; 32] {
    let mut hash = Keccak256::new();
    for piece in pieces {
        hash.update(piece);
    }
    hash.finalize().into()
}

/// The bytes of base64 in either alphabet, with or without padding: so read PostalForm's libraries.
pub fn unbase64(text: &str) -> Option<Vec<u8>> {
    json::decode(text, "").ok()
}

/// `0x` and hexadecimal digits in lower case.
pub fn hex(bytes: &[u8]) -> String {
    crate::json::concat(&["0x", &lower::encode_string(bytes)])
}

/// The bytes behind `0x` and hexadecimal digits in any case.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    base16ct::mixed::decode_vec(text.strip_prefix("0x")?).ok()
}
