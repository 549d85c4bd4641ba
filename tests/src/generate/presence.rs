//! Which members an object lacks, and which of them exclude each other: what the tables say about it, worked out from the
//! sets of names.

use edgepost_core::report::{Code, Issue};
use edgepost_core::rule::RuleId;
use edgepost_core::schema::{Field, Object, Weight};
use serde_json::{Map, Value};

use super::canonical::is_empty;

/// An issue, as far as tables speak of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Where.
    pub path: String,
    /// What, by name.
    pub code: &'static str,
    /// How bad, by name.
    pub severity: &'static str,
    /// Which rule; empty for none.
    pub rule: String,
}

impl Found {
    /// What strict mode makes of a finding of this weight.
    pub(super) fn new(weight: Weight, path: String, code: Code, rule: RuleId) -> Self {
        let severity = match weight {
            Weight::Error | Weight::Strict => "error",
            Weight::Warning => "warning",
            Weight::Info => "info",
        };
        Found { path, code: code.name(), severity, rule: rule.name() }
    }

    pub(super) fn error(path: String, code: Code, rule: RuleId) -> Self {
        Found::new(Weight::Error, path, code, rule)
    }
}

impl From<&Issue> for Found {
    fn from(issue: &Issue) -> Self {
        let (code, severity) = (issue.code.name(), issue.severity.name());
        Found { path: issue.path.clone(), code, severity, rule: issue.rule.name() }
    }
}

/// Adds a step to a pointer.
pub(super) fn child(pointer: &str, name: &str) -> String {
    edgepost_core::pointer::child(pointer.to_owned(), name)
}

/// Whether a member is there beside which unknown ones are errors.
pub(super) fn is_closed_by_a_member(object: &Object, members: &Map<String, Value>) -> bool {
    let closes = |(index, field): (usize, &Field)| {
        object.closed_by & 1 << index != 0 && members.get(field.name).is_some_and(|value| !value.is_null())
    };
    object.fields.iter().enumerate().any(closes)
}

/// What is missing from an object that stands at `pointer`, or does not go together in it.
pub(super) fn presence(object: &Object, members: &Map<String, Value>, pointer: &str) -> Vec<Found> {
    let is_filled = |name: &str| {
        let omits_empty = object.fields.iter().any(|field| field.name == name && field.omit_empty);
        members.get(name).is_some_and(|value| !(value.is_null() || omits_empty && is_empty(value)))
    };
    let missing = |name: &str, rule| Found::error(child(pointer, name), Code::MissingMember, rule);
    let required = object.fields.iter().filter(|field| field.required && !members.contains_key(field.name));
    let mut found: Vec<_> = required.map(|field| missing(field.name, field.rule)).collect();
    if let Some(choice) = &object.choice {
        let complete = choice.sets.iter().find(|set| set.iter().all(|name| is_filled(name)));
        let others = object.fields.iter().map(|field| field.name).filter(|name| {
            is_filled(name)
                && choice.sets.iter().any(|set| set.contains(name))
                && !complete.unwrap_or(&&[][..]).contains(name)
        });
        let begun = choice.sets.iter().filter(|set| set.iter().any(|name| is_filled(name)));
        let lacking: Vec<_> = begun.flat_map(|set| set.iter()).filter(|name| !is_filled(name)).collect();
        if complete.is_some() {
            let conflicting = others.take(usize::from(choice.exclusive));
            let conflict = |name| Found::error(child(pointer, name), Code::ConflictingMembers, choice.rule);
            found.extend(conflicting.map(conflict));
        } else if lacking.is_empty() {
            found.push(Found::error(child(pointer, choice.sets[0][0]), Code::MissingChoice, choice.rule));
        } else {
            found.extend(lacking.into_iter().map(|name| missing(name, choice.rule)));
        }
    }
    let strangers = members.keys().filter(|name| !object.fields.iter().any(|field| field.name == **name));
    for name in strangers.filter(|_| is_closed_by_a_member(object, members)) {
        found.push(Found::error(child(pointer, name), Code::UnexpectedMember, object.unknown));
    }
    let cases = object.tags.iter().filter_map(|tag| {
        let value = members.get(tag.member).and_then(Value::as_str);
        tag.cases.iter().find(|case| Some(case.value) == value).cloned()
    });
    for case in cases {
        found.extend(case.needs.iter().filter(|(name, _)| !is_filled(name)).map(|(name, rule)| missing(name, *rule)));
        for excluded in case.excludes.iter().filter(|excluded| is_filled(excluded.name)) {
            let code = if excluded.belongs.is_empty() { Code::ConflictingMembers } else { Code::MisplacedMember };
            found.push(Found::error(child(pointer, excluded.name), code, excluded.rule));
        }
    }
    found
}
