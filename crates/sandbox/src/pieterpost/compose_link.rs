//! A compose link, and the page that it leads to: a letter begun, which a person reviews.

use std::fmt::Write;

use edgepost_core::http::Response;
use edgepost_core::pieterpost::PIETERPOST;
use serde::Serialize;

use super::create::{Sent, SentState};
use crate::Sandbox;
use crate::address::query;
use crate::date::{DAY, rfc3339};
use crate::html::{escape, page, sentences};
use crate::mode::Mode;
use crate::route::Call;

/// PP-101: `https://pieterpost.com/{locale}/?draft=...`
pub(super) const PATH: &str = "/{locale}/";

const TITLE: &str = "PieterPost letter";

/// Example of PP-101: a link stays open for a week, in milliseconds.
const OPEN_FOR: u64 = 7 * DAY;

/// A compose link.
pub(super) struct ComposeLink {
    pub(super) id: String,
    /// What opens the page.
    pub(super) token: String,
    pub(super) url: String,
    pub(super) created_ms: u64,
    /// The recipient, as it is shown.
    pub(super) lines: Vec<String>,
    pub(super) message: Option<String>,
    pub(super) sent: Sent,
}

/// A compose link as it is answered, in the vendor's order (PP-101).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ComposeLinkView<'l> {
    expires_at: String,
    id: &'l str,
    mode: &'static str,
    test_mode: bool,
    url: &'l str,
}

/// A compose link as the control plane shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ComposeLinkState<'l> {
    #[serde(flatten)]
    sent: SentState<'l>,
    compose_link: ComposeLinkView<'l>,
}

impl ComposeLink {
    pub(super) fn view(&self) -> ComposeLinkView<'_> {
        ComposeLinkView {
            expires_at: rfc3339(self.expires_ms()),
            id: &self.id,
            mode: "compose_link",
            test_mode: self.sent.caller.mode == Mode::Test,
            url: &self.url,
        }
    }

    pub(super) fn state(&self) -> ComposeLinkState<'_> {
        ComposeLinkState { sent: self.sent.state(), compose_link: self.view() }
    }

    fn expires_ms(&self) -> u64 {
        self.created_ms.saturating_add(OPEN_FOR)
    }
}

/// Where the page of a link is.
pub(super) fn address(origin: &str, locale: &str, token: &str) -> String {
    // A locale is any text; in the address it is a language or nothing.
    let is_language = !locale.is_empty() && locale.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let locale = if is_language { locale } else { "en" };
    format!("{origin}/{}{}?draft={token}", PIETERPOST.name, PATH.replace("{locale}", locale))
}

/// `GET`: the letter begun. Nothing on the page sends or charges (PP-102).
pub(super) fn show(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let draft = query(&call.request.url, "draft");
    let link = sandbox.pieterpost.compose_links.iter().find(|link| draft.as_deref() == Some(&link.token));
    let Some(link) = link else { return sentences(404, TITLE, &["There is no such letter."]) };
    if call.now_ms >= link.expires_ms() {
        return sentences(410, TITLE, &["This link was for a week, and has expired."]);
    }
    let mut body = String::from("<h2>To</h2>\n<ul>\n");
    for line in &link.lines {
        let _ = writeln!(body, "<li>{}</li>", escape(line));
    }
    body.push_str("</ul>\n<h2>Message</h2>\n");
    let _ = match &link.message {
        Some(message) => writeln!(body, "<blockquote>{}</blockquote>", escape(message)),
        None => writeln!(body, "<p>Nothing is written yet.</p>"),
    };
    body.push_str(
        "<p>At PieterPost the letter is reviewed, paid and sent from here. The sandbox ends on this page.</p>\n",
    );
    page(200, TITLE, &body, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieterpost::{KEY, LIVE_KEY};
    use crate::scenario::{ORIGIN, START, Scenario, code, read, recipient, text};
    use serde_json::{Value, json};

    const CREATE: &str = "/v1/compose-links";

    fn letter() -> Value {
        json!({"recipient": recipient(), "message": "Hi Pieter,\n<b>Sunday?</b>", "locale": "nl"})
    }

    /// The path and query of a link's page.
    fn path(link: &Value) -> String {
        link["url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned()
    }

    #[test]
    fn pp_101_a_link_is_answered_as_the_vendor_answers_it() {
        let mut scenario = Scenario::new();
        let answer = scenario.post(CREATE, &letter());
        let link = read(&answer);
        let names: Vec<&str> = link.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!((answer.status, names), (201, vec!["expiresAt", "id", "mode", "testMode", "url"]));
        assert_eq!(link["expiresAt"], "2026-04-28T10:00:00.000Z");
        assert!(link["id"].as_str().unwrap().starts_with("cl_"));
        assert_eq!((&link["mode"], &link["testMode"]), (&json!("compose_link"), &json!(true)));
        let url = link["url"].as_str().unwrap();
        assert!(url.starts_with(&format!("{ORIGIN}/pieterpost/nl/?draft=")), "{url}");
        assert!(!url.contains(link["id"].as_str().unwrap().trim_start_matches("cl_")), "an id opens nothing");
        assert_eq!(read(&scenario.key(LIVE_KEY).post(CREATE, &letter()))["testMode"], false);
        let kept = &scenario.state()["pieterpost"]["composeLinks"][0];
        assert_eq!((&kept["composeLink"], &kept["input"]), (&link, &letter()));
    }

    #[test]
    fn pp_100_pp_102_the_page_shows_the_letter_and_sends_nothing() {
        let mut scenario = Scenario::new();
        let link = read(&scenario.post(CREATE, &letter()));
        let shown = scenario.send("GET", &path(&link), b"");
        assert_eq!(shown.status, 200);
        for part in ["<li>Pieter Post</li>", "<li>123 Main Street</li>", "Hi Pieter,\n&lt;b&gt;Sunday?&lt;/b&gt;"] {
            assert!(text(&shown).contains(part), "{part}: {}", text(&shown));
        }
        assert!(!text(&shown).contains("<form") && !text(&shown).contains("<button"), "{}", text(&shown));
        let state = scenario.state();
        assert_eq!((&state["pieterpost"]["orders"], &state["pieterpost"]["wallets"]), (&json!([]), &json!([])));
        assert_eq!(state["pieterpost"]["usage"][0]["ordersToday"], 0, "PP-167");
        let plain = read(&scenario.post(CREATE, &json!({"recipient": recipient()})));
        assert!(text(&scenario.send("GET", &path(&plain), b"")).contains("Nothing is written yet."));
    }

    #[test]
    fn pp_101_a_link_is_for_a_week_and_for_who_has_it() {
        let mut scenario = Scenario::new();
        let link = read(&scenario.post(CREATE, &letter()));
        scenario.now_ms = START + OPEN_FOR - 1;
        assert_eq!(scenario.send("GET", &path(&link), b"").status, 200);
        scenario.now_ms += 1;
        let expired = scenario.send("GET", &path(&link), b"");
        assert_eq!(expired.status, 410);
        assert!(!text(&expired).contains("Sunday"));
        for draft in ["", "?draft=", "?draft=x"] {
            assert_eq!(scenario.send("GET", &format!("/pieterpost/nl/{draft}"), b"").status, 404, "{draft}");
        }
    }

    #[test]
    fn pp_101_a_locale_cannot_change_the_address() {
        for (locale, path) in [("pt-BR", "pt-BR"), ("", "en"), ("..", "en"), ("a/b?c", "en"), ("\u{e9}", "en")] {
            assert_eq!(address("http://a.test", locale, "t"), format!("http://a.test/pieterpost/{path}/?draft=t"));
        }
    }

    #[test]
    fn pp_004_a_repeated_link_is_the_same_link() {
        let mut scenario = Scenario::new();
        scenario.header("idempotency-key", "once");
        let link = read(&scenario.post(CREATE, &letter()));
        assert_eq!(read(&scenario.post(CREATE, &letter())), link);
        assert_ne!(read(&scenario.key(LIVE_KEY).post(CREATE, &letter()))["id"], link["id"]);
        assert_eq!(code(&scenario.key(KEY).post(CREATE, &json!({"recipient": recipient()}))).0, 409);
    }

    #[test]
    fn pp_100_a_link_is_for_one_recipient() {
        let mut scenario = Scenario::new();
        for (member, value) in [
            ("recipient", json!(null)),
            ("recipient", json!([recipient(), recipient()])),
            ("recipients", json!([recipient()])),
            ("letters", json!([{"recipient": recipient()}])),
        ] {
            let mut input = letter();
            input[member] = value;
            assert_eq!(code(&scenario.post(CREATE, &input)), (400, "invalid_request".into()), "{input}");
        }
        assert_eq!(scenario.state()["pieterpost"]["composeLinks"], json!([]));
    }
}
