//! The sandbox for JavaScript. Bytes in, bytes out; no logic.
//!
//! Sandboxes live as long as the module, and are named by their number: there are few of them, and nobody has to free
//! one.
#![cfg(target_arch = "wasm32")]

use std::cell::RefCell;

use edgepost_core::http::{Headers, Request, Response};
use edgepost_sandbox::{Delivery, Options, Reply, Sandbox};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static SANDBOXES: RefCell<Vec<Sandbox>> = const { RefCell::new(Vec::new()) };
}

/// The number of a new sandbox. `options` is JSON as [`Options::from_json`] reads it.
#[wasm_bindgen]
pub fn create(options: &[u8]) -> Result<u32, JsError> {
    let options = Options::from_json(options).map_err(|error| JsError::new(&error.to_string()))?;
    SANDBOXES.with_borrow_mut(|sandboxes| {
        sandboxes.push(Sandbox::new(options));
        Ok(sandboxes.len() as u32 - 1)
    })
}

/// Answers a request: the length of a JSON head (four bytes, little endian), the head, and the body's bytes.
///
/// `head` is JSON, `{ method, url, headers: [[name, value], ...] }`; the answer's is
/// `{ status, headers, delayMs, dropped }`. A status of 0 goes with `dropped`: there is no answer.
#[wasm_bindgen]
pub fn handle(sandbox: u32, head: &[u8], body: Vec<u8>, now_ms: f64) -> Result<Vec<u8>, JsError> {
    let Asked { method, url, headers } =
        serde_json::from_slice(head).map_err(|error| JsError::new(&error.to_string()))?;
    let request = Request { method, url, headers, body: Some(body).filter(|body| !body.is_empty()) };
    SANDBOXES.with_borrow_mut(|sandboxes| {
        let sandbox = sandboxes.get_mut(sandbox as usize).ok_or_else(|| JsError::new("there is no such sandbox"))?;
        Ok(frame(sandbox.handle(&request, now_ms as u64)))
    })
}

/// What is to be sent now, as JSON: `[{ number, url, headers, body }, ...]`, all by POST; the body is text.
#[wasm_bindgen]
pub fn deliveries(sandbox: u32, now_ms: f64) -> Result<Vec<u8>, JsError> {
    let found = SANDBOXES.with_borrow_mut(|sandboxes| {
        let sandbox = sandboxes.get_mut(sandbox as usize).ok_or_else(|| JsError::new("there is no such sandbox"))?;
        Ok::<_, JsError>(sandbox.deliveries(now_ms as u64))
    })?;
    let waiting: Vec<Waiting> = found
        .into_iter()
        .map(|Delivery { number, request: Request { url, headers, body, .. } }| Waiting {
            number,
            url,
            headers,
            body: String::from_utf8(body.unwrap_or_default()).unwrap_or_default(),
        })
        .collect();
    serde_json::to_vec(&waiting).map_err(|error| JsError::new(&error.to_string()))
}

/// How a delivery ended: with the receiver's HTTP status, or 0 if there was none.
#[wasm_bindgen]
pub fn delivered(sandbox: u32, number: f64, status: u16) {
    SANDBOXES.with_borrow_mut(|sandboxes| {
        if let Some(sandbox) = sandboxes.get_mut(sandbox as usize) {
            sandbox.delivered(number as u64, Some(status).filter(|status| *status > 0));
        }
    });
}

#[derive(Serialize)]
struct Waiting {
    number: u64,
    url: String,
    headers: Headers,
    body: String,
}

#[derive(Deserialize)]
struct Asked {
    method: String,
    url: String,
    headers: Headers,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    status: u16,
    headers: Headers,
    delay_ms: u64,
    dropped: bool,
}

fn frame(reply: Reply) -> Vec<u8> {
    let dropped = reply.response.is_none();
    let nothing = Response { status: 0, headers: Vec::new(), body: Vec::new() };
    let Response { status, headers, body } = reply.response.unwrap_or(nothing);
    let answered = Answered { status, headers, delay_ms: reply.delay_ms, dropped };
    let head = serde_json::to_vec(&answered).unwrap_or_default();
    let mut bytes = Vec::with_capacity(4 + head.len() + body.len());
    bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(&body);
    bytes
}
