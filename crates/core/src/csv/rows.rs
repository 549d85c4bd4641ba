//! From cells to the recipient's JSON.

use alloc::string::String;
use alloc::vec::Vec;

use super::columns::{COUNTRY, Column, MEMBER_COUNT, VARIABLE, name, readable};
use super::record::{Cell, Form, Found, Record};
use super::{Options, Position, RecipientList};
use crate::json;
use crate::words::is_blank;

/// A row of a list.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The line in which it starts, counted from 1.
    pub line: u64,
    /// At which byte of the file it starts.
    pub offset: u64,
    /// Where its recipient's JSON starts in the list's text.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// The same for the same name and address, see [`crate::seen::fingerprint`]; 0 for nobody.
    pub fingerprint: u64,
    /// Where it starts in the bytes at hand.
    pub(super) start: usize,
    pub(super) form: RowForm,
    /// Something is wrong about its quotes or its characters.
    pub(super) is_odd: bool,
}

impl Row {
    /// The header, as far as its cells are looked at like others.
    pub(super) fn header(start: usize, at: &Position) -> Self {
        let (line, offset) = (at.line, at.offset);
        Row { line, offset, from: 0, to: 0, fingerprint: 0, start, form: RowForm::Even, is_odd: true }
    }
}

/// Whether a row's cells can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowForm {
    /// A cell for each column.
    Even,
    /// More cells than columns, or fewer.
    Ragged,
    /// Nothing in any cell.
    Empty,
    TooLong,
}

/// A member or a variable, and the columns that it comes from.
struct Source {
    /// Its name as it is written, with quotes and colon.
    name: String,
    columns: Vec<usize>,
}

/// Writes rows as JSON.
pub(super) struct Writer {
    members: Vec<Source>,
    variables: Vec<Source>,
    /// The member `country` of all rows, as it is written.
    country: String,
    width: usize,
    number: String,
    text: Vec<u8>,
    rows: Vec<Row>,
}

impl Writer {
    pub(super) fn new(columns: &[Column], options: &Options, size: usize) -> Self {
        let mut members = Vec::new();
        for member in 0..MEMBER_COUNT {
            source(&mut members, columns, member, name(member));
        }
        let mut variables = Vec::new();
        for (index, column) in columns.iter().enumerate().filter(|(_, column)| column.member == VARIABLE) {
            let is_own = |other: &Column| other.member == VARIABLE && other.variable == column.variable;
            if columns.iter().position(is_own) == Some(index) {
                source(&mut variables, columns, VARIABLE, &column.variable);
            }
        }
        let mut country = String::new();
        if !is_blank(&options.country) && !columns.iter().any(|column| column.member == COUNTRY) {
            json::member(&mut country, "\"country\":", &options.country);
        }
        let text = Vec::with_capacity(size.saturating_mul(4).min(1 << 22));
        let width = columns.len();
        Writer { members, variables, country, width, number: String::new(), text, rows: Vec::new() }
    }

    /// Writes the row that starts at `start`; `line` and `offset` are its place in the file.
    pub(super) fn row(
        &mut self,
        bytes: &[u8],
        start: usize,
        record: &Record,
        found: Found,
        (line, offset): (u64, u64),
    ) {
        let written = bytes.get(start..record.next).unwrap_or_default();
        let is_text = found == Found::TooLong || core::str::from_utf8(written).is_ok();
        let form = if found == Found::TooLong {
            RowForm::TooLong
        } else if record.cells.iter().all(|cell| cell.is_blank(bytes)) {
            RowForm::Empty
        } else if record.count != self.width {
            RowForm::Ragged
        } else {
            RowForm::Even
        };
        let is_odd = record.is_odd || !is_text || written.contains(&0) || !written.is_ascii() && has_lost(written);
        let number = &mut self.number;
        number.clear();
        json::put(number, &[if self.rows.is_empty() { "{\"line\":" } else { ",{\"line\":" }]);
        json::integer(number, line as i64);
        json::put(number, &[",\"recipient\":{"]);
        put(&mut self.text, number.as_bytes());
        let from = self.text.len() - 1;
        if form == RowForm::Even {
            self.recipient(bytes, &record.cells, is_text);
        }
        put(&mut self.text, b"}}");
        let to = self.text.len() - 1;
        self.rows.push(Row { line, offset, from, to, fingerprint: 0, start, form, is_odd });
    }

    fn recipient(&mut self, bytes: &[u8], cells: &[Cell], is_text: bool) {
        let start = self.text.len();
        let row = (bytes, cells, is_text);
        write_all(&mut self.text, &self.members, true, row);
        if !self.country.is_empty() {
            comma(&mut self.text, start);
            put(&mut self.text, self.country.as_bytes());
        }
        if !self.variables.is_empty() {
            comma(&mut self.text, start);
            put(&mut self.text, b"\"customFields\":{");
            write_all(&mut self.text, &self.variables, false, row);
            put(&mut self.text, b"}");
        }
    }

    pub(super) fn finish(self, list: &mut RecipientList) {
        (list.text, list.rows) = (self.text, self.rows);
    }
}

/// Adds a member, or a variable, if there are columns for it.
#[inline(never)]
fn source(sources: &mut Vec<Source>, columns: &[Column], member: usize, name: &str) {
    let mut source = Source { name: String::new(), columns: Vec::new() };
    json::text(&mut source.name, name);
    json::put(&mut source.name, &[":\""]);
    for (index, column) in columns.iter().enumerate() {
        if column.member == member && (member != VARIABLE || column.variable == name) {
            source.columns.push(index);
        }
    }
    if !source.columns.is_empty() {
        sources.push(source);
    }
}

fn comma(out: &mut Vec<u8>, start: usize) {
    if out.len() > start {
        out.push(b',');
    }
}

/// Writes members, each from its cells with spaces between them. A member of which all cells are blank is left out; a
/// variable is there, and empty.
#[inline(never)]
fn write_all(out: &mut Vec<u8>, sources: &[Source], is_member: bool, (bytes, cells, is_text): (&[u8], &[Cell], bool)) {
    let start = out.len();
    for source in sources {
        let mut is_open = false;
        for column in &source.columns {
            let Some(cell) = cells.get(*column) else { continue };
            if (is_member || source.columns.len() > 1 && is_open) && cell.is_blank(bytes) {
                continue;
            }
            if is_open {
                put(out, b" ");
            } else {
                comma(out, start);
                put(out, source.name.as_bytes());
                is_open = true;
            }
            if is_text && cell.form != Form::Doubled {
                escaped(out, cell.span(bytes));
            } else {
                escaped(out, readable(cell.text(bytes)).as_bytes());
            }
        }
        if is_open {
            put(out, b"\"");
        }
    }
}

#[inline(never)]
fn put(out: &mut Vec<u8>, piece: &[u8]) {
    out.extend_from_slice(piece);
}

/// [`json::escaped`] for bytes that are UTF-8.
fn escaped(out: &mut Vec<u8>, mut rest: &[u8]) {
    while let Some(at) = rest.iter().position(|byte| *byte < b' ' || *byte == b'"' || *byte == b'\\') {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        put(out, plain);
        let Some((byte, behind)) = special.split_first() else { return };
        let mut escape = String::new();
        json::escape(&mut escape, char::from(*byte));
        put(out, escape.as_bytes());
        rest = behind;
    }
    put(out, rest);
}

/// Whether U+FFFD stands there, which decoders write for what they could not read.
fn has_lost(text: &[u8]) -> bool {
    text.windows(3).any(|bytes| bytes == LOST)
}

/// U+FFFD in UTF-8.
pub(super) const LOST: &[u8] = b"\xEF\xBF\xBD";
