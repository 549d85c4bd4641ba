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

    /// Sends JSON to one of PieterPost's paths.
    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Response {
        self.send("POST", &format!("/pieterpost{path}"), body.to_string().as_bytes())
    }

    pub(crate) fn create(&mut self, body: &Value) -> Response {
        self.post("/v1/checkout-links", body)
    }

    pub(crate) fn upload(&mut self, kind: &str, name: &str, file: &[u8]) -> Response {
        self.send_form(&form(&[("kind", None, kind.as_bytes()), ("file", Some(name), file)]))
    }

    pub(crate) fn send_form(&mut self, form: &[u8]) -> Response {
        self.sent_as("multipart/form-data; boundary=b", "/pieterpost/v1/uploads", form)
    }

    fn sent_as(&mut self, content_type: &str, path: &str, body: &[u8]) -> Response {
        self.header("content-type", content_type);
        let answer = self.send("POST", path, body);
        self.header("content-type", "application/json");
        answer
    }

    /// What the caller's wallet holds, in cents.
    pub(crate) fn balance(&mut self) -> i64 {
        read(&self.send("GET", "/pieterpost/v1/wallet", b""))["wallet"]["balanceCents"].as_i64().unwrap()
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
        self.fill(&page(order), form)
    }

    /// Fills a page's form in.
    pub(crate) fn fill(&mut self, path: &str, form: &str) -> Response {
        self.sent_as("application/x-www-form-urlencoded", path, form.as_bytes())
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

/// A direct order for one letter.
pub(crate) fn direct() -> Value {
    let mut order = letter();
    order.as_object_mut().unwrap().remove("returnUrl");
    order
}

/// An order for one postcard.
pub(crate) fn postcard() -> Value {
    json!({
        "requestType": "postcard",
        "senderEmail": "sender@example.com",
        "postcard": { "message": "Hello", "recipient": recipient() },
    })
}

/// A checkout link for one letter.
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

/// A form with the boundary `b`: names, file names and values.
pub(crate) fn form(fields: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, file_name, value) in fields {
        let file_name = file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n");
        form.extend([head.as_bytes(), value, b"\r\n"].concat());
    }
    form.extend(b"--b--\r\n");
    form
}

/// The head of a PNG of this size.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", size.as_slice(), b"\x08\x02\0\0\0"].concat()
}

/// The head of a JPEG of this size.
pub(crate) fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
    [b"\xff\xd8\xff\xe0\0\x04\0\0\xff\xc0\0\x0b\x08", size.as_slice(), b"\x01\x01\x11\0\xff\xd9"].concat()
}

/// The status and the code of a refusal; no code for anything else.
pub(crate) fn code(response: &Response) -> (u16, String) {
    (response.status, read(response)["code"].as_str().unwrap_or_default().into())
}

pub(crate) fn read(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

pub(crate) fn text(response: &Response) -> &str {
    std::str::from_utf8(&response.body).unwrap()
}
