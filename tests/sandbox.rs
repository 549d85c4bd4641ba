//! The sandbox, seen with the core's eyes: what the core builds it takes, and what it answers the core understands.

use edgepost_core::http::header;
use edgepost_core::operation::OPERATIONS;
use edgepost_core::outcome::{self, Advice, Context, Outcome};
use edgepost_core::pieterpost::order::ORDER;
use edgepost_core::pieterpost::{CREATE_CHECKOUT_LINK, GET_ORDER};
use edgepost_core::postalform::{GET_OPENAPI, GET_X402_MANIFEST};
use edgepost_core::prepare;
use edgepost_core::read::check;
use edgepost_core::schema::Mode;
use edgepost_sandbox::pieterpost::{OTHER_ACCOUNT_KEY, SECOND_KEY};
use edgepost_tests::caller::{Caller, ORIGIN, body, built, refusal, value};
use edgepost_tests::{Faulty, examples, folder, load};
use serde_json::{Value, json};

const CREATE: &str = "/v1/checkout-links";

fn letter() -> Value {
    let (_, example) =
        examples(CREATE_CHECKOUT_LINK.name).into_iter().find(|(name, _)| name == "letter_checkout").unwrap();
    example.input
}

fn names(value: &Value) -> Vec<&String> {
    value.as_object().unwrap().keys().collect()
}

#[test]
fn every_operation_is_served() {
    let state = Caller::new().state();
    let served: Vec<&String> = names(&state["requests"]);
    for operation in OPERATIONS {
        assert!(served.iter().any(|name| *name == operation.name), "{}", operation.name);
    }
}

#[test]
fn pfd_001_pfd_002_postalforms_own_documents_can_be_read() {
    let mut caller = Caller::new();
    for operation in [&GET_OPENAPI, &GET_X402_MANIFEST] {
        let options =
            prepare::Options { base_url: Some(format!("{ORIGIN}/postalform")), ..prepare::Options::default() };
        let prepared = prepare::build(operation, b"{}", &options).map_err(|report| report.to_json()).unwrap();
        let response = caller.reply(prepared.request).response.unwrap();
        let shown = value(outcome::read(operation, &response, &Context::default()));
        if operation.name == GET_OPENAPI.name {
            assert_eq!(
                shown["paths"]["/api/machine/mpp/orders"]["post"]["x-payment-info"]["protocols"],
                json!(["mpp"])
            );
            assert_eq!(
                shown["paths"]["/api/machine/orders/validate"]["post"],
                json!({"operationId": "validate_order"})
            );
            assert!(shown["paths"].get("/tools/list_forms").is_none(), "a tool is no path");
        } else {
            assert_eq!(shown["resources"]["/api/machine/orders"]["minPrice"], "$3.40");
            let alias = caller.browse("GET", &format!("{ORIGIN}/postalform/.well-known/x402.json"), "");
            assert_eq!(body(&alias), shown);
        }
    }
}

#[test]
fn pp_140_pp_177_the_vendors_orders_are_answered_as_the_vendor_answers_them() {
    for (name, example) in examples(CREATE_CHECKOUT_LINK.name) {
        let mut caller = Caller::new();
        let prepared = built(&CREATE_CHECKOUT_LINK, &example.input, Some("example"));
        let response = caller.reply(prepared.request).response.unwrap();
        assert_eq!(response.status, example.response.status, "{name}");
        assert_eq!(header(&response.headers, "content-type"), Some("application/json"));
        let reading = check(&ORDER, &response.body, Mode::Strict);
        assert!(reading.issues.is_empty(), "{name}: {:?}", reading.issues);
        let (answer, expected) = (body(&response), &example.response.body);
        assert_eq!(names(&answer), names(expected), "{name}: the members and their order");
        for (member, value) in expected.as_object().unwrap() {
            match member.as_str() {
                "checkoutUrl" => {
                    let id = answer["orderId"].as_str().unwrap();
                    assert_eq!(answer[member], format!("{ORIGIN}/pieterpost/v1/sandbox/checkout/{id}"), "{name}");
                }
                "orderId" => assert!(answer[member].as_str().unwrap().starts_with("ord_"), "{name}"),
                "orderRef" => assert_eq!(answer[member].as_str().unwrap().len(), 36, "{name}"),
                _ => assert_eq!(&answer[member], value, "{name}: {member}"),
            }
        }
        assert_eq!(caller.look(&answer), answer, "{name}");
    }
}

#[test]
fn pp_130_an_order_is_looked_up_as_the_vendor_answers_it() {
    let (_, example) = examples(GET_ORDER.name).into_iter().find(|(name, _)| name == "get_order_status").unwrap();
    let mut caller = Caller::new();
    let order = caller.create(&letter(), None);
    let found = caller.look(&order);
    assert_eq!(names(&found), names(&example.response.body));
}

#[test]
fn pp_161_from_a_letter_to_the_mail() {
    let mut caller = Caller::new();
    let order = caller.create(&letter(), Some("once"));
    let page = order["checkoutUrl"].as_str().unwrap();
    let shown = caller.browse("GET", page, "");
    assert_eq!(header(&shown.headers, "content-type"), Some("text/html; charset=utf-8"));
    let back = caller.browse("POST", page, "action=pay");
    assert_eq!(back.status, 303);
    assert_eq!(
        header(&back.headers, "location"),
        Some("https://example.com/pieterpost-return?checkout=success"),
        "PP-113"
    );
    let mut seen = Vec::new();
    loop {
        let input = json!({"orderId": order["orderId"]});
        let outcome = caller.call(&GET_ORDER, &input, None);
        let is_done = outcome.is_done(&GET_ORDER);
        seen.push(value(outcome)["status"].as_str().unwrap().to_owned());
        if is_done {
            break;
        }
        caller.now_ms += 500;
    }
    assert_eq!(seen, ["paid", "paid", "queued", "queued", "fulfilled"]);
}

#[test]
fn pp_004_pp_125_a_lost_answer_is_given_again_and_the_order_is_made_once() {
    for kind in ["drop_after", "status_500_after", "html_body", "empty_body"] {
        let mut caller = Caller::new();
        caller.fault(json!({"operation": CREATE_CHECKOUT_LINK.name, "kind": kind}));
        match caller.call(&CREATE_CHECKOUT_LINK, &letter(), Some("once")) {
            Outcome::Unknown { retry, .. } => assert_eq!(retry.advice, Advice::SameBytes, "{kind}"),
            other => panic!("{kind}: {other:?}"),
        }
        let order = caller.create(&letter(), Some("once"));
        assert_eq!(caller.orders(), 1, "{kind}");
        let page = order["checkoutUrl"].as_str().unwrap();
        caller.browse("POST", page, "action=pay");
        caller.now_ms += 10_000;
        assert_eq!(caller.look(&order)["status"], "fulfilled");
        assert_eq!(caller.create(&letter(), Some("once")), order, "{kind}: the original, whatever it has become");
        let outcomes = &caller.state()["requests"][CREATE_CHECKOUT_LINK.name]["outcomes"];
        assert_eq!(outcomes, &json!({"created": 1, "replayed": 2}), "{kind}");
    }
}

#[test]
fn pp_174_what_did_not_happen_happens_when_it_is_sent_again() {
    for kind in ["drop_before", "delay_before", "status_500_before", "redirect"] {
        let mut caller = Caller::new();
        caller.fault(json!({"operation": CREATE_CHECKOUT_LINK.name, "kind": kind}));
        let outcome = caller.call(&CREATE_CHECKOUT_LINK, &letter(), Some("once"));
        assert!(matches!(outcome, Outcome::Unknown { .. }), "{kind}: {outcome:?}");
        assert_eq!(caller.orders(), 0, "{kind}");
        caller.create(&letter(), Some("once"));
        assert_eq!(caller.orders(), 1, "{kind}");
    }
}

#[test]
fn an_answer_that_comes_late_is_the_answer() {
    let mut caller = Caller::new();
    caller.fault(json!({"operation": CREATE_CHECKOUT_LINK.name, "kind": "delay_after", "delayMs": 25_000}));
    let late = caller.reply(built(&CREATE_CHECKOUT_LINK, &letter(), Some("once")).request);
    assert_eq!(late.delay_ms, 25_000);
    let order = value(caller.understood(&CREATE_CHECKOUT_LINK, &letter(), late));
    assert_eq!(caller.look(&order), order);
}

#[test]
fn pp_172_pp_174_codes_mean_what_the_core_reads_into_them() {
    for (code, advice) in [
        ("missing_api_key", Advice::Never),
        ("invalid_api_key", Advice::Never),
        ("invalid_api_key_mode", Advice::Never),
        ("api_key_inactive", Advice::Never),
        ("account_inactive", Advice::Never),
        ("misconfigured", Advice::Never),
        ("invalid_json", Advice::Never),
        ("invalid_request", Advice::Never),
        ("rate_limited", Advice::After),
        ("daily_order_cap_reached", Advice::After),
        ("live_order_cap_reached", Advice::After),
        ("db_error", Advice::SameBytes),
        ("unknown_error", Advice::SameBytes),
    ] {
        let mut caller = Caller::new();
        caller.fault(json!({"operation": CREATE_CHECKOUT_LINK.name, "kind": "code", "code": code}));
        let outcome = caller.call(&CREATE_CHECKOUT_LINK, &letter(), Some("once"));
        assert_eq!(outcome.retry().map(|retry| retry.advice), Some(advice), "{code}");
        if let Outcome::Refused(refused) = outcome {
            assert_eq!(refused.code, code);
            assert_eq!(refused.is_final, code.starts_with("invalid_json") || code == "invalid_request", "{code}");
        }
    }
}

#[test]
fn pp_006_a_key_belongs_to_one_body() {
    let mut caller = Caller::new();
    caller.create(&letter(), Some("once"));
    let mut other = letter();
    other["letters"][0]["message"] = json!("Another letter");
    match caller.call(&CREATE_CHECKOUT_LINK, &other, Some("once")) {
        Outcome::Refused(refused) => {
            assert_eq!((refused.status, refused.code.as_str()), (409, "invalid_request"));
            assert!(refused.message.contains("Idempotency-Key"), "{}", refused.message);
        }
        other => panic!("{other:?}"),
    }
    caller.key = SECOND_KEY;
    caller.create(&letter(), Some("once"));
    assert_eq!(caller.orders(), 1, "keys of an account share what they sent");
    caller.key = OTHER_ACCOUNT_KEY;
    caller.create(&other, Some("once"));
    assert_eq!(caller.orders(), 2, "accounts share nothing");
}

#[test]
fn pp_004_without_a_key_every_request_makes_an_order() {
    let mut caller = Caller::new();
    let (first, second) = (caller.create(&letter(), None), caller.create(&letter(), None));
    assert_ne!(first["orderId"], second["orderId"]);
    assert_ne!(first["orderRef"], second["orderRef"]);
}

#[test]
fn pp_004_a_key_has_1_to_140_characters() {
    let mut caller = Caller::new();
    let order = letter().to_string();
    for (key, status) in [("", 400), ("k".repeat(141).as_str(), 400), ("k".repeat(140).as_str(), 201)] {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        assert_eq!(caller.raw(CREATE, &headers, order.as_bytes()).status, status, "{}", key.len());
    }
}

#[test]
fn pp_130_an_order_is_seen_by_its_own_account_only() {
    let mut caller = Caller::new();
    let order = caller.create(&letter(), None);
    caller.key = SECOND_KEY;
    assert_eq!(caller.look(&order), order);
    caller.key = OTHER_ACCOUNT_KEY;
    let odd = json!("a/../b?c#d %");
    for id in [&order["orderId"], &odd] {
        match caller.call(&GET_ORDER, &json!({"orderId": id}), None) {
            Outcome::Refused(refused) => {
                assert_eq!((refused.status, refused.code.as_str()), (404, "order_not_found"), "{id}");
                assert!(!refused.is_final, "it may yet come to be");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn pp_111_a_checkout_link_needs_a_sender_and_the_vendor_says_so() {
    let mut caller = Caller::new();
    for change in [json!(null), json!("sender"), json!(7)] {
        let mut order = letter();
        order["senderEmail"] = change;
        let response = caller.raw(CREATE, &[("content-type", "application/json")], order.to_string().as_bytes());
        let expected =
            json!({"code": "invalid_request", "error": "Hosted checkout links require a valid senderEmail."});
        assert_eq!((response.status, body(&response)), (400, expected));
    }
}

#[test]
fn pp_172_what_is_not_json_and_what_is_not_an_order() {
    let mut caller = Caller::new();
    let json_type = [("content-type", "application/json; charset=utf-8")];
    for text in ["", "{", "letter", "{\"requestType\":\"letter\"", "{} {}"] {
        assert_eq!(refusal(&caller.raw(CREATE, &json_type, text.as_bytes())), (400, json!("invalid_json")), "{text}");
    }
    for text in ["[]", "null", "{}", "{\"requestType\":\"parcel\"}"] {
        let response = caller.raw(CREATE, &json_type, text.as_bytes());
        assert_eq!(refusal(&response), (400, json!("invalid_request")), "{text}");
        let sentence = body(&response)["error"].as_str().unwrap().to_owned();
        assert!(sentence.contains(' ') && !sentence.contains('{'), "{sentence}");
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let order = letter().to_string();
    assert_eq!(refusal(&caller.raw(CREATE, &form, order.as_bytes())), (400, json!("invalid_request")), "PP-003");
    assert_eq!(refusal(&caller.raw(CREATE, &[], order.as_bytes())), (400, json!("invalid_request")), "PP-003");
    assert_eq!(caller.orders(), 0);
}

/// Readings of ours are warnings in lenient mode: the vendor may well take such an order, and so does the sandbox.
#[test]
fn every_faulty_order_is_refused_unless_it_is_only_our_reading() {
    let operation = &CREATE_CHECKOUT_LINK;
    let examples = examples(operation.name);
    let cases: Vec<Faulty> = load(&folder().join(operation.name).join("faulty.json")).unwrap();
    let mut statuses = [0, 0];
    for case in cases {
        let (_, example) = examples.iter().find(|(name, _)| *name == case.of).unwrap();
        let mut input = example.input.clone();
        json_patch::patch(&mut input, &case.patch).unwrap();
        let input = input.to_string();
        let takes = prepare::validate(operation, input.as_bytes(), Mode::Lenient).ok();
        let response = Caller::new().raw(CREATE, &[("content-type", "application/json")], input.as_bytes());
        assert_eq!(response.status, if takes { 201 } else { 400 }, "{:?} {}", case.rules, case.note);
        statuses[usize::from(takes)] += 1;
        let body = body(&response);
        assert!(takes || body["code"] == "invalid_request" && body["error"].is_string(), "{body}");
    }
    assert!(statuses.iter().all(|count| *count > 5), "both kinds are among them: {statuses:?}");
}

#[test]
fn the_same_run_gives_the_same_answers() {
    let run = || {
        let mut caller = Caller::new();
        let order = caller.create(&letter(), Some("once"));
        caller.create(&letter(), None);
        let paid = caller.browse("POST", order["checkoutUrl"].as_str().unwrap(), "action=pay");
        (caller.state(), paid)
    };
    assert_eq!(run(), run());
}
