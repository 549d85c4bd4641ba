//! Pitney Bowes: postage accounts, and money for them. <https://docs.shippingapi.pitneybowes.com/>, read 2026-11-21.

pub mod fund_account;
pub mod get_balance;
pub mod list_merchants;
mod merchant;
mod refusal;

pub use self::fund_account::FUND_ACCOUNT;
pub use self::get_balance::GET_BALANCE;
pub use self::list_merchants::LIST_MERCHANTS;
use crate::operation::{Auth, Hosts, Key, KeyHeader, Provider, Quota};
use crate::report::Code;
use crate::rule::pb;

/// Where Pitney Bowes is, and how it is spoken to.
pub static PITNEYBOWES: Provider = Provider {
    name: "pitneybowes",
    // PB-002
    hosts: Hosts { test: "https://shipping-api-sandbox.pitneybowes.com", live: "https://shipping-api.pitneybowes.com" },
    // PB-007: the vendor's example sends `isErrorUnified`, which its table does not know.
    headers: &[("accept", "application/json"), ("x-pb-unifiederrorstructure", "true")],
    key: KeyHeader {
        header: "x-pb-transactionid",
        fits: is_transaction_id,
        longest: LONGEST_TRANSACTION_ID,
        code: Code::InvalidTransactionId,
        rule: pb(6),
    },
    // PB-004, PB-020: the token's address is on the host itself. Keys of both modes look alike.
    auth: Auth::OAuth {
        user: "PITNEYBOWES_KEY",
        key: Key { secret: "PITNEYBOWES_SECRET", prefixes: None },
        token_path: "/oauth/token",
    },
    // The vendor documents no limits.
    quota: Quota { per_minute: 60, orders_per_day: u32::MAX },
    mended: |_| None,
    meaning: refusal::meaning,
};

/// The longest transaction id (PB-006).
pub const LONGEST_TRANSACTION_ID: usize = 25;

/// Whether a text can be a transaction's id (PB-006).
pub fn is_transaction_id(id: &str) -> bool {
    (1..=LONGEST_TRANSACTION_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::header;
    use crate::operation::Repeat;
    use crate::outcome::{Advice, Outcome, no_answer};
    use crate::prepare::{Options, build};
    use std::string::{String, ToString};

    const INPUT: &[u8] = br#"{"maxAmount": 500, "currencyCode": "USD", "amount": 500, "developerId": "fake-developer",
        "postalReportingNumber": "3001 234"}"#;

    fn options(id: &str) -> Options {
        let accept_language = Some(String::from("fr-CA"));
        Options { idempotency_key: Some(id.to_string()), accept_language, ..Options::default() }
    }

    #[test]
    fn pb_001_pb_002_pb_003_pb_005_pb_006_pb_007_pb_008_a_refill_as_it_is_sent() {
        let prepared = build(&FUND_ACCOUNT, INPUT, &options("2805501872")).unwrap();
        assert_eq!(prepared.key.as_deref(), Some("2805501872"));
        let request = prepared.request;
        assert_eq!(
            (request.method.as_str(), request.url.as_str()),
            (
                "POST",
                "https://shipping-api-sandbox.pitneybowes.com/shippingservices/v1/developers/fake-developer/merchants/3001%20234/account/fund"
            )
        );
        assert_eq!(request.body.as_deref(), Some(&br#"{"amount":500,"currencyCode":"USD"}"#[..]));
        for (name, value) in [
            ("x-pb-transactionid", Some("2805501872")),
            ("x-pb-unifiederrorstructure", Some("true")),
            ("content-type", Some("application/json")),
            ("accept-language", Some("fr-CA")),
            ("iserrorunified", None),
            ("idempotency-key", None),
            ("authorization", None),
        ] {
            assert_eq!(header(&request.headers, name), value, "{name}");
        }
    }

    #[test]
    fn pb_006_a_transaction_id_has_at_most_25_characters() {
        for (id, fits) in [
            ("2805501872", true),
            ("a-Z_0", true),
            ("1234567890123456789012345", true),
            ("12345678901234567890123456", false),
            ("123e4567-e89b-12d3-a456-426614174000", false),
            ("a.b", false),
            ("a b", false),
            ("é", false),
            ("", false),
        ] {
            let built = build(&FUND_ACCOUNT, INPUT, &options(id));
            assert_eq!(built.is_ok(), fits, "{id:?}");
            if let Err(report) = built {
                let issue = &report.issues[0];
                assert_eq!((issue.code.name(), &*issue.rule.name()), ("invalid_transaction_id", "PB-006"));
            }
        }
    }

    #[test]
    fn pb_007_reads_have_unified_errors_and_no_transaction() {
        for operation in [&LIST_MERCHANTS, &GET_BALANCE] {
            let request = build(operation, INPUT, &options("2805501872")).unwrap().request;
            assert_eq!(header(&request.headers, "x-pb-unifiederrorstructure"), Some("true"));
            assert_eq!(header(&request.headers, "x-pb-transactionid"), None);
        }
    }

    #[test]
    fn pb_012_a_lost_refill_is_never_repeated() {
        assert_eq!(FUND_ACCOUNT.repeat, Repeat::ByHand);
        match no_answer(&FUND_ACCOUNT) {
            Outcome::Unknown { retry, .. } => assert_eq!((retry.advice, retry.after_ms), (Advice::Never, None)),
            other => panic!("{other:?}"),
        }
    }
}
