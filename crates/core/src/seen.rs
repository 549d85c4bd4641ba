//! Telling the same recipient again: by name and address, however they are written.

use alloc::vec::Vec;

use crate::pieterpost::recipient::{self, RECIPIENT};
use crate::place;
use crate::read::{Checker, TextAt};
use crate::schema::Slot;

/// Name and address; what is no letter or digit, and upper case, do not count. What separates numbers does.
const ADDRESS: [Slot; 8] = [
    recipient::NAME,
    RECIPIENT.slot("streetAddress"),
    RECIPIENT.slot("street"),
    RECIPIENT.slot("number"),
    RECIPIENT.slot("extra"),
    POSTAL_CODE,
    RECIPIENT.slot("city"),
    RECIPIENT.slot("state"),
];

const POSTAL_CODE: Slot = RECIPIENT.slot("postalCode");

/// A number for a recipient's name and address, the same however they are written; 0 if there is neither.
pub(crate) fn fingerprint(checker: &mut Checker<'_>) -> u64 {
    let country = place::country_at(checker, recipient::COUNTRY);
    let recipient = checker.root();
    let mut hash = Hash { value: FNV, last: 0xFF };
    for (position, slot) in ADDRESS.iter().enumerate() {
        // Street and number say the same in one member or in two.
        if !(2..4).contains(&position) {
            hash.add(0xFF);
        }
        if let Some(text) = recipient.text(*slot) {
            hash.text(&text, slot.index != POSTAL_CODE.index);
        }
    }
    let is_empty = hash.value == NOBODY;
    hash.add(0xFF);
    if let Some(country) = country {
        country.code().into_iter().for_each(|letter| hash.add(letter));
    } else if let Some(text) = recipient.text(recipient::COUNTRY) {
        hash.text(&text, true);
    }
    if is_empty { 0 } else { mixed(hash.value).max(1) }
}

/// FNV-1a, 64 bits.
struct Hash {
    value: u64,
    /// The byte that was added last.
    last: u8,
}

const FNV: u64 = 0xCBF2_9CE4_8422_2325;
const PRIME: u64 = 0x0100_0000_01B3;
/// The hash of members that are all empty.
const NOBODY: u64 = {
    let (mut hash, mut count) = (FNV, 0);
    while count < ADDRESS.len() - 2 {
        hash = (hash ^ 0xFF).wrapping_mul(PRIME);
        count += 1;
    }
    hash
};

impl Hash {
    #[inline]
    fn add(&mut self, byte: u8) {
        self.value = (self.value ^ u64::from(byte)).wrapping_mul(PRIME);
        self.last = byte;
    }

    /// Adds a text. Numbers with something between them are not the number that they would be together, but in a postal code.
    fn text(&mut self, text: &TextAt<'_>, has_numbers: bool) {
        let mut is_apart = has_numbers;
        for byte in text.utf8().iter() {
            let byte = match byte {
                b'A'..=b'Z' => byte | 0x20,
                // From À to Þ; lower case is 32 behind.
                0x80..=0x9E if self.last == 0xC3 => byte | 0x20,
                b'a'..=b'z' | b'0'..=b'9' | 0x80.. => *byte,
                _ => {
                    is_apart = has_numbers;
                    continue;
                }
            };
            if is_apart && byte.is_ascii_digit() && self.last.is_ascii_digit() {
                self.add(b' ');
            }
            is_apart = false;
            self.add(byte);
        }
    }
}

/// Spreads what differs over all bits (the last step of MurmurHash3).
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    hash ^ (hash >> 33)
}

/// Fingerprints that were met, each with a number of the caller's: a table with open addresses.
#[derive(Default)]
pub struct Seen {
    /// Twice as many places as there are entries, or more; 0 is a free one.
    places: Vec<(u64, u64)>,
    count: usize,
}

/// After so many places a search ends. Only a file that was made for it fills so many neighbours; then a recipient may go
/// unrecognised, but nothing gets slow.
const REACH: usize = 64;

impl Seen {
    /// The number under which this was met first; nothing if this is the first time.
    pub fn meet(&mut self, fingerprint: u64, number: u64) -> Option<u64> {
        if fingerprint == 0 {
            return None;
        }
        if self.count * 2 >= self.places.len() {
            self.grow();
        }
        let first = self.place(fingerprint)?;
        if first.0 == fingerprint {
            return Some(first.1);
        }
        *first = (fingerprint, number);
        self.count += 1;
        None
    }

    /// Where a fingerprint is, or could be.
    fn place(&mut self, fingerprint: u64) -> Option<&mut (u64, u64)> {
        let mask = self.places.len().wrapping_sub(1);
        let start = fingerprint as usize;
        let mut reach = (0..REACH).map(|step| start.wrapping_add(step) & mask);
        let at = reach.find(|at| self.places.get(*at).is_some_and(|(own, _)| *own == 0 || *own == fingerprint))?;
        self.places.get_mut(at)
    }

    #[cold]
    fn grow(&mut self) {
        let larger = (self.places.len() * 2).max(64);
        let old = core::mem::take(&mut self.places);
        self.places.resize(larger, (0, 0));
        for entry in old.into_iter().filter(|(fingerprint, _)| *fingerprint != 0) {
            if let Some(place) = self.place(entry.0) {
                *place = entry;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Mode;

    fn of(json: &str) -> u64 {
        let mut checker = Checker::new(&RECIPIENT, json.as_bytes(), Mode::Lenient);
        checker.check(0);
        fingerprint(&mut checker)
    }

    #[test]
    fn the_same_recipient_is_told_however_it_is_written() {
        let one = of(
            r#"{"name":"Müller GmbH","street":"Am Markt","number":"5","postalCode":"01067","city":"Dresden","country":"Germany"}"#,
        );
        let two = of(
            r#"{"name":" MÜLLER  GmbH.","streetAddress":"Am Markt 5","postalCode":"0 1067","city":"dresden","country":"Deutschland"}"#,
        );
        assert_eq!(one, two);
        let us = |country: &str| of(&std::format!(r#"{{"name":"Library","city":"Boston","country":"{country}"}}"#));
        assert_eq!(us("USA"), us("United States"));
        assert_ne!(us("USA"), us("Canada"));
        assert_ne!(of(r#"{"name":"a","extra":"b"}"#), of(r#"{"name":"ab"}"#));
        assert_eq!(of("{}"), 0);
        assert_eq!(of(r#"{"name":" . ","country":"Germany"}"#), 0, "nobody");
    }

    #[test]
    fn numbers_that_stand_apart_are_not_one() {
        let at = |address: &str| of(&std::format!(r#"{{"name":"Library",{address},"city":"London"}}"#));
        let line = |line: &str| at(&std::format!(r#""streetAddress":"{line}""#));
        assert_ne!(line("Flat 1, 23 High St"), line("Flat 12, 3 High St"));
        assert_eq!(line("Flat 1, 23 High St"), line("flat 1 / 23 High St."));
        assert_ne!(line("Straat 1-3"), line("Straat 13"));
        assert_eq!(line("Straat 1 a"), line("Straat 1A"));
        let apart = |street: &str, number: &str| at(&std::format!(r#""street":"{street}","number":"{number}""#));
        assert_eq!(apart("Avenue 5", "12"), line("Avenue 5 12"));
        assert_ne!(apart("Avenue 5", "12"), apart("Avenue 51", "2"));
        assert_ne!(apart("Avenue 5", "12"), line("Avenue 512"));
        let code = |code: &str| at(&std::format!(r#""postalCode":"{code}""#));
        assert_eq!(code("123 45"), code("12345"));
    }

    #[test]
    fn the_first_number_is_kept_through_growth() {
        let mut seen = Seen::default();
        for number in 1..=10_000 {
            assert_eq!(seen.meet(mixed(number), number), None);
        }
        for number in 1..=10_000 {
            assert_eq!(seen.meet(mixed(number), 0), Some(number));
        }
        assert_eq!(seen.meet(0, 1), None);
        assert_eq!(seen.meet(0, 2), None);
    }

    #[test]
    fn fingerprints_made_to_collide_cost_no_time() {
        let mut seen = Seen::default();
        for number in 1..=100_000_u64 {
            seen.meet(number << 40, number);
        }
        assert!(seen.count <= 100_000);
        assert_eq!(seen.meet(1 << 40, 0), Some(1));
    }
}
