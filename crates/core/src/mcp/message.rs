//! Messages of JSON-RPC 2.0 (<https://www.jsonrpc.org/specification>), those that one call of a tool needs.

use alloc::string::String;
use alloc::vec::Vec;

use crate::http::{Response, header};
use crate::json;
use crate::outcome::as_json;
use crate::read::{Group, check};
use crate::schema::{Mode, Object, Shape, Slot, list, may, object, text};

static MESSAGE: Object = object("Message", "What a server says.")
    .fields(&[
        may("id", &Shape::Any, "The question that it answers."),
        may("method", &text(), "What it is about, where it answers none."),
        may("result", &Shape::Any, "The answer."),
        may("error", &Shape::Object(&ERROR), "Why there is none."),
    ])
    .quiet();

static ERROR: Object = object("Error", "Why there is no answer.")
    .fields(&[may("code", &Shape::Integer, "A number."), may("message", &text(), "The same for people.")])
    .quiet();

static GREETING: Object = object("Greeting", "What a server is.")
    .fields(&[may("protocolVersion", &text(), "The version that it speaks.")])
    .quiet();

static RESULT: Object = object("Result", "What a tool answers.")
    .fields(&[
        may("structuredContent", &Shape::Any, "Its value."),
        may("content", &list(&CONTENT_SHAPE), "The same for a model."),
        may("isError", &Shape::Flag, "Whether it failed."),
    ])
    .quiet();

static CONTENT_SHAPE: Shape = Shape::Object(&CONTENT);

static CONTENT: Object =
    object("Content", "A piece of an answer.").fields(&[may("text", &text(), "Its text.")]).quiet();

const ID: Slot = MESSAGE.slot("id");
const METHOD: Slot = MESSAGE.slot("method");
const OF_RESULT: Slot = MESSAGE.slot("result");
const OF_ERROR: Slot = MESSAGE.slot("error");
const CODE: Slot = ERROR.slot("code");
const WORDS: Slot = ERROR.slot("message");
const VERSION: Slot = GREETING.slot("protocolVersion");
const STRUCTURED: Slot = RESULT.slot("structuredContent");
const PIECES: Slot = RESULT.slot("content");
const IS_ERROR: Slot = RESULT.slot("isError");
const TEXT: Slot = CONTENT.slot("text");

/// What a server said to a question.
#[derive(Debug)]
pub(super) enum Said {
    /// The answer, as JSON.
    Result(Vec<u8>),
    /// XT-008: it could not be asked.
    Error { code: i64, message: String },
}

const BEGINNING: &str = "{\"jsonrpc\":\"2.0\"";

/// The greeting.
pub(super) fn initialize(id: i64, version: &str) -> Vec<u8> {
    let mut out = question(id, "initialize");
    json::member(&mut out, ",\"params\":{\"protocolVersion\":", version);
    json::raw(&mut out, ",\"capabilities\":{},\"clientInfo\":{\"name\":\"edgepost\"");
    json::member(&mut out, ",\"version\":", env!("CARGO_PKG_VERSION"));
    json::raw(&mut out, "}}}");
    out.into_bytes()
}

/// The word that ends the greeting; it is a notification, and has no answer.
pub(super) fn initialized() -> Vec<u8> {
    let mut out = String::from(BEGINNING);
    json::raw(&mut out, ",\"method\":\"notifications/initialized\"}");
    out.into_bytes()
}

/// The call of a tool; the arguments are a JSON object.
pub(super) fn call(id: i64, tool: &str, arguments: &[u8]) -> Vec<u8> {
    let mut out = question(id, "tools/call");
    json::member(&mut out, ",\"params\":{\"name\":", tool);
    json::raw(&mut out, ",\"arguments\":");
    let mut bytes = out.into_bytes();
    bytes.extend_from_slice(arguments);
    bytes.extend_from_slice(b"}}");
    bytes
}

fn question(id: i64, method: &str) -> String {
    let mut out = String::from(BEGINNING);
    json::raw(&mut out, ",\"id\":");
    json::integer(&mut out, id);
    json::member(&mut out, ",\"method\":", method);
    out
}

/// Whether a message answers the question of this number: a server may send others before it.
pub(super) fn answers(message: &[u8], asked: i64) -> bool {
    let reading = check(&MESSAGE, message, Mode::Answer);
    reading.is_json && is_about(&reading.root(), asked)
}

fn is_about(message: &Group<'_>, asked: i64) -> bool {
    let mut id = String::new();
    json::integer(&mut id, asked);
    !message.at(METHOD).is_there() && message.at(ID).bytes().trim_ascii() == id.as_bytes()
}

/// Reads a message that answers the question of this number. What is wrong with a question may be said without its number.
pub(super) fn read(message: &[u8], asked: i64) -> Option<Said> {
    let message = json::mend(message);
    let reading = check(&MESSAGE, &message, Mode::Answer);
    let root = reading.is_json.then(|| reading.root())?;
    if let Some(error) = root.group(OF_ERROR) {
        let message = error.copy(WORDS).unwrap_or_default();
        return Some(Said::Error { code: error.integer(CODE).unwrap_or_default(), message });
    }
    let result = root.at(OF_RESULT).bytes().trim_ascii();
    (is_about(&root, asked) && result.starts_with(b"{")).then(|| Said::Result(Vec::from(result)))
}

/// The version that a server speaks, as its greeting says.
pub(super) fn version(greeting: &[u8]) -> Option<String> {
    check(&GREETING, greeting, Mode::Answer).root().copy(VERSION)
}

/// What a tool answered.
pub(super) fn outcome(result: &[u8]) -> Response {
    let reading = check(&RESULT, result, Mode::Answer);
    let root = reading.root();
    let structured = root.at(STRUCTURED).bytes().trim_ascii();
    let texts: Vec<String> = root.items(PIECES).filter_map(|piece| piece.group()?.copy(TEXT)).collect();
    let written = texts.join("\n");
    let value = if structured.starts_with(b"{") { structured } else { written.as_bytes() };
    if root.flag(IS_ERROR) != Some(true) {
        return if is_object(value) { answer(200, Vec::from(value)) } else { unclear(value) };
    }
    // XT-008: the tool's own words; where it has more to say than that, all of it.
    if is_object(value) {
        return answer(422, Vec::from(value));
    }
    answer(422, told("tool_failed", &written))
}

/// XT-008: a question that was not taken. Where the status says nothing, JSON-RPC's own numbers do.
pub(super) fn refusal(response: &Response, code: i64, message: &str) -> Response {
    let status = match (response.status, code) {
        (200..=299, -32700 | -32602..=-32600) => 400,
        // Something broke on the way: nobody knows how far it came.
        (200..=299, _) => 502,
        (status, _) => status,
    };
    let mut number = String::new();
    json::integer(&mut number, code);
    let mut refused = answer(status, told(&number, message));
    if let Some(after) = header(&response.headers, "retry-after") {
        refused.headers.push((String::from("retry-after"), String::from(after)));
    }
    refused
}

/// What nobody can make sense of.
pub(super) fn unclear(body: &[u8]) -> Response {
    let headers = [("content-type", "text/plain")].map(|(name, value)| (String::from(name), String::from(value)));
    Response { status: 502, headers: Vec::from(headers), body: Vec::from(body) }
}

fn answer(status: u16, body: Vec<u8>) -> Response {
    let headers = [("content-type", "application/json")].map(|(name, value)| (String::from(name), String::from(value)));
    Response { status, headers: Vec::from(headers), body }
}

fn told(code: &str, message: &str) -> Vec<u8> {
    let mut out = String::new();
    json::member(&mut out, "{\"code\":", code);
    json::member(&mut out, ",\"message\":", message);
    out.push('}');
    out.into_bytes()
}

fn is_object(value: &[u8]) -> bool {
    value.trim_ascii().starts_with(b"{") && as_json(value) != b"null"
}
