//! Grants as they are shown and given.

use edgepost_core::grant::{self, Claims, Invalid, LONGEST_ORDER_S};
use edgepost_core::http::{Headers, Response, header};
use edgepost_core::json;
use edgepost_core::operation::{self, Operation};
use edgepost_core::schema::Position;
use serde_json::Value;

use crate::config::Config;
use crate::mint::Mint;
use crate::problem::{Code, Problem};

/// What the operation that an order grant allows is called, behind its provider's name.
const READS: &str = "get_order";

/// The grant that a caller shows: as `Edgepost-Grant`; an order grant also under the name that it was given with.
pub fn shown(headers: &Headers) -> Option<&str> {
    let shown = header(headers, "edgepost-grant").or_else(|| header(headers, "edgepost-order-grant"));
    shown.filter(|token| !token.is_empty())
}

/// Nothing was shown where something has to be.
pub fn missing(operation: &Operation) -> Problem {
    let detail = if operation.name.ends_with(READS) {
        "Show the Edgepost-Order-Grant that the mint returned, in the header Edgepost-Grant.".to_owned()
    } else {
        format!("{} needs a grant, in the header Edgepost-Grant.", operation.name)
    };
    Problem::new(Code::GrantMissing, detail)
}

/// What a grant says, if it is worth anything.
pub fn verify(config: &Config, token: &str, now_ms: u64) -> Result<Claims, Problem> {
    grant::verify(&config.grant_keys, token, now_ms / 1000).map_err(|invalid| {
        let detail = match invalid {
            Invalid::Malformed => "The grant is no token that this gateway reads.",
            Invalid::Signature => "The grant was not signed with a key of this gateway, or was changed since.",
            Invalid::Expired => "The grant's time is over.",
            Invalid::Early => "The grant's time has not come yet.",
            Invalid::Long => "The grant is good for more than 24 hours: no grant may be.",
        };
        Problem::new(Code::GrantInvalid, detail)
    })
}

/// The grant to read the order that was made; none where there is none.
pub fn for_order(config: &Config, mint: &Mint, answer: &Response, now_ms: u64) -> Option<String> {
    if !(200..300).contains(&answer.status) {
        return None;
    }
    let operation = operation::find(&mint.operation)?;
    let answered = || -> Option<String> {
        let body: Value = serde_json::from_slice(&json::mend(&answer.body)).ok()?;
        Some(body.get("orderId")?.as_str()?.to_owned())
    };
    // An order that the path names was there before.
    let order = if operation.order_at() == Some(Position::Body) { mint.order.clone() } else { answered() }?;
    let claims = Claims {
        sub: mint.subject.clone(),
        mode: config.mode.to_owned(),
        ops: vec![format!("{}.{READS}", operation.provider.name)],
        orders: vec![order],
        exp: now_ms / 1000 + LONGEST_ORDER_S,
        ..Claims::default()
    };
    grant::sign(&config.signing_key, &claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::read_with;

    const DAYS_14_MS: u64 = 14 * 86_400_000;

    fn minted(status: u16, body: &str) -> Option<String> {
        minted_by("pieterpost.create_checkout_link", status, body)
    }

    fn minted_by(operation: &str, status: u16, body: &str) -> Option<String> {
        let answer = Response { status, headers: vec![], body: body.into() };
        let mint = Mint {
            operation: operation.into(),
            subject: "origin:https://example.com".into(),
            order: Some("order-01".into()),
            ..crate::mint::tests::mint()
        };
        for_order(&read_with(&[]).unwrap(), &mint, &answer, 1_000)
    }

    #[test]
    fn po_018_a_checkout_gives_one_for_the_order_that_it_names() {
        let token = minted_by("postpay.create_checkout", 200, r#"{"token":"t","redirect_url":"u"}"#).unwrap();
        let claims = verify(&read_with(&[]).unwrap(), &token, 1_000).unwrap();
        assert!(claims.allows("test", "postpay.get_order") && claims.covers("order-01"));
        assert!(!claims.allows("test", "postpay.capture_order") && !claims.allows("test", "pieterpost.get_order"));
        for operation in ["postpay.capture_order", "postpay.create_refund", "postpay.create_hook"] {
            assert_eq!(minted_by(operation, 200, r#"{"order_id":"order-01"}"#), None, "{operation}");
        }
    }

    #[test]
    fn the_mint_gives_a_grant_for_just_that_order_for_14_days() {
        let config = read_with(&[]).unwrap();
        let token = minted(201, r#"{"orderId":"ord_1"}"#).unwrap();
        let claims = verify(&config, &token, 1_000).unwrap();
        assert!(claims.allows("test", "pieterpost.get_order") && claims.covers("ord_1") && !claims.covers("ord_2"));
        assert!(!claims.allows("test", "pieterpost.create_order") && !claims.allows("live", "pieterpost.get_order"));
        assert!(verify(&config, &token, DAYS_14_MS).is_ok());
        assert_eq!(verify(&config, &token, DAYS_14_MS + 1_000).unwrap_err().code, Code::GrantInvalid);
        assert!(minted(201, "\u{feff}{\"orderId\":\"ord_1\"}").is_some(), "a byte order mark costs nobody the order");
    }

    #[test]
    fn a_refusal_gives_none() {
        for (status, body) in [(400, r#"{"orderId":"ord_1"}"#), (201, "{}"), (201, "<html>")] {
            assert_eq!(minted(status, body), None);
        }
    }

    #[test]
    fn where_a_grant_is_shown() {
        let shows = |name: &str| shown(&vec![(name.to_owned(), "token".to_owned())]).is_some();
        assert!(shows("edgepost-grant") && shows("Edgepost-Order-Grant"));
        assert!(!shows("authorization") && !shows("cookie"));
        assert_eq!(shown(&vec![("edgepost-grant".into(), String::new())]), None);
    }
}
