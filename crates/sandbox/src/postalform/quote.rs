//! What an order costs. The vendor's prices are not public beyond the least of them; these are the sandbox's choice.

use edgepost_core::payment::decimal;
use serde_json::Value;

use super::Options;

/// The least price, in cents.
pub(super) const LEAST: u64 = 340;

/// PF-071: a price, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) cents: u64,
    pub(super) page_count: u64,
}

impl Quote {
    pub(super) fn of(order: &Value, options: &Options) -> Self {
        let is = |name: &str| order.get(name).and_then(Value::as_bool).unwrap_or(false);
        let class = match order.get("mail_class").and_then(Value::as_str) {
            Some("priority") => 800,
            Some("express") => 2_900,
            _ => 0,
        };
        let extra =
            [(is("color"), 35), (is("certified"), 560)].into_iter().filter(|(is, _)| *is).map(|(_, cents)| cents);
        let each = LEAST + class + extra.sum::<u64>() + options.page_count.saturating_sub(1) * 12;
        let rows = order.pointer("/bulk/csv_content").and_then(Value::as_str);
        let recipients =
            rows.map_or(1, |rows| rows.lines().skip(1).filter(|row| !row.trim().is_empty()).count() as u64);
        Quote { cents: each * recipients.max(1), page_count: options.page_count }
    }

    /// Dollars, as the provider writes them: a number.
    pub(super) fn dollars(&self) -> serde_json::Number {
        decimal::decimal(self.cents).parse().unwrap_or_else(|_| 0.into())
    }
}
