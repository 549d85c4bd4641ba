//! From cells to the recipient's JSON.

use alloc::string::String;
use alloc::vec::Vec;

use super::columns::{Column, readable};
use super::members::{COUNTRY, VARIABLE, members as members_of, name};
use super::record::{Cell, Form, Found, Record};
use super::{Options, RecipientList};
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
    pub(super) fn header(start: usize, line: u64, offset: u64) -> Self {
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

/// A column that is part of a member or a variable. Those of one member follow each other.
struct Part {
    column: usize,
    /// Where in the names that of the member is, as it is written, with quotes and colon.
    name: (usize, usize),
    /// Whether no other column of it stands before.
    is_first: bool,
}

/// Writes rows as JSON.
pub(super) struct Writer<'l> {
    list: &'l mut RecipientList,
    members: Vec<Part>,
    variables: Vec<Part>,
    names: String,
    /// The member `country` of all rows, as it is written.
    country: String,
    /// How the row starts.
    head: String,
    /// See [`Rows::PostalForm`](super::Rows::PostalForm).
    is_exact: bool,
}

impl<'l> Writer<'l> {
    pub(super) fn new(list: &'l mut RecipientList, options: &Options, size: usize) -> Self {
        let (mut members, mut variables, mut names) = (Vec::new(), Vec::new(), String::new());
        let (columns, is_exact) = (&list.columns, options.rows.is_exact());
        for member in members_of(options.rows) {
            parts(&mut members, columns, member, name(member), &mut names);
        }
        for (index, column) in columns.iter().enumerate() {
            if is_exact {
                // Each column by itself, the members' own as well.
                let written = written(&mut names, &column.variable);
                variables.push(Part { column: index, name: written, is_first: true });
            } else if column.member == VARIABLE && !variables.iter().any(|part: &Part| part.column == index) {
                parts(&mut variables, columns, VARIABLE, &column.variable, &mut names);
            }
        }
        let mut country = String::new();
        if !is_blank(&options.country) && !columns.iter().any(|column| column.member == COUNTRY) {
            json::member(&mut country, "\"country\":", &options.country);
        }
        list.text.reserve(size.saturating_mul(4).min(1 << 22));
        Writer { list, members, variables, names, country, head: String::new(), is_exact }
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
        } else if record.count != self.list.columns.len() {
            RowForm::Ragged
        } else {
            RowForm::Even
        };
        let is_odd = record.is_odd
            || !is_text
            || crate::words::has(written, 0)
            || !written.is_ascii() && lost(written).is_some();
        let head = &mut self.head;
        head.clear();
        json::raw(head, if self.list.rows.is_empty() { "{\"line\":" } else { ",{\"line\":" });
        json::integer(head, line as i64);
        json::raw(head, ",\"recipient\":{");
        put(&mut self.list.text, head.as_bytes());
        let from = self.list.text.len() - 1;
        if form == RowForm::Even {
            self.recipient(bytes, &record.cells, is_text);
        }
        put(&mut self.list.text, b"}}");
        let to = self.list.text.len() - 1;
        self.list.rows.push(Row { line, offset, from, to, fingerprint: 0, start, form, is_odd });
    }

    fn recipient(&mut self, bytes: &[u8], cells: &[Cell], is_text: bool) {
        let row = (bytes, cells, is_text, self.is_exact);
        let out = &mut self.list.text;
        let start = out.len();
        write_all(out, &self.members, &self.names, true, row);
        if !self.country.is_empty() {
            comma(out, start);
            put(out, self.country.as_bytes());
        }
        if !self.variables.is_empty() {
            comma(out, start);
            put(out, b"\"customFields\":{");
            write_all(out, &self.variables, &self.names, false, row);
            put(out, b"}");
        }
    }
}

/// Writes a name with quotes, a colon and the quote behind it, and says where it is.
#[inline(never)]
fn written(names: &mut String, name: &str) -> (usize, usize) {
    let from = names.len();
    json::text(names, name);
    json::raw(names, ":\"");
    (from, names.len())
}

/// Adds the columns of a member, or of a variable.
#[inline(never)]
fn parts(parts: &mut Vec<Part>, columns: &[Column], member: usize, name: &str, names: &mut String) {
    let written = written(names, name);
    let mut is_first = true;
    for (index, column) in columns.iter().enumerate() {
        if column.member == member && (member != VARIABLE || column.variable == name) {
            parts.push(Part { column: index, name: written, is_first });
            is_first = false;
        }
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
fn write_all(
    out: &mut Vec<u8>,
    parts: &[Part],
    names: &str,
    is_member: bool,
    (bytes, cells, is_text, is_exact): (&[u8], &[Cell], bool, bool),
) {
    let start = out.len();
    let mut is_open = false;
    for part in parts {
        if part.is_first && is_open {
            put(out, b"\"");
            is_open = false;
        }
        let Some(cell) = cells.get(part.column) else { continue };
        if (is_member || is_open) && cell.is_blank(bytes) {
            continue;
        }
        if is_open {
            put(out, b" ");
        } else {
            comma(out, start);
            put(out, names.as_bytes().get(part.name.0..part.name.1).unwrap_or_default());
            is_open = true;
        }
        let decoded;
        let text = if is_text && cell.form != Form::Doubled {
            cell.span(bytes)
        } else {
            decoded = readable(cell.text(bytes));
            decoded.as_bytes()
        };
        // PFB-042: what is checked only has no white space around it.
        escaped(out, if is_member && is_exact { text.trim_ascii() } else { text });
    }
    if is_open {
        put(out, b"\"");
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
        for piece in json::escape(*byte) {
            put(out, piece.as_bytes());
        }
        rest = behind;
    }
    put(out, rest);
}

/// Where U+FFFD stands, which decoders write for what they could not read.
#[inline(never)]
pub(super) fn lost(text: &[u8]) -> Option<usize> {
    text.windows(3).position(|bytes| bytes == b"\xEF\xBF\xBD")
}
