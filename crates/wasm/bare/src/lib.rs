//! What a module without `std` needs of a platform: memory, and an end for panics. `use edgepost_bare as _;` is all it takes.
//!
//! It is for modules that keep nothing across calls: the memory of one is that of the next.
#![cfg(target_arch = "wasm32")]
#![no_std]

mod bump;

/// There is nobody to tell: a message would cost more than all of the reader's own code. Nothing in the core panics, the
/// lints see to that.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
