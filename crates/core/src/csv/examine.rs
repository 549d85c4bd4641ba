//! What is wrong with rows, and where in the file it stands.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::columns::Column;
use super::members::{VARIABLE, name};
use super::record::{Cell, Form, LONGEST, Record, breaks};
use super::rows::{Row, RowForm, lost};
use super::{ListIssue, Position, Rows, SAVE_AS};
use crate::json;
use crate::read::Checker;
use crate::report::{Change, Code, Issue, Param, Severity};
use crate::rule::{RuleId, pfb};
use crate::schema::Weight;
use crate::seen;

/// Behind so many issues only the gravest of each row is listed: a report must not be many times larger than the file.
const DETAILED: u64 = 5_000;

/// The path of a row's recipient.
#[inline(never)]
pub(super) fn path(row: usize) -> String {
    let mut path = String::from("/rows/");
    json::integer(&mut path, row as i64);
    json::raw(&mut path, "/recipient");
    path
}

/// Looks at rows that were read.
pub(super) struct Examiner<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) columns: &'a [Column],
    pub(super) rows_are: Rows,
    pub(super) delimiter: u8,
    pub(super) is_last: bool,
    /// The cells of the row that is looked at, once something is wrong with it.
    pub(super) record: Record,
    /// For the first issues of that row, which are about the file: the number of the column and the byte.
    pub(super) places: Vec<(usize, usize)>,
    /// What was found.
    pub(super) issues: &'a mut Vec<ListIssue>,
    /// How many were.
    pub(super) at: &'a mut Position,
}

impl Examiner<'_> {
    /// Looks at the cells of the header.
    pub(super) fn header(&mut self, checker: &mut Checker<'_>, row: &Row) {
        self.cells(checker, row);
        let start = self.issues.len();
        self.report(row, 0, checker.finish());
        self.at.issues = 0;
        // They are about no recipient.
        for found in self.issues.iter_mut().skip(start) {
            found.issue.path.clear();
        }
    }

    /// Looks at all rows of a list.
    pub(super) fn rows(&mut self, checker: &mut Checker<'_>, rows: &mut [Row], first: usize) {
        for (index, row) in rows.iter_mut().enumerate() {
            if row.is_odd {
                self.cells(checker, row);
            }
            if row.form == RowForm::Even {
                checker.check(row.from);
                if self.rows_are == Rows::Recipients {
                    row.fingerprint = seen::fingerprint(checker);
                }
            } else {
                self.uneven(checker, row);
            }
            let issues = checker.finish();
            if !issues.is_empty() {
                self.report(row, first + index, issues);
            }
        }
    }

    /// Lists what was found about a row, or the gravest of it.
    #[cold]
    #[inline(never)]
    fn report(&mut self, row: &Row, index: usize, issues: Vec<Issue>) {
        let is_detailed = self.at.issues < DETAILED;
        if !is_detailed && !self.at.shortened {
            self.at.shortened = true;
            let issue = Issue::new(String::new(), Code::IssuesShortened, Severity::Info, RuleId::NONE);
            self.list(row, (0, row.start), issue);
        }
        self.cut(row);
        let before = path(index);
        let first = self.issues.len();
        let mut places = core::mem::take(&mut self.places).into_iter();
        for mut issue in issues {
            let Some(place) = places.next().or_else(|| self.place(row, &mut issue)) else { continue };
            if !is_detailed && let Some(gravest) = self.issues.get(first) {
                if gravest.issue.severity >= issue.severity {
                    continue;
                }
                self.issues.truncate(first);
            }
            issue.move_below(&before);
            self.list(row, place, issue);
        }
        self.at.issues += (self.issues.len() - first) as u64;
    }

    /// Cuts a row into its cells once more.
    #[inline(never)]
    fn cut(&mut self, row: &Row) {
        self.record.read(self.bytes, row.start, self.delimiter, self.is_last);
    }

    #[inline(never)]
    fn list(&mut self, row: &Row, (column, at): (usize, usize), issue: Issue) {
        let before = self.bytes.get(row.start..at).unwrap_or_default();
        let (line, offset) = (row.line + breaks(before), row.offset + before.len() as u64);
        self.issues.push(ListIssue { issue, line, column, offset });
    }

    /// Where an issue of a recipient stands, the number of the column and the byte; nothing if it was reported before: with
    /// the header or with the cells.
    fn place(&self, row: &Row, issue: &mut Issue) -> Option<(usize, usize)> {
        if matches!(issue.params.first(), Some((_, Param::Text(text))) if text == NUL) {
            return None;
        }
        if issue.code == Code::InvalidPostalCode {
            lost_zero(issue);
        }
        let Some(column) = self.column(&issue.path) else {
            let is_of_all = matches!(issue.code, Code::MissingMember | Code::MissingChoice | Code::UnknownCountry);
            return (!is_of_all).then_some((0, row.start));
        };
        Some((column + 1, self.record.cells.get(column).map_or(row.start, |cell| cell.start)))
    }

    /// The column that a path in a recipient is about.
    fn column(&self, path: &str) -> Option<usize> {
        let of = |path: &str| self.columns.iter().position(|column| column.is_at(path));
        // A street may be given in either way: a row without one is told where its file has one.
        of(path).or_else(|| match path {
            "/streetAddress" => of("/street"),
            "/street" | "/number" => of("/streetAddress"),
            _ => None,
        })
    }

    /// Reports a row whose cells do not line up with the header.
    #[cold]
    fn uneven(&mut self, checker: &mut Checker<'_>, row: &Row) {
        let (code, rule) = match row.form {
            // What is odd about its quotes explains it.
            RowForm::Ragged if checker.has_failed() => return,
            RowForm::Empty => (Code::EmptyRow, pfb(28)),
            RowForm::TooLong => (Code::RowTooLong, RuleId::NONE),
            _ => (Code::RaggedRow, pfb(27)),
        };
        self.places.push((0, row.start));
        let issue = checker.found().weigh(Weight::Error, rule, code, String::new());
        if row.form == RowForm::TooLong {
            issue.number("limit", LONGEST as i64);
        } else if row.form == RowForm::Ragged {
            self.cut(row);
            issue.number("actual", self.record.count as i64).number("expected", self.columns.len() as i64);
        }
    }

    /// Reports cells whose quotes or characters are not as they should be.
    #[cold]
    #[inline(never)]
    fn cells(&mut self, checker: &mut Checker<'_>, row: &Row) {
        if row.form == RowForm::TooLong {
            return;
        }
        self.cut(row);
        for index in 0..self.record.cells.len() {
            let Some(cell) = self.record.cells.get(index).copied() else { return };
            let column = self.columns.get(index).filter(|_| row.form == RowForm::Even);
            self.cell(checker, (index + 1, cell), row, column);
        }
    }

    fn cell(
        &mut self,
        checker: &mut Checker<'_>,
        (column, cell): (usize, Cell),
        row: &Row,
        taken_for: Option<&Column>,
    ) {
        let written = self.bytes.get(cell.start..cell.end).unwrap_or_default();
        let text = core::str::from_utf8(written);
        let quotes = match cell.form {
            Form::Stray => Some((0, Code::StrayQuote, 26)),
            Form::Trailing => Some((0, Code::TextAfterQuote, 26)),
            Form::Unterminated => Some((0, Code::UnterminatedQuote, 25)),
            _ => None,
        };
        let odd = [
            quotes,
            text.err().map(|error| (error.valid_up_to(), Code::InvalidUtf8, 42)),
            lost(written).map(|at| (at, Code::ReplacementCharacter, 42)),
            written.iter().position(|byte| *byte == 0).map(|at| (at, Code::ControlCharacter, 42)),
        ];
        for found in &odd {
            let Some((at, code, rule)) = *found else { continue };
            let at = cell.start + at;
            self.places.push((column, at));
            let weight = if code == Code::StrayQuote { Weight::Warning } else { Weight::Error };
            let issue = checker.found().weigh(weight, pfb(rule), code, taken_for.map_or(String::new(), path_of));
            if code == Code::InvalidUtf8 {
                issue.number("offset", (row.offset + (at - row.start) as u64) as i64).hint(SAVE_AS);
            } else if code == Code::ControlCharacter {
                issue.text("character", NUL);
            }
        }
    }
}

const NUL: &str = "U+0000";

/// The path of a column's member in a recipient.
fn path_of(column: &Column) -> String {
    match column.member {
        VARIABLE => json::concat(&["/customFields/", &column.variable]),
        member if member < VARIABLE => json::concat(&["/", name(member)]),
        _ => String::new(),
    }
}

/// PFB-036: spreadsheets take a postal code for a number, and numbers do not start with 0.
fn lost_zero(issue: &mut Issue) {
    if let Some(Change::Replace { value, .. }) = issue.fix.first()
        && value.as_bytes().starts_with(b"\"0")
    {
        let code = value.get(1..value.len() - 1).unwrap_or_default();
        issue.hint = Cow::Owned(json::concat(&["A leading zero was lost: write ", code, "."]));
        (issue.severity, issue.rule) = (Severity::Error, pfb(36));
    }
}
