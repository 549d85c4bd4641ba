//! The vectors, run against the core.

use edgepost_core::http::Response;
use edgepost_core::operation::{OPERATIONS, Operation};
use edgepost_core::outcome::{self, Context, Outcome};
use edgepost_core::prepare::{Options, build, validate};
use edgepost_core::schema::Mode;
use edgepost_tests::{Example, Faulty, examples, folder, load};
use serde_json::Value;

fn mode(name: &str) -> Mode {
    match name {
        "strict" => Mode::Strict,
        "lenient" => Mode::Lenient,
        other => panic!("no such mode: {other}"),
    }
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn built(operation: &'static Operation, input: &Value) -> Value {
    let prepared = build(operation, &bytes(input), &Options::default()).map_err(|report| report.to_json()).unwrap();
    prepared.request.body.map_or(Value::Null, |body| serde_json::from_slice(&body).unwrap())
}

#[test]
fn every_operation_has_examples() {
    for operation in OPERATIONS {
        assert!(!examples(operation.name).is_empty(), "{}", operation.name);
    }
}

#[test]
fn vendors_requests_validate_and_build_to_the_same_value() {
    for operation in OPERATIONS {
        for (name, example) in examples(operation.name) {
            let report = validate(operation, &bytes(&example.input), Mode::Strict);
            assert!(report.ok() && report.issues.is_empty(), "{name}: {}", report.to_json());
            let body = built(operation, &example.input);
            if operation.method.name() == "GET" {
                assert_eq!(body, Value::Null, "{name}");
            } else {
                assert_eq!(body, example.input, "{name}");
            }
        }
    }
}

#[test]
fn vendors_responses_read_to_the_same_value() {
    for operation in OPERATIONS {
        for (name, Example { input, response, .. }) in examples(operation.name) {
            let answer = Response { status: response.status, headers: Vec::new(), body: bytes(&response.body) };
            let input = bytes(&input);
            let context = Context { input: Some(&input), test_mode: Some(true), now_ms: None };
            match outcome::read(operation, &answer, &context) {
                Outcome::Ok { value, issues } => {
                    assert_eq!(serde_json::from_slice::<Value>(&value).unwrap(), response.body, "{name}");
                    assert!(issues.is_empty(), "{name}: {issues:?}");
                }
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}

#[test]
fn faults_are_found() {
    let mut failed = Vec::new();
    for operation in OPERATIONS {
        let examples = examples(operation.name);
        let cases: Vec<Faulty> = load(&folder().join(operation.name).join("faulty.json")).unwrap_or_default();
        for (index, case) in cases.iter().enumerate() {
            let label = format!("{} {index} {:?} {}", operation.name, case.rules, case.note);
            let (_, example) = examples.iter().find(|(name, _)| *name == case.of).unwrap();
            let mut input = example.input.clone();
            json_patch::patch(&mut input, &case.patch).unwrap();
            let report = validate(operation, &bytes(&input), mode(&case.mode));
            let mut found: Vec<[String; 4]> = report
                .issues
                .iter()
                .map(|issue| {
                    [issue.severity.name(), issue.code.name(), issue.path.as_str(), issue.rule].map(String::from)
                })
                .collect();
            let mut expected = case.issues.clone();
            found.sort();
            expected.sort();
            if found != expected {
                failed.push(format!("{label}\n  found    {found:?}\n  expected {expected:?}"));
            }
            for issue in &report.issues {
                for value in issue.code.message().split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                    let message = issue.message();
                    assert!(!message.contains(&format!("{{{value}}}")), "{label}: {value} is not filled in: {message}");
                }
            }
            if let Some(change) = &case.body {
                let mut body = input.clone();
                json_patch::patch(&mut body, change).unwrap();
                assert_eq!(built(operation, &input), body, "{label}");
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
