//! Everything that is counted: requests of a minute, orders of a day, what a grant has spent. Set aside before a request is
//! sent, settled when its answer has come.

use serde::{Deserialize, Serialize};

use edgepost_core::outcome::Advice;

use crate::budget::{Budget, Exceeded, Limits, Spend};
use crate::count::{Day, until_next_day};
use crate::minute::{Left, Minute};
use crate::problem::{Code, Problem};
use crate::wallet::Caps;
use crate::wallet::spending::{Over, Payment, Spending};

/// What has to be set aside for a request, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The name of the tally: those of different names know nothing of each other.
    pub tally: String,
    /// What is counted there.
    pub counts: Counts,
}

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counts {
    /// A request to an account of a provider.
    Request {
        /// Whether it makes nothing.
        is_read: bool,
        /// The provider's limit.
        per_minute: u32,
        /// The provider's limit, for what counts as an order.
        per_day: Option<u32>,
    },
    /// An order that anybody may make.
    Public {
        /// The policy's limit.
        per_day: u32,
    },
    /// What is spent with a grant.
    Grant {
        /// The grant's limits.
        limits: Limits,
        /// What the call may take.
        spend: Spend,
    },
    /// What the gateway's own wallet pays.
    Wallet {
        /// The policy's limits.
        caps: Caps,
        /// What is paid.
        payment: Payment,
    },
}

/// What is asked of a tally.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// Sets aside.
    Reserve(Counts),
    /// The request is over.
    Settle(Fate),
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// It was never sent.
    NotSent,
    /// The provider said no.
    Refused,
    /// It happened, and cost this much.
    Happened(Option<(String, u64)>),
    /// Nobody knows.
    Unknown,
}

/// What a tally says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// It is set aside.
    Yes(Option<Left>),
    /// The provider's minute is full.
    Minute(Left),
    /// The day is full.
    Day(u32),
    /// The grant does not reach.
    Grant(Exceeded),
    /// The wallet may not spend it.
    Wallet(Over),
}

/// Everything that is counted under one name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    minute: Minute,
    day: Day,
    budget: Budget,
    spending: Spending,
}

impl Tally {
    /// Answers a question about the request `id`.
    pub fn answer(&mut self, id: &str, question: Question, now_ms: u64) -> Reply {
        match question {
            Question::Reserve(counts) => self.reserve(id, counts, now_ms),
            Question::Settle(fate) => {
                self.settle(id, fate, now_ms);
                Reply::Yes(None)
            }
        }
    }

    fn reserve(&mut self, id: &str, counts: Counts, now_ms: u64) -> Reply {
        match counts {
            Counts::Request { is_read, per_minute, per_day } => {
                if let Some(limit) = per_day.filter(|limit| !self.day.reserve(id, *limit, now_ms)) {
                    return Reply::Day(limit);
                }
                match self.minute.reserve(id, is_read, per_minute, now_ms) {
                    Ok(left) => Reply::Yes(Some(left)),
                    Err(left) => Reply::Minute(left),
                }
            }
            Counts::Public { per_day } => match self.day.reserve(id, per_day, now_ms) {
                true => Reply::Yes(None),
                false => Reply::Day(per_day),
            },
            Counts::Grant { limits, spend } => match self.budget.reserve(id, &spend, &limits) {
                Ok(()) => Reply::Yes(None),
                Err(exceeded) => Reply::Grant(exceeded),
            },
            Counts::Wallet { caps, payment } => match self.spending.reserve(id, payment, &caps, now_ms) {
                Ok(()) => Reply::Yes(None),
                Err(over) => Reply::Wallet(over),
            },
        }
    }

    fn settle(&mut self, id: &str, fate: Fate, now_ms: u64) {
        self.minute.settle(id, fate != Fate::NotSent, now_ms);
        match fate {
            // What nobody knows stays set aside: it may have been spent.
            Fate::Unknown => {}
            Fate::Happened(cost) => {
                self.day.settle(id, true);
                self.budget.spent(id, cost);
            }
            Fate::NotSent | Fate::Refused => {
                self.day.settle(id, false);
                self.budget.release(id);
                self.spending.release(id);
            }
        }
    }
}

impl Reply {
    /// Why the request is not sent; nothing if it is.
    pub fn problem(&self, now_ms: u64) -> Option<Problem> {
        match self {
            Reply::Yes(_) => None,
            Reply::Minute(left) => {
                let detail = format!("The provider takes {} requests a minute; this one would be refused.", left.limit);
                let after = left.reset_ms.max(1_000);
                Some(Problem::new(Code::RateLimited, detail).retry(Advice::After, Some(after)))
            }
            Reply::Day(limit) => {
                let detail = format!("The {limit} orders of this UTC day are used up.");
                let after = until_next_day(now_ms);
                Some(Problem::new(Code::DailyLimitReached, detail).retry(Advice::After, Some(after)))
            }
            Reply::Grant(exceeded) => {
                let detail = match exceeded {
                    Exceeded::Cents { currency, left, wanted } => {
                        format!("The grant has {left} cents of {currency} left; this may cost {wanted}.")
                    }
                    Exceeded::Recipients { left, wanted } => {
                        format!("The grant has {left} recipients left; this has {wanted}.")
                    }
                };
                Some(Problem::new(Code::GrantExhausted, detail))
            }
            Reply::Wallet(over) => Some(over.problem()),
        }
    }

    /// How much is left of the provider's minute, where that was asked.
    pub fn left(&self) -> Option<Left> {
        match self {
            Reply::Yes(left) => *left,
            Reply::Minute(left) => Some(*left),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: Counts = Counts::Request { is_read: false, per_minute: 60, per_day: Some(2) };

    #[test]
    fn pp_166_what_nobody_knows_stays_counted_and_what_was_refused_does_not() {
        let mut tally = Tally::default();
        let reserve = |tally: &mut Tally, id: &str| tally.answer(id, Question::Reserve(ORDER), 0).problem(0).is_none();
        assert!(reserve(&mut tally, "a") && reserve(&mut tally, "b") && !reserve(&mut tally, "c"));
        tally.answer("a", Question::Settle(Fate::Unknown), 0);
        assert!(!reserve(&mut tally, "c") && reserve(&mut tally, "a"), "the same order is asked for again");
        tally.answer("b", Question::Settle(Fate::Refused), 0);
        assert!(reserve(&mut tally, "c"));
        tally.answer("a", Question::Settle(Fate::Happened(None)), 0);
        assert!(!reserve(&mut tally, "d"));
    }

    #[test]
    fn a_full_minute_keeps_no_place_of_the_day() {
        let mut tally = Tally::default();
        let one = Counts::Request { is_read: false, per_minute: 1, per_day: Some(2) };
        assert!(tally.answer("a", Question::Reserve(one.clone()), 0).problem(0).is_none());
        let full = tally.answer("b", Question::Reserve(one), 0);
        let problem = full.problem(0).unwrap();
        assert_eq!(problem.code, Code::RateLimited);
        assert!(full.left().is_some_and(|left| left.left == 0));
        // Whoever was refused settles what it had set aside elsewhere, and this here.
        tally.answer("b", Question::Settle(Fate::NotSent), 0);
        assert!(tally.answer("c", Question::Reserve(Counts::Public { per_day: 2 }), 0).problem(0).is_none());
    }

    #[test]
    fn it_is_kept_as_json() {
        let mut tally = Tally::default();
        let limits = Limits { cents: Some([("eur".to_owned(), 5)].into()), recipients: None };
        let spend = Spend { cents: Some(("eur".into(), 5)), recipients: 1 };
        assert_eq!(tally.answer("a", Question::Reserve(Counts::Grant { limits, spend }), 0), Reply::Yes(None));
        let kept = serde_json::to_string(&tally).unwrap();
        assert_eq!(serde_json::from_str::<Tally>(&kept).unwrap(), tally);
        assert_eq!(serde_json::from_str::<Tally>("{}").unwrap(), Tally::default());
    }
}
