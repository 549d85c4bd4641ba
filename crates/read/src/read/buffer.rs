//! Where the canonical bytes are put together.

use alloc::vec::Vec;

use super::tree::Node;

/// Bytes that are copied in one step.
const STEP: usize = 32;
/// Pieces up to here are copied in steps: the engine's own copying of memory takes longer to begin.
const SHORT: usize = 128;

/// Bytes with room behind them, so that a short piece is copied in whole steps.
#[derive(Default)]
pub(super) struct Buffer {
    /// What was written, and behind it what nobody looks at.
    bytes: Vec<u8>,
    length: usize,
}

impl Buffer {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// All that was written.
    pub(super) fn written(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Makes room for so many more bytes.
    pub(super) fn reserve(&mut self, more: usize) {
        let needed = self.length + more + SHORT;
        if self.bytes.len() < needed {
            self.bytes.resize(needed + self.length, 0);
        }
    }

    /// Adds the bytes of `from` between `start` and `end`.
    #[inline(never)]
    pub(super) fn add(&mut self, from: &[u8], start: usize, end: usize) {
        self.put(from, start, end);
    }

    #[inline(always)]
    fn put(&mut self, from: &[u8], start: usize, end: usize) {
        let length = end.wrapping_sub(start);
        match (self.bytes.get_mut(self.length..self.length + SHORT), from.get(start..start + SHORT)) {
            (Some(to), Some(piece)) if length <= SHORT => {
                let steps = to.as_chunks_mut::<STEP>().0.iter_mut().zip(piece.as_chunks::<STEP>().0);
                for (to, step) in steps.take(length.div_ceil(STEP)) {
                    *to = *step;
                }
                self.length += length;
            }
            _ => self.add_long(from.get(start..end).unwrap_or_default()),
        }
    }

    #[inline(never)]
    fn add_long(&mut self, piece: &[u8]) {
        self.reserve(piece.len());
        if let Some(to) = self.bytes.get_mut(self.length..self.length + piece.len()) {
            to.copy_from_slice(piece);
        }
        self.length += piece.len();
    }

    /// Adds pieces of `from`, each given by its start and end, which stand by `ahead` further, separated by commas.
    #[inline(never)]
    pub(super) fn join(&mut self, from: &[u8], ahead: usize, members: &[Node], own: &[(usize, usize)]) {
        let start = self.length;
        for node in members.iter().filter(|node| node.to > 0) {
            self.put(from, ahead.wrapping_add(node.from as usize), ahead.wrapping_add(node.to as usize));
            self.push(b',');
        }
        for (start, end) in own {
            self.put(from, ahead.wrapping_add(*start), ahead.wrapping_add(*end));
            self.push(b',');
        }
        // There is no comma behind the last.
        self.length = start.max(self.length.saturating_sub(1));
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        match self.bytes.get_mut(self.length) {
            Some(to) => *to = byte,
            None => self.bytes.push(byte),
        }
        self.length += 1;
    }

    /// Takes back all behind `length`.
    pub(super) fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// The bytes alone.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.truncate(self.length);
        self.bytes
    }
}
