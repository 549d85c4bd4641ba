//! Any texts as country, postal code, state and city of a recipient: each line of the input is one of them.
#![no_main]

use edgepost_core::operation::find;
use edgepost_core::place::market;
use edgepost_core::prepare::validate;
use edgepost_core::schema::Mode;
use edgepost_fuzz::{judged, mended};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (country, postal_code, state, city) = (next(), next(), next(), next());
    let input = json!({
        "recipient": {
            "name": "Reading Room",
            "streetAddress": "1 Main Street",
            "postalCode": postal_code,
            "city": city,
            "state": state,
            "country": country,
        },
    });
    let operation = find("pieterpost.create_compose_link").unwrap();
    let report = judged(operation, input.to_string().as_bytes());
    assert!(report.issues.len() < 20, "{}", report.to_json());
    // Which market it is does not hang on capitals or on the space around it.
    let shouted = format!(" {} ", country.to_ascii_uppercase());
    assert_eq!(market(country), market(&shouted), "{country:?}");
    // A fix mends what it is for.
    for issue in &report.issues {
        let mut input = input.clone();
        if mended(&mut input, issue) {
            let after = validate(operation, input.to_string().as_bytes(), Mode::Strict);
            let is_left = after.issues.iter().any(|left| left.code == issue.code && left.path == issue.path);
            assert!(!is_left, "{issue:?} is left: {}", after.to_json());
        }
    }
});
