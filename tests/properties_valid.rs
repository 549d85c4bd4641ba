//! What the generators make as valid validates, builds and reads back, however it is spelled; and what is built is written
//! down for the tests in Node and Chromium, which build the same.

use std::path::Path;
use std::ptr;

use edgepost_core::digest;
use edgepost_core::file::media_type;
use edgepost_core::http::{Response, percent_decode};
use edgepost_core::multipart::boundary_of;
use edgepost_core::operation::{Body, NOTHING, OPERATIONS, Operation};
use edgepost_core::outcome::{self, Context, Outcome};
use edgepost_core::prepare::{Options, Prepared, build, validate};
use edgepost_core::schema::{Mode, Position, Shape};
use edgepost_tests::generate::{Choices, answer, canonical, input, query, run, spell, tapes};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

/// How many inputs Node and Chromium build.
const BUILT: usize = 2_000;

fn built(operation: &'static Operation, text: &str) -> Result<Prepared, TestCaseError> {
    let refused =
        |report: edgepost_core::report::Report| TestCaseError::fail(format!("{} for {text}", report.to_json()));
    build(operation, text.as_bytes(), &Options::default()).map_err(refused)
}

#[test]
fn whatever_is_made_as_valid_is_taken_and_built_to_the_same_value() {
    for operation in OPERATIONS {
        run(operation.name, 400, &tapes(), |tape| {
            let input = input(operation, &tape);
            let text = input.to_string();
            for mode in [Mode::Strict, Mode::Lenient] {
                let report = validate(operation, text.as_bytes(), mode);
                prop_assert!(report.ok(), "{mode:?} {} for {text}", report.to_json());
            }
            let prepared = built(operation, &text)?;
            let expected = canonical(&Shape::Object(operation.input), &input);
            match operation.body {
                Body::Json => {
                    let body = String::from_utf8(prepared.request.body.unwrap()).unwrap();
                    prop_assert_eq!(&body, &expected.to_string());
                    let again = built(operation, &with_the_rest(operation, &input, &body))?.request.body.unwrap();
                    prop_assert_eq!(body.into_bytes(), again);
                }
                Body::None => prop_assert_eq!(prepared.request.body, None),
                Body::Multipart { file, name } => {
                    let form = prepared.form.unwrap();
                    let mut fields: Vec<_> = form.fields.iter().map(|(name, value)| (*name, json!(value))).collect();
                    fields.push((name, json!(form.file_name)));
                    fields.push((form.file, expected[file].clone()));
                    for (name, value) in fields {
                        prop_assert_eq!(&expected[name], &value);
                    }
                }
            }
            Ok(())
        });
    }
}

/// A body with those members of its input that went elsewhere.
fn with_the_rest(operation: &'static Operation, input: &Value, body: &str) -> String {
    let mut whole = String::from("{");
    for field in operation.input.fields.iter().filter(|field| field.position != Position::Body) {
        if let Some(value) = input.get(field.name) {
            whole += &format!("{}:{value},", json!(field.name));
        }
    }
    let rest = body.strip_prefix('{').unwrap();
    if rest == "}" { whole.trim_end_matches(',').to_owned() + rest } else { whole + rest }
}

#[test]
fn path_and_query_hold_what_was_given() {
    for operation in OPERATIONS {
        run(operation.name, 200, &tapes(), |tape| {
            let input = input(operation, &tape);
            let url = built(operation, &input.to_string())?.request.url;
            let target = url.strip_prefix(operation.provider.hosts.test).unwrap();
            let (path, asked) = target.split_once('?').unwrap_or((target, ""));
            let pieces: Vec<_> = path.split('/').map(|piece| percent_decode(piece).unwrap()).collect();
            let given = query(operation.input, &input, Position::Path);
            let expected = operation.path.split('/').map(|piece| {
                let variable = piece.strip_prefix('{').and_then(|piece| piece.strip_suffix('}'));
                let value = variable.and_then(|name| given.iter().find(|(given, _)| *given == name));
                value.map_or(piece.to_owned(), |(_, value)| value.clone())
            });
            prop_assert_eq!(pieces, expected.collect::<Vec<_>>());
            let pairs = asked.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap());
            let pairs: Vec<_> = pairs.map(|(name, value)| (name, percent_decode(value).unwrap())).collect();
            prop_assert_eq!(pairs, query(operation.input, &input, Position::Query));
            Ok(())
        });
    }
}

#[test]
fn spelling_changes_nothing() {
    for operation in OPERATIONS {
        run(operation.name, 300, &(tapes(), tapes()), |(tape, spelling)| {
            let input = input(operation, &tape);
            let plain = input.to_string();
            let spelled = spell(operation.input, &input, &mut Choices::new(&spelling));
            let (one, other) = (built(operation, &plain)?, built(operation, &spelled)?);
            prop_assert_eq!(one.request.body, other.request.body, "{}", spelled);
            prop_assert_eq!(one.request.url, other.request.url);
            prop_assert_eq!(one.form, other.form);
            let in_any_order = |prepared: &[edgepost_core::report::Issue]| {
                let mut issues: Vec<_> = prepared.iter().map(|issue| format!("{issue:?}")).collect();
                issues.sort();
                issues
            };
            prop_assert_eq!(in_any_order(&one.issues), in_any_order(&other.issues), "{}", spelled);
            Ok(())
        });
    }
}

#[test]
fn an_answer_of_the_table_reads_back() {
    for operation in OPERATIONS {
        run(operation.name, 300, &(tapes(), tapes(), 200..300_u16), |(tape, spelling, status)| {
            let answer = answer(operation, &tape);
            let body = spell(operation.output, &answer, &mut Choices::new(&spelling)).into_bytes();
            let response = Response { status, headers: Vec::new(), body };
            match outcome::read(operation, &response, &Context::default()) {
                Outcome::Ok { value, issues } => {
                    let expected = if ptr::eq(operation.output, &NOTHING) { Value::Null } else { answer };
                    prop_assert_eq!(serde_json::from_slice::<Value>(&value).unwrap(), expected);
                    prop_assert!(issues.is_empty(), "{issues:?}");
                }
                other => return Err(TestCaseError::fail(format!("{other:?} for {answer}"))),
            }
            Ok(())
        });
    }
}

/// A member of an answer that is missing or of another type never makes a success a refusal: it is odd, or, where the
/// member proves that anything happened, unknown.
#[test]
fn an_answer_that_lacks_something_is_odd_or_unknown() {
    for operation in OPERATIONS {
        run(operation.name, 100, &tapes(), |tape| {
            let whole = answer(operation, &tape);
            for field in operation.output.fields.iter().filter(|field| field.required) {
                let path = format!("/{}", field.name);
                let without = |value: Option<Value>| {
                    let mut changed = whole.clone();
                    match value {
                        Some(value) => changed[field.name] = value,
                        None => drop(changed.as_object_mut().unwrap().shift_remove(field.name)),
                    }
                    let response =
                        Response { status: 201, headers: Vec::new(), body: changed.to_string().into_bytes() };
                    outcome::read(operation, &response, &Context::default())
                };
                let wrong = if matches!(field.shape, Shape::List(..)) { json!(true) } else { json!([[]]) };
                let takes_any = matches!(field.shape, Shape::Any);
                let changes = [(None, "missing_member"), (Some(wrong), "invalid_type")];
                for (value, code) in changes.into_iter().filter(|(value, _)| value.is_none() || !takes_any) {
                    match without(value) {
                        Outcome::Unknown { status: Some(201), .. } if operation.proof.contains(&field.name) => {}
                        Outcome::Ok { issues, .. } if !operation.proof.contains(&field.name) => {
                            let found: Vec<_> = issues.iter().map(|issue| (issue.code.name(), &issue.path)).collect();
                            prop_assert_eq!(found, vec![(code, &path)]);
                            prop_assert_eq!(issues[0].severity.name(), "warning");
                            prop_assert_eq!(issues[0].rule, field.rule);
                        }
                        other => return Err(TestCaseError::fail(format!("{}: {other:?}", field.name))),
                    }
                }
            }
            Ok(())
        });
    }
}

/// What is built of an input, with a file of hyphens where it stands for one: its address and the digest of its bytes.
fn built_elsewhere(operation: &'static Operation, text: &str, input: &Value) -> Value {
    let prepared = build(operation, text.as_bytes(), &Options::default()).map_err(|report| report.to_json()).unwrap();
    let bytes = match &prepared.form {
        None => prepared.request.body.unwrap_or_default(),
        Some(form) => {
            let file = vec![b'-'; usize::try_from(input[form.file].as_u64().unwrap()).unwrap()];
            let frame = form.frame(&boundary_of(&file), media_type(&file));
            [frame.head, file, frame.tail].concat()
        }
    };
    json!({
        "operation": operation.name,
        "input": text,
        "url": prepared.request.url,
        "digest": digest::field(&bytes),
    })
}

#[test]
fn what_is_built_here_is_written_down_for_node_and_chromium() {
    let mut runner = edgepost_tests::generate::runner(1);
    let mut cases = Vec::new();
    for index in 0..BUILT {
        let operation = OPERATIONS[index % OPERATIONS.len()];
        let (tape, spelling) = (tapes(), tapes()).new_tree(&mut runner).unwrap().current();
        let mut input = input(operation, &tape);
        if let Body::Multipart { file, .. } = operation.body {
            input[file] = (tape.len() + 1).into();
        }
        let text = spell(operation.input, &input, &mut Choices::new(&spelling));
        cases.push(built_elsewhere(operation, &text, &input));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/generated");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("builds.json"), Value::from(cases).to_string()).unwrap();
}
