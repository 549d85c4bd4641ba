//! Characters that may not come out on paper as they look on a screen.
//!
//! Text that western languages are written with is never looked at here: the reader marks all other, see
//! [`TextAt::is_odd`].

use alloc::string::String;

use super::unicode::{EMOJI, UNASSIGNED};
use crate::json;
use crate::read::{Findings, TextAt};
use crate::report::Code;
use crate::rule::RuleId;
use crate::schema::Weight;

/// The first of its kind in a text, and how many there are.
#[derive(Clone, Copy)]
struct Seen {
    character: char,
    /// In UTF-16 code units.
    span: (usize, usize),
    count: u32,
}

/// The kinds. Control characters below U+0020 are found by the reader.
const KINDS: [Code; 5] = [
    Code::ControlCharacter,
    Code::BidirectionalControl,
    Code::PrivateUseCharacter,
    Code::UnassignedCharacter,
    Code::Emoji,
];
const CONTROL: usize = 0;
const BIDIRECTIONAL: usize = 1;
const PRIVATE: usize = 2;
const UNKNOWN: usize = 3;
const PICTURE: usize = 4;

/// Reports the first character of each kind in a text, with its span and how many there are.
#[inline]
pub fn report(found: &mut Findings, text: &TextAt<'_>) {
    if text.is_odd() && !found.is_full(Weight::Warning) {
        report_odd(found, text);
    }
}

#[cold]
#[inline(never)]
fn report_odd(found: &mut Findings, text: &TextAt<'_>) {
    for (code, seen) in KINDS.into_iter().zip(look(&text.value())) {
        if seen.count > 0 {
            let issue = found.warning(RuleId::NONE, code, &text.place());
            issue.text("character", &name(seen.character)).span(seen.span).number("count", i64::from(seen.count));
        }
    }
}

/// Looks at every character. What belongs to an emoji, such as the colour of its skin, is a part of it.
fn look(text: &str) -> [Seen; 5] {
    let mut all = [Seen { character: '\0', span: (0, 0), count: 0 }; 5];
    let mut plain = (0, 0);
    let (mut at, mut before) = (0, ('\0', 0));
    // Whether an emoji goes on; whether a joiner binds the next one to it; whether it is half a flag.
    let (mut open, mut joined, mut half) = (false, false, false);
    for character in text.chars() {
        let start = at;
        at += character.len_utf16();
        let mut kind = kind(character, &mut plain);
        let is_flag = matches!(character, '\u{1F1E6}'..='\u{1F1FF}');
        let belongs = matches!(
            character,
            '\u{200D}' | '\u{20E3}' | '\u{FE0E}' | '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}'
        );
        let goes_on = open && (belongs || joined && kind == Some(PICTURE) || half && is_flag);
        let mut from = (character, start);
        if character == '\u{FE0F}' && !open && start > 0 {
            // It makes an emoji of the character before it.
            (kind, from) = (Some(PICTURE), before);
        }
        (open, joined) = (goes_on || kind == Some(PICTURE), character == '\u{200D}');
        half = is_flag && !goes_on;
        before = (character, start);
        let Some(seen) = all.get_mut(if goes_on { PICTURE } else { kind.unwrap_or(KINDS.len()) }) else { continue };
        if !goes_on {
            seen.count += 1;
            if seen.count == 1 {
                (seen.character, seen.span.0) = from;
            }
        }
        if seen.count == 1 {
            seen.span.1 = at;
        }
    }
    all
}

/// The kind of a character. `plain` is a range of code points that are known to be none.
fn kind(character: char, plain: &mut (u32, u32)) -> Option<usize> {
    match character {
        '\u{7F}'..='\u{9F}' => Some(CONTROL),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some(BIDIRECTIONAL),
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}' => Some(PRIVATE),
        // Latin, punctuation, kana, Han, Hangul.
        ..'\u{378}' | '\u{2010}'..='\u{2064}' | '\u{3041}'..='\u{3096}' | '\u{30A0}'..='\u{30FF}' => None,
        '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => None,
        // Noncharacters end every plane, also those of private use.
        _ if character as u32 & 0xFFFE == 0xFFFE => Some(UNKNOWN),
        _ => {
            let code = character as u32;
            if (plain.0..plain.1).contains(&code) {
                return None;
            }
            let (emoji, unassigned) = (run(EMOJI, code), run(UNASSIGNED, code));
            if emoji.2 {
                return Some(PICTURE);
            }
            if unassigned.2 {
                return Some(UNKNOWN);
            }
            *plain = (emoji.0.max(unassigned.0), emoji.1.min(unassigned.1));
            None
        }
    }
}

/// The run of a table in which a code point lies: where it starts, where it ends, whether it is of the table's kind.
fn run(table: &[u8], code: u32) -> (u32, u32, bool) {
    let (mut start, mut inside, mut rest) = (0, false, table);
    loop {
        let (step, after) = match rest {
            [byte @ ..0x80, after @ ..] => (u32::from(*byte), after),
            [high @ ..0xC0, low, after @ ..] => (u32::from(*high & 0x3F) << 8 | u32::from(*low), after),
            [high, middle, low, after @ ..] => {
                (u32::from(*high & 0x3F) << 16 | u32::from(*middle) << 8 | u32::from(*low), after)
            }
            _ => return (start, u32::MAX, inside),
        };
        if code < start + step {
            return (start, start + step, inside);
        }
        (start, inside, rest) = (start + step, !inside, after);
    }
}

/// A character's code point, as Unicode writes it: `U+1F600`.
pub fn name(character: char) -> String {
    let code = character as u32;
    let mut name = String::from("U+");
    for shift in [20, 16, 12, 8, 4, 0] {
        let digit = (code >> shift & 15) as usize;
        if shift < 16 || code >> shift > 0 {
            json::raw(&mut name, "0123456789ABCDEF".get(digit..=digit).unwrap_or_default());
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn found(text: &str) -> Vec<(&'static str, String, (usize, usize), u32)> {
        let pairs = KINDS.into_iter().zip(look(text));
        pairs
            .filter(|(_, seen)| seen.count > 0)
            .map(|(code, seen)| (code.name(), name(seen.character), seen.span, seen.count))
            .collect()
    }

    #[test]
    fn every_kind_is_found_with_its_span_in_utf_16() {
        for (text, code, character, span, count) in [
            ("a\u{7f}", "control_character", "U+007F", (1, 2), 1),
            ("é\u{85}\u{9f}", "control_character", "U+0085", (1, 2), 2),
            ("x\u{202e}y\u{202c}", "bidirectional_control", "U+202E", (1, 2), 2),
            ("\u{2067}", "bidirectional_control", "U+2067", (0, 1), 1),
            ("\u{10ffff}", "unassigned_character", "U+10FFFF", (0, 2), 1),
            ("\u{378}", "unassigned_character", "U+0378", (0, 1), 1),
            ("\u{fdd0}\u{ffff}", "unassigned_character", "U+FDD0", (0, 1), 2),
            ("\u{50000}", "unassigned_character", "U+50000", (0, 2), 1),
            ("\u{e000}", "private_use_character", "U+E000", (0, 1), 1),
            ("a\u{10fffd}", "private_use_character", "U+10FFFD", (1, 3), 1),
            ("Hi 😀 😀😀", "emoji", "U+1F600", (3, 5), 3),
            ("⌚", "emoji", "U+231A", (0, 1), 1),
            ("I ❤️ it", "emoji", "U+2764", (2, 4), 1),
            ("1️⃣", "emoji", "U+0031", (0, 3), 1),
            ("👍🏽!", "emoji", "U+1F44D", (0, 4), 1),
            ("👩‍👩‍👧👦", "emoji", "U+1F469", (0, 8), 2),
            ("🇳🇱🇧🇪", "emoji", "U+1F1F3", (0, 4), 2),
            ("🏴󠁧󠁢󠁳󠁣󠁴󠁿.", "emoji", "U+1F3F4", (0, 14), 1),
        ] {
            assert_eq!(found(text), [(code, String::from(character), span, count)], "{text:?}");
        }
    }

    #[test]
    fn the_languages_of_the_world_are_left_alone() {
        for text in [
            "O'Neil, “Łódź” – 5 €, ½ ©®™ ❤ ☎ ✓ • … №",
            "Ελληνικά, русский, Հայերեն, ქართული, עברית\u{200f}, العربية\u{200e}",
            "हिन्दी বাংলা தமிழ் ไทย ລາວ မြန်မာ ខ្មែរ አማርኛ",
            "日本語のカナ、中文，한국어 \u{3000}𠮷",
            "zero\u{200d}width\u{200b} soft\u{ad}hyphen\u{feff} a\u{301}",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn all_kinds_at_once() {
        let kinds: Vec<_> = found("😀\u{e000}\u{378}\u{202a}\u{80}").into_iter().map(|one| one.0).collect();
        assert_eq!(kinds, KINDS.map(Code::name));
    }
}
