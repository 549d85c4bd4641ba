//! Collecting issues while reading.

use alloc::string::String;
use alloc::vec::Vec;

use super::group::Place;
use crate::report::{Code, Issue, Severity};
use crate::rule::RuleId;
use crate::schema::{Mode, Weight};

/// An input that is wrong a thousand times over is reported up to here, so that a report stays smaller than its input.
pub(super) const MOST_ISSUES: usize = 500;

/// All paths together take so many bytes at the most: a name of the caller's own may be long, and stand in each of them.
const MOST_PATHS: usize = 1 << 18;

/// The issues found so far.
pub struct Findings {
    mode: Mode,
    issues: Vec<Issue>,
    /// Takes what is said about an issue that is not listed any more.
    pub(super) unlisted: Option<Issue>,
    failed: bool,
    /// How many bytes the paths may still take.
    room: usize,
}

impl Findings {
    pub(super) fn new(mode: Mode) -> Self {
        Findings::of(mode, Vec::new())
    }

    /// Goes on from what was found before.
    pub(crate) fn of(mode: Mode, issues: Vec<Issue>) -> Self {
        let failed = issues.iter().any(|issue| issue.severity == Severity::Error);
        Findings { mode, issues, unlisted: None, failed, room: MOST_PATHS }
    }

    /// What the input is read for.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// An error in every mode.
    #[cold]
    #[inline(never)]
    pub fn error(&mut self, rule: RuleId, code: Code, place: &Place<'_>) -> &mut Issue {
        self.weigh(Weight::Error, rule, code, place.path())
    }

    /// An error for a request, a warning for a preview.
    #[cold]
    #[inline(never)]
    pub fn strict(&mut self, rule: RuleId, code: Code, place: &Place<'_>) -> &mut Issue {
        self.weigh(Weight::Strict, rule, code, place.path())
    }

    /// A warning.
    #[cold]
    #[inline(never)]
    pub fn warning(&mut self, rule: RuleId, code: Code, place: &Place<'_>) -> &mut Issue {
        self.weigh(Weight::Warning, rule, code, place.path())
    }

    /// Good to know.
    #[cold]
    #[inline(never)]
    pub fn info(&mut self, rule: RuleId, code: Code, place: &Place<'_>) -> &mut Issue {
        self.weigh(Weight::Info, rule, code, place.path())
    }

    /// The same for a place that is not in the tree.
    ///
    /// Never inlined: findings are rare, and there are many places that may report one.
    #[cold]
    #[inline(never)]
    pub(crate) fn weigh(&mut self, weight: Weight, rule: RuleId, code: Code, path: String) -> &mut Issue {
        let severity = match (weight, self.mode) {
            (Weight::Info, _) => Severity::Info,
            (Weight::Warning, _) | (Weight::Strict, Mode::Lenient) => Severity::Warning,
            // Whatever a provider answered has happened: nothing about it is an error of the caller's.
            (_, Mode::Answer) => Severity::Warning,
            (Weight::Error | Weight::Strict, _) => Severity::Error,
        };
        self.failed |= severity == Severity::Error;
        self.room = self.room.saturating_sub(path.len());
        if self.issues.len() >= MOST_ISSUES || self.room == 0 {
            return self.unlisted.insert(Issue::new(String::new(), code, severity, rule));
        }
        let index = self.issues.len();
        self.issues.push(Issue::new(path, code, severity, rule));
        match self.issues.get_mut(index) {
            Some(issue) => issue,
            None => self.unlisted.get_or_insert_with(|| Issue::new(String::new(), code, severity, rule)),
        }
    }

    /// Whether whatever is found with this weight from here on changes nothing about the report: it is full.
    #[inline(never)]
    pub(crate) fn is_full(&self, weight: Weight) -> bool {
        let fails = weight == Weight::Error || weight == Weight::Strict && self.mode == Mode::Strict;
        self.unlisted.is_some() && (self.failed || !fails)
    }

    /// All issues, and a last one if there are more than are listed.
    pub(crate) fn finish(mut self) -> Vec<Issue> {
        // What is gone on from may have such a one already.
        if self.unlisted.is_some() && self.issues.last().is_none_or(|last| last.code != Code::TooManyIssues) {
            let severity = if self.failed { Severity::Error } else { Severity::Warning };
            let mut more = Issue::new(String::new(), Code::TooManyIssues, severity, RuleId::NONE);
            more.number("limit", self.issues.len() as i64);
            self.issues.push(more);
        }
        self.issues
    }
}
