use super::*;
use crate::config::tests::read_with;
use crate::tally::Counts;
use edgepost_core::grant::{Claims, sign};
use serde_json::{Value, json};

const ORIGIN: &str = "https://gate.example.com";

fn config() -> Config {
    read_with(&[
        ("POSTPAY_SECRET_KEY_TEST", "sk_test_fake"),
        ("POSTPAY_MERCHANT_ID_TEST", "id_fake"),
        ("POSTPAY_URL", "http://127.0.0.1:8788/postpay"),
        ("POSTALFORM_URL", "http://127.0.0.1:8788/postalform"),
    ])
    .unwrap()
}

/// The vendor's own example.
fn checkout(changes: &Value) -> String {
    let vector = include_str!("../../../../tests/vectors/postpay.create_checkout/create_a_checkout.json");
    let mut input = serde_json::from_str::<Value>(vector).unwrap()["input"].take();
    input["merchant"] = json!({ "confirmation_url": format!("{ORIGIN}/a"), "cancel_url": format!("{ORIGIN}/b") });
    for (name, value) in changes.as_object().unwrap() {
        input[name] = value.clone();
    }
    input.to_string()
}

fn claims(ops: &[&str]) -> Claims {
    let ops = ops.iter().map(|name| format!("postpay.{name}")).collect();
    Claims { sub: "shop".into(), mode: "test".into(), ops, exp: 3_600, ..Claims::default() }
}

fn one_sum(ops: &[&str], sum: u64) -> Claims {
    Claims { amount: Some([("aed".to_owned(), sum)].into()), ..claims(ops) }
}

/// Everything that a request is decided on.
fn ask(method: &str, path: &str, body: &str, claims: &Claims, more: &[(&str, &str)]) -> Result<Mint, (u16, Value)> {
    let config = config();
    let token = sign(&config.signing_key, claims).unwrap();
    let own = [("content-type", "application/json"), ("edgepost-grant", token.as_str())];
    let headers = own.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let url = format!("{ORIGIN}/postpay{path}");
    let head = Head { method: method.into(), url, headers, address: "127.0.0.1".into() };
    let refusal = |answer: Response| (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default());
    match receive(&config, &head, 0) {
        Next::Answer(answer) => Err(refusal(answer)),
        Next::Body(pending) => match pending.decide(&config, &head, Body::Bytes(body.into())) {
            Then::Answer(answer) => Err(refusal(answer)),
            Then::Mint(mint) => Ok(*mint),
            Then::Pay(_) => panic!("nobody asked the gateway to pay"),
            Then::Read(lookup) => panic!("{lookup:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn code(asked: Result<Mint, (u16, Value)>) -> String {
    asked.map_or_else(|(_, problem)| problem["code"].as_str().unwrap_or_default().to_owned(), |_| "sent".into())
}

#[test]
fn a_page_that_changes_the_amount_of_a_checkout_is_refused() {
    let ask = |claims: &Claims, body: &str| ask("POST", "/checkouts", body, claims, &[]);
    let ops = &["create_checkout"];
    let usual = checkout(&json!({}));
    assert_eq!(code(ask(&one_sum(ops, 81_480), &usual)), "sent");
    // Cheaper, and adding up all the same.
    let cheaper = json!({ "total_amount": 3_880, "items": [{ "reference": "a", "name": "b", "url": "https://a.example/",
        "unit_price": 8_400, "qty": 1 }], "shipping": null, "virtual": true });
    assert_eq!(code(ask(&one_sum(ops, 3_880), &checkout(&cheaper))), "sent");
    assert_eq!(code(ask(&one_sum(ops, 81_480), &checkout(&cheaper))), "grant_insufficient");
    assert_eq!(code(ask(&one_sum(ops, 81_480), &checkout(&json!({ "currency": "SAR" })))), "grant_insufficient");
    let (status, problem) = ask(&claims(ops), &usual).unwrap_err();
    assert_eq!((status, problem["code"].as_str()), (403, Some("grant_insufficient")));
    assert!(problem["detail"].as_str().unwrap().contains("a page must not set its own price"));

    let body = ask(&one_sum(ops, 81_480), &usual).unwrap().body;
    let intent = Claims { intent: Some(digest::field(body.as_bytes())), ..claims(ops) };
    assert_eq!(code(ask(&intent, &usual)), "sent");
    assert_eq!(code(ask(&intent, &checkout(&json!({ "metadata": { "a": 1 } })))), "grant_insufficient");
}

#[test]
fn po_015_po_017_po_023_po_042_po_070_bad_input_is_its_own_issue_and_no_request() {
    let grant = one_sum(&["create_checkout"], 81_480);
    let issue = |asked: Result<Mint, (u16, Value)>| {
        let (status, problem) = asked.unwrap_err();
        let first = &problem["issues"][0];
        (
            status,
            first["path"].as_str().unwrap_or_default().to_owned(),
            first["code"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let customer = |name: &str, value: &str| json!({ "customer": { "email": "john@postpay.io", name: value } });
    for (changes, path, code) in [
        (json!({ "total_amount": 814.8 }), "/total_amount", "invalid_number"),
        (json!({ "total_amount": "814.80" }), "/total_amount", "invalid_type"),
        (json!({ "tax_amount": -3_880 }), "/tax_amount", "out_of_range"),
        (json!({ "total_amount": 81_500 }), "/total_amount", "total_mismatch"),
        (json!({ "currency": "XXX" }), "/currency", "unknown_currency"),
        (customer("date_of_birth", "1990-02-30"), "/customer/date_of_birth", "invalid_date"),
        (customer("date_joined", "2019-02-29T09:28:14Z"), "/customer/date_joined", "invalid_date"),
    ] {
        let asked = ask("POST", "/checkouts", &checkout(&changes), &grant, &[]);
        assert_eq!(issue(asked), (422, path.to_owned(), code.to_owned()), "{changes}");
    }
    for (query, path, code) in [
        ("page_size=51", "/page_size", "too_large"),
        ("page=0", "/page", "out_of_range"),
        ("created__date=2020-02-30", "/created__date", "invalid_date"),
        ("total_amount__gte=100.50", "/total_amount__gte", "invalid_type"),
        ("next=https%3A%2F%2Fevil.example%2F", "/next", "unknown_filter"),
    ] {
        let asked = ask("GET", &format!("/orders?{query}"), "", &claims(&["list_orders"]), &[]);
        assert_eq!(issue(asked), (422, path.to_owned(), code.to_owned()), "{query}");
    }
}

#[test]
fn po_027_a_payer_goes_back_to_named_addresses_only() {
    for member in ["confirmation_url", "cancel_url"] {
        let mut merchant = json!({ "confirmation_url": format!("{ORIGIN}/a"), "cancel_url": format!("{ORIGIN}/b") });
        merchant[member] = "https://evil.example/".into();
        let body = checkout(&json!({ "merchant": merchant }));
        let (_, problem) = ask("POST", "/checkouts", &body, &one_sum(&["create_checkout"], 81_480), &[]).unwrap_err();
        assert_eq!(problem["code"], "return_url_not_allowed");
        assert!(problem["detail"].as_str().unwrap().starts_with(member));
    }
}

#[test]
fn po_018_po_064_the_providers_own_id_makes_it_happen_once() {
    let mint = |path: &str, body: &str| {
        let claims = Claims { orders: vec!["order-01".into(), "order-02".into()], ..one_sum(&["create_refund"], 5) };
        ask("POST", path, body, &claims, &[]).unwrap()
    };
    let refund = mint("/orders/order-01/refunds", r#"{"refund_id":"r-1","amount":5}"#);
    assert_eq!(refund.body, r#"{"refund_id":"r-1","amount":5}"#);
    assert_eq!(refund.url, "http://127.0.0.1:8788/postpay/orders/order-01/refunds");
    assert!(!refund.headers.iter().any(|(name, _)| name == "idempotency-key"), "Postpay knows none");
    assert_eq!(refund.input.as_deref(), Some(r#"{"refund_id":"r-1","amount":5,"order_id":"order-01"}"#));
    let same = mint("/orders/order-01/refunds", r#" {"amount":5, "refund_id" : " r-1"}"#);
    assert_eq!(same.id, refund.id);
    let other = mint("/orders/order-02/refunds", r#"{"refund_id":"r-1","amount":5}"#);
    assert_eq!(other.id, refund.id, "the id is the provider's own");
    assert_ne!(other.digest, refund.digest, "PO-064: and stays bound to the order");
    assert_ne!(mint("/orders/order-01/refunds", r#"{"refund_id":"r-2","amount":5}"#).id, refund.id);
}

#[test]
fn po_050_a_capture_has_no_body_and_its_order_is_its_key() {
    let ask =
        |order: &str, body: &str, claims: &Claims| ask("POST", &format!("/orders/{order}/capture"), body, claims, &[]);
    let free = claims(&["capture_order"]);
    let mint = ask("a%2Fb", "", &free).unwrap();
    assert_eq!(mint.url, "http://127.0.0.1:8788/postpay/orders/a%2Fb/capture");
    assert_eq!(mint.request().unwrap().1.body, None);
    assert_eq!(mint.order.as_deref(), Some("a/b"));
    assert_eq!(ask("a%2Fb", "[]", &free).unwrap().id, mint.id);
    assert_ne!(ask("a", "", &free).unwrap().id, mint.id);
    assert_eq!(code(ask("a", r#"{"amount":5}"#, &free)), "invalid_input");
    let named = Claims { orders: vec!["a".into()], ..free };
    assert_eq!(code(ask("a", "", &named)), "sent");
    assert_eq!(code(ask("b", "", &named)), "grant_insufficient");
}

#[test]
fn po_060_refunds_are_for_the_order_and_the_sum_that_the_grant_names() {
    let refund = |path: &str, body: &str| {
        let claims = Claims { orders: vec!["order-01".into()], ..one_sum(&["create_refund"], 500) };
        code(ask("POST", path, body, &claims, &[]))
    };
    let own = "/orders/order-01/refunds";
    assert_eq!(refund(own, r#"{"refund_id":"r","amount":500}"#), "sent");
    for (path, body, expected) in [
        (own, r#"{"refund_id":"r","amount":501}"#, "grant_insufficient"),
        (own, r#"{"refund_id":"r"}"#, "grant_insufficient"),
        ("/orders/order-02/refunds", r#"{"refund_id":"r","amount":500}"#, "grant_insufficient"),
        (own, r#"{"refund_id":"r","amount":"500"}"#, "invalid_input"),
        (own, r#"{"refund_id":"r","amount":500.0}"#, "invalid_input"),
        (own, r#"{"refund_id":"r","amount":-500}"#, "invalid_input"),
        (own, r#"{"refund_id":"r","amount":500,"order_id":"order-01"}"#, "invalid_input"),
        ("/orders/order-01/refunds?order_id=order-01", r#"{"refund_id":"r","amount":500}"#, "invalid_input"),
        (own, r#"{"amount":500}"#, "invalid_input"),
    ] {
        assert_eq!(refund(path, body), expected, "{path} {body}");
    }
}

#[test]
fn po_091_hooks_are_made_once_by_a_key_and_changed_as_often_as_it_is_said() {
    let all = claims(&["create_hook", "update_hook", "delete_hook"]);
    let hook = r#"{"events":["order"],"url":"https://shop.example.com/hooks","secret":"whsec_fake"}"#;
    assert_eq!(code(ask("POST", "/hooks", hook, &all, &[])), "idempotency_key_missing");
    assert_eq!(code(ask("POST", "/hooks", hook, &all, &[("idempotency-key", "one")])), "sent");
    let change = |id: &str, body: &str| ask("PATCH", &format!("/hooks/{id}"), body, &all, &[]).unwrap();
    let one = change("1", r#"{"active":false}"#);
    assert_eq!((one.body.as_str(), one.input.as_deref()), (r#"{"active":false}"#, None));
    assert_eq!(change("1", r#"{ "active": false }"#).id, one.id);
    assert_ne!(change("2", r#"{"active":false}"#).id, one.id);
    assert_ne!(change("1", r#"{"active":true}"#).id, one.id);
    assert_eq!(ask("DELETE", "/hooks/1", "", &all, &[]).unwrap().request().unwrap().1.body, None);
}

#[test]
fn what_changes_nothing_is_looked_up_and_all_else_is_written_down() {
    let config = config();
    let token = sign(&config.signing_key, &claims(&["*"])).unwrap();
    for operation in edgepost_core::operation::OPERATIONS.iter().filter(|one| one.provider.name == "postpay") {
        let path = operation.path.replace("{order_id}", "o").replace("{refund_id}", "r").replace("{id}", "i");
        let headers =
            [("edgepost-grant", token.as_str()), ("content-type", "application/json"), ("idempotency-key", "k")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let url = format!("{ORIGIN}/postpay{path}");
        let head = Head { method: operation.method.name().into(), url, headers, address: String::new() };
        let is_read = match receive(&config, &head, 0) {
            Next::Read(_) => true,
            Next::Body(_) => false,
            Next::Answer(answer) => {
                assert!(operation.money.is_some_and(|money| money.is_granted), "{}", operation.name);
                assert_eq!(answer.status, 403);
                false
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(is_read, operation.repeat == Repeat::Read, "{}", operation.name);
    }
}

#[test]
fn po_002_pp_165_each_provider_has_its_own_host_key_and_minute() {
    let mint = ask("POST", "/orders/a/capture", "", &claims(&["capture_order"]), &[]).unwrap();
    let [account] = mint.holds.as_slice() else { panic!("{:?}", mint.holds) };
    assert_eq!(account.tally, "account:postpay");
    assert!(matches!(account.counts, Counts::Request { is_read: false, per_day: None, .. }));
}

#[test]
fn pb_006_the_name_of_a_refill_is_what_fits_of_its_identity() {
    let refill = edgepost_core::operation::find("pitneybowes.fund_account").unwrap();
    let upstream = Upstream { base: "http://127.0.0.1:8788/pitneybowes".into(), ..config().upstreams[0].clone() };
    let input = br#"{"developerId":"d","postalReportingNumber":"1","amount":500,"currencyCode":"USD","maxAmount":500}"#;
    let id = identity("a", "test", refill.name, "key");
    let request = build(&upstream, refill, input, &vec![], Some(&id)).unwrap();
    let name = edgepost_core::http::header(&request.headers, "x-pb-transactionid");
    assert_eq!(name, id.get(..25));
}

#[test]
fn pf_002_pf_074_pfm_004_who_pays_is_passed_on_with_the_payment() {
    let vector = include_str!("../../../../tests/vectors/postalform.create_order/example_request.json");
    let body = serde_json::from_str::<Value>(vector).unwrap()["input"].to_string();
    let config = config();
    let claims = Claims {
        sub: "shop".into(),
        mode: "test".into(),
        ops: vec!["postalform.*".into()],
        exp: 3_600,
        ..Claims::default()
    };
    let token = sign(&config.signing_key, &claims).unwrap();
    let ask = |path: &str, more: &[(&str, &str)]| {
        let own = [("content-type", "application/json"), ("edgepost-grant", token.as_str())];
        let headers = own.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let url = format!("{ORIGIN}/postalform{path}");
        let head = Head { method: "POST".into(), url, headers, address: "127.0.0.1".into() };
        let Next::Body(pending) = receive(&config, &head, 0) else { panic!("a body is wanted") };
        match pending.decide(&config, &head, Body::Bytes(body.clone().into_bytes())) {
            Then::Mint(mint) => Ok(*mint),
            Then::Read(lookup) => panic!("{lookup:?}"),
            Then::Answer(answer) => Err(answer.status),
            Then::Pay(_) => panic!("nobody asked the gateway to pay"),
        }
    };
    let unpaid = ask("/api/machine/orders", &[("authorization", "Payment x"), ("cookie", "a=b")]).unwrap();
    assert_eq!(unpaid.url, "http://127.0.0.1:8788/postalform/api/machine/orders");
    let names = |mint: &Mint| mint.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&unpaid), ["accept", "content-type"]);
    let payment = "eyJhY2NlcHRlZCI6eyJuZXR3b3JrIjoiZWlwMTU1Ojg0NTMyIn19";
    let paid = ask("/api/machine/orders", &[("PAYMENT-SIGNATURE", payment)]).unwrap();
    assert_eq!(names(&paid), ["accept", "content-type", "payment-signature"]);
    assert_eq!((paid.id == unpaid.id, paid.body == unpaid.body, paid.digest == unpaid.digest), (true, true, false));
    assert!(!paid.digest.contains(payment), "a hash of it is all that is kept");
    let over_mpp = ask("/api/machine/mpp/orders", &[("Authorization", "Payment eyJhIjoxfQ")]).unwrap();
    let mut request = over_mpp.request().unwrap().1;
    let upstream = config.upstreams.iter().find(|upstream| upstream.provider.name == "postalform").unwrap();
    crate::headers::inject(&mut request, upstream, None);
    assert!(request.headers.contains(&("authorization".into(), "Payment eyJhIjoxfQ".into())), "nothing takes it off");
    assert_eq!(
        ask("/api/machine/mpp/orders", &[("authorization", "Payment a"), ("payment-authorization", "Payment b")]),
        Err(422)
    );
    // A check is paid for by nobody.
    let check = ask("/api/machine/orders/validate", &[("payment-signature", payment)]).unwrap();
    assert_eq!(names(&check), ["accept", "content-type"]);
}
