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
