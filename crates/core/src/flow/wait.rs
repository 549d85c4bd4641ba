//! Polling until a thing is done changing.
//!
//! ```text
//! poll --changed--> poll soon --unchanged--> poll later --done--> over
//!                                  \--nobody knows--> poll later --time is up--> over
//! ```

use crate::digest;
use crate::operation::{Operation, Repeat};
use crate::outcome::{Advice, Outcome};
use crate::retry;

/// The pause after a change: the next one is likely to be near.
const SHORTEST: u64 = 1_000;
/// No pause is longer, unless the provider asks for it.
const LONGEST: u64 = 10_000;

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Look again in so many milliseconds.
    Poll {
        /// Milliseconds.
        after_ms: u64,
    },
    /// It will not change any more, or looking again will not help.
    Over {
        /// Whether it is done changing.
        done: bool,
    },
}

/// One wait.
pub struct Wait {
    operation: &'static Operation,
    /// Milliseconds since 1970 at which it ends.
    ends_ms: u64,
    pause: u64,
    last: Option<[u8; 32]>,
    failures: u32,
}

impl Wait {
    /// A wait that ends by itself `most_ms` after `now_ms`.
    pub fn new(operation: &'static Operation, now_ms: u64, most_ms: u64) -> Self {
        let ends_ms = now_ms.saturating_add(most_ms);
        Wait { operation, ends_ms, pause: SHORTEST, last: None, failures: 0 }
    }

    /// What follows from an answer. `chance` is any random number.
    pub fn step(&mut self, outcome: &Outcome, now_ms: u64, chance: u32) -> Step {
        let after_ms = match outcome {
            Outcome::Ok { .. } if outcome.is_done(self.operation) => return Step::Over { done: true },
            // To look again would be to do it again.
            _ if matches!(self.operation.repeat, Repeat::Never | Repeat::CheckFirst | Repeat::ByHand) => {
                return Step::Over { done: false };
            }
            Outcome::Ok { value, .. } => {
                self.failures = 0;
                self.unchanged(digest::sha256(value))
            }
            Outcome::Refused(refused) => match (refused.retry.advice, refused.retry.after_ms) {
                (Advice::After, Some(after_ms)) => after_ms,
                _ => return Step::Over { done: false },
            },
            Outcome::Challenge { .. } => return Step::Over { done: false },
            Outcome::Unknown { retry, .. } => {
                self.failures = self.failures.saturating_add(1);
                retry.after_ms.unwrap_or_else(|| retry::backoff(self.failures.saturating_add(1), chance))
            }
        };
        if now_ms.saturating_add(after_ms) > self.ends_ms {
            return Step::Over { done: false };
        }
        Step::Poll { after_ms }
    }

    fn unchanged(&mut self, present: [u8; 32]) -> u64 {
        let is_same = self.last.replace(present) == Some(present);
        self.pause = if is_same { (self.pause + self.pause / 2).min(LONGEST) } else { SHORTEST };
        self.pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Response;
    use crate::operation;
    use crate::outcome::{self, Context};
    use std::string::String;
    use std::{format, vec};

    fn get_order() -> &'static Operation {
        operation::find("pieterpost.get_order").unwrap()
    }

    fn answer(status: u16, body: String) -> Outcome {
        let response = Response { status, headers: vec![], body: body.into_bytes() };
        outcome::read(get_order(), &response, &Context::default())
    }

    fn order(status: &str) -> Outcome {
        answer(200, format!(r#"{{"orderId":"ord_1","status":"{status}"}}"#))
    }

    #[test]
    fn pp_163_polling_stops_when_the_order_is_final() {
        for status in ["fulfilled", "failed", "cancelled", "expired"] {
            assert_eq!(Wait::new(get_order(), 0, 60_000).step(&order(status), 0, 0), Step::Over { done: true });
        }
    }

    #[test]
    fn pauses_grow_while_nothing_changes_and_shrink_when_something_does() {
        let mut wait = Wait::new(get_order(), 0, 600_000);
        let mut pauses = vec![];
        for status in ["paid", "paid", "paid", "queued", "queued"] {
            let Step::Poll { after_ms } = wait.step(&order(status), 0, 0) else { panic!("over") };
            pauses.push(after_ms);
        }
        assert_eq!(pauses, [1_000, 1_500, 2_250, 1_000, 1_500]);
        for _ in 0..20 {
            let Step::Poll { after_ms } = wait.step(&order("queued"), 0, 0) else { panic!("over") };
            assert!(after_ms <= LONGEST);
        }
    }

    #[test]
    fn what_nobody_knows_is_asked_again_and_a_no_is_not() {
        let mut wait = Wait::new(get_order(), 0, 60_000);
        assert!(matches!(wait.step(&answer(200, "<html>".into()), 0, 0), Step::Poll { .. }));
        assert!(matches!(wait.step(&outcome::no_answer(get_order()), 0, 0), Step::Poll { .. }));
        let limited = answer(429, r#"{"code":"rate_limited","error":"No."}"#.into());
        assert_eq!(wait.step(&limited, 0, 0), Step::Poll { after_ms: 60_000 });
        let foreign = answer(404, r#"{"code":"order_not_found","error":"No."}"#.into());
        assert_eq!(wait.step(&foreign, 0, 0), Step::Over { done: false });
    }

    #[test]
    fn pp_005_what_cannot_be_repeated_is_not_waited_for() {
        let upload = operation::find("pieterpost.upload_asset").unwrap();
        let answers = [answer(429, r#"{"code":"rate_limited","error":"No."}"#.into()), outcome::no_answer(upload)];
        for outcome in answers {
            assert_eq!(Wait::new(upload, 0, 60_000).step(&outcome, 0, 0), Step::Over { done: false });
        }
    }

    #[test]
    fn it_ends_by_itself() {
        let mut wait = Wait::new(get_order(), 1_000, 5_000);
        assert!(matches!(wait.step(&order("paid"), 5_000, 0), Step::Poll { .. }));
        assert_eq!(wait.step(&order("paid"), 5_001, 0), Step::Over { done: false });
    }
}
