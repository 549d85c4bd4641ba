//! What filters let through. Which there are is in the core's tables (PO-074 to PO-077); what each does is here, once for
//! all lists: it looks at a thing as it is answered.

use std::cmp::Ordering;

use edgepost_core::schema::{Format, Shape, Text};
use regex_lite::{Regex, RegexBuilder};
use serde_json::Value;

use super::moment::{comparison, day_of, days, hour_of, micros, week_day_of};

/// One filter of a request.
pub(super) struct Filter {
    member: String,
    test: Test,
}

/// What a member has to be. What is null is nothing but null.
enum Test {
    Compare(fn(Ordering) -> bool, Asked),
    /// One of these.
    In(Vec<String>),
    IsNull(bool),
    /// The day of a moment, against days since 1970.
    Day(fn(Ordering) -> bool, i64),
    /// A part of a moment.
    Part(fn(&str, i64) -> Option<i64>, i64),
    /// The characters, or what a list has among its values.
    Contains(String),
    Text(fn(&str, &str) -> bool, String),
    /// The same, small letters and capitals being one.
    Folded(fn(&str, &str) -> bool, String),
    Pattern(Regex),
}

/// A value that was asked for.
enum Asked {
    Text(String),
    Number(i64),
    Flag(bool),
    Moment(i64),
}

impl Filter {
    /// The filter of this name, `member` or `member__lookup`; `None` for a value that it has no use for, such as a broken
    /// pattern. The core's tables have checked the name, and most of the values.
    pub(super) fn new(name: &str, shape: &Shape, value: &str) -> Option<Self> {
        let (member, lookup) = name.split_once("__").unwrap_or((name, ""));
        Some(Filter { member: member.to_owned(), test: Test::new(lookup, shape, value)? })
    }

    /// Whether a thing is let through.
    pub(super) fn lets(&self, thing: &Value) -> bool {
        member(thing, &self.member).and_then(|value| self.test.holds(value)).unwrap_or(false)
    }
}

/// The member of a thing that a filter or an ordering means.
pub(super) fn member<'v>(thing: &'v Value, name: &str) -> Option<&'v Value> {
    match name {
        // PO-077: the one that goes deeper.
        "last_response_code" => thing.pointer("/last_response/code"),
        name => thing.get(name),
    }
}

impl Test {
    fn new(lookup: &str, shape: &Shape, value: &str) -> Option<Self> {
        let text = || value.to_owned();
        if let Some(compares) = comparison(lookup) {
            return Some(Test::Compare(compares, asked(shape, value)?));
        }
        if let Some(compares) = lookup.strip_prefix("date").map(|rest| rest.trim_start_matches('_')) {
            return Some(Test::Day(comparison(compares)?, days(value)?));
        }
        Some(match lookup {
            "in" => Test::In(value.split(',').map(str::to_owned).collect()),
            "isnull" => Test::IsNull(value.parse().ok()?),
            "year" => Test::Part(|written, _| written.get(..4)?.parse().ok(), value.parse().ok()?),
            "month" => Test::Part(|written, _| written.get(5..7)?.parse().ok(), value.parse().ok()?),
            "day" => Test::Part(|written, _| written.get(8..10)?.parse().ok(), value.parse().ok()?),
            "week_day" => Test::Part(|_, micros| Some(week_day_of(micros)), value.parse().ok()?),
            "hour" => Test::Part(|_, micros| Some(hour_of(micros)), value.parse().ok()?),
            "contains" => Test::Contains(text()),
            "startswith" => Test::Text(|whole, start| whole.starts_with(start), text()),
            "endswith" => Test::Text(|whole, end| whole.ends_with(end), text()),
            "icontains" => Test::Folded(|whole, piece| whole.contains(piece), value.to_lowercase()),
            "istartswith" => Test::Folded(|whole, start| whole.starts_with(start), value.to_lowercase()),
            "iendswith" => Test::Folded(|whole, end| whole.ends_with(end), value.to_lowercase()),
            "regex" => Test::Pattern(Regex::new(value).ok()?),
            "iregex" => Test::Pattern(RegexBuilder::new(value).case_insensitive(true).build().ok()?),
            _ => return None,
        })
    }

    fn holds(&self, value: &Value) -> Option<bool> {
        Some(match self {
            Test::Compare(compares, asked) => compares(compared(value, asked)?),
            Test::In(any) => {
                let written = written(value)?;
                any.contains(&written)
            }
            Test::IsNull(expected) => value.is_null() == *expected,
            Test::Day(compares, expected) => compares(day_of(micros(value.as_str()?)?).cmp(expected)),
            Test::Part(part, expected) => part(value.as_str()?, micros(value.as_str()?)?)? == *expected,
            Test::Contains(asked) => match value.as_array() {
                Some(list) => asked.split(',').all(|piece| list.iter().any(|item| item == piece)),
                None => value.as_str()?.contains(asked.as_str()),
            },
            Test::Text(is, asked) => is(value.as_str()?, asked),
            Test::Folded(is, asked) => is(&value.as_str()?.to_lowercase(), asked),
            Test::Pattern(pattern) => pattern.is_match(value.as_str()?),
        })
    }
}

fn asked(shape: &Shape, value: &str) -> Option<Asked> {
    Some(match shape {
        Shape::Flag => Asked::Flag(value.parse().ok()?),
        Shape::Integer | Shape::Count(_) | Shape::Amount(_) => Asked::Number(value.parse().ok()?),
        Shape::Text(Text { format: Format::Moment, .. }) => Asked::Moment(micros(value)?),
        _ => Asked::Text(value.to_owned()),
    })
}

fn compared(value: &Value, asked: &Asked) -> Option<Ordering> {
    Some(match asked {
        Asked::Text(asked) => written(value)?.cmp(asked),
        Asked::Number(asked) => value.as_i64()?.cmp(asked),
        Asked::Flag(asked) => value.as_bool()?.cmp(asked),
        Asked::Moment(asked) => micros(value.as_str()?)?.cmp(asked),
    })
}

/// A value as a query writes it; a list with commas between.
fn written(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().map(written).collect::<Option<Vec<String>>>()?.join(","),
        _ => return None,
    })
}
