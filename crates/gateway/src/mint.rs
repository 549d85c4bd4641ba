//! A request that has to happen once, and what makes two of them the same.

use base64ct::{Base64UrlUnpadded, Encoding};
use edgepost_core::digest::sha256;
use edgepost_core::http::{Headers, Request};
use edgepost_core::operation::{self, Body, Operation};
use serde::{Deserialize, Serialize};

use crate::tally::Hold;

/// A request that has to happen once. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mint {
    /// Who asks for what under which key, as one text; also the key that the provider sees, or the beginning of it.
    pub id: String,
    /// The operation's name.
    pub operation: String,
    /// Who asks.
    pub subject: String,
    /// The network that asks, where its requests are limited: that of a public caller.
    pub address: Option<String>,
    /// What has to be set aside.
    pub holds: Vec<Hold>,
    /// Of the body.
    pub digest: String,
    /// The provider's address.
    pub url: String,
    /// What goes upstream, but for the secret.
    pub headers: Headers,
    /// The exact body; empty where there is none.
    pub body: String,
    /// The order that it is about, where the input names it.
    pub order: Option<String>,
    /// The whole input, where the provider may have to be asked what became of it.
    pub input: Option<String>,
}

impl Mint {
    /// The request, still without the secret.
    pub fn request(&self) -> Option<(&'static Operation, Request)> {
        let operation = operation::find(&self.operation)?;
        let method = operation.method.name().to_owned();
        let body = (operation.body == Body::Json).then(|| self.body.clone().into_bytes());
        Some((operation, Request { method, url: self.url.clone(), headers: self.headers.clone(), body }))
    }
}

/// One text for who asks, in which mode, for what, under which key. Lengths are in it, so that no two can look alike.
pub fn identity(subject: &str, mode: &str, operation: &str, key: &str) -> String {
    let mut all = Vec::new();
    for part in [subject, mode, operation, key] {
        all.extend_from_slice(&(part.len() as u64).to_le_bytes());
        all.extend_from_slice(part.as_bytes());
    }
    Base64UrlUnpadded::encode_string(&sha256(&all))
}

/// Whether a text can be what [`identity`] makes.
pub fn is_identity(text: &str) -> bool {
    Base64UrlUnpadded::decode_vec(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// PP-004, PB-006: what the provider sees of an identity: as much as it takes, which nobody can guess either.
pub fn shown(id: &str, operation: &Operation) -> String {
    id.chars().take(operation.provider.key.longest).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A faultless one.
    pub(crate) fn mint() -> Mint {
        Mint {
            id: "id".into(),
            operation: "pieterpost.create_checkout_link".into(),
            subject: "origin:none".into(),
            address: Some("127.0.0.1".into()),
            holds: vec![],
            digest: "a".into(),
            url: "https://pieterpost.com/v1/checkout-links".into(),
            headers: vec![("accept".into(), "application/json".into())],
            body: "{}".into(),
            order: None,
            input: None,
        }
    }

    #[test]
    fn id_02_callers_keys_and_operations_never_meet() {
        let one = identity("origin:a", "test", "x.y", "key");
        for other in [
            identity("origin:b", "test", "x.y", "key"),
            identity("origin:a", "live", "x.y", "key"),
            identity("origin:a", "test", "x.z", "key"),
            identity("origin:a", "test", "x.y", "kex"),
        ] {
            assert_ne!(one, other);
        }
        assert_ne!(identity("ab", "c", "d", "e"), identity("a", "bc", "d", "e"));
        assert!(edgepost_core::prepare::is_key(&one), "PP-004: the provider takes it as a key");
    }

    #[test]
    fn pp_004_pb_006_every_provider_takes_what_it_sees_of_an_identity() {
        let id = identity("origin:a", "test", "x.y", "key");
        for operation in operation::OPERATIONS {
            let shown = shown(&id, operation);
            assert!((operation.provider.key.fits)(&shown) && shown.len() >= 22, "{} {shown}", operation.name);
        }
    }

    #[test]
    fn a_mint_is_pinned_to_the_letter() {
        let json = serde_json::to_string(&mint()).unwrap();
        assert_eq!(
            json,
            r#"{"id":"id","operation":"pieterpost.create_checkout_link","subject":"origin:none","address":"127.0.0.1","holds":[],"digest":"a","url":"https://pieterpost.com/v1/checkout-links","headers":[["accept","application/json"]],"body":"{}","order":null,"input":null}"#
        );
    }
}
