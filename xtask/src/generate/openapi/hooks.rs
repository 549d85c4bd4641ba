//! The gateway's own paths for Postpay: its webhooks, and payers who come back.

use serde_json::{Map, Value, json};

/// Adds them.
pub(super) fn add(paths: &mut Map<String, Value>) {
    let own = [
        ("/hooks/postpay/{mode}", json!({ "post": delivery() })),
        ("/hooks/dead-letters", json!({ "get": dead_letters() })),
        ("/hooks/dead-letters/{id}/send", json!({ "post": send_again() })),
        ("/return/postpay", json!({ "get": payer_return() })),
    ];
    paths.extend(own.map(|(path, item)| (path.to_owned(), item)));
}

fn delivery() -> Value {
    json!({
        "operationId": "postpay_webhook",
        "summary": "Takes what Postpay delivers, and hands on what Postpay says of it when it is asked.",
        "parameters": [
            {
                "name": "mode", "in": "path", "required": true, "description": "The gateway's own; any other is not found.",
                "schema": { "enum": ["test", "live"] },
            },
            {
                "name": "X-Postpay-Signature", "in": "header", "required": true,
                "description": "Seconds since 1970, a colon, and the HMAC-SHA256 of `<seconds>:<body>` in hexadecimal digits.",
                "schema": { "type": "string" },
            },
        ],
        "requestBody": { "required": true, "content": { "application/json": {} } },
        "responses": {
            "200": { "description": "It is kept; or it was kept before." },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    })
}

fn dead_letters() -> Value {
    let nullable = |kind: &str| json!({ "type": [kind, "null"] });
    json!({
        "operationId": "dead_letters",
        "summary": "What the merchant never took, for an operator: the hundred oldest.",
        "security": [{ "grant": [] }],
        "responses": {
            "200": { "description": "The dead letters.", "content": { "application/json": { "schema": {
                "title": "DeadLetters", "type": "object", "required": ["deadLetters"],
                "properties": { "deadLetters": { "type": "array", "items": {
                    "type": "object",
                    "required": ["id", "subject", "signedAt", "attempts", "fault", "message", "payload"],
                    "properties": {
                        "id": { "type": "string", "description": "The message's webhook-id." },
                        "subject": {
                            "type": ["object", "null"], "description": "The operation that looks it up, and its id.",
                            "properties": { "operation": { "type": "string" }, "id": { "type": "string" } },
                        },
                        "signedAt": { "type": "string", "format": "date-time" },
                        "attempts": { "type": "integer" },
                        "fault": nullable("string"),
                        "message": nullable("object"),
                        "payload": nullable("string"),
                    },
                } } },
            } } } },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    })
}

fn send_again() -> Value {
    json!({
        "operationId": "send_dead_letter",
        "summary": "Sends a dead letter again: the same message under the same id.",
        "security": [{ "grant": [] }],
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
        "responses": {
            "202": { "description": "It is on its way.", "content": { "application/json": { "schema": {
                "title": "Sent", "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } },
            } } } },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    })
}

fn payer_return() -> Value {
    let parameter = |name: &str, description: &str| json!({ "name": name, "in": "query", "description": description, "schema": { "type": "string" } });
    json!({
        "operationId": "payer_return",
        "summary": "Asks Postpay about the order of a payer who came back, captures it once, and sends the payer on.",
        "parameters": [
            parameter("order_id", "The order's id; added by Postpay."),
            parameter("status", "APPROVED, DENIED or CANCELLED; added by Postpay, and never a proof."),
        ],
        "responses": {
            "303": {
                "description": "To the success page where the money was captured, to the failure page else; with order_id and \
                    status (captured, denied, cancelled, pending, expired, mismatch or unknown).",
                "headers": { "Location": { "required": true, "schema": { "type": "string" } } },
            },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    })
}
