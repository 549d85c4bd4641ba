//! Countries, by name and by code.

use super::name::{self, Lines, Wanted};
use super::{pattern, table};
use crate::json;

/// One line for each name, sorted: the name and the code, in small letters where the country has a more usual name, with a
/// star behind it where a sentence needs the article, and without its first letter where that is the name's.
pub(super) const NAMES: &str = include_str!("names.txt");

/// A country or territory that has a code of its own, by its number in the order of the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country(pub(super) u8);

impl Country {
    /// How many there are.
    pub const COUNT: usize = table::THIRD.len();

    /// The country of an English name, another name in use, or a code of two or three letters. Case, accents, spaces and
    /// punctuation do not matter.
    pub fn find(written: &str) -> Option<Country> {
        let written = written.trim_ascii();
        let mut code = [0; 3];
        for (capital, byte) in code.iter_mut().zip(written.bytes()) {
            *capital = byte.to_ascii_uppercase();
        }
        let coded = match (written.len(), code) {
            (2, [first, second, _]) => Country::of([first, second]),
            (3, _) => Country::all().find(|country| country.alpha3() == code),
            _ => None,
        };
        coded.or_else(|| Country::named(written)).or_else(|| {
            // Lists turn names around and add to them: `Korea, Republic of`, `Iran, Islamic Republic of`.
            let comma = written.bytes().position(|byte| byte == b',')?;
            let (name, rest) = (written.get(..comma)?, written.get(comma + 1..)?.trim_ascii());
            let turned = Country::named(&json::concat(&[rest, " ", name]));
            turned.or_else(|| if rest.ends_with(" of") { Country::named(name) } else { None })
        })
    }

    /// The name that was meant, where [`Country::find`] finds none, if it can be no other country's.
    pub fn meant(written: &str) -> Option<&'static str> {
        name::meant(written, &mut Lines(NAMES))
    }

    fn named(written: &str) -> Option<Country> {
        // What is written as it is in the table, as most is, needs nothing more than this.
        let line = match name::position(NAMES.as_bytes(), written.as_bytes()) {
            Ok(at) => Lines(NAMES.get(at..)?).next(),
            Err(_) => {
                let article = written.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("the "));
                let wanted = Wanted::new(if article { written.get(4..)? } else { written });
                Lines(NAMES).find(|[name, ..]| wanted.is(name))
            }
        };
        let [name, label, _] = line?;
        Country::of(code_of(name, label))
    }

    /// The country of a code of two capital letters.
    #[inline(never)]
    pub fn of(code: [u8; 2]) -> Option<Country> {
        Some(Country(table::CODES.as_bytes().as_chunks().0.binary_search(&code).ok()? as u8))
    }

    /// All of them, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Country> {
        (0..Country::COUNT as u8).map(Country)
    }

    /// The two capital letters of ISO 3166-1, or of its reserved and user-assigned codes (AC, TA, XK).
    pub fn code(self) -> [u8; 2] {
        table::CODES.as_bytes().as_chunks().0.get(self.number()).copied().unwrap_or_default()
    }

    /// The three capital letters of ISO 3166-1; ASC, TAA and XKX for what has none there.
    pub fn alpha3(self) -> [u8; 3] {
        let code @ [first, second] = self.code();
        match table::THIRD.as_bytes().get(self.number()) {
            Some(between @ b'A'..=b'Z') => [first, *between, second],
            Some(third @ b'a'..=b'z') => [first, second, third.to_ascii_uppercase()],
            _ => {
                let mut others = table::OTHERS.as_bytes().as_chunks::<5>().0.iter();
                let other = others.find(|other| other.starts_with(&code)).copied().unwrap_or_default();
                let [.., one, two, three] = other;
                [one, two, three]
            }
        }
    }

    /// The name in English, and whether a sentence needs the article before it.
    #[inline(never)]
    pub(super) fn name_and_article(self) -> (&'static str, bool) {
        let code = self.code();
        // Most names begin with the first letter of their code.
        let (Ok(at) | Err(at)) = name::position(NAMES.as_bytes(), code.get(..1).unwrap_or_default());
        let own = [at, 0].iter().find_map(|at| {
            Lines(NAMES.get(*at..)?).find(|[name, label, _]| code_of(name, label) == code && !is_alias(label))
        });
        own.map_or(("", false), |[name, label, _]| (name, label.as_bytes().last() == Some(&b'*')))
    }

    /// The name in English.
    pub fn name(self) -> &'static str {
        self.name_and_article().0
    }

    /// What its postal codes look like; empty if it is not known to have any.
    pub(super) fn pattern(self) -> &'static [u8] {
        pattern::pattern(column(table::PATTERN_OF, self))
    }

    /// Whether its addresses need a state.
    pub(super) fn needs_state(self) -> bool {
        let word = table::NEEDS_STATE.get(self.number() / 32).copied().unwrap_or_default();
        word & 1 << (self.number() % 32) != 0
    }

    /// Whether the states that are known have all of its postal codes.
    pub(super) fn has_all_codes(self) -> bool {
        self.is_in(table::COMPLETE)
    }

    /// Whether some of its postal codes begin with 0, which spreadsheets drop.
    pub(super) fn loses_zero(self) -> bool {
        self.is_in(table::LOSES_ZERO)
    }

    #[inline(never)]
    fn is_in(self, codes: &str) -> bool {
        codes.as_bytes().as_chunks().0.contains(&self.code())
    }

    pub(super) fn number(self) -> usize {
        usize::from(self.0)
    }
}

/// The number of a line in a column of the table.
pub(super) fn column(values: &str, country: Country) -> usize {
    usize::from(values.as_bytes().get(country.number()).copied().unwrap_or_default().saturating_sub(b'#'))
}

/// The code of a name. It stands behind the name, without its first letter where that is the name's.
pub(super) fn code_of(name: &str, label: &str) -> [u8; 2] {
    match label.as_bytes() {
        [first, second, ..] if *second != b'*' => [first.to_ascii_uppercase(), second.to_ascii_uppercase()],
        [second, ..] => [name.bytes().next().unwrap_or_default(), second.to_ascii_uppercase()],
        [] => [0; 2],
    }
}

/// A name that is not the country's own has its code in small letters.
pub(super) fn is_alias(label: &str) -> bool {
    label.bytes().next().is_some_and(|letter| letter.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_is_found_by_its_codes_and_name() {
        assert_eq!(Country::all().count(), 252);
        for country in Country::all() {
            let (two, three) = (country.code(), country.alpha3());
            assert_eq!(Country::of(two), Some(country));
            let text = |code: &[u8]| std::string::String::from_utf8(code.to_ascii_lowercase()).unwrap();
            for written in [country.name(), &text(&two), &text(&three), &country.name().to_uppercase()] {
                assert_eq!(Country::find(written), Some(country), "{written}");
            }
        }
    }

    #[test]
    fn pl_001_names_that_people_write() {
        for (written, code) in [
            ("Holland", b"NL"),
            ("the Netherlands", b"NL"),
            ("UK", b"GB"),
            ("u.k.", b"GB"),
            ("Great Britain", b"GB"),
            ("Czech Republic", b"CZ"),
            ("Czechia", b"CZ"),
            ("Ivory Coast", b"CI"),
            ("Côte d'Ivoire", b"CI"),
            ("cote d\u{2019}ivoire", b"CI"),
            ("Turkey", b"TR"),
            ("Türkiye", b"TR"),
            ("Tu\u{308}rkiye", b"TR"),
            ("Deutschland", b"DE"),
            ("Österreich", b"AT"),
            ("São Tomé & Príncipe", b"ST"),
            ("Saint Kitts and Nevis", b"KN"),
            ("St. Kitts & Nevis", b"KN"),
            ("Trinidad & Tobago", b"TT"),
            ("日本", b"JP"),
            ("Россия", b"RU"),
            (" france\n", b"FR"),
            ("Guinea-Bissau", b"GW"),
            ("GUINEA", b"GN"),
            ("Virgin Islands (U.S.)", b"VI"),
            ("Iran, Islamic Republic of", b"IR"),
            ("Virgin Islands, British", b"VG"),
            ("Bahamas, The", b"BS"),
            ("Korea, Republic of", b"KR"),
            ("Korea, Democratic People's Republic of", b"KP"),
            ("Tanzania, United Republic of", b"TZ"),
            ("Bosnia-Herzegovina", b"BA"),
            ("U.A.E.", b"AE"),
            ("America", b"US"),
            ("K.S.A.", b"SA"),
            ("Eire", b"IE"),
            ("SVIZZERA", b"CH"),
            ("Magyarorszag", b"HU"),
            ("Hellas", b"GR"),
            ("Ísland", b"IS"),
        ] {
            assert_eq!(Country::find(written).map(Country::code), Some(*code), "{written}");
        }
        for written in
            ["", " ", "Nether", "Neverland", "XX", "ZZ", "A", "Europe", "Paris, France", "Georgia, USA", "x\u{0}y"]
        {
            assert_eq!(Country::find(written), None, "{written}");
        }
    }

    #[test]
    fn pl_001_what_was_meant() {
        for (written, name) in [
            ("Nehterlands", "Netherlands"),
            ("Germny", "Germany"),
            ("Deutchland", "Deutschland"),
            ("Nederlnad", "Nederland"),
            ("Untied States", "United States"),
            ("Swizerland", "Switzerland"),
            ("Phillipines", "Philippines"),
            ("Ελλαδα", "Ελλάδα"),
        ] {
            assert_eq!(Country::meant(written), Some(name), "{written}");
        }
        // Of no country, or close to more than one.
        for written in ["Atlantis", "Austrlia", "Nigera", "Slovekia and Slovenia"] {
            assert_eq!(Country::meant(written), None, "{written}");
        }
    }

    #[test]
    fn pl_001_no_letter_is_sent_to_another_country() {
        for written in [
            "Irak",
            "Alemania",
            "Chine",
            "Estland",
            "Griechenland",
            "Neuseeland",
            "Letonia",
            "Soedan",
            "Åland",
            "Sambia",
            "Saint-Marine",
            "Nigeris",
            "Германия",
            "Казахстан",
            "Ουγγαρία",
            "السودان",
            "ישראל",
            "ประเทศไทย",
            "法国",
            "프랑스",
            "???",
            "-",
            "😀",
            "?",
            "\u{200b}",
            "",
            "a",
            "...Ελ",
        ] {
            assert_eq!((Country::find(written), Country::meant(written)), (None, None), "{written}");
        }
    }
}
