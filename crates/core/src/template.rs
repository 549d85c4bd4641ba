//! Templates: `{{gift_code}}` stands for a value of each recipient.
//!
//! The provider fills the placeholders; merging here is for previews and for finding what would be printed wrongly.
//! Values are put in once and never searched for placeholders again, and nothing is escaped: it is for paper.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::read::{Findings, Items, Place, TextAt};
use crate::report::Code;
use crate::rule::pp;

/// The variable that every recipient has: the first word of the name.
pub const FIRST_NAME: &str = "first_name";

/// A template that was taken apart.
pub struct Template<'t> {
    parts: Vec<Part<'t>>,
    /// The variables, once each, in the order in which they first appear.
    pub variables: Vec<&'t str>,
    /// Whether there are more than [`MOST_VARIABLES`].
    pub overflows: bool,
    /// What looks like a placeholder and is none, or is written unusually.
    pub oddities: Vec<Oddity<'t>>,
}

enum Part<'t> {
    /// With its length in UTF-16 code units and in characters, counted once for all recipients.
    Literal(&'t str, (usize, usize)),
    Variable(&'t str),
}

impl<'t> Part<'t> {
    fn literal(text: Option<&'t str>) -> Self {
        let text = text.unwrap_or_default();
        Part::Literal(text, count(text))
    }
}

/// Something in a template that is worth a look.
pub struct Oddity<'t> {
    /// [`Code::SpacedPlaceholder`] or [`Code::MalformedPlaceholder`].
    pub code: Code,
    /// The variable, or the text that is no placeholder.
    pub text: &'t str,
    /// Where it starts, in UTF-16 code units.
    pub offset: usize,
}

/// How many characters of a malformed placeholder are shown.
const EXCERPT: usize = 24;
/// No template has more variables; where one does, the rest of it is taken as it stands, and a report says so. Every
/// recipient is held against every variable: without an end to them a small input could keep a computer busy for hours.
pub const MOST_VARIABLES: usize = 250;
/// More oddities are not kept: a report has no room for them.
const MOST_ODDITIES: usize = 501;

impl<'t> Template<'t> {
    /// Takes a template apart.
    pub fn parse(source: &'t str) -> Self {
        let mut template =
            Template { parts: Vec::new(), variables: Vec::new(), overflows: false, oddities: Vec::new() };
        let (mut literal, mut at) = (0, 0);
        // Where the last oddity stands, in bytes and in UTF-16 code units.
        let mut seen = (0, 0);
        while let Some(open) = find_pair(source, at, b"{{") {
            let rest = source.get(open..).unwrap_or_default();
            let Some((variable, length)) = placeholder(rest) else {
                // In `{{{name}}}` the placeholder starts one brace later.
                if rest.as_bytes().get(2) != Some(&b'{') {
                    template.odd(Code::MalformedPlaceholder, excerpt(rest), source, open, &mut seen);
                    at = open + 2;
                } else {
                    at = open + 1;
                }
                continue;
            };
            if !template.variables.contains(&variable) {
                if template.variables.len() == MOST_VARIABLES {
                    template.overflows = true;
                    break;
                }
                template.variables.push(variable);
            }
            template.parts.push(Part::literal(source.get(literal..open)));
            template.parts.push(Part::Variable(variable));
            if variable.len() + 4 != length {
                template.odd(Code::SpacedPlaceholder, variable, source, open, &mut seen);
            }
            at = open + length;
            literal = at;
        }
        template.parts.push(Part::literal(source.get(literal..)));
        template
    }

    fn odd(&mut self, code: Code, text: &'t str, source: &str, open: usize, seen: &mut (usize, usize)) {
        if self.oddities.len() < MOST_ODDITIES {
            let offset = seen.1 + source.get(seen.0..open).map_or(0, |between| count(between).0);
            *seen = (open, offset);
            self.oddities.push(Oddity { code, text, offset });
        }
    }

    /// The text for one recipient. A placeholder without a value stays as it is.
    pub fn merge(&self, person: &Person<'_>) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal, _) => text.push_str(literal),
                Part::Variable(variable) => match person.value(variable) {
                    Some(value) => text.push_str(&value),
                    None => {
                        text.push_str("{{");
                        text.push_str(variable);
                        text.push_str("}}");
                    }
                },
            }
        }
        text
    }

    /// The length of the text for one recipient, without making it: UTF-16 code units and characters.
    pub fn length(&self, person: &Person<'_>) -> (usize, usize) {
        self.parts.iter().fold((0, 0), |(units, all), part| {
            let (more, one) = match part {
                Part::Literal(_, length) => *length,
                Part::Variable(variable) => match person.value(variable) {
                    Some(value) => count(&value),
                    None => (variable.len() + 4, variable.len() + 4),
                },
            };
            (units + more, all + one)
        })
    }

    /// Reports what is unusual about the template itself, which stands at `place`.
    pub fn report_oddities(&self, found: &mut Findings, place: &Place<'_>) {
        if self.overflows {
            let issue = found.error(pp(74), Code::TooManyVariables, place);
            issue.number("limit", MOST_VARIABLES as i64);
        }
        for oddity in &self.oddities {
            let malformed = oddity.code == Code::MalformedPlaceholder;
            let rule = if malformed { pp(81) } else { pp(74) };
            let issue = found.warning(rule, oddity.code, place);
            issue.text(if malformed { "actual" } else { "variable" }, oddity.text);
            issue.number("offset", oddity.offset as i64);
        }
    }
}

/// Where a pair of braces starts, at `from` or behind it.
fn find_pair(source: &str, from: usize, pair: &[u8; 2]) -> Option<usize> {
    let rest = source.as_bytes().get(from..)?;
    rest.windows(2).position(|window| window == pair).map(|found| from + found)
}

/// The variable that a placeholder names, and the placeholder's length, if one starts here.
fn placeholder(rest: &str) -> Option<(&str, usize)> {
    let bytes = rest.as_bytes();
    let skip = |from: usize, fits: fn(u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().position(|byte| !fits(*byte)).map_or(bytes.len(), |length| from + length)
    };
    let start = skip(2, |byte| byte == b' ');
    let end = skip(start, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let close = skip(end, |byte| byte == b' ');
    let name = rest.get(start..end)?;
    (is_variable(name) && bytes.get(close..close + 2) == Some(b"}}")).then_some((name, close + 2))
}

/// The length of a text in UTF-16 code units and in characters.
pub fn count(text: &str) -> (usize, usize) {
    text.chars().fold((0, 0), |(units, all), one| (units + one.len_utf16(), all + 1))
}

/// Whether there is nothing but white space in a text.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Whether a variable may be called so: a letter or underscore, then up to 39 letters, digits or underscores.
pub fn is_variable(name: &str) -> bool {
    name.len() <= 40
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What is shown of a malformed placeholder: up to its end, if that is near.
fn excerpt(rest: &str) -> &str {
    let end = rest.char_indices().nth(EXCERPT).map_or(rest.len(), |(end, _)| end);
    let shown = rest.get(..end).unwrap_or_default();
    let end = find_pair(shown, 0, b"}}").map_or(shown.len(), |close| close + 2);
    shown.get(..end).unwrap_or_default()
}

/// What a template looks at in a recipient.
pub struct Person<'t> {
    /// The full name.
    pub name: Option<TextAt<'t>>,
    /// The keys of the custom fields.
    pub fields: Items<'t>,
}

impl<'t> Person<'t> {
    /// The value of a variable: the recipient's own, or the first name taken from the full one.
    pub fn value(&self, variable: &str) -> Option<Cow<'t, str>> {
        let own = self.own(variable);
        if variable != FIRST_NAME || own.as_ref().is_some_and(|value| !is_blank(value)) {
            return own;
        }
        let name = self.name?.value();
        let first = name.split_whitespace().next()?;
        Some(Cow::Owned(String::from(first)))
    }

    fn own(&self, variable: &str) -> Option<Cow<'t, str>> {
        let key = self.fields.clone().find(|key| key.is_named(variable))?;
        Some(key.entry().1.text()?.value())
    }

    /// The names of the custom fields.
    pub fn own_names(&self) -> impl Iterator<Item = Cow<'t, str>> {
        self.fields.clone().map(|key| key.entry().0)
    }
}
