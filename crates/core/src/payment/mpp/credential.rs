//! PFM-010: the credential that answers a challenge.

use alloc::string::String;

use super::charge::{Charge, Method};
use super::transaction::{is_transaction, transaction_end};
use crate::json as write;
use crate::payment::json::{encode_url, raw, read};
use crate::payment::{Fault, Refusal, unhex};
use crate::schema::{Object, Shape, Slot, may, must, object, text};

/// A header that pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// In lower case: `authorization`, or what the challenge asks for.
    pub header: &'static str,
    /// `Payment ...`
    pub value: String,
    /// Milliseconds since 1970 from which on it is worth nothing, where that is known.
    pub ends_ms: Option<u64>,
}

/// What the caller's wallet answers.
static ANSWER: Object = object("Answer", "What a wallet answers.")
    .fields(&[must("payload", &Shape::Object(&PAYLOAD), "The payment."), may("source", &text(), "Who pays, as a DID.")])
    .quiet();

static PAYLOAD: Object = object("Payload", "The payment.")
    .fields(&[
        may("type", &text(), "transaction or hash."),
        may("signature", &text(), "The transaction."),
        may("hash", &text(), "The transaction's hash."),
        may("spt", &text(), "The token."),
        may("encryptedPayload", &text(), "The card, encrypted."),
    ])
    .quiet();

const PAYLOAD_AT: Slot = ANSWER.slot("payload");
const SOURCE: Slot = ANSWER.slot("source");

/// The header that answers a challenge with what the caller's wallet made: `{ payload, source? }`.
pub fn paid(charge: &Charge, answer: &[u8]) -> Result<Paid, Refusal> {
    let wrong = || Fault::WrongPayload.about(charge.method.name());
    let reading = read(&ANSWER, answer, "The wallet's answer").map_err(|_| wrong())?;
    let root = reading.root();
    let given = root.group(PAYLOAD_AT).ok_or_else(wrong)?;
    let member = |name| PAYLOAD.find(name).and_then(|slot| given.copy(slot)).unwrap_or_default();
    let whole = raw(&given.place(), answer);
    let whole = core::str::from_utf8(&whole).map_err(|_| wrong())?;
    let mut payload = String::new();
    let mut ends_ms = charge.expires_ms;
    match charge.method {
        Method::TempoTransaction => {
            let transaction = member("signature");
            if !is_transaction(&transaction) {
                return Err(wrong());
            }
            // Behind the challenge's end it can be sent all the same.
            ends_ms = transaction_end(&transaction).map(|own_ms| own_ms.max(ends_ms.unwrap_or(0)));
            write::member(&mut payload, "{\"type\":\"transaction\",\"signature\":", &transaction);
        }
        Method::TempoHash => {
            let hash = member("hash");
            if unhex(&hash).is_none_or(|bytes| bytes.len() != 32) {
                return Err(wrong());
            }
            // The money has moved already.
            ends_ms = None;
            write::member(&mut payload, "{\"type\":\"hash\",\"hash\":", &hash);
        }
        Method::Stripe => {
            let token = member("spt");
            let is_token = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !token.starts_with("spt_") || !is_token {
                return Err(wrong());
            }
            write::member(&mut payload, "{\"spt\":", &token);
            if let Some(id) = &charge.external_id {
                write::member(&mut payload, ",\"externalId\":", id);
            }
        }
        Method::Card => {
            if member("encryptedPayload").is_empty() {
                return Err(wrong());
            }
            payload = String::from(whole.strip_suffix('}').unwrap_or(whole));
        }
    }
    write::raw(&mut payload, "}");
    let source = root.copy(SOURCE);
    let is_in_source = source.as_deref().is_some_and(|source| has_card_number(source.as_bytes()));
    if is_in_source || holds_card_number(&payload) {
        return Err(Fault::CardNumber.about(charge.method.name()));
    }
    let challenge = &charge.challenge;
    let mut out = String::from("{\"challenge\":{");
    let members = [
        ("description", challenge.description.as_ref()),
        ("digest", challenge.digest.as_ref()),
        ("expires", challenge.expires.as_ref()),
        ("header", challenge.header.as_ref()),
        ("id", Some(&challenge.id)),
        ("intent", Some(&challenge.intent)),
        ("method", Some(&challenge.method)),
        ("realm", Some(&challenge.realm)),
        ("opaque", challenge.opaque.as_ref()),
        ("request", Some(&challenge.request)),
    ];
    let members = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
    for (position, (name, value)) in members.enumerate() {
        write::comma(&mut out, position);
        write::text(&mut out, name);
        write::member(&mut out, ":", value);
    }
    write::put(&mut out, &["},\"payload\":", &payload]);
    if let Some(source) = source {
        write::member(&mut out, ",\"source\":", &source);
    }
    write::raw(&mut out, "}");
    let header = match challenge.header.as_deref() {
        Some(other) if other.eq_ignore_ascii_case(super::OTHER_HEADER) => super::OTHER_HEADER,
        _ => "authorization",
    };
    Ok(Paid { header, value: write::concat(&["Payment ", &encode_url(out.as_bytes())]), ends_ms })
}

/// Whether a card's number stands in a JSON document, as a text or as a number. Numbers of 13 digits are times in milliseconds.
fn holds_card_number(json: &str) -> bool {
    let mut is_escaped = false;
    let mut pieces = json.as_bytes().split(move |byte| {
        let is_quote = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_quote
    });
    let mut is_text = true;
    pieces.any(|piece| {
        is_text = !is_text;
        let mut numbers = piece.split(|byte| !byte.is_ascii_digit()).filter(|digits| digits.len() > 13);
        if is_text { has_card_number(piece) } else { numbers.any(has_card_number) }
    })
}

/// PFM-007: whether there is a run of 13 to 19 digits, with blanks or hyphens between them, whose check digit fits. Digits
/// within a word, as in a hash, are none.
fn has_card_number(bytes: &[u8]) -> bool {
    let is_word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    (0..bytes.len()).any(|start| {
        if !bytes.get(start).is_some_and(u8::is_ascii_digit) || is_word(start.checked_sub(1)) {
            return false;
        }
        let mut digits = [0_u8; 19];
        let mut count = 0;
        for at in start..bytes.len() {
            match bytes.get(at) {
                Some(digit @ b'0'..=b'9') => match digits.get_mut(count) {
                    Some(place) => (*place, count) = (digit - b'0', count + 1),
                    None => return false,
                },
                Some(b' ' | b'-') => {}
                _ => break,
            }
            if (13..=19).contains(&count) && !is_word(Some(at + 1)) && luhn(digits.get(..count).unwrap_or_default()) {
                return true;
            }
        }
        false
    })
}

/// ISO/IEC 7812-1, annex B.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([1, 2].into_iter().cycle())
        .map(|(digit, weight)| {
            let value = u32::from(*digit) * weight;
            value / 10 + value % 10
        })
        .sum();
    sum > 0 && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pfm_007_a_time_is_no_cards_number() {
        for (json, is_one) in [
            (r#"{"created":1763760000002}"#, false),
            (r#"{"created":"1763760000002"}"#, true),
            (r#"{"number":4242424242424242}"#, true),
            (r#"{"a":"\"","created":1763760000002,"b":"4242 4242 4242 4242"}"#, true),
            (r#"{"a":"\"","created":1763760000002,"b":"4242 4242 4242 4241"}"#, false),
            (r#"{"a":"\\","created":1763760000002}"#, false),
        ] {
            assert_eq!(holds_card_number(json), is_one, "{json}");
        }
    }

    #[test]
    fn pfm_007_numbers_of_cards_are_told_and_hashes_are_not() {
        for card in ["4242424242424242", "{\"a\":\"4242 4242-4242 4242\"}", "[378282246310005]", "4222222222222"] {
            assert!(has_card_number(card.as_bytes()), "{card}");
        }
        for other in [
            "4242424242424241",
            "0000000000000",
            "0x764242424242424242",
            "a4242424242424242",
            "42424242424242424242",
            "424242424242",
            "spt_4242424242424242",
            "",
        ] {
            // Digits of a token are bound to it by an underscore.
            let is_token = other.starts_with("spt_");
            assert_eq!(has_card_number(other.as_bytes()), is_token, "{other}");
        }
    }
}
