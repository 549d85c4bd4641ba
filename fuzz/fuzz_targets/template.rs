//! Any text as a template, and any values: lines of the input in turn. What is counted is what is merged.
#![no_main]

use std::collections::BTreeMap;

use edgepost_core::pieterpost::merge;
use edgepost_core::report::{Code, Issue, Param};
use edgepost_core::schema::Mode;
use edgepost_core::words::is_variable;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

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
        let about = json!({ "template": template, "requestType": kind }).to_string();
        let recipients = json!([{ "name": name, "customFields": fields }, {}]).to_string();
        let preview = merge(about.as_bytes(), recipients.as_bytes(), Mode::Lenient);
        let texts: Vec<_> = preview.texts().collect();
        assert_eq!(texts.len(), 2);
        for (index, merged) in texts.iter().enumerate() {
            counted(&preview.issues, &format!("/recipients/{index}"), merged, limit);
        }
        // For somebody of whom nothing is known the template stays as it is.
        assert_eq!(texts[1], template);
        for issue in preview.issues.iter().filter(|issue| issue.path == "/template") {
            spanned(issue, template);
        }
        // Whatever is blank for somebody or missing has a name that a variable can have.
        for issue in preview.issues.iter().filter(|issue| issue.code == Code::UnresolvedPlaceholder) {
            assert!(text_of(issue, "variable").is_some_and(|name| is_variable(name.as_bytes())), "{issue:?}");
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

/// What is pointed at lies within the template, between characters.
fn spanned(issue: &Issue, template: &str) {
    let (Some(start), Some(end)) = (number_of(issue, "start"), number_of(issue, "end")) else { return };
    let units: Vec<_> = template.encode_utf16().collect();
    let pointed = units.get(start as usize..end as usize).map(String::from_utf16);
    let Some(Ok(pointed)) = pointed else { panic!("{start} to {end} of {}: {issue:?}", units.len()) };
    assert!(!pointed.is_empty(), "{issue:?}");
    if issue.code == Code::SpacedPlaceholder {
        assert!(pointed.starts_with("{{ ") || pointed.ends_with(" }}"), "{pointed}");
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
