//! `POST /mcp` and `DELETE /mcp`: the server of tools, over streamable HTTP
//! (<https://modelcontextprotocol.io/specification/2025-11-25/basic/transports>). As PostalForm's own it keeps sessions, and
//! answers with a stream of events unless [`Options::json_answers`](super::Options::json_answers) says otherwise.

use edgepost_core::http::{Response, header as header_of, media_type};
use edgepost_core::mcp::VERSIONS;
use serde_json::{Value, json};

use super::PostalForm;
use super::tools::{self, Tool};
use crate::Sandbox;
use crate::answer::{Answer, header, json as answer};
use crate::route::{Call, Endpoint};

/// A session of a client.
pub(super) struct Session {
    id: String,
    /// Until when it is known, by the sandbox's clock.
    ends_ms: u64,
}

/// JSON-RPC's numbers, and those of the vendor's server.
const INVALID_REQUEST: i64 = -32600;
const UNKNOWN_METHOD: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const UNREADABLE: i64 = -32700;
const REFUSED: i64 = -32000;
const NO_SESSION: i64 = -32001;

/// The operation that a message calls, where it calls one.
pub(super) fn called(call: &Call<'_>) -> Option<&'static Endpoint> {
    let message: Value = serde_json::from_slice(call.body()).ok()?;
    if message.get("method")?.as_str()? != "tools/call" {
        return None;
    }
    Some(&tools::find(message.pointer("/params/name")?.as_str()?)?.endpoint)
}

/// Answers a message that calls no tool.
pub(super) fn talk(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    let provider = &mut sandbox.postalform;
    let message = match read(call) {
        Ok(message) => message,
        Err(refused) => return refused,
    };
    let method = message.get("method").and_then(Value::as_str).unwrap_or_default();
    let id = message.get("id").cloned();
    let mut session = None;
    if method == "initialize" {
        let begun =
            Session { id: provider.ids.uuid(), ends_ms: call.now_ms.saturating_add(provider.options.session_ms) };
        session = Some(begun.id.clone());
        provider.sessions.retain(|session| session.ends_ms > call.now_ms);
        provider.sessions.push(begun);
    } else if let Err(refused) = known(provider, call) {
        return refused;
    }
    // XT-002: a notification, or an answer to something, is only taken.
    let Some(id) = id.filter(|_| !method.is_empty()) else {
        return Response { status: 202, headers: Vec::new(), body: Vec::new() };
    };
    let said = match method {
        "initialize" => Ok(greeting(&message)),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": tools::TOOLS.map(Tool::described) })),
        "tools/call" => Err((INVALID_PARAMS, "There is no such tool.")),
        _ => Err((UNKNOWN_METHOD, "Method not found")),
    };
    let mut response = told(provider, &id, said);
    response.headers.extend(session.map(|session| header("mcp-session-id", session)));
    response
}

/// What a tool does, or a sentence that says why it does not.
pub(super) type Work = fn(&mut PostalForm, &Call<'_>, &Value) -> Result<Value, String>;

/// Answers a call of a tool.
pub(super) fn worked(sandbox: &mut Sandbox, call: &Call<'_>, tool: &'static Tool) -> Answer {
    let provider = &mut sandbox.postalform;
    let message = match read(call).and_then(|message| known(provider, call).map(|()| message)) {
        Ok(message) => message,
        Err(refused) => return Answer { response: refused, outcome: "no_session" },
    };
    let arguments = message.pointer("/params/arguments").cloned().unwrap_or_else(|| json!({}));
    let wrong = tool.faults(&arguments);
    let done = if wrong.is_empty() { (tool.work)(provider, call, &arguments) } else { Err(wrong) };
    let outcome = if done.is_ok() { "told" } else { "failed" };
    // XT-008: that a tool fails is an answer.
    let result = match done {
        Ok(value) => {
            json!({ "content": [{ "type": "text", "text": value.to_string() }], "structuredContent": value })
        }
        Err(why) => json!({ "content": [{ "type": "text", "text": why }], "isError": true }),
    };
    let id = message.get("id").cloned().unwrap_or_default();
    Answer { response: told(provider, &id, Ok(result)), outcome }
}

/// Ends a session.
pub(super) fn end(sandbox: &mut Sandbox, call: &Call<'_>) -> Response {
    if let Err(refused) = known(&sandbox.postalform, call) {
        return refused;
    }
    let id = header_of(&call.request.headers, "mcp-session-id").unwrap_or_default();
    sandbox.postalform.sessions.retain(|session| session.id != id);
    Response { status: 200, headers: Vec::new(), body: Vec::new() }
}

/// XT-001: a message, if it is sent as one has to be.
fn read(call: &Call<'_>) -> Result<Value, Response> {
    let headers = &call.request.headers;
    let accepted = header_of(headers, "accept").unwrap_or_default().to_ascii_lowercase();
    let accepted: Vec<String> = accepted.split(',').map(media_type).collect();
    if !["application/json", "text/event-stream"].iter().all(|needed| accepted.iter().any(|one| one == needed)) {
        let why = "Not Acceptable: Client must accept both application/json and text/event-stream";
        return Err(refused(406, REFUSED, why));
    }
    if header_of(headers, "content-type").map(media_type).as_deref() != Some("application/json") {
        return Err(refused(415, REFUSED, "Unsupported Media Type: Content-Type must be application/json"));
    }
    let message: Value =
        serde_json::from_slice(call.body()).map_err(|_| refused(400, UNREADABLE, "Parse error: Invalid JSON"))?;
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(refused(400, INVALID_REQUEST, "Invalid Request: it is no message of JSON-RPC 2.0"));
    }
    Ok(message)
}

/// XT-005: whether a message is of a session that is known, and of a version.
fn known(provider: &PostalForm, call: &Call<'_>) -> Result<(), Response> {
    let headers = &call.request.headers;
    let Some(id) = header_of(headers, "mcp-session-id") else {
        return Err(refused(400, REFUSED, "Bad Request: No valid session ID provided"));
    };
    if !provider.sessions.iter().any(|session| session.id == id && session.ends_ms > call.now_ms) {
        return Err(refused(404, NO_SESSION, "Session not found"));
    }
    if header_of(headers, "mcp-protocol-version").is_some_and(|version| !VERSIONS.contains(&version)) {
        return Err(refused(400, REFUSED, "Bad Request: Unsupported protocol version"));
    }
    Ok(())
}

/// XT-006: the version is the client's, where it is known here.
fn greeting(message: &Value) -> Value {
    let asked = message.pointer("/params/protocolVersion").and_then(Value::as_str).unwrap_or_default();
    let version = VERSIONS.into_iter().find(|version| *version == asked).unwrap_or(VERSIONS[0]);
    json!({
        "protocolVersion": version,
        "capabilities": { "tools": { "listChanged": true } },
        "serverInfo": { "name": "postalform", "version": "0.1.0" },
    })
}

fn told(provider: &PostalForm, id: &Value, said: Result<Value, (i64, &str)>) -> Response {
    let message = match said {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err((code, why)) => json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": why } }),
    };
    if provider.options.json_answers {
        return answer(200, &message);
    }
    // XT-003: the first event only tells how soon to come back.
    let events = format!("retry: 1000\ndata:\n\nevent: message\ndata: {message}\n\n");
    let headers = vec![header("content-type", "text/event-stream"), header("cache-control", "no-cache")];
    Response { status: 200, headers, body: events.into_bytes() }
}

fn refused(status: u16, code: i64, why: &str) -> Response {
    answer(status, &json!({ "jsonrpc": "2.0", "error": { "code": code, "message": why }, "id": null }))
}
