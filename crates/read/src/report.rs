//! The outcome of a validation: every issue of the input at once, each with its place, its reason and the way out.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

pub use self::code::Code;
use crate::json;
use crate::pointer;
use crate::rule::RuleId;

mod code;

/// How bad an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Worth a look; does not block.
    Warning,
    /// Blocks.
    Error,
}

impl Severity {
    /// As it is written in a report.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A value of a message, for applications that say it in a language of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Param {
    /// A text, such as the offending value.
    Text(String),
    /// A number, such as a limit.
    Number(i64),
    /// Positions in a list.
    Indexes(Vec<u32>),
    /// Names, such as the values that are allowed.
    Names(&'static [&'static str]),
}

/// One step of an RFC 6902 patch that mends the input. Values are JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are RFC 6902's own")]
pub enum Change {
    Replace { path: String, value: String },
    Remove { path: String },
    Move { from: String, path: String },
}

/// One thing that is wrong, or odd, about an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// RFC 6901 JSON Pointer into the input; empty for the whole.
    pub path: String,
    /// What kind of issue it is.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The values of the message.
    pub params: Vec<(&'static str, Param)>,
    /// How to mend it.
    pub hint: Cow<'static, str>,
    /// The mending itself, where it is mechanical; empty otherwise.
    pub fix: Vec<Change>,
    /// The rule that speaks of it.
    pub rule: RuleId,
}

impl Issue {
    /// A new issue with the hint of its code.
    pub fn new(path: String, code: Code, severity: Severity, rule: RuleId) -> Self {
        Issue { path, code, severity, params: Vec::new(), hint: Cow::Borrowed(code.hint()), fix: Vec::new(), rule }
    }

    /// Adds a text to the message.
    #[inline(never)]
    pub fn text(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.params.push((name, Param::Text(String::from(value))));
        self
    }

    /// Adds a number to the message.
    #[inline(never)]
    pub fn number(&mut self, name: &'static str, value: i64) -> &mut Self {
        self.params.push((name, Param::Number(value)));
        self
    }

    /// Says which part of a text is meant, in UTF-16 code units.
    pub fn span(&mut self, span: (usize, usize)) -> &mut Self {
        self.number("start", span.0 as i64).number("end", span.1 as i64)
    }

    /// Adds positions in a list to the message.
    pub fn indexes(&mut self, name: &'static str, value: Vec<u32>) -> &mut Self {
        self.params.push((name, Param::Indexes(value)));
        self
    }

    /// Adds names to the message.
    pub fn names(&mut self, name: &'static str, value: &'static [&'static str]) -> &mut Self {
        self.params.push((name, Param::Names(value)));
        self
    }

    /// Says how to mend it, in other words than the code's own.
    pub fn hint(&mut self, hint: &'static str) -> &mut Self {
        self.hint = Cow::Borrowed(hint);
        self
    }

    /// Says what was most likely meant.
    #[inline(never)]
    pub fn did_you_mean(&mut self, meant: &str) -> &mut Self {
        self.hint = Cow::Owned(json::concat(&["Did you mean ", meant, "?"]));
        self
    }

    /// Mends it by writing this text in its place.
    #[inline(never)]
    pub fn fix_text(&mut self, value: &str) -> &mut Self {
        let mut text = String::new();
        json::text(&mut text, value);
        self.fix_json(text)
    }

    /// Mends it by writing this JSON value in its place.
    pub fn fix_json(&mut self, value: String) -> &mut Self {
        self.fix.push(Change::Replace { path: self.path.clone(), value });
        self
    }

    /// Mends it by writing a text somewhere else.
    pub fn fix_text_at(&mut self, path: String, value: &str) -> &mut Self {
        let mut text = String::new();
        json::text(&mut text, value);
        self.fix.push(Change::Replace { path, value: text });
        self
    }

    /// Mends it by taking the member out.
    pub fn fix_remove(&mut self) -> &mut Self {
        self.fix.push(Change::Remove { path: self.path.clone() });
        self
    }

    /// Mends it by giving the member another place.
    pub fn fix_move(&mut self, path: String) -> &mut Self {
        self.fix.push(Change::Move { from: self.path.clone(), path });
        self
    }

    /// The same issue of something that stands below `path`.
    #[inline(never)]
    pub fn move_below(&mut self, path: &str) {
        prepend(&mut self.path, path);
        for change in &mut self.fix {
            let (Change::Replace { path: own, .. } | Change::Remove { path: own } | Change::Move { path: own, .. }) =
                change;
            prepend(own, path);
            if let Change::Move { from, .. } = change {
                prepend(from, path);
            }
        }
    }

    /// What is wrong, in English, with the values in it.
    pub fn message(&self) -> String {
        let mut message = String::new();
        self.write_message(&mut message, json::raw);
        message
    }

    /// Writes the message; `put` writes each of its values.
    fn write_message(&self, out: &mut String, put: fn(&mut String, &str)) {
        // Names and the text between them alternate: every brace separates.
        for (position, piece) in json::braces(self.code.message()).enumerate() {
            if position % 2 == 0 {
                put(out, piece);
                continue;
            }
            match self.params.iter().find(|(param, _)| *param == piece) {
                Some((_, Param::Text(value))) => {
                    let end = if value.len() > EXCERPT { value.char_indices().nth(EXCERPT) } else { None };
                    let end = end.map(|(end, _)| end);
                    put(out, value.get(..end.unwrap_or(value.len())).unwrap_or_default());
                    json::raw(out, if end.is_some() { "…" } else { "" });
                }
                Some((_, value)) => value.write(out, ["", ", ", ""], json::raw),
                None => self.show_member(out, put),
            }
        }
    }

    /// Writes the last member on the path, with its position where it is in a list: `letters[3]`.
    fn show_member(&self, out: &mut String, put: fn(&mut String, &str)) {
        let steps = self.path.as_bytes().rsplit(|byte| *byte == b'/');
        let mut steps = steps.map(|step| core::str::from_utf8(step).unwrap_or_default());
        let (Some(last), Some(list)) = (steps.next(), steps.next()) else { return json::raw(out, "the input") };
        if last.is_empty() || !last.bytes().all(|byte| byte.is_ascii_digit()) {
            return put(out, &pointer::name(last));
        }
        // What stands before the first slash is the whole.
        put(out, &pointer::name(if steps.next().is_some() { list } else { "item" }));
        json::put(out, &["[", last, "]"]);
    }

    /// Writes the issue as JSON.
    #[inline(never)]
    pub fn write(&self, out: &mut String) {
        json::member(out, "{\"path\":", &self.path);
        let (code, severity) = (self.code.name(), self.severity.name());
        json::put(out, &[",\"code\":\"", code, "\",\"severity\":\"", severity, "\",\"message\":\""]);
        self.write_message(out, json::escaped);
        json::raw(out, "\"");
        for (position, (name, value)) in self.params.iter().enumerate() {
            json::member(out, if position == 0 { ",\"params\":{" } else { "," }, name);
            json::raw(out, ":");
            value.write(out, ["[", ",", "]"], json::text);
        }
        json::raw(out, if self.params.is_empty() { "" } else { "}" });
        if !self.hint.is_empty() {
            json::member(out, ",\"hint\":", &self.hint);
        }
        if !self.fix.is_empty() {
            json::raw(out, ",\"fix\":");
            json::list(out, &self.fix, |out, change| change.write(out));
        }
        if self.rule != RuleId::NONE {
            json::put(out, &[",\"rule\":\"", &self.rule.name(), "\""]);
        }
        json::raw(out, "}");
    }
}

#[inline(never)]
fn prepend(path: &mut String, above: &str) {
    *path = json::concat(&[above, path]);
}

impl Param {
    /// Writes the value; what stands before, between and behind the entries of a list, and how texts are written, is the
    /// caller's.
    #[inline(never)]
    fn write(&self, out: &mut String, [open, comma, close]: [&str; 3], text: fn(&mut String, &str)) {
        match self {
            Param::Text(value) => return text(out, value),
            Param::Number(value) => return json::integer(out, *value),
            Param::Indexes(values) => {
                json::raw(out, open);
                for (position, value) in values.iter().enumerate() {
                    json::raw(out, if position == 0 { "" } else { comma });
                    json::integer(out, i64::from(*value));
                }
            }
            Param::Names(values) => {
                json::raw(out, open);
                for (position, value) in values.iter().enumerate() {
                    json::raw(out, if position == 0 { "" } else { comma });
                    text(out, value);
                }
            }
        }
        json::raw(out, close);
    }
}

impl Change {
    fn write(&self, out: &mut String) {
        let (start, path) = match self {
            Change::Replace { path, .. } => ("{\"op\":\"replace\",\"path\":", path),
            Change::Remove { path } => ("{\"op\":\"remove\",\"path\":", path),
            Change::Move { from, .. } => ("{\"op\":\"move\",\"from\":", from),
        };
        json::member(out, start, path);
        match self {
            Change::Replace { value, .. } => json::put(out, &[",\"value\":", value]),
            Change::Remove { .. } => {}
            Change::Move { path, .. } => json::member(out, ",\"path\":", path),
        }
        json::raw(out, "}");
    }
}

/// What a validation found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The operation's name.
    pub operation: &'static str,
    /// Everything that was found.
    pub issues: Vec<Issue>,
}

impl Report {
    /// No issue is an error.
    pub fn ok(&self) -> bool {
        !self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// The report as JSON: `{ ok, operation, issues }`.
    pub fn to_json(&self) -> String {
        let mut out = json::concat(&["{\"ok\":", if self.ok() { "true" } else { "false" }]);
        json::member(&mut out, ",\"operation\":", self.operation);
        json::raw(&mut out, ",\"issues\":");
        write_issues(&mut out, &self.issues);
        json::raw(&mut out, "}");
        out
    }
}

/// Writes a list of issues as JSON.
pub fn write_issues(out: &mut String, issues: &[Issue]) {
    out.reserve(issues.len() * 320);
    json::list(out, issues, |out, issue| issue.write(out));
}

/// Issues as a JSON list; nothing if there are none.
pub fn issues_json(issues: &[Issue]) -> String {
    let mut out = String::new();
    if !issues.is_empty() {
        write_issues(&mut out, issues);
    }
    out
}

/// A value in a message is shown with at most this many characters.
const EXCERPT: usize = 80;
