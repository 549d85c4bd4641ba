//! What may be spent with one grant: reserved before an order is sent, settled when its price is known.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The limits that a grant sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Hundredths of each currency, in all. Without it nothing is limited; a currency that is not listed may not be spent.
    pub cents: Option<BTreeMap<String, u64>>,
    /// Letters and postcards, in all.
    pub recipients: Option<u64>,
}

/// What one call takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Currency and hundredths of it; nothing where the call costs the account nothing.
    pub cents: Option<(String, u64)>,
    /// Letters and postcards.
    pub recipients: u64,
}

/// What was spent with a grant, and what may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    cents: BTreeMap<String, u64>,
    recipients: u64,
    /// What is on its way, or of which nobody knows whether it was spent.
    open: BTreeMap<String, Spend>,
}

/// What would be exceeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exceeded {
    /// The sum of a currency.
    Cents {
        /// Which.
        currency: String,
        /// What is left of it, reservations taken off.
        left: u64,
        /// What the call may cost.
        wanted: u64,
    },
    /// The number of recipients.
    Recipients {
        /// What is left.
        left: u64,
        /// What the call asks for.
        wanted: u64,
    },
}

impl Budget {
    /// Sets aside what a call may take. The same call sets it aside once.
    pub fn reserve(&mut self, id: &str, spend: &Spend, limits: &Limits) -> Result<(), Exceeded> {
        if self.open.contains_key(id) {
            return Ok(());
        }
        if let (Some(limits), Some((currency, wanted))) = (&limits.cents, &spend.cents) {
            let limit = limits.get(currency).copied().unwrap_or_default();
            let open = self.open.values().filter_map(|spend| spend.cents.as_ref());
            let open: u64 = open.filter(|(other, _)| other == currency).map(|(_, cents)| cents).sum();
            let used = self.cents.get(currency).copied().unwrap_or_default().saturating_add(open);
            let left = limit.saturating_sub(used);
            if *wanted > left {
                return Err(Exceeded::Cents { currency: currency.clone(), left, wanted: *wanted });
            }
        }
        if let Some(limit) = limits.recipients {
            let open: u64 = self.open.values().map(|spend| spend.recipients).sum();
            let left = limit.saturating_sub(self.recipients.saturating_add(open));
            if spend.recipients > left {
                return Err(Exceeded::Recipients { left, wanted: spend.recipients });
            }
        }
        self.open.insert(id.to_owned(), spend.clone());
        Ok(())
    }

    /// It was spent: `actual` is what the provider says it cost, if it says so.
    pub fn spent(&mut self, id: &str, actual: Option<(String, u64)>) {
        let Some(spend) = self.open.remove(id) else { return };
        self.recipients = self.recipients.saturating_add(spend.recipients);
        // What costs the account nothing is not counted, whatever its price for the payer.
        if let Some((currency, cents)) = spend.cents.map(|reserved| actual.unwrap_or(reserved)) {
            let sum = self.cents.entry(currency).or_default();
            *sum = sum.saturating_add(cents);
        }
    }

    /// It was not, and never will be.
    pub fn release(&mut self, id: &str) {
        self.open.remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(cents: u64, recipients: u64) -> Limits {
        Limits { cents: Some([("eur".to_owned(), cents)].into()), recipients: Some(recipients) }
    }

    fn spend(cents: u64, recipients: u64) -> Spend {
        Spend { cents: Some(("eur".into(), cents)), recipients }
    }

    #[test]
    fn what_is_set_aside_cannot_be_spent_twice() {
        let mut budget = Budget::default();
        let limits = limits(1_000, 10);
        assert_eq!(budget.reserve("a", &spend(600, 1), &limits), Ok(()));
        assert_eq!(budget.reserve("a", &spend(600, 1), &limits), Ok(()), "the same once more");
        let exceeded = Exceeded::Cents { currency: "eur".into(), left: 400, wanted: 600 };
        assert_eq!(budget.reserve("b", &spend(600, 1), &limits), Err(exceeded));
        budget.spent("a", Some(("eur".into(), 200)));
        assert_eq!(budget.reserve("b", &spend(600, 1), &limits), Ok(()), "it cost less than was set aside");
        budget.release("b");
        assert_eq!(budget.reserve("c", &spend(800, 1), &limits), Ok(()));
        budget.spent("c", None);
        assert!(budget.reserve("d", &spend(1, 1), &limits).is_err(), "without a price it cost what was set aside");
    }

    #[test]
    fn recipients_and_other_currencies() {
        let mut budget = Budget::default();
        assert!(budget.reserve("a", &spend(1, 6), &limits(1_000, 10)).is_ok());
        assert_eq!(
            budget.reserve("b", &spend(1, 5), &limits(1_000, 10)),
            Err(Exceeded::Recipients { left: 4, wanted: 5 })
        );
        let dollars = Spend { cents: Some(("usd".into(), 1)), recipients: 1 };
        assert!(budget.reserve("c", &dollars, &limits(1_000, 10)).is_err(), "not listed");
        assert!(budget.reserve("c", &dollars, &Limits::default()).is_ok(), "nothing is limited");
        let free = Spend { cents: None, recipients: 1 };
        assert!(budget.reserve("d", &free, &limits(0, 10)).is_ok());
        budget.spent("d", Some(("eur".into(), 500)));
        assert!(budget.cents.is_empty(), "the payer pays, not the account");
    }

    #[test]
    fn sums_do_not_overflow() {
        let mut budget = Budget::default();
        assert!(budget.reserve("a", &spend(u64::MAX, u64::MAX), &Limits::default()).is_ok());
        budget.spent("a", None);
        assert!(budget.reserve("b", &spend(1, 1), &limits(u64::MAX, u64::MAX)).is_err());
    }
}
