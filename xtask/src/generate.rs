//! Everything that comes from the operation tables: types, schemas, the OpenAPI document, reference pages.

pub mod json_schema;
pub mod openapi;
pub mod reference;
pub mod rules;
pub mod typescript;

use anyhow::Result;
use edgepost_core::operation::{OPERATIONS, Repeat};
use edgepost_core::schema::{Object, Position, Shape};
use serde_json::{Map, json};

use self::json_schema::Side;
use crate::project::write;

/// All objects that the operations use, each before those that need it, and each once.
pub fn objects() -> Vec<&'static Object> {
    let mut found = Vec::new();
    for operation in OPERATIONS {
        collect(operation.input, &mut found);
        collect(operation.output, &mut found);
    }
    found
}

fn collect(object: &'static Object, found: &mut Vec<&'static Object>) {
    if found.iter().any(|known| std::ptr::eq(*known, object)) {
        return;
    }
    for field in object.fields {
        collect_shape(field.shape, found);
    }
    found.push(object);
}

fn collect_shape(shape: &Shape, found: &mut Vec<&'static Object>) {
    match shape {
        Shape::Object(object) | Shape::TextOr(_, object) => collect(object, found),
        Shape::List(item, _) => collect_shape(item, found),
        Shape::Map(value, _, _) => collect_shape(value, found),
        Shape::Nullable(inner) => collect_shape(inner, found),
        Shape::Text(_)
        | Shape::Flag
        | Shape::Integer
        | Shape::Count(_)
        | Shape::Amount(_)
        | Shape::File
        | Shape::Scalar(_)
        | Shape::Any => {}
    }
}

/// Writes the sources of the npm package and the Worker that come from the tables.
pub fn write_sources() -> Result<()> {
    let rules = edgepost_core::rules::hash();
    let types =
        format!("{}\n/** A hash of the rule set. */\nexport const rules = \"{rules}\";\n", typescript::module());
    write("npm/src/generated/types.ts", &types)?;
    write("npm/src/generated/describe.ts", &described()?)?;
    write("target/generated/openapi.json", &serde_json::to_string(&openapi::document())?)
}

/// Writes the reference pages.
pub fn write_docs() -> Result<()> {
    for (file, text) in docs()? {
        write(&file, &text)?;
        println!("{file}");
    }
    Ok(())
}

/// The reference pages: file and text.
pub fn docs() -> Result<Vec<(String, String)>> {
    let mut docs = vec![("docs/codes.md".into(), reference::codes()), ("docs/rules.md".into(), rules::page()?)];
    let mut providers: Vec<_> = OPERATIONS.iter().map(|operation| operation.provider.name).collect();
    providers.dedup();
    for provider in providers {
        docs.push((format!("docs/{provider}.md"), reference::provider(provider)));
    }
    Ok(docs)
}

/// The module behind `edgepost/describe`.
fn described() -> Result<String> {
    let mut all = Map::new();
    for operation in OPERATIONS {
        let repeat = match operation.repeat {
            Repeat::Read => "read",
            Repeat::IdempotencyKey => "idempotency_key",
            Repeat::SameBytes => "same_bytes",
            Repeat::SameEffect => "same_effect",
            Repeat::CheckFirst => "check_first",
            Repeat::Never => "never",
            Repeat::ByHand => "by_hand",
        };
        let members = |position: Position| -> Vec<_> {
            let fields = operation.input.fields.iter().filter(|field| field.position == position);
            fields.map(|field| field.name).collect()
        };
        let info = json!({
            "name": operation.name,
            "doc": operation.doc,
            "source": operation.source,
            "method": operation.method.name(),
            "path": operation.path,
            "pathMembers": members(Position::Path),
            "queryMembers": members(Position::Query),
            "asideMembers": members(Position::Aside),
            "repeat": repeat,
            "input": json_schema::document(operation.input, Side::Input),
            "output": json_schema::document(operation.output, Side::Output),
        });
        all.insert(operation.name.into(), info);
    }
    Ok(format!(
        "// Made from the operation tables by `cargo xtask`. Do not edit.\nimport type {{ OperationInfo }} from \
         \"../describe.js\";\nimport type {{ OperationName }} from \"../types.js\";\n\nexport const described: \
         Record<OperationName, OperationInfo> = {};\n",
        serde_json::to_string_pretty(&all)?
    ))
}
