//! What a caller may say about a file, and how far it was read.

use alloc::string::String;
use alloc::vec::Vec;

use crate::pieterpost::recipient::RECIPIENT;
use crate::postalform::bulk::ROW;
use crate::schema::{Mode, Object};

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// PieterPost's recipients. Files come from anywhere, and their columns are guessed.
    #[default]
    Recipients,
    /// PostalForm's. The provider reads the file itself, so names and delimiter are taken exactly, but for what is mended
    /// before it is [sent](super::sent), and every column is a template variable.
    PostalForm,
}

impl Rows {
    /// What a row is read against.
    pub(super) fn object(self) -> &'static Object {
        match self {
            Rows::Recipients => &RECIPIENT,
            Rows::PostalForm => &ROW,
        }
    }

    pub(super) fn is_exact(self) -> bool {
        self == Rows::PostalForm
    }
}

/// What a caller may say about a file.
#[derive(Clone, Debug)]
pub struct Options {
    /// `Lenient`, if nothing is said.
    pub mode: Mode,
    /// What the rows are.
    pub rows: Rows,
    /// The country of all rows, where the file has no such column; empty for none.
    pub country: String,
    /// Headers, and what their columns are: a member, `customFields.` and a variable, or nothing. Columns of one member are
    /// joined with a space.
    pub columns: Vec<(String, String)>,
    /// What stands between cells; a comma, if nothing is said. A first line `sep=;`, as spreadsheets take it, goes before.
    pub delimiter: u8,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            mode: Mode::Lenient,
            rows: Rows::Recipients,
            country: String::new(),
            columns: Vec::new(),
            delimiter: b',',
        }
    }
}

/// How far a file was read.
#[derive(Clone, Debug)]
pub(super) struct Position {
    /// The byte to go on with.
    pub(super) offset: u64,
    /// Its line, counted from 1.
    pub(super) line: u64,
    /// How many rows were read.
    pub(super) rows: u64,
    /// How many issues were found in them.
    pub(super) issues: u64,
    /// Whether it was said that only the gravest issue of a row is listed.
    pub(super) shortened: bool,
    /// In the middle of a row that is too long.
    pub(super) skipping: bool,
    /// Whatever follows cannot be read.
    pub(super) ended: bool,
}

impl Position {
    /// Reads what [`Position::write`] wrote, and gives what is behind it; the start of a file if it is nothing.
    pub(super) fn from_bytes(bytes: &[u8]) -> (Self, &[u8]) {
        let mut rest = bytes;
        let mut words = [0; 5];
        for word in &mut words {
            let Some((head, behind)) = rest.split_first_chunk() else { break };
            (*word, rest) = (u64::from_le_bytes(*head), behind);
        }
        let [offset, line, rows, issues, flags] = words;
        let line = line.max(1);
        let flag = |bit: u64| flags & bit != 0;
        let at = Position { offset, line, rows, issues, shortened: flag(1), skipping: flag(2), ended: flag(4) };
        (at, rest)
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let flags = u64::from(self.shortened) | u64::from(self.skipping) << 1 | u64::from(self.ended) << 2;
        for word in &[self.offset, self.line, self.rows, self.issues, flags] {
            out.extend_from_slice(&word.to_le_bytes());
        }
    }
}

/// The delimiter that the first line names for spreadsheets, `sep=;`, where there is one.
pub(super) fn named_delimiter(bytes: &[u8]) -> Option<u8> {
    let (word, [delimiter, b'\r' | b'\n', ..]) = bytes.split_at_checked(4)? else { return None };
    (word.eq_ignore_ascii_case(b"sep=") && !delimiter_name(*delimiter).is_empty()).then_some(*delimiter)
}

/// A delimiter, in words; empty if it is none.
pub(super) fn delimiter_name(delimiter: u8) -> &'static str {
    match delimiter {
        b',' => "a comma",
        b';' => "a semicolon",
        b'\t' => "a tab",
        b'|' => "a vertical bar",
        _ => "",
    }
}
