//! Which column is taken for what: by the caller's word, by its exact name, by what such columns are usually called.
//!
//! Every guess is reported with the columns. What nothing is known about becomes a template variable.

use alloc::string::String;
use alloc::vec::Vec;

use super::members::{
    CITY, COUNTRY, FIRST_NAME, LAST_NAME, MEMBER_COUNT, MEMBERS, NAME, NOTHING, NUMBER, OPEN, POSTAL_CODE, STREET,
    STREET_ADDRESS, TARGETS, VARIABLE, name,
};
use super::record::{MOST_COLUMNS, Record, breaks};
use super::{Options, RecipientList};
use crate::json;
use crate::report::{Code, Issue, Severity};
use crate::rule::{RuleId, pfb, pp};
use crate::words;

/// Who says what a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Caller,
    Header,
    Guess,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What its first line says, without white space around it; where the provider has a name for it, that name.
    pub header: String,
    /// The number of the member that it is taken for, or one of the numbers above.
    pub(super) member: usize,
    /// The name of the variable that it is taken for.
    pub(super) variable: String,
    pub(super) by: By,
}

impl Column {
    /// What it is taken for: a member of the recipient, `customFields.` and a variable, or nothing.
    pub fn member(&self) -> String {
        let (map, name) = self.place();
        json::concat(&[map, name])
    }

    /// The map in a recipient, if it belongs into one, and its name there.
    #[inline(never)]
    fn place(&self) -> (&'static str, &str) {
        if self.member == VARIABLE { ("customFields.", &self.variable) } else { ("", name(self.member)) }
    }

    /// Whether it is a template variable and nothing else.
    pub fn is_variable(&self) -> bool {
        self.member == VARIABLE
    }

    /// Whether that is neither said by the caller nor by the header itself.
    pub fn is_guessed(&self) -> bool {
        self.by == By::Guess
    }

    pub(super) fn write(&self, out: &mut String) {
        json::member(out, "{\"header\":", &self.header);
        let (map, name) = self.place();
        let is_guessed = if self.is_guessed() { "true}" } else { "false}" };
        json::put(out, &[",\"member\":\"", map, name, "\",\"guessed\":", is_guessed]);
    }

    /// Whether it is what a path in a recipient is about.
    pub(super) fn is_at(&self, path: &str) -> bool {
        let (before, name) =
            if self.member == VARIABLE { ("/customFields/", &*self.variable) } else { ("/", name(self.member)) };
        path.strip_prefix(before) == Some(name)
    }

    fn take(&mut self, member: usize, by: By) {
        (self.member, self.by) = (member, by);
    }
}

/// A header, and where it stands.
pub(super) struct Header<'h> {
    pub(super) record: &'h Record,
    pub(super) bytes: &'h [u8],
    /// Where it starts in the bytes.
    pub(super) start: usize,
    /// Where it starts in the file.
    pub(super) line: u64,
    pub(super) offset: u64,
}

/// Adds the columns of a header, and what is wrong about them.
#[inline(never)]
pub(super) fn put(list: &mut RecipientList, header: &Header<'_>, options: &Options) {
    let mut mapping = Mapping { columns: Vec::new(), list, header };
    let record = header.record;
    if record.count > MOST_COLUMNS {
        let issue = mapping.remark(0, Code::TooManyColumns, RuleId::NONE);
        issue.number("actual", record.count as i64).number("limit", MOST_COLUMNS as i64);
        return;
    }
    for cell in &record.cells {
        let header = readable(cell.text(header.bytes));
        let header = if options.rows.is_exact() { header } else { String::from(header.trim_ascii()) };
        mapping.columns.push(Column { header, member: OPEN, variable: String::new(), by: By::Header });
    }
    if options.rows.is_exact() {
        mapping.take_exactly();
    } else {
        mapping.said(options);
        mapping.exact();
        mapping.guess();
        mapping.streets();
        mapping.names();
        mapping.missing(options);
    }
    mapping.rest();
    mapping.list.columns = mapping.columns;
}

pub(super) struct Mapping<'m> {
    pub(super) columns: Vec<Column>,
    list: &'m mut RecipientList,
    header: &'m Header<'m>,
}

impl Mapping<'_> {
    /// Reports something about the column with this number, or about none (0).
    #[inline(never)]
    pub(super) fn remark(&mut self, column: usize, code: Code, rule: RuleId) -> &mut Issue {
        let header = self.header;
        let from = header.record.cells.get(column.wrapping_sub(1)).map_or(header.start, |cell| cell.start);
        let before = header.bytes.get(header.start..from).unwrap_or_default();
        let found = self.list.report(header.line + breaks(before), header.offset + before.len() as u64, code, rule);
        found.column = column;
        if matches!(code, Code::AmbiguousColumn | Code::UnknownColumn | Code::HeaderNormalised | Code::CardColumn) {
            found.issue.severity = Severity::Warning;
        }
        &mut found.issue
    }

    /// The first column that is taken for a member.
    #[inline(never)]
    pub(super) fn first(&self, member: usize) -> Option<usize> {
        self.columns.iter().position(|column| column.member == member)
    }

    fn is(&self, member: usize, by: By) -> bool {
        self.columns.iter().any(|column| column.member == member && column.by == by)
    }

    /// Takes all columns of one member for another, or for nothing yet.
    #[inline(never)]
    fn turn(&mut self, member: usize, other: usize) {
        for column in self.columns.iter_mut().filter(|column| column.member == member) {
            column.take(other, By::Guess);
        }
    }

    /// What the caller says, goes.
    fn said(&mut self, options: &Options) {
        for (header, said) in &options.columns {
            let (member, variable) = target(said);
            if member == OPEN {
                let issue = self.remark(0, Code::InvalidChoice, RuleId::NONE);
                issue
                    .text("member", &json::concat(&["columns.", header]))
                    .text("actual", said)
                    .names("allowed", &TARGETS);
            }
            let mut found = false;
            for column in self.columns.iter_mut().filter(|column| column.header == header.trim_ascii()) {
                column.take(member, By::Caller);
                column.variable = String::from(variable);
                found = true;
            }
            if !found {
                self.remark(0, Code::UnknownColumn, RuleId::NONE).text("header", header);
            }
        }
    }

    fn exact(&mut self) {
        for index in 0..self.columns.len() {
            let Some(column) = self.columns.get(index).filter(|column| column.member == OPEN) else { continue };
            let member = exact(&column.header);
            if member != OPEN
                && self.first(member).is_none()
                && let Some(column) = self.columns.get_mut(index)
            {
                column.take(member, By::Header);
            }
        }
    }

    fn guess(&mut self) {
        for index in 0..self.columns.len() {
            let Some(column) = self.columns.get(index).filter(|column| column.member == OPEN) else { continue };
            let Some(member) = usual(&column.header) else { continue };
            if let Some(first) = self.first(member) {
                let of = |index: usize| self.columns.get(index).map_or(String::new(), |column| column.header.clone());
                let (header, other) = (of(index), of(first));
                let issue = self.remark(index + 1, Code::AmbiguousColumn, RuleId::NONE);
                issue.text("header", &header).text("meant", name(member)).text("other", &other);
            } else if let Some(column) = self.columns.get_mut(index) {
                column.take(member, By::Guess);
            }
        }
    }

    /// A street without a number is an address line, and an address line beside a number is a street.
    fn streets(&mut self) {
        let (has_street, has_number) = (self.first(STREET).is_some(), self.first(NUMBER).is_some());
        let has_line = self.first(STREET_ADDRESS).is_some();
        if has_street && !has_number && !self.is(STREET, By::Caller) {
            self.turn(STREET, if has_line { OPEN } else { STREET_ADDRESS });
        } else if has_number && !has_street && self.is(STREET_ADDRESS, By::Guess) {
            self.turn(STREET_ADDRESS, STREET);
        } else if !has_street && self.is(NUMBER, By::Guess) {
            self.turn(NUMBER, OPEN);
        }
    }

    /// First and last name are a name where there is no other.
    fn names(&mut self) {
        let has = |member: usize| self.first(member).is_some();
        let is_name = !has(NAME) && has(FIRST_NAME) && has(LAST_NAME);
        let taken_for = if is_name { NAME } else { OPEN };
        self.turn(FIRST_NAME, taken_for);
        self.turn(LAST_NAME, taken_for);
    }

    /// PP-020, PP-021: a member that no row can have is reported once, and not for each of them.
    fn missing(&mut self, options: &Options) {
        let has = |member: usize| self.first(member).is_some();
        let street = match (has(STREET_ADDRESS), has(STREET), has(NUMBER)) {
            (false, false, false) => STREET_ADDRESS,
            (false, true, false) => NUMBER,
            (false, false, true) => STREET,
            _ => OPEN,
        };
        for member in &[NAME, POSTAL_CODE, CITY, COUNTRY, street] {
            let member = *member;
            if member == OPEN || self.first(member).is_some() || member == COUNTRY && !words::is_blank(&options.country)
            {
                continue;
            }
            let rule = if member == street { pp(21) } else { pp(20) };
            self.remark(0, Code::MissingColumn, rule).text("needed", name(member));
        }
    }

    /// Everything else is a variable. Reports headers without a name of their own.
    fn rest(&mut self) {
        for index in 0..self.columns.len() {
            let Some(column) = self.columns.get(index) else { return };
            let header = column.header.clone();
            let number = index as i64 + 1;
            if column.member == OPEN {
                let variable = self.unused(variable(&header), number);
                let by = if variable == header { By::Header } else { By::Guess };
                let Some(column) = self.columns.get_mut(index) else { return };
                column.variable = variable;
                column.take(VARIABLE, by);
            }
            let first = self.columns.iter().position(|other| other.header == header).unwrap_or(index);
            if header.is_empty() {
                self.remark(index + 1, Code::UnnamedColumn, pfb(32)).number("column", number);
            } else if first < index {
                let issue = self.remark(index + 1, Code::DuplicateColumn, pfb(32));
                issue.number("first", first as i64 + 1).number("second", number).text("header", &header);
            }
        }
    }

    /// A variable that no column is yet: with the column's number behind it, where there is one.
    pub(super) fn unused(&self, mut variable: String, number: i64) -> String {
        while variable == NAMELESS || self.columns.iter().any(|column| column.variable == variable) {
            variable.truncate(32);
            json::raw(&mut variable, "_");
            json::integer(&mut variable, number);
        }
        variable
    }
}

/// The member for which a header is usually written so.
#[inline(never)]
fn usual(header: &str) -> Option<usize> {
    MEMBERS.iter().position(|(_, names)| is_called(header, names))
}

/// Whether a header is one of these names, which are in lower case, letters and digits only, with spaces around them.
#[inline(never)]
pub(super) fn is_called(header: &str, names: &str) -> bool {
    let mut key = Vec::from(b" ");
    for byte in header.bytes() {
        if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
            key.push(byte.to_ascii_lowercase());
        }
    }
    key.push(b' ');
    names.as_bytes().windows(key.len()).any(|name| name == key)
}

/// What a caller means by the name of a target: a member's number, and a variable.
#[inline(never)]
fn target(said: &str) -> (usize, &str) {
    if said.is_empty() {
        return (NOTHING, "");
    }
    if let Some(variable) =
        said.strip_prefix("customFields.").filter(|variable| words::is_variable(variable.as_bytes()))
    {
        return (VARIABLE, variable);
    }
    (exact(said), "")
}

/// The member with this name; `OPEN` for none.
#[inline(never)]
fn exact(said: &str) -> usize {
    (0..MEMBER_COUNT).find(|member| name(*member) == said).unwrap_or(OPEN)
}

/// The variable for a header: as it stands if it can be one, else in lower case with underscores.
fn variable(header: &str) -> String {
    if words::is_variable(header.as_bytes()) {
        return String::from(header);
    }
    let mut variable = Vec::new();
    for byte in header.bytes() {
        if byte.is_ascii_alphanumeric() {
            if variable.is_empty() && byte.is_ascii_digit() {
                variable.push(b'_');
            }
            variable.push(byte.to_ascii_lowercase());
        } else if variable.last().is_some_and(|last| *last != b'_') {
            variable.push(b'_');
        }
    }
    variable.truncate(32);
    while variable.last() == Some(&b'_') {
        variable.pop();
    }
    if variable.is_empty() { String::from(NAMELESS) } else { readable(variable) }
}

/// What a column is called that has no name in ASCII; its number is added.
const NAMELESS: &str = "column";

/// Bytes as text; U+FFFD stands for each byte of what is none, which is reported.
#[inline(never)]
pub(super) fn readable(text: Vec<u8>) -> String {
    String::from_utf8(text).unwrap_or_else(|error| {
        let readable = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { '\u{fffd}' };
        error.as_bytes().iter().map(readable).collect()
    })
}
