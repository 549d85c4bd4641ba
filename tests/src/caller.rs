//! Somebody who calls the sandbox with requests that the core builds, and reads its answers with the core.

use edgepost_core::http::{Request, Response};
use edgepost_core::operation::Operation;
use edgepost_core::outcome::{self, Context, Outcome};
use edgepost_core::pieterpost::{CREATE_CHECKOUT_LINK, GET_ORDER};
use edgepost_core::prepare::{self, Prepared};
use edgepost_sandbox::pieterpost::KEY;
use edgepost_sandbox::{Options, Reply, Sandbox};
use serde_json::{Value, json};

/// Where the sandbox is.
pub const ORIGIN: &str = "http://127.0.0.1:8788";
/// 2026-04-21T10:00:00.000Z, the time of the vendor's examples.
pub const START: u64 = 1_776_765_600_000;

/// Somebody who calls the sandbox with requests that the core builds.
pub struct Caller {
    sandbox: Sandbox,
    /// The API key that it shows.
    pub key: &'static str,
    /// The time on its clock.
    pub now_ms: u64,
}

impl Caller {
    /// Of a new sandbox without limits: tests that send many requests are not about them.
    #[allow(clippy::new_without_default, reason = "nobody wants one by accident")]
    pub fn new() -> Self {
        Caller::with(&json!([]))
    }

    /// The same, with something in these wallets.
    pub fn with(balances: &Value) -> Self {
        let limits = json!({"requestsPerMinute": null, "ordersPerDay": null, "balances": balances});
        let options = json!({"seed": "tests", "pieterpost": limits}).to_string();
        Caller { sandbox: Sandbox::new(Options::from_json(options.as_bytes()).unwrap()), key: KEY, now_ms: START }
    }

    /// Sends a request with the key.
    pub fn reply(&mut self, mut request: Request) -> Reply {
        request.headers.push(("authorization".into(), format!("Bearer {}", self.key)));
        self.sandbox.handle(&request, self.now_ms)
    }

    /// What an input leads to.
    pub fn call(&mut self, operation: &'static Operation, input: &Value, key: Option<&str>) -> Outcome {
        let reply = self.reply(built(operation, input, key).request);
        self.understood(operation, input, reply)
    }

    /// What an answer means.
    pub fn understood(&self, operation: &'static Operation, input: &Value, reply: Reply) -> Outcome {
        let Some(response) = reply.response else { return outcome::no_answer(operation) };
        let (input, test_mode) = (input.to_string(), self.key.starts_with("pp_test_"));
        let context = Context { input: Some(input.as_bytes()), test_mode: Some(test_mode), now_ms: Some(START) };
        outcome::read(operation, &response, &context)
    }

    /// Makes a checkout link.
    pub fn create(&mut self, input: &Value, key: Option<&str>) -> Value {
        value(self.call(&CREATE_CHECKOUT_LINK, input, key))
    }

    /// Looks an order up.
    pub fn look(&mut self, order: &Value) -> Value {
        value(self.call(&GET_ORDER, &json!({"orderId": order["orderId"]}), None))
    }

    /// Sends a body that the core did not build.
    pub fn raw(&mut self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let url = format!("{ORIGIN}/pieterpost{path}");
        self.reply(Request { method: "POST".into(), url, headers, body: Some(body.to_vec()) }).response.unwrap()
    }

    /// What a person does on a page.
    pub fn browse(&mut self, method: &str, url: &str, form: &str) -> Response {
        let headers = vec![("content-type".into(), "application/x-www-form-urlencoded".into())];
        let body = (!form.is_empty()).then(|| form.as_bytes().to_vec());
        let request = Request { method: method.into(), url: url.into(), headers, body };
        self.sandbox.handle(&request, self.now_ms).response.unwrap()
    }

    /// Asks for a fault.
    pub fn fault(&mut self, fault: Value) {
        let url = format!("{ORIGIN}/_sandbox/faults");
        let body = Some(fault.to_string().into_bytes());
        let request = Request { method: "POST".into(), url, headers: Vec::new(), body };
        assert_eq!(self.sandbox.handle(&request, self.now_ms).response.unwrap().status, 201, "{fault}");
    }

    /// What the control plane shows.
    pub fn state(&mut self) -> Value {
        let url = format!("{ORIGIN}/_sandbox/state");
        let request = Request { method: "GET".into(), url, headers: Vec::new(), body: None };
        body(&self.sandbox.handle(&request, self.now_ms).response.unwrap())
    }

    /// How many orders there are.
    pub fn orders(&mut self) -> usize {
        self.state()["pieterpost"]["orders"].as_array().unwrap().len()
    }
}

/// The request for an input.
pub fn built(operation: &'static Operation, input: &Value, key: Option<&str>) -> Prepared {
    let options = prepare::Options {
        base_url: Some(format!("{ORIGIN}/pieterpost")),
        idempotency_key: key.map(String::from),
        ..prepare::Options::default()
    };
    prepare::build(operation, input.to_string().as_bytes(), &options).map_err(|report| report.to_json()).unwrap()
}

/// The value of a success about which nothing is odd.
pub fn value(outcome: Outcome) -> Value {
    match outcome {
        Outcome::Ok { value, issues } => {
            assert!(issues.is_empty(), "{issues:?}");
            serde_json::from_slice(&value).unwrap()
        }
        other => panic!("{other:?}"),
    }
}

/// The JSON of an answer.
pub fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

/// Status and code of a refusal.
pub fn refusal(response: &Response) -> (u16, Value) {
    (response.status, body(response)["code"].clone())
}
