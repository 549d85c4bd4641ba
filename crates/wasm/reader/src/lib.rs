//! The core's reader for JavaScript. Bytes in, bytes out; no logic.
//!
//! Operations are named by their index in [`OPERATIONS`], which the generated TypeScript knows as well. What else a call
//! needs comes as JSON, which the core reads like any other input.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;

use edgepost_bare as _;
use edgepost_core::csv;
use edgepost_core::file::media_type;
use edgepost_core::json;
use edgepost_core::multipart::{Frame, boundary_of};
use edgepost_core::operation::{OPERATIONS, Operation};
use edgepost_core::plan;
use edgepost_core::postpay::{self, webhook};
use edgepost_core::prepare::{self, Options, Prepared};
use edgepost_core::report::{Issue, issues_json, write_issues};
use edgepost_core::schema::Mode;
use wasm_bindgen::prelude::wasm_bindgen;

fn operation(index: usize) -> Option<&'static Operation> {
    OPERATIONS.get(index).copied()
}

fn mode(lenient: bool) -> Mode {
    if lenient { Mode::Lenient } else { Mode::Strict }
}

/// The issues of an input as JSON, nothing if there are none.
#[wasm_bindgen]
pub fn validate(operation_index: usize, input: &[u8], lenient: bool) -> Vec<u8> {
    let Some(operation) = operation(operation_index) else { return Vec::new() };
    issues_json(&prepare::validate(operation, input, mode(lenient)).issues).into_bytes()
}

/// The length of a JSON head (four bytes, little endian), the head, and the body's bytes.
///
/// `options` is JSON as [`Options::from_json`] reads it. The head is `{ method, url, headers, key, fileAt }`, or
/// `{ issues }` if the input cannot be sent. `fileAt` is where the file belongs into the bytes of a form; -1 elsewhere.
#[wasm_bindgen]
pub fn build(operation_index: usize, input: &[u8], options: &[u8], file: &[u8]) -> Vec<u8> {
    let Some(operation) = operation(operation_index) else { return Vec::new() };
    let mut prepared = match prepare::build(operation, input, &Options::from_json(options)) {
        Ok(prepared) => prepared,
        Err(report) => return frame(&issues_head(&report.issues), &[]),
    };
    let Some(form) = prepared.form.take() else {
        return frame(&head(&prepared, -1), prepared.request.body.as_deref().unwrap_or_default());
    };
    let Frame { content_type, head: mut bytes, tail } = form.frame(&boundary_of(file), media_type(file));
    prepared.request.headers.push((String::from("content-type"), content_type));
    let file_at = bytes.len() as i64;
    bytes.extend_from_slice(&tail);
    frame(&head(&prepared, file_at), &bytes)
}

fn issues_head(issues: &[Issue]) -> String {
    let mut head = String::from("{\"issues\":");
    write_issues(&mut head, issues);
    json::raw(&mut head, "}");
    head
}

fn head(prepared: &Prepared, file_at: i64) -> String {
    let mut out = String::new();
    json::member(&mut out, "{\"method\":", &prepared.request.method);
    json::member(&mut out, ",\"url\":", &prepared.request.url);
    json::raw(&mut out, ",\"headers\":{");
    for (position, (name, value)) in prepared.request.headers.iter().enumerate() {
        json::member(&mut out, if position == 0 { "" } else { "," }, name);
        json::member(&mut out, ":", value);
    }
    match &prepared.key {
        Some(key) => json::member(&mut out, "},\"key\":", key),
        None => json::raw(&mut out, "},\"key\":null"),
    }
    json::raw(&mut out, ",\"fileAt\":");
    json::integer(&mut out, file_at);
    json::raw(&mut out, "}");
    out
}

fn frame(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 + head.len() + body.len());
    bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// What an answer means, as JSON. `about` is JSON as [`edgepost_core::outcome::read_json`] takes it, `input` what was sent.
#[wasm_bindgen]
pub fn read(operation_index: usize, body: &[u8], about: &[u8], input: &[u8]) -> Vec<u8> {
    let Some(operation) = operation(operation_index) else { return Vec::new() };
    edgepost_core::outcome::read_json(operation, body, about, input).to_json()
}

/// The merged texts and their issues, as [`Merge::into_bytes`](edgepost_core::pieterpost::Merge::into_bytes) lays them out.
#[wasm_bindgen]
pub fn merge(about: &[u8], recipients: &[u8], lenient: bool) -> Vec<u8> {
    edgepost_core::pieterpost::merge(about, recipients, mode(lenient)).into_bytes()
}

/// The rows of a CSV file that are complete among these bytes. `how` is 1 for lenient, and 2 more for PostalForm's; `state` is what the last call gave, nothing for the first;
/// `said` is the country, and headers and targets in turn, each behind a NUL; `first` is the number that the first row has
/// in the paths of issues.
///
/// Gives three lengths (four bytes each, little endian): of the bytes that were taken, those behind have to come again; of
/// the list as JSON; of the state. Behind them the list and the state, and for each row eight bytes that are the same for
/// the same recipient, and where it starts in the file (a double). The last issue of the list is the one for a
/// recipient who was there before, but for its place and for that line, of which the wasm knows nothing: 0 stands for it.
#[wasm_bindgen]
pub fn recipients(
    state: &[u8],
    bytes: &[u8],
    is_last: bool,
    first: usize,
    how: u8,
    delimiter: u8,
    said: &[u8],
) -> Vec<u8> {
    let mut columns = Vec::new();
    let mut pieces = said.split(|byte| *byte == 0).map(text);
    let country = pieces.next().unwrap_or_default();
    while let (Some(header), Some(target)) = (pieces.next(), pieces.next()) {
        columns.push((header, target));
    }
    let rows = if how & 2 != 0 { csv::Rows::PostalForm } else { csv::Rows::Recipients };
    let options = csv::Options { mode: mode(how & 1 != 0), rows, country, columns, delimiter };
    let mut reader = csv::Reader::resume(options, state);
    let (mut list, taken) = reader.read(bytes, is_last, first);
    list.issues.push(csv::duplicate(String::new(), 0, (0, 0)));
    let (json, state) = (list.to_json(), reader.state());
    let mut out = Vec::with_capacity(12 + json.len() + state.len() + list.rows.len() * 16);
    for length in &[taken, json.len(), state.len()] {
        out.extend_from_slice(&(*length as u32).to_le_bytes());
    }
    out.extend_from_slice(&json);
    out.extend_from_slice(&state);
    for row in &list.rows {
        out.extend_from_slice(&row.fingerprint.to_le_bytes());
        out.extend_from_slice(&(row.offset as f64).to_le_bytes());
    }
    out
}

fn text(bytes: &[u8]) -> String {
    String::from(core::str::from_utf8(bytes).unwrap_or_default())
}

/// A large list as orders, as JSON.
#[wasm_bindgen]
pub fn plan(
    input: &[u8],
    lenient: bool,
    is_postcard: bool,
    campaign: &[u8],
    per_day: u32,
    used_today: u32,
    per_minute: u32,
) -> Vec<u8> {
    let (per_day, used_today, per_minute) = (per_day.into(), used_today.into(), per_minute.into());
    let options =
        plan::Options { mode: mode(lenient), is_postcard, campaign: text(campaign), per_day, used_today, per_minute };
    plan::plan(input, &options).to_json().into_bytes()
}

/// What the total of a Postpay checkout has to be, in hundredths; -1 where no sum comes of its parts.
#[wasm_bindgen]
pub fn total(checkout: &[u8]) -> f64 {
    postpay::money::total(checkout).map_or(-1.0, |total| total as f64)
}

/// The seconds at which a delivery of Postpay's was signed with this secret, or why it is not taken. There is no signature
/// where it is empty.
#[wasm_bindgen]
pub fn verify(signature: &[u8], secret: &[u8], body: &[u8], now: f64) -> Vec<u8> {
    let signature = core::str::from_utf8(signature).ok().filter(|signature| !signature.is_empty());
    match webhook::verify(signature, body, &[secret], now as u64, webhook::TOLERANCE) {
        Ok(seconds) => {
            let mut written = String::new();
            json::integer(&mut written, seconds as i64);
            written.into_bytes()
        }
        Err(reason) => Vec::from(reason.name()),
    }
}

/// The SHA-256 of the bytes, 32 bytes.
#[wasm_bindgen]
pub fn digest(bytes: &[u8]) -> Vec<u8> {
    Vec::from(edgepost_core::digest::sha256(bytes))
}
