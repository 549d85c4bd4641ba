//! The hosted checkout: what a payer sees, and what comes of a click.

use std::fmt::Write;

use edgepost_core::http::Response;
use edgepost_core::postpay::POSTPAY;
use serde::Deserialize;

use super::card::{Entry, Wrong};
use super::order;
use super::order::{Order, Status};
use crate::Sandbox;
use crate::address::{policy_source, with_parameter};
use crate::form::field;
use crate::html::{escape, money, page, see_other, sentences};
use crate::route::Call;

/// PO-010: the vendor's has a host of its own.
pub(super) const PATH: &str = "/checkout/{token}";

const TITLE: &str = "Postpay checkout";

/// Where the page of a checkout is.
pub(super) fn address(origin: &str, token: &str) -> String {
    format!("{origin}/{}{}", POSTPAY.name, PATH.replace("{token}", token))
}

/// `GET`: what is paid for, a form and three buttons; or where the order stands.
pub(super) fn show(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let order = sandbox.postpay.orders.iter().find(|order| order.token == call.piece());
    match order {
        None => unknown(),
        Some(order) => match closed(order, call.now_ms) {
            None => open(200, order, &Entry { phone: phone(order), ..Entry::default() }, &[]),
            Some(words) => sentences(200, TITLE, &[words]),
        },
    }
}

/// `POST`: approves, denies or cancels, and sends the payer back (PO-027).
pub(super) fn submit(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let provider = &mut sandbox.postpay;
    let Some(order) = provider.orders.iter_mut().find(|order| order.token == call.piece()) else { return unknown() };
    if let Some(words) = closed(order, call.now_ms) {
        return sentences(409, TITLE, &[words, "Nothing can be changed about it here."]);
    }
    match field(call, "action").as_deref() {
        Some("approve") => {
            let entry = Entry::of(call);
            let wrong = entry.wrong(call.now_ms);
            if !wrong.is_empty() {
                return open(422, order, &entry, &wrong);
            }
            order.turn(Status::Approved, call.now_ms);
        }
        Some("deny") => order.turn(Status::Denied, call.now_ms),
        Some("cancel") => order.is_cancelled = true,
        _ => return sentences(400, TITLE, &["This form has three buttons, and none of them was sent."]),
    }
    let response = back(order);
    if !order.is_cancelled {
        let (caller, id) = (order.caller.clone(), order.wanted.order_id.clone());
        provider.tell_of_order(&caller, &id, call.now_ms);
    }
    response
}

/// PO-027: an approval leads to one address with the order's id, all else to the other, as the vendor's table says.
fn back(order: &Order) -> Response {
    let (status, words) = match order.status().0 {
        Status::Denied => ("DENIED", "The payment was denied."),
        _ if order.is_cancelled => ("CANCELLED", "The payment was cancelled."),
        _ => ("APPROVED", "Thank you. The payment is approved."),
    };
    match &order.wanted.merchant {
        None => sentences(200, TITLE, &[words]),
        Some(merchant) if status == "APPROVED" => {
            let address = with_parameter(&merchant.confirmation_url, "order_id", &order.wanted.order_id);
            see_other(with_parameter(&address, "status", status))
        }
        Some(merchant) => see_other(with_parameter(&merchant.cancel_url, "status", status)),
    }
}

fn unknown() -> Response {
    sentences(404, TITLE, &["There is no such checkout."])
}

/// Why an order cannot be paid here any more; nothing while it can.
fn closed(order: &Order, now_ms: u64) -> Option<&'static str> {
    match order.status().0 {
        Status::Approved => Some("This payment is approved."),
        Status::Captured => Some("This order is paid."),
        Status::Denied => Some("This payment was denied."),
        Status::Pending if order.is_cancelled => Some("This payment was cancelled."),
        Status::Pending if now_ms >= order.expires_ms() => Some("This checkout was not used in time, and has expired."),
        Status::Pending => None,
    }
}

#[derive(Deserialize)]
struct Item {
    name: String,
    unit_price: i64,
    qty: u32,
}

#[derive(Deserialize)]
struct Discount {
    code: String,
    amount: i64,
}

#[derive(Deserialize)]
struct Shipping {
    amount: i64,
    address: Address,
}

#[derive(Deserialize)]
struct Address {
    phone: Option<String>,
}

/// The payer's phone number, as far as the shop knows it.
fn phone(order: &Order) -> String {
    let shipped = shipping(order).and_then(|shipping| shipping.address.phone);
    let billed = || {
        let address: Address = serde_json::from_str(order.wanted.billing_address.as_ref()?.get()).ok()?;
        address.phone
    };
    shipped.or_else(billed).unwrap_or_default()
}

fn shipping(order: &Order) -> Option<Shipping> {
    serde_json::from_str(order.wanted.shipping.as_ref()?.get()).ok()
}

fn discounts(order: &Order) -> Vec<Discount> {
    let written = order.wanted.discounts.as_ref().map(|discounts| discounts.get());
    written.and_then(|written| serde_json::from_str(written).ok()).unwrap_or_default()
}

/// The page of a checkout that can be paid.
fn open(status: u16, order: &Order, entry: &Entry, wrong: &[Wrong]) -> Response {
    let order::Wanted { order_id, total_amount, tax_amount, currency, num_instalments, items, merchant, .. } =
        &order.wanted;
    let total = money(currency, *total_amount);
    let mut body = String::new();
    if !wrong.is_empty() {
        body.push_str("<div role=\"alert\" tabindex=\"-1\" autofocus>\n<h2>The payment was not approved</h2>\n<ul>\n");
        for (name, words) in wrong {
            let _ = writeln!(body, "<li><a href=\"#{name}\">{words}</a></li>");
        }
        body.push_str("</ul>\n</div>\n");
    }
    body.push_str("<h2>What is paid for</h2>\n<ul>\n");
    let items: Vec<Item> = serde_json::from_str(items.get()).unwrap_or_default();
    for Item { name, unit_price, qty } in &items {
        let _ = writeln!(body, "<li>{qty} \u{d7} {}, {} each</li>", escape(name), money(currency, *unit_price));
    }
    body.push_str("</ul>\n<dl>\n");
    if let Some(shipping) = shipping(order) {
        let _ = writeln!(body, "<dt>Shipping</dt><dd>{}</dd>", money(currency, shipping.amount));
    }
    for Discount { code, amount } in discounts(order) {
        let _ = writeln!(body, "<dt>Discount {}</dt><dd>\u{2212}{}</dd>", escape(&code), money(currency, amount));
    }
    let _ = writeln!(body, "<dt>Tax</dt><dd>{}</dd>", money(currency, *tax_amount));
    if let Some(instalments) = num_instalments {
        let _ = writeln!(body, "<dt>Instalments</dt><dd>{instalments}</dd>");
    }
    let _ = write!(
        body,
        "<dt>To pay</dt><dd>{total}</dd>\n<dt>Order</dt><dd>{}</dd>\n</dl>\n<form method=\"post\" novalidate>\n",
        escape(order_id)
    );
    for (name, label, hint, value) in [
        ("phone", "Phone number", "No message is sent to it.", &entry.phone),
        ("sms_code", "Code from the message", "The phone number's last four digits.", &entry.sms_code),
        ("card_number", "Card number", "4111 1111 1111 1111 or another of Postpay's test cards.", &entry.card_number),
        ("card_date", "Card is good until", "MM/YY, any date to come.", &entry.card_date),
        ("card_cvc", "CVC", "Any three digits.", &entry.card_cvc),
    ] {
        let words = wrong.iter().find(|(wrong, _)| *wrong == name).map(|(_, words)| *words);
        input(&mut body, name, label, hint, value, words);
    }
    let _ = write!(
        body,
        "<button type=\"submit\" name=\"action\" value=\"approve\">Pay {total}</button>\n\
        <button type=\"submit\" name=\"action\" value=\"deny\">Be denied</button>\n\
        <button type=\"submit\" name=\"action\" value=\"cancel\">Cancel</button>\n</form>\n"
    );
    // Chromium holds the address that a form's answer leads to against form-action as well.
    let targets = merchant.as_ref().map(|merchant| {
        let sources = [&merchant.confirmation_url, &merchant.cancel_url].map(|address| policy_source(address));
        sources.join(" ")
    });
    page(status, TITLE, &body, targets.as_deref())
}

/// A field of the form. Nobody's browser is to offer a real card here.
fn input(body: &mut String, name: &str, label: &str, hint: &str, value: &str, wrong: Option<&str>) {
    let value = escape(value);
    let kind = match name {
        "phone" => "type=\"tel\"",
        // A numeric keyboard may have no slash.
        "card_date" => "type=\"text\"",
        _ => "type=\"text\" inputmode=\"numeric\"",
    };
    let (described, invalid, error) = match wrong {
        None => (format!("{name}-hint"), "", String::new()),
        Some(words) => (
            format!("{name}-error {name}-hint"),
            " aria-invalid=\"true\"",
            format!("<span class=\"error\" id=\"{name}-error\">{words}</span>\n"),
        ),
    };
    let _ = write!(
        body,
        "<p class=\"field\">\n<label for=\"{name}\">{label}</label>\n<span id=\"{name}-hint\">{hint}</span>\n{error}\
        <input id=\"{name}\" name=\"{name}\" {kind} value=\"{value}\" autocomplete=\"off\" required \
        aria-describedby=\"{described}\"{invalid}>\n</p>\n"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postpay::scenario::{APPROVE, checkout, location, merchant};
    use crate::scenario::{ORIGIN, Scenario, read, text};
    use edgepost_core::http;
    use serde_json::{Value, json};

    /// The page of a checkout.
    fn page_of(scenario: &mut Scenario, input: &Value) -> String {
        let answer = read(&scenario.ask("POST", "/checkouts", input));
        answer["redirect_url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().into()
    }

    fn show(scenario: &mut Scenario, page: &str) -> Response {
        scenario.send("GET", page, b"")
    }

    #[test]
    fn a_payer_sees_what_is_paid_for() {
        let mut scenario = merchant();
        let mut input = checkout();
        input["num_instalments"] = json!(3);
        let page = page_of(&mut scenario, &input);
        let shown = show(&mut scenario, &page);
        assert_eq!(shown.status, 200);
        for part in [
            "<html lang=\"en\">",
            "<h1>Postpay checkout</h1>",
            "This is a sandbox.",
            "<li>1 \u{d7} Wild Flower Eau de Parfum (50ml), AED 840.00 each</li>",
            "<dt>Shipping</dt><dd>AED 20.00</dd>",
            "<dt>Discount return-10</dt><dd>\u{2212}AED 84.00</dd>",
            "<dt>Tax</dt><dd>AED 38.80</dd>",
            "<dt>Instalments</dt><dd>3</dd>",
            "<dt>To pay</dt><dd>AED 814.80</dd>",
            "<dd>order-01</dd>",
            "<label for=\"phone\">Phone number</label>",
            "value=\"+971 50 199 8853\"",
            "value=\"approve\">Pay AED 814.80</button>",
            "value=\"deny\"",
            "value=\"cancel\"",
        ] {
            assert!(text(&shown).contains(part), "{part}: {}", text(&shown));
        }
        let policy = http::header(&shown.headers, "content-security-policy").unwrap();
        assert!(policy.contains("form-action 'self' https://www.example.ae https://www.example.ae;"), "{policy}");
    }

    #[test]
    fn nothing_in_a_checkout_becomes_html() {
        let mut scenario = merchant();
        let mut input = checkout();
        input["items"][0]["name"] = json!("<script>alert(1)</script>");
        input["order_id"] = json!("\"><img src=x>");
        input["shipping"]["address"]["phone"] = json!("\"><b>");
        let page = page_of(&mut scenario, &input);
        let shown = show(&mut scenario, &page);
        let shown = text(&shown);
        assert!(!shown.contains("<script") && !shown.contains("<img") && !shown.contains("<b>"), "{shown}");
        let form = "action=approve&phone=%22%3E%3Cb%3E&card_number=%3Cb%3E";
        let again = scenario.fill(&page, form);
        assert!(again.status == 422 && !text(&again).contains("<b>"), "{}", text(&again));
    }

    #[test]
    fn po_027_the_payer_comes_back_with_the_outcome() {
        for (form, to, status) in [
            (APPROVE, "https://www.example.ae/success?cart=7&order_id=order%2001%26&status=APPROVED#top", "approved"),
            ("action=deny", "https://www.example.ae/cancel?cart=7&status=DENIED#top", "denied"),
            ("action=cancel", "https://www.example.ae/cancel?cart=7&status=CANCELLED#top", "pending"),
        ] {
            let mut scenario = merchant();
            let mut input = checkout();
            input["order_id"] = json!("order 01&");
            input["merchant"]["confirmation_url"] = json!("https://www.example.ae/success?cart=7#top");
            input["merchant"]["cancel_url"] = json!("https://www.example.ae/cancel?cart=7#top");
            let page = page_of(&mut scenario, &input);
            let answer = scenario.fill(&page, form);
            assert_eq!((answer.status, location(&answer)), (303, to));
            assert_eq!(scenario.standing("order%2001%26"), status);
        }
    }

    #[test]
    fn po_013_without_addresses_a_page_says_what_happened() {
        for (form, words) in [(APPROVE, "approved"), ("action=deny", "denied"), ("action=cancel", "cancelled")] {
            let mut scenario = merchant();
            let mut input = checkout();
            input.as_object_mut().unwrap().remove("merchant");
            let page = page_of(&mut scenario, &input);
            let answer = scenario.fill(&page, form);
            assert!(answer.status == 200 && text(&answer).contains(words), "{}", text(&answer));
        }
    }

    #[test]
    fn po_030_what_is_wrong_is_said_beside_its_field_and_nothing_is_paid() {
        for (right, wrong, field) in [
            ("sms_code=8853", "sms_code=8854", "sms_code"),
            ("phone=%2B971+50+199+8853", "phone=1", "phone"),
            ("4111+1111+1111+1111", "4242+4242+4242+4242", "card_number"),
            ("card_date=12%2F29", "card_date=03%2F26", "card_date"),
            ("card_cvc=123", "card_cvc=12", "card_cvc"),
        ] {
            let mut scenario = merchant();
            let page = scenario.checkout("order-01");
            let answer = scenario.fill(&page, &APPROVE.replace(right, wrong));
            assert_eq!(answer.status, 422, "{field}");
            let shown = text(&answer);
            assert!(shown.contains(&format!("<li><a href=\"#{field}\">")), "{shown}");
            assert!(shown.contains(&format!("aria-describedby=\"{field}-error {field}-hint\"")), "{shown}");
            assert_eq!(shown.matches("aria-invalid=").count(), 1, "{shown}");
            assert_eq!(scenario.standing("order-01"), "pending");
            assert_eq!(scenario.fill(&page, APPROVE).status, 303, "the payer tries again");
        }
        let mut scenario = merchant();
        let page = scenario.checkout("order-01");
        let answer = scenario.fill(&page, "action=approve");
        assert_eq!(text(&answer).matches("aria-invalid=").count(), 4, "{}", text(&answer));
    }

    #[test]
    fn po_010_a_closed_checkout_stays_closed() {
        for (close, words) in [
            (Some(APPROVE), "This payment is approved."),
            (Some("action=deny"), "This payment was denied."),
            (Some("action=cancel"), "This payment was cancelled."),
            (None, "This checkout was not used in time, and has expired."),
        ] {
            let mut scenario = merchant();
            let page = scenario.checkout("order-01");
            match close {
                Some(form) => drop(scenario.fill(&page, form)),
                None => drop(scenario.control("POST", "clock", &json!({"advanceMs": 3_600_000}))),
            }
            let before = scenario.get("/orders/order-01");
            for form in [APPROVE, "action=deny", "action=cancel"] {
                let answer = scenario.fill(&page, form);
                assert!(answer.status == 409 && text(&answer).contains(words), "{}", text(&answer));
            }
            assert_eq!(scenario.get("/orders/order-01"), before);
            let shown = show(&mut scenario, &page);
            assert!(shown.status == 200 && !text(&shown).contains("<form"), "{}", text(&shown));
        }
    }

    #[test]
    fn a_form_that_is_not_the_pages_changes_nothing() {
        let mut scenario = merchant();
        let page = scenario.checkout("order-01");
        for form in ["", "action=", "action=capture"] {
            assert_eq!(scenario.fill(&page, form).status, 400, "{form}");
        }
        assert_eq!(scenario.send("POST", &page, APPROVE.as_bytes()).status, 400, "it was sent as JSON");
        assert_eq!(scenario.standing("order-01"), "pending");
        for answer in [show(&mut scenario, "/postpay/checkout/0"), scenario.fill("/postpay/checkout/0", APPROVE)] {
            assert!(answer.status == 404 && text(&answer).contains("no such checkout"), "{}", text(&answer));
        }
    }
}
