//! Refills of a postage account, from a caller's input through what the gateway decides to the sandbox, and back.

use edgepost_core::check::{Check, Verdict};
use edgepost_core::grant::{Claims, SigningKey, sign};
use edgepost_core::http::{Request, Response, header};
use edgepost_core::outcome::{self, Advice, Context, Outcome};
use edgepost_core::pitneybowes::{FUND_ACCOUNT, GET_BALANCE, LIST_MERCHANTS, PITNEYBOWES};
use edgepost_core::prepare::{Options, build};
use edgepost_gateway::admission::{self, Body, Next, Then};
use edgepost_gateway::config::{Authorization, Config};
use edgepost_gateway::head::Head;
use edgepost_gateway::headers::inject;
use edgepost_gateway::mint::Mint;
use edgepost_gateway::token::{NoToken, Token, is_to_be_repeated};
use edgepost_sandbox::pitneybowes::{DEVELOPER, KEY, MERCHANT, SECRET};
use edgepost_sandbox::{Options as SandboxOptions, Reply, Sandbox};
use edgepost_tests::caller::{ORIGIN, START, body, value};
use serde_json::{Value, json};

const SIGNING_KEY: &str = "grant-signing-key-canary-of-32-bytes";
const GATEWAY: &str = "https://gate.example.com";

/// A gateway and a sandbox, and somebody who keeps the token between them.
struct Gateway {
    config: Config,
    sandbox: Sandbox,
    kept: Option<Token>,
    now_ms: u64,
}

impl Gateway {
    fn new(secret: &str) -> Self {
        let config = Config::read(|name| {
            let value = match name {
                "PITNEYBOWES_KEY_TEST" => KEY.to_owned(),
                "PITNEYBOWES_SECRET_TEST" => secret.to_owned(),
                "PITNEYBOWES_DEVELOPER_ID_TEST" => DEVELOPER.to_owned(),
                "PITNEYBOWES_MAX_AMOUNT" => "600".to_owned(),
                "PITNEYBOWES_URL" => format!("{ORIGIN}/pitneybowes"),
                "GRANT_SIGNING_KEY" => SIGNING_KEY.to_owned(),
                "policy" => r#"{"origins":["none"],"return_urls":[],"public":[]}"#.to_owned(),
                _ => return None,
            };
            Some(value)
        });
        let sandbox = Sandbox::new(SandboxOptions::default());
        Gateway { config: config.unwrap(), sandbox, kept: None, now_ms: START }
    }

    /// What the gateway decides to send for a refill.
    fn decide(&self, key: &str, refill: &Value) -> Result<Mint, Response> {
        let claims = Claims {
            sub: "shop".into(),
            mode: "test".into(),
            ops: vec![FUND_ACCOUNT.name.into()],
            amount: Some([("usd".to_owned(), 50_000)].into()),
            exp: START / 1_000 + 3_600,
            ..Claims::default()
        };
        let grant = sign(&SigningKey::new(SIGNING_KEY).unwrap(), &claims).unwrap();
        let path = FUND_ACCOUNT.path.replace("{developerId}", "-").replace("{postalReportingNumber}", MERCHANT);
        let headers = [("content-type", "application/json"), ("edgepost-grant", &grant), ("idempotency-key", key)];
        let head = Head {
            method: "POST".into(),
            url: format!("{GATEWAY}/pitneybowes{path}"),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            address: "127.0.0.1".into(),
        };
        match admission::receive(&self.config, &head, START) {
            Next::Body(pending) => {
                match pending.decide(&self.config, &head, Body::Bytes(refill.to_string().into_bytes())) {
                    Then::Mint(mint) => Ok(*mint),
                    Then::Pay(_) => panic!("nobody asked the gateway to pay"),
                    Then::Read(lookup) => panic!("{lookup:?}"),
                    Then::Answer(answer) => Err(answer),
                }
            }
            Next::Answer(answer) => Err(answer),
            other => panic!("{other:?}"),
        }
    }

    fn send(&mut self, request: &Request) -> Reply {
        self.sandbox.handle(request, self.now_ms)
    }

    /// The token that is kept, or another one.
    fn token(&mut self, refused: Option<&str>) -> Result<Token, NoToken> {
        if let Some(kept) = self.kept.as_ref().filter(|kept| kept.is_usable(refused, self.now_ms)) {
            return Ok(kept.clone());
        }
        let upstream = self.config.upstream(&PITNEYBOWES).unwrap();
        let Authorization::Token(source) = &upstream.authorization else { panic!("a token is wanted") };
        let request = source.request();
        let answer = self.send(&request).response.unwrap();
        let token = Token::read(&answer, self.now_ms)?;
        self.kept = Some(token.clone());
        Ok(token)
    }

    /// Sends a refill, once more with another token if this one is refused.
    fn refill(&mut self, mint: &Mint) -> Outcome {
        let mut refused = None;
        loop {
            let token = self.token(refused.as_deref()).unwrap();
            let (operation, mut request) = mint.request().unwrap();
            inject(&mut request, self.config.upstream(&PITNEYBOWES).unwrap(), Some(&token));
            let outcome = match self.send(&request).response {
                Some(answer) => outcome::read(operation, &answer, &Context::default()),
                None => outcome::no_answer(operation),
            };
            if !is_to_be_repeated(&outcome, refused.is_some()) {
                return outcome;
            }
            refused = Some(token.fingerprint());
        }
    }

    fn control(&mut self, method: &str, path: &str, wanted: &Value) -> Value {
        let body = Some(wanted.to_string().into_bytes());
        let url = format!("{ORIGIN}/_sandbox/{path}");
        let request = Request { method: method.into(), url, headers: Vec::new(), body };
        edgepost_tests::caller::body(&self.send(&request).response.unwrap())
    }

    fn state(&mut self) -> Value {
        self.control("GET", "state", &Value::Null)["pitneybowes"].take()
    }

    fn cents(&mut self) -> u64 {
        self.state()["merchants"][0]["cents"].as_u64().unwrap()
    }
}

fn refill() -> Value {
    json!({"amount": 500, "currencyCode": "USD", "maxAmount": 500})
}

#[test]
fn pb_006_pb_008_pb_009_pb_010_a_refill_goes_through() {
    let mut gateway = Gateway::new(SECRET);
    let mint = gateway.decide("a-key-of-the-caller", &refill()).unwrap();
    assert_eq!(mint.body, r#"{"amount":500,"currencyCode":"USD"}"#);
    assert!(!format!("{mint:?}").contains(DEVELOPER), "what the gateway knows itself is put on at the end");
    let id = header(&mint.headers, "x-pb-transactionid").unwrap().to_owned();
    assert_eq!((id.len(), mint.id.starts_with(&id)), (25, true));
    assert_eq!(value(gateway.refill(&mint)), json!({"amount": 500, "currencyCode": "USD"}));
    assert_eq!((gateway.cents(), gateway.state()["refills"][0]["transactionId"].take()), (57_189, json!(id)));
}

#[test]
fn pb_009_a_refill_above_its_cap_or_without_one_is_not_sent() {
    let gateway = Gateway::new(SECRET);
    for (member, wrong, code) in [
        ("amount", json!(501), "too_large"),
        ("amount", json!(50_000), "too_large"),
        ("amount", json!(-1), "out_of_range"),
        ("amount", json!(1.5), "invalid_number"),
        ("amount", json!("500"), "invalid_type"),
        ("currencyCode", json!("EUR"), "invalid_choice"),
        ("maxAmount", Value::Null, "null_member"),
        ("maxAmount", json!(601), "too_large"),
    ] {
        let mut input = refill();
        input[member] = wrong;
        let refused = gateway.decide("a-key-of-the-caller", &input).unwrap_err();
        assert_eq!(refused.status, 422, "{input}");
        assert_eq!(body(&refused)["issues"][0]["code"], code, "{input}");
    }
}

#[test]
fn pb_012_whatever_is_lost_money_moves_once_and_nobody_repeats_it() {
    for (kind, moved) in [
        ("drop_before", false),
        ("drop_after", true),
        ("delay_before", false),
        ("status_500_before", false),
        ("status_500_after", true),
        ("html_body", true),
        ("empty_body", true),
        ("redirect", false),
    ] {
        let mut gateway = Gateway::new(SECRET);
        gateway.control("POST", "faults", &json!({"operation": FUND_ACCOUNT.name, "kind": kind}));
        let mint = gateway.decide("a-key-of-the-caller", &refill()).unwrap();
        match gateway.refill(&mint) {
            Outcome::Unknown { retry, .. } => assert_eq!(retry.advice, Advice::Never, "{kind}"),
            other => panic!("{kind}: {other:?}"),
        }
        assert_eq!(gateway.cents(), if moved { 57_189 } else { 7_189 }, "{kind}");
        // What a person sees: the balance now. It does not decide anything.
        let check = Check::of(&FUND_ACCOUNT).unwrap();
        let input = json!({"developerId": DEVELOPER, "postalReportingNumber": MERCHANT, "amount": 500}).to_string();
        let asked = check.question(&FUND_ACCOUNT, input.as_bytes(), &format!("{ORIGIN}/pitneybowes")).unwrap();
        let (token, mut request) = (gateway.token(None).unwrap(), asked.request);
        inject(&mut request, gateway.config.upstream(&PITNEYBOWES).unwrap(), Some(&token));
        let answer = gateway.send(&request).response.unwrap();
        let shown = String::from_utf8(answer.body.clone()).unwrap();
        assert!(shown.contains(if moved { "571.89" } else { "71.89" }), "{kind}: {shown}");
        assert_eq!(check.read(&FUND_ACCOUNT, input.as_bytes(), &answer), Verdict::Unclear);
    }
}

#[test]
fn pb_022_a_token_is_fetched_once_and_again_when_it_is_refused() {
    let mut gateway = Gateway::new(SECRET);
    for number in 0..3 {
        let mint = gateway.decide(&format!("key {number}").replace(' ', "-"), &refill()).unwrap();
        assert!(matches!(gateway.refill(&mint), Outcome::Ok { .. }));
    }
    assert_eq!(gateway.state()["tokens"].as_array().unwrap().len(), 1);
    // The provider's clock says that the token is over, the gateway's does not.
    gateway.control("POST", "clock", &json!({"advanceMs": 36_000_000}));
    let mint = gateway.decide("key-3", &refill()).unwrap();
    assert!(matches!(gateway.refill(&mint), Outcome::Ok { .. }));
    assert_eq!(gateway.state()["tokens"].as_array().unwrap().len(), 2);
    assert_eq!(gateway.cents(), 7_189 + 4 * 50_000);
    // A token that is refused although it is new is not fetched for ever.
    let refused = json!({"operation": FUND_ACCOUNT.name, "kind": "code", "code": "1000032", "times": 9});
    gateway.control("POST", "faults", &refused);
    let mint = gateway.decide("key-4", &refill()).unwrap();
    assert!(matches!(gateway.refill(&mint), Outcome::Refused(refused) if refused.status == 401 && !refused.is_final));
    assert_eq!(gateway.state()["tokens"].as_array().unwrap().len(), 3);
}

#[test]
fn pb_020_a_wrong_secret_gives_no_token() {
    let mut gateway = Gateway::new("fake-and-wrong");
    assert_eq!(gateway.token(None).unwrap_err(), NoToken::Refused(401));
    assert_eq!(gateway.state()["tokensRefused"], 1);
}

#[test]
fn pb_034_what_the_sandbox_lists_the_core_understands() {
    let mut gateway = Gateway::new(SECRET);
    let token = gateway.token(None).unwrap();
    for (operation, input) in [
        (&LIST_MERCHANTS, json!({"developerId": DEVELOPER, "size": 1, "page": 1, "sort": "fullName,asc"})),
        (&GET_BALANCE, json!({"developerId": DEVELOPER, "postalReportingNumber": MERCHANT})),
    ] {
        let options = Options { base_url: Some(format!("{ORIGIN}/pitneybowes")), ..Options::default() };
        let prepared = build(operation, input.to_string().as_bytes(), &options);
        let mut request = prepared.map_err(|report| report.to_json()).unwrap().request;
        inject(&mut request, gateway.config.upstream(&PITNEYBOWES).unwrap(), Some(&token));
        let answer = gateway.send(&request).response.unwrap();
        let read = value(outcome::read(operation, &answer, &Context::default()));
        assert_eq!(read["numberOfElements"].as_u64(), (operation.name == LIST_MERCHANTS.name).then_some(1));
    }
}
