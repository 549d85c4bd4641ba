//! What a payer has to show: the code of a text message, and a card.

use crate::date::{DAY, civil};
use crate::form::field;
use crate::route::Call;

/// PO-030: the vendor's test cards.
static TEST_CARDS: [&str; 4] = ["4111111111111111", "5555555555554444", "378282246310005", "6011111111111117"];

/// What a payer typed.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) phone: String,
    pub(super) sms_code: String,
    pub(super) card_number: String,
    pub(super) card_date: String,
    pub(super) card_cvc: String,
}

/// A field of the form, and what is wrong with it.
pub(super) type Wrong = (&'static str, &'static str);

impl Entry {
    pub(super) fn of(call: &Call<'_>) -> Self {
        let text = |name| field(call, name).unwrap_or_default().trim_ascii().to_owned();
        Entry {
            phone: text("phone"),
            sms_code: text("sms_code"),
            card_number: text("card_number"),
            card_date: text("card_date"),
            card_cvc: text("card_cvc"),
        }
    }

    /// PO-030.
    pub(super) fn wrong(&self, now_ms: u64) -> Vec<Wrong> {
        let code = sms_code(&self.phone);
        let checks = [
            (code.is_some(), ("phone", "Enter a phone number of at least four digits.")),
            (
                code.is_none_or(|code| code == self.sms_code),
                ("sms_code", "The code is not right: it is the phone number's last four digits."),
            ),
            (
                is_test_card(&self.card_number),
                ("card_number", "The card was refused: only Postpay's test cards are taken."),
            ),
            (is_future(&self.card_date, now_ms), ("card_date", "Enter a date to come, as MM/YY.")),
            (is_cvc(&self.card_cvc), ("card_cvc", "Enter three digits.")),
        ];
        checks.into_iter().filter(|(is_right, _)| !is_right).map(|(_, wrong)| wrong).collect()
    }
}

/// PO-030: no message is sent; the code is the phone number's last four digits. `None` for a number that has not as many.
fn sms_code(phone: &str) -> Option<String> {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits.len().checked_sub(4).and_then(|start| digits.get(start..)).map(|last| last.iter().collect())
}

/// Whether it is one of the vendor's test cards. Spaces and hyphens between digits are nothing.
fn is_test_card(number: &str) -> bool {
    let digits: String = number.chars().filter(|character| !matches!(character, ' ' | '-')).collect();
    TEST_CARDS.contains(&digits.as_str())
}

/// Any three digits.
fn is_cvc(cvc: &str) -> bool {
    cvc.len() == 3 && cvc.bytes().all(|byte| byte.is_ascii_digit())
}

/// Any future date, `MM/YY`: a card is good until the end of its month.
fn is_future(date: &str, now_ms: u64) -> bool {
    let number = |piece: &str| {
        let piece = piece.trim_ascii();
        let is_number = piece.len() == 2 && piece.bytes().all(|byte| byte.is_ascii_digit());
        piece.parse::<u64>().ok().filter(|_| is_number)
    };
    let parsed = date.split_once('/').and_then(|(month, year)| Some((2_000 + number(year)?, number(month)?)));
    let (this_year, this_month, _) = civil(now_ms / DAY);
    parsed.is_some_and(|(year, month)| (1..=12).contains(&month) && (year, month) >= (this_year, this_month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::START;

    #[test]
    fn po_030_the_code_is_the_last_four_digits() {
        for (phone, code) in [
            ("+971 50 199 8853", Some("8853")),
            ("0031-6-123", Some("6123")),
            ("1234", Some("1234")),
            ("123", None),
            ("", None),
        ] {
            assert_eq!(sms_code(phone).as_deref(), code, "{phone}");
        }
    }

    #[test]
    fn po_030_the_vendors_cards_and_no_others() {
        for good in ["4111 1111 1111 1111", "5555-5555-5555-4444", "3782 8224 6310 005", "6011111111111117"] {
            assert!(is_test_card(good), "{good}");
        }
        for bad in ["", "4242 4242 4242 4242", "4111 1111 1111 1112", "4111", "4111111111111111a"] {
            assert!(!is_test_card(bad), "{bad}");
        }
        assert!(is_cvc("000") && !is_cvc("00") && !is_cvc("0000") && !is_cvc("12a"));
    }

    /// The clock stands in April 2026.
    #[test]
    fn po_030_any_future_date() {
        for good in ["04/26", "12/26", "01/27", "01 / 27", "12/99"] {
            assert!(is_future(good, START), "{good}");
        }
        for bad in ["03/26", "12/25", "13/27", "00/27", "1/27", "0127", "", "aa/bb", "01/2027"] {
            assert!(!is_future(bad, START), "{bad}");
        }
    }
}
