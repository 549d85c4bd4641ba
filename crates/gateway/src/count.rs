//! How many orders were made on a UTC day. Each is counted by its id, so that a retry counts once.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

/// The UTC day of a moment, counted from 1970.
fn day(now_ms: u64) -> u64 {
    now_ms / DAY_MS
}

/// Milliseconds until the next UTC day.
pub fn until_next_day(now_ms: u64) -> u64 {
    DAY_MS - now_ms % DAY_MS
}

/// The orders of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    day: u64,
    /// Those that are made, and will not be asked for again.
    made: u32,
    /// Those that are on their way, or of which nobody knows.
    open: BTreeSet<String>,
}

impl Day {
    /// Takes a place, if the day has one. The same order takes one.
    pub fn reserve(&mut self, id: &str, limit: u32, now_ms: u64) -> bool {
        if self.day != day(now_ms) {
            *self = Day { day: day(now_ms), ..Day::default() };
        }
        if self.open.contains(id) {
            return true;
        }
        let is_free = self.made as usize + self.open.len() < limit as usize;
        is_free && self.open.insert(id.to_owned())
    }

    /// It was made, or it was not and never will be.
    pub fn settle(&mut self, id: &str, was_made: bool) {
        if self.open.remove(id) && was_made {
            self.made += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pp_166_days_are_utc_days() {
        assert_eq!((until_next_day(0), until_next_day(DAY_MS - 1)), (DAY_MS, 1));
        let mut orders = Day::default();
        assert!(orders.reserve("a", 1, DAY_MS - 1) && !orders.reserve("b", 1, DAY_MS - 1));
        assert!(orders.reserve("b", 1, DAY_MS));
    }

    #[test]
    fn pp_167_each_order_counts_once() {
        let mut orders = Day::default();
        for _ in 0..5 {
            assert!(orders.reserve("a", 2, 0));
        }
        orders.settle("a", true);
        orders.settle("a", true);
        assert!(orders.reserve("b", 2, 0) && !orders.reserve("c", 2, 0));
        orders.settle("b", false);
        assert!(orders.reserve("c", 2, 0) && !orders.reserve("d", 2, 0));
        assert!(!Day::default().reserve("a", 0, 0));
    }
}
