//! Days and moments, as RFC 3339 writes them.

/// Whether a text is a day of the calendar: `2026-11-21`.
pub(super) fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [y, e, a, r, b'-', m, o, b'-', d, f] = bytes else { return false };
    let (Some(year), Some(month), Some(day)) = (number(&[*y, *e, *a, *r]), number(&[*m, *o]), number(&[*d, *f])) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=last).contains(&day)
}

/// Whether a text is a moment, `2026-11-21T09:28:14.790Z`, or a day. The offset may be missing, as ISO 8601 allows.
pub(super) fn is_moment(text: &str) -> bool {
    let Some((day, time)) = text.split_at_checked(10) else { return is_day(text) };
    let [b'T' | b't' | b' ', time @ ..] = time.as_bytes() else { return time.is_empty() && is_day(day) };
    let [h, o, b':', m, i, b':', s, e, rest @ ..] = time else { return false };
    let is_below = |digits: [u8; 2], limit: u32| number(&digits).is_some_and(|value| value < limit);
    is_day(day) && is_below([*h, *o], 24) && is_below([*m, *i], 60) && is_below([*s, *e], 61) && is_end(rest)
}

/// The fraction of a second, and the offset from UTC.
fn is_end(rest: &[u8]) -> bool {
    let offset = match rest {
        [b'.', digits @ ..] => {
            let length = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
            if length == 0 {
                return false;
            }
            digits.get(length..).unwrap_or_default()
        }
        rest => rest,
    };
    match offset {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', h, o, b':', m, i] => {
            number(&[*h, *o]).is_some_and(|hours| hours < 24) && number(&[*m, *i]).is_some_and(|minutes| minutes < 60)
        }
        _ => false,
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, byte| Some(value * 10 + char::from(*byte).to_digit(10)?))
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
