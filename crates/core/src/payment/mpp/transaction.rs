//! When a transaction of Tempo is over. Whoever has it can send it until then, whatever became of the challenge.

use crate::payment::unhex;

/// The type of Tempo's transactions, which stands in front of the list of their fields, in RLP.
const TYPE: u8 = 0x76;
/// Where `validBefore` is in that list.
const VALID_BEFORE: usize = 8;
/// A moment of more bytes is some ten thousand years away: that is no end.
const LONGEST_MOMENT: usize = 5;

/// Whether a text is a transaction, by its type.
pub(super) fn is_transaction(text: &str) -> bool {
    unhex(text).is_some_and(|bytes| bytes.first() == Some(&TYPE))
}

/// Milliseconds since 1970 from which on a transaction, written in hexadecimal, is worth nothing; nothing where it is good for
/// ever, or cannot be read.
pub fn transaction_end(text: &str) -> Option<u64> {
    let bytes = unhex(text)?;
    let (mut fields, rest) = item(bytes.strip_prefix(&[TYPE])?, true)?;
    if !rest.is_empty() {
        return None;
    }
    for _ in 0..VALID_BEFORE {
        let is_list = fields.first().is_some_and(|first| *first >= LIST);
        (_, fields) = item(fields, is_list)?;
    }
    let (number, _) = item(fields, false)?;
    // An empty number is zero, which stands for no end.
    let is_moment = number.first().is_some_and(|first| *first != 0) && number.len() <= LONGEST_MOMENT;
    let seconds = number.iter().take(LONGEST_MOMENT).fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    is_moment.then_some(seconds * 1_000)
}

/// The first byte of bytes, and of a list; a byte below is itself.
const BYTES: u8 = 0x80;
const LIST: u8 = 0xc0;
/// A content of so many bytes has its length written behind the first byte.
const LONG: u8 = 56;

/// The content of what comes first, a list or not, and what is behind it.
fn item(bytes: &[u8], is_list: bool) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if is_list != (*first >= LIST) {
        return None;
    }
    let Some(length) = first.checked_sub(if is_list { LIST } else { BYTES }) else { return bytes.split_at_checked(1) };
    if length < LONG {
        return rest.split_at_checked(usize::from(length));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(length - LONG + 1))?;
    let length = digits.iter().try_fold(0_usize, |value, byte| value.checked_mul(256)?.checked_add((*byte).into()))?;
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    /// Made with ox 0.14.33, good before 2026-11-21T00:03:21Z.
    const SIGNED: &str = "0x76f9011582a5bf8085059682f000830186a0f87ef87c9420c000000000000000000000000000000000000080b86495777d59000000000000000000000000209693bc6afc0c5328ba36faf03c514ef312287c000000000000000000000000000000000000000000000000000000000033e140ef1ed712016db7b06f878f3f980c4b000000000000000000001e137a7ebf551dc0a0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff80846b00dfc9846b00df649420c000000000000000000000000000000000000080c0b84165981ef45f05d01bdf15557c2fa0bade5e3084ae438e33bd256bb6efc88eb98441978df6f83f09bad3087b85c81ffaa1d453ca6941911747dbdfa71fdc105d9a1b";

    /// The same with other bytes for `validBefore`, all of them below 56.
    fn with(moment: &str) -> String {
        let more = (moment.len() / 2) as isize - 5;
        let length = alloc::format!("0x76f9{:04x}", 0x115 + more);
        SIGNED.replacen("846b00dfc9", moment, 1).replacen("0x76f90115", &length, 1)
    }

    #[test]
    fn pfm_009_a_transaction_says_itself_when_it_is_over() {
        assert_eq!(transaction_end(SIGNED), Some(1_795_219_401_000));
        for (moment, end) in [
            ("846b00dfc9", Some(1_795_219_401_000)),
            ("05", Some(5_000)),
            ("8180", Some(128_000)),
            ("85ffffffffff", Some(1_099_511_627_775_000)),
            ("80", None),
            ("00", None),
            ("8400b00dfc", None),
            ("86010000000000", None),
            ("88ffffffffffffffff", None),
            ("c0", None),
            ("c3846b00", None),
        ] {
            assert_eq!(transaction_end(&with(moment)), end, "{moment}");
        }
    }

    #[test]
    fn pfm_009_what_is_no_transaction_has_no_end() {
        for other in
            ["", "0x", "0x76", "0x7680", "0x76c0", "0x76f8", "0x76ffffffffffffffffff", "76c0", "0x02c0", "0x76bfff"]
        {
            assert_eq!(transaction_end(other), None, "{other}");
        }
        for cut in 0..SIGNED.len() {
            assert_eq!(transaction_end(SIGNED.get(..cut).unwrap()), None, "{cut}");
        }
        assert_eq!(transaction_end(&alloc::format!("{SIGNED}00")), None);
        // Whatever one byte becomes, nothing breaks.
        for at in (2..SIGNED.len()).step_by(2) {
            for byte in ["00", "7f", "80", "b8", "bf", "c0", "f8", "ff"] {
                let mut changed = String::from(SIGNED);
                changed.replace_range(at..at + 2, byte);
                let _ = transaction_end(&changed);
            }
        }
    }
}
