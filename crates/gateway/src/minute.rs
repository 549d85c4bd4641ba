//! How many requests an account of a provider was sent within the last minute, so that the provider never has to say no.
//!
//! A request counts from when it is sent until a minute after its answer: when the provider counts it, somewhere in
//! between, is not known here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The provider's window.
const WINDOW_MS: u64 = 60_000;
/// A request whose answer is never told of was over after this long: the time that is waited for one, and a little more.
const PATIENCE_MS: u64 = 25_000;
/// Of four requests three may be reads; the rest is kept for those that make something.
const READS: (u32, u32) = (3, 4);

/// The requests of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minute {
    /// Those that wait for an answer, and since when.
    open: BTreeMap<String, u64>,
    /// Until when each of the others counts.
    until: Vec<u64>,
}

/// How much is left of a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The provider's limit.
    pub limit: u32,
    /// Requests that may follow at once.
    pub left: u32,
    /// When the next place is free, in milliseconds from now.
    pub reset_ms: u64,
}

impl Minute {
    /// Takes a place, if there is one.
    pub fn reserve(&mut self, id: &str, is_read: bool, limit: u32, now_ms: u64) -> Result<Left, Left> {
        self.forget(now_ms);
        // Asked twice: the first one may have been sent and its answer lost.
        if let Some(since) = self.open.remove(id) {
            self.until.push(since + PATIENCE_MS + WINDOW_MS);
        }
        let most = if is_read { limit * READS.0 / READS.1 } else { limit };
        if self.used() >= most {
            return Err(self.left(limit, now_ms));
        }
        self.open.insert(id.to_owned(), now_ms);
        Ok(self.left(limit, now_ms))
    }

    /// The answer has come. `was_sent`: whether the provider may have heard of it at all.
    pub fn settle(&mut self, id: &str, was_sent: bool, now_ms: u64) {
        if self.open.remove(id).is_some() && was_sent {
            self.until.push(now_ms + WINDOW_MS);
        }
    }

    fn used(&self) -> u32 {
        u32::try_from(self.open.len() + self.until.len()).unwrap_or(u32::MAX)
    }

    fn forget(&mut self, now_ms: u64) {
        self.open.retain(|_, since| *since + PATIENCE_MS + WINDOW_MS > now_ms);
        self.until.retain(|until| *until > now_ms);
    }

    fn left(&self, limit: u32, now_ms: u64) -> Left {
        let open = self.open.values().map(|since| since + PATIENCE_MS + WINDOW_MS);
        let next = self.until.iter().copied().chain(open).min().unwrap_or(now_ms);
        Left { limit, left: limit.saturating_sub(self.used()), reset_ms: next.saturating_sub(now_ms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pp_165_never_more_than_sixty_in_any_sixty_seconds() {
        let mut minute = Minute::default();
        let mut sent: Vec<u64> = Vec::new();
        for now in (0..300_000).step_by(100) {
            let id = format!("{now}");
            if minute.reserve(&id, false, 60, now).is_ok() {
                // The provider counts it at any moment up to its answer.
                let heard = now + now % 700;
                sent.push(heard);
                minute.settle(&id, true, now + 700);
            }
        }
        sent.sort_unstable();
        assert!(sent.len() > 200, "and nearly as many as possible: {}", sent.len());
        assert!(sent.windows(61).all(|window| window[60] - window[0] >= 60_000));
    }

    #[test]
    fn a_share_is_kept_for_what_makes_something() {
        let mut minute = Minute::default();
        let reads = (0..60).filter(|read| minute.reserve(&format!("read {read}"), true, 60, 0).is_ok()).count();
        assert_eq!(reads, 45);
        let makes = (0..60).filter(|make| minute.reserve(&format!("make {make}"), false, 60, 0).is_ok()).count();
        assert_eq!(makes, 15);
    }

    #[test]
    fn what_was_not_sent_gives_its_place_back_and_what_was_lost_keeps_it_for_a_while() {
        let mut minute = Minute::default();
        assert!(minute.reserve("a", false, 1, 0).is_ok());
        assert_eq!(minute.reserve("b", false, 1, 5_000), Err(Left { limit: 1, left: 0, reset_ms: 80_000 }));
        minute.settle("a", false, 6_000);
        assert!(minute.reserve("b", false, 1, 6_000).is_ok());
        assert!(minute.reserve("c", false, 1, 6_000 + 84_999).is_err(), "nobody told how b ended");
        assert!(minute.reserve("c", false, 1, 6_000 + 85_000).is_ok());
        minute.settle("c", true, 100_000);
        assert_eq!(minute.reserve("d", false, 1, 100_001), Err(Left { limit: 1, left: 0, reset_ms: 59_999 }));
    }

    #[test]
    fn asking_twice_takes_two_places() {
        let mut minute = Minute::default();
        assert_eq!(minute.reserve("a", false, 2, 0).map(|left| left.left), Ok(1));
        assert_eq!(minute.reserve("a", false, 2, 1_000).map(|left| left.left), Ok(0));
    }
}
