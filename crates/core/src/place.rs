//! Places: which market a recipient belongs to, and whether an address is well formed.
//!
//! Well-formedness only: nothing here says that a letter will arrive.

mod us;

use alloc::string::String;

use crate::json;
use crate::read::suggest::suggest;
use crate::read::{Findings, Place, TextAt};
use crate::report::Code;
use crate::rule::{RuleId, pl};

/// Which market a letter goes to. One order of letters stays within one market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Market {
    /// The United States.
    UnitedStates,
    /// A territory of the United States that is named as a country: outside the US market.
    Territory,
    /// Anywhere else.
    Elsewhere,
}

const UNITED_STATES: &str = "the United States";

/// Names of the United States, in lower case, without spaces and dots.
const US_NAMES: [&str; 4] = ["us", "usa", "unitedstates", "unitedstatesofamerica"];

/// Names of its territories, written in the same way.
const TERRITORY_NAMES: [&str; 13] = [
    "puertorico",
    "pr",
    "guam",
    "gu",
    "americansamoa",
    "as",
    "northernmarianaislands",
    "mp",
    "virginislands",
    "vi",
    "usvirginislands",
    "unitedstatesvirginislands",
    "virginislandsus",
];

/// The market of a country that was read. The vendor's own spelling is by far the most frequent.
pub fn market_of(country: &TextAt<'_>) -> Market {
    if country.is("United States") { Market::UnitedStates } else { market(&country.value()) }
}

/// The market of a country that is given by name or code.
pub fn market(country: &str) -> Market {
    let mut letters = [0; 24];
    let mut length = 0;
    // White space, a no-break space (C2 A0) included, and punctuation say nothing.
    let meant = |byte: &u8| *byte > b' ' && !matches!(byte, b'.' | b',' | b'(' | b')' | 0xC2 | 0xA0);
    for byte in country.bytes().filter(meant) {
        match letters.get_mut(length) {
            Some(letter) => *letter = byte.to_ascii_lowercase(),
            None => return Market::Elsewhere,
        }
        length += 1;
    }
    let is = |name: &&str| letters.get(..length) == Some(name.as_bytes());
    if US_NAMES.iter().any(is) {
        Market::UnitedStates
    } else if TERRITORY_NAMES.iter().any(is) {
        Market::Territory
    } else {
        Market::Elsewhere
    }
}

/// Everything that is known of places, as bytes.
pub(crate) fn put(each: &mut impl FnMut(&[u8])) {
    US_NAMES.iter().chain(&TERRITORY_NAMES).for_each(|name| each(name.as_bytes()));
    us::STATES.iter().for_each(|state| state.put(each));
}

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
}

/// Checks an address against what its country demands. `state_rule` is the rule that asks for a state.
pub fn check(found: &mut Findings, locality: &Locality<'_>, territory_rule: RuleId, state_rule: RuleId) {
    let Some(country) = locality.country else { return };
    match market_of(&country) {
        Market::UnitedStates => united_states(found, locality, state_rule),
        Market::Territory => {
            found
                .warning(territory_rule, Code::TerritoryAsCountry, &country.place())
                .text("actual", country.value().trim_ascii());
        }
        Market::Elsewhere => {}
    }
}

fn united_states(found: &mut Findings, locality: &Locality<'_>, state_rule: RuleId) {
    let state = match locality.state {
        Some(state) if !state.is_blank() => {
            let written = state.value();
            let known = us::state(written.trim_ascii());
            match known {
                None => unknown_state(found, &state, written.trim_ascii()),
                // A name is taken as it is; a code has a normal form.
                Some(known) if written.len() != 2 || written == known.code => {}
                Some(known) => unusual(found, &state, &written, known.code),
            }
            known
        }
        _ => {
            found.error(state_rule, Code::MissingState, &locality.state_place).text("country", UNITED_STATES);
            None
        }
    };
    if let Some(postal_code) = locality.postal_code.filter(|code| !code.is_blank()) {
        zip(found, &postal_code, state, &locality.state_place);
    }
}

fn unknown_state(found: &mut Findings, state: &TextAt<'_>, written: &str) {
    let issue = found.error(pl(6), Code::UnknownState, &state.place());
    issue.text("actual", written).text("country", UNITED_STATES);
    // The capital is written with its city more often than not.
    let names = us::STATES.iter().map(|state| state.name).chain(["Washington DC"]);
    let meant = suggest(written, names).and_then(|meant| us::state(meant).or_else(|| us::state("DC")));
    if let Some(meant) = meant {
        issue.did_you_mean(&json::concat(&[meant.name, ", ", meant.code])).fix_text(meant.code);
    } else {
        issue.hint("Give the code of two letters, such as IL, or the name.");
    }
}

fn unusual(found: &mut Findings, text: &TextAt<'_>, written: &str, normal: &str) {
    let issue = found.info(pl(7), Code::UnusualForm, &text.place());
    issue.text("actual", written).text("normal", normal).fix_text(normal);
}

/// A ZIP code has five digits, or nine with a hyphen.
fn zip(found: &mut Findings, postal_code: &TextAt<'_>, state: Option<&us::State>, state_place: &Place<'_>) {
    let written = postal_code.value();
    let trimmed = written.trim_ascii();
    let Some((number, extension)) = us::zip(trimmed) else {
        let issue = found.strict(pl(2), Code::InvalidPostalCode, &postal_code.place());
        issue.text("actual", trimmed).text("country", UNITED_STATES).text("example", "62704 or 22162-1010");
        if trimmed.len() == 4 && trimmed.bytes().all(|byte| byte.is_ascii_digit()) {
            let mut padded = String::from("0");
            padded.push_str(trimmed);
            issue.hint("A spreadsheet may have dropped the first 0: keep ZIP codes as text.").fix_text(&padded);
        }
        return;
    };
    if let Some(extension) = extension
        && !(written.len() == 10 && written.as_bytes().get(5) == Some(&b'-'))
    {
        let mut normal = String::from(trimmed.get(..5).unwrap_or_default());
        normal.push('-');
        normal.push_str(extension);
        unusual(found, postal_code, &written, &normal);
    } else if written != trimmed {
        unusual(found, postal_code, &written, trimmed);
    }
    if state.is_some_and(|state| state.has(number)) {
        return;
    }
    match (us::STATES.iter().find(|other| other.has(number)), state) {
        (None, _) => {
            let issue = found.warning(pl(4), Code::UnassignedPostalCode, &postal_code.place());
            issue.text("actual", trimmed).text("country", UNITED_STATES);
        }
        (Some(other), Some(state)) => {
            let issue = found.warning(pl(3), Code::PostalCodeOfOtherState, &postal_code.place());
            issue.text("actual", trimmed).text("other", other.name).text("state", state.name);
            issue.fix_text_at(state_place.path(), other.code);
        }
        (Some(_), None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pp_030_names_of_the_united_states() {
        for name in [
            "us",
            "USA",
            "United States",
            "united  states",
            "United States of America",
            "U.S.",
            " u.s.a. ",
            "United\u{a0}States",
            "USA\n",
        ] {
            assert_eq!(market(name), Market::UnitedStates, "{name}");
        }
        for name in ["Puerto Rico", "Guam", "U.S. Virgin Islands", "Virgin Islands (U.S.)"] {
            assert_eq!(market(name), Market::Territory, "{name}");
        }
        for name in ["", "Netherlands", "United Kingdom", "United Arab Emirates", "British Virgin Islands"] {
            assert_eq!(market(name), Market::Elsewhere, "{name}");
        }
    }
}
