//! The token of a provider that wants one (RFC 6749, section 4.4): how it is asked for, what an answer holds, how long it
//! is good, and what follows when it is refused. Who keeps it, and asks once for many who wait, is not decided here.
//!
//! ```text
//! usable(kept) --yes--> show it --401, the first time--> fetch, show the new one
//!      '--no--> fetch, keep it if it says how long it is good
//! ```

use edgepost_core::digest;
use edgepost_core::http::{Request, Response};
use edgepost_core::operation::Provider;
use edgepost_core::outcome::{Advice, Outcome, Refused};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::mint::identity;
use crate::problem::{Code, Problem};
use crate::secret::Secret;

/// A token is renewed when so much of its time is left, in milliseconds.
const SPARE_MS: u64 = 60_000;

/// Where tokens are, and what is shown there.
#[derive(Clone, Debug)]
pub struct TokenSource {
    url: String,
    authorization: Secret,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The `Authorization` header.
    authorization: Secret,
    /// From when on another one is to be fetched, in milliseconds since 1970; none for one that nobody may keep.
    renew_ms: Option<u64>,
}

/// Why there is no token. Nothing was sent with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoToken {
    /// Key and secret are refused, with this status.
    Refused(u16),
    /// The answer of this status holds none.
    Unreadable(u16),
    /// There was no answer.
    Unreachable,
}

impl NoToken {
    /// What the caller hears.
    pub fn problem(self, provider: &Provider) -> Problem {
        let name = provider.name;
        let detail = match self {
            NoToken::Refused(status) => {
                // Until somebody has mended the configuration it is the same again.
                let detail =
                    format!("Nothing was sent: {name} refuses the gateway's key and secret with status {status}.");
                return Problem::new(Code::NotSent, detail);
            }
            NoToken::Unreadable(status) => format!("{name} answered with status {status} and no token"),
            NoToken::Unreachable => format!("{name} could not be asked for a token"),
        };
        let problem = Problem::new(Code::NotSent, format!("Nothing was sent: {detail}. Send the same again."));
        problem.retry(Advice::SameBytes, None)
    }
}

impl TokenSource {
    /// Of this address, with this `Authorization` header.
    pub fn new(url: String, authorization: Secret) -> Self {
        TokenSource { url, authorization }
    }

    /// A name for whose tokens they are, which gives nothing away: another key's are others.
    pub fn name(&self) -> String {
        identity("token", "", &self.url, self.authorization.reveal())
    }

    /// PB-020: the request for a token, with its secret. It goes there and nowhere else.
    pub fn request(&self) -> Request {
        let headers = [
            ("accept", "application/json"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("authorization", self.authorization.reveal()),
        ];
        Request {
            method: "POST".into(),
            url: self.url.clone(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            body: Some(b"grant_type=client_credentials".to_vec()),
        }
    }
}

impl Token {
    /// PB-021, PB-023: the token in an answer to [`TokenSource::request`]. Its time counts from `asked_ms` on, when it was
    /// asked for: whatever the way took is not counted as its own.
    pub fn read(answer: &Response, asked_ms: u64) -> Result<Self, NoToken> {
        let status = answer.status;
        if matches!(status, 400 | 401 | 403) {
            return Err(NoToken::Refused(status));
        }
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        // What is no token of RFC 6750, section 2.1, could be a header of its own.
        let is_token = |token: &&str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
            !token.is_empty() && token.bytes().all(fits)
        };
        let token = body.get("access_token").and_then(Value::as_str).filter(is_token);
        let Some(token) = token.filter(|_| (200..300).contains(&status)) else {
            return Err(NoToken::Unreadable(status));
        };
        let renew_ms = body.get("expiresIn").and_then(seconds).and_then(|seconds| {
            let lasts_ms = seconds.checked_mul(1_000)?;
            // PB-022: a tenth of its time before it ends, and a minute at least.
            let used_ms = lasts_ms.checked_sub(SPARE_MS.max(lasts_ms / 10))?;
            asked_ms.checked_add(used_ms)
        });
        Ok(Token { authorization: Secret::new(format!("Bearer {token}")), renew_ms })
    }

    /// As it is written where it is kept, and handed to who shows it. Nobody else gets to see that.
    pub fn written(&self) -> String {
        json!({ "authorization": self.authorization.reveal(), "renew_ms": self.renew_ms }).to_string()
    }

    /// What [`Token::written`] wrote.
    pub fn from_written(text: &str) -> Option<Self> {
        let written: Value = serde_json::from_str(text).ok()?;
        let authorization = Secret::new(written.get("authorization")?.as_str()?.to_owned());
        Some(Token { authorization, renew_ms: written.get("renew_ms")?.as_u64() })
    }

    /// Until when it is kept, in milliseconds since 1970; none for one that nobody may keep.
    pub fn renew_ms(&self) -> Option<u64> {
        self.renew_ms
    }

    /// The `Authorization` header.
    pub(crate) fn authorization(&self) -> &Secret {
        &self.authorization
    }

    /// What tells this token from another, and does not give it away.
    pub fn fingerprint(&self) -> String {
        digest::field(self.authorization.reveal().as_bytes())
    }

    /// PB-022, PB-023: whether it can be shown once more by somebody who was not refused with it. `refused` is the
    /// fingerprint of the token that the caller was refused with: of many who were, the first has another one fetched,
    /// and the others find that.
    pub fn is_usable(&self, refused: Option<&str>, now_ms: u64) -> bool {
        self.renew_ms.is_some_and(|renew_ms| now_ms < renew_ms) && refused.is_none_or(|it| it != self.fingerprint())
    }
}

/// PB-023: `expiresIn` is a text with seconds, or their number.
fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        other => other.as_u64(),
    }
}

/// PB-022: whether a call is to be made again with another token: the provider has understood it and refused it as
/// unauthorised, so nothing happened; and it is the first time. `is_again` is whether this was a second attempt already.
pub fn is_to_be_repeated(outcome: &Outcome, is_again: bool) -> bool {
    !is_again && matches!(outcome, Outcome::Refused(Refused { status: 401, .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Authorization;
    use crate::config::tests::read_with;
    use edgepost_core::http::header;
    use edgepost_core::operation;
    use edgepost_core::outcome::{self, Context};

    const ASKED: u64 = 1_776_765_600_000;
    const HOUR: u64 = 3_600_000;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, headers: Vec::new(), body: body.into() }
    }

    fn token(expires_in: &str) -> Token {
        let body = format!(
            r#"{{"access_token":"fakeToken.canary_1","tokenType":"BearerToken","issuedAt":"1776765600000",
            "expiresIn":{expires_in},"clientID":"fake","org":"pitneybowes"}}"#
        );
        Token::read(&answer(200, &body), ASKED).unwrap()
    }

    #[test]
    fn pb_020_a_token_is_asked_for_at_the_root_of_the_host() {
        for base in ["http://127.0.0.1:8788/pitneybowes", "http://127.0.0.1:8788/pitneybowes/"] {
            let config = read_with(&[
                ("PITNEYBOWES_KEY_TEST", "fake-key"),
                ("PITNEYBOWES_SECRET_TEST", "fake-secret"),
                ("PITNEYBOWES_DEVELOPER_ID_TEST", "fake-developer"),
                ("PITNEYBOWES_URL", base),
            ])
            .unwrap();
            let upstream = config.upstreams.iter().find(|upstream| upstream.provider.name == "pitneybowes").unwrap();
            let Authorization::Token(source) = &upstream.authorization else { panic!("a token is wanted") };
            assert!(!format!("{source:?}").contains("Basic"));
            let request = source.request();
            assert_eq!(
                (request.method.as_str(), request.url.as_str()),
                ("POST", "http://127.0.0.1:8788/pitneybowes/oauth/token")
            );
            assert_eq!(request.body.as_deref(), Some(&b"grant_type=client_credentials"[..]));
            for (name, value) in [
                ("authorization", "Basic ZmFrZS1rZXk6ZmFrZS1zZWNyZXQ="),
                ("content-type", "application/x-www-form-urlencoded"),
            ] {
                assert_eq!(header(&request.headers, name), Some(value));
            }
        }
    }

    #[test]
    fn pb_021_pb_022_a_token_is_renewed_a_tenth_or_a_minute_before_its_end() {
        for (expires_in, used_ms) in [
            ("\"35999\"", 9 * HOUR - 900),
            ("35999", 9 * HOUR - 900),
            ("3600", HOUR - 360_000),
            ("600", 540_000),
            ("599", 539_000),
            ("120", 60_000),
            ("61", 1_000),
        ] {
            let token = token(expires_in);
            assert!(token.is_usable(None, ASKED), "{expires_in}");
            assert!(token.is_usable(None, ASKED + used_ms - 1), "{expires_in}");
            assert!(!token.is_usable(None, ASKED + used_ms), "{expires_in}");
        }
    }

    #[test]
    fn pb_023_a_token_that_does_not_say_how_long_it_is_good_is_not_kept() {
        for garbage in [
            "null",
            "\"\"",
            "\"soon\"",
            "\"-1\"",
            "-1",
            "0",
            "60",
            "\"+60\"",
            "3.5",
            "true",
            "[]",
            "1e300",
            "18446744073709551615",
            "\"99999999999999999999999\"",
        ] {
            assert!(!token(garbage).is_usable(None, ASKED), "{garbage}");
        }
        let without = Token::read(&answer(200, r#"{"access_token":"fake"}"#), ASKED).unwrap();
        assert!(!without.is_usable(None, ASKED));
        assert_eq!(without.authorization().reveal(), "Bearer fake", "whoever waits for it can show it");
    }

    #[test]
    fn pb_021_what_holds_no_token_is_none() {
        for (status, body, expected) in [
            (401, r#"{"errors":[{"errorCode":"1000032"}]}"#, NoToken::Refused(401)),
            (400, "", NoToken::Refused(400)),
            (403, "<html>", NoToken::Refused(403)),
            (500, r#"{"access_token":"fake","expiresIn":"35999"}"#, NoToken::Unreadable(500)),
            (302, "", NoToken::Unreadable(302)),
            (200, "", NoToken::Unreadable(200)),
            (200, "[]", NoToken::Unreadable(200)),
            (200, r#"{"access_token":7}"#, NoToken::Unreadable(200)),
            (200, r#"{"access_token":""}"#, NoToken::Unreadable(200)),
            (200, r#"{"access_token":"a b"}"#, NoToken::Unreadable(200)),
            (200, r#"{"access_token":"a\r\nx: y"}"#, NoToken::Unreadable(200)),
        ] {
            assert_eq!(Token::read(&answer(status, body), ASKED).unwrap_err(), expected, "{status} {body}");
        }
    }

    #[test]
    fn pb_022_of_many_who_are_refused_one_has_another_token_fetched() {
        let old = token("35999");
        let refused = old.fingerprint();
        assert!(!old.is_usable(Some(&refused), ASKED));
        let new = Token::read(&answer(200, r#"{"access_token":"other","expiresIn":"35999"}"#), ASKED).unwrap();
        assert!(new.is_usable(Some(&refused), ASKED), "those who come later find the new one");
    }

    #[test]
    fn pb_012_pb_022_only_what_was_refused_as_unauthorised_is_repeated_and_once() {
        let refill = operation::find("pitneybowes.fund_account").unwrap();
        let refused = r#"{"errors":[{"errorCode":"1000032","errorDescription":"No."}]}"#;
        let read = |status, body: &str| outcome::read(refill, &answer(status, body), &Context::default());
        assert!(is_to_be_repeated(&read(401, refused), false));
        assert!(!is_to_be_repeated(&read(401, refused), true));
        for (status, body) in [
            (401, "<html>"),
            (401, ""),
            (403, refused),
            (400, refused),
            (500, refused),
            (200, r#"{"amount":500,"currencyCode":"USD"}"#),
        ] {
            assert!(!is_to_be_repeated(&read(status, body), false), "{status} {body}");
        }
        assert!(!is_to_be_repeated(&outcome::no_answer(refill), false));
    }

    #[test]
    fn pb_022_tokens_of_another_key_or_host_are_others() {
        let name = |url: &str, key: &str| TokenSource::new(url.into(), Secret::new(key.into())).name();
        let one = name("https://a.example/oauth/token", "Basic canary");
        assert_eq!(one, name("https://a.example/oauth/token", "Basic canary"));
        assert_ne!(one, name("https://a.example/oauth/token", "Basic other"));
        assert_ne!(one, name("https://b.example/oauth/token", "Basic canary"));
        assert!(!one.contains("canary"));
    }

    #[test]
    fn pb_022_a_token_is_handed_on_as_it_is() {
        for expires_in in ["35999", "null"] {
            let token = token(expires_in);
            assert_eq!(Token::from_written(&token.written()), Some(token));
        }
        for other in ["", "{}", "[]", r#"{"authorization":7,"renew_ms":7}"#] {
            assert_eq!(Token::from_written(other), None, "{other}");
        }
    }

    #[test]
    fn pb_012_without_a_token_nothing_was_sent_and_the_caller_hears_so() {
        let refill = operation::find("pitneybowes.fund_account").unwrap();
        for (why, advice) in [
            (NoToken::Refused(401), Advice::Never),
            (NoToken::Unreadable(500), Advice::SameBytes),
            (NoToken::Unreachable, Advice::SameBytes),
        ] {
            let read = outcome::read(refill, &why.problem(refill.provider).response(), &Context::default());
            let Outcome::Refused(refused) = read else { panic!("{why:?}: {read:?}") };
            assert!(refused.message.contains("Nothing was sent"), "{refused:?}");
            assert_eq!((refused.code.as_str(), refused.retry.advice, refused.is_final), ("not_sent", advice, false));
        }
    }

    #[test]
    fn pb_020_pb_021_a_token_is_never_shown() {
        let token = token("35999");
        assert!(!format!("{token:?} {}", token.fingerprint()).contains("canary"));
    }
}
