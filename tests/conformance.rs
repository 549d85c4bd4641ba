//! The vectors, run against the core.

use base64ct::{Base64, Encoding};
use edgepost_core::http::Response;
use edgepost_core::multipart::Form;
use edgepost_core::operation::{Body, OPERATIONS, Operation};
use edgepost_core::outcome::{self, Context, Outcome};
use edgepost_core::pieterpost::merge;
use edgepost_core::prepare::{Options, build, validate};
use edgepost_core::report::{Issue, Param};
use edgepost_core::schema::{Mode, Position};
use edgepost_tests::{Canonical, Example, Faulty, Meant, Merged, Raw, examples, folder, load};
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

/// Notes where what was found differs from what has to be found, in any order.
fn compare(label: &str, issues: &[Issue], expected: &[[String; 4]], failed: &mut Vec<String>) {
    let tuple =
        |issue: &Issue| [issue.severity.name(), issue.code.name(), &issue.path, &issue.rule.name()].map(String::from);
    let mut found: Vec<_> = issues.iter().map(tuple).collect();
    let mut expected = expected.to_vec();
    found.sort();
    expected.sort();
    if found != expected {
        failed.push(format!("{label}\n  found    {found:?}\n  expected {expected:?}"));
    }
}

/// What is sent for an input: its body, or its form as the members that are in it.
fn built(operation: &'static Operation, input: &Value) -> Value {
    let prepared = build(operation, &bytes(input), &Options::default()).map_err(|report| report.to_json()).unwrap();
    match (prepared.request.body, prepared.form) {
        (Some(body), None) => serde_json::from_slice(&body).unwrap(),
        (None, Some(form)) => members(operation, &form),
        (body, form) => {
            assert!(body.is_none() && form.is_none(), "a body or a form");
            Value::Null
        }
    }
}

/// The members of a form: its fields, and the file's name under the member that holds it. The form itself, framed, says
/// the same.
fn members(operation: &'static Operation, form: &Form) -> Value {
    let Body::Multipart { file, name } = operation.body else { panic!("{} sends no form", operation.name) };
    assert_eq!(form.file, file);
    let head = String::from_utf8(form.frame("b", "text/plain").head).unwrap();
    let mut expected = String::new();
    let mut members = serde_json::Map::new();
    for (field, value) in &form.fields {
        expected += &format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        members.insert((*field).into(), value.as_str().into());
    }
    let escaped = form.file_name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    expected += &format!("--b\r\nContent-Disposition: form-data; name=\"{file}\"; filename=\"{escaped}\"\r\n");
    assert_eq!(head, expected + "Content-Type: text/plain\r\n\r\n");
    members.insert(name.into(), form.file_name.as_str().into());
    Value::Object(members)
}

/// What has to be sent for an input: nothing for a read, no member that goes elsewhere, and a form without its file, which does not pass through here.
fn to_send(operation: &'static Operation, input: &Value) -> Value {
    match operation.body {
        Body::None => Value::Null,
        Body::Json => {
            let is_sent = |name: &str| match operation.input.find(name) {
                Some(slot) => operation.input.fields[slot.index].position == Position::Body,
                None => true,
            };
            let members = input.as_object().unwrap().iter().filter(|(name, _)| is_sent(name));
            Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect())
        }
        Body::Multipart { file, .. } => {
            let mut members = input.clone();
            members.as_object_mut().unwrap().remove(file).unwrap();
            members
        }
    }
}

#[test]
fn every_operation_has_examples() {
    for operation in OPERATIONS {
        assert!(!examples(operation.name).is_empty(), "{}", operation.name);
    }
}

#[test]
fn vendors_requests_validate_and_build_to_the_same_value() {
    let mut failed = Vec::new();
    for operation in OPERATIONS {
        for (name, example) in examples(operation.name) {
            let report = validate(operation, &bytes(&example.input), Mode::Strict);
            assert!(report.ok(), "{name}: {}", report.to_json());
            compare(&name, &report.issues, &example.issues, &mut failed);
            assert_eq!(built(operation, &example.input), to_send(operation, &example.input), "{name}");
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn vendors_responses_read_to_the_same_value() {
    for operation in OPERATIONS {
        for (name, Example { input, response, test_mode, .. }) in examples(operation.name) {
            let answer = Response { status: response.status, headers: Vec::new(), body: bytes(&response.body) };
            let input = bytes(&input);
            let context = Context { input: Some(&input), test_mode: Some(test_mode), now_ms: None };
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
            compare(&label, &report.issues, &case.issues, &mut failed);
            for issue in &report.issues {
                for value in issue.code.message().split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                    let message = issue.message();
                    assert!(!message.contains(&format!("{{{value}}}")), "{label}: {value} is not filled in: {message}");
                }
            }
            if let Some(change) = &case.body {
                let mut body = input.clone();
                json_patch::patch(&mut body, change).unwrap();
                assert_eq!(built(operation, &input), to_send(operation, &body), "{label}");
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn texts_that_json_readers_trip_over() {
    let mut failed = Vec::new();
    for operation in OPERATIONS {
        let cases: Vec<Raw> = load(&folder().join(operation.name).join("text.json")).unwrap_or_default();
        for case in cases {
            let bytes = match (&case.text, &case.base64) {
                (Some(text), None) => text.as_bytes().to_vec(),
                (None, Some(base64)) => Base64::decode_vec(base64).unwrap(),
                _ => panic!("{}: text or base64", case.note),
            };
            let report = validate(operation, &bytes, Mode::Strict);
            compare(&case.note, &report.issues, &case.issues, &mut failed);
            let built = build(operation, &bytes, &Options::default());
            assert_eq!(built.is_ok(), report.ok(), "{}", case.note);
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn bodies_are_canonical() {
    for operation in OPERATIONS {
        let cases: Vec<Canonical> = load(&folder().join(operation.name).join("canonical.json")).unwrap_or_default();
        for case in cases {
            for text in [&case.text, &case.body] {
                let prepared =
                    build(operation, text.as_bytes(), &Options::default()).map_err(|report| report.to_json());
                let body = prepared.unwrap().request.body.unwrap();
                assert_eq!(String::from_utf8(body).unwrap(), case.body, "{}", case.note);
            }
        }
    }
}

/// Whether `found` holds everything that `expected` does.
fn holds(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().all(|(name, value)| found.get(name).is_some_and(|found| holds(found, value)))
        }
        (found, expected) => found == expected,
    }
}

#[test]
fn answers_mean_what_they_mean() {
    for operation in OPERATIONS {
        let examples = examples(operation.name);
        let cases: Vec<Meant> = load(&folder().join(operation.name).join("answers.json")).unwrap_or_default();
        assert!(!cases.is_empty());
        for case in cases {
            let label = format!("{} {} {:?}", case.note, case.status, case.body);
            let sent = case.of.as_ref().map(|of| {
                let (_, example) = examples.iter().find(|(name, _)| name == of).unwrap();
                bytes(&example.input)
            });
            let answer = Response { status: case.status, headers: case.headers, body: case.body.into_bytes() };
            let context = Context { input: sent.as_deref(), test_mode: case.test_mode, now_ms: case.now };
            let outcome = outcome::read(operation, &answer, &context);
            let mut expected = case.outcome;
            let done = expected.as_object_mut().unwrap().remove("done");
            let issues = expected.as_object_mut().unwrap().get("issues").cloned();
            if let (Outcome::Ok { issues: found, value }, Some(issues)) = (&outcome, &issues) {
                let mut failed = Vec::new();
                compare(&label, found, &serde_json::from_value::<Vec<_>>(issues.clone()).unwrap(), &mut failed);
                assert!(failed.is_empty(), "{}", failed.join("\n"));
                assert_eq!(*value, answer.body, "{label}");
                expected.as_object_mut().unwrap().remove("issues");
            } else if let Outcome::Ok { issues, .. } = &outcome {
                assert!(issues.is_empty(), "{label}: {issues:?}");
            }
            let found: Value = serde_json::from_slice(&outcome.to_json()).unwrap();
            assert!(holds(&found, &expected), "{label}\n  found    {found}\n  expected {expected}");
            assert_eq!(found.get("retry"), expected.get("retry"), "{label}");
            if let Some(done) = done {
                assert_eq!(Value::Bool(outcome.is_done(operation)), done, "{label}");
            }
        }
    }
}

#[test]
fn previews() {
    let cases: Vec<Merged> = load(&folder().join("merge.json")).unwrap();
    let mut failed = Vec::new();
    for case in cases {
        let mut about = case.input;
        let recipients = about.as_object_mut().unwrap().remove("recipients").unwrap();
        let preview = merge(&bytes(&about), &bytes(&recipients), Mode::Lenient);
        assert_eq!(preview.texts().collect::<Vec<_>>(), case.texts, "{}", case.note);
        compare(&case.note, &preview.issues, &case.issues, &mut failed);
        if let Some(mut expected) = case.spans {
            let mut spans: Vec<_> = preview.issues.iter().filter_map(span).collect();
            spans.sort();
            expected.sort();
            assert_eq!(spans, expected, "{}", case.note);
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// An issue's code and the part of a text that it is about.
fn span(issue: &Issue) -> Option<(String, i64, i64)> {
    let number = |name| {
        issue.params.iter().find_map(|(param, value)| match value {
            Param::Number(number) if *param == name => Some(*number),
            _ => None,
        })
    };
    Some((String::from(issue.code.name()), number("start")?, number("end")?))
}
