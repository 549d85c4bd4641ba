//! Grants as they are shown and given.

use edgepost_core::grant::{self, Claims, Invalid, LONGEST_ORDER_S};
use edgepost_core::http::{Headers, Response, header};
use edgepost_core::json;
use edgepost_core::operation::Operation;
use serde_json::Value;

use crate::config::Config;
use crate::problem::{Code, Problem};

/// The operation that an order grant allows.
const READS: &str = "pieterpost.get_order";

/// The grant that a caller shows: as `Edgepost-Grant`; an order grant also under the name that it was given with.
pub fn shown(headers: &Headers) -> Option<&str> {
    let shown = header(headers, "edgepost-grant").or_else(|| header(headers, "edgepost-order-grant"));
    shown.filter(|token| !token.is_empty())
}

/// Nothing was shown where something has to be.
pub fn missing(operation: &Operation) -> Problem {
    let detail = if operation.name == READS {
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

/// The grant to read the order that an answer tells of; none for an answer without one.
pub fn for_order(config: &Config, subject: &str, answer: &Response, now_ms: u64) -> Option<String> {
    if !(200..300).contains(&answer.status) {
        return None;
    }
    let body: Value = serde_json::from_slice(&json::mend(&answer.body)).ok()?;
    let claims = Claims {
        sub: subject.to_owned(),
        mode: config.mode.to_owned(),
        ops: vec![READS.to_owned()],
        orders: vec![body.get("orderId")?.as_str()?.to_owned()],
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
        let answer = Response { status, headers: vec![], body: body.into() };
        for_order(&read_with(&[]).unwrap(), "origin:https://example.com", &answer, 1_000)
    }

    #[test]
    fn the_mint_gives_a_grant_for_just_that_order_for_14_days() {
        let config = read_with(&[]).unwrap();
        let token = minted(201, r#"{"orderId":"ord_1"}"#).unwrap();
        let claims = verify(&config, &token, 1_000).unwrap();
        assert!(claims.allows("test", READS) && claims.covers("ord_1") && !claims.covers("ord_2"));
        assert!(!claims.allows("test", "pieterpost.create_order") && !claims.allows("live", READS));
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
