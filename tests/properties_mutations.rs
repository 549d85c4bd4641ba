//! Whatever one mutation of a valid input breaks is told, exactly: the path, code, severity and rule that the table names,
//! and beside it nothing but what [`follows_from`] lists.

use std::cell::RefCell;
use std::collections::BTreeMap;

use edgepost_core::operation::{OPERATIONS, Operation};
use edgepost_core::prepare::{Options, build, validate};
use edgepost_core::report::Issue;
use edgepost_core::schema::Mode;
use edgepost_tests::generate::{Choices, Found, Mutation, follows_from, input, mutations, run, tapes};
use proptest::test_runner::TestCaseError;
use serde_json::Value;

/// How many mutations of one input are tried.
const TRIED: usize = 40;

fn found(issues: &[Issue]) -> Vec<Found> {
    issues.iter().map(Found::from).collect()
}

/// What is in `all` and not in `some`, as often as it is.
fn without(all: &[Found], some: &[Found]) -> Vec<Found> {
    let mut rest = some.to_vec();
    let is_new = |found: &&Found| match rest.iter().position(|known| known == *found) {
        Some(known) => {
            rest.swap_remove(known);
            false
        }
        None => true,
    };
    all.iter().filter(is_new).cloned().collect()
}

/// What is wrong with what is said about a mutation.
fn judge(operation: &'static Operation, bytes: &[u8], mutation: &Mutation, known: &[Found]) -> Result<(), String> {
    let report = validate(operation, bytes, Mode::Strict);
    let all = found(&report.issues);
    let missing = without(&mutation.expected, &all);
    let mut strange = without(&without(&all, known), &mutation.expected);
    strange.retain(|found| !follows_from(mutation.object, &mutation.holder, &mutation.member, found));
    if !missing.is_empty() || !strange.is_empty() {
        return Err(format!("expected as well {missing:?}, did not expect {strange:?}"));
    }
    if build(operation, bytes, &Options::default()).is_ok() != report.ok() {
        return Err("validate and build disagree".into());
    }
    report.issues.iter().filter(|issue| !issue.fix.is_empty()).try_for_each(|issue| mended(operation, bytes, issue))
}

/// Goes through with a fix: the issue is gone then.
fn mended(operation: &'static Operation, bytes: &[u8], issue: &Issue) -> Result<(), String> {
    let Ok(mut input) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) };
    // A reader that keeps one of two members, or rounds, does not see what is to be mended.
    if input.to_string().as_bytes() != bytes {
        return Ok(());
    }
    let mut written = String::new();
    issue.write(&mut written);
    let fix = serde_json::from_str::<Value>(&written).map(|mut issue| issue["fix"].take());
    let patch: json_patch::Patch =
        fix.and_then(serde_json::from_value).map_err(|error| format!("{error}: {written}"))?;
    json_patch::patch(&mut input, &patch).map_err(|error| format!("{error}: {written}"))?;
    let after = found(&validate(operation, input.to_string().as_bytes(), Mode::Strict).issues);
    let is_left = after.iter().any(|left| left.path == issue.path && left.code == issue.code.name());
    if is_left { Err(format!("the fix does not mend it: {written}")) } else { Ok(()) }
}

#[test]
fn one_mutation_is_told_exactly() {
    let mut kinds = BTreeMap::<_, usize>::new();
    for operation in OPERATIONS {
        let tried = RefCell::new(Vec::new());
        run(operation.name, 150, &(tapes(), tapes()), |(tape, order)| {
            let input = input(operation, &tape);
            let known = found(&validate(operation, input.to_string().as_bytes(), Mode::Strict).issues);
            let mut all = mutations(operation, &input, &known);
            let mut choices = Choices::new(&order);
            for _ in 0..TRIED.min(all.len()) {
                let mutation = all.swap_remove(choices.below(all.len()));
                let bytes = mutation.apply(&input);
                tried.borrow_mut().push(mutation.kind);
                judge(operation, &bytes, &mutation, &known).map_err(|fault| {
                    let shown = String::from_utf8_lossy(&bytes);
                    let Mutation { kind, holder, member, .. } = &mutation;
                    TestCaseError::fail(format!("{kind} at {holder}/{member}: {fault}\nin {shown}"))
                })?;
            }
            Ok(())
        });
        let tried = tried.into_inner();
        println!("{}: {} mutations", operation.name, tried.len());
        // Where there is nothing to say, only one too many can be said.
        let least = if operation.input.fields.is_empty() { 100 } else { 1_000 };
        assert!(tried.len() > least, "{}: {} mutations", operation.name, tried.len());
        tried.into_iter().for_each(|kind| *kinds.entry(kind).or_default() += 1);
    }
    println!("{kinds:?}");
    // A kind of mutation that nothing meets any more would go unnoticed.
    assert!(kinds.len() >= 26 && kinds.values().all(|times| *times >= 10), "{kinds:?}");
}
