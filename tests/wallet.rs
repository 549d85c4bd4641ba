//! Wallets, direct orders, compose links and uploads at the sandbox, seen with the core's eyes.

use edgepost_core::file;
use edgepost_core::http::{Request, header};
use edgepost_core::multipart::boundary_of;
use edgepost_core::operation::Operation;
use edgepost_core::outcome::{Advice, Outcome};
use edgepost_core::pieterpost::{CREATE_COMPOSE_LINK, CREATE_ORDER, CREATE_TOPUP, GET_ORDER, GET_WALLET, UPLOAD_ASSET};
use edgepost_core::prepare;
use edgepost_core::schema::Mode;
use edgepost_sandbox::pieterpost::{KEY, LIVE_KEY};
use edgepost_tests::caller::{Caller, ORIGIN, body, built, value};
use edgepost_tests::{Example, Faulty, examples, folder, load};
use serde_json::{Value, json};

fn example(operation: &'static Operation, name: &str) -> Example {
    examples(operation.name).into_iter().find(|(known, _)| known == name).unwrap().1
}

/// The vendor's direct order for one letter.
fn letter() -> Value {
    example(&CREATE_ORDER, "direct_letter_order").input
}

fn topup(cents: u32) -> Value {
    json!({"amountCents": cents, "currency": "eur", "returnUrl": "https://example.com/topups/return"})
}

fn balance(caller: &mut Caller) -> Value {
    value(caller.call(&GET_WALLET, &json!({"currency": "eur"}), None))["wallet"]["balanceCents"].clone()
}

/// A wallet that pays for so many letters.
fn pays_for(letters: u32) -> Caller {
    Caller::with(&json!([{"cents": letters * 200}]))
}

/// The request of an upload, framed as the core says.
fn upload(input: &Value, file: &[u8]) -> Request {
    let mut input = input.clone();
    input["file"] = json!(file.len());
    let prepared = built(&UPLOAD_ASSET, &input, None);
    let frame = prepared.form.unwrap().frame(&boundary_of(file), file::media_type(file));
    let mut request = prepared.request;
    request.headers.push(("content-type".into(), frame.content_type));
    request.body = Some([&frame.head, file, &frame.tail].concat());
    request
}

/// A file of a type and size, as far as anybody looks at it.
fn a_file(content_type: &str, size: usize) -> Vec<u8> {
    let mut file = match content_type {
        "image/png" => b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x58\0\0\x02\x58\x08\x02\0\0\0".to_vec(),
        "image/jpeg" => b"\xff\xd8\xff\xe0\0\x04\0\0\xff\xc0\0\x0b\x08\x02\x58\x02\x58\x01\x01\x11\0".to_vec(),
        _ => b"%PDF-1.7\r\n".to_vec(),
    };
    file.resize(size, b'\n');
    file
}

/// Holds an answer against the vendor's: the same members in the same order, and the same values but for `others`.
fn agrees(name: &str, answer: &Value, example: &Value, others: &[&str]) {
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(answer), names(example), "{name}: the members and their order");
    for (member, expected) in example.as_object().unwrap() {
        let found = &answer[member];
        if others.contains(&member.as_str()) {
            assert_eq!(found.is_string(), expected.is_string(), "{name}: {member}");
        } else {
            assert_eq!(found, expected, "{name}: {member}");
        }
    }
}

#[test]
fn pp_101_pp_121_pp_135_pp_145_pp_146_the_vendors_examples_are_answered_as_the_vendor_answers_them() {
    // Ids and addresses are the sandbox's own, and its steps have their own length.
    let others = [
        "accountId",
        "orderId",
        "orderRef",
        "paymentReference",
        "paidAt",
        "updatedAt",
        "topupId",
        "checkoutUrl",
        "id",
        "url",
    ];
    for (operation, cents) in
        [(&CREATE_COMPOSE_LINK, 0), (&CREATE_ORDER, 2500), (&CREATE_TOPUP, 0), (&GET_WALLET, 2500)]
    {
        for (name, example) in examples(operation.name) {
            let mut caller = Caller::with(&json!([{"cents": cents}]));
            caller.key = if example.test_mode { KEY } else { LIVE_KEY };
            let reply = caller.reply(built(operation, &example.input, Some("example")).request);
            let response = reply.response.clone().unwrap();
            assert_eq!(response.status, example.response.status, "{name}");
            let mut answer = value(caller.understood(operation, &example.input, reply));
            if operation.name == CREATE_ORDER.name {
                assert_eq!(answer["status"], "paid");
                // The vendor's test orders are done within the call; here they take their steps.
                caller.now_ms += 5_000;
                let later = value(caller.call(&GET_ORDER, &json!({"orderId": answer["orderId"]}), None));
                assert_eq!(later["wallet"], answer["wallet"], "PP-131");
                answer = later;
                answer["fulfilledAt"] = example.response.body["fulfilledAt"].clone();
            }
            agrees(&name, &answer, &example.response.body, &others);
        }
    }
}

#[test]
fn pp_150_pp_154_the_vendors_uploads_are_answered_as_the_vendor_answers_them() {
    for (name, example) in examples(UPLOAD_ASSET.name) {
        let expected = &example.response.body;
        let size = expected["size"].as_u64().unwrap() as usize;
        let file = a_file(expected["contentType"].as_str().unwrap(), size);
        let mut caller = Caller::new();
        let reply = caller.reply(upload(&example.input, &file));
        assert_eq!(reply.response.as_ref().unwrap().status, example.response.status, "{name}");
        let asset = value(caller.understood(&UPLOAD_ASSET, &example.input, reply));
        let is_public = expected["publicUrl"].is_string();
        let others: &[&str] = if is_public { &["assetId", "publicUrl", "name"] } else { &["assetId"] };
        agrees(&name, &asset, expected, others);
        if is_public {
            let id = asset["assetId"].as_str().unwrap();
            assert_eq!(asset["name"], format!("{id}.jpg"));
            let shown = caller.browse("GET", asset["publicUrl"].as_str().unwrap(), "");
            assert_eq!((shown.status, shown.body == file), (200, true));
        }
    }
}

#[test]
fn pp_150_what_was_uploaded_is_sent_with_an_order() {
    let mut caller = pays_for(10);
    let mut ids = Vec::new();
    for (kind, content_type) in [
        ("letter-attachment", "application/pdf"),
        ("letter-stamp-image", "image/png"),
        ("postcard-image", "image/jpeg"),
    ] {
        let input = json!({"kind": kind, "name": "a \"file\"", "file": 5_000});
        let reply = caller.reply(upload(&input, &a_file(content_type, 5_000)));
        let asset = value(caller.understood(&UPLOAD_ASSET, &input, reply));
        assert_eq!(asset["originalName"], "a \"file\"");
        ids.push(asset["assetId"].clone());
    }
    let mut order = letter();
    order["letters"][0]["attachments"] = json!([ids[0]]);
    order["stampImageAssetId"] = ids[1].clone();
    assert_eq!(value(caller.call(&CREATE_ORDER, &order, None))["amountCents"], 310, "PP-177");
    let mut postcard = example(&CREATE_ORDER, "direct_postcard_order").input;
    postcard["postcard"]["frontImageAssetId"] = ids[2].clone();
    value(caller.call(&CREATE_ORDER, &postcard, None));
    postcard["postcard"]["frontImageAssetId"] = ids[1].clone();
    match caller.call(&CREATE_ORDER, &postcard, None) {
        Outcome::Refused(refused) => {
            assert_eq!((refused.status, refused.code.as_str(), refused.is_final), (400, "invalid_request", true));
            assert!(refused.message.contains("letter-stamp-image"), "PP-066: {}", refused.message);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn pp_120_a_wallet_that_pays_for_twenty_letters_pays_for_twenty() {
    let mut caller = pays_for(20);
    for number in 0..20 {
        let order = value(caller.call(&CREATE_ORDER, &letter(), Some(&format!("letter-{number}"))));
        assert_eq!(order["wallet"]["balanceCents"], (19 - number) * 200);
    }
    match caller.call(&CREATE_ORDER, &letter(), Some("letter-20")) {
        Outcome::Refused(refused) => assert_eq!(refused.code, "insufficient_credits"),
        other => panic!("{other:?}"),
    }
    assert_eq!((caller.orders(), balance(&mut caller)), (20, json!(0)));
}

#[test]
fn pp_124_pp_145_after_a_topup_the_same_bytes_pass_under_the_same_key() {
    let mut caller = Caller::new();
    for _ in 0..2 {
        match caller.call(&CREATE_ORDER, &letter(), Some("once")) {
            Outcome::Refused(refused) => {
                assert_eq!((refused.status, refused.code.as_str()), (402, "insufficient_credits"));
                assert_eq!((refused.retry.advice, refused.is_final), (Advice::SameBytes, false));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!((caller.orders(), balance(&mut caller)), (0, json!(0)));
    }
    let paid = caller.call(&CREATE_TOPUP, &topup(500), Some("topup"));
    assert!(paid.is_done(&CREATE_TOPUP));
    let order = value(caller.call(&CREATE_ORDER, &letter(), Some("once")));
    assert_eq!(order["wallet"]["balanceCents"], 300);
    assert_eq!(value(caller.call(&CREATE_ORDER, &letter(), Some("once"))), order);
    assert_eq!(balance(&mut caller), 300);
}

#[test]
fn pp_004_pp_125_whatever_becomes_of_the_answer_a_wallet_is_changed_once() {
    for (kind, happened) in [
        ("drop_after", true),
        ("status_500_after", true),
        ("html_body", true),
        ("empty_body", true),
        ("drop_before", false),
        ("status_500_before", false),
        ("redirect", false),
    ] {
        for (operation, input, before, after) in
            [(&CREATE_ORDER, letter(), 1000, 800), (&CREATE_TOPUP, topup(500), 1000, 1500)]
        {
            let mut caller = pays_for(5);
            caller.fault(json!({"operation": operation.name, "kind": kind}));
            match caller.call(operation, &input, Some("once")) {
                Outcome::Unknown { retry, .. } => assert_eq!(retry.advice, Advice::SameBytes, "{kind}"),
                other => panic!("{kind}: {other:?}"),
            }
            assert_eq!(balance(&mut caller), if happened { after } else { before }, "{kind}");
            let answer = value(caller.call(operation, &input, Some("once")));
            assert_eq!(answer["wallet"]["balanceCents"], after, "{kind}");
            assert_eq!(value(caller.call(operation, &input, Some("once"))), answer, "{kind}");
            assert_eq!(balance(&mut caller), after, "{kind}");
        }
    }
}

#[test]
fn pp_162_a_direct_order_goes_from_paid_to_fulfilled() {
    let mut caller = pays_for(1);
    let order = value(caller.call(&CREATE_ORDER, &letter(), None));
    let mut seen = Vec::new();
    loop {
        let outcome = caller.call(&GET_ORDER, &json!({"orderId": order["orderId"]}), None);
        let is_done = outcome.is_done(&GET_ORDER);
        seen.push(value(outcome)["status"].as_str().unwrap().to_owned());
        if is_done {
            break;
        }
        caller.now_ms += 1_000;
    }
    assert_eq!(seen, ["paid", "queued", "fulfilled"]);
}

#[test]
fn pp_009_pp_146_pp_147_live_credits_are_there_when_a_person_has_paid() {
    let mut caller = Caller::new();
    caller.key = LIVE_KEY;
    let pending = caller.call(&CREATE_TOPUP, &topup(500), Some("topup"));
    assert!(!pending.is_done(&CREATE_TOPUP));
    let pending = value(pending);
    assert_eq!((&pending["status"], pending.get("wallet")), (&json!("pending"), None));
    let page = pending["checkoutUrl"].as_str().unwrap();
    assert!(page.starts_with(ORIGIN), "{page}");
    let back = caller.browse("POST", page, "action=cancel");
    assert_eq!(header(&back.headers, "location"), Some("https://example.com/topups/return?topup=cancelled"));
    assert_eq!(balance(&mut caller), 0, "coming back proves nothing");
    assert!(matches!(caller.call(&CREATE_ORDER, &letter(), Some("once")), Outcome::Refused(_)));
    let back = caller.browse("POST", page, "action=pay");
    assert_eq!(header(&back.headers, "location"), Some("https://example.com/topups/return?topup=success"));
    assert_eq!(balance(&mut caller), 500);
    let order = value(caller.call(&CREATE_ORDER, &letter(), Some("once")));
    assert_eq!(
        (&order["testMode"], &order["wallet"]),
        (&json!(false), &json!({"balanceCents": 300, "currency": "eur", "mode": "live"}))
    );
    caller.key = KEY;
    assert_eq!(balance(&mut caller), 0, "PP-008: the test wallet is another one");
}

#[test]
fn pp_102_a_compose_link_opens_a_letter_and_orders_nothing() {
    let mut caller = Caller::new();
    let input = example(&CREATE_COMPOSE_LINK, "compose_link").input;
    let link = value(caller.call(&CREATE_COMPOSE_LINK, &input, Some("once")));
    assert_eq!(value(caller.call(&CREATE_COMPOSE_LINK, &input, Some("once"))), link);
    let shown = caller.browse("GET", link["url"].as_str().unwrap(), "");
    let page = String::from_utf8(shown.body).unwrap();
    assert!(page.contains("Would you like to come by on Sunday?") && page.contains("123 Main Street"), "{page}");
    assert_eq!((caller.orders(), balance(&mut caller)), (0, json!(0)));
}

#[test]
fn pp_005_an_upload_whose_answer_is_lost_is_not_asked_for_again() {
    let mut caller = Caller::new();
    let input = json!({"kind": "letter-attachment", "name": "a.pdf", "file": 100});
    caller.fault(json!({"operation": UPLOAD_ASSET.name, "kind": "drop_after"}));
    let request = upload(&input, &a_file("application/pdf", 100));
    assert!(header(&request.headers, "idempotency-key").is_none());
    let reply = caller.reply(request);
    match caller.understood(&UPLOAD_ASSET, &input, reply) {
        Outcome::Unknown { retry, .. } => assert_eq!(retry.advice, Advice::NewKey),
        other => panic!("{other:?}"),
    }
    assert_eq!(caller.state()["pieterpost"]["assets"].as_array().unwrap().len(), 1, "it is there all the same");
}

/// As for checkout links; and a currency of which there is no wallet, which the core only warns of, is refused.
#[test]
fn every_faulty_input_is_refused_unless_it_is_only_our_reading() {
    for (operation, least) in [(&CREATE_ORDER, 10), (&CREATE_COMPOSE_LINK, 5), (&CREATE_TOPUP, 8)] {
        let examples = examples(operation.name);
        let cases: Vec<Faulty> = load(&folder().join(operation.name).join("faulty.json")).unwrap();
        let mut refused = 0;
        for case in cases {
            let (_, example) = examples.iter().find(|(name, _)| *name == case.of).unwrap();
            let mut input = example.input.clone();
            json_patch::patch(&mut input, &case.patch).unwrap();
            let has_wallet = input["currency"].as_str().is_none_or(|currency| ["eur", "usd"].contains(&currency));
            let text = input.to_string();
            let takes = has_wallet && prepare::validate(operation, text.as_bytes(), Mode::Lenient).ok();
            let mut caller = pays_for(100);
            let response = caller.raw(operation.path, &[("content-type", "application/json")], text.as_bytes());
            assert_eq!(response.status, if takes { 201 } else { 400 }, "{:?} {}", case.rules, case.note);
            let body = body(&response);
            assert!(takes || body["code"] == "invalid_request" && body["error"].is_string(), "{body}");
            if !takes {
                refused += 1;
                assert_eq!((caller.orders(), balance(&mut caller)), (0, json!(20_000)), "nothing happened");
            }
        }
        assert!(refused >= least, "{}: {refused}", operation.name);
    }
}
