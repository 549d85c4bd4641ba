//! Templates: `{{gift_code}}` stands for a value of each recipient.
//!
//! The provider fills the placeholders; merging here is for previews and for finding what would be printed wrongly.
//! Values are put in once and never searched for placeholders again, and nothing is escaped for paper.

use alloc::vec::Vec;

pub use self::values::{Format, Unused, Value, Values};
use crate::read::{Findings, TextAt, characters};
use crate::report::Code;
use crate::rule::RuleId;
use crate::words::{is_variable, units};

mod values;

/// The variable that every recipient has: the first word of the name.
pub const FIRST_NAME: &str = "first_name";

/// A part of a text, from its first to behind its last UTF-16 code unit.
pub type Span = (usize, usize);

/// A template that was taken apart.
pub struct Template<'t> {
    parts: Vec<Part<'t>>,
    /// The variables, in the order in which they first appear.
    pub variables: Vec<Variable<'t>>,
    /// Whether there are more than [`MOST_VARIABLES`].
    pub overflows: bool,
    /// What looks like a placeholder and is none, or is written unusually.
    pub oddities: Vec<Oddity<'t>>,
    /// The length of all that is no placeholder, in UTF-16 code units.
    literal_units: usize,
}

/// A variable of a template.
pub struct Variable<'t> {
    /// Its name.
    pub name: &'t str,
    /// Where its first placeholder stands.
    pub span: Span,
}

enum Part<'t> {
    Literal(&'t str),
    /// The variable's index, and the placeholder as it is written.
    Placeholder(usize, &'t str),
}

/// Something in a template that is worth a look.
pub struct Oddity<'t> {
    /// [`Code::SpacedPlaceholder`] or [`Code::MalformedPlaceholder`].
    pub code: Code,
    /// The variable, or the text that is no placeholder.
    pub text: &'t str,
    /// Where it stands.
    pub span: Span,
}

/// How many characters of a malformed placeholder are shown.
const EXCERPT: usize = 24;
/// No template has more variables; where one does, the rest of it is taken as it stands, and a report says so. Every
/// recipient is held against every variable: without an end to them a small input could keep a computer busy for hours.
pub const MOST_VARIABLES: usize = 250;
/// More oddities are not kept: a report has no room for them.
const MOST_ODDITIES: usize = 501;

/// How far the UTF-16 code units of a text were counted: each character once, however many spans are asked for.
struct Ruler<'t> {
    source: &'t str,
    bytes: usize,
    units: usize,
}

impl Ruler<'_> {
    /// The span of a piece at or behind the last one.
    fn span(&mut self, from: usize, length: &str) -> Span {
        self.units += self.source.get(self.bytes..from).map_or(0, units);
        self.bytes = from;
        (self.units, self.units + units(length))
    }
}

impl<'t> Template<'t> {
    /// Takes a template apart.
    pub fn parse(source: &'t str) -> Self {
        let mut template = Template {
            parts: Vec::new(),
            variables: Vec::new(),
            overflows: false,
            oddities: Vec::new(),
            literal_units: 0,
        };
        let mut ruler = Ruler { source, bytes: 0, units: 0 };
        let (mut literal, mut at) = (0, 0);
        while let Some(open) = find_pair(source, at, b"{{") {
            let rest = source.get(open..).unwrap_or_default();
            let Some((name, length)) = placeholder(rest) else {
                // In `{{{name}}}` the placeholder starts one brace later.
                if rest.as_bytes().get(2) != Some(&b'{') {
                    let shown = excerpt(rest);
                    template.odd(Code::MalformedPlaceholder, shown, shown, open, &mut ruler);
                    at = open + 2;
                } else {
                    at = open + 1;
                }
                continue;
            };
            let written = rest.get(..length).unwrap_or_default();
            let known = template.find(name);
            if known.is_none() {
                if template.variables.len() == MOST_VARIABLES {
                    template.overflows = true;
                    break;
                }
                template.variables.push(Variable { name, span: ruler.span(open, written) });
            }
            template.literal(source.get(literal..open));
            template.parts.push(Part::Placeholder(known.unwrap_or(template.variables.len() - 1), written));
            if name.len() + 4 != length {
                template.odd(Code::SpacedPlaceholder, name, written, open, &mut ruler);
            }
            at = open + length;
            literal = at;
        }
        template.literal(source.get(literal..));
        template
    }

    /// The index of a variable.
    #[inline(never)]
    fn find(&self, name: &str) -> Option<usize> {
        self.variables.iter().position(|variable| variable.name == name)
    }

    fn literal(&mut self, text: Option<&'t str>) {
        let text = text.unwrap_or_default();
        self.literal_units += units(text);
        self.parts.push(Part::Literal(text));
    }

    fn odd(&mut self, code: Code, text: &'t str, written: &str, open: usize, ruler: &mut Ruler<'_>) {
        if self.oddities.len() < MOST_ODDITIES {
            self.oddities.push(Oddity { code, text, span: ruler.span(open, written) });
        }
    }

    /// Reports what is unusual about the template itself, which is `source`. The rules are those of what is no placeholder,
    /// and of how one is written.
    pub fn report_oddities(&self, found: &mut Findings, source: &TextAt<'_>, [malformed_rule, form_rule]: [RuleId; 2]) {
        characters::report(found, source);
        let place = source.place();
        if self.overflows {
            let issue = found.error(form_rule, Code::TooManyVariables, &place);
            issue.number("limit", MOST_VARIABLES as i64);
        }
        for oddity in &self.oddities {
            let malformed = oddity.code == Code::MalformedPlaceholder;
            let rule = if malformed { malformed_rule } else { form_rule };
            let issue = found.warning(rule, oddity.code, &place);
            issue.text(if malformed { "actual" } else { "variable" }, oddity.text).span(oddity.span);
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
    (is_variable(name.as_bytes()) && bytes.get(close..close + 2) == Some(b"}}")).then_some((name, close + 2))
}

/// What is shown of a malformed placeholder: up to its end, if that is near.
fn excerpt(rest: &str) -> &str {
    let end = rest.char_indices().nth(EXCERPT).map_or(rest.len(), |(end, _)| end);
    let shown = rest.get(..end).unwrap_or_default();
    let end = find_pair(shown, 0, b"}}").map_or(shown.len(), |close| close + 2);
    shown.get(..end).unwrap_or_default()
}
