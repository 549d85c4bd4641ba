//! Grants: what one caller may do, as a signed token (JWT, RFC 7519): HS256 with a shared secret (RFC 7518), or EdDSA with
//! Ed25519 by whoever holds the private key (RFC 8037).
//!
//! The algorithm belongs to the key and is never taken from the token: `none` and confusion between algorithms cannot
//! happen. Signatures are compared in constant time.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{PUBLIC_KEY_LENGTH, Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// A shorter key could be guessed (RFC 7518, section 3.2).
pub const SHORTEST_KEY: usize = 32;
/// No grant is longer; a longer text is not looked at.
const LONGEST_TOKEN: usize = 8_192;
/// A grant is good for a day at most.
const LONGEST_S: u64 = 86_400;
/// A grant to read named orders is good for as long as the order is on its way.
pub const LONGEST_ORDER_S: u64 = 14 * 86_400;

/// What a grant says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Who it was given to.
    pub sub: String,
    /// `test` or `live`.
    pub mode: String,
    /// What it allows: an operation by name, `provider.*`, or `ledger.*`.
    pub ops: Vec<String>,
    /// Seconds since 1970 from which on it is worth nothing; at most a day ahead, 14 days where it only reads orders.
    pub exp: u64,
    /// Seconds since 1970 before which it is worth nothing yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<u64>,
    /// Seconds since 1970 at which it was signed; for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<u64>,
    /// Its own name; makes two grants of the same content two grants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// The orders that it is for; any, if nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<String>,
    /// The sum that has to be asked for, exactly and once: one currency and hundredths of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<BTreeMap<String, u64>>,
    /// What may be spent with it in all: hundredths of each currency. Without it nothing is limited; a currency that is not
    /// listed may not be spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_amount: Option<BTreeMap<String, u64>>,
    /// How many letters or postcards may be sent with it in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_recipients: Option<u64>,
    /// Where recipients may be: names or codes as they stand in the order. Anywhere, if nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// The digest of one prepared request: exactly that one, and once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
}

impl Claims {
    /// Whether it allows an operation.
    pub fn allows(&self, mode: &str, operation: &str) -> bool {
        let allows = |allowed: &String| match allowed.strip_suffix(".*") {
            Some(group) => operation.split_once('.').is_some_and(|(provider, _)| provider == group),
            None => allowed == operation,
        };
        self.mode == mode && self.ops.iter().any(allows)
    }

    /// Whether it is for this order.
    pub fn covers(&self, order: &str) -> bool {
        self.orders.is_empty() || self.orders.iter().any(|allowed| allowed == order)
    }

    /// Whether it only reads orders that it names.
    fn reads_orders(&self) -> bool {
        !self.orders.is_empty() && self.ops.iter().all(|operation| operation.ends_with(".get_order"))
    }
}

/// The secret that grants are signed and verified with.
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

/// A key that grants are verified with. Each has one algorithm.
#[derive(Clone, Debug)]
pub enum Key {
    /// HS256.
    Secret(SigningKey),
    /// EdDSA with Ed25519.
    Public(VerifyingKey),
}

impl Key {
    /// A public key: 32 bytes in base64url, as `x` of a JWK (RFC 8037).
    pub fn public(text: &str) -> Option<Self> {
        let bytes = Base64UrlUnpadded::decode_vec(text.trim_ascii()).ok()?;
        let bytes: [u8; PUBLIC_KEY_LENGTH] = bytes.try_into().ok()?;
        VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak()).map(Key::Public)
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Key::Secret(_) => "HS256",
            Key::Public(_) => "EdDSA",
        }
    }

    fn has_signed(&self, message: &str, signature: &[u8]) -> bool {
        match self {
            Key::Secret(key) => key.mac(message).is_some_and(|mac| mac.verify_slice(signature).is_ok()),
            Key::Public(key) => Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message.as_bytes(), &signature).is_ok()),
        }
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
    /// Its time has not come.
    Early,
    /// It is good for longer than any grant may be.
    Long,
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

/// What a grant says, if it was signed with one of these keys and this is its time.
pub fn verify(keys: &[Key], token: &str, now_s: u64) -> Result<Claims, Invalid> {
    if token.len() > LONGEST_TOKEN {
        return Err(Invalid::Malformed);
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Invalid::Malformed)?;
    let (header, claims) = message.split_once('.').ok_or(Invalid::Malformed)?;
    let signature = Base64UrlUnpadded::decode_vec(signature).map_err(|_| Invalid::Malformed)?;
    let signer = keys.iter().find(|key| key.has_signed(message, &signature)).ok_or(Invalid::Signature)?;
    // Nothing of the token is looked at before its signature is known to be good.
    let header: Header = decode(header).ok_or(Invalid::Malformed)?;
    if header.alg != signer.algorithm() || header.typ != "JWT" {
        return Err(Invalid::Malformed);
    }
    let claims: Claims = decode(claims).ok_or(Invalid::Malformed)?;
    if now_s >= claims.exp {
        return Err(Invalid::Expired);
    }
    if claims.nbf.is_some_and(|from| now_s < from) {
        return Err(Invalid::Early);
    }
    let longest = if claims.reads_orders() { LONGEST_ORDER_S } else { LONGEST_S };
    if claims.exp - now_s > longest {
        return Err(Invalid::Long);
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
    use ed25519_dalek::Signer;
    use std::{format, vec};

    fn key(first: char) -> SigningKey {
        SigningKey::new(&format!("{first}-signing-key-of-the-tests-32-bytes")).unwrap()
    }

    fn secret(first: char) -> Key {
        Key::Secret(key(first))
    }

    fn claims() -> Claims {
        Claims {
            sub: "https://example.com".into(),
            mode: "test".into(),
            ops: vec!["pieterpost.get_order".into()],
            orders: vec!["ord_1".into()],
            exp: 2_000,
            ..Claims::default()
        }
    }

    /// Claims under a header of one's own, signed as it is right.
    fn with_header(header: &str, claims: &str) -> String {
        let encode = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
        let message = format!("{}.{}", encode(header), encode(claims));
        let signature = key('a').mac(&message).unwrap().finalize().into_bytes();
        format!("{message}.{}", Base64UrlUnpadded::encode_string(&signature))
    }

    const HS256: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

    #[test]
    fn a_grant_is_good_until_its_time_is_over() {
        let token = sign(&key('a'), &claims()).unwrap();
        assert_eq!(verify(&[secret('a')], &token, 1_999), Ok(claims()));
        assert_eq!(
            verify(&[secret('b'), secret('a')], &token, 0),
            Ok(claims()),
            "a key is changed while both are known"
        );
        assert_eq!(verify(&[secret('a')], &token, 2_000), Err(Invalid::Expired));
        assert_eq!(verify(&[secret('b')], &token, 0), Err(Invalid::Signature));
        assert_eq!(verify(&[], &token, 0), Err(Invalid::Signature));
        let later = Claims { nbf: Some(500), ..claims() };
        let token = sign(&key('a'), &later).unwrap();
        assert_eq!(verify(&[secret('a')], &token, 499), Err(Invalid::Early));
        assert_eq!(verify(&[secret('a')], &token, 500), Ok(later));
    }

    #[test]
    fn a_day_is_the_longest_and_14_days_for_reading_named_orders() {
        let good_for = |claims: Claims| verify(&[secret('a')], &sign(&key('a'), &claims).unwrap(), 1_000).map(|_| ());
        let spends = Claims { ops: vec!["pieterpost.create_order".into()], ..claims() };
        assert_eq!(good_for(Claims { exp: 1_000 + 86_400, ..spends.clone() }), Ok(()));
        assert_eq!(good_for(Claims { exp: 1_001 + 86_400, ..spends }), Err(Invalid::Long));
        assert_eq!(good_for(Claims { exp: 1_000 + 14 * 86_400, ..claims() }), Ok(()));
        assert_eq!(good_for(Claims { exp: 1_001 + 14 * 86_400, ..claims() }), Err(Invalid::Long));
        assert_eq!(good_for(Claims { exp: 1_001 + 86_400, orders: vec![], ..claims() }), Err(Invalid::Long));
    }

    #[test]
    fn the_algorithm_is_never_taken_from_the_token() {
        let body = serde_json::to_string(&claims()).unwrap();
        for header in [
            r#"{"alg":"none","typ":"JWT"}"#,
            r#"{"alg":"HS512","typ":"JWT"}"#,
            r#"{"alg":"EdDSA","typ":"JWT"}"#,
            r#"{"alg":"HS256"}"#,
            "{}",
            "x",
        ] {
            assert_eq!(verify(&[secret('a')], &with_header(header, &body), 0), Err(Invalid::Malformed), "{header}");
        }
        assert!(verify(&[secret('a')], &with_header(HS256, &body), 0).is_ok());
        let token = sign(&key('a'), &claims()).unwrap();
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        assert_eq!(verify(&[secret('a')], &unsigned, 0), Err(Invalid::Signature));
    }

    #[test]
    fn ed25519_by_its_public_key_and_never_as_a_shared_secret() {
        let private = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
        let public = Base64UrlUnpadded::encode_string(private.verifying_key().as_bytes());
        let keys = [Key::public(&public).unwrap()];
        let header = encode(&Header { alg: "EdDSA".into(), typ: "JWT".into() }).unwrap();
        let message = format!("{header}.{}", encode(&claims()).unwrap());
        let signed = |message: &str| {
            let signature = private.sign(message.as_bytes());
            format!("{message}.{}", Base64UrlUnpadded::encode_string(&signature.to_bytes()))
        };
        assert_eq!(verify(&keys, &signed(&message), 0), Ok(claims()));
        assert_eq!(verify(&keys, &signed(&message).replace('A', "B"), 0), Err(Invalid::Signature));
        let confused =
            message.replacen(&header, &encode(&Header { alg: "HS256".into(), typ: "JWT".into() }).unwrap(), 1);
        assert_eq!(verify(&keys, &signed(&confused), 0), Err(Invalid::Malformed));
        // The well-known confusion: the public key as the secret of an HS256 token.
        let forged = sign(&SigningKey::new(&public).unwrap(), &claims()).unwrap();
        assert_eq!(verify(&keys, &forged, 0), Err(Invalid::Signature));
        for bad in ["", "AAAA", &"A".repeat(43), &"_".repeat(43)] {
            assert!(Key::public(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_changed_token_is_worth_nothing() {
        let token = sign(&key('a'), &claims()).unwrap();
        for index in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = std::string::String::from_utf8(bytes).unwrap();
            // The last character of a signature has bits that mean nothing; only canonical base64 is taken.
            assert!(verify(&[secret('a')], &changed, 0).is_err(), "{index}");
        }
        for garbage in ["", ".", "..", "a.b.c", "a.b.c.d", &"a.".repeat(5_000)] {
            assert!(verify(&[secret('a')], garbage, 0).is_err());
        }
    }

    #[test]
    fn a_claim_that_nobody_knows_may_be_a_limit_and_is_refused() {
        let known = with_header(HS256, r#"{"sub":"a","mode":"test","ops":[],"exp":9}"#);
        assert!(verify(&[secret('a')], &known, 0).is_ok());
        for claims in [
            r#"{"sub":"a","mode":"test","ops":[],"exp":9,"max_letters":1}"#,
            r#"{"sub":"a","mode":"test","ops":[],"exp":"9"}"#,
            r#"{"sub":"a","mode":"test","ops":[],"exp":9,"max_amount":{"eur":-1}}"#,
            r#"{"sub":"a","mode":"test","ops":"pieterpost.*","exp":9}"#,
            r#"{"mode":"test","ops":[],"exp":9}"#,
        ] {
            assert_eq!(verify(&[secret('a')], &with_header(HS256, claims), 0), Err(Invalid::Malformed), "{claims}");
        }
    }

    #[test]
    fn it_allows_what_it_names_and_nothing_else() {
        let of = |ops: &[&str]| Claims { ops: ops.iter().map(|name| (*name).into()).collect(), ..claims() };
        let one = of(&["pieterpost.get_order"]);
        assert!(one.allows("test", "pieterpost.get_order") && one.covers("ord_1"));
        assert!(!one.allows("live", "pieterpost.get_order"));
        assert!(!one.allows("test", "pieterpost.create_order"));
        assert!(!one.covers("ord_2"));
        assert!(of(&["pieterpost.*"]).allows("test", "pieterpost.create_order"));
        for ops in [&["*"][..], &["pieterpost"], &["pieter.*"], &[".*"], &["pieterpost.create*"], &["ledger.*"], &[]] {
            assert!(!of(ops).allows("test", "pieterpost.create_order"), "{ops:?}");
        }
        assert!(of(&["ledger.*"]).allows("test", "ledger.resolve"));
    }

    #[test]
    fn a_key_is_long_enough_and_never_shown() {
        assert!(SigningKey::new("short").is_none());
        assert_eq!(format!("{:?}", key('a')), "[redacted]");
    }
}
