//! A request that has to happen once, and what makes two of them the same.

use base64ct::{Base64UrlUnpadded, Encoding};
use edgepost_core::digest::sha256;
use edgepost_core::http::{Headers, Request};
use edgepost_core::operation::{self, Operation};
use serde::{Deserialize, Serialize};

use crate::config::MODE;

/// A request that has to happen once. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mint {
    /// Who asks for what under which key, as one text; also the key that the provider sees.
    pub id: String,
    /// The operation's name.
    pub operation: String,
    /// Who asks.
    pub subject: String,
    /// The network address that asks, for the limit by address.
    pub address: String,
    /// Of the body.
    pub digest: String,
    /// The provider's address.
    pub url: String,
    /// What goes upstream, but for the secret.
    pub headers: Headers,
    /// The exact body.
    pub body: String,
}

impl Mint {
    /// The request, still without the secret.
    pub fn request(&self) -> Option<(&'static Operation, Request)> {
        let operation = operation::find(&self.operation)?;
        let method = operation.method.name().to_owned();
        let body = Some(self.body.clone().into_bytes());
        Some((operation, Request { method, url: self.url.clone(), headers: self.headers.clone(), body }))
    }
}

/// One text for who asks, in which mode, for what, under which key. Lengths are in it, so that no two can look alike.
pub fn identity(subject: &str, operation: &str, key: &str) -> String {
    let mut all = Vec::new();
    for part in [subject, MODE, operation, key] {
        all.extend_from_slice(&(part.len() as u64).to_le_bytes());
        all.extend_from_slice(part.as_bytes());
    }
    Base64UrlUnpadded::encode_string(&sha256(&all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_02_callers_keys_and_operations_never_meet() {
        let one = identity("origin:a", "x.y", "key");
        for other in
            [identity("origin:b", "x.y", "key"), identity("origin:a", "x.z", "key"), identity("origin:a", "x.y", "kex")]
        {
            assert_ne!(one, other);
        }
        assert_ne!(identity("ab", "c", "d"), identity("a", "bc", "d"));
        assert!(edgepost_core::prepare::is_key(&one), "PP-004: the provider takes it as a key");
    }

    #[test]
    fn a_mint_is_pinned_to_the_letter() {
        let mint = Mint {
            id: "id".into(),
            operation: "pieterpost.create_checkout_link".into(),
            subject: "origin:none".into(),
            address: "127.0.0.1".into(),
            digest: "a".into(),
            url: "https://pieterpost.com/v1/checkout-links".into(),
            headers: vec![("accept".into(), "application/json".into())],
            body: "{}".into(),
        };
        let json = serde_json::to_string(&mint).unwrap();
        assert_eq!(
            json,
            r#"{"id":"id","operation":"pieterpost.create_checkout_link","subject":"origin:none","address":"127.0.0.1","digest":"a","url":"https://pieterpost.com/v1/checkout-links","headers":[["accept","application/json"]],"body":"{}"}"#
        );
    }
}
