//! The values that one recipient after the other has for a template's variables.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{FIRST_NAME, Part, Template};
use crate::json;
use crate::read::{Items, Place, TextAt};
use crate::words::units;

/// More names that the template does not use are not kept: a report has no room for them.
const MOST_UNUSED: usize = 500;

/// The value of a variable for one recipient.
#[derive(Clone, Copy)]
pub struct Value<'t> {
    /// The text in which it stands.
    pub source: TextAt<'t>,
    /// Whether it is the first word of that only.
    is_first_word: bool,
    /// Its length in UTF-16 code units.
    pub units: usize,
}

impl<'t> Value<'t> {
    /// The characters.
    pub fn text(&self) -> Cow<'t, str> {
        let text = self.source.value();
        if !self.is_first_word {
            return text;
        }
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(first_word(text)),
            Cow::Owned(text) => Cow::Owned(String::from(first_word(&text))),
        }
    }

    /// Whether there is nothing but white space in it.
    pub fn is_blank(&self) -> bool {
        self.source.is_blank()
    }
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

/// A name among the custom fields that the template does not use.
pub struct Unused<'t> {
    /// The name.
    pub name: Cow<'t, str>,
    /// Where it stands first.
    pub key: Place<'t>,
    /// How many recipients have it.
    pub count: u32,
}

/// What stands at a position among the custom fields.
struct Column<'t> {
    /// The name's bytes, as they came.
    name: &'t [u8],
    /// The variable's index; behind all variables, that of the unused name.
    meaning: usize,
}

/// The values of the recipient at hand.
///
/// Lists are mostly written in one order: what a name means is remembered by its position, and not searched for again.
pub struct Values<'t> {
    /// What they are for.
    pub template: &'t Template<'t>,
    first_name: Option<usize>,
    values: Vec<Option<Value<'t>>>,
    columns: Vec<Column<'t>>,
    /// What was met so far and is not used by the template.
    pub unused: Vec<Unused<'t>>,
    /// Whether there were more names than are kept.
    pub overflows: bool,
}

impl<'t> Values<'t> {
    /// For the variables of this template.
    pub fn of(template: &'t Template<'t>) -> Self {
        let first_name = template.find(FIRST_NAME);
        Values { template, first_name, values: Vec::new(), columns: Vec::new(), unused: Vec::new(), overflows: false }
    }

    /// Takes a recipient's. Where a name stands twice, the first one counts.
    pub fn take(&mut self, name: Option<TextAt<'t>>, fields: &[Items<'t>]) {
        self.values.clear();
        self.values.resize(self.template.variables.len(), None);
        for (position, key) in fields.iter().flat_map(Items::clone).enumerate() {
            let known = self.columns.get(position).filter(|column| column.name == key.bytes());
            let meaning = match known {
                Some(column) => column.meaning,
                None => self.learn(position, &key),
            };
            if let Some(slot) = self.values.get_mut(meaning) {
                if slot.is_none() {
                    let value = key.inner().text();
                    *slot = value.map(|source| Value { source, is_first_word: false, units: source.units() as usize });
                }
            } else if let Some(unused) = self.unused.get_mut(meaning - self.values.len()) {
                unused.count += 1;
            }
        }
        if let Some(slot) = self.first_name.and_then(|index| self.values.get_mut(index))
            && slot.is_none_or(|value| value.is_blank())
        {
            *slot = name.filter(|name| !name.is_blank()).map(|source| {
                let units = units(first_word(&source.value()));
                Value { source, is_first_word: true, units }
            });
        }
    }

    /// Finds out what a name means, and remembers it.
    #[inline(never)]
    fn learn(&mut self, position: usize, key: &Place<'t>) -> usize {
        let name = key.written();
        let meaning = match self.template.find(&name) {
            Some(index) => index,
            None => self.values.len() + self.unused_name(name, key),
        };
        let column = Column { name: key.bytes(), meaning };
        match self.columns.get_mut(position) {
            Some(known) => *known = column,
            // Behind all that were there; a gap cannot be, positions come one after the other.
            None => self.columns.push(column),
        }
        meaning
    }

    fn unused_name(&mut self, name: Cow<'t, str>, key: &Place<'t>) -> usize {
        if let Some(known) = self.unused.iter().position(|unused| unused.name == name) {
            return known;
        }
        if self.unused.len() < MOST_UNUSED {
            self.unused.push(Unused { name, key: *key, count: 0 });
            return self.unused.len() - 1;
        }
        self.overflows = true;
        MOST_UNUSED
    }

    /// The value of the variable with this index.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&Value<'t>> {
        self.values.get(index)?.as_ref()
    }

    /// The length of the text in UTF-16 code units, without making it.
    pub fn units(&self) -> usize {
        self.template.parts.iter().fold(self.template.literal_units, |units, part| match part {
            Part::Literal(_) => units,
            Part::Placeholder(index, written) => units + self.get(*index).map_or(written.len(), |value| value.units),
        })
    }

    /// Writes the text. A placeholder without a value stays as it is.
    pub fn write(&self, format: Format, out: &mut String) {
        for part in &self.template.parts {
            let written = match part {
                Part::Literal(literal) => Cow::Borrowed(*literal),
                Part::Placeholder(index, written) => match self.get(*index) {
                    Some(value) if format == Format::Html => {
                        write_html(out, &value.text());
                        continue;
                    }
                    Some(value) => value.text(),
                    None => Cow::Borrowed(*written),
                },
            };
            out.push_str(&written);
        }
    }
}

/// What a merged text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Paper: nothing is escaped.
    Text,
    /// A page: the template is markup, the values are not.
    Html,
}

/// Writes a value so that HTML shows it as it is, in a text and between quotes.
fn write_html(out: &mut String, value: &str) {
    for piece in value.as_bytes().split_inclusive(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        let (plain, entity) = match piece {
            [plain @ .., b'&'] => (plain, "&amp;"),
            [plain @ .., b'<'] => (plain, "&lt;"),
            [plain @ .., b'>'] => (plain, "&gt;"),
            [plain @ .., b'"'] => (plain, "&quot;"),
            [plain @ .., b'\''] => (plain, "&#39;"),
            plain => (plain, ""),
        };
        json::put(out, &[core::str::from_utf8(plain).unwrap_or_default(), entity]);
    }
}
