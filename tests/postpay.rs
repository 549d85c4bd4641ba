//! Postpay in the sandbox, seen with the core's eyes: the vendor's own examples are answered as the vendor answers them, and
//! after a lost answer the core finds out what happened, so that money moves once.

use base64ct::{Base64, Encoding};
use edgepost_core::check::{Check, Verdict};
use edgepost_core::http::{Request, Response};
use edgepost_core::operation::{OPERATIONS, Operation, find};
use edgepost_core::outcome::{self, Advice, Context, Outcome};
use edgepost_core::postpay::{CAPTURE_ORDER, CREATE_CHECKOUT, CREATE_HOOK, CREATE_REFUND, GET_ORDER};
use edgepost_core::prepare;
use edgepost_sandbox::postpay::{KEY, MERCHANT};
use edgepost_sandbox::{Options, Sandbox};
use edgepost_tests::caller::{ORIGIN, body, value};
use edgepost_tests::{Example, examples};
use serde_json::{Value, json};

/// 2020-05-08T10:53:57.095Z, the time of the vendor's checkout.
const CHECKED_OUT: u64 = 1_588_935_237_095;
const APPROVE: &str =
    "action=approve&phone=0000&sms_code=0000&card_number=4111111111111111&card_date=01%2F30&card_cvc=000";

/// A shop that calls Postpay.
struct Shop {
    sandbox: Sandbox,
    now_ms: u64,
}

impl Shop {
    fn new() -> Self {
        Shop { sandbox: Sandbox::new(Options::default()), now_ms: CHECKED_OUT }
    }

    fn send(&mut self, mut request: Request) -> Option<Response> {
        let credentials = Base64::encode_string(format!("{MERCHANT}:{KEY}").as_bytes());
        request.headers.push(("authorization".into(), format!("Basic {credentials}")));
        self.sandbox.handle(&request, self.now_ms).response
    }

    fn call(&mut self, operation: &'static Operation, input: &Value) -> Outcome {
        let input = input.to_string();
        let options = prepare::Options { base_url: Some(base()), ..prepare::Options::default() };
        let prepared =
            prepare::build(operation, input.as_bytes(), &options).map_err(|report| report.to_json()).unwrap();
        let Some(response) = self.send(prepared.request) else { return outcome::no_answer(operation) };
        let context = Context { input: Some(input.as_bytes()), test_mode: Some(true), now_ms: Some(self.now_ms) };
        outcome::read(operation, &response, &context)
    }

    /// What the core finds out about a call whose answer was lost.
    fn check(&mut self, operation: &'static Operation, input: &Value) -> Verdict {
        let (check, input) = (Check::of(operation).unwrap(), input.to_string());
        let question = check.question(operation, input.as_bytes(), &base()).map_err(|report| report.to_json()).unwrap();
        let answer = self.send(question.request).unwrap();
        check.read(operation, input.as_bytes(), &answer)
    }

    /// Approves what waits on a page.
    fn approve(&mut self, session: &Value) {
        let headers = vec![("content-type".into(), "application/x-www-form-urlencoded".into())];
        let url = session["redirect_url"].as_str().unwrap().into();
        let request = Request { method: "POST".into(), url, headers, body: Some(APPROVE.into()) };
        assert_eq!(self.sandbox.handle(&request, self.now_ms).response.unwrap().status, 303);
    }

    fn approved(&mut self) {
        let session = value(self.call(&CREATE_CHECKOUT, &example(&CREATE_CHECKOUT).input));
        self.approve(&session);
    }

    fn control(&mut self, method: &str, path: &str, sent: &Value) -> Value {
        let body_sent = (!sent.is_null()).then(|| sent.to_string().into_bytes());
        let url = format!("{ORIGIN}/_sandbox/{path}");
        let request = Request { method: method.into(), url, headers: Vec::new(), body: body_sent };
        body(&self.sandbox.handle(&request, self.now_ms).response.unwrap())
    }

    /// How many lines the settlements have, how many refunds the first order, and how many orders and hooks there are.
    fn counts(&mut self) -> [usize; 4] {
        let state = self.control("GET", "state", &Value::Null);
        let postpay = &state["postpay"];
        let lists = [&postpay["transactions"], &postpay["orders"][0]["refunds"], &postpay["orders"], &postpay["hooks"]];
        lists.map(|list| list.as_array().map_or(0, Vec::len))
    }
}

fn base() -> String {
    format!("{ORIGIN}/postpay")
}

fn example(operation: &Operation) -> Example {
    examples(operation.name).into_iter().next().unwrap().1
}

/// The same without what no two runs have alike: ids, fractions of seconds, and the host of the page.
fn comparable(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let is_id = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_time = text.get(4..5) == Some("-") && text.get(10..11) == Some("T");
            match text.rsplit_once('/') {
                Some((_, id)) if is_id(id) => json!("a page"),
                _ if is_id(text) => json!("an id"),
                _ if is_time => json!(text.get(..19)),
                _ => value.clone(),
            }
        }
        Value::Array(items) => items.iter().map(comparable).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), comparable(value))).collect(),
        other => other.clone(),
    }
}

/// The vendor's example of an operation, with an id of ours, is answered as the vendor answers it.
#[track_caller]
fn plays(shop: &mut Shop, name: &str, id: Option<&Value>, different: &[&str]) -> Value {
    let operation = find(name).unwrap();
    let Example { mut input, response, .. } = example(operation);
    if let Some(id) = id {
        input["id"] = id.clone();
    }
    let answer = value(shop.call(operation, &input));
    let (mut ours, mut vendors) = (comparable(&answer), comparable(&response.body));
    for pointer in different {
        *vendors.pointer_mut(pointer).unwrap() = ours.pointer(pointer).unwrap().clone();
    }
    assert_eq!(ours, vendors, "{name}");
    // With the members in the same order.
    assert_eq!(ours.take().to_string(), vendors.take().to_string(), "{name}");
    answer
}

#[test]
fn po_010_po_050_po_061_po_085_po_090_the_vendors_examples_are_one_story() {
    let mut shop = Shop::new();
    // 2020-05-06T02:14:16Z
    shop.now_ms = 1_588_731_256_000;
    let hook = plays(&mut shop, "postpay.create_hook", None, &[]);
    shop.now_ms = CHECKED_OUT;
    let session = plays(&mut shop, "postpay.create_checkout", None, &[]);
    shop.approve(&session);
    let delivery = shop.sandbox.deliveries(shop.now_ms).pop().unwrap();
    shop.sandbox.delivered(delivery.number, Some(200));
    shop.now_ms += 247_000;
    plays(&mut shop, "postpay.capture_order", None, &[]);
    plays(&mut shop, "postpay.get_order", None, &[]);
    plays(&mut shop, "postpay.list_orders", None, &[]);
    // 2020-05-09T11:20:04.311Z
    shop.now_ms = 1_589_023_204_311;
    // A line is made with the capture here; the vendor's is as old as the checkout.
    let page = plays(&mut shop, "postpay.list_transactions", None, &["/results/0/created"]);
    plays(&mut shop, "postpay.get_transaction", Some(&page["results"][0]["id"]), &["/created"]);
    plays(&mut shop, "postpay.create_refund", None, &[]);
    plays(&mut shop, "postpay.get_refund", None, &[]);
    plays(&mut shop, "postpay.list_refunds", None, &[]);
    plays(&mut shop, "postpay.list_hooks", None, &[]);
    plays(&mut shop, "postpay.get_hook", Some(&hook["id"]), &[]);
    // The vendor's hook was changed without a trace.
    plays(&mut shop, "postpay.update_hook", Some(&hook["id"]), &["/modified"]);
    let deleted = shop.call(find("postpay.delete_hook").unwrap(), &json!({"id": hook["id"]}));
    assert!(matches!(deleted, Outcome::Ok { .. }), "{deleted:?}");
    let state = shop.control("GET", "state", &Value::Null);
    for operation in OPERATIONS.iter().filter(|operation| operation.provider.name == "postpay") {
        assert_eq!(state["requests"][operation.name]["seen"], 1, "{}", operation.name);
    }
}

/// How an answer gets lost, and whether it happened.
const LOSSES: [(&str, bool); 6] = [
    ("drop_before", false),
    ("drop_after", true),
    ("status_500_before", false),
    ("status_500_after", true),
    ("html_body", true),
    ("empty_body", true),
];

/// Loses the answer to a call, has the core find out, and calls again where nothing happened.
fn lost(operation: &'static Operation, input: &Value, advice: Advice, prepare: fn(&mut Shop)) {
    for (kind, happened) in LOSSES {
        let mut shop = Shop::new();
        prepare(&mut shop);
        let before = shop.counts();
        shop.control("POST", "faults", &json!({"operation": operation.name, "kind": kind}));
        let retry = shop.call(operation, input).retry().unwrap();
        assert_eq!(retry.advice, advice, "{} {kind}", operation.name);
        let verdict = shop.check(operation, input);
        match (happened, operation.name) {
            (false, _) => assert_eq!(verdict, Verdict::Nothing, "{} {kind}", operation.name),
            (true, "postpay.create_checkout") => {
                assert_eq!(verdict, Verdict::Lost, "{kind}: the page's address is gone")
            }
            (true, _) => assert!(matches!(verdict, Verdict::Happened(_)), "{} {kind}: {verdict:?}", operation.name),
        }
        let once = shop.counts();
        assert_eq!(once != before, happened, "{} {kind}", operation.name);
        if !happened {
            value(shop.call(operation, input));
        } else if operation.name != "postpay.create_hook" {
            let again = shop.call(operation, input);
            assert!(matches!(&again, Outcome::Refused(refused) if refused.status == 409), "{kind}: {again:?}");
        }
        let changed: usize = shop.counts().iter().zip(before).map(|(after, before)| after - before).sum();
        let expected = if operation.name == "postpay.create_refund" { 2 } else { 1 };
        assert_eq!(changed, expected, "{} {kind}: it happened once", operation.name);
    }
}

#[test]
fn po_052_a_capture_whose_answer_is_lost_happens_once() {
    lost(&CAPTURE_ORDER, &json!({"order_id": "order-01"}), Advice::CheckFirst, Shop::approved);
}

#[test]
fn po_064_a_refund_whose_answer_is_lost_happens_once() {
    lost(&CREATE_REFUND, &example(&CREATE_REFUND).input, Advice::CheckFirst, |shop| {
        shop.approved();
        value(shop.call(&CAPTURE_ORDER, &json!({"order_id": "order-01"})));
    });
}

#[test]
fn po_091_a_hook_whose_answer_is_lost_is_found_by_its_address() {
    lost(&CREATE_HOOK, &example(&CREATE_HOOK).input, Advice::CheckFirst, |_| {});
}

#[test]
fn po_018_a_checkout_whose_answer_is_lost_is_made_under_another_id() {
    lost(&CREATE_CHECKOUT, &example(&CREATE_CHECKOUT).input, Advice::NewKey, |_| {});
    let mut shop = Shop::new();
    shop.control("POST", "faults", &json!({"operation": CREATE_CHECKOUT.name, "kind": "drop_after"}));
    let mut input = example(&CREATE_CHECKOUT).input;
    shop.call(&CREATE_CHECKOUT, &input);
    input["order_id"] = json!("order-02");
    let session = value(shop.call(&CREATE_CHECKOUT, &input));
    shop.approve(&session);
    let status = |shop: &mut Shop, id: &str| value(shop.call(&GET_ORDER, &json!({"order_id": id})))["status"].clone();
    assert_eq!((status(&mut shop, "order-01"), status(&mut shop, "order-02")), (json!("pending"), json!("approved")));
}
