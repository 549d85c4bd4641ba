//! What an input asks for, as far as grants and the policy have a say in it.

use edgepost_core::csv::{self, Options, Rows};
use edgepost_core::operation::{Money, Operation, Payment};
use edgepost_core::place::{Market, market};
use edgepost_core::postalform::POSTALFORM;
use edgepost_core::read::{self, Group, Place};
use edgepost_core::schema::Mode;

use crate::budget::Spend;

/// What an input asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// The country of each recipient, as it is written.
    pub countries: Vec<String>,
    /// The sum that it names itself: currency in lower case, empty where it is the order's, and hundredths of it.
    pub amount: Option<(String, u64)>,
    /// Where the payer is sent back to: the member and its address.
    pub returns: Vec<(&'static str, String)>,
    /// The order that it is about.
    pub order: Option<String>,
}

/// The currency in which PieterPost prices orders that are paid from a wallet; the answer says what it really was.
const CURRENCY: &str = "eur";

impl Asks {
    /// Looks at an input, by the operation's table and the names that the vendors give its members.
    pub fn of(operation: &Operation, input: &Group<'_>) -> Self {
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
        if operation.provider.name == POSTALFORM.name {
            countries.extend((0..mailed(input)).map(|_| "US".to_owned()));
        }
        let returns = [("returnUrl", text(input, "returnUrl"))];
        let merchant = group(input, "merchant");
        let of_merchant = ["confirmation_url", "cancel_url"];
        let of_merchant = of_merchant.map(|name| (name, merchant.as_ref().and_then(|merchant| text(merchant, name))));
        let returns = returns.into_iter().chain(of_merchant);
        Asks {
            countries,
            amount: operation.money.and_then(|money| sum(input, money)),
            returns: returns.filter_map(|(name, url)| Some((name, url?))).collect(),
            order: text(input, operation.order),
        }
    }

    /// What it may cost the account at the most, with so much for each recipient.
    pub fn spend(&self, operation: &Operation, most_cents_per_recipient: u64) -> Spend {
        let recipients = self.countries.len() as u64;
        // An order that nobody pays at a page, or through a handshake, is paid by the account.
        let is_paid_by_account = operation.is_order && !operation.may_be_public && operation.payment == Payment::None;
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

/// The sum that an input names. One that cannot be read is never nothing.
fn sum(input: &Group<'_>, money: Money) -> Option<(String, u64)> {
    let slot = input.object().find(money.amount).filter(|slot| input.has(*slot))?;
    let amount = input.integer(slot).and_then(|sum| u64::try_from(sum).ok()).unwrap_or(u64::MAX);
    let hundredths = amount.saturating_mul(money.unit);
    Some((text(input, money.currency).unwrap_or_default().to_ascii_lowercase(), hundredths))
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

/// How many recipients an order at PostalForm has, all of them in the United States: one, or one in each row of a list.
fn mailed(input: &Group<'_>) -> usize {
    if let Some(list) = group(input, "bulk").and_then(|bulk| text(&bulk, "csv_content")) {
        let options = Options { rows: Rows::PostalForm, ..Options::default() };
        return csv::recipients(list.as_bytes(), options).rows.len();
    }
    usize::from(text(input, "recipient_address_type").is_some())
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
        let asks = Asks::of(operation, &reading.root());
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
        assert_eq!(asked.returns, [("returnUrl", "https://a.example/".to_owned())]);
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
    fn pf_002_pfb_008_mail_of_postalforms_goes_to_the_united_states_and_costs_the_account_nothing() {
        let letter = r#"{"request_id":"r","recipient_address_type":"Manual"}"#;
        let (asked, spend) = asks("postalform.create_order", letter);
        assert_eq!((asked.countries, asked.order.as_deref()), (vec!["US".to_owned()], Some("r")));
        assert_eq!(spend, Spend { cents: None, recipients: 1 });
        let list = r#"{"bulk":{"csv_content":"line1,city,state,zip\nA,B,DC,20540\nC,D,DC,20540\n"}}"#;
        assert_eq!(asks("postalform.create_order_mpp", list).1.recipients, 2);
        assert_eq!(asks("postalform.get_order", r#"{"id":"r"}"#).1, Spend::default());
    }

    #[test]
    fn po_018_po_027_po_060_checkouts_and_refunds() {
        let checkout = r#"{"order_id":" order-01","total_amount":81480,"currency":"AED","merchant":
            {"confirmation_url":"https://a.example/","cancel_url":"https://b.example/"}}"#;
        let (asked, spend) = asks("postpay.create_checkout", checkout);
        assert_eq!(spend, Spend { cents: Some(("aed".into(), 81_480)), recipients: 0 });
        assert_eq!(asked.order.as_deref(), Some(" order-01"), "a grant names it to the letter");
        let urls: Vec<_> = asked.returns.iter().map(|(name, url)| format!("{name} {url}")).collect();
        assert_eq!(urls, ["confirmation_url https://a.example/", "cancel_url https://b.example/"]);
        let (asked, _) = asks("postpay.create_refund", r#"{"order_id":"order-01","refund_id":"r","amount":5}"#);
        assert_eq!((asked.amount, asked.order.as_deref()), (Some((String::new(), 5)), Some("order-01")));
        assert_eq!(asks("postpay.create_refund", r#"{"order_id":"order-01","refund_id":"r"}"#).0.amount, None);
        assert_eq!(asks("postpay.capture_order", r#"{"order_id":"order-01"}"#).1, Spend::default());
        for odd in ["-1", "1.5", "\"5\""] {
            let input = format!(r#"{{"order_id":"o","refund_id":"r","amount":{odd}}}"#);
            assert_eq!(asks("postpay.create_refund", &input).0.amount, Some((String::new(), u64::MAX)), "{odd}");
        }
    }

    #[test]
    fn pb_009_a_refill_is_counted_in_hundredths_like_all_else() {
        let refill = r#"{"postalReportingNumber":"1","amount":500,"currencyCode":"USD","maxAmount":500}"#;
        assert_eq!(asks("pitneybowes.fund_account", refill).1.cents, Some(("usd".into(), 50_000)));
        let huge = refill.replace("500,", "9007199254740991000,");
        assert_eq!(asks("pitneybowes.fund_account", &huge).1.cents, Some(("usd".into(), u64::MAX)));
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
