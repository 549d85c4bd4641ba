//! The allocator: every call takes memory from the front again, and gives none of it back.
//!
//! This is the one place with `unsafe` in it. It pays because a call makes hundreds of small allocations and keeps none
//! of them: compared with a general allocator the module is smaller and faster (docs/decisions.md has the figures). It
//! must not be used in a module that keeps something across calls: it would be written over.
#![expect(unsafe_code, reason = "implementing GlobalAlloc is unsafe by its nature; see the module's documentation")]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::ptr::{null_mut, with_exposed_provenance_mut};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A page of wasm memory.
const PAGE: usize = 65_536;

/// See the module's documentation. Atomics are plain numbers in a module with one thread.
struct Bump {
    /// Where the heap starts; 0 before the first allocation.
    start: AtomicUsize,
    /// The first free byte.
    next: AtomicUsize,
    /// The end of the memory that was asked for.
    end: AtomicUsize,
}

#[global_allocator]
static MEMORY: Bump = Bump::new();

/// What a caller does before every call (npm/src/bare.ts): the memory of the one before is free again, its answer with it.
// SAFETY: no other symbol has this name.
#[unsafe(no_mangle)]
extern "C" fn begin() {
    MEMORY.next.store(MEMORY.start.load(Relaxed), Relaxed);
}

impl Bump {
    const fn new() -> Self {
        Bump { start: AtomicUsize::new(0), next: AtomicUsize::new(0), end: AtomicUsize::new(0) }
    }

    /// Makes room up to `end`.
    #[cold]
    fn grow(&self, end: usize) -> bool {
        let missing = end.saturating_sub(self.end.load(Relaxed)).div_ceil(PAGE);
        if memory_grow::<0>(missing) == usize::MAX {
            return false;
        }
        self.end.store(memory_size::<0>() * PAGE, Relaxed);
        true
    }

    fn reserve(&self, layout: Layout) -> *mut u8 {
        if self.start.load(Relaxed) == 0 {
            let first = memory_size::<0>() * PAGE;
            for mark in [&self.start, &self.next, &self.end] {
                mark.store(first, Relaxed);
            }
        }
        let at = self.next.load(Relaxed).next_multiple_of(layout.align());
        let Some(end) = at.checked_add(layout.size()) else { return null_mut() };
        if end > self.end.load(Relaxed) && !self.grow(end) {
            return null_mut();
        }
        self.next.store(end, Relaxed);
        with_exposed_provenance_mut(at)
    }
}

// SAFETY: every piece lies between `start` and `end`, which is memory of ours alone: it was added by `memory_grow`
// after the module's own data. Pieces do not overlap, because within a call `next` only moves behind the piece just given
// out; where it returns to `start`, no piece is in use (see `begin`).
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.reserve(layout)
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {
        // Nothing: all that frees memory at the end of its life falls away from the module.
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if piece.addr() + layout.size() == self.next.load(Relaxed) {
            // The last piece grows and shrinks where it stands.
            let end = piece.addr() + size;
            if end > self.end.load(Relaxed) && !self.grow(end) {
                return null_mut();
            }
            self.next.store(end, Relaxed);
            return piece;
        }
        if size <= layout.size() {
            return piece;
        }
        // SAFETY: the caller vouches for the layout's alignment and that `size` does not overflow.
        let moved = self.reserve(unsafe { Layout::from_size_align_unchecked(size, layout.align()) });
        if !moved.is_null() {
            // SAFETY: both pieces are in use, do not overlap, and the new one is the larger.
            unsafe { core::ptr::copy_nonoverlapping(piece, moved, layout.size()) };
        }
        moved
    }
}
