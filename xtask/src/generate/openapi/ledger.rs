//! The ledger's own paths, for operators.

use serde_json::{Map, Value, json};

/// Adds them.
pub(super) fn add(paths: &mut Map<String, Value>) {
    paths.insert("/ledger/{id}".into(), json!({ "get": show() }));
    paths.insert("/ledger/{id}/resolve".into(), json!({ "post": resolve() }));
}

/// An entry as people see it.
pub(super) fn entry() -> Value {
    let nullable = |description: &str| json!({ "type": ["object", "null"], "description": description });
    json!({
        "type": "object", "required": ["id", "operation", "state", "updatedAt"],
        "properties": {
            "id": { "type": "string" },
            "operation": { "type": "string" },
            "state": { "enum": ["new", "reserved", "sent", "done", "refused", "unknown"] },
            "updatedAt": { "type": "string", "format": "date-time" },
            "status": { "type": "integer", "description": "Of the answer, where there is a final one." },
            "subject": { "type": "string", "description": "Who asked." },
            "input": { "type": "object", "description": "What was asked for." },
            "transactionId": { "type": "string", "description": "How the provider knows it." },
            "before": { "type": "object", "description": "What the provider said before it was sent." },
            "after": nullable("The same after the answer was lost."),
            "resolution": nullable("What a person found: happened, note, by and at."),
        },
    })
}

fn shown(description: &str) -> Value {
    json!({
        "200": {
            "description": description,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Entry" } } },
        },
        "default": { "$ref": "#/components/responses/Problem" },
    })
}

fn id() -> Value {
    json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "minLength": 43, "maxLength": 43 } }])
}

fn show() -> Value {
    json!({
        "operationId": "ledger_entry",
        "summary": "What became of a request, for an operator.",
        "security": [{ "grant": [] }],
        "parameters": id(),
        "responses": shown("The entry."),
    })
}

fn resolve() -> Value {
    json!({
        "operationId": "resolve_ledger_entry",
        "summary": "Says what became of a request of which only a person can tell, once and for all.",
        "security": [{ "grant": [] }],
        "parameters": id(),
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "title": "Resolution", "type": "object", "required": ["happened"], "additionalProperties": false,
            "properties": {
                "happened": { "type": "boolean" },
                "note": { "type": ["string", "null"], "description": "How it was found out; at most 1,000 bytes." },
            },
        } } } },
        "responses": shown("The entry as it is now."),
    })
}
