//! `POST /oauth/token`: tokens for a key and a secret, for a time (PB-020 to PB-022).

use base64ct::{Base64, Encoding};
use edgepost_core::http::{Headers, Response, header};
use serde::Serialize;

use super::{Developer, refusal};
use crate::Sandbox;
use crate::answer::{Refusal, json};
use crate::date::rfc3339;
use crate::form;
use crate::route::Call;

/// Beside the interface, not under it (PB-020).
pub(super) const PATH: &str = "/oauth/token";

/// A token that somebody has. Those that were given before it stay good until their own end.
pub(super) struct Token {
    value: String,
    developer_id: String,
    issued_ms: u64,
    expires_ms: u64,
}

/// A token as the control plane shows it: not the token itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenState<'t> {
    developer_id: &'t str,
    issued_at: String,
    expires_at: String,
    is_expired: bool,
}

impl Token {
    pub(super) fn state(&self, now_ms: u64) -> TokenState<'_> {
        TokenState {
            developer_id: &self.developer_id,
            issued_at: rfc3339(self.issued_ms),
            expires_at: rfc3339(self.expires_ms),
            is_expired: self.expires_ms <= now_ms,
        }
    }
}

/// PB-021: times are texts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenView<'t> {
    #[serde(rename = "access_token")]
    access_token: &'t str,
    token_type: &'static str,
    issued_at: String,
    expires_in: String,
    #[serde(rename = "clientID")]
    client_id: &'t str,
    org: &'static str,
}

/// Gives a token to who shows a key and its secret.
pub(super) fn token(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let provider = &mut sandbox.pitneybowes;
    let developer = match asked(&provider.developers, call) {
        Ok(developer) => developer,
        Err(refusal) => {
            provider.tokens_refused += 1;
            return refusal::response(&refusal);
        }
    };
    let seconds = provider.options.token_seconds;
    let token = Token {
        value: provider.ids.id("sandbox-token-"),
        developer_id: developer.developer_id.clone(),
        issued_ms: call.now_ms,
        expires_ms: call.now_ms.saturating_add(seconds.saturating_mul(1_000)),
    };
    let view = TokenView {
        access_token: &token.value,
        token_type: "BearerToken",
        issued_at: token.issued_ms.to_string(),
        expires_in: seconds.to_string(),
        client_id: &developer.key,
        org: "pitneybowes",
    };
    let response = json(200, &view);
    provider.tokens.push(token);
    response
}

/// Who asks for a token, in the way in which tokens are asked for.
fn asked<'d>(developers: &'d [Developer], call: &Call<'_>) -> Result<&'d Developer, Refusal> {
    let headers = &call.request.headers;
    let shown = credentials(headers).ok_or(refusal::AUTHENTICATION)?;
    let mut known = developers.iter();
    let known = known.find(|known| (&known.key, &known.secret) == (&shown.0, &shown.1));
    let developer = known.ok_or(refusal::AUTHENTICATION)?;
    if form::field(call, "grant_type").as_deref() != Some("client_credentials") {
        return Err(refusal::INVALID.saying("A form with grant_type=client_credentials is needed.".to_owned()));
    }
    Ok(developer)
}

/// Key and secret of an Authorization header (RFC 7617).
fn credentials(headers: &Headers) -> Option<(String, String)> {
    let encoded = header(headers, "authorization")?.strip_prefix("Basic ")?;
    let written = String::from_utf8(Base64::decode_vec(encoded).ok()?).ok()?;
    let (key, secret) = written.split_once(':')?;
    Some((key.to_owned(), secret.to_owned()))
}

/// PB-004: the developer whose token an Authorization header shows, if its time is not over.
pub(super) fn developer_of<'t>(tokens: &'t [Token], shown: &str, now_ms: u64) -> Option<&'t str> {
    let shown = shown.strip_prefix("Bearer ")?;
    let token = tokens.iter().find(|token| token.value == shown && now_ms < token.expires_ms)?;
    Some(&token.developer_id)
}

#[cfg(test)]
mod tests {
    use crate::pitneybowes::scenario::{developer, developer_with, refused};
    use crate::pitneybowes::{KEY, OTHER_KEY, SECRET};
    use crate::scenario::{START, Scenario, read};
    use serde_json::json;

    const GRANT: &str = "grant_type=client_credentials";

    #[test]
    fn pb_020_pb_021_a_key_and_its_secret_give_a_token() {
        let mut scenario = Scenario::new();
        let answer = read(&scenario.token(KEY, SECRET, GRANT));
        let token = answer["access_token"].as_str().unwrap();
        let expected = json!({
            "access_token": token,
            "tokenType": "BearerToken",
            "issuedAt": START.to_string(),
            "expiresIn": "35999",
            "clientID": KEY,
            "org": "pitneybowes",
        });
        assert_eq!(answer, expected);
        for (key, secret, form, expected) in [
            (KEY, "no", GRANT, (401, "1000032")),
            (OTHER_KEY, SECRET, GRANT, (401, "1000032")),
            ("", "", GRANT, (401, "1000032")),
            (KEY, SECRET, "", (400, "1000045")),
            (KEY, SECRET, "grant_type=password", (400, "1000045")),
        ] {
            let (status, code) = refused(&scenario.token(key, secret, form));
            assert_eq!((status, code.as_str()), expected, "{key} {secret} {form}");
        }
        let state = scenario.state();
        assert_eq!(state["pitneybowes"]["tokens"].as_array().unwrap().len(), 1);
        assert_eq!(state["pitneybowes"]["tokensRefused"], 5);
        assert!(!state.to_string().contains(token) && !state.to_string().contains(SECRET), "{state}");
    }

    #[test]
    fn pb_004_pb_022_a_token_is_good_until_its_time_is_over() {
        for (mut scenario, seconds) in
            [(developer(), 35_999), (developer_with(r#"{"pitneybowes":{"tokenSeconds":90}}"#), 90)]
        {
            scenario.now_ms = START + seconds * 1_000 - 1;
            assert_eq!(scenario.look("merchants").status, 200);
            let another = read(&scenario.token(KEY, SECRET, GRANT));
            assert_eq!(scenario.look("merchants").status, 200, "tokens that are out stay good");
            scenario.now_ms += 1;
            assert_eq!(refused(&scenario.look("merchants")), (401, "1000032".into()));
            let is_expired: Vec<_> = (0..2)
                .map(|index| scenario.state()["pitneybowes"]["tokens"][index]["isExpired"].as_bool().unwrap())
                .collect();
            assert_eq!(is_expired, [true, false]);
            scenario.key(another["access_token"].as_str().unwrap());
            assert_eq!(scenario.look("merchants").status, 200);
        }
    }

    #[test]
    fn pb_022_the_clock_ends_a_token_that_its_holder_thinks_good() {
        let mut scenario = developer();
        scenario.control("POST", "clock", &json!({"advanceMs": 35_999_000}));
        assert_eq!(refused(&scenario.look("merchants")).0, 401);
    }

    #[test]
    fn pb_004_pb_005_whoever_shows_no_token_or_no_language_is_refused() {
        let mut scenario = developer();
        assert_eq!(refused(&scenario.header("accept-language", "{}").look("merchants")), (400, "1000002".into()));
        assert_eq!(scenario.header("accept-language", "fr-CA, en;q=0.8").look("merchants").status, 200);
        for shown in ["", "Bearer ", "Bearer no", "Basic x"] {
            let answer = scenario.header("authorization", shown).look("merchants");
            assert_eq!(refused(&answer), (401, "1000032".into()), "{shown}");
        }
    }
}
