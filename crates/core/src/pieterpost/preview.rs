//! What every recipient will read: the merged texts, and what is wrong with them.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::mail::{LETTER_LIMIT, POSTCARD_LIMIT};
use crate::json;
use crate::pointer;
use crate::read::{self, Findings, Place};
use crate::report::{Code, Issue, Severity, write_issues};
use crate::rule::pp;
use crate::schema::{Keys, Mode, Object, Shape, Slot, Weight, filled, list, map, may, must, object, one_of, text};
use crate::template::{self, FIRST_NAME, Person, Template};

static VALUE: Shape = text();
static SOMEBODY: Shape = Shape::Object(&SOMEBODY_FIELDS);

/// As much of a recipient as a template looks at; the address may still be missing.
static SOMEBODY_FIELDS: Object = object("Addressee", "As much of a recipient as a template looks at.")
    .fields(&[
        may("name", text(), "Full name. Its first word is the template variable first_name."),
        may("customFields", map(&VALUE, Keys::Variables(Weight::Warning, pp(74))), "Values of template variables.")
            .rule(pp(32)),
    ])
    .quiet();

/// What [`merge`] takes.
static MERGE: Object = object("MergeInput", "A template and those who will read it.").fields(&[
    must("template", filled(), "The template."),
    must("recipients", list(&SOMEBODY), "Those who will read it."),
    may("requestType", one_of(&["letter", "postcard"]), "What it is printed on; a letter, if nothing is said."),
]);

const TEMPLATE: Slot = MERGE.slot("template");
const RECIPIENTS: Slot = MERGE.slot("recipients");
const REQUEST_TYPE: Slot = MERGE.slot("requestType");
const NAME: Slot = SOMEBODY_FIELDS.slot("name");
const CUSTOM_FIELDS: Slot = SOMEBODY_FIELDS.slot("customFields");

/// A preview of every recipient's text.
pub struct Merge {
    /// `texts[i]` belongs to `recipients[i]`.
    pub texts: Vec<String>,
    /// What was found, with paths `/template` and `/recipients/i/...`.
    pub issues: Vec<Issue>,
}

impl Merge {
    /// No issue is an error.
    pub fn ok(&self) -> bool {
        !self.issues.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// The preview as JSON: `{ ok, texts, issues }`.
    pub fn to_json(&self) -> String {
        let mut out = String::from(if self.ok() { "{\"ok\":true" } else { "{\"ok\":false" });
        out.push_str(",\"texts\":");
        json::list(&mut out, &self.texts, |out, text| json::text(out, text));
        out.push_str(",\"issues\":");
        write_issues(&mut out, &self.issues);
        out.push('}');
        out
    }
}

/// Merges a template for all recipients. `input` is JSON: `{ template, recipients, requestType? }`.
pub fn merge(input: &[u8], mode: Mode) -> Merge {
    let reading = read::check(&MERGE, input, mode);
    let root = reading.root();
    let mut found = Findings::of(mode, reading.issues.clone());
    let mut texts = Vec::new();
    if let Some(source) = root.text(TEMPLATE) {
        let source_text = source.value();
        let template = Template::parse(&source_text);
        template.report_oddities(&mut found, &source.place());
        let postcard = root.text(REQUEST_TYPE).is_some_and(|kind| kind.is("postcard"));
        let limit = if postcard { POSTCARD_LIMIT } else { LETTER_LIMIT };
        for place in root.items(RECIPIENTS) {
            let Some(recipient) = place.group() else {
                texts.push(String::from(source_text.as_ref()));
                continue;
            };
            let person = Person { name: recipient.text(NAME), fields: recipient.items(CUSTOM_FIELDS) };
            if !recipient.at(CUSTOM_FIELDS).is_unusable() {
                variables(&mut found, &template, &[], &person, &recipient.at(CUSTOM_FIELDS));
            }
            super::mail::merged_length(&mut found, &template, &person, &place, limit);
            texts.push(template.merge(&person));
        }
    }
    Merge { texts, issues: found.finish() }
}

/// Reports variables that one recipient lacks, leaves blank, or has for nothing. `fields` is where the values stand.
pub(super) fn variables(
    found: &mut Findings,
    source: &Template<'_>,
    declared: &[String],
    person: &Person<'_>,
    fields: &Place<'_>,
) {
    let path = |variable: &str| pointer::child(fields.path(), variable);
    let is_declared = |variable: &str| declared.iter().any(|name| name == variable);
    for variable in &source.variables {
        if found.is_full(Weight::Strict) {
            return;
        }
        let (rule, code) = match person.value(variable) {
            Some(value) if !template::is_blank(&value) => continue,
            Some(_) => {
                let issue = found.weigh(Weight::Warning, pp(77), Code::BlankVariable, path(variable));
                issue.text("variable", variable);
                continue;
            }
            None if is_declared(variable) => (pp(78), Code::MissingVariable),
            None => (pp(77), Code::UnresolvedPlaceholder),
        };
        found.weigh(Weight::Strict, rule, code, path(variable)).text("variable", variable);
    }
    for variable in declared.iter().filter(|name| !source.variables.contains(&name.as_str())) {
        if found.is_full(Weight::Strict) {
            return;
        }
        if variable != FIRST_NAME && person.value(variable).is_none() {
            let issue = found.weigh(Weight::Strict, pp(78), Code::MissingVariable, path(variable));
            issue.text("variable", variable);
        }
    }
    for own in person.own_names().filter(|own| !source.variables.contains(&own.as_ref())) {
        if found.is_full(Weight::Info) {
            return;
        }
        let own: Cow<'_, str> = own;
        let issue = found.weigh(Weight::Info, pp(79), Code::UnusedVariable, path(&own));
        issue.text("variable", &own);
    }
}
