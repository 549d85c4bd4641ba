//! The scanner: one pass over the bytes, and the canonical bytes as a by-product.
//!
//! As long as the input is written canonically nothing is copied at all; `copied` marks up to where the output holds
//! what was read, and what lies behind it is still to be taken over as it stands.

use alloc::string::String;
use alloc::vec::Vec;

use super::buffer::Buffer;
use super::text;
use super::tree::Node;

/// The bytes are not JSON; where and why is kept in the cursor.
#[derive(Debug)]
pub(super) struct Stop;

/// A string that was scanned.
pub(super) struct Str {
    /// Its bytes, without the quotes.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its length in UTF-16 code units.
    pub(super) units: u32,
    pub(super) escaped: bool,
    /// Whether there is a character in it that is worth a look: one beyond what western languages are written with.
    pub(super) odd: bool,
    pub(super) flaw: Option<Flaw>,
}

/// What is wrong with a string, and at which byte. Reading goes on behind it.
#[derive(Clone, Copy)]
pub(super) enum Flaw {
    Utf8(usize),
    LoneSurrogate,
    /// A control character that JSON wants escaped: it outweighs whatever is not the reason why this is no JSON.
    Unescaped(usize),
    /// A control character that is escaped, but cannot be printed, and where it stands in UTF-16 code units.
    Control(char, u32),
}

pub(super) struct Cursor<'i> {
    pub(super) bytes: &'i [u8],
    pub(super) at: usize,
    /// Why reading stopped.
    pub(super) stopped: (usize, &'static str),
    out: Buffer,
    copied: usize,
    /// How much room the output needs at first; 0 where nobody wants it.
    room: usize,
    /// Where pieces are put together.
    joined: Buffer,
}

impl<'i> Cursor<'i> {
    pub(super) fn new(bytes: &'i [u8], wanted: bool) -> Self {
        let room = if wanted { bytes.len() + 64 } else { 0 };
        Cursor { bytes, at: 0, stopped: (0, ""), out: Buffer::default(), copied: 0, room, joined: Buffer::default() }
    }

    /// Makes an output of its own of each value that is read.
    pub(super) fn write_each(&mut self) {
        self.room = 1 << 10;
    }

    /// Goes on at this byte, with an empty output.
    pub(super) fn restart(&mut self, at: usize) {
        (self.at, self.copied) = (at, at);
        self.out.truncate(0);
    }

    /// The byte ahead; 0, which no JSON has between values, at the end.
    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Gives up, saying why.
    #[cold]
    pub(super) fn stop(&mut self, reason: &'static str) -> Stop {
        self.stopped = (self.at, reason);
        Stop
    }

    /// Takes this byte or gives up.
    #[inline]
    pub(super) fn expect(&mut self, byte: u8, reason: &'static str) -> Result<(), Stop> {
        if self.peek() != byte {
            return Err(self.stop(reason));
        }
        self.at += 1;
        Ok(())
    }

    /// Steps over white space, which the output does not have.
    #[inline]
    pub(super) fn space(&mut self) {
        if self.peek() <= b' ' {
            self.skip_space();
        }
    }

    fn skip_space(&mut self) {
        let from = self.at;
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
        if self.at > from {
            self.leave_out(from);
        }
    }

    /// Takes `"name":` if exactly that lies ahead.
    #[inline]
    pub(super) fn take_key(&mut self, name: &str) -> bool {
        let end = self.at + 1 + name.len();
        if self.peek() == b'"'
            && self.bytes.get(end..end + 2) == Some(b"\":")
            && self.bytes.get(self.at + 1..end).is_some_and(|bytes| text::same(bytes, name.as_bytes()))
        {
            self.at = end + 2;
            return true;
        }
        false
    }

    /// Scans the string ahead, which starts with a quote.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Str, Stop> {
        let start = self.at + 1;
        let at = self.plain(start);
        if self.bytes.get(at) == Some(&b'"') {
            self.at = at + 1;
            return Ok(Str { start, end: at, units: (at - start) as u32, escaped: false, odd: false, flaw: None });
        }
        self.string_from(start, at)
    }

    /// The end of the run of plain ASCII that starts here.
    #[inline]
    fn plain(&self, mut at: usize) -> usize {
        while let Some(word) = self.word(at) {
            let special = specials(word);
            if special != 0 {
                return at + (special.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        // Behind the last whole word, byte by byte.
        while self.bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20 | 0x7F..)) {
            at += 1;
        }
        at
    }

    #[inline]
    fn word(&self, at: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at + 8)?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    }

    /// The rest of a string that is not plain ASCII.
    #[inline(never)]
    fn string_from(&mut self, start: usize, mut at: usize) -> Result<Str, Stop> {
        let (mut escaped, mut wide, mut odd, mut canonical, mut flaw) = (false, false, false, true, None);
        // How many bytes there are more than UTF-16 code units.
        let mut extra = 0_isize;
        loop {
            at = self.plain(at);
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at = at;
                    let (length, usual) = self.escape(at, (at - start) as isize - extra, &mut flaw)?;
                    canonical &= usual;
                    odd |= length > 2;
                    extra += if length == 12 { 10 } else { length as isize - 1 };
                    at += length;
                }
                Some(byte @ (0..0x20 | 0x7F)) => {
                    odd = true;
                    let is_told = *byte == 0x7F || matches!(flaw, Some(Flaw::Unescaped(_)));
                    flaw = if is_told { flaw } else { Some(Flaw::Unescaped(at)) };
                    at += 1;
                }
                Some(_) => {
                    wide = true;
                    while let Some(byte @ 0x80..) = self.bytes.get(at) {
                        odd |= matches!(byte, 0xC2 | 0xCD..) && !text::is_western(self.bytes.get(at..));
                        at += 1;
                        // A character of two or three bytes is one unit, one of four bytes two.
                        extra += isize::from(*byte < 0xC0) - isize::from(*byte >= 0xF0);
                    }
                }
                None => {
                    self.at = start.saturating_sub(1);
                    return Err(self.stop("this text has no closing quote"));
                }
            }
        }
        let span = self.bytes.get(start..at).unwrap_or_default();
        if wide && let Err(error) = core::str::from_utf8(span) {
            flaw = Some(Flaw::Utf8(start + error.valid_up_to()));
        }
        self.at = at + 1;
        if !canonical && self.is_wanted() {
            let mut written = String::with_capacity(span.len());
            text::write_canonical(&mut written, span);
            self.replace(start, at, written.as_bytes());
        }
        Ok(Str { start, end: at, units: (span.len() as isize - extra) as u32, escaped, odd, flaw })
    }

    /// The length of an escape, and whether it is written as JSON.stringify writes it.
    fn escape(&mut self, at: usize, units: isize, flaw: &mut Option<Flaw>) -> Result<(usize, bool), Stop> {
        let rest = self.bytes.get(at..).unwrap_or_default();
        match rest.get(1) {
            Some(b'"' | b'\\' | b'n' | b'r' | b't') => Ok((2, true)),
            Some(b'b' | b'f') => {
                *flaw = flaw.or(text::unescape(rest).0.map(|control| Flaw::Control(control, units as u32)));
                Ok((2, true))
            }
            Some(b'/') => Ok((2, false)),
            Some(b'u') if text::hex(rest.get(2..6)).is_some() => {
                let (character, length) = text::unescape(rest);
                match character {
                    None if matches!(flaw, Some(Flaw::Unescaped(_))) => {}
                    None => *flaw = Some(Flaw::LoneSurrogate),
                    Some('\n' | '\r' | '\t') => {}
                    Some(control @ ..'\u{20}') => *flaw = flaw.or(Some(Flaw::Control(control, units as u32))),
                    Some(_) => {}
                }
                Ok((length, false))
            }
            _ => Err(self.stop("a backslash is followed by one of \" \\ / b f n r t u")),
        }
    }

    /// Scans the number ahead: its bytes, and whether it is written as an integer.
    pub(super) fn number(&mut self) -> Result<(usize, usize, bool), Stop> {
        let start = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        match self.peek() {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits(),
            _ => return Err(self.stop("a number has a digit here")),
        }
        if self.peek().is_ascii_digit() {
            return Err(self.stop("a number does not start with 0"));
        }
        let mut integer = true;
        if self.peek() == b'.' {
            integer = false;
            self.at += 1;
            self.some_digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            integer = false;
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            self.some_digits()?;
        }
        Ok((start, self.at, integer))
    }

    fn digits(&mut self) {
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), Stop> {
        if !self.peek().is_ascii_digit() {
            return Err(self.stop("a number has a digit here"));
        }
        self.digits();
        Ok(())
    }

    /// Takes the word `true`, `false` or `null`.
    pub(super) fn literal(&mut self, word: &'static str) -> Result<(), Stop> {
        if self.bytes.get(self.at..self.at + word.len()) != Some(word.as_bytes()) {
            return Err(self.stop("a value starts here: text in quotes, a number, true, false, null, { or ["));
        }
        self.at += word.len();
        Ok(())
    }

    /// Where in the output the byte ahead will stand.
    #[inline]
    pub(super) fn position(&self) -> usize {
        self.out.len() + (self.at - self.copied)
    }

    /// Leaves the bytes from `from` up to here out of the output.
    pub(super) fn leave_out(&mut self, from: usize) {
        self.take_over(from);
        self.copied = self.at;
    }

    /// Writes `with` in the place of the bytes from `from` to `to`.
    pub(super) fn replace(&mut self, from: usize, to: usize, with: &[u8]) {
        if self.is_wanted() {
            self.take_over(from);
            self.out.add(with, 0, with.len());
            self.copied = to;
        }
    }

    /// A single recipient is looked at and not written: the module that does only that has nothing of what follows.
    #[inline]
    fn is_wanted(&self) -> bool {
        cfg!(feature = "operations") && self.room > 0
    }

    fn take_over(&mut self, to: usize) {
        if !self.is_wanted() {
            return;
        }
        if self.out.len() == 0 {
            self.out.reserve(self.room);
        }
        self.out.add(self.bytes, self.copied, to);
        self.copied = to;
    }

    /// Writes members, and others of the caller's own, separated by commas, in the place of all behind `start`.
    pub(super) fn rebuild(&mut self, start: usize, members: &[Node], own: &[(usize, usize)]) {
        if !self.is_wanted() {
            return;
        }
        if start >= self.out.len() {
            // Nothing behind `start` was written yet: the pieces are still as they stand in the input.
            let ahead = self.copied.wrapping_sub(self.out.len());
            self.take_over(start.wrapping_add(ahead));
            self.out.join(self.bytes, ahead, members, own);
        } else {
            self.take_over(self.at);
            self.joined.truncate(0);
            self.joined.reserve(self.out.len().saturating_sub(start));
            self.joined.join(self.out.written(), 0, members, own);
            self.out.truncate(start);
            self.out.add(self.joined.written(), 0, self.joined.len());
        }
        self.copied = self.at;
    }

    /// The canonical bytes of what was read since the start.
    pub(super) fn canonical(&mut self) -> &[u8] {
        self.take_over(self.at);
        self.out.written()
    }

    /// The canonical bytes of all that was read.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.take_over(self.at);
        self.out.finish()
    }
}

/// Marks the bytes of a word that end a run of plain ASCII: quotes, backslashes, control characters, all beyond ASCII.
/// The lowest mark is exact; higher ones may be false, which is why only the lowest is looked at.
#[inline]
const fn specials(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let marks = quote.wrapping_sub(ONES) & !quote
        | backslash.wrapping_sub(ONES) & !backslash
        | word.wrapping_sub(ONES * 0x20) & !word
        | word.wrapping_add(ONES)
        | word;
    marks & HIGH
}

#[cfg(test)]
mod tests;
