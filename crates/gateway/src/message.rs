//! Messages to the merchant, as <https://www.standardwebhooks.com> has them: signed, so that whoever gets one knows whose it is.

use std::fmt;

use base64ct::{Base64, Encoding};
use edgepost_core::http::Request;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How the secret starts.
const PREFIX: &str = "whsec_";
/// How many bytes it may have.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// Where messages go.
#[derive(Clone, Debug)]
pub struct Merchant {
    /// The merchant's address.
    pub url: String,
    /// Each signs what goes there: the present one, and the one before while the merchant changes over.
    pub keys: Vec<MessageKey>,
}

/// What messages are signed with. It cannot be printed.
#[derive(Clone)]
pub struct MessageKey(Vec<u8>);

impl MessageKey {
    /// `whsec_` and 24 to 64 bytes in base64.
    pub fn new(secret: &str) -> Option<Self> {
        let bytes = Base64::decode_vec(secret.trim_ascii().strip_prefix(PREFIX)?).ok()?;
        LENGTHS.contains(&bytes.len()).then_some(MessageKey(bytes))
    }

    fn sign(&self, id: &str, seconds: u64, body: &str) -> Option<String> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        Some(format!("v1,{}", Base64::encode_string(&mac.finalize().into_bytes())))
    }
}

impl fmt::Debug for MessageKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[redacted]")
    }
}

impl Merchant {
    /// One attempt to hand a message on, signed at so many seconds since 1970. The id is that of all attempts.
    pub fn request(&self, id: &str, seconds: u64, body: &str) -> Request {
        let signatures: Vec<_> = self.keys.iter().filter_map(|key| key.sign(id, seconds, body)).collect();
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signatures.join(" ")),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value)).into();
        Request { method: "POST".into(), url: self.url.clone(), headers, body: Some(body.as_bytes().to_vec()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepost_core::http::header;

    /// The example of the specification's own libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn merchant(secrets: &[&str]) -> Merchant {
        let keys = secrets.iter().map(|secret| MessageKey::new(secret).unwrap()).collect();
        Merchant { url: "https://shop.example/hook".into(), keys }
    }

    fn request(secrets: &[&str]) -> Request {
        merchant(secrets).request("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#)
    }

    #[test]
    fn messages_are_signed_as_the_libraries_of_standard_webhooks_do() {
        let request = request(&[SECRET]);
        let shown = |name| header(&request.headers, name);
        assert_eq!(shown("webhook-signature"), Some(SIGNATURE));
        assert_eq!(shown("webhook-id"), Some("msg_p5jXN8AQM9LWM0D4loKWxJek"));
        assert_eq!(shown("webhook-timestamp"), Some("1614265330"));
        assert!(!format!("{:?} {request:?}", merchant(&[SECRET])).contains("MfKQ9r8GKY"), "the secret is nowhere");
    }

    #[test]
    fn a_message_is_signed_with_each_secret() {
        let other = format!("whsec_{}", Base64::encode_string(&[7; 24]));
        let signatures = |secrets: &[&str]| header(&request(secrets).headers, "webhook-signature").map(str::to_owned);
        let theirs = signatures(&[&other]).unwrap();
        assert_eq!(signatures(&[&other, SECRET]), Some(format!("{theirs} {SIGNATURE}")));
    }

    #[test]
    fn what_is_no_secret_signs_nothing() {
        let short = format!("whsec_{}", Base64::encode_string(&[7; 23]));
        let long = format!("whsec_{}", Base64::encode_string(&[7; 65]));
        for secret in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!", &short, &long] {
            assert!(MessageKey::new(secret).is_none(), "{secret}");
        }
    }
}
