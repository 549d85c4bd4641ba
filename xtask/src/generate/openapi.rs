//! The gateway's OpenAPI 3.1 document.

use edgepost_core::operation::{Body, NOTHING, OPERATIONS, Operation, Repeat};
use edgepost_core::outcome::Advice;
use edgepost_core::report::Code;
use edgepost_core::schema::{Object, Position};
use serde_json::{Map, Value, json};

use super::json_schema::{self, Side};

mod hooks;
mod ledger;
mod pay;

const REFS: &str = "#/components/schemas/";

/// The whole document.
pub fn document() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = format!("/{}{}", operation.provider.name, operation.path);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[operation.method.name().to_lowercase()] = proxied(operation);
        paths.insert(format!("/validate/{}", operation.name), validate(operation));
    }
    hooks::add(&mut paths);
    ledger::add(&mut paths);
    pay::add(&mut paths);
    paths.insert("/healthz".into(), health());
    paths.insert(
        "/openapi.json".into(),
        json!({ "get": {
        "operationId": "openapi", "summary": "This document.",
        "responses": { "200": { "description": "OpenAPI 3.1.", "content": { "application/json": {} } } },
    } }),
    );
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Edgepost gateway",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Proxies letter and payment providers; the keys stay on the server. A provider's answer comes \
                through with its own status and body and `Edgepost-Source: provider`, a replayed one with `ledger`. \
                The gateway's own refusals are problems (RFC 9457) with `Edgepost-Source: gateway`.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": { "schemas": schemas(), "responses": responses(), "headers": headers(), "securitySchemes": {
            "grant": {
                "type": "apiKey", "in": "header", "name": "Edgepost-Grant",
                "description": "The Edgepost-Order-Grant that the mint returned: reads that one order, for 14 days.",
            },
        } },
    })
}

fn schemas() -> Value {
    let mut schemas = Map::new();
    let mut outputs = Vec::new();
    for operation in OPERATIONS {
        super::collect(operation.output, &mut outputs);
    }
    for object in super::objects() {
        let is_output = outputs.iter().any(|output| std::ptr::eq(*output, object));
        let side = if is_output { Side::Output } else { Side::Input };
        schemas.insert(object.name.into(), json_schema::schema(object, side, REFS));
    }
    let names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
    let advice: Vec<_> = Advice::ALL.iter().map(|advice| advice.name()).collect();
    let extra = json!({
        "Issue": {
            "type": "object", "required": ["path", "code", "severity", "message"],
            "properties": {
                "path": { "type": "string", "description": "RFC 6901 JSON Pointer into the input; empty for the whole." },
                "code": { "enum": names },
                "severity": { "enum": ["error", "warning", "info"] },
                "message": { "type": "string" },
                "params": { "type": "object", "description": "The values of the message." },
                "hint": { "type": "string", "description": "How to mend it." },
                "fix": { "type": "array", "description": "RFC 6902 patch that mends it.", "items": { "type": "object" } },
                "rule": { "type": "string", "description": "The id in docs/rules.md." },
            },
        },
        "Report": {
            "type": "object", "required": ["ok", "operation", "issues"],
            "properties": {
                "ok": { "type": "boolean", "description": "No issue is an error." },
                "operation": { "type": "string" },
                "issues": { "type": "array", "items": { "$ref": "#/components/schemas/Issue" } },
            },
        },
        "Problem": {
            "type": "object", "required": ["type", "title", "status", "detail", "code"],
            "properties": {
                "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
                "detail": { "type": "string" }, "code": { "type": "string" },
                "issues": { "type": "array", "items": { "$ref": "#/components/schemas/Issue" } },
                "retry": {
                    "type": "object", "required": ["advice"],
                    "properties": { "advice": { "enum": advice }, "afterMs": { "type": "integer" } },
                },
                "ledger": { "$ref": "#/components/schemas/Entry" },
            },
        },
        "Entry": ledger::entry(),
    });
    if let Value::Object(extra) = extra {
        schemas.extend(extra);
    }
    schemas.into()
}

fn responses() -> Value {
    json!({
        "Problem": {
            "description": "The gateway's own refusal, or the provider's in the provider's own shape; Edgepost-Source tells.",
            "headers": { "Edgepost-Source": { "$ref": "#/components/headers/Edgepost-Source" } },
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        },
    })
}

fn headers() -> Value {
    json!({
        "Edgepost-Source": { "description": "Who speaks.", "schema": { "enum": ["provider", "ledger", "gateway"] } },
        "Edgepost-Operation": { "description": "The operation's name.", "schema": { "type": "string" } },
        "Edgepost-Rules": { "description": "A hash of the rule set.", "schema": { "type": "string" } },
        "Edgepost-Replayed": { "description": "true where the ledger answers again.", "schema": { "const": "true" } },
        "Edgepost-Order-Grant": { "description": "JWT with which this order can be read.", "schema": { "type": "string" } },
    })
}

fn proxied(operation: &Operation) -> Value {
    let mut parameters: Vec<_> = operation
        .input
        .fields
        .iter()
        .filter(|field| matches!(field.position, Position::Path | Position::Query))
        .map(|field| {
            json!({
                "name": field.name, "in": if field.position == Position::Path { "path" } else { "query" },
                "required": field.required, "description": field.doc, "schema": { "type": "string" },
            })
        })
        .collect();
    let mut answer_headers = json!({});
    for name in ["Edgepost-Source", "Edgepost-Operation", "Edgepost-Rules"] {
        answer_headers[name] = json!({ "$ref": format!("#/components/headers/{name}") });
    }
    if operation.draws_key() {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "22 to 140 printable ASCII characters that nobody can guess, once for each order: crypto.randomUUID().",
            "schema": { "type": "string", "minLength": 22, "maxLength": 140 },
        }));
    }
    let is_kept = operation.draws_key() || !operation.key.is_empty();
    let is_made = operation.repeat == Repeat::IdempotencyKey || operation.order_at() == Some(Position::Body);
    for (name, is_there) in [("Edgepost-Replayed", is_kept), ("Edgepost-Order-Grant", is_made)] {
        if is_there {
            answer_headers[name] = json!({ "$ref": format!("#/components/headers/{name}") });
        }
    }
    let mut described = json!({
        "operationId": operation.name,
        "summary": operation.doc,
        "externalDocs": { "url": operation.source },
        "parameters": parameters,
        "responses": {
            "2XX": {
                "description": "The provider's answer.", "headers": answer_headers,
            },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    });
    if !std::ptr::eq(operation.output, &NOTHING) {
        described["responses"]["2XX"]["content"] =
            json!({ "application/json": { "schema": reference(operation.output) } });
    }
    described["security"] = match operation.may_be_public {
        true => json!([{}, { "grant": [] }]),
        false => json!([{ "grant": [] }]),
    };
    let content = match operation.body {
        Body::None => return described,
        Body::Json => json!({ "application/json": { "schema": reference(operation.input) } }),
        Body::Multipart { .. } => json!({ "multipart/form-data": { "schema": form(operation) } }),
    };
    described["requestBody"] = json!({ "required": true, "content": content });
    described
}

/// The form that an operation takes: its fields, and the file behind them.
fn form(operation: &Operation) -> Value {
    let Body::Multipart { file, name } = operation.body else { return json!({}) };
    let mut properties = json!({});
    for field in operation.input.fields.iter().filter(|field| field.name != name) {
        properties[field.name] = match field.name == file {
            true => json!({ "type": "string", "format": "binary", "description": field.doc }),
            false => json!({ "type": "string", "description": field.doc }),
        };
    }
    let required: Vec<_> =
        operation.input.fields.iter().map(|field| field.name).filter(|field| *field != name).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn validate(operation: &Operation) -> Value {
    json!({ "post": {
        "operationId": format!("validate {}", operation.name),
        "summary": format!("Checks the input of {} without calling anybody.", operation.name),
        "requestBody": { "required": true, "content": { "application/json": { "schema": reference(operation.input) } } },
        "responses": {
            "200": {
                "description": "The report; `ok` says whether the input can be sent.",
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Report" } } },
            },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    } })
}

fn health() -> Value {
    json!({ "get": {
        "operationId": "health",
        "summary": "Which providers are configured, never with what.",
        "responses": {
            "200": { "description": "Serving.", "content": { "application/json": { "schema": {
                "title": "Health", "type": "object", "required": ["ok", "mode", "providers"],
                "properties": {
                    "ok": { "const": true }, "mode": { "enum": ["test", "live"] },
                    "providers": { "type": "array", "items": { "type": "string" } },
                },
            } } } },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    } })
}

fn reference(object: &Object) -> Value {
    json!({ "$ref": format!("{REFS}{}", object.name) })
}
