//! The hosted payment page: what a payer sees, and what comes of a click.

use std::fmt::Write;

use edgepost_core::http::Response;
use edgepost_core::pieterpost::PIETERPOST;

use super::PieterPost;
use super::order::{Billing, Decision, Order, Recipient, Status};
use super::wallet::Currency;
use crate::Sandbox;
use crate::address::{policy_source, with_parameter};
use crate::form::field;
use crate::html::{escape, page, see_other, sentences};
use crate::route::Call;

/// PP-116.
pub(super) const PATH: &str = "/v1/sandbox/checkout/{orderId}";

const TITLE: &str = "PieterPost checkout";

/// Where the page of an order is.
pub(super) fn address(origin: &str, order_id: &str) -> String {
    format!("{origin}/{}{}", PIETERPOST.name, PATH.replace("{orderId}", order_id))
}

/// `GET`: what is ordered and two buttons, or where the order stands.
pub(super) fn show(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let order = sandbox.pieterpost.orders.iter().find(|order| is_meant(order, call));
    let Some(order) = order else { return unknown() };
    match order.status(call.now_ms, sandbox.pieterpost.options.step_ms) {
        (Status::CheckoutOpen, _) => open(order),
        (status, _) => words(200, &[status.in_words()]),
    }
}

/// `POST`: pays or cancels, and sends the payer back (PP-113).
pub(super) fn submit(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let PieterPost { options, ids, orders, .. } = &mut sandbox.pieterpost;
    let Some(order) = orders.iter_mut().find(|order| is_meant(order, call)) else { return unknown() };
    let (status, _) = order.status(call.now_ms, options.step_ms);
    if status != Status::CheckoutOpen {
        return words(409, &[status.in_words(), "It can neither be paid nor cancelled any more."]);
    }
    let at_ms = call.now_ms;
    let (decision, outcome) = match field(call, "action").as_deref() {
        Some("pay") => (Decision::Paid { at_ms, reference: ids.id("sandbox:pay_") }, "success"),
        Some("cancel") => (Decision::Cancelled { at_ms }, "cancelled"),
        _ => return words(400, &["This form has two buttons, and neither of them was sent."]),
    };
    order.decision = Some(decision);
    match order.return_url() {
        Some(address) => see_other(with_parameter(address, "checkout", outcome)),
        None if outcome == "success" => words(200, &["Thank you. The order is paid."]),
        None => words(200, &["The order was cancelled. Nothing was paid."]),
    }
}

/// A direct order has no payment page.
fn is_meant(order: &Order, call: &Call<'_>) -> bool {
    order.id == call.piece() && matches!(order.billing, Billing::HostedCheckout { .. })
}

fn unknown() -> Response {
    words(404, &["There is no such order."])
}

fn words(status: u16, words: &[&str]) -> Response {
    sentences(status, TITLE, words)
}

/// The page of an order that waits for its payment.
fn open(order: &Order) -> Response {
    let wanted = &order.wanted;
    let count = wanted.recipients.len();
    let amount = Currency::Eur.amount(wanted.amount_cents);
    let mut recipients = String::new();
    for recipient in &wanted.recipients {
        let _ = writeln!(recipients, "<li>{}</li>", escape(&line(recipient)));
    }
    let body = format!(
        "<h2>What is ordered</h2>\n<p>{count} {}{} to:</p>\n<ul>\n{recipients}</ul>\n\
        <dl>\n<dt>Amount</dt><dd>{amount}</dd>\n<dt>Ordered by</dt><dd>{}</dd>\n<dt>Order</dt><dd>{}</dd>\n</dl>\n\
        <form method=\"post\">\n\
        <button type=\"submit\" name=\"action\" value=\"pay\">Pay {amount}</button>\n\
        <button type=\"submit\" name=\"action\" value=\"cancel\">Cancel the order</button>\n\
        </form>\n",
        escape(&wanted.request_type),
        if count == 1 { "" } else { "s" },
        escape(wanted.sender_email.as_deref().unwrap_or_default()),
        escape(&order.id),
    );
    // Chromium holds the address that a form's answer leads to against form-action as well.
    page(200, TITLE, &body, order.return_url().map(policy_source).as_deref())
}

fn line(recipient: &Recipient) -> String {
    if recipient.city.is_empty() { recipient.name.clone() } else { format!("{}, {}", recipient.name, recipient.city) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, START, Scenario, letter, recipient, text};
    use edgepost_core::http;
    use serde_json::{Value, json};

    fn order(scenario: &mut Scenario, input: &Value) -> String {
        let created = scenario.create(input);
        scenario::read(&created)["orderId"].as_str().unwrap().into()
    }

    fn policy(response: &Response) -> &str {
        http::header(&response.headers, "content-security-policy").unwrap()
    }

    #[test]
    fn a_payer_sees_what_is_ordered() {
        let mut scenario = Scenario::new();
        let mut input = letter();
        input["letters"].as_array_mut().unwrap().push(json!({"message": "Hello", "recipient": recipient()}));
        input["letters"][1]["recipient"]["name"] = json!("Sam Example");
        input["stampImageAssetId"] = json!("asset_stamp_123");
        let id = order(&mut scenario, &input);
        let shown = scenario.send("GET", &scenario::page(&id), b"");
        assert_eq!(shown.status, 200);
        for part in [
            "<html lang=\"en\">",
            "<title>PieterPost checkout - sandbox</title>",
            "<h1>PieterPost checkout</h1>",
            "This is a sandbox.",
            "No money moves",
            "2 letters to:",
            "<li>Pieter Post, Springfield</li>",
            "<li>Sam Example, Springfield</li>",
            "<dd>EUR 4.60</dd>",
            "<form method=\"post\">",
            "name=\"action\" value=\"pay\">Pay EUR 4.60</button>",
            "name=\"action\" value=\"cancel\"",
            id.as_str(),
        ] {
            assert!(text(&shown).contains(part), "{part}: {}", text(&shown));
        }
        assert!(policy(&shown).contains("form-action 'self' https://shop.example;"), "{}", policy(&shown));
    }

    #[test]
    fn one_postcard_is_one_postcard() {
        let input = json!({
            "requestType": "postcard",
            "senderEmail": "sender@example.com",
            "postcard": {"message": "Hello", "recipient": recipient()},
        });
        let mut scenario = Scenario::new();
        let id = order(&mut scenario, &input);
        let shown = scenario.send("GET", &scenario::page(&id), b"");
        assert!(text(&shown).contains("<p>1 postcard to:</p>"), "{}", text(&shown));
        assert!(policy(&shown).contains("form-action 'self';"), "{}", policy(&shown));
    }

    #[test]
    fn nothing_in_an_order_becomes_html() {
        let mut scenario = Scenario::new();
        let mut input = letter();
        let person = &mut input["letters"][0]["recipient"];
        person["name"] = json!("<script>alert(1)</script>");
        person["city"] = json!("\"'><img src=x onerror=alert(1)>&amp;");
        let id = order(&mut scenario, &input);
        let shown = scenario.send("GET", &scenario::page(&id), b"");
        let shown = text(&shown);
        assert!(!shown.contains("<script") && !shown.contains("<img"), "{shown}");
        assert!(shown.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{shown}");
        assert!(shown.contains("&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;"), "{shown}");
    }

    #[test]
    fn pp_113_the_payer_comes_back_with_the_outcome() {
        for (form, outcome, status) in [("action=pay", "success", "paid"), ("action=cancel", "cancelled", "cancelled")]
        {
            let mut scenario = Scenario::new();
            let mut input = letter();
            input["returnUrl"] = json!("https://shop.example/return?cart=7&x=%20#top");
            let id = order(&mut scenario, &input);
            let answer = scenario.submit(&id, form);
            assert_eq!(answer.status, 303);
            let location = format!("https://shop.example/return?cart=7&x=%20&checkout={outcome}#top");
            assert_eq!(http::header(&answer.headers, "location"), Some(location.as_str()));
            assert_eq!(scenario.status(&id), status);
        }
    }

    #[test]
    fn pp_112_without_a_return_address_a_page_says_what_happened() {
        for (form, words) in [("action=pay", "The order is paid."), ("x=1&action=cancel", "The order was cancelled.")] {
            let mut scenario = Scenario::new();
            let mut input = letter();
            input.as_object_mut().unwrap().remove("returnUrl");
            let id = order(&mut scenario, &input);
            let answer = scenario.submit(&id, form);
            assert_eq!(answer.status, 200);
            assert!(text(&answer).contains(words), "{}", text(&answer));
        }
    }

    #[test]
    fn pp_161_a_closed_order_is_neither_paid_nor_cancelled() {
        for (close, words) in [
            (Some("action=pay"), "This order is paid."),
            (Some("action=cancel"), "This order was cancelled."),
            (None, "This order was not paid in time, and has expired."),
        ] {
            let mut scenario = Scenario::new();
            let id = scenario.order();
            match close {
                Some(form) => drop(scenario.submit(&id, form)),
                None => scenario.now_ms = START + 86_400_000,
            }
            let before = scenario.status(&id);
            for form in ["action=pay", "action=cancel"] {
                let answer = scenario.submit(&id, form);
                assert_eq!(answer.status, 409);
                assert!(text(&answer).contains(words), "{}", text(&answer));
            }
            assert_eq!(scenario.status(&id), before);
            let shown = scenario.send("GET", &scenario::page(&id), b"");
            assert_eq!(shown.status, 200);
            assert!(text(&shown).contains(words) && !text(&shown).contains("<form"), "{}", text(&shown));
        }
    }

    #[test]
    fn a_form_that_is_not_the_pages_changes_nothing() {
        let mut scenario = Scenario::new();
        let id = scenario.order();
        for form in ["", "action=", "action=refund", "pay=action", "\u{fffd}"] {
            assert_eq!(scenario.submit(&id, form).status, 400, "{form}");
        }
        assert_eq!(scenario.send("POST", &scenario::page(&id), b"action=pay").status, 400, "it was sent as JSON");
        assert_eq!(scenario.status(&id), "checkout_open");
    }

    #[test]
    fn pp_121_a_direct_order_has_no_page_and_no_page_is_another_orders() {
        let mut scenario = Scenario::with(r#"{"pieterpost":{"balances":[{"cents":200}]}}"#);
        let direct = scenario::read(&scenario.post("/v1/orders", &scenario::direct()));
        let hosted = scenario.order();
        for id in [direct["orderId"].as_str().unwrap(), "ord_0"] {
            assert_eq!(scenario.send("GET", &scenario::page(id), b"").status, 404);
            assert_eq!(scenario.submit(id, "action=pay").status, 404);
        }
        assert_eq!(scenario.status(&hosted), "checkout_open");
    }

    #[test]
    fn an_order_that_does_not_exist_has_a_page_that_says_so() {
        let mut scenario = Scenario::new();
        for answer in [scenario.send("GET", &scenario::page("ord_0"), b""), scenario.submit("ord_0", "action=pay")] {
            assert_eq!(answer.status, 404);
            assert!(text(&answer).contains("There is no such order."), "{}", text(&answer));
        }
    }
}
