//! Amounts as digits. None of them ever passes through a float.

use alloc::string::String;

use crate::json;

/// A whole number in decimal digits; `None` where there is anything else, or too much.
pub fn whole(digits: &str) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.bytes().try_fold(0_u64, |value, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// A sum that is asked for: a whole number above zero, written in the only way that every reader takes for the same.
pub fn sum(digits: &str) -> Option<u64> {
    whole(digits).filter(|_| digits.as_bytes().first() != Some(&b'0'))
}

/// A whole number in decimal digits as 256 bits, the highest first.
pub fn word(digits: &str) -> Option<[u8; 32]> {
    let mut word = [0_u8; 32];
    if digits.is_empty() {
        return None;
    }
    for byte in digits.bytes() {
        let mut carry = u16::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
        for place in word.iter_mut().rev() {
            let value = u16::from(*place) * 10 + carry;
            *place = (value & 0xFF) as u8;
            carry = value >> 8;
        }
        if carry > 0 {
            return None;
        }
    }
    Some(word)
}

/// A number as 256 bits, the highest first.
pub fn number(value: u64) -> [u8; 32] {
    let mut word = [0; 32];
    for (place, byte) in word.iter_mut().skip(24).zip(value.to_be_bytes()) {
        *place = byte;
    }
    word
}

/// Writes a number that may be larger than JSON's integers.
pub fn write(out: &mut String, value: u64) {
    if value >= 10 {
        write(out, value / 10);
    }
    json::integer(out, (value % 10) as i64);
}

/// PF-072: a number as JSON writes it, or the same as a text, in hundredths; half of one counts up.
pub fn hundredths(written: &str) -> Option<u64> {
    // `1e2` has no hundredths that could be read off.
    let dot = written.bytes().position(|byte| byte == b'.').unwrap_or(written.len());
    let (whole_part, fraction) = written.split_at_checked(dot)?;
    let fraction = if fraction.is_empty() { "0" } else { fraction.get(1..)? };
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digit = |at: usize| fraction.as_bytes().get(at).map_or(0, |byte| u64::from(byte - b'0'));
    let up = u64::from(digit(2) >= 5);
    whole(whole_part)?.checked_mul(100)?.checked_add(digit(0) * 10 + digit(1) + up)
}

/// A sum that a person names, such as the most that may be paid: at most two decimals, nothing is rounded.
pub fn exact_hundredths(written: &str) -> Option<u64> {
    let dot = written.bytes().position(|byte| byte == b'.').unwrap_or(written.len());
    hundredths(written).filter(|_| written.len() - dot <= 3)
}

/// Hundredths as a decimal: `3.40`.
pub fn decimal(hundredths: u64) -> String {
    let mut out = String::new();
    json::integer(&mut out, i64::try_from(hundredths / 100).unwrap_or(i64::MAX));
    json::raw(&mut out, ".");
    json::integer(&mut out, (hundredths / 10 % 10) as i64);
    json::integer(&mut out, (hundredths % 10) as i64);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pf_072_prices_are_read_exactly_and_half_a_cent_counts_up() {
        for (written, expected) in [
            ("3.4", Some(340)),
            ("3.40", Some(340)),
            ("3", Some(300)),
            ("0.005", Some(1)),
            ("3.404999999", Some(340)),
            ("3.405", Some(341)),
            ("3.4000000000000004", Some(340)),
            ("1.995", Some(200)),
            ("200.00", Some(20_000)),
            ("184467440737095516.15", Some(u64::MAX)),
            ("184467440737095516.16", None),
            ("3.", None),
            (".4", None),
            ("-3.40", None),
            ("+3.40", None),
            ("3,40", None),
            ("3.4e0", None),
            ("1e2", None),
            ("0x3", None),
            ("", None),
            ("3.40 USD", None),
        ] {
            assert_eq!(hundredths(written), expected, "{written}");
        }
        assert_eq!(exact_hundredths("5.00"), Some(500));
        assert_eq!(exact_hundredths("5.001"), None);
        assert_eq!((decimal(340), decimal(5), decimal(0)), ("3.40".into(), "0.05".into(), "0.00".into()));
    }

    #[test]
    fn pf_091_amounts_of_any_size_are_words() {
        let largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        assert_eq!(word(largest), Some([0xFF; 32]));
        assert_eq!(word("115792089237316195423570985008687907853269984665640564039457584007913129639936"), None);
        assert_eq!(word("258").unwrap()[30..], [1, 2]);
        for bad in ["", "-1", "1.0", "0x10", " 1"] {
            assert_eq!((word(bad), whole(bad)), (None, None), "{bad}");
        }
        assert_eq!((sum("340"), sum("0"), sum("0340"), sum("")), (Some(340), None, None, None));
        assert_eq!(whole("18446744073709551615"), Some(u64::MAX));
        assert_eq!(whole("18446744073709551616"), None);
    }
}
