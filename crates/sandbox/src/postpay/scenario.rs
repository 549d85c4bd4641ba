//! Puts Postpay into a state that a test is about.

use base64ct::{Base64, Encoding};
use edgepost_core::http::{self, Response};
use serde_json::{Value, json};

use super::{KEY, MERCHANT};
use crate::scenario::{ORIGIN, Scenario, read};

/// What a payer fills in who pays.
pub(super) const APPROVE: &str = "action=approve&phone=%2B971+50+199+8853&sms_code=8853&card_number=4111+1111+1111+1111\
    &card_date=12%2F29&card_cvc=123";

/// A sandbox, and the merchant who calls it.
pub(super) fn merchant() -> Scenario {
    merchant_with("{}")
}

pub(super) fn merchant_with(options: &str) -> Scenario {
    let mut scenario = Scenario::with(options);
    scenario.header("accept", "application/vnd.postpay+json; version=v1").credentials(MERCHANT, KEY);
    scenario
}

impl Scenario {
    pub(super) fn credentials(&mut self, id: &str, key: &str) -> &mut Self {
        let encoded = Base64::encode_string(format!("{id}:{key}").as_bytes());
        self.header("authorization", &format!("Basic {encoded}"))
    }

    /// Sends JSON, or nothing, to one of Postpay's paths.
    pub(super) fn ask(&mut self, method: &str, path: &str, body: &Value) -> Response {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, &format!("/postpay{path}"), body.as_bytes())
    }

    pub(super) fn get(&mut self, path: &str) -> Value {
        let answer = self.ask("GET", path, &Value::Null);
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
        read(&answer)
    }

    /// The path of the page of a new checkout.
    pub(super) fn checkout(&mut self, order: &str) -> String {
        let mut input = checkout();
        input["order_id"] = json!(order);
        let answer = self.ask("POST", "/checkouts", &input);
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        read(&answer)["redirect_url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().into()
    }

    /// A new order that was approved.
    pub(super) fn approved(&mut self, order: &str) {
        let page = self.checkout(order);
        assert_eq!(self.fill(&page, APPROVE).status, 303);
    }

    /// A new order that was captured.
    pub(super) fn captured(&mut self, order: &str) {
        self.approved(order);
        assert_eq!(self.capture(order).status, 200);
    }

    pub(super) fn capture(&mut self, order: &str) -> Response {
        self.ask("POST", &format!("/orders/{order}/capture"), &Value::Null)
    }

    pub(super) fn refund(&mut self, order: &str, body: &Value) -> Response {
        self.ask("POST", &format!("/orders/{order}/refunds"), body)
    }

    pub(super) fn standing(&mut self, order: &str) -> String {
        self.get(&format!("/orders/{order}"))["status"].as_str().unwrap().into()
    }
}

/// The vendor's example.
pub(super) fn checkout() -> Value {
    let address = json!({
        "first_name": "John",
        "last_name": "Doe",
        "phone": "+971 50 199 8853",
        "line1": "The Gate District, DIFC",
        "city": "Dubai",
        "country": "AE",
        "postal_code": "00000",
    });
    json!({
        "order_id": "order-01",
        "total_amount": 81_480,
        "tax_amount": 3_880,
        "currency": "AED",
        "shipping": {"id": "shipping-01", "name": "Express Delivery", "amount": 2_000, "address": address},
        "billing_address": address,
        "customer": {"id": "customer-01", "email": "john@postpay.io", "account": "guest"},
        "items": [{
            "reference": "sku-01",
            "name": "Wild Flower Eau de Parfum (50ml)",
            "url": "https://www.example.ae/wild-flower.html",
            "unit_price": 84_000,
            "qty": 1,
        }],
        "discounts": [{"code": "return-10", "amount": 8_400}],
        "merchant": {
            "confirmation_url": "https://www.example.ae/success",
            "cancel_url": "https://www.example.ae/cancel",
        },
    })
}

/// Status and code of a refusal (PO-110).
pub(super) fn refused(response: &Response) -> (u16, String) {
    (response.status, read(response)["error"]["code"].as_str().unwrap_or_default().into())
}

pub(super) fn location(response: &Response) -> &str {
    http::header(&response.headers, "location").unwrap()
}
