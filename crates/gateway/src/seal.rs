//! What is written down so that only the gateway can read it: a journal holds what was signed, which is money for whoever has
//! it. XChaCha20-Poly1305 under a key of the gateway's own, bound to the place where it is kept.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use edgepost_core::grant::SHORTEST_KEY;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The secret's name.
pub(crate) const SECRET: &str = "LEDGER_ENCRYPTION_KEY";
/// So long is what is drawn for each text.
pub const NONCE: usize = 24;
/// What the secret is used for: another use of it has another key.
const PURPOSE: &[u8] = b"edgepost ledger 1";

/// Seals and opens what is written down. It is never shown.
#[derive(Clone)]
pub struct Seal(XChaCha20Poly1305);

impl Seal {
    /// Takes the secret; `None` if it is shorter than 32 bytes.
    pub fn new(secret: &str) -> Option<Self> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes())
            .ok()
            .filter(|_| secret.len() >= SHORTEST_KEY)?;
        mac.update(PURPOSE);
        XChaCha20Poly1305::new_from_slice(&mac.finalize().into_bytes()).ok().map(Seal)
    }

    /// Seals a text for its place. `nonce` was never drawn before.
    pub fn seal(&self, place: &str, text: &str, nonce: [u8; NONCE]) -> Option<Vec<u8>> {
        let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([&nonce[..], &sealed].concat())
    }

    /// Opens it; `None` if it was sealed with another key or for another place, or is not what was sealed.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        String::from_utf8(self.0.decrypt(&XNonce::from(*nonce), payload).ok()?).ok()
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "ledger-encryption-canary-of-32-bytes";

    #[test]
    fn pf_096_what_is_sealed_is_opened_with_the_same_key_at_the_same_place_only() {
        let seal = Seal::new(CANARY).unwrap();
        let sealed = seal.seal("here", "what was signed", [7; NONCE]).unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"signed"));
        assert_eq!(seal.open("here", &sealed).as_deref(), Some("what was signed"));
        assert_eq!(seal.open("there", &sealed), None);
        assert_eq!(Seal::new(&CANARY.replace('c', "k")).unwrap().open("here", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal.open("here", &changed), None, "{at}");
            assert_eq!(seal.open("here", &sealed[..at]), None, "{at}");
        }
        assert_ne!(seal.seal("here", "what was signed", [8; NONCE]).unwrap()[NONCE..], sealed[NONCE..]);
        assert_eq!(format!("{seal:?}"), "[redacted]");
    }

    #[test]
    fn pf_096_a_short_secret_is_none() {
        assert!(Seal::new("short").is_none() && Seal::new(&"x".repeat(SHORTEST_KEY - 1)).is_none());
    }

    #[test]
    fn pf_096_the_construction_is_pinned() {
        // Made with OpenSSL's ChaCha20-Poly1305 and draft-irtf-cfrg-xchacha, 2.2 and 2.3.
        let sealed = Seal::new(CANARY).unwrap().seal("here", "{}", [0; NONCE]).unwrap();
        assert_eq!(edgepost_core::payment::hex(&sealed[NONCE..]), "0xeb6f3a3e21925c95fe27bfa79e9981f2f140");
    }
}
