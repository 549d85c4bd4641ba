//! Cutting bytes into records and cells: RFC 4180, and every way in which files stray from it.
//!
//! No byte is looked at more than a few times, whatever stands there: a quote that is never closed is looked for up to
//! [`LONGEST`] bytes ahead, then taken as text. Behind such a quote all quotes stand in pairs, and pairs close at once, so
//! the same bytes are never searched for another one.

use alloc::vec::Vec;

/// A longer record is not read: memory must not grow with what is wrong about a file.
pub(super) const LONGEST: usize = 1 << 20;
/// Cells behind so many are counted only.
pub(super) const MOST_COLUMNS: usize = 1_000;

/// How a cell is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// In quotes.
    Quoted,
    /// In quotes, with quotes inside that are written twice.
    Doubled,
    /// A quote stands inside a cell without quotes; it is text.
    Stray,
    /// There is text behind the closing quote; all of it is taken as it stands.
    Trailing,
    /// The opening quote is never closed; it is taken as text.
    Unterminated,
}

/// A cell, and where it stands, quotes included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) form: Form,
}

impl Cell {
    /// Its text as it stands, without the quotes around it.
    pub(super) fn span<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        let quotes = usize::from(matches!(self.form, Form::Quoted | Form::Doubled));
        bytes.get(self.start + quotes..self.end - quotes).unwrap_or_default()
    }

    /// Its text.
    pub(super) fn text(&self, bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::from(self.span(bytes));
        if self.form == Form::Doubled {
            let mut is_second = false;
            text.retain(|byte| {
                is_second = *byte == b'"' && !is_second;
                *byte != b'"' || is_second
            });
        }
        text
    }

    /// Whether there is nothing in it but white space.
    pub(super) fn is_blank(&self, bytes: &[u8]) -> bool {
        let span = self.span(bytes);
        match span.first() {
            None => true,
            Some(b'!'..=b'~') => false,
            Some(_) => core::str::from_utf8(span).is_ok_and(crate::words::is_blank),
        }
    }
}

/// What [`Record::read`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A record.
    Record,
    /// A line without anything in it, which is no record.
    Blank,
    /// More bytes are needed to tell.
    Open,
    /// More than [`LONGEST`] bytes.
    TooLong,
}

/// A record. One is used for a whole file, so that its memory is.
#[derive(Default)]
pub(super) struct Record {
    /// At most [`MOST_COLUMNS`], and one more.
    pub(super) cells: Vec<Cell>,
    /// How many there are.
    pub(super) count: usize,
    /// Where the next record starts.
    pub(super) next: usize,
    /// How many lines it takes.
    pub(super) lines: u64,
    /// Whether a cell's quotes are not as they should be.
    pub(super) is_odd: bool,
}

impl Record {
    /// Reads the record that starts here. `is_last`: there is nothing behind these bytes.
    pub(super) fn read(&mut self, bytes: &[u8], start: usize, delimiter: u8, is_last: bool) -> Found {
        self.cells.clear();
        (self.count, self.lines, self.is_odd) = (0, 0, false);
        let mut at = start;
        loop {
            let Some(cell) = self.cell(bytes, (start, at), delimiter, is_last) else { return Found::Open };
            self.is_odd |= matches!(cell.form, Form::Stray | Form::Trailing | Form::Unterminated);
            if matches!(cell.form, Form::Quoted | Form::Doubled | Form::Trailing) {
                self.lines += breaks(bytes.get(cell.start..cell.end).unwrap_or_default());
            }
            self.count += 1;
            if self.cells.len() <= MOST_COLUMNS {
                self.cells.push(cell);
            }
            at = cell.end;
            let end = match bytes.get(at) {
                Some(byte) if *byte == delimiter => {
                    at += 1;
                    continue;
                }
                // Whether a line feed follows is not known yet.
                Some(b'\r') if at + 1 == bytes.len() && !is_last => None,
                Some(_) => Some(behind_break(bytes, at)),
                None => is_last.then_some(at),
            };
            let Some(end) = end else {
                return if at - start > LONGEST { Found::TooLong } else { Found::Open };
            };
            (self.next, self.lines) = (end, self.lines + u64::from(end > at));
            return if at - start > LONGEST {
                Found::TooLong
            } else if self.count == 1 && cell.form == Form::Plain && is_spaces(cell.span(bytes)) {
                Found::Blank
            } else {
                Found::Record
            };
        }
    }

    /// The cell that starts at `at`, in the record that starts at `start`; nothing if it may go on behind the bytes.
    #[inline]
    fn cell(&self, bytes: &[u8], (start, at): (usize, usize), delimiter: u8, is_last: bool) -> Option<Cell> {
        let ends = |byte: u8| byte == delimiter || byte == b'\n' || byte == b'\r';
        let mut form = Form::Plain;
        let mut end = at;
        if bytes.get(at) == Some(&b'"') {
            let limit = start.saturating_add(LONGEST).min(bytes.len());
            let (closed, doubled) = closing(bytes, at + 1, limit);
            (form, end) = match closed {
                Some(quote) => {
                    end = quote + 1;
                    match bytes.get(end) {
                        // Another quote may follow.
                        None if !is_last => return None,
                        Some(byte) if !ends(*byte) => (Form::Trailing, end),
                        _ => {
                            return Some(Cell {
                                start: at,
                                end,
                                form: if doubled { Form::Doubled } else { Form::Quoted },
                            });
                        }
                    }
                }
                None if limit == bytes.len() && limit - start < LONGEST && !is_last => return None,
                None => (Form::Unterminated, at + 1),
            };
        }
        for byte in bytes.get(end..).unwrap_or_default() {
            if ends(*byte) {
                break;
            }
            if *byte == b'"' && form == Form::Plain {
                form = Form::Stray;
            }
            end += 1;
        }
        Some(Cell { start: at, end, form })
    }
}

/// The quote that closes what starts here, if there is one before `limit`, and whether others stand before it.
fn closing(bytes: &[u8], mut at: usize, limit: usize) -> (Option<usize>, bool) {
    let mut doubled = false;
    while let Some(ahead) = bytes.get(at..limit).and_then(|rest| rest.iter().position(|byte| *byte == b'"')) {
        at += ahead;
        if bytes.get(at + 1) != Some(&b'"') {
            return (Some(at), doubled);
        }
        doubled = true;
        at += 2;
    }
    (None, doubled)
}

/// Where it goes on behind a line break.
pub(super) fn behind_break(bytes: &[u8], at: usize) -> usize {
    at + if bytes.get(at..at + 2) == Some(b"\r\n") { 2 } else { 1 }
}

/// How many lines end in these bytes: with LF, CRLF or CR.
pub(super) fn breaks(bytes: &[u8]) -> u64 {
    let mut previous = 0;
    let mut lines = 0;
    for byte in bytes {
        lines += u64::from(*byte == b'\r' || *byte == b'\n' && previous != b'\r');
        previous = *byte;
    }
    lines
}

fn is_spaces(span: &[u8]) -> bool {
    span.iter().all(|byte| *byte == b' ')
}

/// The end of a line that is read over, and whether it was found.
pub(super) fn skip(bytes: &[u8], at: usize, is_last: bool) -> (usize, bool) {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
        None => (bytes.len(), false),
        // Whether a line feed follows is not known yet.
        Some(ahead) if rest.get(ahead) == Some(&b'\r') && at + ahead + 1 == bytes.len() && !is_last => {
            (at + ahead, false)
        }
        Some(ahead) => (behind_break(bytes, at + ahead), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use std::vec;

    fn cut(text: &str) -> Vec<Vec<String>> {
        let (mut record, mut at, mut all) = (Record::default(), 0, Vec::new());
        while at < text.len() {
            let found = record.read(text.as_bytes(), at, b',', true);
            if found == Found::Record {
                let text = |cell: &Cell| String::from_utf8(cell.text(text.as_bytes())).unwrap();
                all.push(record.cells.iter().map(text).collect());
            }
            assert!(record.next > at, "{text:?} goes on");
            at = record.next;
        }
        all
    }

    #[test]
    fn pfb_023_every_line_break_ends_a_record_outside_quotes_only() {
        for text in ["a,b\nc,d\n", "a,b\r\nc,d\r\n", "a,b\rc,d\r", "a,b\nc,d", "a,b\r\nc,d\r", "a,b\n\r\n\r\nc,d\n \n"]
        {
            assert_eq!(cut(text), [["a", "b"], ["c", "d"]], "{text:?}");
        }
        assert_eq!(cut("\"a\r\nb\",\"c\rd\"\ne,f"), [["a\r\nb", "c\rd"], ["e", "f"]]);
    }

    #[test]
    fn pfb_024_quoted_cells_hold_anything() {
        assert_eq!(cut("\"a,b\",\"c\"\"d\",\"\",\"\"\"\"\n"), [["a,b", "c\"d", "", "\""]]);
    }

    #[test]
    fn pfb_025_an_open_quote_is_text_and_costs_its_own_line_only() {
        assert_eq!(cut("a,\"b\nc,d\n\"\"\"\",f"), vec![vec!["a", "\"b"], vec!["c", "d"], vec!["\"", "f"]]);
    }

    #[test]
    fn pfb_026_nothing_behind_a_closing_quote_is_lost() {
        assert_eq!(cut("\"x\"z,x\"y\"\n"), [["\"x\"z", "x\"y\""]]);
    }

    #[test]
    fn what_is_not_complete_is_asked_for_again() {
        let text = "\"a\"\"b\",c\r\nd";
        let mut record = Record::default();
        for end in 0..text.len() {
            let found = record.read(&text.as_bytes()[..end], 0, b',', false);
            assert_eq!(found == Found::Record, end >= text.len() - 1, "{end}");
        }
    }
}
