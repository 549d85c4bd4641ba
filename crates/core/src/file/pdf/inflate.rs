//! Unpacking what was deflated: RFC 1951 in the wrapping of RFC 1950. The checksum at the end is not looked at: what is
//! unpacked is read by who minds.
//!
//! Of our own, because the module that looks at files is loaded by browsers: a library for it is larger than the rest.

use alloc::vec::Vec;

/// What stands behind a symbol from 257 on: the shortest length, and how many bits add to it.
#[rustfmt::skip]
static LENGTHS: [(u16, u8); 29] = [
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1), (19, 2), (23, 2),
    (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5), (163, 5), (195, 5),
    (227, 5), (258, 0),
];

/// In which order the lengths of the codes for lengths come.
static ORDER: [u8; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// No code is longer.
const LONGEST: usize = 15;

/// What was packed, if it is whole and takes at most so many bytes.
pub(super) fn inflate(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    let [method, flags, ..] = *packed else { return None };
    // Deflate, and no dictionary of the sender's.
    if method & 15 != 8 || flags & 32 != 0 || (u16::from(method) << 8 | u16::from(flags)) % 31 != 0 {
        return None;
    }
    let mut bits = Bits { bytes: packed, at: 16 };
    let mut out = Vec::new();
    loop {
        let is_last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out, most)?,
            1 => {
                let mut lengths = [8; 288];
                lengths.get_mut(144..256)?.fill(9);
                lengths.get_mut(256..280)?.fill(7);
                block(&mut bits, &mut out, most, &Code::new(&lengths), &Code::new(&[5; 30]))?;
            }
            2 => {
                let (symbols, distances) = codes(&mut bits)?;
                block(&mut bits, &mut out, most, &symbols, &distances)?;
            }
            _ => return None,
        }
        if is_last {
            return Some(out);
        }
    }
}

/// Reads bits, the lowest of each byte first.
struct Bits<'b> {
    bytes: &'b [u8],
    /// The bit ahead.
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u8) -> Option<u16> {
        let mut value = 0;
        for place in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value |= u16::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Some(value)
    }
}

/// A code in its canonical form: how many words there are of each length, and their symbols in order.
struct Code {
    counts: [u16; LONGEST + 1],
    symbols: Vec<u16>,
}

impl Code {
    fn new(lengths: &[u8]) -> Self {
        let (mut counts, mut symbols) = ([0; LONGEST + 1], Vec::new());
        for (wanted, count) in counts.iter_mut().enumerate().skip(1) {
            for (symbol, length) in lengths.iter().enumerate() {
                if usize::from(*length) == wanted {
                    *count += 1;
                    symbols.push(symbol as u16);
                }
            }
        }
        Code { counts, symbols }
    }

    /// The symbol of the word ahead.
    fn symbol(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let (mut word, mut first, mut index) = (0_i32, 0_i32, 0_i32);
        for count in self.counts.iter().skip(1).map(|count| i32::from(*count)) {
            word |= i32::from(bits.take(1)?);
            if word - first < count {
                return self.symbols.get(usize::try_from(index + word - first).ok()?).copied();
            }
            index += count;
            (word, first) = (word << 1, (first + count) << 1);
        }
        None
    }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>, most: usize) -> Option<()> {
    let at = bits.at.div_ceil(8);
    let head = bits.bytes.get(at..at + 4)?;
    let length = usize::from(u16::from_le_bytes([*head.first()?, *head.get(1)?]));
    out.extend_from_slice(bits.bytes.get(at + 4..at + 4 + length)?);
    bits.at = (at + 4 + length) * 8;
    (out.len() <= most).then_some(())
}

/// The codes that stand at the start of a block.
fn codes(bits: &mut Bits<'_>) -> Option<(Code, Code)> {
    let (symbols, distances, count) = (usize::from(bits.take(5)?) + 257, bits.take(5)? + 1, bits.take(4)? + 4);
    let mut lengths = [0; 19];
    for place in ORDER.iter().take(usize::from(count)) {
        *lengths.get_mut(usize::from(*place))? = bits.take(3)? as u8;
    }
    let code = Code::new(&lengths);
    let all = symbols + usize::from(distances);
    let mut lengths = Vec::new();
    while lengths.len() < all {
        let (length, times) = match code.symbol(bits)? {
            length @ 0..16 => (length as u8, 1),
            16 => (*lengths.last()?, bits.take(2)? + 3),
            17 => (0, bits.take(3)? + 3),
            _ => (0, bits.take(7)? + 11),
        };
        lengths.resize(lengths.len() + usize::from(times), length);
    }
    let (symbols, distances) = lengths.get(..all)?.split_at_checked(symbols)?;
    Some((Code::new(symbols), Code::new(distances)))
}

fn block(bits: &mut Bits<'_>, out: &mut Vec<u8>, most: usize, symbols: &Code, distances: &Code) -> Option<()> {
    loop {
        let symbol = symbols.symbol(bits)?;
        match symbol {
            0..256 => out.push(symbol as u8),
            256 => return Some(()),
            _ => {
                let (least, more) = *LENGTHS.get(usize::from(symbol) - 257)?;
                let length = least + bits.take(more)?;
                let symbol = distances.symbol(bits)?;
                // Two symbols for each number of bits: RFC 1951, section 3.2.5.
                let more = (symbol / 2).saturating_sub(1);
                let least = if symbol < 4 { symbol } else { (2 + symbol % 2) << more };
                let distance = usize::from(least) + usize::from(bits.take(more as u8)?) + 1;
                let start = out.len().checked_sub(distance)?;
                for at in start..start + usize::from(length) {
                    out.push(*out.get(at)?);
                }
            }
        }
        if out.len() > most {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;
    use std::{format, vec};

    /// Made with zlib: with codes of its own, and with fixed ones.
    #[test]
    fn what_zlib_packed_is_unpacked() {
        let text = b"Edgepost, edgepost, edgepost: postcards!";
        let objects: String = (0..30).map(|index| format!("{index} 0 obj<</A {}>>", index * 7_919 % 1_000)).collect();
        for (packed, unpacked) in [
            ("7801734d494f2dc82f2ed15148c560592980c8e4c4a2946245002fd40ed8", &text[..]),
            (
                concat!(
                    "78da55d0b10d03310c43d1556e8398b26559404020aba44c93fdbbf03aa6e4af1e38ae717ddf9fe7f3f1ba06099b8d26",
                    "c3c299879c162a8b5c16766d322d6427b93d60916561cd491e0b33836c0b51106c5841df54b762c80ac786ac706c2f61",
                    "e1dab3a58573eb880bf7d690170ede21305c9c4b6238796d91c3c9f3881c4e8ebeeffd2343e67033a6cce1e614399cdc",
                    "257238f9b4c8e1e40391c3c935450e27ef14f9072f1d7b43",
                ),
                objects.as_bytes(),
            ),
        ] {
            let bytes = base16ct::lower::decode_vec(packed).unwrap();
            assert_eq!(inflate(&bytes, 1_000).as_deref(), Some(unpacked));
            assert_eq!(inflate(&bytes, unpacked.len() - 1), None);
            // But for the checksum every byte is needed.
            for end in 0..bytes.len() - 4 {
                assert_eq!(inflate(&bytes[..end], 1_000), None, "{end}");
            }
        }
        let stored = [&[0x78, 0x01, 0x01, 40, 0, 0xd7, 0xff][..], text].concat();
        assert_eq!(inflate(&stored, 40), Some(text.to_vec()));
        assert_eq!(inflate(&stored, 39), None);
        assert_eq!(inflate(&[0x78, 0x9c, 0x03, 0x00], 9), Some(vec![]), "nothing, with fixed codes");
        assert_eq!(inflate(&[0x78, 0x9d, 0x03, 0x00], 9), None, "no header of zlib's");
        assert_eq!(inflate(&[0x78, 0x9c, 0x07], 9), None, "no such block");
    }
}
