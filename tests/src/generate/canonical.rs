//! What is sent for an input, worked out from the tables another way than the core does it.

use edgepost_core::schema::{Object, Position, Shape};
use serde_json::{Map, Value};

/// The canonical value: members in the table's order with unknown ones behind, nulls and empty optionals left out,
/// integers as text where text is meant, and nothing that goes into the path or the query.
pub fn canonical(shape: &Shape, value: &Value) -> Value {
    match (shape, value) {
        (Shape::Object(object) | Shape::TextOr(_, object), Value::Object(members)) => {
            members_of(object, members).into()
        }
        (Shape::List(item, _), Value::Array(items)) => items.iter().map(|entry| canonical(item, entry)).collect(),
        (Shape::Map(inner, ..), Value::Object(members)) => {
            let kept = members.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| (name.clone(), canonical(inner, value))).collect()
        }
        (Shape::Nullable(inner), value) => canonical(inner, value),
        (Shape::Text(text), Value::Number(number)) if text.or_integer => number.to_string().into(),
        (_, value) => value.clone(),
    }
}

fn members_of(object: &Object, members: &Map<String, Value>) -> Map<String, Value> {
    let mut kept = Map::new();
    for field in object.fields.iter().filter(|field| field.position == Position::Body) {
        if let Some(value) = members.get(field.name)
            && (!value.is_null() || matches!(field.shape, Shape::Nullable(_)))
            && !(field.omit_empty && is_empty(value))
        {
            kept.insert(field.name.into(), canonical(field.shape, value));
        }
    }
    let is_known = |name: &str| object.fields.iter().any(|field| field.name == name);
    kept.extend(members.iter().filter(|(name, _)| !is_known(name)).map(|(name, value)| (name.clone(), value.clone())));
    kept
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().all(char::is_whitespace),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The members that go into the path or the query, with the white space around them taken off.
pub fn query(object: &Object, input: &Value, position: Position) -> Vec<(&'static str, String)> {
    let fields = object.fields.iter().filter(|field| field.position == position);
    let value = |name: &str| match input.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.trim_ascii().to_owned()),
        other => Some(other.to_string()),
    };
    fields.filter_map(|field| Some((field.name, value(field.name)?))).collect()
}
