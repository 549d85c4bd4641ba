//! Payments that a caller makes itself: its credential goes through to the provider, and what is answered to it is for who
//! shows it. The gateway neither makes one nor keeps one; what it keeps is a hash.

use edgepost_core::flow::pay::MARGIN;
use edgepost_core::http::Headers;
use edgepost_core::operation::{Operation, Payment};
use edgepost_core::payment::x402::Network;
use edgepost_core::payment::{Mode, mpp, unbase64};
use edgepost_core::{date, digest};
use serde_json::Value;

use crate::problem::{Code, Problem};

/// PF-096: a longer credential is none.
const LONGEST: usize = 16_384;

/// Headers that are kept with an answer: what a paid one says of the payment.
pub const RECEIPTS: [&str; 2] = ["payment-response", "payment-receipt"];

/// Whether a header is of the scheme that pays over MPP.
pub(crate) fn is_mpp(value: &str) -> bool {
    value.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("payment "))
}

/// The header that pays, as it goes upstream; `None` where the caller shows none, or nothing is paid.
pub fn find(operation: &Operation, headers: &Headers, is_test: bool) -> Result<Option<(String, String)>, Problem> {
    let names: &[&str] = match operation.payment {
        Payment::None => &[],
        Payment::X402 => &["payment-signature"],
        Payment::Mpp => &["authorization", "payment-authorization"],
    };
    let shown = headers.iter().filter_map(|(name, value)| {
        let name = names.iter().find(|known| name.eq_ignore_ascii_case(known))?;
        (*name != "authorization" || is_mpp(value)).then(|| ((*name).to_owned(), value.clone()))
    });
    let shown: Vec<_> = shown.collect();
    let [credential] = shown.as_slice() else {
        // PFM-004
        return if shown.is_empty() { Ok(None) } else { Err(refused("Pay once: show one payment credential.")) };
    };
    if credential.1.len() > LONGEST || !credential.1.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(refused("The payment credential is no header of at most 16,384 printable ASCII characters."));
    }
    if operation.payment == Payment::X402 {
        let network = network(&credential.1)
            .ok_or_else(|| refused("PAYMENT-SIGNATURE does not name a network in `accepted`."))?;
        of_mode(&network, Network::find(&network).map(|network| network.mode), is_test)?;
    } else {
        let payment =
            over_mpp(&credential.1).ok_or_else(|| refused("The payment credential is no base64url of JSON."))?;
        if let Some(chain_id) = chain(&payment) {
            let known = mpp::TEMPO.iter().find(|tempo| Some(tempo.chain_id) == chain_id);
            let shown = chain_id.map_or_else(|| "an unreadable chain".into(), |chain_id| format!("Tempo's {chain_id}"));
            of_mode(&shown, known.map(|tempo| tempo.mode), is_test)?;
        }
    }
    Ok(Some(credential.clone()))
}

/// PF-094: a network of the other mode is refused, and one that is not known as well: tokens there may be money.
fn of_mode(network: &str, mode: Option<Mode>, is_test: bool) -> Result<(), Problem> {
    let wanted = if is_test { Mode::Test } else { Mode::Live };
    let kind = match mode {
        Some(mode) if mode == wanted => return Ok(()),
        Some(Mode::Live) => "real money",
        Some(Mode::Test) => "no money",
        None => "unknown",
    };
    let mode = if is_test { "test" } else { "live" };
    Err(refused(&format!("This gateway is in {mode} mode, but tokens on {network} are {kind}.")))
}

/// PF-092: the network that a payment over x402 is made on.
fn network(credential: &str) -> Option<String> {
    Some(json_of(credential)?.pointer("/accepted/network")?.as_str()?.to_owned())
}

fn over_mpp(credential: &str) -> Option<Value> {
    json_of(credential.get(8..).filter(|_| is_mpp(credential))?.trim_matches(' '))
}

fn json_of(written: &str) -> Option<Value> {
    serde_json::from_slice(&unbase64(written.trim_end_matches('='))?).ok()
}

/// PFM-010: the chain of a payment on Tempo, which is the live one where none is named; within it nothing where it cannot be
/// read.
fn chain(payment: &Value) -> Option<Option<u64>> {
    let challenge = payment.get("challenge")?;
    if challenge.get("method").and_then(Value::as_str) != Some(mpp::Method::TempoTransaction.challenge()) {
        return None;
    }
    let request = challenge.get("request").and_then(|request| json_of(request.as_str()?));
    let chain_id =
        |request: Value| request.pointer("/methodDetails/chainId").map_or(Some(mpp::USUAL_CHAIN), Value::as_u64);
    Some(request.and_then(chain_id))
}

/// Milliseconds since 1970 from which on a credential is worth nothing; nothing where that is not known, or where the money
/// moves before the order knows of it. It is what was signed: who changes it has a credential that nobody takes.
fn end(operation: &Operation, credential: &str) -> Option<u64> {
    match operation.payment {
        Payment::None => None,
        Payment::X402 => {
            let payment = json_of(credential)?;
            let seconds: u64 = payment.pointer("/payload/authorization/validBefore")?.as_str()?.parse().ok()?;
            seconds.checked_mul(1_000)
        }
        Payment::Mpp => {
            let payment = over_mpp(credential)?;
            let payload = payment.get("payload")?;
            let expires =
                payment.pointer("/challenge/expires").and_then(|expires| date::milliseconds(expires.as_str()?));
            match payload.get("signature") {
                // Behind the challenge's end a transaction can be sent all the same.
                Some(transaction) => {
                    mpp::transaction_end(transaction.as_str()?).map(|own| own.max(expires.unwrap_or(0)))
                }
                None => expires.filter(|_| payload.get("hash").is_none()),
            }
        }
    }
}

fn refused(detail: &str) -> Problem {
    Problem::new(Code::InvalidInput, detail)
}

/// What a key is bound to: the body's digest, and behind semicolons that of the credential, and its end where that is known.
pub fn bound(digest: String, operation: &Operation, credential: Option<&str>) -> String {
    let Some(credential) = credential else { return digest };
    let bound = format!("{digest};{}", digest::field(credential.as_bytes()));
    match end(operation, credential) {
        Some(end) => format!("{bound};{end}"),
        None => bound,
    }
}

/// The body's part of it.
pub fn body_of(bound: &str) -> &str {
    bound.split(';').next().unwrap_or_default()
}

/// Whether there is one.
pub fn is_paid(bound: &str) -> bool {
    body_of(bound).len() < bound.len()
}

/// Milliseconds since 1970 from which on the credential, if there is one, can surely not be spent any more.
pub fn over_ms(bound: &str) -> Option<u64> {
    let end = bound.split(';').nth(2)?.parse::<u64>().ok()?;
    Some(end.saturating_add(MARGIN))
}

/// Whether that is so.
pub fn is_over(bound: &str, now_ms: u64) -> bool {
    over_ms(bound).is_some_and(|over_ms| now_ms >= over_ms)
}

/// What to say where another credential is shown than the one that may have been spent. `after_ms`: in how many milliseconds that
/// one is over, where that is known; somebody's clock may be ahead of ours.
pub fn another(operation: &str, after_ms: Option<u64>) -> Problem {
    let detail = format!(
        "{operation} was sent with another payment, or with one where there is none now: look the order up before you pay \
         again, or send the first request again as it was."
    );
    Problem::new(Code::IdempotencyKeyReused, detail).retry(edgepost_core::outcome::Advice::CheckFirst, after_ms)
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Base64UrlUnpadded, Encoding};

    use super::*;
    use edgepost_core::operation::find as operation;

    fn shown(name: &str, headers: &[(&str, &str)], is_test: bool) -> Result<Option<String>, String> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let found = find(operation(name).unwrap(), &headers, is_test);
        found.map(|found| found.map(|(name, _)| name)).map_err(|problem| problem.detail)
    }

    fn x402(network: &str) -> String {
        Base64::encode_string(
            format!(r#"{{"x402Version":2,"accepted":{{"network":"{network}"}},"payload":{{}}}}"#).as_bytes(),
        )
    }

    const X402: &str = "postalform.create_order";
    const MPP: &str = "postalform.create_order_mpp";

    #[test]
    fn pf_094_a_payment_over_x402_is_of_the_gateways_mode() {
        let (test, live, other) = (x402("eip155:84532"), x402("eip155:8453"), x402("eip155:1"));
        for (credential, is_test, fits) in [
            (&test, true, true),
            (&test, false, false),
            (&live, true, false),
            (&live, false, true),
            (&other, true, false),
            (&other, false, false),
        ] {
            let found = shown(X402, &[("PAYMENT-SIGNATURE", credential)], is_test);
            assert_eq!(found.is_ok(), fits, "{found:?}");
        }
        assert_eq!(
            shown(X402, &[("payment-signature", test.trim_end_matches('='))], true),
            Ok(Some("payment-signature".into()))
        );
        for broken in ["", "{}", "e30=", "not base64!", &"A".repeat(16_388)] {
            assert!(shown(X402, &[("payment-signature", broken)], true).is_err(), "{broken:.20}");
        }
    }

    #[test]
    fn pf_094_pfm_010_a_payment_over_mpp_is_of_the_gateways_mode() {
        let credential = |method: &str, details: &str| {
            let request = Base64UrlUnpadded::encode_string(format!(r#"{{"methodDetails":{details}}}"#).as_bytes());
            let payment = format!(r#"{{"challenge":{{"method":"{method}","request":"{request}"}},"payload":{{}}}}"#);
            format!("Payment {}", Base64UrlUnpadded::encode_string(payment.as_bytes()))
        };
        for (credential, in_test, in_live) in [
            (credential("tempo", r#"{"chainId":42431}"#), true, false),
            (credential("tempo", r#"{"chainId":4217}"#), false, true),
            (credential("tempo", "{}"), false, true),
            (credential("tempo", r#"{"chainId":1}"#), false, false),
            (credential("tempo", r#"{"chainId":"42431"}"#), false, false),
            (credential("tempo", "{"), false, false),
            // Nothing of a token of Stripe's says which mode it is of.
            (credential("stripe", "{}"), true, true),
            ("Payment spt_fake!".into(), false, false),
        ] {
            for (is_test, fits) in [(true, in_test), (false, in_live)] {
                let found = shown(MPP, &[("authorization", &credential)], is_test);
                assert_eq!(found.is_ok(), fits, "{credential} {found:?}");
            }
        }
    }

    #[test]
    fn pfm_004_one_credential_is_passed_on_and_no_other_header() {
        let payment = ("Authorization", "Payment eyJhIjoxfQ");
        assert_eq!(shown(MPP, &[payment], true), Ok(Some("authorization".into())));
        assert_eq!(
            shown(MPP, &[("Payment-Authorization", "payment eyJhIjoxfQ==")], true),
            Ok(Some("payment-authorization".into()))
        );
        for none in [
            &[][..],
            &[("authorization", "Bearer of the caller")],
            &[("payment-signature", "x")],
            &[("authorization", "Payment")],
        ] {
            assert_eq!(shown(MPP, none, true), Ok(None), "{none:?}");
        }
        assert!(shown(MPP, &[payment, ("payment-authorization", payment.1)], true).is_err());
        assert!(shown(MPP, &[payment, payment], true).is_err());
        assert!(shown(MPP, &[("authorization", "Payment a\r\nx: y")], true).is_err());
        for unpaid in ["postalform.validate_order", "postalform.get_order", "pieterpost.create_order"] {
            assert_eq!(shown(unpaid, &[payment, ("payment-signature", "x")], true), Ok(None), "{unpaid}");
        }
    }

    fn end_of(name: &str, credential: &str) -> Option<u64> {
        end(operation(name).unwrap(), credential)
    }

    #[test]
    fn pf_092_pfm_009_a_credential_says_itself_when_it_is_over() {
        let x402 = |payload: &str| Base64::encode_string(format!(r#"{{"payload":{payload}}}"#).as_bytes());
        let signed = x402(r#"{"authorization":{"validBefore":"1763760000"}}"#);
        assert_eq!(end_of(X402, &signed), Some(1_763_760_000_000));
        assert_eq!(end_of(X402, signed.trim_end_matches('=')), Some(1_763_760_000_000));
        for endless in [
            "{}",
            r#"{"permit2Authorization":{"deadline":"1"}}"#,
            r#"{"authorization":{"validBefore":"-1"}}"#,
            r#"{"authorization":{"validBefore":"18446744073709551615"}}"#,
        ] {
            assert_eq!(end_of(X402, &x402(endless)), None, "{endless}");
        }
        assert_eq!(end_of(X402, "e30"), None);
        let mpp = |expires: &str, payload: &str| {
            let credential = format!(r#"{{"challenge":{{"expires":"{expires}"}},"payload":{payload}}}"#);
            format!("Payment {}", Base64UrlUnpadded::encode_string(credential.as_bytes()))
        };
        let expires = "2025-11-21T21:20:00Z";
        let transaction = |valid_before: &str| {
            let signature = format!("0x76c{:x}8080808080808080{valid_before}", 8 + valid_before.len() / 2);
            format!(r#"{{"type":"transaction","signature":"{signature}"}}"#)
        };
        let spt = r#"{"spt":"spt_fake"}"#.to_owned();
        for (payload, end) in [
            (spt, Some(1_763_760_000_000)),
            (transaction("846920d700"), Some(1_763_760_000_000)),
            // A transaction that outlives its challenge, and one that has no end, or none that can be read.
            (transaction("8469220000"), Some(1_763_835_904_000)),
            (transaction("80"), None),
            (transaction(""), None),
            (r#"{"type":"transaction","signature":"0x76"}"#.into(), None),
        ] {
            assert_eq!(end_of(MPP, &mpp(expires, &payload)), end, "{payload}");
        }
        // Behind this one the money has moved already, and no end says otherwise.
        assert_eq!(end_of(MPP, &mpp(expires, r#"{"type":"hash","hash":"0x00"}"#)), None);
        for endless in [mpp("soon", "{}"), "Payment e30".into()] {
            assert_eq!(end_of(MPP, &endless), None, "{endless}");
        }
        // Either alphabet, padded or not; and what is not read here may be read by others.
        let written = r#"{"challenge":{"expires":"2025-11-21T21:20:00Z"},"payload":{"spt":"~~~???"}}"#;
        let plain = Base64::encode_string(written.as_bytes());
        assert!(plain.contains(['+', '/']), "{plain}");
        assert_eq!(end_of(MPP, &format!("Payment {plain}")), Some(1_763_760_000_000));
        for broken in ["Bearer e30", "Payment \u{e9}", "Payment spt_fake"] {
            assert_eq!(end_of(MPP, broken), None, "{broken}");
        }
    }

    #[test]
    fn pf_080_pfm_009_a_payment_is_over_a_margin_behind_its_end() {
        let signed = Base64::encode_string(br#"{"payload":{"authorization":{"validBefore":"1000"}}}"#);
        let paid = bound("body".into(), operation(X402).unwrap(), Some(&signed));
        assert_eq!(body_of(&paid), "body");
        assert!(!is_over(&paid, 1_000_000 + MARGIN - 1) && is_over(&paid, 1_000_000 + MARGIN));
        for endless in [bound("body".into(), operation(X402).unwrap(), Some("e30")), "body".into()] {
            assert!(!is_over(&endless, u64::MAX), "{endless}");
        }
    }
}
