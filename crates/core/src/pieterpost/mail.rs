//! What is printed: letters and postcards, personal or from a template.
//! <https://pieterpost.com/api/docs/> "Recipients and payloads", "Limits", read 2026-11-21.

use alloc::string::String;
use alloc::vec::Vec;

use super::recipient::{COUNTRY, CUSTOM_FIELDS, NAME, RECIPIENT};
use crate::place::{self, Country, Market};
use crate::read::{Findings, Group, Place, TextAt, characters};
use crate::report::Code;
use crate::rule::{RuleId, pp};
use crate::schema::{
    Bound, Case, Field, Format, Keys, Misplaced, Object, Shape, Slot, Tag, Weight, filled, formatted, list, map, may,
    must, object, one_of, text,
};
use crate::template::{self, Template, Values};
use crate::words;

/// A letter's text is cut off behind this many UTF-16 code units.
pub const LETTER_LIMIT: u32 = 6_000;
/// A postcard's text is cut off behind this many UTF-16 code units. A later public source says 1,200.
pub const POSTCARD_LIMIT: u32 = 400;
/// An order has at most this many recipients.
pub const MOST_RECIPIENTS: u32 = 25;

static ASSET_ID: Shape = filled();
static VARIABLE_KEY: Shape = filled();
static LETTER_SHAPE: Shape = Shape::Object(&LETTER);
static RECIPIENT_SHAPE: Shape = Shape::Object(&RECIPIENT);
static METADATA_VALUE: Shape = Shape::Scalar(Bound { least: 0, most: 200, weight: Weight::Warning, rule: pp(176) });

/// The shape of `variableKeys`.
const VARIABLES: Shape = list(&VARIABLE_KEY).advised(0, 25, pp(74));
/// The shape of `composeMode`.
const COMPOSE_MODE: Shape = one_of(&["template"]);
/// The shape of `metadata`: the caller's own names and values. The caps come from another public source.
pub(super) const METADATA: Shape = map(
    &METADATA_VALUE,
    Keys::Within(Bound { least: 0, most: 40, weight: Weight::Warning, rule: pp(176) }),
)
.advised(0, 20, pp(176));
const LOCALES: Shape = formatted(Format::Usually(&["de", "en", "es", "fr", "it", "nl", "pl", "pt"]));

// Members that several operations have.
pub(super) const REQUEST_TYPE: Field =
    must("requestType", &one_of(&["letter", "postcard"]), "What is sent.").rule(pp(110));
pub(super) const LOCALE: Field = may("locale", &LOCALES, "Language of PieterPost's pages and mails.").rule(pp(176));
pub(super) const EXTERNAL_ID: Field = may("externalId", &text(), "The caller's own id.").rule(pp(110));
pub(super) const METADATA_FIELD: Field = may("metadata", &METADATA, "The caller's own values.").rule(pp(110));
pub(super) const COMPOSE_MODE_FIELD: Field =
    may("composeMode", &COMPOSE_MODE, "\"template\": all letters share templateMessage.").rule(pp(70));
pub(super) const TEMPLATE: Field =
    may("templateMessage", &text(), "Text with placeholders such as {{first_name}}.").rule(pp(70)).omit_empty();
pub(super) const VARIABLE_KEYS: Field =
    may("variableKeys", &VARIABLES, "Variables that every recipient has to have.").rule(pp(73)).omit_empty();
pub(super) const STAMP: Field =
    may("stampImageAssetId", &filled(), "Id of an uploaded letter-stamp-image asset, for all letters.").rule(pp(44));
pub(super) const LETTERS_FIELD: Field = may(
    "letters",
    const { &list(&LETTER_SHAPE).within(1, MOST_RECIPIENTS, pp(40)) },
    "1 to 25 letters, all to the US or none.",
)
.rule(pp(40));
pub(super) const POSTCARD_FIELD: Field =
    may("postcard", const { &Shape::Object(&POSTCARD) }, "The postcard.").rule(pp(60));
pub(super) const ACCEPT_WARNINGS: Field =
    may("acceptUsAddressWarnings", &Shape::Flag, "Named by another public source; passed on.").rule(pp(176));
pub(super) const BUSINESS_LOGO: Field =
    may("useBusinessLogo", &Shape::Flag, "Named by another public source; passed on.").rule(pp(176));

/// What a letter needs and a postcard must not have, and the other way round.
pub(super) static MAIL_TAGS: [Tag; 1] = [Tag { member: "requestType", cases: &MAIL_CASES }];
static MAIL_CASES: [Case; 2] = [
    Case {
        value: "letter",
        needs: &[("letters", pp(40))],
        excludes: &[Misplaced { name: "postcard", belongs: "", rule: pp(60) }],
    },
    Case {
        value: "postcard",
        needs: &[("postcard", pp(60))],
        excludes: &[
            Misplaced { name: "letters", belongs: "", rule: pp(60) },
            Misplaced { name: "stampImageAssetId", belongs: "", rule: pp(44) },
            Misplaced { name: "composeMode", belongs: "into the postcard", rule: pp(67) },
            Misplaced { name: "templateMessage", belongs: "into the postcard's message", rule: pp(67) },
            Misplaced { name: "variableKeys", belongs: "into the postcard", rule: pp(67) },
        ],
    },
];

/// One letter of an order.
pub static LETTER: Object = object("Letter", "One letter of an order.")
    .fields(&[
        must("recipient", &Shape::Object(&RECIPIENT), "Who receives it.").rule(pp(41)),
        may("message", &text(), "The text, cut off behind 6,000 characters; not in template mode.")
            .rule(pp(41))
            .omit_empty(),
        may("attachments", &list(&ASSET_ID), "Ids of uploaded letter-attachment assets.").rule(pp(43)).omit_empty(),
    ])
    .misplaced(&[
        Misplaced { name: "stampImageAssetId", belongs: ORDER, rule: pp(44) },
        Misplaced { name: "composeMode", belongs: ORDER, rule: pp(70) },
        Misplaced { name: "templateMessage", belongs: ORDER, rule: pp(70) },
        Misplaced { name: "variableKeys", belongs: ORDER, rule: pp(70) },
        Misplaced { name: "customFields", belongs: "into the recipient", rule: pp(70) },
    ])
    .unknown(pp(31));

const ORDER: &str = "at the top of the order, once for all letters";

const RECIPIENT_OF_LETTER: Slot = LETTER.slot("recipient");
const MESSAGE: Slot = LETTER.slot("message");
const ATTACHMENTS: Slot = LETTER.slot("attachments");

/// A postcard for one or more recipients.
pub static POSTCARD: Object = object("Postcard", "One postcard, for one recipient or for several.")
    .fields(&[
        may("recipient", &Shape::Object(&RECIPIENT), "Who receives it.").rule(pp(61)),
        may("recipients", &list(&RECIPIENT_SHAPE).within(1, MOST_RECIPIENTS, pp(61)), "Who receive it.").rule(pp(61)),
        must("message", &filled(), "The text, cut off behind 400 characters; the template in template mode.")
            .rule(pp(62)),
        may("frontImageAssetId", &filled(), "Id of an uploaded square postcard-image asset.").rule(pp(63)),
        may("frontImage", &Shape::Any, "Named by the vendor without a shape; passed on.").rule(pp(64)),
        may("composeMode", &COMPOSE_MODE, "\"template\": the message has placeholders.").rule(pp(67)),
        may("variableKeys", &VARIABLES, "Variables that every recipient has to have.").rule(pp(67)).omit_empty(),
    ])
    .exactly_one_of(&[&["recipient"], &["recipients"]], pp(61))
    .misplaced(&[Misplaced { name: "templateMessage", belongs: "into the postcard's message", rule: pp(67) }])
    .rules(&[postcard])
    .unknown(pp(31));

const POSTCARD_RECIPIENT: Slot = POSTCARD.slot("recipient");
const POSTCARD_RECIPIENTS: Slot = POSTCARD.slot("recipients");
const POSTCARD_MESSAGE: Slot = POSTCARD.slot("message");
const POSTCARD_MODE: Slot = POSTCARD.slot("composeMode");
const POSTCARD_VARIABLES: Slot = POSTCARD.slot("variableKeys");
const FRONT_IMAGE_ASSET_ID: Slot = POSTCARD.slot("frontImageAssetId");
const FRONT_IMAGE: Slot = POSTCARD.slot("frontImage");

/// The members of an order that say how its letters are written. Checkout links and direct orders both have them.
pub(super) struct LetterSlots {
    request_type: Slot,
    letters: Slot,
    compose_mode: Slot,
    template: Slot,
    variables: Slot,
}

impl LetterSlots {
    pub(super) const fn of(order: &'static Object) -> Self {
        LetterSlots {
            request_type: order.slot("requestType"),
            letters: order.slot("letters"),
            compose_mode: order.slot("composeMode"),
            template: order.slot("templateMessage"),
            variables: order.slot("variableKeys"),
        }
    }
}

/// The rules for the letters of an order; none for one of postcards.
pub(super) fn letters_of(order: &Group<'_>, slots: &LetterSlots, found: &mut Findings) {
    if order.text(slots.request_type).is_some_and(|kind| kind.is("postcard")) {
        return;
    }
    one_market(order, slots, found);
    if order.has(slots.compose_mode) {
        from_template(order, slots, found);
        return;
    }
    // PP-072
    for slot in [slots.template, slots.variables].into_iter().filter(|slot| order.has(*slot)) {
        found.strict(pp(72), Code::TemplateWithoutMode, &order.at(slot));
    }
    for letter in order.items(slots.letters).filter_map(|letter| letter.group()) {
        personal(&letter, found);
    }
}

/// How many letters or postcards an order asks for; `None` for an input that orders none.
pub fn recipients(order: &Group<'_>) -> Option<u32> {
    if let Some(letters) = order.object().find("letters").filter(|slot| order.has(*slot)) {
        return Some(order.at(letters).count());
    }
    let postcard = order.group(order.object().find("postcard")?)?;
    let one = u32::from(postcard.has(POSTCARD_RECIPIENT));
    Some(one + postcard.at(POSTCARD_RECIPIENTS).count())
}

/// PP-045 "US and non-US letter recipients cannot be combined in one letter order."
fn one_market(order: &Group<'_>, slots: &LetterSlots, found: &mut Findings) {
    let (mut us, mut others) = (Vec::new(), Vec::new());
    for (index, letter) in order.items(slots.letters).enumerate() {
        let recipient = letter.group().and_then(|letter| letter.group(RECIPIENT_OF_LETTER));
        let Some(country) = recipient.and_then(|recipient| recipient.text(COUNTRY)) else { continue };
        if country.is_blank() {
            continue;
        }
        let market = place::country_of(found, &country).map(Country::market);
        let is_us = market == Some(Market::UnitedStates);
        if is_us { us.push(index as u32) } else { others.push(index as u32) }
    }
    if !us.is_empty() && !others.is_empty() {
        let issue = found.error(pp(45), Code::MixedMarkets, &order.at(slots.letters));
        issue.indexes("us", us).indexes("others", others);
    }
}

/// A letter with a text of its own.
fn personal(letter: &Group<'_>, found: &mut Findings) {
    let message = letter.text(MESSAGE).filter(|message| !message.is_blank());
    let Some(message) = message else {
        // PP-041, PP-042: a value of the wrong type was reported already.
        if !letter.at(MESSAGE).is_unusable() && letter.at(ATTACHMENTS).count() == 0 {
            found.error(pp(41), Code::MissingMessage, &letter.at(MESSAGE));
        }
        return;
    };
    as_it_stands(&message, LETTER_LIMIT, pp(47), found);
}

/// A text that is printed as it stands.
#[inline(never)]
fn as_it_stands(message: &TextAt<'_>, limit: u32, rule: RuleId, found: &mut Findings) {
    if message.units() > limit {
        truncated(found, &message.place(), &message.value(), limit, rule);
    }
    characters::report(found, message);
    not_merged(found, message);
}

/// PP-070: placeholders in a text that nobody merges are printed as they stand.
fn not_merged(found: &mut Findings, message: &TextAt<'_>) {
    if !message.has(b'{') {
        return;
    }
    if let Some(variable) = Template::parse(&message.value()).variables.first() {
        let issue = found.warning(pp(70), Code::PlaceholderNotMerged, &message.place());
        issue.text("variable", variable.name).span(variable.span);
    }
}

/// PP-047, PP-062: text behind the limit is lost on paper, never a part of a character. Lengths are in UTF-16 code units
/// and in characters.
#[cold]
#[inline(never)]
fn truncated(found: &mut Findings, place: &Place<'_>, text: &str, limit: u32, rule: RuleId) {
    let (mut cut, mut units, mut characters) = (0, 0, 0);
    for character in text.chars() {
        units += character.len_utf16();
        characters += 1;
        if units <= limit as usize {
            cut = units;
        }
    }
    let issue = found.strict(rule, Code::MessageWillBeTruncated, place);
    issue.number("actual", units as i64).number("limit", i64::from(limit)).number("characters", characters);
    issue.span((cut, units));
}

/// PP-070 to PP-083: letters that share a template.
fn from_template(order: &Group<'_>, slots: &LetterSlots, found: &mut Findings) {
    for letter in order.items(slots.letters).filter_map(|letter| letter.group()) {
        if letter.has(MESSAGE) {
            found.strict(pp(71), Code::MessageInTemplateMode, &letter.at(MESSAGE)).fix_remove();
        }
    }
    let Some(source) = order.text(slots.template).filter(|template| !template.is_blank()) else {
        if !order.has(slots.template) || order.text(slots.template).is_some() {
            found.error(pp(70), Code::MissingMember, &order.at(slots.template));
        }
        return;
    };
    let letters = order.items(slots.letters);
    let mut recipients =
        letters.map(|place| (place, place.group().and_then(|letter| letter.group(RECIPIENT_OF_LETTER))));
    all_merged(&source, &order.at(slots.variables), &mut recipients, LETTER_LIMIT, found);
}

/// What is wrong with a template, and with its text for each recipient; with each recipient comes the place of the text.
#[inline(never)]
fn all_merged<'t>(
    source: &TextAt<'t>,
    variables: &Place<'t>,
    recipients: &mut dyn Iterator<Item = (Place<'t>, Option<Group<'t>>)>,
    limit: u32,
    found: &mut Findings,
) {
    let text = source.value();
    let template = Template::parse(&text);
    template.report_oddities(found, source, [pp(81), pp(74)]);
    let declared = declared(variables, found);
    let mut values = Values::of(&template);
    for (place, recipient) in recipients {
        if let Some(recipient) = recipient {
            merged(&mut values, &declared, &recipient, &place, limit, found);
        }
    }
    super::preview::unused(found, &values);
}

/// The variables that the caller declares, PP-073 and PP-074.
fn declared(variables: &Place<'_>, found: &mut Findings) -> Vec<String> {
    let mut names = Vec::new();
    for key in variables.items().filter_map(|key| key.text()).take(template::MOST_VARIABLES) {
        let name = key.value();
        if !words::is_variable(name.as_bytes()) {
            found.warning(pp(74), Code::InvalidVariableName, &key.place()).text("actual", &name);
        }
        names.push(String::from(name.as_ref()));
    }
    names
}

/// What is wrong with the text for one recipient.
#[inline(never)]
fn merged<'t>(
    values: &mut Values<'t>,
    declared: &[String],
    recipient: &Group<'t>,
    letter: &Place<'t>,
    limit: u32,
    found: &mut Findings,
) {
    let at = recipient.at(CUSTOM_FIELDS);
    if at.is_unusable() {
        return;
    }
    let fields = [at.items()];
    values.take(recipient.text(NAME), &fields);
    super::preview::variables(found, values, declared, &fields, &at);
    merged_length(found, values, letter, limit);
}

/// PP-048: what counts is the length after the merge, as it is printed.
pub(super) fn merged_length(found: &mut Findings, values: &Values<'_>, place: &Place<'_>, limit: u32) {
    if values.units() <= limit as usize || found.is_full(Weight::Strict) {
        return;
    }
    let mut text = String::new();
    values.write(template::Format::Text, &mut text);
    let rule = if limit == POSTCARD_LIMIT { pp(62) } else { pp(48) };
    truncated(found, place, &text, limit, rule);
}

/// PP-060 to PP-067.
fn postcard(postcard: &Group<'_>, found: &mut Findings) {
    if postcard.has(FRONT_IMAGE) && postcard.has(FRONT_IMAGE_ASSET_ID) {
        let issue = found.error(pp(64), Code::ConflictingMembers, &postcard.at(FRONT_IMAGE));
        issue.text("other", FRONT_IMAGE_ASSET_ID.name());
    }
    let Some(message) = postcard.text(POSTCARD_MESSAGE).filter(|message| !message.is_blank()) else { return };
    if !postcard.has(POSTCARD_MODE) {
        if postcard.has(POSTCARD_VARIABLES) {
            found.strict(pp(72), Code::TemplateWithoutMode, &postcard.at(POSTCARD_VARIABLES));
        }
        as_it_stands(&message, POSTCARD_LIMIT, pp(62), found);
        return;
    }
    let one = postcard.group(POSTCARD_RECIPIENT).map(|recipient| recipient.place());
    let mut recipients = one.into_iter().chain(postcard.items(POSTCARD_RECIPIENTS)).map(|place| (place, place.group()));
    all_merged(&message, &postcard.at(POSTCARD_VARIABLES), &mut recipients, POSTCARD_LIMIT, found);
}
