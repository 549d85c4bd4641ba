//! Moments and days, compared as filters compare them.

use std::cmp::Ordering;

/// A UTC day in microseconds.
const DAY: i64 = 86_400_000_000;

/// Microseconds since 1970 of a moment that the core's tables take: RFC 3339, with or without its time, its fraction and
/// its offset.
pub(super) fn micros(text: &str) -> Option<i64> {
    let (day, time) = text.split_at_checked(10)?;
    let midnight = days(day)?.checked_mul(DAY)?;
    if time.is_empty() {
        return Some(midnight);
    }
    let (clock, rest) = time.get(1..)?.split_at_checked(8)?;
    let [hours, minutes, seconds] = numbers(clock, ':')?;
    let (fraction, offset) = match rest.strip_prefix('.') {
        None => ("", rest),
        Some(rest) => rest.split_at_checked(rest.bytes().take_while(u8::is_ascii_digit).count())?,
    };
    let fraction: i64 = format!("{fraction:0<6.6}").parse().ok()?;
    let written = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction;
    Some(midnight + written - offset_minutes(offset)? * 60_000_000)
}

/// Days since 1970 of a day of the calendar.
pub(super) fn days(text: &str) -> Option<i64> {
    let [year, month, day] = numbers(text, '-')?;
    // <https://howardhinnant.github.io/date_algorithms.html#days_from_civil>: years begin in March.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year = year.rem_euclid(400);
    let day = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year * 365 + year / 4 - year / 100 + day - 719_468)
}

/// The day of a moment.
pub(super) fn day_of(micros: i64) -> i64 {
    micros.div_euclid(DAY)
}

/// The hour of a moment, in UTC.
pub(super) fn hour_of(micros: i64) -> i64 {
    micros.rem_euclid(DAY) / 3_600_000_000
}

/// PO-078: the day of the week, as Django counts: 1 is Sunday.
pub(super) fn week_day_of(micros: i64) -> i64 {
    (day_of(micros) + 4).rem_euclid(7) + 1
}

/// How filters compare: the way that is named behind the member, or equality.
pub(super) fn comparison(name: &str) -> Option<fn(Ordering) -> bool> {
    Some(match name {
        "" => Ordering::is_eq,
        "gt" => Ordering::is_gt,
        "lt" => Ordering::is_lt,
        "gte" => Ordering::is_ge,
        "lte" => Ordering::is_le,
        _ => return None,
    })
}

fn offset_minutes(offset: &str) -> Option<i64> {
    let (sign, offset) = match offset.split_at_checked(1) {
        None | Some(("Z" | "z", _)) => return Some(0),
        Some(("-", offset)) => (-1, offset),
        Some((_, offset)) => (1, offset),
    };
    let [hours, minutes] = numbers(offset, ':')?;
    Some(sign * (hours * 60 + minutes))
}

fn numbers<const COUNT: usize>(text: &str, between: char) -> Option<[i64; COUNT]> {
    let numbers: Option<Vec<i64>> = text.split(between).map(|piece| piece.parse().ok()).collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn po_073_moments_are_read_to_the_microsecond() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01", 0),
            ("1970-01-01T00:00:00.000001Z", 1),
            ("1970-01-01 00:00:01.5", 1_500_000),
            ("1970-01-01T04:00:00+04:00", 0),
            ("1969-12-31T23:30:00-00:30", 0),
            ("2026-04-21T10:00:00.000Z", 1_776_765_600_000_000),
            ("2026-04-21T10:00:00.1234567Z", 1_776_765_600_123_456),
        ] {
            assert_eq!(micros(text), Some(expected), "{text}");
        }
        for bad in ["", "2026", "2026-04-21T10", "2026-04-21T10:00Z", "tomorrow, noon"] {
            assert_eq!(micros(bad), None, "{bad}");
        }
    }

    #[test]
    fn po_073_days_follow_the_calendar() {
        let mut day = 0;
        for year in 1970..2101 {
            for (month, length) in (1..).zip([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
                let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
                for date in 1..=length + i64::from(month == 2 && is_leap) {
                    assert_eq!(days(&format!("{year}-{month:02}-{date:02}")), Some(day));
                    day += 1;
                }
            }
        }
    }

    #[test]
    fn po_078_a_tuesday_morning() {
        let moment = micros("2026-04-21T10:59:59Z").unwrap();
        assert_eq!((week_day_of(moment), hour_of(moment)), (3, 10));
        let sunday = micros("2026-04-19").unwrap();
        assert_eq!((week_day_of(sunday), week_day_of(sunday - 1), day_of(sunday - 1)), (1, 7, day_of(sunday) - 1));
    }
}
