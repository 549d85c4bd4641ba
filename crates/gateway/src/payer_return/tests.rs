use super::*;
use crate::config::tests::read_with;
use edgepost_core::http::header;

fn config() -> Config {
    let changes = [
        ("POSTPAY_MERCHANT_ID_TEST", "id_test"),
        ("POSTPAY_SECRET_KEY_TEST", "sk_test_fake_canary"),
        ("POSTPAY_URL", "http://127.0.0.1:8788/postpay"),
    ];
    read_with(&changes).unwrap()
}

fn pages(success: &str) -> Pages {
    Pages { success: success.into(), failure: "https://shop.example/sorry".into() }
}

fn minted() -> Minted {
    let body = r#"{"order_id":"order-01","total_amount":81480,"tax_amount":3880,"currency":"AED"}"#;
    Minted::of("test", "postpay.create_checkout", body).unwrap()
}

fn answer(status: u16, body: &str) -> Response {
    let headers = vec![("content-type".into(), "application/vnd.api+json".into())];
    Response { status, headers, body: body.into() }
}

fn order(status: &str, amount: &str, currency: &str) -> Response {
    let body = format!(
        r#"{{"order_id":"order-01","status":"{status}","status_changed":"2020-05-08T10:58:04Z","total_amount":{amount},
        "tax_amount":3880,"currency":"{currency}","created":"2020-05-08T10:58:04Z"}}"#
    );
    answer(200, &body)
}

fn error(status: u16, code: &str) -> Response {
    answer(status, &format!(r#"{{"error":{{"code":"{code}","message":"No."}}}}"#))
}

#[test]
fn po_028_po_029_only_what_postpay_says_counts_and_only_an_approval_captures() {
    let decided = |status: &str, said| decide(said, &minted(), "order-01", &order(status, "81480", "AED"));
    for said in [Status::Approved, Status::Denied, Status::Cancelled, Status::Unknown] {
        assert_eq!(decided("captured", said), Decision::Back(Standing::Captured), "{said:?}");
        assert_eq!(decided("denied", said), Decision::Back(Standing::Denied), "{said:?}");
        assert_eq!(decided("new_state", said), Decision::Back(Standing::Unknown), "{said:?}");
        let approved = if said == Status::Approved { Decision::Capture } else { Decision::Back(Standing::Unknown) };
        assert_eq!(decided("approved", said), approved, "{said:?}");
    }
    assert_eq!(decided("pending", Status::Approved), Decision::Back(Standing::Pending));
    assert_eq!(decided("pending", Status::Cancelled), Decision::Back(Standing::Cancelled));
    for answer in [error(404, "not_found"), error(500, "error"), answer(200, "<html>"), answer(302, "")] {
        assert_eq!(decide(Status::Approved, &minted(), "order-01", &answer), Decision::Back(Standing::Unknown));
    }
    let other = decide(Status::Approved, &minted(), "order-02", &order("approved", "81480", "AED"));
    assert_eq!(other, Decision::Back(Standing::Unknown), "an answer about another order says nothing");
}

#[test]
fn po_056_another_amount_or_currency_is_never_captured() {
    for (amount, currency) in [("81481", "AED"), ("1", "AED"), ("81480", "SAR"), ("-81480", "AED"), ("81480.5", "AED")]
    {
        for status in ["approved", "captured"] {
            let decision = decide(Status::Approved, &minted(), "order-01", &order(status, amount, currency));
            let wanted = if amount == "81480.5" { Standing::Unknown } else { Standing::Mismatch };
            assert_eq!(decision, Decision::Back(wanted), "{amount} {currency} {status}");
        }
    }
    assert_eq!(captured(&minted(), "order-01", &order("captured", "1", "AED")), Some(Standing::Mismatch));
}

#[test]
fn po_051_po_052_what_came_of_a_capture() {
    let came = |answer: Response| captured(&minted(), "order-01", &answer);
    assert_eq!(came(order("captured", "81480", "AED")), Some(Standing::Captured));
    assert_eq!(came(error(402, "capture_error")), Some(Standing::Denied));
    assert_eq!(came(error(410, "expired")), Some(Standing::Expired));
    for answer in [
        error(409, "invalid_status"),
        error(500, "error"),
        error(429, "throttled"),
        answer(200, ""),
        answer(504, "<html>"),
        order("approved", "81480", "AED"),
    ] {
        assert_eq!(came(answer.clone()), None, "it is looked up: {answer:?}");
    }
}

#[test]
fn payers_go_to_the_configured_addresses_whatever_they_bring() {
    let location = |pages: Pages, standing, order_id: Option<&str>| {
        let answer = pages.back(standing, order_id);
        assert_eq!((answer.status, header(&answer.headers, "cache-control")), (303, Some("no-store")));
        header(&answer.headers, "location").unwrap().to_owned()
    };
    for (page, wanted) in [
        ("https://shop.example/thanks", "https://shop.example/thanks?order_id=a%2Fb&status=captured"),
        ("https://shop.example/thanks?x=1#top", "https://shop.example/thanks?x=1&order_id=a%2Fb&status=captured#top"),
        ("https://shop.example/thanks?", "https://shop.example/thanks?order_id=a%2Fb&status=captured"),
    ] {
        assert_eq!(location(pages(page), Standing::Captured, Some("a/b")), wanted);
    }
    assert_eq!(location(pages(""), Standing::Denied, None), "https://shop.example/sorry?status=denied");
    let evil = location(pages(""), Standing::Unknown, Some("https://evil.example\r\nset-cookie: a&status=captured"));
    assert!(evil.starts_with("https://shop.example/sorry?order_id=https%3A%2F%2Fevil.example%0D%0A"), "{evil}");
    assert!(evil.ends_with("%26status%3Dcaptured&status=unknown"), "{evil}");
}

#[test]
fn addresses_come_in_pairs_and_are_no_others() {
    let read = |success: &'static str, failure: &'static str| {
        read_with(&[("POSTPAY_SUCCESS_URL", success), ("POSTPAY_FAILURE_URL", failure)])
    };
    assert!(read("", "").unwrap().pages.is_none());
    assert!(read("https://shop.example/a", "http://127.0.0.1:9/b").unwrap().pages.is_some());
    for (success, failure) in [
        ("https://shop.example/", ""),
        ("", "https://shop.example/"),
        ("http://shop.example/", "https://shop.example/"),
    ] {
        assert_eq!(read(success, failure).unwrap_err().len(), 1, "{success} {failure}");
    }
}

#[test]
fn po_050_a_capture_is_one_however_often_its_payer_comes_back() {
    let (one, two) = (capture(&config(), "order-01").unwrap(), capture(&config(), "order-02").unwrap());
    assert_eq!(capture(&config(), "order-01").unwrap(), one);
    assert_ne!(one.id, two.id);
    assert_eq!(one.url, "http://127.0.0.1:8788/postpay/orders/order-01/capture");
    assert!(capture(&config(), "").is_none() && lookup(&config(), " ").is_none());
    assert!(capture(&read_with(&[]).unwrap(), "order-01").is_none(), "Postpay is not configured");
}

#[test]
fn what_was_minted_is_found_by_its_order() {
    assert_eq!(minted().id, minted_id("test", " order-01 "));
    assert_ne!(minted().id, minted_id("live", "order-01"));
    assert_eq!((minted().amount, minted().currency.as_str()), (81_480, "AED"));
    assert_eq!(Minted::of("test", "postpay.create_refund", "{}"), None);
    assert_eq!(Minted::of("test", "postpay.create_checkout", r#"{"order_id":"a"}"#), None);
}
