//! What is wrong with rows, and where in the file it stands.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::columns::{Column, MEMBER_COUNT, STREET, STREET_ADDRESS, VARIABLE, name};
use super::record::{Cell, Form, LONGEST, Record, breaks};
use super::rows::{LOST, Row, RowForm};
use super::{ListIssue, Options, Position, RecipientList, SAVE_AS};
use crate::json;
use crate::pieterpost::recipient::RECIPIENT;
use crate::pointer;
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
    json::put(&mut path, &["/recipient"]);
    path
}

/// Looks at rows that were read.
pub(super) struct Examiner<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) columns: &'a [Column],
    pub(super) options: &'a Options,
    pub(super) is_last: bool,
    /// The cells of the row that is looked at, once something is wrong with it.
    pub(super) record: Record,
    /// For the first issues of that row, which are about the file: the number of the column and the byte.
    pub(super) places: Vec<(usize, usize)>,
}

impl Examiner<'_> {
    /// Looks at the cells of the header.
    pub(super) fn header(&mut self, row: &Row, list: &mut RecipientList) {
        let mut checker = Checker::new(&RECIPIENT, &[], self.options.mode);
        self.cells(&mut checker, row);
        let mut at = Position::from_bytes(&[]).0;
        let start = list.issues.len();
        self.report((row, 0), checker.finish(), (&mut list.issues, &mut at));
        // They are about no recipient.
        list.issues.iter_mut().skip(start).for_each(|found| found.issue.path.clear());
    }

    /// Looks at all rows of a list.
    pub(super) fn rows(&mut self, list: &mut RecipientList, first: usize, at: &mut Position) {
        let mut checker = Checker::new(&RECIPIENT, &list.text, self.options.mode);
        for (index, row) in list.rows.iter_mut().enumerate() {
            if row.is_odd {
                self.cells(&mut checker, row);
            }
            if row.form == RowForm::Even {
                checker.check(row.from);
                row.fingerprint = seen::fingerprint(&mut checker);
            } else {
                self.uneven(&mut checker, row);
            }
            let issues = checker.finish();
            if !issues.is_empty() {
                self.report((row, first + index), issues, (&mut list.issues, at));
            }
        }
    }

    /// Lists what was found about a row, or the gravest of it.
    #[cold]
    #[inline(never)]
    fn report(
        &mut self,
        (row, index): (&Row, usize),
        issues: Vec<Issue>,
        (listed, at): (&mut Vec<ListIssue>, &mut Position),
    ) {
        let is_detailed = at.issues < DETAILED;
        if !is_detailed && !at.shortened {
            at.shortened = true;
            let issue = Issue::new(String::new(), Code::IssuesShortened, Severity::Info, RuleId::NONE);
            listed.push(self.located(row, 0, row.start, issue));
        }
        self.record.read(self.bytes, row.start, self.options.delimiter, self.is_last);
        let places = core::mem::take(&mut self.places);
        let before = path(index);
        let first = listed.len();
        for (number, mut issue) in issues.into_iter().enumerate() {
            let (column, start) = match places.get(number) {
                Some(place) => *place,
                None => match self.place(row, &mut issue) {
                    Some(place) => place,
                    None => continue,
                },
            };
            if !is_detailed && let Some(gravest) = listed.get(first) {
                if gravest.issue.severity >= issue.severity {
                    continue;
                }
                listed.truncate(first);
            }
            issue.move_below(&before);
            listed.push(self.located(row, column, start, issue));
        }
        at.issues += (listed.len() - first) as u64;
    }

    fn located(&self, row: &Row, column: usize, at: usize, issue: Issue) -> ListIssue {
        let before = self.bytes.get(row.start..at).unwrap_or_default();
        ListIssue { issue, line: row.line + breaks(before), column, offset: row.offset + before.len() as u64 }
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
            let is_missing = matches!(issue.code, Code::MissingMember | Code::MissingChoice);
            return (!is_missing).then_some((0, row.start));
        };
        Some((column + 1, self.record.cells.get(column).map_or(row.start, |cell| cell.start)))
    }

    /// The column that a path in a recipient is about.
    fn column(&self, path: &str) -> Option<usize> {
        let path = path.strip_prefix('/')?;
        if let Some(variable) = path.strip_prefix("customFields/") {
            return self.columns.iter().position(|column| column.member == VARIABLE && column.variable == variable);
        }
        let member = (0..MEMBER_COUNT).find(|member| name(*member) == path)?;
        let of = |member| self.columns.iter().position(|column| column.member == member);
        // A street may be given in either way.
        of(member).or_else(|| of(if member == STREET_ADDRESS { STREET } else { member }))
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
            self.record.read(self.bytes, row.start, self.options.delimiter, self.is_last);
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
        self.record.read(self.bytes, row.start, self.options.delimiter, self.is_last);
        for index in 0..self.record.cells.len() {
            let Some(cell) = self.record.cells.get(index).copied() else { return };
            let path = match self.columns.get(index) {
                Some(column) if row.form == RowForm::Even => path_of(column),
                _ => String::new(),
            };
            self.cell(checker, (index + 1, cell), row, &path);
        }
    }

    fn cell(&mut self, checker: &mut Checker<'_>, (column, cell): (usize, Cell), row: &Row, path: &str) {
        let written = self.bytes.get(cell.start..cell.end).unwrap_or_default();
        let text = core::str::from_utf8(written);
        let lost = written.windows(LOST.len()).position(|bytes| bytes == LOST);
        let quotes = match cell.form {
            Form::Stray => Some((Code::StrayQuote, pfb(26))),
            Form::Trailing => Some((Code::TextAfterQuote, pfb(26))),
            Form::Unterminated => Some((Code::UnterminatedQuote, pfb(25))),
            _ => None,
        };
        let odd = [
            quotes.map(|(code, rule)| (code, rule, 0)),
            text.err().map(|error| (Code::InvalidUtf8, pfb(42), error.valid_up_to())),
            lost.map(|at| (Code::ReplacementCharacter, pfb(42), at)),
            written.iter().position(|byte| *byte == 0).map(|at| (Code::ControlCharacter, pfb(42), at)),
        ];
        for (code, rule, at) in odd.into_iter().flatten() {
            let at = cell.start + at;
            self.places.push((column, at));
            let weight = if code == Code::StrayQuote { Weight::Warning } else { Weight::Error };
            let issue = checker.found().weigh(weight, rule, code, String::from(path));
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
        VARIABLE => pointer::child(String::from("/customFields"), &column.variable),
        member if member < MEMBER_COUNT => pointer::child(String::new(), name(member)),
        _ => String::new(),
    }
}

/// PFB-036: spreadsheets take a postal code for a number, and numbers do not start with 0.
fn lost_zero(issue: &mut Issue) {
    if let Some(Change::Replace { value, .. }) = issue.fix.first()
        && value.starts_with("\"0")
    {
        issue.hint = Cow::Owned(json::concat(&["A leading zero was lost: write ", value.trim_matches('"'), "."]));
        (issue.severity, issue.rule) = (Severity::Error, pfb(36));
    }
}
