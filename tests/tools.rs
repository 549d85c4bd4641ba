//! Our client of tools against our server of them, in process: what is called, what it means, and what is done about sessions.

use edgepost_core::http::{Request, Response, header};
use edgepost_core::mcp::{Call, Session, Step};
use edgepost_core::operation::Operation;
use edgepost_core::outcome::{self, Context, Outcome};
use edgepost_core::postalform::{CREATE_PDF_UPLOAD, GET_FORM_SCHEMA, GET_ORDER_STATUS, LIST_FORMS, SEARCH_ADDRESSES};
use edgepost_core::prepare::{Options as Building, build};
use edgepost_sandbox::{Options, Sandbox};
use edgepost_tests::caller::{ORIGIN, START};
use serde_json::{Value, json};

/// A client, with what it sends.
struct Client {
    sandbox: Sandbox,
    session: Option<Session>,
    sent: Vec<String>,
    now_ms: u64,
}

impl Client {
    fn new(options: Value) -> Self {
        let options = json!({ "seed": "tools", "postalform": options }).to_string();
        let sandbox = Sandbox::new(Options::from_json(options.as_bytes()).unwrap());
        Client { sandbox, session: None, sent: Vec::new(), now_ms: START }
    }

    fn call(&mut self, operation: &'static Operation, input: &Value) -> Outcome {
        let base_url = Some(format!("{ORIGIN}/postalform"));
        let prepared = build(operation, input.to_string().as_bytes(), &Building { base_url, ..Building::default() });
        let mut call =
            Call::new(operation, &prepared.map_err(|report| report.to_json()).unwrap().request, self.session.clone());
        self.sent.clear();
        let outcome = loop {
            match call.step() {
                Step::Send(request) => {
                    let body: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
                    self.sent.push(body["method"].as_str().unwrap().to_owned());
                    call.answered(self.sandbox.handle(&request, self.now_ms).response);
                }
                Step::Over(answer) => break outcome::read(operation, &answer, &Context::default()),
                Step::Lost => break outcome::no_answer(operation),
            }
        };
        self.session = call.session().cloned();
        outcome
    }

    fn value(&mut self, operation: &'static Operation, input: &Value) -> Value {
        match self.call(operation, input) {
            Outcome::Ok { value, .. } => serde_json::from_slice(&value).unwrap(),
            other => panic!("{}: {other:?}", operation.name),
        }
    }

    fn control(&mut self, path: &str, body: &Value) {
        let body = Some(body.to_string().into_bytes());
        let url = format!("{ORIGIN}/_sandbox/{path}");
        let request = Request { method: "POST".into(), url, headers: Vec::new(), body };
        assert!(self.sandbox.handle(&request, self.now_ms).response.unwrap().status < 300);
    }
}

const GREETED: [&str; 3] = ["initialize", "notifications/initialized", "tools/call"];

#[test]
fn pfd_011_pfd_012_every_tool_answers_with_either_kind_of_answer() {
    for json_answers in [false, true] {
        let mut client = Client::new(json!({ "jsonAnswers": json_answers }));
        let found = client.value(&SEARCH_ADDRESSES, &json!({ "query": "476 5th Ave" }));
        assert_eq!(found["suggestions"][0]["description"], "New York NY 10018");
        assert_eq!(client.sent, GREETED);
        let forms = client.value(&LIST_FORMS, &json!({ "limit": 2 }));
        assert_eq!((forms["forms"].as_array().unwrap().len(), &forms["next_cursor"]), (2, &json!("2")));
        let rest = client.value(&LIST_FORMS, &json!({ "limit": 2, "cursor": "2" }));
        assert_eq!((rest["forms"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &Value::Null));
        let schema = client.value(&GET_FORM_SCHEMA, &json!({ "slug": forms["forms"][0]["slug"] }));
        assert_eq!(schema["name"], forms["forms"][0]["name"]);
        assert_eq!(client.sent, GREETED[2..], "the session is used again");
    }
}

#[test]
fn pfd_014_pfd_015_a_container_is_searched_until_there_is_an_address() {
    let mut client = Client::new(json!({}));
    let found = client.value(&SEARCH_ADDRESSES, &json!({ "target": "recipient", "query": "library of congress" }));
    let [container] = found["suggestions"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!((&container["type"], &found["target"]), (&json!("Container"), &json!("recipient")));
    let inside = json!({ "query": "independence", "container": container["id"] });
    let found = client.value(&SEARCH_ADDRESSES, &inside);
    let [address] = found["suggestions"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(address["type"], "Address");
    let text = format!("{}, {}", address["text"].as_str().unwrap(), address["description"].as_str().unwrap());
    assert_eq!(text, "101 Independence Ave SE, Washington DC 20540");
}

#[test]
fn pfd_017_orders_of_programs_are_not_told_of() {
    let order = json!({ "order_id": "8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b" });
    assert_eq!(Client::new(json!({})).value(&GET_ORDER_STATUS, &order)["found"], false);
}

#[test]
fn xt_005_a_session_that_has_ended_is_begun_anew() {
    let mut client = Client::new(json!({ "sessionMs": 1_000 }));
    let query = json!({ "query": "1 1st St" });
    client.value(&SEARCH_ADDRESSES, &query);
    let first = client.session.clone();
    client.now_ms += 999;
    client.value(&SEARCH_ADDRESSES, &query);
    assert_eq!((client.sent.len(), &client.session), (1, &first));
    client.now_ms += 1;
    client.value(&SEARCH_ADDRESSES, &query);
    assert_eq!(client.sent, ["tools/call", "initialize", "notifications/initialized", "tools/call"]);
    assert_ne!(client.session, first);
}

#[test]
fn xt_008_what_a_tool_refuses_is_final_and_what_is_lost_is_not() {
    let mut client = Client::new(json!({}));
    let Outcome::Refused(refused) = client.call(&GET_FORM_SCHEMA, &json!({ "slug": "none" })) else { panic!() };
    assert_eq!((refused.status, &*refused.code, &*refused.message), (422, "tool_failed", "There is no form \"none\"."));
    for (kind, status) in
        [("drop_after", None), ("html_body", Some(502)), ("empty_body", Some(502)), ("redirect", Some(307))]
    {
        client.control("faults", &json!({ "operation": LIST_FORMS.name, "kind": kind }));
        let outcome = client.call(&LIST_FORMS, &json!({}));
        assert!(matches!(outcome, Outcome::Unknown { status: is, .. } if is == status), "{kind}: {outcome:?}");
        client.value(&LIST_FORMS, &json!({}));
    }
    client.control("faults", &json!({ "operation": LIST_FORMS.name, "kind": "status_429" }));
    let Outcome::Refused(refused) = client.call(&LIST_FORMS, &json!({})) else { panic!() };
    assert_eq!((refused.status, &*refused.code), (429, "rate_limited"));
}

#[test]
fn pfd_016_a_pdf_is_uploaded_and_a_token_stands_for_it() {
    let mut client = Client::new(json!({}));
    let input = json!({ "request_id": "8c1a1b58-2c8f-4f4f-9c46-2c1ac32d7a1b", "file_name": "letter.pdf" });
    let room = client.value(&CREATE_PDF_UPLOAD, &input);
    assert_eq!(client.value(&CREATE_PDF_UPLOAD, &input)["upload_token"], room["upload_token"], "of the same request");
    assert_ne!(client.value(&CREATE_PDF_UPLOAD, &json!({}))["upload_token"], room["upload_token"]);
    let mut send = |file: &str, now_ms| {
        let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"letter.pdf\"\r\n\r\n";
        let body = Some(format!("{form}{file}\r\n--b--\r\n").into_bytes());
        let headers = vec![("content-type".into(), "multipart/form-data; boundary=b".into())];
        let url = room["upload_url"].as_str().unwrap().to_owned();
        let request = Request { method: "POST".into(), url, headers, body };
        client.sandbox.handle(&request, now_ms).response.unwrap()
    };
    assert_eq!(send("GIF89a", START).status, 422);
    let taken = send("%PDF-1.7", START);
    assert_eq!(taken.status, 200);
    assert_eq!(header(&taken.headers, "content-type"), Some("application/json"));
    let taken: Value = serde_json::from_slice(&taken.body).unwrap();
    assert_eq!(taken, json!({ "upload_token": room["upload_token"], "status": "uploaded" }));
    assert_eq!(send("%PDF-1.7", START + 900_000).status, 422, "the room is closed");
}

/// Pieces of what servers say, and of what none should.
const PIECES: [&str; 16] = [
    "event: message\n",
    "data: ",
    "data:",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    ": x\n",
    "id: 1\n",
    "event: other\n",
    "\u{feff}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-06-18\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"structuredContent\":{\"suggestions\":[]}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"\"}}",
    "{\"__proto__\":[[[",
    "\u{0}\u{7f}",
];

#[test]
fn xt_003_xt_005_whatever_a_server_says_a_call_ends() {
    let mut seed = 0x9e37_79b9_u32;
    let mut any = |most: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        seed as usize % most
    };
    let prepared = build(&SEARCH_ADDRESSES, br#"{"query":"1 1st St"}"#, &Building::default()).unwrap();
    let (mut told, mut greeted) = (0, 0);
    for _ in 0..20_000 {
        let mut call = Call::new(&SEARCH_ADDRESSES, &prepared.request, None);
        let mut sent = 0;
        let outcome = loop {
            match call.step() {
                Step::Send(request) => {
                    sent += 1;
                    assert!(sent <= 7, "two greetings, and a question behind each");
                    assert!(
                        request.headers.iter().all(|(_, value)| value.bytes().all(|byte| (b' '..0x7f).contains(&byte)))
                    );
                    let streams = any(2) == 0;
                    let kind = if streams { "text/event-stream; charset=utf-8" } else { "application/json" };
                    // Every other answer is one that a server gives, with something before and behind it.
                    let odd = |any: &mut dyn FnMut(usize) -> usize| PIECES[any(PIECES.len())];
                    let body = match (any(2), streams) {
                        (0, _) => [odd(&mut any), odd(&mut any), odd(&mut any)].concat(),
                        (_, true) => [odd(&mut any), "\n\ndata:", PIECES[11 + any(2)], "\n\n", odd(&mut any)].concat(),
                        (_, false) => PIECES[11 + any(2)].to_owned(),
                    };
                    let session = ["a", "a", "b c", "\r\nx: y"][any(4)];
                    let headers = [("content-type", kind), ("mcp-session-id", session)];
                    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
                    let status = [200, 200, 200, 202, 400, 404, 429, 503][any(8)];
                    call.answered((any(20) > 0).then(|| Response { status, headers, body: body.into_bytes() }));
                }
                Step::Over(answer) => break outcome::read(&SEARCH_ADDRESSES, &answer, &Context::default()),
                Step::Lost => break outcome::no_answer(&SEARCH_ADDRESSES),
            }
        };
        greeted += usize::from(sent > 2);
        told += usize::from(matches!(outcome, Outcome::Ok { .. }));
    }
    assert!(greeted > 100 && told > 5, "{greeted} {told}");
}
