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
mod exact;
mod examine;
mod members;
mod options;
mod record;
mod rows;

use alloc::string::String;
use alloc::vec::Vec;

pub use self::columns::Column;
use self::columns::Header;
pub use self::exact::sent;
use self::examine::Examiner;
use self::options::Position;
pub use self::options::{Options, Rows};
use self::record::{Found, LONGEST, Record, behind_break, breaks, skip};
use self::rows::{Row, Writer};
use crate::json;
use crate::place::Country;
use crate::read::Checker;
use crate::report::{Code, Issue, Severity};
use crate::rule::{RuleId, pfb, pl};
use crate::schema::Mode;
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
        json::raw(&mut rest, "],\"columns\":");
        json::list(&mut rest, &self.columns, |out, column| column.write(out));
        json::raw(&mut rest, ",\"issues\":");
        json::list(&mut rest, &self.issues, |out, issue| issue.write(out));
        json::raw(&mut rest, "}");
        let head: &[u8] = if self.ok() { b"{\"ok\":true,\"rows\":[" } else { b"{\"ok\":false,\"rows\":[" };
        out.reserve(head.len() + self.text.len() + rest.len());
        for piece in &[head, &self.text, rest.as_bytes()] {
            out.extend_from_slice(piece);
        }
    }

    /// Adds an error about the file or its header, which stands there.
    #[inline(never)]
    fn report(&mut self, line: u64, offset: u64, code: Code, rule: RuleId) -> &mut ListIssue {
        let issue = Issue::new(String::new(), code, Severity::Error, rule);
        self.issues.push_mut(ListIssue { issue, line, column: 0, offset })
    }
}

impl ListIssue {
    /// Writes it as JSON: an issue with `line`, `column` and `offset`.
    pub fn write(&self, out: &mut String) {
        self.issue.write(out);
        out.pop();
        for (name, value) in &[("line", self.line), ("column", self.column as u64), ("offset", self.offset)] {
            if *value > 0 || *name != "column" {
                json::put(out, &[",\"", name, "\":"]);
                json::integer(out, *value as i64);
            }
        }
        json::raw(out, "}");
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
        list.issues.push(duplicate(path, first, (row.line, row.offset)));
    }
    list.issues.sort_by_key(|found| found.line);
}

/// Says of the row that stands there that its recipient was at line `first` before.
pub fn duplicate(path: String, first: u64, (line, offset): (u64, u64)) -> ListIssue {
    let mut issue = Issue::new(path, Code::DuplicateRecipient, Severity::Warning, RuleId::NONE);
    issue.text("where", "line").number("first", first as i64);
    ListIssue { issue, line, column: 0, offset }
}

/// Reads a file piece by piece. Whoever cannot keep it keeps [`Reader::state`].
pub struct Reader {
    options: Options,
    header: Vec<u8>,
    at: Position,
}

impl Reader {
    /// For a new file.
    pub fn new(options: Options) -> Self {
        Reader::resume(options, &[])
    }

    /// Goes on with a file, from what [`Reader::state`] gave; for a new file from nothing.
    pub fn resume(mut options: Options, state: &[u8]) -> Self {
        let (at, mut header) = Position::from_bytes(state);
        if let Some((delimiter, behind)) = header.split_first() {
            (options.delimiter, header) = (*delimiter, behind);
        }
        Reader { options, header: Vec::from(header), at }
    }

    /// All that is needed to go on later: 40 bytes, the delimiter and the header.
    pub fn state(&self) -> Vec<u8> {
        let mut state = Vec::new();
        self.at.write(&mut state);
        state.push(self.options.delimiter);
        state.extend_from_slice(&self.header);
        state
    }

    /// Reads the rows that are complete, and says how many bytes it took; what is left has to come again, with more behind
    /// it. `first` is the number that the first row has in the paths of issues.
    pub fn read(&mut self, bytes: &[u8], is_last: bool, first: usize) -> (RecipientList, usize) {
        let mut list = RecipientList::default();
        let mut record = Record::default();
        let base = self.at.offset;
        let mut start = 0;
        let mut header_row = None;
        if !self.header.is_empty() {
            let bytes = &*self.header;
            record.read(bytes, 0, self.options.delimiter, true);
            let header = Header { record: &record, bytes, start: 0, line: 0, offset: 0 };
            columns::put(&mut list, &header, &self.options);
            // What is wrong about it was said.
            list.issues.clear();
        } else if !self.at.ended {
            match self.read_header(bytes, is_last, &mut list, &mut record) {
                Some((next, row)) => (start, header_row) = (next, row),
                None => {
                    // It is read again, and all of it is said then.
                    list.issues.clear();
                    return (list, 0);
                }
            }
        }
        let mut end = bytes.len();
        if !self.at.ended {
            end = self.read_rows(bytes, (start, is_last), &mut list, &mut record);
        }
        let RecipientList { text, rows, columns, issues } = &mut list;
        let (delimiter, at) = (self.options.delimiter, &mut self.at);
        let rows_are = self.options.rows;
        let mut examiner =
            Examiner { bytes, columns, rows_are, delimiter, is_last, record, places: Vec::new(), issues, at };
        let mut checker = Checker::new(self.options.rows.object(), text, self.options.mode);
        if let Some(row) = header_row {
            examiner.header(&mut checker, &row);
        }
        examiner.rows(&mut checker, rows, first);
        self.at.offset = base + end as u64;
        if is_last && self.at.rows == 0 && !self.at.ended {
            list.report(self.at.line, self.at.offset, Code::NoRows, pfb(29));
        }
        (list, end)
    }

    /// Reads the header, and says where the rows start, and what it is as a row; nothing if there is more of it.
    fn read_header(
        &mut self,
        bytes: &[u8],
        is_last: bool,
        list: &mut RecipientList,
        record: &mut Record,
    ) -> Option<(usize, Option<Row>)> {
        if bytes.len() < "\u{feff}sep=;\r\n".len() && !is_last {
            return None;
        }
        let mut line = self.at.line;
        if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            self.at.ended = true;
            let issue = &mut list.report(line, 0, Code::InvalidUtf8, pfb(42)).issue;
            issue.text("member", "the file").number("offset", 0).hint(SAVE_AS);
            return Some((0, None));
        }
        let mut start = exact::marks(bytes);
        if start > 0 {
            list.report(line, 0, Code::ByteOrderMark, pfb(22)).issue.severity = Severity::Info;
        }
        if !self.options.rows.is_exact()
            && let Some(delimiter) = options::named_delimiter(bytes.get(start..).unwrap_or_default())
        {
            self.options.delimiter = delimiter;
            (line, start) = (line + 1, behind_break(bytes, start + 5));
        }
        let found = loop {
            if start >= bytes.len() {
                if !is_last {
                    return None;
                }
                self.at.line = line;
                return Some((start, None));
            }
            match record.read(bytes, start, self.options.delimiter, is_last) {
                Found::Open => return None,
                Found::Blank => (line, start) = (line + record.lines, record.next),
                found => break found,
            }
        };
        let offset = self.at.offset + start as u64;
        let other = self.other_delimiter(bytes, record);
        self.at.ended = true;
        if found == Found::TooLong {
            list.report(line, offset, Code::RowTooLong, RuleId::NONE).issue.number("limit", LONGEST as i64);
        } else if !other.is_empty() {
            let issue = &mut list.report(line, offset, Code::WrongDelimiter, pfb(41)).issue;
            issue.text("actual", other).text("expected", options::delimiter_name(self.options.delimiter));
            if self.options.rows.is_exact() {
                issue.hint("Save it as CSV with commas.");
            }
        } else {
            columns::put(list, &Header { record, bytes, start, line, offset }, &self.options);
            if !list.columns.is_empty() {
                self.at.ended = false;
                self.header.extend_from_slice(bytes.get(start..record.next).unwrap_or_default());
                self.at.line = line + record.lines;
                self.unknown_country(list, line, offset);
            }
            return Some((record.next, Some(Row::header(start, line, offset))));
        }
        Some((record.next, None))
    }

    /// PL-001: a country for all rows that is none is reported once, and not for each of them.
    fn unknown_country(&self, list: &mut RecipientList, line: u64, offset: u64) {
        let country = self.options.country.trim_ascii();
        if country.is_empty()
            || list.columns.iter().any(|column| column.is_at("/country"))
            || Country::find(country).is_some()
        {
            return;
        }
        let issue = &mut list.report(line, offset, Code::UnknownCountry, pl(1)).issue;
        issue.text("member", "country").text("actual", country);
        if self.options.mode == Mode::Lenient {
            issue.severity = Severity::Warning;
        }
        if let Some(meant) = Country::meant(country) {
            issue.did_you_mean(meant);
        }
    }

    /// The name of what separates the cells instead, where there is one cell only; else nothing.
    fn other_delimiter(&self, bytes: &[u8], record: &Record) -> &'static str {
        if record.count == 1
            && let Some(cell) = record.cells.first()
        {
            for byte in cell.span(bytes) {
                let name = options::delimiter_name(*byte);
                if *byte != self.options.delimiter && !name.is_empty() {
                    return name;
                }
            }
        }
        ""
    }

    /// Reads the rows from `start` on, and says how far.
    fn read_rows(
        &mut self,
        bytes: &[u8],
        (start, is_last): (usize, bool),
        list: &mut RecipientList,
        record: &mut Record,
    ) -> usize {
        let base = self.at.offset;
        let mut writer = Writer::new(list, &self.options, bytes.len());
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
            if found == Found::Open {
                break;
            }
            if found != Found::Blank {
                writer.row(bytes, at, record, found, (self.at.line, base + at as u64));
                self.at.rows += 1;
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
        at
    }
}

/// How spreadsheets say it.
pub(crate) const SAVE_AS: &str = "Save it as \"CSV UTF-8\".";

#[cfg(test)]
mod tests;
