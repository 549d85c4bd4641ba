//! What an order costs. The vendor's prices are not public beyond the least of them; these are the sandbox's choice.

use edgepost_core::payment::decimal;
use serde_json::Value;

use super::validate_order::Wanted;
use super::{PostalForm, upload};
use crate::answer::Refusal;

/// The least price, in cents.
pub(super) const LEAST: u64 = 340;

/// PF-071: a price, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) cents: u64,
    pub(super) page_count: u64,
}

impl Quote {
    /// What each letter costs, times their number. A postcard has one price: its options are the provider's (PF-054).
    fn of(wanted: &Wanted, page_count: u64) -> Self {
        let order = &wanted.order;
        let is = |name: &str| order.get(name).and_then(Value::as_bool).unwrap_or(false);
        let class = match order.get("mail_class").and_then(Value::as_str) {
            Some("priority") => 800,
            Some("express") => 2_900,
            _ => 0,
        };
        let extra =
            [(is("color"), 35), (is("certified"), 560)].into_iter().filter(|(is, _)| *is).map(|(_, cents)| cents);
        let letter = class + extra.sum::<u64>() + page_count.saturating_sub(1) * 12;
        let each = LEAST + if wanted.postcard_size.is_some() { 0 } else { letter };
        Quote { cents: each * wanted.rows.unwrap_or(1), page_count }
    }

    /// Dollars, as the provider writes them: a number.
    pub(super) fn dollars(&self) -> serde_json::Number {
        decimal::decimal(self.cents).parse().unwrap_or_else(|_| 0.into())
    }
}

impl PostalForm {
    /// What an order costs, if there is a PDF to print. `order_id` is its own, where it has one already.
    pub(super) fn quote(&self, wanted: &Wanted, order_id: Option<&str>, now_ms: u64) -> Result<Quote, Refusal> {
        let token = wanted.upload_token();
        let pages = token.map(|token| upload::pages(self, token, wanted.postcard_size.as_deref(), order_id, now_ms));
        let pages = pages.transpose()?.flatten();
        Ok(Quote::of(wanted, pages.unwrap_or(self.options.page_count)))
    }
}
