//! How many orders were made on a UTC day. Each is counted by its id, so that a retry counts once.

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

/// The UTC day of a moment, counted from 1970.
pub fn day(now_ms: u64) -> u64 {
    now_ms / DAY_MS
}

/// Milliseconds until the next UTC day.
pub fn until_next_day(now_ms: u64) -> u64 {
    DAY_MS - now_ms % DAY_MS
}

/// Whether one more is admitted.
pub fn admits(counted: u64, limit: u32, is_counted: bool) -> bool {
    is_counted || counted < u64::from(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pp_166_days_are_utc_days() {
        assert_eq!((day(0), day(DAY_MS - 1), day(DAY_MS)), (0, 0, 1));
        assert_eq!((until_next_day(0), until_next_day(DAY_MS - 1)), (DAY_MS, 1));
    }

    #[test]
    fn pp_167_each_order_counts_once() {
        assert!(admits(9, 10, false) && !admits(10, 10, false) && admits(10, 10, true) && !admits(0, 0, false));
    }
}
