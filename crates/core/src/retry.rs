//! Whether to ask again, and when. Pure: attempts, times and chance are arguments.

use crate::outcome::{Advice, Outcome};

/// The first pause, which doubles from then on.
const FIRST_PAUSE: u64 = 400;
/// No pause between attempts is longer.
const LONGEST_PAUSE: u64 = 8_000;
/// A provider that asks for more patience than this gets its answer handed to the caller instead.
const MOST_PATIENCE: u64 = 65_000;

/// In how many milliseconds the same bytes are to be sent again by themselves, if at all.
///
/// `attempt` counts from 0, `chance` is any random number: it keeps many callers from coming back at once.
pub fn pause(outcome: &Outcome, attempt: u32, attempts: u32, chance: u32) -> Option<u64> {
    let retry = outcome.retry()?;
    if attempt + 1 >= attempts {
        return None;
    }
    match (outcome, retry.advice) {
        (Outcome::Unknown { .. }, Advice::SameBytes) => {
            Some(retry.after_ms.unwrap_or(0).max(backoff(attempt, chance))).filter(|pause| *pause <= MOST_PATIENCE)
        }
        (_, Advice::After) => {
            retry.after_ms.filter(|pause| *pause <= MOST_PATIENCE).map(|pause| pause + spread(chance))
        }
        _ => None,
    }
}

/// Doubling pauses, each somewhere between half and the whole of it.
pub fn backoff(attempt: u32, chance: u32) -> u64 {
    let whole = FIRST_PAUSE.checked_shl(attempt.min(16)).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
    whole / 2 + u64::from(chance) % (whole / 2)
}

fn spread(chance: u32) -> u64 {
    u64::from(chance) % 250
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation;
    use crate::outcome::{Refused, Retry, no_answer};
    use std::string::String;

    fn refused(advice: Advice, after_ms: Option<u64>) -> Outcome {
        let retry = Retry { advice, after_ms };
        let (code, message) = (String::new(), String::new());
        Outcome::Refused(Refused {
            status: 429,
            code,
            message,
            issues: None,
            details: String::new(),
            retry,
            is_final: false,
        })
    }

    #[test]
    fn pp_125_a_lost_answer_is_asked_for_again_with_growing_pauses() {
        let lost = no_answer(operation::find("pieterpost.create_checkout_link").unwrap());
        for (attempt, range) in [(0, 200..400), (1, 400..800), (2, 800..1600), (9, 4000..8000)] {
            for chance in [0, 1, 12_345, u32::MAX] {
                assert!(range.contains(&pause(&lost, attempt, 20, chance).unwrap()), "{attempt} {chance}");
            }
        }
        assert_eq!(pause(&lost, 2, 3, 0), None, "the third of three attempts is the last");
    }

    #[test]
    fn pp_174_only_what_can_pass_is_sent_again() {
        assert_eq!(pause(&refused(Advice::Never, None), 0, 5, 0), None);
        assert_eq!(pause(&refused(Advice::SameBytes, None), 0, 5, 0), None, "money has to be added first");
        assert_eq!(pause(&refused(Advice::After, Some(60_000)), 0, 5, 0), Some(60_000));
        assert_eq!(pause(&refused(Advice::After, Some(3_600_000)), 0, 5, 0), None, "PP-166: not today");
        assert_eq!(pause(&refused(Advice::After, None), 0, 5, 0), None);
    }
}
