//! Times as they are written in JSON.

use alloc::string::String;

use crate::json;

/// A UTC day in milliseconds.
pub const DAY: u64 = 86_400_000;

/// Milliseconds since 1970 as RFC 3339, UTC, with milliseconds (PP-142).
pub fn rfc3339(ms: u64) -> String {
    let (year, month, day) = civil(ms / DAY);
    let parts = [
        (year, 4, "-"),
        (month, 2, "-"),
        (day, 2, "T"),
        (ms / 3_600_000 % 24, 2, ":"),
        (ms / 60_000 % 60, 2, ":"),
        (ms / 1000 % 60, 2, "."),
        (ms % 1000, 3, "Z"),
    ];
    let mut written = String::new();
    for (value, digits, behind) in parts {
        for place in (0..digits).rev() {
            let digit = value / 10_u64.pow(place) % 10;
            json::integer(&mut written, digit as i64);
        }
        json::raw(&mut written, behind);
    }
    written
}

/// Milliseconds since 1970 of a moment of RFC 3339, `2026-11-21T09:28:14.790Z`; `None` if it is none, or before 1970.
pub fn milliseconds(written: &str) -> Option<u64> {
    let bytes = written.as_bytes();
    let number = |at: usize, length: usize| {
        let digits = bytes.get(at..at + length)?.iter();
        digits.copied().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u64::from(byte - b'0')))
    };
    let marks = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    let has_marks = marks.iter().all(|(at, mark)| bytes.get(*at) == Some(mark));
    if !has_marks || !matches!(bytes.get(10), Some(b'T' | b't' | b' ')) {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hours, minutes, seconds) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    let days = days(year, month, day).filter(|days| civil(*days) == (year, month, day))?;
    if hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    let fraction = bytes.get(19) == Some(&b'.');
    let digits = bytes.get(20..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digit = |at: usize| if fraction && at < digits { number(20 + at, 1).unwrap_or_default() } else { 0 };
    let thousandths = digit(0) * 100 + digit(1) * 10 + digit(2);
    let end = if fraction { 20 + digits } else { 19 };
    let ms = days * DAY + ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths;
    let offset = |end: usize| Some((number(end + 1, 2)? * 60 + number(end + 4, 2)?) * 60_000);
    match (bytes.get(end), bytes.len() - end) {
        _ if fraction && digits == 0 => None,
        (Some(b'Z' | b'z'), 1) => Some(ms),
        (Some(b'+'), 6) => ms.checked_sub(offset(end)?),
        (Some(b'-'), 6) => ms.checked_add(offset(end)?),
        _ => None,
    }
}

/// Milliseconds since 1970 of a Date header, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
pub fn http(written: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let written = written.trim_ascii();
    let names = MONTHS.as_bytes().chunks(3);
    let month = written.get(8..11)?;
    let month = names.into_iter().position(|name| name == month.as_bytes())? as u64 + 1;
    let mut moment = String::new();
    for (from, to, behind) in [(12, 16, "-"), (0, 0, "-"), (5, 7, "T"), (17, 25, "Z")] {
        if to == 0 {
            json::raw(&mut moment, if month < 10 { "0" } else { "" });
            json::integer(&mut moment, month as i64);
        } else {
            json::raw(&mut moment, written.get(from..to)?);
        }
        json::raw(&mut moment, behind);
    }
    milliseconds(&moment).filter(|_| written.get(25..) == Some(" GMT"))
}

/// The day since 1970 of a date, by the method of
/// <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 { year.checked_sub(1)? } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day.checked_sub(1)?;
    (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year).checked_sub(719_468)
}

/// Year, month and day of a day since 1970, by the method of
/// <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>: years begin in March, so that the odd day
/// comes last.
pub fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (400 * era + year + next_year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pp_142_times_are_utc_with_milliseconds() {
        for (ms, written) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_210_096_789, "2024-02-29T12:34:56.789Z"),
            (1_776_765_600_000, "2026-04-21T10:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(rfc3339(ms), written);
        }
    }

    #[test]
    fn pfm_009_moments_are_read_as_they_are_written() {
        for ms in [0, 951_782_399_999, 951_782_400_000, 1_776_765_600_000, 4_107_542_400_000, 253_402_300_799_999] {
            assert_eq!(milliseconds(&rfc3339(ms)), Some(ms));
        }
        for (written, ms) in [
            ("2026-12-01T00:05:00Z", Some(1_796_083_500_000)),
            ("2026-12-01T04:05:00+04:00", Some(1_796_083_500_000)),
            ("2026-11-30T19:05:00.0-05:00", Some(1_796_083_500_000)),
            ("2026-12-01t00:05:00.123456z", Some(1_796_083_500_123)),
            ("2026-12-01", None),
            ("2026-12-01T00:05:00", None),
            ("2026-12-01T00:05:00.Z", None),
            ("2026-13-01T00:05:00Z", None),
            ("2026-02-29T00:05:00Z", None),
            ("2026-12-00T00:05:00Z", None),
            ("2026-12-01T24:05:00Z", None),
            ("2026-12-01T00:05:00ZZ", None),
            ("1969-12-31T23:59:59Z", None),
            ("in an hour", None),
            ("", None),
        ] {
            assert_eq!(milliseconds(written), ms, "{written}");
        }
    }

    #[test]
    fn the_date_of_an_answer() {
        assert_eq!(http("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000));
        assert_eq!(http(" Tue, 01 Dec 2026 00:05:00 GMT "), Some(1_796_083_500_000));
        for none in [
            "",
            "now",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Now 1994 08:49:37 GMT",
        ] {
            assert_eq!(http(none), None, "{none}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_day_before() {
        let lengths = |year: u64| {
            let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
            [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        };
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..146_097 {
            assert_eq!(civil(days), (year, month, day));
            day += 1;
            if day > lengths(year)[month as usize - 1] {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }
}
