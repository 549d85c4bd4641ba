//! Any text as a template, and any values: lines of the input in turn. What is counted is what is merged.
#![no_main]

use std::collections::BTreeMap;

use edgepost_core::pieterpost::merge;
use edgepost_core::report::{Code, Issue, Param};
use edgepost_core::schema::Mode;
use edgepost_core::template::is_variable;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// PP-047 and PP-062, in UTF-16 code units.
const LIMITS: [(&str, usize); 2] = [("letter", 6_000), ("postcard", 400)];

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    // What comes after U+001F is not a part of the template: pairs of names and values, and the recipient's name.
    let mut parts = text.split('\u{1f}');
    let template = parts.next().unwrap_or_default();
    let name = parts.next().unwrap_or("Ada Lovelace");
    let rest: Vec<_> = parts.collect();
    let fields: BTreeMap<_, _> = rest.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    for (kind, limit) in LIMITS {
        let input = json!({
            "template": template,
            "recipients": [{ "name": name, "customFields": fields }, {}],
            "requestType": kind,
        });
        let preview = merge(input.to_string().as_bytes(), Mode::Lenient);
        assert!(serde_json::from_str::<Value>(&preview.to_json()).is_ok());
        assert_eq!(preview.texts.len(), 2);
        for (index, merged) in preview.texts.iter().enumerate() {
            counted(&preview.issues, &format!("/recipients/{index}"), merged, limit);
        }
        nothing_to_fill(template, &preview.texts[1], &preview.issues);
        // Whatever is blank for somebody or missing has a name that a variable can have.
        for issue in preview.issues.iter().filter(|issue| issue.code == Code::UnresolvedPlaceholder) {
            assert!(text_of(issue, "variable").is_some_and(is_variable), "{issue:?}");
        }
    }
});

/// The length that is told, without merging, is the length of the merged text; and it is told exactly where it is over.
fn counted(issues: &[Issue], path: &str, merged: &str, limit: usize) {
    let told = issues.iter().find(|issue| issue.path == path && issue.code == Code::MessageWillBeTruncated);
    let units = merged.encode_utf16().count();
    let is_full = issues.last().is_some_and(|last| last.code == Code::TooManyIssues);
    assert!(told.is_some() == (units > limit) || is_full, "{units} units: {told:?}");
    if let Some(issue) = told {
        assert_eq!(number_of(issue, "actual"), Some(units as i64));
        assert_eq!(number_of(issue, "characters"), Some(merged.chars().count() as i64));
    }
}

/// For somebody of whom nothing is known the template stays as it is, but for spaces inside of braces.
fn nothing_to_fill(template: &str, merged: &str, issues: &[Issue]) {
    if issues.iter().all(|issue| issue.code != Code::SpacedPlaceholder && issue.code != Code::TooManyIssues) {
        assert_eq!(merged, template);
    }
}

fn text_of<'i>(issue: &'i Issue, name: &str) -> Option<&'i str> {
    issue.params.iter().find_map(|(param, value)| match value {
        Param::Text(text) if *param == name => Some(text.as_str()),
        _ => None,
    })
}

fn number_of(issue: &Issue, name: &str) -> Option<i64> {
    issue.params.iter().find_map(|(param, value)| match value {
        Param::Number(number) if *param == name => Some(*number),
        _ => None,
    })
}
