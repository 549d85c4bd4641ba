//! The core's look at files for JavaScript. Bytes in, bytes out; no logic.
#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

// The reader's own: this module keeps nothing across calls either.
#[path = "../../reader/src/bump.rs"]
mod bump;

use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;

#[global_allocator]
static MEMORY: bump::Bump = bump::Bump::new();

/// As in the reader: there is nobody to tell, and nothing in the core panics.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// What is known about a file, as JSON. `kind` is UTF-8, `head` how the file starts and `size` its whole length.
#[wasm_bindgen]
pub fn inspect(kind: &[u8], head: &[u8], size: f64) -> Vec<u8> {
    let kind = core::str::from_utf8(kind).unwrap_or_default();
    edgepost_core::file::inspect(kind, head, Some(size as u64)).to_json().into_bytes()
}
