//! Answers while they arrive: one message, or a stream of them (<https://html.spec.whatwg.org/multipage/server-sent-events.html>,
//! section "Interpreting an event stream").

use alloc::vec::Vec;

use super::message;
use crate::http::{Headers, header, media_type};

/// An answer has at most so many bytes; so has each of its messages.
pub const LARGEST: usize = 1 << 20;

/// An answer while it arrives.
#[derive(Debug)]
pub struct Incoming {
    /// The stream's reader; nothing for an answer that is one message.
    events: Option<Events>,
    /// The question that it answers.
    asked: i64,
    /// How many bytes came.
    size: usize,
    /// The message.
    found: Option<Vec<u8>>,
}

impl Incoming {
    pub(super) fn of(headers: &Headers, asked: i64) -> Self {
        // XT-002: parameters such as a charset say nothing.
        let is_stream = header(headers, "content-type").is_some_and(|value| media_type(value) == "text/event-stream");
        Incoming { events: is_stream.then(Events::default), asked, size: 0, found: None }
    }

    /// Takes another piece. `true` if no more is needed: a server may leave a stream open behind its answer, and what is
    /// larger than [`LARGEST`] is none.
    pub fn push(&mut self, piece: &[u8]) -> bool {
        self.size = self.size.saturating_add(piece.len());
        if self.size > LARGEST {
            return true;
        }
        let Some(events) = &mut self.events else {
            self.found.get_or_insert_default().extend_from_slice(piece);
            return false;
        };
        let (asked, found) = (self.asked, &mut self.found);
        // XT-003: whatever else a server has to say in between is not for this question.
        events.push(piece, |data| {
            if found.is_none() && message::answers(data, asked) {
                *found = Some(Vec::from(data));
            }
        });
        self.found.is_some()
    }

    /// The message that answers; nothing if none did.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        self.found.filter(|_| self.size <= LARGEST)
    }
}

/// A stream of events. What is not finished when the stream ends is none.
#[derive(Debug, Default)]
struct Events {
    /// The line that is arriving.
    line: Vec<u8>,
    /// What the event that is arriving holds so far; nothing if it has no data.
    data: Option<Vec<u8>>,
    /// Whether it is of another kind than a message.
    is_other: bool,
    /// Whether the byte before ended a line that a line feed may still belong to.
    is_return: bool,
    /// Whether a line has ended: only the first may begin with a byte order mark.
    is_begun: bool,
}

impl Events {
    fn push(&mut self, piece: &[u8], mut each: impl FnMut(&[u8])) {
        for byte in piece {
            let is_pair = core::mem::replace(&mut self.is_return, *byte == b'\r') && *byte == b'\n';
            match byte {
                b'\n' if is_pair => {}
                b'\r' | b'\n' => self.end_line(&mut each),
                _ => self.line.push(*byte),
            }
        }
    }

    fn end_line(&mut self, each: &mut impl FnMut(&[u8])) {
        let line = core::mem::take(&mut self.line);
        let mark: &[u8] = if core::mem::replace(&mut self.is_begun, true) { b"" } else { "\u{feff}".as_bytes() };
        let line = line.strip_prefix(mark).unwrap_or(&line);
        if line.is_empty() {
            let is_message = !core::mem::take(&mut self.is_other);
            // What only tells an id or how soon to come back has no data.
            if let Some(data) = self.data.take().filter(|data| is_message && !data.is_empty()) {
                each(&data);
            }
            return;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) = line.split_at_checked(colon).unwrap_or((line, b""));
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => match &mut self.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                None => self.data = Some(Vec::from(value)),
            },
            b"event" => self.is_other = !matches!(value, b"" | b"message"),
            _ => {}
        }
    }
}
