//! Who may call an operation: whoever shows a grant for it, and anybody where the policy says so.

use base64ct::{Base64UrlUnpadded, Encoding};
use edgepost_core::digest::sha256;
use edgepost_core::grant::Claims;
use edgepost_core::http::{Headers, header};
use edgepost_core::operation::{Operation, Repeat};

use crate::asks::Asks;
use crate::bound;
use crate::config::Config;
use crate::grants;
use crate::policy;
use crate::problem::{Code, Problem};
use crate::tally::{Counts, Hold};

/// By what right an operation is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// The policy lets anybody.
    Public {
        /// Whose pages, or `none`: `origin:https://shop.example.com`.
        subject: String,
        /// How often a day, all together.
        per_day: u32,
    },
    /// By a grant.
    Granted {
        /// What it says.
        claims: Box<Claims>,
        /// A name for it that gives nothing away.
        id: String,
    },
}

/// Decides who calls. `url` is the gateway's own address, as it was called.
pub fn check(
    config: &Config,
    operation: &Operation,
    headers: &Headers,
    url: &str,
    now_ms: u64,
) -> Result<Access, Problem> {
    let (origin, own) = (header(headers, "origin"), policy::origin(url));
    if let Some(token) = grants::shown(headers) {
        let claims = grants::verify(config, token, now_ms)?;
        if !claims.allows(config.mode, operation.name) {
            let detail = format!("The grant is not for {} in {} mode.", operation.name, config.mode);
            return Err(Problem::new(Code::GrantInsufficient, detail));
        }
        bound::fits(&claims, operation)?;
        // Nothing but what was signed counts.
        let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
        let id = Base64UrlUnpadded::encode_string(&sha256(signed.as_bytes()));
        return Ok(Access::Granted { claims: Box::new(claims), id });
    }
    if let Some(public) = config.policy.public(config.mode, operation.name, origin, &own) {
        let subject = format!("origin:{}", origin.unwrap_or("none"));
        return Ok(Access::Public { subject, per_day: public.per_day });
    }
    let is_public =
        config.policy.public.iter().any(|public| public.operation == operation.name && public.mode == config.mode);
    if is_public {
        let who = origin.map_or("Programs without an Origin".to_owned(), |origin| format!("Pages of {origin}"));
        let detail = format!("{who} may not call {} without a grant: the policy does not list them.", operation.name);
        return Err(Problem::new(Code::OriginNotAllowed, detail));
    }
    Err(grants::missing(operation))
}

/// Who the operator is: whoever shows a grant whose `ops` hold `ledger.*`.
pub fn operator(config: &Config, headers: &Headers, now_ms: u64) -> Result<String, Problem> {
    let Some(token) = grants::shown(headers) else {
        let detail = "This is for operators: it needs a grant whose ops hold ledger.*, in the header Edgepost-Grant.";
        return Err(Problem::new(Code::GrantMissing, detail));
    };
    let claims = grants::verify(config, token, now_ms)?;
    let is_operator = claims.mode == config.mode && claims.ops.iter().any(|operation| operation == "ledger.*");
    if !is_operator || claims.intent.is_some() || !claims.orders.is_empty() {
        let detail = format!("The grant is not an operator's in {} mode: its ops do not hold ledger.*.", config.mode);
        return Err(Problem::new(Code::GrantInsufficient, detail));
    }
    Ok(claims.sub)
}

impl Access {
    /// Who calls.
    pub fn subject(&self) -> String {
        match self {
            Access::Public { subject, .. } => subject.clone(),
            Access::Granted { claims, .. } => format!("grant:{}", claims.sub),
        }
    }

    /// The one request that it is for, by digest.
    pub fn intent(&self) -> Option<&str> {
        match self {
            Access::Public { .. } => None,
            Access::Granted { claims, .. } => claims.intent.as_deref(),
        }
    }

    /// Whether it reaches for what is asked. `digest` is that of the body.
    pub fn covers(&self, operation: &Operation, asks: &Asks, digest: &str) -> Result<(), Problem> {
        match self {
            Access::Public { .. } => Ok(()),
            Access::Granted { claims, .. } => bound::covers(claims, operation, asks, digest),
        }
    }

    /// Whether it is for the order that is asked about.
    pub fn covers_order(&self, asks: &Asks) -> Result<(), Problem> {
        match self {
            Access::Public { .. } => Ok(()),
            Access::Granted { claims, .. } => bound::covers_order(claims, asks),
        }
    }

    /// What has to be set aside before it is sent, innermost limit first.
    pub fn holds(&self, config: &Config, operation: &Operation, asks: &Asks) -> Vec<Hold> {
        let mode = config.mode;
        let own = match self {
            Access::Public { per_day, .. } => {
                let tally = format!("public:{mode}:{}", operation.name);
                Some(Hold { tally, counts: Counts::Public { per_day: *per_day } })
            }
            Access::Granted { claims, id } => {
                let spend = asks.spend(operation, config.policy.most_cents_per_recipient);
                bound::counts(claims, spend).map(|(limits, spend)| Hold {
                    tally: format!("grant:{mode}:{id}"),
                    counts: Counts::Grant { limits, spend },
                })
            }
        };
        own.into_iter().chain([account(config, operation)]).collect()
    }
}

/// The provider's own limits. Its test and its live requests count together (PP-165, PP-166).
pub fn account(config: &Config, operation: &Operation) -> Hold {
    account_of(config, operation, operation.repeat == Repeat::Read)
}

/// The same for a read on which money depends: it may take the places that are kept for what makes something.
pub fn account_of_check(config: &Config, operation: &Operation) -> Hold {
    account_of(config, operation, false)
}

fn account_of(config: &Config, operation: &Operation, is_read: bool) -> Hold {
    let (policy, quota) = (&config.policy, operation.provider.quota);
    let counts = Counts::Request {
        is_read,
        per_minute: policy.requests_per_minute.unwrap_or(quota.per_minute),
        per_day: operation.is_order.then_some(policy.orders_per_day.unwrap_or(quota.orders_per_day)),
    };
    Hold { tally: format!("account:{}", operation.provider.name), counts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::read_with;
    use edgepost_core::grant::sign;
    use edgepost_core::operation;

    const URL: &str = "https://mail.example.com/pieterpost/v1/orders";

    fn claims(ops: &[&str]) -> Claims {
        Claims {
            sub: "shop".into(),
            mode: "test".into(),
            ops: ops.iter().map(|name| (*name).into()).collect(),
            exp: 3_600,
            ..Claims::default()
        }
    }

    fn called(name: &str, headers: &[(&str, &str)]) -> Result<Access, Code> {
        let config = read_with(&[]).unwrap();
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        check(&config, operation::find(name).unwrap(), &headers, URL, 0).map_err(|problem| problem.code)
    }

    fn with(name: &str, claims: &Claims) -> Result<Access, Code> {
        let config = read_with(&[]).unwrap();
        called(name, &[("edgepost-grant", &sign(&config.signing_key, claims).unwrap())])
    }

    #[test]
    fn what_the_policy_calls_public_needs_no_grant_and_all_else_does() {
        let link = "pieterpost.create_checkout_link";
        assert!(matches!(called(link, &[]), Ok(Access::Public { per_day: 10, .. })));
        assert!(matches!(called(link, &[("origin", "https://mail.example.com")]), Ok(Access::Public { .. })));
        assert_eq!(called(link, &[("origin", "https://evil.example")]), Err(Code::OriginNotAllowed));
        for name in ["create_order", "create_topup", "get_wallet", "get_order", "upload_asset", "create_compose_link"] {
            assert_eq!(called(&format!("pieterpost.{name}"), &[]), Err(Code::GrantMissing), "{name}");
        }
    }

    #[test]
    fn a_grant_is_for_what_it_names() {
        let order = "pieterpost.create_order";
        assert!(with(order, &claims(&[order])).is_ok());
        assert!(with(order, &claims(&["pieterpost.*"])).is_ok());
        assert_eq!(with(order, &claims(&["pieterpost.get_wallet"])), Err(Code::GrantInsufficient));
        assert_eq!(with(order, &Claims { mode: "live".into(), ..claims(&[order]) }), Err(Code::GrantInsufficient));
        let intent = |ops: &[&str]| Claims { intent: Some("sha-256=:a:".into()), ..claims(ops) };
        assert!(with(order, &intent(&[order])).is_ok());
        assert_eq!(with(order, &intent(&["pieterpost.*"])), Err(Code::GrantInsufficient));
        assert_eq!(with("pieterpost.get_wallet", &intent(&["pieterpost.get_wallet"])), Err(Code::GrantInsufficient));
        let named = Claims { orders: vec!["ord_1".into()], ..claims(&["pieterpost.*"]) };
        assert!(with("pieterpost.get_order", &named).is_ok());
        assert_eq!(with("pieterpost.get_wallet", &named), Err(Code::GrantInsufficient));
        assert_eq!(with(order, &Claims { exp: 0, ..claims(&[order]) }), Err(Code::GrantInvalid));
        // A bad grant is never less than none.
        assert_eq!(called("pieterpost.create_checkout_link", &[("edgepost-grant", "x")]), Err(Code::GrantInvalid));
    }

    #[test]
    fn countries_intents_and_what_is_set_aside() {
        let order = operation::find("pieterpost.create_order").unwrap();
        let config = read_with(&[]).unwrap();
        let claims = Claims {
            countries: vec!["Netherlands".into()],
            intent: Some("sha-256=:a:".into()),
            max_amount: Some([("eur".to_owned(), 5_000)].into()),
            ..claims(&[order.name])
        };
        let access = with(order.name, &claims).unwrap();
        let asks = |country: &str| Asks { countries: vec![country.into()], ..Asks::default() };
        assert!(access.covers(order, &asks("Netherlands"), "sha-256=:a:").is_ok());
        assert!(access.covers(order, &asks("Belgium"), "sha-256=:a:").is_err());
        assert!(access.covers(order, &asks("Netherlands"), "sha-256=:b:").is_err());
        let holds = access.holds(&config, order, &asks("Netherlands"));
        let [grant, account] = holds.as_slice() else { panic!("{holds:?}") };
        assert!(grant.tally.starts_with("grant:test:"));
        assert!(matches!(&grant.counts, Counts::Grant { spend, .. } if spend.cents == Some(("eur".into(), 1_000))));
        let expected = Counts::Request { is_read: false, per_minute: 60, per_day: Some(100) };
        assert_eq!(account, &Hold { tally: "account:pieterpost".into(), counts: expected });
    }

    #[test]
    fn an_operator_shows_a_grant_for_the_ledger_and_nothing_less() {
        let config = read_with(&[]).unwrap();
        let code = |claims: &Claims| {
            let headers = vec![("edgepost-grant".to_owned(), sign(&config.signing_key, claims).unwrap())];
            operator(&config, &headers, 0).map_err(|problem| problem.code)
        };
        assert_eq!(code(&claims(&["ledger.*"])), Ok("shop".to_owned()));
        assert_eq!(code(&claims(&["pieterpost.*", "postpay.*"])), Err(Code::GrantInsufficient));
        assert_eq!(code(&Claims { mode: "live".into(), ..claims(&["ledger.*"]) }), Err(Code::GrantInsufficient));
        assert_eq!(code(&Claims { orders: vec!["a".into()], ..claims(&["ledger.*"]) }), Err(Code::GrantInsufficient));
        assert_eq!(code(&Claims { exp: 0, ..claims(&["ledger.*"]) }), Err(Code::GrantInvalid));
        assert_eq!(operator(&config, &vec![], 0).map_err(|problem| problem.code), Err(Code::GrantMissing));
    }

    #[test]
    fn another_signature_of_the_same_claims_is_the_same_grant() {
        let (one, other) = (claims(&["pieterpost.*"]), Claims { jti: Some("2".into()), ..claims(&["pieterpost.*"]) });
        let id = |claims: &Claims| match with("pieterpost.get_wallet", claims) {
            Ok(Access::Granted { id, .. }) => id,
            other => panic!("{other:?}"),
        };
        assert_eq!(id(&one), id(&one));
        assert_ne!(id(&one), id(&other));
    }
}
