//! Puts a sandbox into a state that a test is about.

use edgepost_core::http::{Request, Response};
use serde_json::{Value, json};

use crate::{Options, Reply, Sandbox, pieterpost};

/// 2026-04-21T10:00:00.000Z, the time of the vendor's examples.
pub(crate) const START: u64 = 1_776_765_600_000;
pub(crate) const ORIGIN: &str = "http://127.0.0.1:8788";

/// A sandbox, the time, and somebody who calls it.
pub(crate) struct Scenario {
    pub(crate) sandbox: Sandbox,
    pub(crate) now_ms: u64,
    /// What the caller sends with every request.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Scenario {
    pub(crate) fn new() -> Self {
        Scenario::with("{}")
    }

    pub(crate) fn with(options: &str) -> Self {
        let options = Options::from_json(options.as_bytes()).map_err(|error| error.to_string()).unwrap();
        Scenario {
            sandbox: Sandbox::new(options),
            now_ms: START,
            headers: vec![
                ("authorization", format!("Bearer {}", pieterpost::KEY)),
                ("content-type", "application/json".into()),
            ],
        }
    }

    /// The same caller with another header, or with another value of one.
    pub(crate) fn header(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn key(&mut self, key: &str) -> &mut Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    pub(crate) fn reply(&mut self, method: &str, path: &str, body: &[u8]) -> Reply {
        let request = Request {
            method: method.into(),
            url: format!("{ORIGIN}{path}"),
            headers: self.headers.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
            body: (!body.is_empty()).then(|| body.to_vec()),
        };
        self.sandbox.handle(&request, self.now_ms)
    }

    pub(crate) fn send(&mut self, method: &str, path: &str, body: &[u8]) -> Response {
        self.reply(method, path, body).response.unwrap()
    }

    pub(crate) fn create(&mut self, body: &Value) -> Response {
        self.send("POST", "/pieterpost/v1/checkout-links", body.to_string().as_bytes())
    }

    /// The id of a new order for one letter.
    pub(crate) fn order(&mut self) -> String {
        let created = self.create(&letter());
        assert_eq!(created.status, 201, "{}", String::from_utf8_lossy(&created.body));
        read(&created)["orderId"].as_str().unwrap().into()
    }

    pub(crate) fn status(&mut self, order: &str) -> String {
        let found = self.send("GET", &format!("/pieterpost/v1/orders/{order}"), b"");
        read(&found)["status"].as_str().unwrap().into()
    }

    /// Fills the payment page's form in.
    pub(crate) fn submit(&mut self, order: &str, form: &str) -> Response {
        self.header("content-type", "application/x-www-form-urlencoded");
        let answer = self.send("POST", &page(order), form.as_bytes());
        self.header("content-type", "application/json");
        answer
    }

    pub(crate) fn control(&mut self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.send(method, &format!("/_sandbox/{path}"), body.to_string().as_bytes());
        (answer.status, read(&answer))
    }

    pub(crate) fn state(&mut self) -> Value {
        self.control("GET", "state", &Value::Null).1
    }

    pub(crate) fn fault(&mut self, operation: &str, kind: &str) {
        let (status, answer) = self.control("POST", "faults", &json!({"operation": operation, "kind": kind}));
        assert_eq!(status, 201, "{answer}");
    }
}

/// An order for one letter.
pub(crate) fn letter() -> Value {
    json!({
        "requestType": "letter",
        "senderEmail": "sender@example.com",
        "returnUrl": "https://shop.example/return",
        "letters": [{ "message": "Hello", "recipient": recipient() }],
    })
}

pub(crate) fn recipient() -> Value {
    json!({
        "name": "Pieter Post",
        "streetAddress": "123 Main Street",
        "postalCode": "62704",
        "city": "Springfield",
        "state": "IL",
        "country": "United States",
    })
}

/// The path of an order's payment page.
pub(crate) fn page(order: &str) -> String {
    format!("/pieterpost/v1/sandbox/checkout/{order}")
}

pub(crate) fn read(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

pub(crate) fn text(response: &Response) -> &str {
    std::str::from_utf8(&response.body).unwrap()
}
