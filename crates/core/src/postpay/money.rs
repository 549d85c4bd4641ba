//! Money: integers of hundredths, whatever the currency (PO-015, PO-016).

use super::checkout::{CHECKOUT, DISCOUNT, ITEM, SHIPPING};
use crate::read::currency::decimals;
use crate::read::{Findings, Group, check};
use crate::report::Code;
use crate::rule::po;
use crate::schema::{Mode, Slot, Weight};

const TOTAL: Slot = CHECKOUT.slot("total_amount");
const TAX: Slot = CHECKOUT.slot("tax_amount");
const CURRENCY: Slot = CHECKOUT.slot("currency");
const SHIPPED: Slot = CHECKOUT.slot("shipping");
const ITEMS: Slot = CHECKOUT.slot("items");
const DISCOUNTS: Slot = CHECKOUT.slot("discounts");
const SHIPPING_AMOUNT: Slot = SHIPPING.slot("amount");
const UNIT_PRICE: Slot = ITEM.slot("unit_price");
const QUANTITY: Slot = ITEM.slot("qty");
const DISCOUNT_AMOUNT: Slot = DISCOUNT.slot("amount");

/// PO-040: what `total_amount` of a checkout has to be, in hundredths; nothing where a part is missing or no sum comes of
/// them.
pub fn total(checkout: &[u8]) -> Option<i64> {
    let reading = check(&CHECKOUT, checkout, Mode::Answer);
    parts(&reading.root())?.sum
}

/// PO-045: a decimal as hundredths, half away from zero; nothing for what is no decimal, and for a currency that has not two
/// decimals (PO-016).
pub fn hundredths(decimal: &str, currency: &str) -> Option<i64> {
    if decimals(currency) != Some(2) {
        return None;
    }
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, decimal),
    };
    let point = digits.bytes().position(|byte| byte == b'.').unwrap_or(digits.len());
    let (whole, fraction) = (digits.get(..point)?, digits.get(point + 1..).unwrap_or("0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let digit = |at: usize| i64::from(fraction.as_bytes().get(at).map_or(0, |byte| byte - b'0'));
    let mut value = 0_i64;
    for byte in whole.bytes() {
        value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
    }
    let cents = digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5);
    Some(sign * value.checked_mul(100)?.checked_add(cents)?)
}

/// What the parts of a checkout add up to; nothing where that is too large to be counted.
struct Parts {
    /// Items and shipping without discounts, with tax, in hundredths. Nothing as well where more is taken off than there is:
    /// tax is owed on what is left, so nothing is taken off it (PO-041).
    sum: Option<i64>,
    /// How many pieces there are.
    pieces: Option<i64>,
}

/// Adds up; nothing where a part is missing or below nothing, which was reported on its own.
fn parts(checkout: &Group<'_>) -> Option<Parts> {
    let part = |group: &Group<'_>, slot| group.integer(slot).filter(|value| *value >= 0);
    if !checkout.has(ITEMS) {
        return None;
    }
    let tax = part(checkout, TAX)?;
    let (mut sum, mut pieces) = (Some(0), Some(0));
    for item in checkout.items(ITEMS) {
        let item = item.group()?;
        let quantity = part(&item, QUANTITY)?;
        sum = plus(sum, part(&item, UNIT_PRICE)?, quantity);
        pieces = plus(pieces, 1, quantity);
    }
    if checkout.has(SHIPPED) {
        sum = plus(sum, part(&checkout.group(SHIPPED)?, SHIPPING_AMOUNT)?, 1);
    }
    for discount in checkout.items(DISCOUNTS) {
        sum = plus(sum, part(&discount.group()?, DISCOUNT_AMOUNT)?, -1);
    }
    Some(Parts { sum: plus(sum.filter(|net| *net >= 0), tax, 1), pieces })
}

#[inline(never)]
fn plus(sum: Option<i64>, amount: i64, times: i64) -> Option<i64> {
    sum?.checked_add(amount.checked_mul(times)?)
}

/// PO-042, PO-043, PO-044.
pub(super) fn adds_up(checkout: &Group<'_>, found: &mut Findings) {
    let Some(parts) = parts(checkout) else { return };
    let place = checkout.at(TOTAL);
    // PO-044: too large to be counted, or more is taken off than there is.
    let Parts { sum: Some(expected), pieces: Some(pieces) } = parts else {
        found.error(po(44), Code::ImpossibleTotal, &place);
        return;
    };
    let Some(actual) = checkout.integer(TOTAL).filter(|actual| *actual != expected) else { return };
    // PO-043: rounding by piece may have moved it by half a hundredth for each.
    let weight = if (actual - expected).abs() <= pieces / 2 + pieces % 2 { Weight::Info } else { Weight::Strict };
    let issue = found.weigh(weight, po(42), Code::TotalMismatch, place.path());
    issue.number("actual", actual).number("expected", expected);
    if weight == Weight::Strict {
        let mut written = alloc::string::String::new();
        crate::json::integer(&mut written, expected);
        issue.fix_json(written);
    }
}

/// PO-016.
pub(super) fn scale(checkout: &Group<'_>, found: &mut Findings) {
    let Some(currency) = checkout.text(CURRENCY) else { return };
    if let Some(own) = decimals(&currency.value()).filter(|own| *own != 2) {
        let issue = found.warning(po(16), Code::UnusualScale, &checkout.at(CURRENCY));
        issue.text("actual", &currency.value()).number("decimals", own.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn po_045_decimals_are_read_exactly() {
        for (decimal, expected) in [
            ("0.285", 29),
            ("1.005", 101),
            ("100.5", 10_050),
            ("814.80", 81_480),
            ("0.004", 0),
            ("7", 700),
            ("-0.285", -29),
            ("0.2849999999999", 28),
        ] {
            assert_eq!(hundredths(decimal, "AED"), Some(expected), "{decimal}");
        }
        for bad in ["", ".", "1.", ".5", "1,5", "1e3", "+1", "--1", "1.2.3", " 1", "NaN", "99999999999999999999"] {
            assert_eq!(hundredths(bad, "AED"), None, "{bad:?}");
        }
    }

    #[test]
    fn po_016_other_scales_are_not_converted() {
        for currency in ["KWD", "BHD", "OMR", "JPY", "aed", ""] {
            assert_eq!(hundredths("1.5", currency), None, "{currency}");
        }
    }
}
