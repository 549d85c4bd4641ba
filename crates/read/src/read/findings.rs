//! Collecting issues while reading.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::group::Place;
use crate::report::{Code, Issue, Severity};
use crate::rule::RuleId;
use crate::schema::{Mode, Weight};

/// An input that is wrong a thousand times over is reported up to so many errors, and as many issues that are none, so
/// that a report stays smaller than its input.
const MOST_ISSUES: usize = 500;

/// All paths together take so many bytes at the most: a name of the caller's own may be long, and stand in each of them.
const MOST_PATHS: usize = 1 << 18;

/// The issues found so far.
pub struct Findings {
    mode: Mode,
    issues: Vec<Issue>,
    /// Takes what is said about an issue that is not listed any more.
    pub(super) unlisted: Option<Issue>,
    failed: bool,
    /// The last country that was looked for: where it is written, and its number, if it is known.
    pub last_country: Option<(Range<usize>, Option<u8>)>,
    /// What may still be kept: of errors, and of all else. Errors never lack room because of something lighter.
    room: [Room; 2],
}

/// How many issues there is still room for, and how many bytes their paths may take.
#[derive(Clone, Copy)]
struct Room {
    issues: usize,
    paths: usize,
}

impl Findings {
    pub(super) fn new(mode: Mode) -> Self {
        Findings::of(mode, Vec::new())
    }

    /// Goes on from what was found before.
    pub fn of(mode: Mode, issues: Vec<Issue>) -> Self {
        Findings::about(mode, issues, 0)
    }

    /// Goes on from what was found before about a list of `items`, each of which may have an issue of its own.
    #[inline(never)]
    pub fn about(mode: Mode, mut issues: Vec<Issue>, items: usize) -> Self {
        // What says that there are more is said again at the end.
        let unlisted =
            if issues.last().is_some_and(|last| last.code == Code::TooManyIssues) { issues.pop() } else { None };
        let errors = issues.iter().filter(|issue| issue.severity == Severity::Error).count();
        let failed = errors > 0 || unlisted.as_ref().is_some_and(|more| more.severity == Severity::Error);
        let (most, paths) = (items.saturating_add(MOST_ISSUES), items.saturating_mul(64).saturating_add(MOST_PATHS));
        let room = |taken| Room { issues: most.saturating_sub(taken), paths };
        let room = [room(errors), room(issues.len() - errors)];
        Findings { mode, issues, unlisted, failed, last_country: None, room }
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
    pub fn weigh(&mut self, weight: Weight, rule: RuleId, code: Code, path: String) -> &mut Issue {
        let severity = match (weight, self.mode) {
            (Weight::Info, _) => Severity::Info,
            (Weight::Warning, _) | (Weight::Strict, Mode::Lenient) => Severity::Warning,
            // Whatever a provider answered has happened: nothing about it is an error of the caller's.
            (_, Mode::Answer) => Severity::Warning,
            (Weight::Error | Weight::Strict, _) => Severity::Error,
        };
        let is_error = severity == Severity::Error;
        self.failed |= is_error;
        let [errors, others] = &mut self.room;
        let room = if is_error { errors } else { others };
        room.paths = room.paths.saturating_sub(path.len());
        if room.issues == 0 || room.paths == 0 {
            return self.unlisted.insert(Issue::new(String::new(), code, severity, rule));
        }
        room.issues -= 1;
        let index = self.issues.len();
        self.issues.push(Issue::new(path, code, severity, rule));
        match self.issues.get_mut(index) {
            Some(issue) => issue,
            None => self.unlisted.get_or_insert_with(|| Issue::new(String::new(), code, severity, rule)),
        }
    }

    /// What was said last about a place, for saying it better.
    pub fn said_of(&mut self, place: &Place<'_>) -> Option<&mut Issue> {
        let path = place.path();
        self.issues.iter_mut().rfind(|issue| issue.path == path)
    }

    /// Says that there is more than could be kept.
    pub fn overflow(&mut self) -> &mut Issue {
        self.unlisted
            .get_or_insert_with(|| Issue::new(String::new(), Code::TooManyIssues, Severity::Info, RuleId::NONE))
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.issues.is_empty() && self.unlisted.is_none()
    }

    /// Whether there is an error among them.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Whether whatever is found with this weight from here on changes nothing about the report: it is full.
    #[inline(never)]
    pub fn is_full(&self, weight: Weight) -> bool {
        let fails = weight == Weight::Error || weight == Weight::Strict && self.mode == Mode::Strict;
        let [errors, others] = &self.room;
        let room = if fails { errors } else { others };
        self.unlisted.is_some() && (room.issues == 0 || room.paths == 0)
    }

    /// All issues, and a last one if there are more than are listed.
    pub fn finish(mut self) -> Vec<Issue> {
        if self.unlisted.is_some() {
            let severity = if self.failed { Severity::Error } else { Severity::Warning };
            let mut more = Issue::new(String::new(), Code::TooManyIssues, severity, RuleId::NONE);
            more.number("limit", self.issues.len() as i64);
            self.issues.push(more);
        }
        self.issues
    }
}
