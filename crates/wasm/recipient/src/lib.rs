//! The core's look at one recipient for JavaScript. Bytes in, bytes out; no logic.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

use alloc::vec::Vec;

use edgepost_bare as _;
use edgepost_core::pieterpost::recipient::RECIPIENT;
use edgepost_core::place;
use edgepost_core::read::check;
use edgepost_core::report::issues_json;
use edgepost_core::schema::Mode;
use wasm_bindgen::prelude::wasm_bindgen;

/// The issues of a recipient as JSON, nothing if there are none: by PieterPost's table, or by the country's rules alone.
#[wasm_bindgen]
pub fn validate(recipient: &[u8], pieterpost: bool, lenient: bool) -> Vec<u8> {
    let table = if pieterpost { &RECIPIENT } else { &place::RECIPIENT };
    let mode = if lenient { Mode::Lenient } else { Mode::Strict };
    issues_json(&check(table, recipient, mode).issues).into_bytes()
}

/// A country and its addresses as JSON, nothing for a country that is not known: what the country needs, or PieterPost
/// besides. `country` is UTF-8.
#[wasm_bindgen]
pub fn place(country: &[u8], pieterpost: bool) -> Vec<u8> {
    let country = core::str::from_utf8(country).unwrap_or_default();
    let is_demanded = |member: &str| pieterpost && RECIPIENT.demands(member);
    place::place(country, is_demanded).unwrap_or_default().into_bytes()
}

/// All countries as JSON.
#[wasm_bindgen]
pub fn countries() -> Vec<u8> {
    place::countries().into_bytes()
}
