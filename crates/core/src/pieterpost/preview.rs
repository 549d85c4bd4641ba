//! What every recipient will read: the merged texts, and what is wrong with them.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use super::mail::{LETTER_LIMIT, POSTCARD_LIMIT, merged_length};
use crate::pointer;
use crate::read::{self, Findings, Group, Place, TextAt, characters};
use crate::report::{Code, Issue, Severity, write_issues};
use crate::rule::pp;
use crate::schema::{Keys, Mode, Object, Shape, Slot, Weight, filled, map, may, must, object, one_of, text};
use crate::template::{FIRST_NAME, Format, Template, Values};
use crate::words;

static VALUE: Shape = text();
static NOBODY: Shape = Shape::Object(&ADDRESSEE);
const CUSTOM_VALUES: Shape = map(&VALUE, Keys::Variables(Weight::Warning, pp(74)));

/// As much of a recipient as a template looks at; the address may still be missing. What holds a recipient, such as a
/// letter or a row of a file, is taken as well.
static ADDRESSEE: Object = object("Addressee", "As much of a recipient as a template looks at.")
    .fields(&[
        may("name", &text(), "Full name. Its first word is the template variable first_name."),
        may("customFields", &CUSTOM_VALUES, "Values of template variables.").rule(pp(32)),
        may("recipient", &Shape::Object(&INNER), "Who receives it, in a letter or a row."),
    ])
    .quiet();

static INNER: Object = object("InnerAddressee", "As much of a recipient as a template looks at.")
    .fields(&[
        may("name", &text(), "Full name."),
        may("customFields", &CUSTOM_VALUES, "Values of template variables.").rule(pp(32)),
    ])
    .quiet();

/// What [`merge`] takes beside the recipients.
static MERGE: Object = object("MergeInput", "A template, and what its texts are for.").fields(&[
    must("template", &filled(), "The template."),
    may("provider", &one_of(&["pieterpost", "postalform"]), "Whose recipients; PieterPost's, if nothing is said."),
    may("requestType", &one_of(&["letter", "postcard"]), "What it is printed on; a letter, if nothing is said."),
    may("format", &one_of(&["text", "html"]), "Whether values are escaped for a page; text, if nothing is said."),
]);

const TEMPLATE: Slot = MERGE.slot("template");
const PROVIDER: Slot = MERGE.slot("provider");
const REQUEST_TYPE: Slot = MERGE.slot("requestType");
const FORMAT: Slot = MERGE.slot("format");
const NAME: Slot = ADDRESSEE.slot("name");
const CUSTOM_FIELDS: Slot = ADDRESSEE.slot("customFields");
const RECIPIENT: Slot = ADDRESSEE.slot("recipient");
const INNER_NAME: Slot = INNER.slot("name");
const INNER_FIELDS: Slot = INNER.slot("customFields");

/// All texts together take so many bytes at the most: a small input could ask for more than any computer has.
const MOST_TEXT: usize = 1 << 27;

/// A preview of every recipient's text.
pub struct Merge {
    /// All texts, one behind the other.
    joined: String,
    /// For each text how far it goes in `joined`, in bytes, and its length in UTF-16 code units.
    ends: Vec<(u32, u32)>,
    /// What was found, with paths `/template` and `/recipients/i/...`.
    pub issues: Vec<Issue>,
}

impl Merge {
    /// No issue is an error.
    pub fn ok(&self) -> bool {
        !self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// The texts, one for each recipient. There are none where the recipients are no JSON, the template is no text, or
    /// all texts together would take more than 128 MiB.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let starts = core::iter::once(0).chain(self.ends.iter().map(|end| end.0));
        starts.zip(&self.ends).map(|(start, end)| self.joined.get(start as usize..end.0 as usize).unwrap_or_default())
    }

    /// For JavaScript: all texts one behind the other; their lengths in UTF-16 code units, of four bytes each; the issues
    /// as JSON; how many bytes of text and how many texts there are. Numbers are little endian.
    pub fn into_bytes(self) -> Vec<u8> {
        let length = self.joined.len() as u32;
        let mut issues = String::new();
        write_issues(&mut issues, &self.issues);
        let mut bytes = self.joined.into_bytes();
        bytes.reserve(self.ends.len() * 4 + issues.len() + 8);
        for (_, units) in &self.ends {
            bytes.extend_from_slice(&units.to_le_bytes());
        }
        bytes.extend_from_slice(issues.as_bytes());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&(self.ends.len() as u32).to_le_bytes());
        bytes
    }
}

/// Merges a template for all recipients. `about` is JSON: `{ template, requestType?, format? }`; `recipients` is a list
/// of recipients, or of what holds one, as JSON.
pub fn merge(about: &[u8], recipients: &[u8], mode: Mode) -> Merge {
    let mut about = read::check(&MERGE, about, mode);
    let mut list = read::check_list(&NOBODY, &ADDRESSEE, recipients, "/recipients", mode);
    let mut issues = mem::take(&mut about.issues);
    issues.append(&mut list.issues);
    let mut merge = Merge { joined: String::new(), ends: Vec::new(), issues: Vec::new() };
    let mut found = Findings::about(mode, issues, list.count());
    if let (Some(source), true) = (about.root().text(TEMPLATE), list.is_json) {
        merge.each(&about.root(), &source, &list, &mut found);
    }
    merge.issues = found.finish();
    merge
}

impl Merge {
    fn each(&mut self, about: &Group<'_>, source: &TextAt<'_>, list: &read::Reading<'_>, found: &mut Findings) {
        let source_text = source.value();
        let template = Template::parse(&source_text);
        template.report_oddities(found, source, [pp(81), pp(74)]);
        let postcard = about.text(REQUEST_TYPE).is_some_and(|kind| kind.is("postcard"));
        // PostalForm makes pages of whatever there is.
        let is_cut = !about.text(PROVIDER).is_some_and(|provider| provider.is("postalform"));
        let limit = if postcard { POSTCARD_LIMIT } else { LETTER_LIMIT };
        let limit = if is_cut { limit } else { u32::MAX };
        let html = about.text(FORMAT).is_some_and(|format| format.is("html"));
        let mut values = Values::of(&template);
        self.ends.reserve(list.count());
        // A guess that mostly fits: moving all texts is dear.
        let guess = list.count().saturating_mul(source_text.len() + source_text.len() / 2);
        self.joined.reserve(guess.min(MOST_TEXT));
        for place in list.items() {
            let (name, fields, at) = parts(&place).unwrap_or((None, [place; 2], place));
            let items = fields.map(|fields| fields.items());
            values.take(name, &items);
            if place.group().is_some() && !fields.iter().any(Place::is_unusable) {
                variables(found, &values, &[], &items, &at);
            }
            let units = values.units();
            // In UTF-8 a unit takes three bytes at the most, as an entity six.
            if self.joined.len() + units * if html { 6 } else { 3 } > MOST_TEXT {
                found.error(pp(82), Code::TextsTooLong, &source.place()).number("limit", MOST_TEXT as i64);
                (self.joined, self.ends) = (String::new(), Vec::new());
                return;
            }
            merged_length(found, &values, &place, limit);
            let start = self.joined.len();
            values.write(if html { Format::Html } else { Format::Text }, &mut self.joined);
            let units = if html { words::units(self.joined.get(start..).unwrap_or_default()) } else { units };
            self.ends.push((self.joined.len() as u32, units as u32));
        }
        unused(found, &values);
    }
}

/// The name of a recipient, or of the one in a letter or row; its custom fields, first those of the row; and where values
/// belong.
fn parts<'t>(place: &Place<'t>) -> Option<(Option<TextAt<'t>>, [Place<'t>; 2], Place<'t>)> {
    let outer = place.group()?;
    let own = outer.at(CUSTOM_FIELDS);
    let Some(inner) = outer.group(RECIPIENT) else { return Some((outer.text(NAME), [own, outer.at(RECIPIENT)], own)) };
    let fields = inner.at(INNER_FIELDS);
    Some((inner.text(INNER_NAME), [own, fields], if own.is_there() { own } else { fields }))
}

/// Reports variables that one recipient lacks or leaves blank, and values that may not be printed as they look. `at` is
/// where values belong.
pub(super) fn variables<'t>(
    found: &mut Findings,
    values: &Values<'t>,
    declared: &[String],
    fields: &[read::Items<'t>],
    at: &Place<'t>,
) {
    let path = |variable: &str| pointer::child(at.path(), variable);
    let is_declared = |variable: &str| declared.iter().any(|name| name == variable);
    for (index, variable) in values.template.variables.iter().enumerate() {
        let (weight, rule, code) = match values.get(index) {
            Some(value) if !value.is_blank() => {
                characters::report(found, &value.source);
                continue;
            }
            Some(_) => (Weight::Warning, pp(77), Code::BlankVariable),
            None if is_declared(variable.name) => (Weight::Strict, pp(78), Code::MissingVariable),
            None => (Weight::Strict, pp(77), Code::UnresolvedPlaceholder),
        };
        if found.is_full(weight) {
            continue;
        }
        found.weigh(weight, rule, code, path(variable.name)).text("variable", variable.name).span(variable.span);
    }
    for variable in declared {
        let is_used = values.template.variables.iter().any(|used| used.name == variable);
        let has = |key: Place<'_>| key.written() == variable.as_str() && key.inner().text().is_some();
        if is_used || variable == FIRST_NAME || fields.iter().flat_map(read::Items::clone).any(has) {
            continue;
        }
        if found.is_full(Weight::Strict) {
            return;
        }
        found.weigh(Weight::Strict, pp(78), Code::MissingVariable, path(variable)).text("variable", variable);
    }
}

/// Reports names that the template does not use: once each, however many recipients have them.
pub(super) fn unused(found: &mut Findings, values: &Values<'_>) {
    for unused in &values.unused {
        let issue = found.info(pp(79), Code::UnusedVariable, &unused.key);
        issue.text("variable", &unused.name).number("count", i64::from(unused.count));
    }
    if values.overflows {
        found.overflow();
    }
}
