//! What a grant is bound to: one request, one sum, named orders, countries.

use std::collections::BTreeMap;

use edgepost_core::grant::Claims;
use edgepost_core::operation::{Body, Operation, Repeat};
use edgepost_core::schema::Position;

use crate::asks::Asks;
use crate::budget::{Limits, Spend};
use crate::problem::{Code, Problem};

/// Whether a grant is for an operation, whatever its input is.
pub fn fits(claims: &Claims, operation: &Operation) -> Result<(), Problem> {
    let names_one = matches!(claims.ops.as_slice(), [one] if one == operation.name);
    let is_granted = operation.money.is_some_and(|money| money.is_granted);
    let name = operation.name;
    let detail = if claims.intent.is_some() && (operation.body != Body::Json || !names_one) {
        "The grant is for one request: it names one operation, which sends JSON.".to_owned()
    } else if !claims.orders.is_empty() && operation.order.is_empty() {
        "The grant is for the orders that it names, and this is about none of them.".to_owned()
    } else if claims.amount.as_ref().is_some_and(|amount| amount.len() != 1) {
        "The grant's `amount` is one sum of one currency.".to_owned()
    } else if claims.amount.is_some() && operation.repeat != Repeat::Read && operation.money.is_none() {
        format!("The grant is for a sum, and {name} names none.")
    } else if is_granted && claims.intent.is_none() && claims.amount.is_none() {
        format!(
            "{name} needs a grant that names the sum (`amount`) or the prepared request (`intent`): a page must not set \
             its own price."
        )
    } else if is_granted && operation.order_at() == Some(Position::Path) && claims.orders.is_empty() {
        // Neither the digest of a body nor a sum says which order it is.
        format!("{name} needs a grant that names the order too (`orders`).")
    } else {
        return Ok(());
    };
    Err(insufficient(detail))
}

/// Whether a grant reaches for what is asked. `digest` is that of the body.
pub fn covers(claims: &Claims, operation: &Operation, asks: &Asks, digest: &str) -> Result<(), Problem> {
    if claims.intent.as_deref().is_some_and(|intent| intent != digest) {
        let detail = format!("The grant is for one request of another body; this one's digest is {digest}.");
        return Err(insufficient(detail));
    }
    covers_order(claims, asks)?;
    if let Some(country) = asks.outside(&claims.countries) {
        return Err(insufficient(format!("The grant is not for recipients in {country:?}.")));
    }
    let Some(money) = operation.money else { return Ok(()) };
    match (&claims.amount, &asks.amount) {
        (Some(amount), Some(asked)) if !is_sum(amount, asked) => {
            Err(insufficient("The grant is for another sum than this.".into()))
        }
        (None, None) if claims.max_amount.is_none() => Ok(()),
        (_, None) => {
            let name = money.amount;
            Err(insufficient(format!("The grant is for a sum: say `{name}`.")))
        }
        (None, Some((currency, _))) if currency.is_empty() && sole(claims).is_none() => {
            let detail = "The sum is in the order's currency, and the grant's `max_amount` names several.";
            Err(insufficient(detail.into()))
        }
        _ => Ok(()),
    }
}

/// Whether a grant is for the order that is asked about.
pub fn covers_order(claims: &Claims, asks: &Asks) -> Result<(), Problem> {
    if claims.orders.is_empty() || asks.order.as_ref().is_some_and(|order| claims.covers(order)) {
        return Ok(());
    }
    Err(insufficient("The grant is for another order.".into()))
}

/// Whether a sum is the one that is named. A refund has no currency of its own: it is that of the order, which is named.
fn is_sum(amount: &BTreeMap<String, u64>, (currency, sum): &(String, u64)) -> bool {
    let is_same = |named: &str| currency.is_empty() || named.eq_ignore_ascii_case(currency);
    amount.iter().all(|(named, cents)| is_same(named) && cents == sum)
}

/// The only currency of a grant, where there is just one.
fn sole(claims: &Claims) -> Option<&String> {
    let mut all = claims.amount.as_ref().or(claims.max_amount.as_ref())?.keys();
    all.next().filter(|_| all.next().is_none())
}

/// What may be taken with a grant in all, and what a call takes of it; nothing where the grant limits nothing.
pub fn counts(claims: &Claims, mut spend: Spend) -> Option<(Limits, Spend)> {
    let lower = |sums: &BTreeMap<String, u64>| -> BTreeMap<String, u64> {
        sums.iter().map(|(currency, sum)| (currency.to_ascii_lowercase(), *sum)).collect()
    };
    let most = claims.max_amount.as_ref().map(lower);
    let cents = match (claims.amount.as_ref().map(lower), most) {
        (Some(mut amount), Some(most)) => {
            let left = |currency: &String| most.get(currency).copied().unwrap_or_default();
            amount.iter_mut().for_each(|(currency, sum)| *sum = left(currency).min(*sum));
            Some(amount)
        }
        (amount, most) => amount.or(most),
    };
    if cents.is_none() && claims.max_recipients.is_none() {
        return None;
    }
    if let Some((currency, _)) = spend.cents.as_mut().filter(|(currency, _)| currency.is_empty()) {
        *currency = sole(claims).map(|sole| sole.to_ascii_lowercase()).unwrap_or_default();
    }
    Some((Limits { cents, recipients: claims.max_recipients }, spend))
}

fn insufficient(detail: String) -> Problem {
    Problem::new(Code::GrantInsufficient, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepost_core::operation::find;

    const CHECKOUT: &str = "postpay.create_checkout";
    const REFUND: &str = "postpay.create_refund";

    fn sums(pairs: &[(&str, u64)]) -> Option<BTreeMap<String, u64>> {
        Some(pairs.iter().map(|(currency, sum)| ((*currency).to_owned(), *sum)).collect())
    }

    fn claims(op: &str) -> Claims {
        Claims { ops: vec![op.into()], ..Claims::default() }
    }

    fn for_order(op: &str) -> Claims {
        Claims { orders: vec!["order-01".into()], ..claims(op) }
    }

    fn says(claims: &Claims, op: &str) -> Result<(), String> {
        fits(claims, find(op).unwrap()).map_err(|problem| problem.detail)
    }

    #[test]
    fn a_grant_for_a_checkout_or_a_refund_names_the_sum_or_the_request() {
        for op in [CHECKOUT, REFUND] {
            for free in [
                Claims { ops: vec!["postpay.*".into()], ..claims(op) },
                Claims { max_amount: sums(&[("aed", 81_480)]), ..claims(op) },
                for_order(op),
            ] {
                assert!(says(&free, op).unwrap_err().contains("`amount`"), "{op} {free:?}");
            }
            assert!(says(&Claims { amount: sums(&[("aed", 1)]), ..for_order(op) }, op).is_ok());
            assert!(says(&Claims { intent: Some("d".into()), ..for_order(op) }, op).is_ok());
            let several = Claims { amount: sums(&[("aed", 1), ("sar", 1)]), ..for_order(op) };
            assert!(says(&several, op).is_err() && says(&Claims { amount: sums(&[]), ..several }, op).is_err());
        }
        assert!(says(&Claims { amount: sums(&[("aed", 1)]), ..claims(CHECKOUT) }, CHECKOUT).is_ok());
        // The digest of a refund's body does not say of which order it is, and its sum has the order's currency.
        for unnamed in [
            Claims { amount: sums(&[("aed", 1)]), ..claims(REFUND) },
            Claims { intent: Some("d".into()), ..claims(REFUND) },
        ] {
            assert!(says(&unnamed, REFUND).unwrap_err().contains("`orders`"));
        }
        assert!(says(&claims("postpay.capture_order"), "postpay.capture_order").is_ok());
        let priced = Claims { amount: sums(&[("aed", 1)]), ops: vec!["postpay.*".into()], ..Claims::default() };
        assert!(says(&priced, "postpay.capture_order").is_err(), "a limit that would hold nothing");
        assert!(says(&priced, "postpay.get_order").is_ok());
        assert!(says(&for_order("postpay.*"), "postpay.list_orders").is_err());
    }

    fn asked(currency: &str, sum: Option<u64>) -> Asks {
        let order = Some("order-01".into());
        Asks { amount: sum.map(|sum| (currency.to_owned(), sum)), order, ..Asks::default() }
    }

    fn reaches(claims: &Claims, op: &str, asks: &Asks) -> bool {
        covers(claims, find(op).unwrap(), asks, "sha-256=:a:").is_ok()
    }

    #[test]
    fn po_015_a_sum_is_asked_for_exactly() {
        let one = Claims { amount: sums(&[("AED", 81_480)]), ..claims(CHECKOUT) };
        assert!(reaches(&one, CHECKOUT, &asked("aed", Some(81_480))));
        for (currency, sum) in [("aed", 81_479), ("aed", 1), ("aed", 81_481), ("sar", 81_480), ("aed", u64::MAX)] {
            assert!(!reaches(&one, CHECKOUT, &asked(currency, Some(sum))), "{currency} {sum}");
        }
        let one = Claims { amount: sums(&[("aed", 500)]), ..for_order(REFUND) };
        assert!(reaches(&one, REFUND, &asked("", Some(500))));
        assert!(!reaches(&one, REFUND, &asked("", Some(501))));
        assert!(!reaches(&one, REFUND, &asked("", None)), "PO-060: all of the order would go back");
        let other = Asks { order: Some("order-02".into()), ..asked("", Some(500)) };
        assert!(!reaches(&one, REFUND, &other));
        let intent = Claims { intent: Some("sha-256=:a:".into()), ..for_order(REFUND) };
        assert!(reaches(&intent, REFUND, &asked("", None)));
        assert!(!reaches(&intent, REFUND, &other));
        let several = Claims { max_amount: sums(&[("aed", 500), ("sar", 500)]), ..intent };
        assert!(!reaches(&several, REFUND, &asked("", Some(1))));
    }

    #[test]
    fn orders_that_are_named_bind_captures_too() {
        let capture = "postpay.capture_order";
        assert!(reaches(&for_order(capture), capture, &asked("", None)));
        for other in [Some("order-02".to_owned()), None] {
            assert!(!reaches(&for_order(capture), capture, &Asks { order: other, ..Asks::default() }));
        }
    }

    #[test]
    fn a_sum_is_taken_once() {
        let counted = |claims: &Claims, asks: &Asks, op: &str| counts(claims, asks.spend(find(op).unwrap(), 0));
        let one = Claims { amount: sums(&[("AED", 500)]), ..for_order(REFUND) };
        let (limits, spend) = counted(&one, &asked("", Some(500)), REFUND).unwrap();
        assert_eq!((limits.cents, spend.cents), (sums(&[("aed", 500)]), Some(("aed".into(), 500))));
        let less = Claims { max_amount: sums(&[("aed", 400)]), ..one };
        assert_eq!(counted(&less, &asked("", Some(500)), REFUND).unwrap().0.cents, sums(&[("aed", 400)]));
        let most = Claims { max_amount: sums(&[("AED", 900)]), ..claims(CHECKOUT) };
        let (limits, spend) = counted(&most, &asked("aed", Some(500)), CHECKOUT).unwrap();
        assert_eq!((limits.cents, spend.cents), (sums(&[("aed", 900)]), Some(("aed".into(), 500))));
        assert_eq!(counted(&claims(CHECKOUT), &asked("aed", Some(500)), CHECKOUT), None);
    }
}
