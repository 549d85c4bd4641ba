//! Orders that the gateway pays itself.

use edgepost_core::postalform::CREATE_ORDER;
use serde_json::{Map, Value, json};

use super::reference;

/// Adds them.
pub(super) fn add(paths: &mut Map<String, Value>) {
    paths.insert(format!("/pay/{}", CREATE_ORDER.name), json!({ "post": pay() }));
}

fn pay() -> Value {
    let bound = |name: &str, description: &str| {
        json!({
            "name": name, "in": "query", "required": false, "description": description,
            "schema": { "type": "integer", "minimum": 0 },
        })
    };
    let answer = |description: &str, kinds: &[&str]| {
        json!({
            "description": description,
            "headers": {
                "Edgepost-Source": { "$ref": "#/components/headers/Edgepost-Source" },
                "Edgepost-Replayed": { "$ref": "#/components/headers/Edgepost-Replayed" },
                "Edgepost-Order-Grant": { "$ref": "#/components/headers/Edgepost-Order-Grant" },
            },
            "content": { "application/json": { "schema": payment(kinds) } },
        })
    };
    json!({
        "operationId": format!("pay {}", CREATE_ORDER.name),
        "summary": "Orders mail and pays for it from the gateway's own wallet, once; asked again it says how that stands.",
        "security": [{ "grant": [] }],
        "parameters": [
            bound("pages", "How many pages the provider has to count."),
            bound("max_cents", "The most that it may cost, in hundredths of a dollar; what grant and policy allow, if nothing is said."),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": reference(CREATE_ORDER.input) } } },
        "responses": {
            "200": answer("It is paid, and the provider is at work.", &["paid"]),
            "202": answer("It is not known yet: send the same request again.", &["settled", "open"]),
            "default": { "$ref": "#/components/responses/Problem" },
        },
    })
}

fn payment(kinds: &[&str]) -> Value {
    let texts = |names: &[&str]| -> Value {
        let properties: Map<_, _> =
            names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
        json!({ "type": "object", "required": names, "properties": properties })
    };
    let mut summary = texts(&["request_id", "order_id", "price_usd", "current_step", "order_complete_url"]);
    summary["properties"]["page_count"] = json!({ "type": ["integer", "null"] });
    summary["properties"]["is_paid"] = json!({ "type": "boolean" });
    summary["properties"]["settlement"] = texts(&["network", "pay_to", "settlement_tx", "settled_at"]);
    json!({
        "title": "Payment", "type": "object", "required": ["kind", "ledger"],
        "properties": {
            "kind": { "enum": kinds },
            "summary": summary,
            "ledger": texts(&["id", "state"]),
        },
    })
}
