//! What a form for an address looks like, country by country.

use alloc::string::String;
use core::{slice, str};

use super::country::{Country, code_of, column, is_alias};
use super::name::Lines;
use super::state::{States, block};
use super::{country, pattern, table};
use crate::json;

/// One line for each way in which countries write addresses: the members in their order, `N` the name, `A` the street,
/// `D` a part of the town, `C` the town, `S` the state, `Z` the postal code. A small letter behind one says what it is
/// called, `!` that it is needed, `^` that it is written in capitals.
const FORMS: &str = include_str!("forms.txt");

/// States of which nothing is checked, in the manner of [`super::state::STATES`]: a code where there is one, and the name.
const OPTIONS: &str = include_str!("options.txt");

/// What a member is called, by its letter in [`FORMS`]; the first is the usual name.
const LABELS: [(u8, &str, &[&str]); 6] = [
    (b'N', "name", &["Name"]),
    (b'A', "streetAddress", &["Street address"]),
    (b'D', "extra", &["Suburb", "District", "Neighborhood", "Townland", "Village or township"]),
    (b'C', "city", &["City", "District", "Post town", "Suburb"]),
    (
        b'S',
        "state",
        &[
            "Province",
            "State",
            "Prefecture",
            "County",
            "Department",
            "District",
            "Do or si",
            "Emirate",
            "Island",
            "Oblast",
            "Parish",
            "Area",
        ],
    ),
    (b'Z', "postalCode", &["Postal code", "ZIP code", "PIN code", "Eircode"]),
];

/// One member of a form.
struct Field {
    letter: u8,
    member: &'static str,
    label: &'static str,
    required: bool,
    uppercase: bool,
}

fn form_of(country: Country) -> &'static str {
    let [form, ..] = Lines(FORMS).nth(column(table::FORM_OF, country)).unwrap_or_default();
    form
}

fn fields(form: &str) -> impl Iterator<Item = Field> {
    let mut rest = form.bytes().peekable();
    core::iter::from_fn(move || {
        let letter = rest.next()?;
        let (_, member, labels) = LABELS.iter().find(|(known, ..)| *known == letter)?;
        let called = rest.next_if(u8::is_ascii_lowercase).map_or(0, |kind| usize::from(kind - b'a'));
        let label = labels.get(called).copied().unwrap_or_default();
        let required = rest.next_if_eq(&b'!').is_some();
        let uppercase = rest.next_if_eq(&b'^').is_some();
        Some(Field { letter, member, label, required, uppercase })
    })
}

/// The letters of the members that an address in a country needs.
pub(super) fn required(country: Country) -> impl Iterator<Item = u8> {
    let form = form_of(country).as_bytes();
    form.iter().enumerate().filter(|(_, byte)| **byte == b'!').filter_map(|(at, _)| {
        let letters = form.get(..at)?;
        letters.iter().rfind(|byte| byte.is_ascii_uppercase()).copied()
    })
}

/// A form, and fields that are asked for besides. They come last, but before the street where that stands behind the town.
fn with_more(form: &str, is_demanded: &impl Fn(&str) -> bool) -> String {
    let is_there = |letter: &u8| form.bytes().any(|byte| byte == *letter);
    let street = form.bytes().position(|byte| byte == b'A').filter(|_| !form.starts_with('N'));
    let (before, behind) = form.split_at_checked(street.unwrap_or(form.len())).unwrap_or_default();
    let mut more = String::from(before);
    let demanded = LABELS.iter().filter(|(letter, member, _)| !is_there(letter) && is_demanded(member));
    for (letter, ..) in demanded {
        json::put(&mut more, &[str::from_utf8(slice::from_ref(letter)).unwrap_or_default()]);
    }
    json::put(&mut more, &[behind]);
    more
}

/// A country and its addresses as JSON: `{ code, alpha3, name, fields, postalCode }`. A field is `{ member, label, required,
/// uppercase, example?, options? }`, in the order in which the country writes them; `postalCode` is `{ label, example }`, or
/// `null` where there are none. `None` for a country that is not known.
///
/// `is_demanded` says of a member whether it is needed whatever the country says: such a field is there, and required.
pub fn place(written: &str, is_demanded: impl Fn(&str) -> bool) -> Option<String> {
    let country = Country::find(written)?;
    let mut out = String::new();
    let (two, three) = (country.code(), country.alpha3());
    json::member(&mut out, "{\"code\":", str::from_utf8(&two).ok()?);
    json::member(&mut out, ",\"alpha3\":", str::from_utf8(&three).ok()?);
    json::member(&mut out, ",\"name\":", country.name());
    json::raw(&mut out, ",\"fields\":[");
    let example = pattern::example(country.pattern());
    let mut label = "";
    for (position, field) in fields(&with_more(form_of(country), &is_demanded)).enumerate() {
        json::comma(&mut out, position);
        json::member(&mut out, "{\"member\":", field.member);
        json::member(&mut out, ",\"label\":", field.label);
        json::put(
            &mut out,
            &[
                ",\"required\":",
                flag(field.required || is_demanded(field.member)),
                ",\"uppercase\":",
                flag(field.uppercase),
            ],
        );
        match field.letter {
            b'Z' if !example.is_empty() => {
                label = field.label;
                json::member(&mut out, ",\"example\":", &example);
            }
            b'S' => options(&mut out, country),
            _ => {}
        }
        json::raw(&mut out, "}");
    }
    if country.pattern().is_empty() {
        json::raw(&mut out, "],\"postalCode\":null}");
    } else {
        json::member(&mut out, "],\"postalCode\":{\"label\":", label);
        json::member(&mut out, ",\"example\":", &example);
        json::raw(&mut out, "}}");
    }
    Some(out)
}

fn flag(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// The states of a country, if they are known.
fn options(out: &mut String, country: Country) {
    let mut position = 0;
    let mut option = |[code, name, _]: [&str; 3]| {
        json::member(out, if position == 0 { ",\"options\":[{\"code\":" } else { ",{\"code\":" }, code);
        json::member(out, ",\"name\":", if name.is_empty() { code } else { name });
        json::raw(out, "}");
        position += 1;
    };
    block(OPTIONS, country.code()).for_each(&mut option);
    if let Some(states) = States::of(country) {
        states.named().for_each(|(state, name)| option([state.code, name, ""]));
    }
    if position > 0 {
        json::raw(out, "]");
    }
}

/// All countries as JSON: `[{ code, name }]`, in the order of their names.
pub fn countries() -> String {
    let mut out = String::from("[");
    let own = Lines(country::NAMES).filter(|[_, label, _]| !is_alias(label));
    for (position, [name, label, _]) in own.enumerate() {
        json::comma(&mut out, position);
        json::member(&mut out, "{\"code\":", str::from_utf8(&code_of(name, label)).unwrap_or_default());
        json::member(&mut out, ",\"name\":", name);
        json::raw(&mut out, "}");
    }
    json::raw(&mut out, "]");
    out
}
