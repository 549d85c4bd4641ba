//! A private key of secp256k1, which is never shown.

use std::fmt;

use edgepost_core::payment::address::Address;
use edgepost_core::payment::{hex, keccak, unhex};
use k256::SecretKey;
use k256::ecdsa::SigningKey;

/// A private key.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key(SecretKey);

impl Key {
    /// Reads 64 hexadecimal digits, with or without `0x`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let bytes = unhex(&format!("0x{digits}")).filter(|bytes| bytes.len() == 32)?;
        SecretKey::from_slice(&bytes).ok().map(Key)
    }

    /// Its account.
    pub(super) fn address(&self) -> Option<Address> {
        let point = SigningKey::from(&self.0).verifying_key().to_encoded_point(false);
        let hash = keccak(&[point.as_bytes().get(1..)?]);
        hash.get(12..)?.try_into().ok().map(Address)
    }

    /// Signs a digest: r, s, and 27 or 28. The same digest has the same signature (RFC 6979).
    pub(super) fn sign(&self, digest: &[u8; 32]) -> Option<String> {
        let (signature, recovery) = SigningKey::from(&self.0).sign_prehash_recoverable(digest).ok()?;
        let mut bytes = signature.to_bytes().to_vec();
        bytes.push(27 + recovery.to_byte());
        Some(hex(&bytes))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[redacted]")
    }
}
