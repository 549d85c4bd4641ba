//! JSON Schema 2020-12 of the operations' inputs and outputs.
//!
//! Only what binds becomes a keyword; advice stands in the description. Lengths differ in one point: `maxLength` counts
//! Unicode code points, Edgepost UTF-16 code units.

use edgepost_core::operation::NOTHING;
use edgepost_core::schema::{Bound, Field, Format, Keys, Object, Shape, Text};
use serde_json::{Map, Value, json};

/// What the schema is for.
#[derive(Clone, Copy, PartialEq)]
pub enum Side {
    /// What a caller sends: enumerations are closed.
    Input,
    /// What a provider answers: enumerations are open.
    Output,
}

/// A schema that stands alone, with everything it refers to under `$defs`.
pub fn document(object: &'static Object, side: Side) -> Value {
    let mut defs = Map::new();
    let mut found = Vec::new();
    super::collect(object, &mut found);
    for other in found.into_iter().filter(|other| !std::ptr::eq(*other, object)) {
        defs.insert(other.name.into(), schema(other, side, "#/$defs/"));
    }
    let mut root = Map::new();
    root.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    if let Value::Object(members) = schema(object, side, "#/$defs/") {
        root.extend(members);
    }
    if !defs.is_empty() {
        root.insert("$defs".into(), defs.into());
    }
    root.into()
}

/// The schema of one object; others are referred to under `refs`.
pub fn schema(object: &Object, side: Side, refs: &str) -> Value {
    if std::ptr::eq(object, &NOTHING) {
        return json!({ "type": "null", "description": object.doc });
    }
    let mut members = Map::new();
    for field in object.fields {
        members.insert(field.name.into(), member(field, side, refs));
    }
    let required: Vec<_> = object.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = Map::new();
    schema.insert("title".into(), object.name.into());
    schema.insert("description".into(), object.doc.into());
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), members.into());
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    if let Some(choice) = object.choice.as_ref().filter(|_| side == Side::Input) {
        let sets: Vec<_> = choice.sets.iter().map(|set| json!({ "required": set })).collect();
        schema.insert(if choice.exclusive { "oneOf" } else { "anyOf" }.into(), sets.into());
    }
    if object.closed.is_some() && side == Side::Input {
        schema.insert("additionalProperties".into(), false.into());
    }
    if !object.tags.is_empty() && side == Side::Input {
        schema.insert("allOf".into(), cases(object));
    }
    schema.into()
}

fn cases(object: &Object) -> Value {
    let cases = object.tags.iter().flat_map(|tag| tag.cases.iter().map(move |case| (tag.member, case)));
    let cases = cases.map(|(tag, case)| {
        let needs: Vec<_> = case.needs.iter().map(|(name, _)| *name).collect();
        let excludes: Map<_, _> =
            case.excludes.iter().map(|misplaced| (misplaced.name.into(), Value::Bool(false))).collect();
        json!({
            "if": { "properties": { tag: { "const": case.value } }, "required": [tag] },
            "then": { "required": needs, "properties": excludes },
        })
    });
    cases.collect::<Vec<_>>().into()
}

fn member(field: &Field, side: Side, refs: &str) -> Value {
    let mut schema = shape(field.shape, side, refs);
    if let Some(members) = schema.as_object_mut() {
        let advice = advice(field.shape);
        members.insert("description".into(), format!("{}{advice}", field.doc).into());
    }
    schema
}

/// What a bound advises against, in words.
fn advice(shape: &Shape) -> String {
    match shape {
        Shape::Text(Text { bound, .. }) if !bound.binds() && bound.most < u32::MAX => {
            format!(" More than {} characters are advised against.", bound.most)
        }
        Shape::List(_, bound) | Shape::Map(_, bound, _) if !bound.binds() && bound.most < u32::MAX => {
            format!(" More than {} entries are advised against.", bound.most)
        }
        _ => String::new(),
    }
}

fn shape(shape_: &Shape, side: Side, refs: &str) -> Value {
    match shape_ {
        Shape::Text(text) => text_schema(text, side),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Integer => json!({ "type": "integer" }),
        Shape::Count(bound) | Shape::Amount(bound) => {
            let mut schema = json!({ "type": "integer" });
            bounds(&mut schema, bound, "minimum", "maximum", side);
            schema
        }
        Shape::File => json!({ "type": "integer", "description": "A file; in JSON its size in bytes." }),
        Shape::Scalar(_) => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Any => json!({}),
        Shape::List(item, bound) => {
            let mut schema = json!({ "type": "array", "items": shape(item, side, refs) });
            bounds(&mut schema, bound, "minItems", "maxItems", side);
            schema
        }
        Shape::Map(value, bound, keys) => {
            let mut schema = json!({ "type": "object", "additionalProperties": shape(value, side, refs) });
            bounds(&mut schema, bound, "minProperties", "maxProperties", side);
            if let Keys::Within(bound) = keys {
                let mut names = json!({});
                bounds(&mut names, bound, "minLength", "maxLength", side);
                if names != json!({}) {
                    schema["propertyNames"] = names;
                }
            }
            schema
        }
        Shape::Object(object) => json!({ "$ref": format!("{refs}{}", object.name) }),
        Shape::TextOr(text, object) => {
            json!({ "anyOf": [shape(&Shape::Text(**text), side, refs), shape(&Shape::Object(object), side, refs)] })
        }
        Shape::Nullable(inner) => json!({ "anyOf": [shape(inner, side, refs), { "type": "null" }] }),
    }
}

fn text_schema(text: &Text, side: Side) -> Value {
    let mut schema = json!({ "type": if text.or_integer { json!(["string", "integer"]) } else { json!("string") } });
    match text.format {
        Format::OneOf(values) if side == Side::Input => schema["enum"] = json!(values),
        Format::OneOf(values) | Format::Usually(values) => schema["examples"] = json!(values),
        Format::Filled if side == Side::Input => schema["pattern"] = json!("\\S"),
        Format::Id if side == Side::Input => schema["pattern"] = json!("[^\\s.]"),
        Format::PlainId if side == Side::Input => schema["pattern"] = json!("^[^/?#]*[^\\s./?#][^/?#]*$"),
        Format::Values if side == Side::Input => schema["pattern"] = json!(r#"^[^"\\]*[^\s"\\][^"\\]*$"#),
        Format::Uuid => schema["format"] = json!("uuid"),
        Format::Country => schema["pattern"] = json!("^[A-Z]{2}$"),
        Format::Currency => schema["pattern"] = json!("^[A-Z]{3}$"),
        Format::Date => schema["format"] = json!("date"),
        Format::Moment => schema["examples"] = json!(["2026-11-21T09:28:14Z", "2026-11-21"]),
        Format::Email => schema["format"] = json!("email"),
        Format::WebAddress(_) => schema["format"] = json!("uri"),
        Format::Free | Format::Filled | Format::Id | Format::PlainId | Format::Values => {}
    }
    bounds(&mut schema, &text.bound, "minLength", "maxLength", side);
    schema
}

fn bounds(schema: &mut Value, bound: &Bound, least: &str, most: &str, side: Side) {
    if side == Side::Input && bound.binds() {
        if bound.least > 0 {
            schema[least] = json!(bound.least);
        }
        if bound.most < u32::MAX {
            schema[most] = json!(bound.most);
        }
    }
}
