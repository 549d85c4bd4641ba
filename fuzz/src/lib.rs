//! What several fuzz targets ask of the core.

use std::collections::BTreeMap;

use edgepost_core::operation::Operation;
use edgepost_core::prepare::{Options, Prepared, build, validate};
use edgepost_core::report::{Change, Issue, Report};
use edgepost_core::schema::{Mode, Position};
use serde_json::Value;
use serde_json::value::RawValue;

/// Whether bytes are JSON, whatever the size of its numbers.
pub fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

/// A report is JSON, has 500 errors, as many other issues and a last one at the most, and does not grow faster than its
/// input.
pub fn bounded(report: &Report, input: &[u8]) {
    let written = report.to_json();
    assert!(is_json(written.as_bytes()), "{written}");
    assert!(report.issues.len() <= 1_001, "{} issues", report.issues.len());
    // An object of two bytes may lack a dozen members.
    assert!(report.issues.len() <= 16 + 6 * input.len(), "{} issues of {} bytes", report.issues.len(), input.len());
    // A value stands in the message, the params and the fix, with six bytes for one that has to be escaped.
    let most = 4_000 + 1_000 * report.issues.len() + 40 * input.len() + (1 << 20);
    assert!(written.len() <= most, "{} bytes of report for {} bytes", written.len(), input.len());
    for issue in &report.issues {
        assert!(!issue.message().is_empty() && (issue.path.is_empty() || issue.path.starts_with('/')), "{issue:?}");
    }
}

/// Validates and builds in both modes: they agree, and what is built is canonical.
pub fn judged(operation: &'static Operation, input: &[u8]) -> Report {
    let reports = [Mode::Strict, Mode::Lenient].map(|mode| {
        let report = validate(operation, input, mode);
        bounded(&report, input);
        match build(operation, input, &Options { mode, ..Options::default() }) {
            Ok(prepared) => {
                assert!(report.ok(), "built what is not valid: {}", report.to_json());
                built(operation, input, mode, prepared);
            }
            Err(refused) => assert_eq!(refused.issues, report.issues),
        }
        report
    });
    let [strict, lenient] = reports;
    assert!(!strict.ok() || lenient.ok(), "a preview is stricter: {}", lenient.to_json());
    strict
}

fn built(operation: &'static Operation, input: &[u8], mode: Mode, prepared: Prepared) {
    let unmarked = input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input);
    assert!(is_json(unmarked), "built what is not JSON");
    assert!(prepared.request.url.bytes().all(|byte| byte.is_ascii_graphic()), "{}", prepared.request.url);
    let Some(body) = prepared.request.body else { return };
    assert!(is_json(&body), "{}", String::from_utf8_lossy(&body));
    let whole = with_aside(operation, unmarked, &body);
    let again = build(operation, &whole, &Options { mode, ..Options::default() });
    let again = again.map_err(|report| report.to_json()).unwrap().request.body;
    assert_eq!(again.as_deref(), Some(&*body), "canonical bytes are not");
}

/// A body with the members of its input that go elsewhere, into the path for one.
fn with_aside(operation: &Operation, input: &[u8], body: &[u8]) -> Vec<u8> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(input).unwrap();
    let aside = operation.input.fields.iter().filter(|field| field.position != Position::Body);
    let mut whole = Vec::from(b"{");
    for (name, value) in aside.filter_map(|field| Some((field.name, members.get(field.name)?))) {
        whole.extend_from_slice(format!("\"{name}\":{},", value.get()).as_bytes());
    }
    match body {
        b"{}" if whole.ends_with(b",") => whole.pop().map_or((), |_| whole.push(b'}')),
        _ => whole.extend_from_slice(&body[1..]),
    }
    whole
}

/// Goes through with an issue's fix; `false` where it has none.
pub fn mended(input: &mut Value, issue: &Issue) -> bool {
    for change in &issue.fix {
        let Change::Replace { path, value } = change else { return false };
        let Some(place) = input.pointer_mut(path) else { return false };
        *place = serde_json::from_str(value).unwrap();
    }
    !issue.fix.is_empty()
}
