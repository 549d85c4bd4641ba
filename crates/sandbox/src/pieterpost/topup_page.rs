//! The page on which a person pays a live top-up. The vendor leads to Stripe; here it is the sandbox.

use edgepost_core::http::Response;
use edgepost_core::pieterpost::PIETERPOST;

use super::PieterPost;
use super::topup::Topup;
use crate::Sandbox;
use crate::address::{policy_source, with_parameter};
use crate::form::field;
use crate::html::{escape, page, see_other, sentences};
use crate::route::Call;

pub(super) const PATH: &str = "/v1/sandbox/topup/{topupId}";

const TITLE: &str = "PieterPost top-up";
const PAID: &str = "This top-up is paid, and in the wallet.";

/// Where the page of a top-up is.
pub(super) fn address(origin: &str, topup_id: &str) -> String {
    format!("{origin}/{}{}", PIETERPOST.name, PATH.replace("{topupId}", topup_id))
}

/// `GET`: the amount and two buttons, or that it is paid.
pub(super) fn show(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let topup = sandbox.pieterpost.topups.iter().find(|topup| is_meant(topup, call));
    match topup {
        None => unknown(),
        Some(Topup { paid_ms: Some(_), .. }) => sentences(200, TITLE, &[PAID]),
        Some(topup) => open(topup),
    }
}

/// `POST`: pays or cancels, and sends the payer back (PP-147).
///
/// As at Stripe, who cancels can come back and pay: the vendor knows no top-up that was cancelled.
pub(super) fn submit(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let PieterPost { ids, wallets, topups, .. } = &mut sandbox.pieterpost;
    let Some(topup) = topups.iter_mut().find(|topup| is_meant(topup, call)) else { return unknown() };
    if topup.paid_ms.is_some() {
        return sentences(409, TITLE, &[PAID, "It can neither be paid again nor cancelled."]);
    }
    let (outcome, words) = match field(call, "action").as_deref() {
        Some("pay") => {
            topup.pay(wallets, ids, call.now_ms);
            ("success", "Thank you. The top-up is paid, and in the wallet.")
        }
        Some("cancel") => ("cancelled", "Nothing was paid. The top-up still waits for its payment."),
        _ => return sentences(400, TITLE, &["This form has two buttons, and neither of them was sent."]),
    };
    match &topup.return_url {
        Some(address) => see_other(with_parameter(address, "topup", outcome)),
        None => sentences(200, TITLE, &[words]),
    }
}

/// A test top-up has no page.
fn is_meant(topup: &Topup, call: &Call<'_>) -> bool {
    topup.id == call.piece() && topup.checkout_url.is_some()
}

fn unknown() -> Response {
    sentences(404, TITLE, &["There is no such top-up."])
}

fn open(topup: &Topup) -> Response {
    let amount = topup.currency.amount(topup.amount_cents);
    let body = format!(
        "<p>The amount is added to the wallet of {} when it is paid.</p>\n\
        <dl>\n<dt>Amount</dt><dd>{amount}</dd>\n<dt>Top-up</dt><dd>{}</dd>\n</dl>\n\
        <form method=\"post\">\n\
        <button type=\"submit\" name=\"action\" value=\"pay\">Pay {amount}</button>\n\
        <button type=\"submit\" name=\"action\" value=\"cancel\">Cancel</button>\n\
        </form>\n",
        escape(&topup.sent.caller.account),
        escape(&topup.id),
    );
    page(200, TITLE, &body, topup.return_url.as_deref().map(policy_source).as_deref())
}

#[cfg(test)]
mod tests {
    use crate::pieterpost::{KEY, LIVE_KEY};
    use crate::scenario::{ORIGIN, START, Scenario, read, text};
    use edgepost_core::http;
    use serde_json::{Value, json};

    /// The path of the page of a live top-up.
    fn page(scenario: &mut Scenario, return_url: Option<&str>) -> String {
        let input = json!({"amountCents": 2550, "currency": "eur", "returnUrl": return_url});
        let topup = read(&scenario.key(LIVE_KEY).post("/v1/credits/topups", &input));
        topup["checkoutUrl"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned()
    }

    #[test]
    fn pp_146_a_person_sees_the_amount_and_pays_it_once() {
        let mut scenario = Scenario::new();
        let path = page(&mut scenario, Some("https://shop.example/topups?a=1#b"));
        let shown = scenario.send("GET", &path, b"");
        for part in ["<h1>PieterPost top-up</h1>", "acct_sandbox", "<dd>EUR 25.50</dd>", "Pay EUR 25.50", "Cancel"] {
            assert!(text(&shown).contains(part), "{part}: {}", text(&shown));
        }
        let policy = http::header(&shown.headers, "content-security-policy").unwrap();
        assert!(policy.contains("form-action 'self' https://shop.example;"), "{policy}");
        scenario.now_ms = START + 7_000;
        let back = scenario.fill(&path, "action=pay");
        let location = "https://shop.example/topups?a=1&topup=success#b";
        assert_eq!((back.status, http::header(&back.headers, "location")), (303, Some(location)), "PP-147");
        assert_eq!(scenario.balance(), 2550);
        let topup = &scenario.state()["pieterpost"]["topups"][0]["topup"];
        assert_eq!((&topup["status"], &topup["paidAt"]), (&json!("paid"), &json!("2026-04-21T10:00:07.000Z")));
        assert_eq!(topup["checkoutUrl"], Value::Null);
        assert!(text(&scenario.send("GET", &path, b"")).contains("This top-up is paid"));
        for form in ["action=pay", "action=cancel"] {
            assert_eq!(scenario.fill(&path, form).status, 409);
        }
        assert_eq!(scenario.balance(), 2550, "once");
        assert_eq!(scenario.key(KEY).balance(), 0, "and into the live wallet only");
    }

    #[test]
    fn pp_147_who_cancels_comes_back_and_may_pay_later() {
        let mut scenario = Scenario::new();
        let path = page(&mut scenario, Some("https://shop.example/topups"));
        let back = scenario.fill(&path, "action=cancel");
        assert_eq!(http::header(&back.headers, "location"), Some("https://shop.example/topups?topup=cancelled"));
        assert_eq!(scenario.balance(), 0);
        assert_eq!(scenario.state()["pieterpost"]["topups"][0]["topup"]["status"], "pending");
        assert_eq!(scenario.fill(&path, "action=pay").status, 303);
        assert_eq!(scenario.balance(), 2550);
    }

    #[test]
    fn pp_147_without_a_return_address_a_page_says_what_happened() {
        let mut scenario = Scenario::new();
        let path = page(&mut scenario, None);
        for (form, status, words) in [
            ("action=refund", 400, "two buttons"),
            ("action=cancel", 200, "Nothing was paid."),
            ("action=pay", 200, "Thank you."),
        ] {
            let answer = scenario.fill(&path, form);
            assert_eq!(answer.status, status);
            assert!(text(&answer).contains(words), "{}", text(&answer));
        }
    }

    #[test]
    fn pp_145_a_test_topup_has_no_page() {
        let mut scenario = Scenario::new();
        let topup = read(&scenario.post("/v1/credits/topups", &json!({"amountCents": 500, "currency": "eur"})));
        let path = format!("/pieterpost/v1/sandbox/topup/{}", topup["topupId"].as_str().unwrap());
        for answer in [scenario.send("GET", &path, b""), scenario.fill(&path, "action=pay")] {
            assert_eq!(answer.status, 404);
            assert!(text(&answer).contains("There is no such top-up."));
        }
    }
}
