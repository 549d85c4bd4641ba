//! What the wallet has spent within the last hour and the last 24: set aside before anything is signed. Whole hundredths, and
//! windows that move, so that no two days meet at midnight.

use std::collections::BTreeMap;

use edgepost_core::outcome::Advice;
use serde::{Deserialize, Serialize};

use super::Caps;
use crate::problem::{Code, Problem};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 86_400_000;

/// What is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The provider's own id of the order.
    pub order: String,
    /// Hundredths of a dollar.
    pub cents: u64,
}

/// What was spent, or may have been.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    paid: BTreeMap<String, (u64, Payment)>,
}

/// Why something is not paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Over {
    /// It costs more than one order may.
    Order {
        /// The cap.
        limit: u64,
        /// The price.
        wanted: u64,
    },
    /// There is not enough left.
    Window {
        /// `hour` or `day`.
        of: String,
        /// What is left.
        left: u64,
        /// The price.
        wanted: u64,
        /// In how many milliseconds there is enough.
        after_ms: u64,
    },
    /// PF-075: the provider takes two requests for one order, and the other one is paid.
    SameOrder,
}

impl Spending {
    /// Sets a price aside. The same payment once more is set aside once, and counts from now.
    pub fn reserve(&mut self, id: &str, payment: Payment, caps: &Caps, now_ms: u64) -> Result<(), Over> {
        self.paid.retain(|_, (since, _)| since.saturating_add(DAY_MS) > now_ms);
        let wanted = payment.cents;
        if wanted > caps.cents_per_order {
            return Err(Over::Order { limit: caps.cents_per_order, wanted });
        }
        let others = || self.paid.iter().filter(|(other, _)| *other != id).map(|(_, paid)| paid);
        if others().any(|(_, other)| other.order == payment.order) {
            return Err(Over::SameOrder);
        }
        for (of, length, limit) in [("hour", HOUR_MS, caps.cents_per_hour), ("day", DAY_MS, caps.cents_per_day)] {
            let ends = |since: u64| since.saturating_add(length);
            let mut within: Vec<_> =
                others().filter(|(since, _)| ends(*since) > now_ms).map(|(since, paid)| (*since, paid.cents)).collect();
            let mut used = within.iter().fold(0_u64, |sum, (_, cents)| sum.saturating_add(*cents));
            if used.saturating_add(wanted) <= limit {
                continue;
            }
            let left = limit.saturating_sub(used);
            within.sort_unstable();
            let enough = within.into_iter().find(|(_, cents)| {
                used = used.saturating_sub(*cents);
                used.saturating_add(wanted) <= limit
            });
            let after_ms = enough.map_or(length, |(since, _)| ends(since).saturating_sub(now_ms));
            return Err(Over::Window { of: of.into(), left, wanted, after_ms });
        }
        self.paid.insert(id.to_owned(), (now_ms, payment));
        Ok(())
    }

    /// It was not spent, and never will be.
    pub fn release(&mut self, id: &str) {
        self.paid.remove(id);
    }
}

impl Over {
    /// The same for the caller.
    pub fn problem(&self) -> Problem {
        match self {
            Over::Order { limit, wanted } => {
                let detail =
                    format!("The order costs {wanted} cents, and the wallet pays {limit} for one at the most.");
                Problem::new(Code::SpendingLimitReached, detail)
            }
            Over::Window { of, left, wanted, after_ms } => {
                let detail = format!(
                    "The order costs {wanted} cents, and the wallet has {left} left of this {of}. Nothing was signed."
                );
                Problem::new(Code::SpendingLimitReached, detail).retry(Advice::After, Some(*after_ms))
            }
            Over::SameOrder => {
                let detail = "The provider takes this for an order that is paid, or being paid, under another `request_id`. \
                              Nothing was signed; a second mailing of the same content can be ordered some minutes later.";
                Problem::new(Code::PaymentRefused, detail).retry(Advice::CheckFirst, None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPS: Caps = Caps { cents_per_order: 500, cents_per_hour: 1_000, cents_per_day: 1_200 };

    fn of(order: &str, cents: u64) -> Payment {
        Payment { order: order.into(), cents }
    }

    #[test]
    fn pfs_008_an_order_an_hour_and_a_day_have_caps_to_the_cent() {
        let mut spending = Spending::default();
        assert_eq!(spending.reserve("a", of("a", 501), &CAPS, 0), Err(Over::Order { limit: 500, wanted: 501 }));
        assert_eq!(spending.reserve("a", of("a", 500), &CAPS, 0), Ok(()));
        assert_eq!(spending.reserve("a", of("a", 500), &CAPS, 10), Ok(()), "the same once more");
        assert_eq!(spending.reserve("b", of("b", 300), &CAPS, 20), Ok(()));
        let over = Over::Window { of: "hour".into(), left: 200, wanted: 201, after_ms: HOUR_MS - 20 };
        assert_eq!(spending.reserve("c", of("c", 201), &CAPS, 30), Err(over));
        assert_eq!(spending.reserve("c", of("c", 200), &CAPS, 30), Ok(()));
        spending.release("c");
        assert_eq!(spending.reserve("c", of("c", 400), &CAPS, HOUR_MS + 20), Ok(()), "an hour later");
        let over = Over::Window { of: "day".into(), left: 0, wanted: 1, after_ms: DAY_MS - 10 - HOUR_MS };
        assert_eq!(spending.reserve("d", of("d", 1), &CAPS, HOUR_MS + 20), Err(over));
        assert_eq!(spending.reserve("d", of("d", 500), &CAPS, DAY_MS + 10), Ok(()), "a day later");
    }

    #[test]
    fn pf_075_two_requests_that_are_one_order_are_paid_once() {
        let mut spending = Spending::default();
        assert_eq!(spending.reserve("a", of("order", 1), &CAPS, 0), Ok(()));
        assert_eq!(spending.reserve("b", of("order", 1), &CAPS, 0), Err(Over::SameOrder));
        spending.release("a");
        assert_eq!(spending.reserve("b", of("order", 1), &CAPS, 0), Ok(()));
    }

    #[test]
    fn pfs_008_sums_do_not_overflow() {
        let caps = Caps { cents_per_order: u64::MAX, cents_per_hour: u64::MAX, cents_per_day: u64::MAX };
        let mut spending = Spending::default();
        assert_eq!(spending.reserve("a", of("a", u64::MAX), &caps, 0), Ok(()));
        assert!(spending.reserve("b", of("b", 1), &CAPS, 0).is_err());
        assert_eq!(spending.reserve("b", of("b", 1), &CAPS, u64::MAX), Ok(()));
    }
}
