//! Places: which market a recipient belongs to, and whether an address is well formed.
//!
//! Well-formedness only: nothing here says that a letter will arrive. The facts are those of Google's address metadata
//! (CC-BY 4.0, see NOTICE), put into the tables beside this file by `scripts/places.py`.

mod check;
mod country;
mod form;
mod name;
mod pattern;
mod recipient;
mod state;
mod table;

pub use self::check::{Locality, check, united_states};
pub use self::country::Country;
pub use self::form::{countries, place};
pub use self::recipient::RECIPIENT;
use crate::read::{Checker, Findings, TextAt};
use crate::schema::Slot;

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

impl Country {
    /// The market that its letters belong to.
    pub fn market(self) -> Market {
        match &self.code() {
            b"US" => Market::UnitedStates,
            b"AS" | b"GU" | b"MP" | b"PR" | b"VI" => Market::Territory,
            _ => Market::Elsewhere,
        }
    }
}

/// The country that was read, if it is known. Recipients of one order are mostly of one country, written in one way: that is
/// looked for once.
#[inline]
pub fn country_of(found: &mut Findings, text: &TextAt<'_>) -> Option<Country> {
    if let Some((range, country)) = &found.last_country
        && text.is_same_as(range)
    {
        return country.map(Country);
    }
    let country = Country::find(&text.value());
    found.last_country = Some((text.range(), country.map(|country| country.0)));
    country
}

/// The country of the value that was checked last, if it is known.
pub fn country_at(checker: &mut Checker<'_>, slot: Slot) -> Option<Country> {
    let (root, found) = checker.look();
    country_of(found, &root.text(slot)?)
}

/// The market of a country that is given by name or code.
pub fn market(country: &str) -> Market {
    Country::find(country).map_or(Market::Elsewhere, Country::market)
}

/// Everything that is known of places, as bytes.
pub fn put(each: &mut impl FnMut(&[u8])) {
    for text in [
        country::NAMES,
        pattern::PATTERNS,
        state::STATES,
        state::NAMES,
        table::CODES,
        table::THIRD,
        table::OTHERS,
        table::PATTERN_OF,
    ] {
        each(text.as_bytes());
    }
    table::NEEDS_STATE.iter().for_each(|bits| each(&bits.to_le_bytes()));
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
