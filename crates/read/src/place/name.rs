//! Names as they are compared: without case, accents, spaces and punctuation.

use super::country::code_of;
use crate::read::suggest::distance;

/// The letters of a name that count, in lower case.
pub(super) struct Folded {
    bytes: [u8; Folded::MOST],
    length: usize,
}

/// What the letters from U+00C0 to U+017F are without their accents; a space for what is no letter.
const LATIN: &[u8] = b"aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

impl Folded {
    const MOST: usize = 64;

    /// The letters; nothing where there are more than any name has.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn push(&mut self, byte: u8) {
        if let Some(letter) = self.bytes.get_mut(self.length) {
            *letter = byte;
        }
        self.length += 1;
    }
}

/// A name as it is compared. `scripts/places.py` sees to it that no two countries have one.
#[inline(never)]
pub(super) fn fold(name: &str) -> Folded {
    let mut folded = Folded { bytes: [0; Folded::MOST], length: 0 };
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => folded.push(byte.to_ascii_lowercase()),
            b'&' => b"and".iter().for_each(|letter| folded.push(*letter)),
            // U+00C0 to U+017F: letters with accents.
            0xC3..=0xC5 => {
                let second = bytes.next().unwrap_or_default();
                let at = usize::from(byte - 0xC3) * 64 + usize::from(second & 0x3F);
                folded.push(LATIN.get(at).copied().unwrap_or_default());
            }
            // Punctuation, and accents on their own: U+0080 to U+00BF, U+0300 to U+037F, U+2000 to U+2FFF.
            0xC2 | 0xCC | 0xCD => drop(bytes.next()),
            0xE2 => drop(bytes.nth(1)),
            0..0x80 => {}
            other => folded.push(other),
        }
    }
    if folded.length > Folded::MOST {
        folded.length = 0;
    }
    folded
}

/// The lines of a table, as their columns; those that a line does not have are empty.
pub(super) struct Lines(pub(super) &'static str);

impl Iterator for Lines {
    type Item = [&'static str; 3];

    #[inline(never)]
    fn next(&mut self) -> Option<[&'static str; 3]> {
        let mut columns = [""; 3];
        for column in &mut columns {
            let end = self.0.as_bytes().iter().position(|byte| *byte <= b'\n')?;
            let (read, rest) = self.0.split_at_checked(end)?;
            *column = read;
            self.0 = rest.get(1..)?;
            if rest.as_bytes().first() == Some(&b'\n') {
                break;
            }
        }
        Some(columns)
    }
}

/// The name that was meant: few letters off, with the names of all others further off. Names are lines, of countries with the
/// code.
///
/// A letter goes where this says, so it says nothing where it could be wrong: `Chine` is as close to Chile as to China.
pub(super) fn meant(written: &str, names: &mut dyn Iterator<Item = [&'static str; 3]>) -> Option<&'static str> {
    const FAR: usize = 4;
    let wanted = fold(written);
    // Of short names too many are alike in some language: `Irak`, `Letonia`.
    if wanted.bytes().len() < 5 {
        return None;
    }
    let (mut best, mut others) = (("", [0; 2], FAR), FAR);
    for [name, label, _] in names {
        let whose = code_of(name, label);
        let is_other = label.is_empty() || whose != best.1;
        let off = distance(wanted.bytes(), fold(name).bytes(), FAR - 1);
        if off < best.2 {
            if is_other {
                others = best.2;
            }
            best = (name, whose, off);
        } else if is_other {
            others = others.min(off);
        }
    }
    let (name, _, off) = best;
    let folded = fold(name);
    let most = match folded.bytes().len() {
        ..6 => return None,
        6..10 => 1,
        _ => 2,
    };
    let begins = folded.bytes().first() == wanted.bytes().first();
    (begins && off <= most && others > off + 1).then_some(name)
}

/// A name that is looked for.
pub(super) struct Wanted {
    folded: Folded,
    first: u8,
}

impl Wanted {
    pub(super) fn new(written: &str) -> Self {
        let folded = fold(written);
        let first = folded.bytes().first().copied().unwrap_or_default();
        Wanted { folded, first }
    }

    /// Whether it is this one.
    #[inline(never)]
    pub(super) fn is(&self, name: &str) -> bool {
        let begins = name.bytes().next().is_some_and(|byte| byte.to_ascii_lowercase() == self.first || byte > 0x7F);
        begins && self.first != 0 && fold(name).bytes() == self.folded.bytes()
    }
}

/// Where the line with this first column starts, or would.
#[inline(never)]
pub(super) fn position(text: &[u8], key: &[u8]) -> Result<usize, usize> {
    let (mut low, mut high) = (0, text.len());
    while low < high {
        let middle = low.midpoint(high);
        let before = text.get(low..middle).unwrap_or_default();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(low, |at| low + at + 1);
        let line = text.get(start..high).unwrap_or_default();
        let differs = line.iter().zip(key).find(|(left, right)| left != right);
        // The column ends with a tab or with its line, and both come before every character of a name.
        let is_before = match (differs, line.get(key.len())) {
            (Some((left, right)), _) => left < right,
            (None, None | Some(b'\t' | b'\n')) => return Ok(start),
            (None, Some(_)) => false,
        };
        if is_before {
            let rest = text.get(middle..high).unwrap_or_default();
            low = rest.iter().position(|byte| *byte == b'\n').map_or(high, |at| middle + at + 1);
        } else {
            high = start;
        }
    }
    Err(low)
}
