//! What an input asks for, as far as grants and the policy have a say in it.

use edgepost_core::operation::Operation;
use edgepost_core::place::{Market, market};
use edgepost_core::read::{self, Group, Place};
use edgepost_core::schema::Mode;

use crate::budget::Spend;

/// What an input asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// The country of each recipient, as it is written.
    pub countries: Vec<String>,
    /// The sum that it names itself: currency and hundredths of it.
    pub amount: Option<(String, u64)>,
    /// Where the payer is sent back to.
    pub return_url: Option<String>,
}

/// The currency in which PieterPost prices orders that are paid from a wallet; the answer says what it really was.
const CURRENCY: &str = "eur";

impl Asks {
    /// Looks at an input, by the names that the vendors give its members.
    pub fn of(input: &Group<'_>) -> Self {
        let mut countries = Vec::new();
        for letter in items(input, "letters") {
            countries.extend(letter.group().and_then(|letter| country(&letter, "recipient")));
        }
        if let Some(postcard) = group(input, "postcard") {
            countries.extend(country(&postcard, "recipient"));
            for recipient in items(&postcard, "recipients") {
                countries.extend(recipient.group().map(|recipient| text(&recipient, "country").unwrap_or_default()));
            }
        }
        countries.extend(country(input, "recipient"));
        // A sum that cannot be read is never nothing.
        let sum = input.object().find("amountCents").filter(|slot| input.has(*slot));
        let cents = sum.map(|slot| input.integer(slot).and_then(|cents| u64::try_from(cents).ok()).unwrap_or(u64::MAX));
        let amount = cents.map(|cents| (text(input, "currency").unwrap_or_default(), cents));
        Asks { countries, amount, return_url: text(input, "returnUrl") }
    }

    /// What it may cost the account at the most, with so much for each recipient.
    pub fn spend(&self, operation: &Operation, most_cents_per_recipient: u64) -> Spend {
        let recipients = self.countries.len() as u64;
        // An order that nobody pays at a page is paid by the account.
        let is_paid_by_account = operation.is_order && !operation.may_be_public;
        let price = || (CURRENCY.to_owned(), recipients.saturating_mul(most_cents_per_recipient));
        Spend { cents: self.amount.clone().or_else(|| is_paid_by_account.then(price)), recipients }
    }

    /// The first recipient outside these countries; nobody, if there are none.
    pub fn outside(&self, allowed: &[String]) -> Option<&str> {
        let is_allowed = |country: &String| allowed.iter().any(|allowed| is_same(allowed, country));
        let outside = |country: &&String| !allowed.is_empty() && !is_allowed(country);
        self.countries.iter().find(outside).map(String::as_str)
    }
}

/// Whether two names mean one country; of the United States all names are known.
fn is_same(one: &str, other: &str) -> bool {
    let is_us = |name: &str| market(name) == Market::UnitedStates;
    one.trim().to_lowercase() == other.trim().to_lowercase() || is_us(one) && is_us(other)
}

fn text(group: &Group<'_>, name: &str) -> Option<String> {
    Some(group.text(group.object().find(name)?)?.value().into_owned())
}

fn group<'t>(of: &Group<'t>, name: &str) -> Option<Group<'t>> {
    of.group(of.object().find(name)?)
}

fn items<'t>(of: &Group<'t>, name: &str) -> impl Iterator<Item = Place<'t>> {
    of.object().find(name).into_iter().flat_map(|slot| of.items(slot)).collect::<Vec<_>>().into_iter()
}

/// The country of a recipient; an empty one counts as a recipient too.
fn country(of: &Group<'_>, name: &str) -> Option<String> {
    group(of, name).map(|recipient| text(&recipient, "country").unwrap_or_default())
}

/// What an answer says that it cost: currency and hundredths of it.
pub fn cost(operation: &'static Operation, value: &[u8]) -> Option<(String, u64)> {
    let reading = read::check(operation.output, value, Mode::Answer);
    let answer = reading.root();
    let cents = answer.integer(operation.output.find("amountCents")?)?;
    let currency = answer.text(operation.output.find("currency")?)?;
    Some((currency.value().into_owned(), u64::try_from(cents).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepost_core::operation;

    fn asks(name: &str, input: &str) -> (Asks, Spend) {
        let operation = operation::find(name).unwrap();
        let reading = read::check(operation.input, input.as_bytes(), Mode::Strict);
        let asks = Asks::of(&reading.root());
        let spend = asks.spend(operation, 100);
        (asks, spend)
    }

    #[test]
    fn orders_links_and_topups() {
        let letters =
            r#"{"letters":[{"recipient":{"country":"US"}},{"recipient":{}}],"returnUrl":"https://a.example/"}"#;
        let (asked, spend) = asks("pieterpost.create_order", letters);
        assert_eq!(asked.countries, ["US", ""]);
        assert_eq!(spend, Spend { cents: Some(("eur".into(), 200)), recipients: 2 });
        let (asked, spend) = asks("pieterpost.create_checkout_link", letters);
        assert_eq!(asked.return_url.as_deref(), Some("https://a.example/"));
        assert_eq!(spend, Spend { cents: None, recipients: 2 }, "the payer pays");
        let postcards = r#"{"postcard":{"recipient":{"country":"A"},"recipients":[{"country":"B"},{"country":"C"}]}}"#;
        assert_eq!(asks("pieterpost.create_order", postcards).0.countries, ["A", "B", "C"]);
        assert_eq!(asks("pieterpost.create_compose_link", r#"{"recipient":{"country":"A"}}"#).1.recipients, 1);
        let (_, spend) = asks("pieterpost.create_topup", r#"{"amountCents":2500,"currency":"usd"}"#);
        assert_eq!(spend, Spend { cents: Some(("usd".into(), 2_500)), recipients: 0 });
        let (_, spend) = asks("pieterpost.create_topup", r#"{"amountCents":9999999999999999999,"currency":"eur"}"#);
        assert_eq!(spend, Spend { cents: Some(("eur".into(), u64::MAX)), recipients: 0 });
    }

    #[test]
    fn countries_by_any_spelling_that_is_known() {
        let asked = Asks { countries: vec!["Netherlands".into(), "U.S.A.".into()], ..Asks::default() };
        assert_eq!(asked.outside(&[]), None);
        assert_eq!(asked.outside(&["netherlands ".into(), "United States".into()]), None);
        assert_eq!(asked.outside(&["United States".into()]), Some("Netherlands"));
        assert_eq!(asked.outside(&["Netherlands".into(), "UK".into()]), Some("U.S.A."));
    }
}
