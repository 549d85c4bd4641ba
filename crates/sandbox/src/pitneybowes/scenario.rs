//! Puts Pitney Bowes into a state that a test is about.

use base64ct::{Base64, Encoding};
use edgepost_core::http::Response;
use serde_json::Value;

use super::{DEVELOPER, KEY, SECRET};
use crate::scenario::{Scenario, read};

/// A sandbox, and a developer who has a token.
pub(super) fn developer() -> Scenario {
    developer_with("{}")
}

pub(super) fn developer_with(options: &str) -> Scenario {
    let mut scenario = Scenario::with(options);
    scenario.header("x-pb-unifiederrorstructure", "true");
    let token = read(&scenario.token(KEY, SECRET, "grant_type=client_credentials"));
    scenario.key(token["access_token"].as_str().unwrap());
    scenario
}

impl Scenario {
    /// Asks for a token; what the caller showed before it shows again afterwards.
    pub(super) fn token(&mut self, key: &str, secret: &str, form: &str) -> Response {
        let before = self.headers.clone();
        let encoded = Base64::encode_string(format!("{key}:{secret}").as_bytes());
        self.header("authorization", &format!("Basic {encoded}"));
        let answer = self.fill("/pitneybowes/oauth/token", form);
        self.headers = before;
        answer
    }

    /// Reads something of the developer's.
    pub(super) fn look(&mut self, rest: &str) -> Response {
        self.send("GET", &path(rest), b"")
    }

    /// Sends JSON under a transaction's id.
    pub(super) fn transact(&mut self, rest: &str, id: &str, body: &Value) -> Response {
        self.transact_or_lose(rest, id, body).unwrap()
    }

    /// The same, where the answer may be lost.
    pub(super) fn transact_or_lose(&mut self, rest: &str, id: &str, body: &Value) -> Option<Response> {
        self.header("x-pb-transactionid", id);
        self.reply("POST", &path(rest), body.to_string().as_bytes()).response
    }
}

fn path(rest: &str) -> String {
    format!("/pitneybowes/shippingservices/v1/developers/{DEVELOPER}/{rest}")
}

/// Status and code of a refusal.
pub(super) fn refused(response: &Response) -> (u16, String) {
    (response.status, read(response)["errors"][0]["errorCode"].as_str().unwrap_or_default().into())
}
