//! The core's look at files for JavaScript. Bytes in, bytes out; no logic.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

use alloc::vec::Vec;

use edgepost_bare as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// What is known about a file, as JSON. `kind` is UTF-8, `head` how the file starts and `size` its whole length.
#[wasm_bindgen]
pub fn inspect(kind: &[u8], head: &[u8], size: f64) -> Vec<u8> {
    let kind = core::str::from_utf8(kind).unwrap_or_default();
    edgepost_core::file::inspect(kind, head, Some(size as u64)).to_json().into_bytes()
}
