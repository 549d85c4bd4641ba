//! One payment at a time, with a say in what becomes of each request.

use base64ct::{Base64, Encoding};
use edgepost_core::date;
use edgepost_core::flow::pay::{End, Moment, Pay, Step};
use edgepost_core::http::{Request, Response};
use edgepost_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::caller::START;
use crate::payer::{Credential, Wallet, credential};

/// How long a payment may take: longer than anything that is signed is good.
pub const MOST: u64 = 1_200_000;

/// What becomes of a request.
#[allow(clippy::large_enum_variant, reason = "a handful of them")]
pub enum Fate {
    /// It gets there and is answered.
    Answered,
    /// It gets there, and this comes back instead.
    Instead(Option<Response>),
    /// It does not get there, and this comes back.
    Lost(Option<Response>),
}

/// A payer, the time, and what went over the wire.
pub struct Till {
    /// The provider.
    pub sandbox: Sandbox,
    /// The time.
    pub now_ms: u64,
    /// Signs.
    pub wallet: Wallet,
    /// What was written down last.
    pub journal: Option<String>,
    drawn: u8,
    /// Each request with a payment on it, and when it was sent.
    pub shown: Vec<(u64, Credential)>,
    /// All requests.
    pub requests: Vec<Request>,
}

impl Till {
    /// A payer in front of a new sandbox, with these options of PostalForm's.
    pub fn new(options: &Value) -> Self {
        let options = json!({"seed": "tests", "postalform": options}).to_string();
        Till {
            sandbox: Sandbox::new(Options::from_json(options.as_bytes()).unwrap()),
            now_ms: START,
            wallet: Wallet::new(),
            journal: None,
            drawn: 0,
            shown: Vec::new(),
            requests: Vec::new(),
        }
    }

    /// The time, and numbers that were not drawn before.
    pub fn moment(&mut self) -> Moment {
        self.drawn = self.drawn.wrapping_add(1);
        Moment { now_ms: self.now_ms, random: [self.drawn; 32] }
    }

    /// Pays until it is over. `fate` decides what becomes of the requests, by their number among those of their kind.
    pub fn pay(&mut self, mut pay: Pay, mut fate: impl FnMut(Kind, usize) -> Fate) -> End {
        let mut counts = [0; 4];
        loop {
            match pay.step(self.now_ms) {
                Step::Over(end) => return end,
                Step::Keep { replaces, journal } => {
                    assert_eq!(replaces, self.journal.as_deref().map_or(0, revision));
                    self.journal = Some(journal);
                    pay.kept();
                }
                Step::Wait { until_ms } => self.now_ms = until_ms,
                Step::Sign(ask) => {
                    let answer = self.wallet.sign(&ask);
                    let at = self.moment();
                    pay.signed(Ok(&answer), &at);
                }
                Step::Send(request) => {
                    let kind = Kind::of(&request);
                    let count = &mut counts[kind as usize];
                    *count += 1;
                    let fate = fate(kind, *count - 1);
                    let response = self.send(&request, fate);
                    self.now_ms += 200;
                    let at = self.moment();
                    pay.answered(response.as_ref(), &at);
                }
            }
        }
    }

    /// Goes on in another process.
    pub fn resume(&mut self, fate: impl FnMut(Kind, usize) -> Fate) -> End {
        let pay = Pay::resume(self.journal.as_ref().unwrap(), self.now_ms, MOST).unwrap();
        self.pay(pay, fate)
    }

    /// Sends a request.
    pub fn send(&mut self, request: &Request, fate: Fate) -> Option<Response> {
        assert!(request.url.starts_with("http://127.0.0.1:8788/postalform/"), "{}", request.url);
        self.requests.push(request.clone());
        if let Some(shown) = credential(request) {
            for (_, before) in self.shown.iter().filter(|(_, before)| before.value != shown.value) {
                assert!(before.dead_ms.is_some_and(|dead_ms| dead_ms <= self.now_ms), "two can be spent at once");
            }
            self.shown.push((self.now_ms, shown));
        }
        match fate {
            Fate::Lost(response) => response,
            Fate::Answered => {
                self.sandbox.handle(request, self.now_ms).response.map(|answer| dated(answer, self.now_ms))
            }
            Fate::Instead(response) => {
                self.sandbox.handle(request, self.now_ms);
                response
            }
        }
    }

    /// How many different payments were shown.
    pub fn payments(&self) -> usize {
        let mut values: Vec<&str> = self.shown.iter().map(|(_, shown)| shown.value.as_str()).collect();
        values.dedup();
        values.len()
    }

    /// What was settled, in hundredths of a dollar.
    pub fn settled(&self) -> Vec<u64> {
        self.sandbox.settlements().iter().map(|settlement| settlement.cents).collect()
    }
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Asks for the price.
    Quote,
    /// Asks for a challenge.
    Create,
    /// Pays.
    Paid,
    /// Asks about the order.
    Read,
}

impl Kind {
    /// By what it is.
    pub fn of(request: &Request) -> Self {
        match (request.method.as_str(), credential(request)) {
            ("GET", _) => Kind::Read,
            (_, Some(_)) => Kind::Paid,
            _ if request.url.ends_with("/validate") => Kind::Quote,
            _ => Kind::Create,
        }
    }
}

/// The revision of a journal.
pub fn revision(journal: &str) -> u64 {
    serde_json::from_str::<Value>(journal).unwrap()["revision"].as_u64().unwrap()
}

/// An answer with a JSON body.
pub fn answer(status: u16, body: &str) -> Response {
    Response { status, headers: vec![("content-type".into(), "application/json".into())], body: body.into() }
}

/// An answer with this PAYMENT-RESPONSE.
pub fn payment_response(status: u16, said: &Value) -> Response {
    let mut response = answer(status, "{}");
    response.headers.push(("PAYMENT-RESPONSE".into(), Base64::encode_string(said.to_string().as_bytes())));
    response
}

/// What is signed never arrives, and is answered with this.
pub fn refusing(no: &Response) -> impl FnMut(Kind, usize) -> Fate {
    |kind, _| if kind == Kind::Paid { Fate::Lost(Some(no.clone())) } else { Fate::Answered }
}

/// An answer with the provider's clock on it.
pub fn dated(mut answer: Response, now_ms: u64) -> Response {
    answer.headers.push(("date".into(), http_date(now_ms)));
    answer
}

/// A page where JSON is expected.
pub fn html(status: u16) -> Option<Response> {
    Some(Response {
        status,
        headers: vec![("content-type".into(), "text/html".into())],
        body: b"<html>busy</html>".to_vec(),
    })
}

/// The Date header that servers write.
fn http_date(ms: u64) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = date::civil(ms / date::DAY);
    let written = date::rfc3339(ms);
    format!("Mon, {day:02} {} {year} {} GMT", MONTHS[month as usize - 1], &written[11..19])
}
