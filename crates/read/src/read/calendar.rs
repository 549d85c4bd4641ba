//! Days and moments, as RFC 3339 writes them.

/// Whether a text is a day of the calendar: `2026-11-21`.
#[inline(never)]
pub(super) fn is_day(text: &str) -> bool {
    let text = text.as_bytes();
    let (Some(year), Some(month), Some(day)) = (number(text, 0, 4), number(text, 5, 2), number(text, 8, 2)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let has_marks = text.len() == 10 && text.get(4) == Some(&b'-') && text.get(7) == Some(&b'-');
    has_marks && (1..=12).contains(&month) && (1..=last).contains(&day)
}

/// Whether a text is a moment, `2026-11-21T09:28:14.790Z`, or a day. The offset may be missing, as ISO 8601 allows.
pub(super) fn is_moment(text: &str) -> bool {
    let (day, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    let is_time = match rest.as_bytes() {
        [] => true,
        [b'T' | b't' | b' ', time @ ..] => {
            is_below(time, 0, 24)
                && is_below(time, 3, 60)
                && is_below(time, 6, 61)
                && time.get(2) == Some(&b':')
                && time.get(5) == Some(&b':')
                && is_end(time.get(8..).unwrap_or_default())
        }
        _ => false,
    };
    is_time && is_day(day)
}

/// The fraction of a second, and the offset from UTC.
fn is_end(rest: &[u8]) -> bool {
    let mut offset = rest;
    if let [b'.', first, digits @ ..] = rest
        && first.is_ascii_digit()
    {
        let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        offset = digits.get(length..).unwrap_or_default();
    }
    match offset {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', hours @ .., b':', _, _] if hours.len() == 2 => is_below(hours, 0, 24) && is_below(offset, 4, 60),
        _ => false,
    }
}

fn is_below(text: &[u8], at: usize, limit: u32) -> bool {
    number(text, at, 2).is_some_and(|value| value < limit)
}

/// The number that so many digits are.
#[inline(never)]
fn number(text: &[u8], at: usize, length: usize) -> Option<u32> {
    let digits = text.get(at..at + length)?.iter();
    digits.copied().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn po_023_a_day_exists() {
        for good in ["1990-01-20", "2024-02-29", "2000-02-29", "2026-12-31"] {
            assert!(is_day(good) && is_moment(good), "{good}");
        }
        for bad in [
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "20/01/1990",
            "",
            "2026-01-00",
        ] {
            assert!(!is_day(bad) && !is_moment(bad), "{bad}");
        }
    }

    #[test]
    fn po_023_a_moment_has_a_time() {
        for good in [
            "2019-08-26T09:28:14.790Z",
            "2019-08-26T09:28:14Z",
            "2019-08-26T09:28:14+04:00",
            "2019-08-26 09:28:14",
            "2016-12-31T23:59:60Z",
        ] {
            assert!(is_moment(good), "{good}");
        }
        for bad in [
            "2019-08-26T24:00:00Z",
            "2019-08-26T09:60:14Z",
            "2019-08-26T09:28Z",
            "2019-08-26T09:28:14.Z",
            "2019-08-26T09:28:14+4",
            "2019-02-30T09:28:14Z",
            "2019-08-26X09:28:14Z",
        ] {
            assert!(!is_moment(bad), "{bad}");
        }
    }
}
