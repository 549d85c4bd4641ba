//! The outcome of a validation: every issue of the input at once, each with its place, its reason and the way out.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

pub use self::code::Code;
use crate::json;

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
    /// The id in the list of rules; empty where no rule speaks of it.
    pub rule: &'static str,
}

impl Issue {
    /// A new issue with the hint of its code.
    pub fn new(path: String, code: Code, severity: Severity, rule: &'static str) -> Self {
        Issue { path, code, severity, params: Vec::new(), hint: Cow::Borrowed(code.hint()), fix: Vec::new(), rule }
    }

    /// Adds a text to the message.
    pub fn text(&mut self, name: &'static str, value: impl Into<String>) -> &mut Self {
        self.params.push((name, Param::Text(value.into())));
        self
    }

    /// Adds a number to the message.
    pub fn number(&mut self, name: &'static str, value: impl TryInto<i64>) -> &mut Self {
        self.params.push((name, Param::Number(value.try_into().unwrap_or(i64::MAX))));
        self
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
    pub fn hint(&mut self, hint: impl Into<Cow<'static, str>>) -> &mut Self {
        self.hint = hint.into();
        self
    }

    /// Mends it by writing this text in its place.
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

    /// What is wrong, in English, with the values in it.
    pub fn message(&self) -> String {
        let mut message = String::new();
        let mut rest = self.code.message();
        while let Some(open) = rest.find('{') {
            let Some(length) = rest.get(open..).and_then(|tail| tail.find('}')) else { break };
            message.push_str(rest.get(..open).unwrap_or_default());
            self.fill(&mut message, rest.get(open + 1..open + length).unwrap_or_default());
            rest = rest.get(open + length + 1..).unwrap_or_default();
        }
        message.push_str(rest);
        message
    }

    fn fill(&self, message: &mut String, name: &str) {
        match self.params.iter().find(|(param, _)| *param == name) {
            Some((_, Param::Text(value))) => excerpt(message, value),
            Some((_, Param::Number(value))) => json::integer(message, *value),
            Some((_, Param::Indexes(values))) => {
                for (position, value) in values.iter().enumerate() {
                    message.push_str(if position == 0 { "" } else { ", " });
                    json::integer(message, i64::from(*value));
                }
            }
            Some((_, Param::Names(values))) => {
                for (position, value) in values.iter().enumerate() {
                    message.push_str(if position == 0 { "" } else { ", " });
                    message.push_str(value);
                }
            }
            None if name == "member" => message.push_str(&self.member()),
            None => {}
        }
    }

    /// The last member on the path, with its position where it is in a list: `letters[3]`.
    fn member(&self) -> String {
        let mut steps = self.path.rsplit('/');
        let last = steps.next().unwrap_or_default();
        if self.path.is_empty() {
            return String::from("the input");
        }
        if !last.bytes().all(|byte| byte.is_ascii_digit()) || last.is_empty() {
            return last.replace("~1", "/").replace("~0", "~");
        }
        let list = steps.next().unwrap_or_default();
        let mut name = String::from(if list.is_empty() { "item" } else { list });
        name.push('[');
        name.push_str(last);
        name.push(']');
        name
    }

    /// Writes the issue as JSON.
    pub fn write(&self, out: &mut String) {
        out.push_str("{\"path\":");
        json::text(out, &self.path);
        out.push_str(",\"code\":\"");
        out.push_str(self.code.name());
        out.push_str("\",\"severity\":\"");
        out.push_str(self.severity.name());
        out.push_str("\",\"message\":");
        json::text(out, &self.message());
        if !self.params.is_empty() {
            out.push_str(",\"params\":{");
            for (position, (name, value)) in self.params.iter().enumerate() {
                json::comma(out, position);
                json::text(out, name);
                out.push(':');
                value.write(out);
            }
            out.push('}');
        }
        if !self.hint.is_empty() {
            out.push_str(",\"hint\":");
            json::text(out, &self.hint);
        }
        if !self.fix.is_empty() {
            out.push_str(",\"fix\":[");
            for (position, change) in self.fix.iter().enumerate() {
                json::comma(out, position);
                change.write(out);
            }
            out.push(']');
        }
        if !self.rule.is_empty() {
            out.push_str(",\"rule\":\"");
            out.push_str(self.rule);
            out.push('"');
        }
        out.push('}');
    }
}

impl Param {
    fn write(&self, out: &mut String) {
        match self {
            Param::Text(value) => json::text(out, value),
            Param::Number(value) => json::integer(out, *value),
            Param::Indexes(values) => json::list(out, values, |out, value| json::integer(out, i64::from(*value))),
            Param::Names(values) => json::list(out, values, |out, value| json::text(out, value)),
        }
    }
}

impl Change {
    fn write(&self, out: &mut String) {
        let (operation, path) = match self {
            Change::Replace { path, .. } => ("replace", path),
            Change::Remove { path } => ("remove", path),
            Change::Move { path, .. } => ("move", path),
        };
        out.push_str("{\"op\":\"");
        out.push_str(operation);
        if let Change::Move { from, .. } = self {
            out.push_str("\",\"from\":");
            json::text(out, from);
            out.push_str(",\"path\":");
        } else {
            out.push_str("\",\"path\":");
        }
        json::text(out, path);
        if let Change::Replace { value, .. } = self {
            out.push_str(",\"value\":");
            out.push_str(value);
        }
        out.push('}');
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
        let mut out = String::from(if self.ok() { "{\"ok\":true" } else { "{\"ok\":false" });
        out.push_str(",\"operation\":");
        json::text(&mut out, self.operation);
        out.push_str(",\"issues\":");
        write_issues(&mut out, &self.issues);
        out.push('}');
        out
    }
}

/// Writes a list of issues as JSON.
pub fn write_issues(out: &mut String, issues: &[Issue]) {
    json::list(out, issues, |out, issue| issue.write(out));
}

/// A value in a message is shown with at most this many characters.
const EXCERPT: usize = 80;

fn excerpt(message: &mut String, value: &str) {
    match value.char_indices().nth(EXCERPT) {
        None => message.push_str(value),
        Some((end, _)) => {
            message.push_str(value.get(..end).unwrap_or_default());
            message.push('…');
        }
    }
}
