//! An address against what its country demands.

use alloc::string::String;
use alloc::vec::Vec;

use super::country::Country;
use super::state::{State, States};
use super::{Market, country_of, pattern};
use crate::json;
use crate::read::{Findings, Place, TextAt};
use crate::report::{Code, Issue};
use crate::rule::{RuleId, pl};
use crate::schema::Weight;

/// The members of an address that a country has a say in.
pub struct Locality<'t> {
    /// The country, by name or code.
    pub country: Option<TextAt<'t>>,
    /// Where the state stands, or should.
    pub state_place: Place<'t>,
    /// The state.
    pub state: Option<TextAt<'t>>,
    /// The postal code.
    pub postal_code: Option<TextAt<'t>>,
    /// The rule that speaks of territories of the United States.
    pub territory_rule: RuleId,
    /// The rule that asks for a state.
    pub state_rule: RuleId,
}

/// Checks an address against what its country demands. Gives the country back, if it is known.
pub fn check(found: &mut Findings, locality: &Locality<'_>) -> Option<Country> {
    let text = locality.country.filter(|country| !country.is_blank())?;
    let Some(country) = country_of(found, &text) else {
        let written = text.value();
        let written = written.trim_ascii();
        let issue = found.strict(pl(1), Code::UnknownCountry, &text.place());
        issue.text("actual", written);
        mend(issue, Country::meant(written), "");
        return None;
    };
    let market = country.market();
    if market == Market::Territory {
        let issue = found.warning(locality.territory_rule, Code::TerritoryAsCountry, &text.place());
        issue.text("actual", text.value().trim_ascii());
    }
    let states = States::of(country);
    // What a provider says of the United States is an error, what the metadata say of others a warning.
    let weight = if market == Market::UnitedStates { Weight::Error } else { Weight::Warning };
    let postal_code = locality.postal_code.filter(|code| !code.is_blank());
    // As it is written: what has escapes in it is looked at again where it does not fit.
    let code = postal_code.map(|code| code.place().bytes()).unwrap_or_default();
    let state = match locality.state.filter(|state| !state.is_blank()) {
        Some(text) => states.and_then(|states| known_state(found, country, states, &text, code, weight)),
        None if country.needs_state() => {
            report(found, weight, locality.state_rule, Code::MissingState, &locality.state_place, country, "");
            None
        }
        None => None,
    };
    if let Some(text) = postal_code {
        let pattern = country.pattern();
        if pattern.is_empty() {
            report(found, Weight::Info, pl(8), Code::UnneededPostalCode, &text.place(), country, "");
        } else if pattern::matches(pattern, code) {
            // Nearly all are in their state: what follows is for those that are not.
            if state.is_some_and(|state| state.has(code)) {
                return Some(country);
            }
            in_use(found, country, state, &text, &text.value(), &locality.state_place);
        } else if let Some(normal) = normal_code(found, country, state, &text, &text.value()) {
            in_use(found, country, state, &text, &normal, &locality.state_place);
        }
    }
    Some(country)
}

/// Checks state and postal code of an address in the United States, for who takes codes only: two capital letters, and five
/// digits or nine. The rules are those that ask for the one and the other. Where a state is put into capitals before it is sent
/// (`is_mended`), small letters are told and are no error.
pub fn united_states(
    found: &mut Findings,
    state: &Place<'_>,
    postal_code: &Place<'_>,
    rules: [RuleId; 2],
    is_mended: bool,
) {
    let Some(country) = Country::of(*b"US") else { return };
    let Some(states) = States::of(country) else { return };
    let is_filled = |text: &TextAt<'_>| !text.is_blank();
    let [state_rule, code_rule] = rules;
    let mut known = None;
    if let Some(text) = state.text().filter(is_filled) {
        let written = text.value();
        known = states.with_code(written.as_bytes());
        if known.is_none() {
            known = states.with_code(written.to_ascii_uppercase().as_bytes()).filter(|_| is_mended);
            if let Some(state) = &known {
                unusual(found, state_rule, &text, &written, state.code);
            } else {
                let trimmed = written.trim_ascii();
                let issue = report(found, Weight::Error, state_rule, Code::UnknownState, state, country, trimmed);
                let by_code = || states.with_postal_code(postal_code.bytes());
                if let Some(meant) = states.find(trimmed).or_else(|| states.meant(trimmed)).or_else(by_code) {
                    mend(issue, Some(states.name(&meant)), meant.code);
                }
            }
        }
    }
    let Some(text) = postal_code.text().filter(is_filled) else { return };
    let (written, pattern) = (text.value(), country.pattern());
    if pattern::matches(pattern, written.as_bytes()) {
        in_use(found, country, known, &text, &written, state);
        return;
    }
    let issue =
        report(found, Weight::Error, code_rule, Code::InvalidPostalCode, postal_code, country, written.trim_ascii());
    let bare = pattern::bare(&written);
    let own = pattern::normal(pattern, b"", &bare);
    mend_code(issue, country, own, bare);
}

/// A finding about a value in a country.
#[cold]
#[inline(never)]
fn report<'f>(
    found: &'f mut Findings,
    weight: Weight,
    rule: RuleId,
    code: Code,
    place: &Place<'_>,
    country: Country,
    actual: &str,
) -> &'f mut Issue {
    let (name, article) = country.name_and_article();
    let issue = found.weigh(weight, rule, code, place.path());
    if !actual.is_empty() {
        issue.text("actual", actual);
    }
    issue.text("country", &json::concat(&[if article { "the " } else { "" }, name]))
}

/// Says what was meant, and writes it.
#[cold]
#[inline(never)]
fn mend(issue: &mut Issue, meant: Option<&str>, code: &str) {
    if let Some(meant) = meant {
        let comma = if code.is_empty() { "" } else { ", " };
        issue.did_you_mean(&json::concat(&[meant, comma, code]));
        issue.fix_text(if code.is_empty() { meant } else { code });
    }
}

fn known_state(
    found: &mut Findings,
    country: Country,
    states: States,
    text: &TextAt<'_>,
    postal_code: &[u8],
    weight: Weight,
) -> Option<State> {
    if let Some(state) = states.with_code(text.place().bytes()) {
        return Some(state);
    }
    let written = text.value();
    let trimmed = written.trim_ascii();
    let state = states.find(trimmed);
    match &state {
        // A name is taken as it is; a code has a normal form.
        Some(state) if trimmed.len() == state.code.len() => unusual(found, pl(7), text, &written, state.code),
        // Where only codes are known, a name cannot be judged.
        None if trimmed.len() <= 3 || states.have_names() => {
            let issue = report(found, weight, pl(6), Code::UnknownState, &text.place(), country, trimmed);
            // Abbreviations and other names: the postal code knows better.
            let by_code = || states.with_postal_code(postal_code);
            if let Some(meant) = states.meant(trimmed).or_else(by_code) {
                mend(issue, Some(states.name(&meant)), meant.code);
            }
        }
        _ => {}
    }
    state
}

fn unusual(found: &mut Findings, rule: RuleId, text: &TextAt<'_>, written: &str, normal: &str) {
    // The usual form may have been written with escapes.
    if written != normal {
        let issue = found.info(rule, Code::UnusualForm, &text.place());
        issue.text("actual", written).text("normal", normal).fix_text(normal);
    }
}

/// The normal form of a code that is written otherwise; `None` for one that is none of the country's.
#[cold]
#[inline(never)]
fn normal_code(
    found: &mut Findings,
    country: Country,
    state: Option<State>,
    text: &TextAt<'_>,
    written: &str,
) -> Option<String> {
    let pattern = country.pattern();
    let bare = pattern::bare(written);
    // What may stand before it: the country's sign, or the state.
    let state = state.map_or("", |state| state.code).as_bytes();
    let signs = [own_sign(country, written, &bare), if bare.starts_with(state) { state.len() } else { 0 }];
    for before in core::iter::once(0).chain(signs.into_iter().filter(|length| *length > 0)) {
        if let Some(form) = pattern::normal(pattern, b"", bare.get(before..).unwrap_or_default()) {
            unusual(found, pl(7), text, written, &form);
            return Some(form);
        }
    }
    let written = written.trim_ascii();
    let issue = report(found, Weight::Strict, pl(2), Code::InvalidPostalCode, &text.place(), country, written);
    mend_code(issue, country, None, bare);
    None
}

/// Says how a code that is none is mended; `own` is its form, where only that is wrong.
#[cold]
fn mend_code(issue: &mut Issue, country: Country, own: Option<String>, mut bare: Vec<u8>) {
    let pattern = country.pattern();
    issue.text("example", &pattern::example(pattern));
    // What is missing may be a 0, or the country's own letters, as in `LV-1010`.
    let letters = country.code();
    let missing: &[u8] = if country.loses_zero() {
        b"0"
    } else if pattern.starts_with(&letters) {
        &letters
    } else {
        b""
    };
    let is_own = own.is_some();
    let whole = own.or_else(|| pattern::normal(pattern, missing, &bare));
    let lost_zero = !is_own && whole.is_some() && missing == b"0";
    // Or letters were written for the digits that they look like.
    let meant = whole.or_else(|| {
        pattern::letters_to_digits(&mut bare);
        pattern::normal(pattern, b"", &bare)
    });
    mend(issue, meant.as_deref(), "");
    if lost_zero {
        issue.hint("Did a first 0 get lost, as in spreadsheets?");
    }
}

/// How many letters before a code stand for its country: `D-10115`, `CH-8001`, `FL-9490`.
fn own_sign(country: Country, written: &str, bare: &[u8]) -> usize {
    let code = country.code();
    let is_cut = || written.trim_ascii().as_bytes().get(1).is_some_and(|mark| !mark.is_ascii_alphanumeric());
    if bare.starts_with(&code) || code == *b"LI" && bare.starts_with(b"FL") {
        2
    } else {
        usize::from(bare.first() == code.first() && is_cut())
    }
}

/// Whether a code is one of the state's, and of any.
fn in_use(
    found: &mut Findings,
    country: Country,
    state: Option<State>,
    text: &TextAt<'_>,
    code: &str,
    state_place: &Place<'_>,
) {
    if state.is_some_and(|state| state.has(code.as_bytes())) {
        return;
    }
    let is_complete = country.has_all_codes();
    if state.is_none() && !is_complete && country.code() != *b"DE" {
        return;
    }
    let states = States::of(country);
    let other = states.and_then(|states| states.with_postal_code(code.as_bytes()));
    match (states, other, state) {
        (Some(states), Some(other), Some(state)) => {
            let issue = found.warning(pl(3), Code::PostalCodeOfOtherState, &text.place());
            issue.text("actual", code).text("other", states.name(&other)).text("state", states.name(&state));
            issue.fix_text_at(state_place.path(), other.code);
        }
        (_, None, _) if is_complete || code.starts_with("00") => {
            report(found, Weight::Warning, pl(4), Code::UnassignedPostalCode, &text.place(), country, code);
        }
        _ => {}
    }
}
