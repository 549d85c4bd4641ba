//! Order grants: who minted a link may read that one order.

use edgepost_core::grant::{self, Claims, Invalid, SigningKey};
use edgepost_core::http::{Headers, Response, header};
use edgepost_core::json;
use edgepost_core::operation::Operation;
use serde_json::Value;

use crate::config::{Config, MODE};
use crate::problem::{Code, Problem};

/// How long an order can be read by who minted it.
const LIFETIME_S: u64 = 14 * 86_400;
/// The operation that an order grant allows.
const READS: &str = "pieterpost.get_order";

/// The grant for the order that an answer tells of; none for an answer without one.
pub fn for_order(keys: &[SigningKey], subject: &str, answer: &Response, now_ms: u64) -> Option<String> {
    if !(200..300).contains(&answer.status) {
        return None;
    }
    let body: Value = serde_json::from_slice(&json::mend(&answer.body)).ok()?;
    let claims = Claims {
        sub: subject.to_owned(),
        mode: MODE.to_owned(),
        ops: vec![READS.to_owned()],
        orders: vec![body.get("orderId")?.as_str()?.to_owned()],
        exp: now_ms / 1000 + LIFETIME_S,
    };
    grant::sign(keys.first()?, &claims)
}

/// Checks that a caller may do `operation` on `order`.
///
/// A grant is shown as `Edgepost-Grant`; an order grant may also be shown under the name that it was given with.
pub fn check(
    config: &Config,
    headers: &Headers,
    operation: &Operation,
    order: &str,
    now_ms: u64,
) -> Result<Claims, Problem> {
    let shown = header(headers, "edgepost-grant").or_else(|| header(headers, "edgepost-order-grant"));
    let Some(token) = shown.filter(|token| !token.is_empty()) else {
        let detail = "Show the Edgepost-Order-Grant that the mint returned, in the header Edgepost-Grant.";
        return Err(Problem::new(Code::GrantMissing, detail));
    };
    let claims = grant::verify(&config.grant_keys, token, now_ms / 1000).map_err(|invalid| {
        let detail = match invalid {
            Invalid::Malformed => "The grant is no token of this gateway.",
            Invalid::Signature => "The grant was not signed by this gateway, or was changed since.",
            Invalid::Expired => "The grant's time is over.",
        };
        Problem::new(Code::GrantInvalid, detail)
    })?;
    if !claims.allows(MODE, operation.name, order) {
        return Err(Problem::new(Code::GrantInsufficient, "The grant is for another order, operation or mode."));
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::read_with;
    use edgepost_core::operation;

    fn minted() -> String {
        let config = read_with(&[]).unwrap();
        let answer = Response {
            status: 201,
            headers: vec![],
            body: br#"{"orderId":"ord_1","status":"checkout_open"}"#.to_vec(),
        };
        for_order(&config.grant_keys, "https://example.com", &answer, 1_000).unwrap()
    }

    fn shown(name: &str, token: &str, order: &str, now_ms: u64) -> Result<Claims, Code> {
        let config = read_with(&[]).unwrap();
        let headers = vec![(name.to_owned(), token.to_owned())];
        check(&config, &headers, operation::find(READS).unwrap(), order, now_ms).map_err(|problem| problem.code)
    }

    #[test]
    fn the_mint_gives_a_grant_for_just_that_order_for_14_days() {
        let token = minted();
        assert!(shown("edgepost-grant", &token, "ord_1", 0).is_ok());
        assert!(shown("Edgepost-Order-Grant", &token, "ord_1", 0).is_ok());
        assert_eq!(shown("edgepost-grant", &token, "ord_2", 0).unwrap_err(), Code::GrantInsufficient);
        assert!(shown("edgepost-grant", &token, "ord_1", 14 * 86_400_000).is_ok());
        assert_eq!(shown("edgepost-grant", &token, "ord_1", 14 * 86_400_000 + 1_000).unwrap_err(), Code::GrantInvalid);
        assert_eq!(shown("edgepost-grant", "x.y.z", "ord_1", 0).unwrap_err(), Code::GrantInvalid);
        assert_eq!(shown("authorization", &token, "ord_1", 0).unwrap_err(), Code::GrantMissing);
        assert_eq!(shown("edgepost-grant", "", "ord_1", 0).unwrap_err(), Code::GrantMissing);
    }

    #[test]
    fn a_refusal_gives_none() {
        let config = read_with(&[]).unwrap();
        for (status, body) in [(400, r#"{"orderId":"ord_1"}"#), (201, "{}"), (201, "<html>")] {
            let answer = Response { status, headers: vec![], body: body.into() };
            assert_eq!(for_order(&config.grant_keys, "x", &answer, 0), None);
        }
    }
}
