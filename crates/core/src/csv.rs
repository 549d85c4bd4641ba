//! Recipients from CSV, RFC 4180: every row with its line, every issue with its place in the file.
//!
//! ```text
//! bytes --record--> cells --columns--> the recipient's JSON --reader--> findings, with line, column and offset
//! ```
//!
//! No row is lost and none is invented. A row whose cells do not line up with the header keeps its place with an empty
//! recipient, because which text belongs where is not known; a quote that is never closed costs its own line only. Values
//! are passed on as they stand, white space included; a blank cell of a member is the same as none (PFB-042).

mod columns;
mod examine;
mod options;
mod record;
mod rows;

use alloc::string::String;
use alloc::vec::Vec;

pub use self::columns::Column;
use self::examine::Examiner;
pub use self::options::Options;
use self::options::Position;
use self::record::{Found, LONGEST, Record, behind_break, breaks};
use self::rows::{Row, Writer};
use crate::json;
use crate::report::{Code, Issue, Severity};
use crate::rule::{RuleId, pfb};
use crate::seen::Seen;

/// An issue of a file, and where it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListIssue {
    /// The issue; its path points into the list, `/rows/3/recipient/city`.
    pub issue: Issue,
    /// The line of the cell, or else of the row, counted from 1. LF, CRLF and CR each end one, also inside quotes.
    pub line: u64,
    /// The number of the column, counted from 1; 0 where it is about none.
    pub column: usize,
    /// At which byte of the file the cell starts, or else the row; with its quote, where it has one.
    pub offset: u64,
}

/// The recipients of a file, or of a part of it.
#[derive(Default)]
pub struct RecipientList {
    /// The rows as JSON, `{ line, recipient }`, separated by commas.
    pub text: Vec<u8>,
    /// Where in the text each row is.
    pub rows: Vec<Row>,
    /// What each column is taken for.
    pub columns: Vec<Column>,
    /// Everything that was found, in the order of the lines.
    pub issues: Vec<ListIssue>,
}

impl RecipientList {
    /// No issue is an error.
    pub fn ok(&self) -> bool {
        !self.issues.iter().any(|found| found.issue.severity == Severity::Error)
    }

    /// The JSON of a row's recipient.
    pub fn recipient(&self, row: usize) -> Option<&[u8]> {
        let row = self.rows.get(row)?;
        self.text.get(row.from..row.to)
    }

    /// As JSON: `{ ok, rows, columns, issues }`.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// Writes [`RecipientList::to_json`] behind what is there.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut rest = String::with_capacity(self.issues.len() * 400 + 256);
        json::put(&mut rest, &["],\"columns\":"]);
        json::list(&mut rest, &self.columns, |out, column| column.write(out));
        json::put(&mut rest, &[",\"issues\":"]);
        json::list(&mut rest, &self.issues, |out, issue| issue.write(out));
        json::put(&mut rest, &["}"]);
        let head: &[u8] = if self.ok() { b"{\"ok\":true,\"rows\":[" } else { b"{\"ok\":false,\"rows\":[" };
        out.reserve(head.len() + self.text.len() + rest.len());
        for piece in [head, &self.text, rest.as_bytes()] {
            out.extend_from_slice(piece);
        }
    }

    /// Adds an error about the file as a whole.
    #[inline(never)]
    fn error(&mut self, at: &Position, code: Code, rule: RuleId) -> &mut Issue {
        let issue = Issue::new(String::new(), code, Severity::Error, rule);
        &mut self.issues.push_mut(ListIssue { issue, line: at.line, column: 0, offset: at.offset }).issue
    }
}

impl ListIssue {
    /// Writes it as JSON: an issue with `line`, `column` and `offset`.
    pub fn write(&self, out: &mut String) {
        self.issue.write(out);
        out.pop();
        json::put(out, &[",\"line\":"]);
        json::integer(out, self.line as i64);
        if self.column > 0 {
            json::put(out, &[",\"column\":"]);
            json::integer(out, self.column as i64);
        }
        json::put(out, &[",\"offset\":"]);
        json::integer(out, self.offset as i64);
        json::put(out, &["}"]);
    }
}

/// Reads a whole file.
pub fn recipients(csv: &[u8], options: Options) -> RecipientList {
    Batches::new(options).read(csv, true).0
}

/// Reads a file of any size piece by piece, and tells recipients that were there before.
pub struct Batches {
    reader: Reader,
    seen: Seen,
}

impl Batches {
    /// For a new file.
    pub fn new(options: Options) -> Self {
        Batches { reader: Reader::new(options), seen: Seen::default() }
    }

    /// Reads the rows that are complete, see [`Reader::read`].
    pub fn read(&mut self, bytes: &[u8], is_last: bool) -> (RecipientList, usize) {
        let (mut list, taken) = self.reader.read(bytes, is_last, 0);
        duplicates(&mut self.seen, &mut list, 0);
        (list, taken)
    }
}

/// Reports the rows of a list whose recipients were there before.
fn duplicates(seen: &mut Seen, list: &mut RecipientList, first_row: usize) {
    for (index, row) in list.rows.iter().enumerate() {
        let Some(first) = seen.meet(row.fingerprint, row.line) else { continue };
        let path = examine::path(first_row + index);
        let mut issue = Issue::new(path, Code::DuplicateRecipient, Severity::Warning, RuleId::NONE);
        issue.text("where", "line").number("first", first as i64);
        list.issues.push(ListIssue { issue, line: row.line, column: 0, offset: row.offset });
    }
    list.issues.sort_by_key(|found| found.line);
}

/// Reads a file piece by piece. Whoever cannot keep it keeps [`Reader::state`].
pub struct Reader {
    options: Options,
    header: Vec<u8>,
    columns: Vec<Column>,
    at: Position,
}

impl Reader {
    /// For a new file.
    pub fn new(options: Options) -> Self {
        Reader::resume(options, &[])
    }

    /// Goes on with a file, from what [`Reader::state`] gave; for a new file from nothing.
    pub fn resume(options: Options, state: &[u8]) -> Self {
        let (at, header) = Position::from_bytes(state);
        let mut reader = Reader { options, header: Vec::from(header), columns: Vec::new(), at };
        if !header.is_empty() {
            let mut record = Record::default();
            record.read(header, 0, reader.options.delimiter, true);
            reader.columns = columns::of(&record, header, &reader.options).0;
        }
        reader
    }

    /// All that is needed to go on later: 40 bytes and the header.
    pub fn state(&self) -> Vec<u8> {
        let mut state = self.at.to_bytes();
        state.extend_from_slice(&self.header);
        state
    }

    /// Reads the rows that are complete, and says how many bytes it took; what is left has to come again, with more behind
    /// it. `first` is the number that the first row has in the paths of issues.
    pub fn read(&mut self, bytes: &[u8], is_last: bool, first: usize) -> (RecipientList, usize) {
        let mut list = RecipientList::default();
        let base = self.at.offset;
        let mut start = 0;
        if self.header.is_empty() && !self.at.ended {
            match self.read_header(bytes, is_last, &mut list) {
                Some(next) => start = next,
                None => return (list, 0),
            }
        }
        let mut end = bytes.len();
        if !self.at.ended {
            end = self.read_rows(bytes, (start, is_last, first), &mut list);
        }
        self.at.offset = base + end as u64;
        list.columns = self.columns.clone();
        if is_last && self.at.rows == 0 && !self.at.ended {
            list.error(&self.at, Code::NoRows, pfb(29));
        }
        (list, end)
    }

    /// Reads the header, and says where the rows start; nothing if there is more of it.
    fn read_header(&mut self, bytes: &[u8], is_last: bool, list: &mut RecipientList) -> Option<usize> {
        if bytes.len() < 3 && !is_last {
            return None;
        }
        let mut start = 0;
        let file = self.at.clone();
        let is_utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
        if is_utf16 {
            self.at.ended = true;
            list.error(&file, Code::InvalidUtf8, pfb(42)).text("member", "the file").number("offset", 0).hint(SAVE_AS);
            return Some(0);
        }
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            start = 3;
        }
        let mut record = Record::default();
        loop {
            if start >= bytes.len() {
                break;
            }
            match record.read(bytes, start, self.options.delimiter, is_last) {
                Found::Open => {
                    self.at = file;
                    return None;
                }
                Found::Blank => {
                    self.at.line += record.lines;
                    start = record.next;
                }
                found @ (Found::Record | Found::TooLong) => {
                    self.columns_of(&record, bytes, start, found, list);
                    break;
                }
            }
        }
        if start >= bytes.len() && !is_last {
            self.at = file;
            return None;
        }
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            let issue = Issue::new(String::new(), Code::ByteOrderMark, Severity::Info, pfb(22));
            list.issues.insert(0, ListIssue { issue, line: 1, column: 0, offset: 0 });
        }
        if start >= bytes.len() {
            return Some(bytes.len());
        }
        if !self.at.ended {
            self.header = Vec::from(bytes.get(start..record.next).unwrap_or_default());
            self.at.line += record.lines;
        }
        Some(record.next)
    }

    /// Works out the columns, and says what is wrong about them.
    fn columns_of(&mut self, record: &Record, bytes: &[u8], start: usize, found: Found, list: &mut RecipientList) {
        let at = Position { offset: self.at.offset + start as u64, ..self.at.clone() };
        let other = [b',', b';', b'\t', b'|'].into_iter().find(|other| {
            let is_in = |cell: &record::Cell| cell.span(bytes).contains(other);
            *other != self.options.delimiter && record.count == 1 && record.cells.iter().any(is_in)
        });
        if found == Found::TooLong {
            self.at.ended = true;
            list.error(&at, Code::RowTooLong, RuleId::NONE).number("limit", LONGEST as i64);
        } else if let Some(other) = other {
            self.at.ended = true;
            let issue = list.error(&at, Code::WrongDelimiter, pfb(41));
            issue.text("actual", options::delimiter_name(other));
            issue.text("expected", options::delimiter_name(self.options.delimiter));
        } else {
            let (columns, remarks) = columns::of(record, bytes, &self.options);
            self.at.ended = columns.is_empty();
            self.columns = columns;
            for (column, issue) in remarks {
                let cell = record.cells.get(column.wrapping_sub(1));
                let from = cell.map_or(start, |cell| cell.start);
                let line = at.line + breaks(bytes.get(start..from).unwrap_or_default());
                let offset = at.offset + (from - start) as u64;
                list.issues.push(ListIssue { issue, line, column, offset });
            }
            let row = Row::header(start, &at);
            self.examiner(bytes, true).header(&row, list);
        }
    }

    fn examiner<'e>(&'e self, bytes: &'e [u8], is_last: bool) -> Examiner<'e> {
        let (columns, options) = (&self.columns, &self.options);
        Examiner { bytes, columns, options, is_last, record: Record::default(), places: Vec::new() }
    }

    /// Reads the rows from `start` on, and says how far.
    fn read_rows(
        &mut self,
        bytes: &[u8],
        (start, is_last, first): (usize, bool, usize),
        list: &mut RecipientList,
    ) -> usize {
        let base = self.at.offset;
        let mut writer = Writer::new(&self.columns, &self.options, bytes.len());
        let mut record = Record::default();
        let mut at = start;
        while at < bytes.len() {
            if self.at.skipping {
                let (next, is_over) = skip(bytes, at, is_last);
                self.at.line += u64::from(is_over);
                self.at.skipping = !is_over;
                if next == at {
                    break;
                }
                at = next;
                continue;
            }
            let found = record.read(bytes, at, self.options.delimiter, is_last);
            match found {
                Found::Open => break,
                Found::Blank => {}
                Found::Record | Found::TooLong => {
                    writer.row(bytes, at, &record, found, (self.at.line, base + at as u64));
                    self.at.rows += 1;
                }
            }
            if found == Found::TooLong {
                self.at.skipping = true;
                self.at.line += breaks(bytes.get(at..at + LONGEST).unwrap_or_default());
                at += LONGEST;
            } else {
                self.at.line += record.lines;
                at = record.next;
            }
        }
        writer.finish(list);
        let mut position = self.at.clone();
        self.examiner(bytes, is_last).rows(list, first, &mut position);
        self.at = position;
        at
    }
}

/// The end of a line that is read over, and whether it was found.
fn skip(bytes: &[u8], at: usize, is_last: bool) -> (usize, bool) {
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

/// How spreadsheets say it.
pub(crate) const SAVE_AS: &str = "Save it as \"CSV UTF-8\".";

#[cfg(test)]
mod tests;
