//! The sandbox judges payments as the official servers do (measured against @x402/* 2.27.0 and mppx 0.11.0): what they take
//! although it differs, and what they refuse.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use edgepost_core::flow::pay::Ask;
use edgepost_core::http::{Request, Response, header};
use edgepost_core::payment::Mode;
use edgepost_core::payment::mpp::{self, Method, challenges, choose};
use edgepost_core::payment::x402::{Authorization, challenge};
use edgepost_tests::caller::START;
use edgepost_tests::payer::{order, request_id};
use edgepost_tests::till::Till;
use serde_json::{Value, json};

const X402: &str = "/api/machine/orders";
const MPP: &str = "/api/machine/mpp/orders";

fn post(till: &mut Till, path: &str, body: &[u8], headers: &[(&str, &str)]) -> Response {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let url = format!("http://127.0.0.1:8788/postalform{path}");
    let request = Request { method: "POST".into(), url, headers, body: Some(body.to_vec()) };
    till.sandbox.handle(&request, till.now_ms).response.unwrap()
}

fn letter() -> Vec<u8> {
    order(&request_id(1))
}

/// A payment for a letter, as it is usually written.
fn signed(till: &mut Till) -> Value {
    let asked = post(till, X402, &letter(), &[]);
    assert_eq!(asked.status, 402);
    let offer = challenge(&asked).unwrap().choose(Mode::Test).unwrap();
    let authorization = Authorization {
        network: offer.network,
        from: till.wallet.address(),
        to: offer.pay_to,
        value: offer.amount.clone(),
        valid_after: 0,
        valid_before: START / 1000 + 300,
        nonce: [7; 32],
    };
    resigned(till, &authorization, &offer)
}

fn resigned(till: &mut Till, authorization: &Authorization, offer: &edgepost_core::payment::x402::Offer) -> Value {
    let ask = Ask { json: String::new(), digest: Some(authorization.digest()), again: false };
    let signature = till.wallet.sign(&ask);
    let header = authorization.header(offer, &signature).unwrap();
    serde_json::from_slice(&Base64::decode_vec(&header).unwrap()).unwrap()
}

/// What comes of a payment: the status and, with a 402, what the next challenge says about it.
fn shown(till: &mut Till, payment: &Value) -> (u16, String) {
    let header_value = Base64::encode_string(payment.to_string().as_bytes());
    let answer = post(till, X402, &letter(), &[("payment-signature", &header_value)]);
    let next = header(&answer.headers, "payment-required").map(|next| {
        let next: Value = serde_json::from_slice(&Base64::decode_vec(next).unwrap()).unwrap();
        next["error"].as_str().unwrap().to_owned()
    });
    (answer.status, next.unwrap_or_default())
}

fn patched(mut value: Value, op: &str, path: &str, to: &Value) -> Value {
    let patch: json_patch::Patch = serde_json::from_value(json!([{"op": op, "path": path, "value": to}])).unwrap();
    json_patch::patch(&mut value, &patch).unwrap();
    value
}

#[test]
fn pf_092_what_is_accepted_has_to_be_what_was_asked() {
    const NO_MATCH: &str = "No matching payment requirements";
    const SIGNATURE: &str = "invalid_exact_evm_signature";
    let usual = signed(&mut Till::new(&json!({})));
    let text = |path: &str| usual.pointer(path).unwrap().as_str().unwrap().to_owned();
    let signature = text("/payload/signature");
    let ending = |end: &str| json!(format!("{}{end}", &signature[..130]));
    let v = if signature.ends_with("1b") { ["00", "1c"] } else { ["01", "1b"] };
    for (op, path, to, expected) in [
        ("test", "", usual.clone(), (202, "")),
        ("replace", "/accepted/asset", json!(text("/accepted/asset").to_lowercase()), (402, NO_MATCH)),
        ("replace", "/accepted/amount", json!("3399999"), (402, NO_MATCH)),
        ("remove", "/accepted/extra", json!(null), (402, NO_MATCH)),
        ("remove", "/accepted/extra/version", json!(null), (402, NO_MATCH)),
        ("add", "/accepted/more", json!(1), (402, NO_MATCH)),
        ("replace", "/accepted/payTo", json!(text("/accepted/payTo").to_lowercase()), (402, NO_MATCH)),
        ("add", "/accepted/extra/foo", json!(1), (202, "")),
        ("remove", "/resource", json!(null), (202, "")),
        (
            "replace",
            "/payload/authorization/from",
            json!(text("/payload/authorization/from").to_lowercase()),
            (202, ""),
        ),
        ("replace", "/payload/authorization/value", json!(3_400_000), (202, "")),
        ("replace", "/payload/signature", ending(v[0]), (202, "")),
        ("replace", "/payload/signature", ending(v[1]), (402, SIGNATURE)),
        ("replace", "/payload/signature", ending("ff"), (402, SIGNATURE)),
        ("replace", "/payload/signature", json!("0x12"), (402, SIGNATURE)),
        ("replace", "/payload/authorization/nonce", json!(format!("0x{}", "08".repeat(32))), (402, SIGNATURE)),
        ("replace", "/payload/authorization/validBefore", json!("9999999999"), (402, SIGNATURE)),
        // What cannot be read is no payment.
        ("remove", "/payload", json!(null), (402, "Payment required")),
        ("replace", "/x402Version", json!(1), (402, "Payment required")),
    ] {
        let mut till = Till::new(&json!({}));
        let payment = patched(signed(&mut till), op, path, &to);
        let (status, error) = shown(&mut till, &payment);
        assert_eq!((status, error.as_str()), expected, "{op} {path}");
        assert_eq!(till.settled().len(), usize::from(status == 202));
    }
}

#[test]
fn pf_092_an_authorization_is_good_for_a_time_for_one_sum_and_once() {
    let asked = |till: &mut Till| challenge(&post(till, X402, &letter(), &[])).unwrap().choose(Mode::Test).unwrap();
    let second = START / 1000;
    for (valid_after, valid_before, value, to, expected) in [
        (0, second + 5, "3400000", None, "invalid_exact_evm_payload_authorization_valid_before"),
        (second + 1, second + 300, "3400000", None, "invalid_exact_evm_payload_authorization_valid_after"),
        (0, second + 300, "3399999", None, "invalid_exact_evm_payload_authorization_value_mismatch"),
        (0, second + 300, "3400000", Some([9; 20]), "invalid_exact_evm_recipient_mismatch"),
        (0, second + 6, "3400000", None, ""),
    ] {
        let mut till = Till::new(&json!({}));
        let offer = asked(&mut till);
        let authorization = Authorization {
            network: offer.network,
            from: till.wallet.address(),
            to: to.map_or(offer.pay_to, edgepost_core::payment::address::Address),
            value: value.into(),
            valid_after,
            valid_before,
            nonce: [7; 32],
        };
        let payment = resigned(&mut till, &authorization, &offer);
        assert_eq!(shown(&mut till, &payment).1, expected);
    }
    // Until the provider has noticed, a second payment would be taken as well; the same one never is.
    let mut till = Till::new(&json!({"noticeMs": 5_000}));
    let payment = signed(&mut till);
    assert_eq!(shown(&mut till, &payment).0, 202);
    assert_eq!(shown(&mut till, &payment), (402, "invalid_exact_evm_nonce_already_used".into()));
    let mut other = asked(&mut till);
    other.extensions.clear();
    let again = Authorization {
        network: other.network,
        from: till.wallet.address(),
        to: other.pay_to,
        value: other.amount.clone(),
        valid_after: 0,
        valid_before: second + 300,
        nonce: [8; 32],
    };
    let again = resigned(&mut till, &again, &other);
    assert_eq!(shown(&mut till, &again).0, 202);
    assert_eq!(till.settled(), [340, 340], "what public clients have met");
    till.now_ms += 5_000;
    assert_eq!(shown(&mut till, &payment).0, 200);
}

/// A credential for a letter, paid with Stripe.
fn credential(till: &mut Till) -> Value {
    let asked = post(till, MPP, &letter(), &[]);
    let charge = choose(&challenges(&asked.headers).unwrap(), &[Method::Stripe], Mode::Test, &letter(), START).unwrap();
    let paid = mpp::paid(&charge, br#"{"payload":{"spt":"spt_test_1"}}"#).unwrap();
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(&paid.value["Payment ".len()..]).unwrap()).unwrap()
}

fn judged(till: &mut Till, values: &[String]) -> (u16, String) {
    let headers: Vec<(&str, &str)> = values.iter().map(|value| ("Authorization", value.as_str())).collect();
    let answer = post(till, MPP, &letter(), &headers);
    let kind = mpp::problem(&answer.body).kind;
    (answer.status, if answer.status < 300 { String::new() } else { kind })
}

#[test]
fn pfm_010_credentials_are_judged_as_mppx_does() {
    let url = |credential: &Value| Base64UrlUnpadded::encode_string(credential.to_string().as_bytes());
    let usual = credential(&mut Till::new(&json!({"hasDigest": true})));
    let request = usual["challenge"]["request"].as_str().unwrap();
    let request: Value = serde_json::from_slice(&Base64UrlUnpadded::decode_vec(request).unwrap()).unwrap();
    let mut members: Vec<_> = request.as_object().unwrap().iter().collect();
    members.reverse();
    let reversed: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
    let reordered = Base64UrlUnpadded::encode_string(format!("{{{}}}", reversed.join(", ")).as_bytes());
    for (op, path, to, expected) in [
        ("test", "", usual.clone(), (202, "")),
        ("replace", "/challenge/request", json!(reordered), (202, "")),
        ("add", "/challenge/more", json!(1), (202, "")),
        ("remove", "/challenge/expires", json!(null), (402, "invalid-challenge")),
        ("replace", "/challenge/realm", json!("evil.example"), (402, "invalid-challenge")),
        ("replace", "/challenge/id", json!("x"), (402, "invalid-challenge")),
        ("remove", "/challenge/digest", json!(null), (402, "invalid-challenge")),
        ("remove", "/challenge/opaque", json!(null), (402, "invalid-challenge")),
        ("replace", "/challenge/expires", json!("2030-01-01T00:00:00.000Z"), (402, "invalid-challenge")),
        ("remove", "/payload/externalId", json!(null), (402, "invalid-challenge")),
        ("replace", "/payload/externalId", json!("another"), (402, "invalid-challenge")),
        ("replace", "/payload/spt", json!("tok_1"), (402, "invalid-payload")),
        ("replace", "/payload/spt", json!("spt_test_declined"), (402, "verification-failed")),
        ("replace", "/payload/spt", json!("spt_test_action"), (402, "payment-action-required")),
        ("remove", "/payload", json!(null), (402, "malformed-credential")),
    ] {
        let mut till = Till::new(&json!({"hasDigest": true}));
        credential(&mut till);
        let value = format!("Payment {}", url(&patched(usual.clone(), op, path, &to)));
        let (status, kind) = judged(&mut till, &[value]);
        assert_eq!((status, kind.as_str()), expected, "{op} {path}");
        assert_eq!(till.settled().len(), usize::from(status == 202));
    }
    for (values, expected) in [
        (vec![format!("payment {}", url(&usual))], (202, "")),
        (vec![format!("Payment {}", Base64::encode_string(usual.to_string().as_bytes()))], (202, "")),
        (vec!["Payment spt_test_1".into()], (402, "malformed-credential")),
        (vec!["Bearer x".into()], (402, "payment-required")),
        (vec![format!("Payment {}", url(&usual)), format!("Payment {}", url(&usual))], (400, "bad-request")),
    ] {
        let mut till = Till::new(&json!({"hasDigest": true}));
        credential(&mut till);
        let (status, kind) = judged(&mut till, &values);
        assert_eq!((status, kind.as_str()), expected, "PFM-004 {values:?}");
    }
    let mut till = Till::new(&json!({"noticeMs": 5_000}));
    let value = [format!("Payment {}", url(&credential(&mut till)))];
    assert_eq!(judged(&mut till, &value).0, 202);
    assert_eq!(judged(&mut till, &value), (402, "verification-failed".into()), "it has been processed");
    let mut late = Till::new(&json!({}));
    let value = [format!("Payment {}", url(&credential(&mut late)))];
    late.now_ms += 300_000;
    assert_eq!(judged(&mut late, &value), (402, "payment-expired".into()));
}

#[test]
fn pf_075_pf_077_pfm_006_one_order_under_two_ids() {
    let mut till = Till::new(&json!({}));
    let told = |answer: &Response| serde_json::from_slice::<Value>(&answer.body).unwrap();
    let first = told(&post(&mut till, X402, &letter(), &[]));
    let text = String::from_utf8(letter()).unwrap();
    let again = text.replacen(&request_id(1), &request_id(2), 1);
    let second = told(&post(&mut till, X402, again.as_bytes(), &[]));
    assert_eq!(first["order_id"], second["order_id"], "a draft of the same is the same");
    let changed = text.replace("Reading room", "Reading  room");
    assert_eq!(post(&mut till, X402, changed.as_bytes(), &[]).status, 409);
    assert_eq!(post(&mut till, MPP, &letter(), &[]).status, 409, "one id, one handshake");
    for id in [first["order_id"].as_str().unwrap(), &request_id(1), &request_id(2)] {
        let url = format!("http://127.0.0.1:8788/postalform{X402}/{id}");
        let request = Request { method: "GET".into(), url, headers: vec![], body: None };
        let order = told(&till.sandbox.handle(&request, START).response.unwrap());
        assert_eq!((&order["order_id"], &order["is_paid"]), (&first["order_id"], &json!(false)));
    }
    let mut limited = Till::new(&json!({"unpaidPerMinute": 1}));
    assert_eq!(post(&mut limited, X402, &letter(), &[]).status, 402);
    assert_eq!(post(&mut limited, X402, &letter(), &[]).status, 402, "the same is no other");
    assert_eq!(post(&mut limited, X402, &order(&request_id(3)), &[]).status, 429, "PF-078");
}
