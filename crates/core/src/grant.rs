//! Grants: what one caller may do, as a signed token (JWT, RFC 7519, with HS256 of RFC 7518).
//!
//! The algorithm belongs to the key and is never taken from the token: `none` and confusion between algorithms cannot
//! happen. Signatures are compared in constant time.

use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// A shorter key could be guessed (RFC 7518, section 3.2).
pub const SHORTEST_KEY: usize = 32;
/// No grant is longer; a longer text is not looked at.
const LONGEST_TOKEN: usize = 4_096;

/// What a grant says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who it was given to.
    pub sub: String,
    /// `test` or `live`.
    pub mode: String,
    /// The operations that it allows, by name.
    pub ops: Vec<String>,
    /// The orders that it is for; any, if nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<String>,
    /// Seconds since 1970 from which on it is worth nothing.
    pub exp: u64,
}

impl Claims {
    /// Whether it allows an operation on one order.
    pub fn allows(&self, mode: &str, operation: &str, order: &str) -> bool {
        self.mode == mode
            && self.ops.iter().any(|allowed| allowed == operation)
            && (self.orders.is_empty() || self.orders.iter().any(|allowed| allowed == order))
    }
}

/// The key that grants are signed with.
#[derive(Clone)]
pub struct SigningKey(Vec<u8>);

impl SigningKey {
    /// A key of at least 32 bytes.
    pub fn new(secret: &str) -> Option<Self> {
        (secret.len() >= SHORTEST_KEY).then(|| SigningKey(Vec::from(secret.as_bytes())))
    }

    fn mac(&self, message: &str) -> Option<Hmac<Sha256>> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).ok()?;
        mac.update(message.as_bytes());
        Some(mac)
    }
}

impl core::fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("[redacted]")
    }
}

/// Why a grant is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// It is no token of ours.
    Malformed,
    /// It was signed with another key, or changed since.
    Signature,
    /// Its time is over.
    Expired,
}

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    typ: String,
}

/// Signs a grant.
pub fn sign(key: &SigningKey, claims: &Claims) -> Option<String> {
    let header = Header { alg: String::from("HS256"), typ: String::from("JWT") };
    let mut token = encode(&header)?;
    token.push('.');
    token.push_str(&encode(claims)?);
    let signature = key.mac(&token)?.finalize().into_bytes();
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(&signature));
    Some(token)
}

/// What a grant says, if it was signed with one of these keys and its time is not over.
pub fn verify(keys: &[SigningKey], token: &str, now_s: u64) -> Result<Claims, Invalid> {
    if token.len() > LONGEST_TOKEN {
        return Err(Invalid::Malformed);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Invalid::Malformed)?;
    let (header, claims) = message.split_once('.').ok_or(Invalid::Malformed)?;
    let signature = Base64UrlUnpadded::decode_vec(signature).map_err(|_| Invalid::Malformed)?;
    let is_signed = |key: &SigningKey| key.mac(message).is_some_and(|mac| mac.verify_slice(&signature).is_ok());
    if !keys.iter().any(is_signed) {
        return Err(Invalid::Signature);
    }
    // Nothing of the token is looked at before its signature is known to be ours.
    let header: Header = decode(header).ok_or(Invalid::Malformed)?;
    if header.alg != "HS256" || header.typ != "JWT" {
        return Err(Invalid::Malformed);
    }
    let claims: Claims = decode(claims).ok_or(Invalid::Malformed)?;
    if now_s >= claims.exp {
        return Err(Invalid::Expired);
    }
    Ok(claims)
}

fn encode<T: Serialize>(value: &T) -> Option<String> {
    Some(Base64UrlUnpadded::encode_string(&serde_json::to_vec(value).ok()?))
}

fn decode<T: for<'d> Deserialize<'d>>(text: &str) -> Option<T> {
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, vec};

    fn key(first: char) -> SigningKey {
        SigningKey::new(&format!("{first}-signing-key-of-the-tests-32-bytes")).unwrap()
    }

    fn claims() -> Claims {
        Claims {
            sub: "https://example.com".into(),
            mode: "test".into(),
            ops: vec!["pieterpost.get_order".into()],
            orders: vec!["ord_1".into()],
            exp: 2_000,
        }
    }

    /// The claims and the signature of a token whose header says something else.
    fn with_header(header: &str) -> String {
        let message = format!("{}.{}", Base64UrlUnpadded::encode_string(header.as_bytes()), encode(&claims()).unwrap());
        let signature = key('a').mac(&message).unwrap().finalize().into_bytes();
        format!("{message}.{}", Base64UrlUnpadded::encode_string(&signature))
    }

    #[test]
    fn a_grant_is_good_until_its_time_is_over() {
        let token = sign(&key('a'), &claims()).unwrap();
        assert_eq!(verify(&[key('a')], &token, 1_999), Ok(claims()));
        assert_eq!(verify(&[key('b'), key('a')], &token, 0), Ok(claims()));
        assert_eq!(verify(&[key('a')], &token, 2_000), Err(Invalid::Expired));
        assert_eq!(verify(&[key('b')], &token, 0), Err(Invalid::Signature));
        assert_eq!(verify(&[], &token, 0), Err(Invalid::Signature));
    }

    #[test]
    fn the_algorithm_is_never_taken_from_the_token() {
        for header in
            [r#"{"alg":"none","typ":"JWT"}"#, r#"{"alg":"HS512","typ":"JWT"}"#, r#"{"alg":"HS256"}"#, "{}", "x"]
        {
            assert_eq!(verify(&[key('a')], &with_header(header), 0), Err(Invalid::Malformed), "{header}");
        }
        let token = sign(&key('a'), &claims()).unwrap();
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert_eq!(verify(&[key('a')], &unsigned, 0), Err(Invalid::Signature));
    }

    #[test]
    fn a_changed_token_is_worth_nothing() {
        let token = sign(&key('a'), &claims()).unwrap();
        for index in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = std::string::String::from_utf8(bytes).unwrap();
            // The last character of a signature has bits that mean nothing; only canonical base64 is taken.
            assert!(verify(&[key('a')], &changed, 0).is_err(), "{index}");
        }
        for garbage in ["", ".", "..", "a.b.c", "a.b.c.d", &"a.".repeat(3_000)] {
            assert!(verify(&[key('a')], garbage, 0).is_err());
        }
    }

    #[test]
    fn it_allows_what_it_names_and_nothing_else() {
        assert!(claims().allows("test", "pieterpost.get_order", "ord_1"));
        assert!(!claims().allows("live", "pieterpost.get_order", "ord_1"));
        assert!(!claims().allows("test", "pieterpost.create_order", "ord_1"));
        assert!(!claims().allows("test", "pieterpost.get_order", "ord_2"));
    }

    #[test]
    fn a_key_is_long_enough_and_never_shown() {
        assert!(SigningKey::new("short").is_none());
        assert_eq!(format!("{:?}", key('a')), "[redacted]");
    }
}
