//! What holds for any input: nothing traps, reports stay bounded, and canonical bytes mean what was sent.

use std::time::{Duration, Instant};

use edgepost_core::http::Response;
use edgepost_core::operation::{OPERATIONS, Operation};
use edgepost_core::outcome::{self, Context};
use edgepost_core::pieterpost::merge;
use edgepost_core::prepare::{Options, build, validate};
use edgepost_core::schema::Mode;
use edgepost_tests::examples;
use proptest::prelude::*;
use serde_json::{Map, Value};

fn create() -> &'static Operation {
    edgepost_core::operation::find("pieterpost.create_checkout_link").unwrap()
}

/// Any JSON value.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[ -~]{0,300}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let names = prop_oneof![member_name(), "\\PC{0,6}".prop_map(String::from)];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((names, inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A name that the tables know.
fn member_name() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "requestType",
        "senderEmail",
        "returnUrl",
        "letters",
        "recipient",
        "recipients",
        "message",
        "postcard",
        "name",
        "streetAddress",
        "street",
        "number",
        "postalCode",
        "city",
        "state",
        "country",
        "customFields",
        "metadata",
        "composeMode",
        "templateMessage",
        "variableKeys",
        "attachments",
        "addressLines",
        "locale",
        "frontImage",
    ];
    prop::sample::select(NAMES).prop_map(String::from)
}

/// One of the vendor's examples, with any value in the place of any member.
fn disturbed() -> impl Strategy<Value = Value> {
    let inputs: Vec<Value> = examples(create().name).into_iter().map(|(_, example)| example.input).collect();
    (prop::sample::select(inputs), any::<prop::sample::Index>(), json()).prop_map(|(mut input, index, value)| {
        let mut pointers = Vec::new();
        collect(&input, &mut String::new(), &mut pointers);
        let pointer = index.get(&pointers);
        if let Some(place) = input.pointer_mut(pointer) {
            *place = value;
        }
        input
    })
}

fn collect(value: &Value, path: &mut String, found: &mut Vec<String>) {
    found.push(path.clone());
    let length = path.len();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                path.push_str(&format!("/{name}"));
                collect(member, path, found);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("/{index}"));
                collect(item, path, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

/// Whether a pointer leads to a value, or to where one could be: to a member of an object that is there.
fn leads_somewhere(input: &Value, pointer: &str) -> bool {
    let Some((parent, last)) = pointer.rsplit_once('/') else { return pointer.is_empty() };
    match input.pointer(parent) {
        Some(Value::Object(_)) => true,
        Some(Value::Array(items)) => last.parse::<usize>().is_ok_and(|index| index < items.len()),
        Some(Value::Null) | None => leads_somewhere(input, parent),
        Some(_) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_get_a_report(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for operation in OPERATIONS {
            for mode in [Mode::Strict, Mode::Lenient] {
                prop_assert!(validate(operation, &bytes, mode).issues.len() <= 1_001);
            }
        }
    }

    #[test]
    fn examples_with_bytes_changed_get_a_report(
        example in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let examples = examples(create().name);
        let mut bytes = serde_json::to_vec(&example.get(&examples).1.input).unwrap();
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        let report = validate(create(), &bytes, Mode::Strict);
        let is_json = serde_json::from_slice::<Value>(&bytes).is_ok();
        // Whatever another reader cannot read is an error here as well.
        prop_assert!(is_json || !report.ok(), "{}", String::from_utf8_lossy(&bytes));
    }

    /// PP-080: one text for each recipient, and no text is longer than what it is made of.
    #[test]
    fn pp_080_any_template_is_merged_for_anybody(
        pieces in prop::collection::vec(prop_oneof![
            Just(String::from("{{a}}")), Just(String::from("{{ first_name }}")), Just(String::from("{{")), "\\PC{0,6}",
        ], 1..12),
        recipients in prop::collection::vec(
            prop_oneof![json(), "\\PC{0,8}".prop_map(|a| serde_json::json!({ "name": "Ada", "customFields": { "a": a } }))],
            0..6,
        ),
        html in any::<bool>(),
    ) {
        let template = format!(".{}", pieces.concat());
        let about = serde_json::json!({ "template": template, "format": if html { "html" } else { "text" } });
        let preview = merge(&serde_json::to_vec(&about).unwrap(), &serde_json::to_vec(&recipients).unwrap(), Mode::Lenient);
        let texts: Vec<&str> = preview.texts().collect();
        prop_assert_eq!(texts.len(), recipients.len());
        for (text, recipient) in texts.iter().zip(&recipients) {
            prop_assert!(text.starts_with('.'));
            let given = template.len() + 6 * pieces.len() * recipient.to_string().len();
            prop_assert!(text.len() <= given, "{} from {}", text, recipient);
        }
    }

    #[test]
    fn merges_of_any_bytes_end(list in "[\\[\\]{}:,\"a0 \\\\]{0,40}") {
        let preview = merge(br#"{"template":"Hi"}"#, list.as_bytes(), Mode::Lenient);
        let recipients = serde_json::from_str::<Vec<Value>>(&list);
        prop_assert_eq!(preview.texts().count(), recipients.as_ref().map_or(0, Vec::len));
        prop_assert!(recipients.is_ok() || !preview.ok());
    }

    #[test]
    fn every_path_leads_into_the_input(input in disturbed()) {
        let report = validate(create(), &serde_json::to_vec(&input).unwrap(), Mode::Strict);
        for issue in &report.issues {
            prop_assert!(leads_somewhere(&input, &issue.path), "{} {:?} in {input}", issue.path, issue.code);
            prop_assert!(!issue.message().is_empty());
        }
        serde_json::from_str::<Value>(&report.to_json()).unwrap();
    }

    #[test]
    fn canonical_bytes_are_canonical_and_mean_the_same(input in disturbed()) {
        let Ok(once) = build(create(), &serde_json::to_vec_pretty(&input).unwrap(), &Options::default()) else {
            return Ok(());
        };
        let body = once.request.body.unwrap();
        let twice = build(create(), &body, &Options::default()).map_err(|report| report.to_json()).unwrap();
        prop_assert_eq!(&body, &twice.request.body.unwrap());
        let sent: Value = serde_json::from_slice(&body).unwrap();
        // Nothing is added, and nothing but what is empty is left out.
        prop_assert!(is_reduction(&sent, &input), "{sent} of {input}");
    }

    #[test]
    fn any_answer_means_something(status in 0..700_u16, body in prop_oneof![
        json().prop_map(|value| value.to_string().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..200),
        // An order, with bytes in it that no JSON reader takes.
        prop::collection::vec(any::<u8>(), 0..8).prop_map(|bytes| {
            [br#"{"orderId":"ord_1","status":""#, &bytes[..], br#""}"#].concat()
        }),
    ]) {
        for operation in OPERATIONS {
            let answer = Response { status, headers: vec![], body: body.clone() };
            let outcome = outcome::read(operation, &answer, &Context::default());
            serde_json::from_slice::<Value>(&outcome.to_json()).unwrap();
        }
    }
}

/// Small inputs that a careless reader spends minutes or gigabytes on.
#[test]
fn a_hostile_megabyte_is_read_like_any_other() {
    let repeat = |piece: &dyn Fn(usize) -> String, count: usize| (0..count).map(piece).collect::<String>();
    let variables = repeat(&|index| format!("{{{{v{index}}}}}"), 60_000);
    let letters = repeat(&|_| r#"{"recipient":{}},"#.to_owned(), 20_000);
    let keys = repeat(&|index| format!("\"k{}\",", index % 2), 60_000);
    let template = |message: &str, letters: &str, keys: &str| {
        let (letters, keys) = (letters.trim_end_matches(','), keys.trim_end_matches(','));
        format!(
            r#"{{"requestType":"letter","composeMode":"template","templateMessage":"{message}","variableKeys":[{keys}],"letters":[{letters}]}}"#
        )
    };
    let place = |country: &str, state: &str, postal_code: &str| {
        format!(
            r#"{{"letters":[{{"recipient":{{"country":"{country}","state":"{state}","postalCode":"{postal_code}"}}}}]}}"#
        )
    };
    let inputs = [
        template(&variables, &letters, ""),
        template("{{a}}", &letters, &keys),
        template(&"{{}}".repeat(250_000), &letters, ""),
        format!(r#"{{"x":[{}1]}}"#, "\"\n\",".repeat(200_000)),
        format!(r#"{{"x":[{}1]}}"#, "\"\t\",".repeat(200_000)),
        format!(r#"{{"postcard":{{"recipients":[{}{{}}]}}}}"#, "{},".repeat(340_000)),
        format!(r#"{{"letters":[{}{{}}]}}"#, "{},".repeat(340_000)),
        place(&"x ".repeat(250_000), &"New ".repeat(60_000), &"1".repeat(250_000)),
        place("United States", &"\u{a0}Ill".repeat(200_000), &"62704-".repeat(60_000)),
        place("Netherlands", &"Noord-Holland ".repeat(40_000), &"1071 X".repeat(80_000)),
        format!(r#"{{"metadata":{{"{}":[{}1]}}}}"#, "x".repeat(100_000), "\"\\ud800\",".repeat(90_000)),
        format!("{{{}}}", repeat(&|index| format!("\"x{index}\":1,"), 90_000).trim_end_matches(',')),
    ];
    for input in inputs {
        for mode in [Mode::Strict, Mode::Lenient] {
            let begun = Instant::now();
            let report = validate(create(), input.as_bytes(), mode);
            assert!(report.to_json().len() < 2_000_000, "{} bytes", report.to_json().len());
            assert!(!report.ok() && report.issues.len() <= 1_001, "{} issues", report.issues.len());
            // Unoptimised it takes some tenths of a second; what this is about takes minutes.
            assert!(begun.elapsed() < Duration::from_secs(20), "{:?}: {}", begun.elapsed(), &input[..60]);
        }
    }
}

/// Whether `sent` is `given` without nulls and empty values, and with integers as text where a text is expected.
fn is_reduction(sent: &Value, given: &Value) -> bool {
    match (sent, given) {
        (Value::Object(sent), Value::Object(given)) => {
            sent.iter().all(|(name, value)| given.get(name).is_some_and(|given| is_reduction(value, given)))
                && given.iter().all(|(name, value)| sent.contains_key(name) || is_empty(value))
        }
        (Value::Array(sent), Value::Array(given)) => {
            sent.len() == given.len() && sent.iter().zip(given).all(|(sent, given)| is_reduction(sent, given))
        }
        (Value::String(sent), Value::Number(given)) => *sent == given.to_string(),
        (sent, given) => sent == given,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.chars().all(char::is_whitespace),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
