//! What anybody may do without a grant. It is read by type at start; a wrong one does not serve.

use edgepost_core::operation;
use serde::Deserialize;

use crate::wallet::Caps;

/// `[vars.policy]` of the configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Origins whose pages are served: `https://shop.example.com`; `self` for the gateway's own pages; `none` for
    /// programs, which send no Origin. An origin proves nothing: whatever is public is limited by address and by day.
    pub origins: Vec<String>,
    /// Where a payer may be sent back to: addresses, each with all that is below it; `self` for the gateway's own pages.
    pub return_urls: Vec<String>,
    /// What may be called without a grant. Nothing, if nothing is said.
    #[serde(default)]
    pub public: Vec<Public>,
    /// What is set aside of a grant's amount for each recipient of an order, in hundredths of the currency, until its price
    /// is known. The provider quotes none.
    #[serde(default = "most_cents_per_recipient")]
    pub most_cents_per_recipient: u64,
    /// Requests that the provider takes from the account in a minute, where it grants other limits than it publishes.
    pub requests_per_minute: Option<u32>,
    /// Orders that it takes on one UTC day.
    pub orders_per_day: Option<u32>,
    /// What the gateway's own wallet may spend. Without it the wallet pays nothing (PFS-008).
    pub wallet: Option<Caps>,
}

/// An operation that may be called without a grant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Public {
    /// In which mode.
    pub mode: String,
    /// Which operation.
    pub operation: String,
    /// How often on one UTC day, all callers together.
    pub per_day: u32,
    /// For which of the policy's origins; for all of them, if nothing is said.
    pub origins: Option<Vec<String>>,
}

fn most_cents_per_recipient() -> u64 {
    1_000
}

/// The gateway's own pages.
const OWN: &str = "self";
/// Programs that send no Origin.
const NO_ORIGIN: &str = "none";

impl Policy {
    /// What is wrong with it.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for origin in self.origins.iter().filter(|origin| ![OWN, NO_ORIGIN].contains(&origin.as_str())) {
            if Address::parse(origin).is_none_or(|address| address.origin != *origin || address.path != "/") {
                faults.push(format!("origins: {origin:?} is no origin, such as \"https://shop.example.com\""));
            }
        }
        for url in self.return_urls.iter().filter(|url| *url != OWN) {
            if Address::parse(url).is_none() {
                faults.push(format!("return_urls: {url:?} is no address, such as \"https://shop.example.com/thanks\""));
            }
        }
        faults.extend(self.wallet.and_then(|caps| caps.fault()).map(|fault| format!("wallet: {fault}")));
        for public in &self.public {
            faults.extend(public.faults().map(|fault| format!("public: {fault}")));
            for origin in public.origins.iter().flatten().filter(|origin| !self.origins.contains(origin)) {
                faults.push(format!("public: {origin:?} is not among the policy's origins"));
            }
        }
        faults
    }

    /// What lets anybody of this origin call an operation.
    pub fn public(&self, mode: &str, operation: &str, origin: Option<&str>, own: &str) -> Option<&Public> {
        let fits = |public: &&Public| {
            let origins = public.origins.as_ref().unwrap_or(&self.origins);
            public.mode == mode && public.operation == operation && lists(origins, origin, own)
        };
        self.public.iter().find(fits)
    }

    /// Whether callers of this origin are served. `own` is the gateway's origin.
    pub fn allows_origin(&self, origin: Option<&str>, own: &str) -> bool {
        lists(&self.origins, origin, own)
    }

    /// Whether a payer may be sent back to this address.
    pub fn allows_return(&self, url: &str, own: &str) -> bool {
        let Some(wanted) = Address::parse(url) else { return false };
        self.return_urls.iter().any(|allowed| {
            let allowed = if allowed == OWN { own } else { allowed };
            Address::parse(allowed).is_some_and(|allowed| allowed.covers(&wanted))
        })
    }
}

impl Public {
    fn faults(&self) -> impl Iterator<Item = String> {
        let mode = (!["test", "live"].contains(&self.mode.as_str()))
            .then(|| format!("mode {:?} is neither \"test\" nor \"live\"", self.mode));
        let operation = match operation::find(&self.operation) {
            None => Some(format!("there is no operation {:?}", self.operation)),
            Some(operation) if !operation.may_be_public => {
                Some(format!("{:?} spends from the account or tells of it: it needs a grant", self.operation))
            }
            Some(_) => None,
        };
        mode.into_iter().chain(operation)
    }
}

/// Whether an origin is on a list.
fn lists(origins: &[String], origin: Option<&str>, own: &str) -> bool {
    origins.iter().any(|allowed| match (allowed.as_str(), origin) {
        (NO_ORIGIN, origin) => origin.is_none(),
        (OWN, origin) => origin == Some(own),
        (allowed, origin) => origin == Some(allowed),
    })
}

/// As much of an address as decides where it leads.
struct Address {
    /// Scheme, host and port, in lower case and without the scheme's own port.
    origin: String,
    /// Without query and fragment.
    path: String,
}

impl Address {
    fn parse(url: &str) -> Option<Self> {
        if !edgepost_core::read::is_web_address(url) {
            return None;
        }
        let (scheme, rest) = url.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end)?;
        let own_port = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.to_ascii_lowercase();
        let authority = authority.strip_suffix(own_port).unwrap_or(&authority);
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        // What climbs back up could leave the folder that was allowed.
        let lower = path.to_ascii_lowercase();
        if lower.contains("..") || lower.contains("%2e") || lower.contains("%2f") || lower.contains("%5c") {
            return None;
        }
        let path = if path.is_empty() { "/" } else { path };
        Some(Address { origin: format!("{scheme}://{authority}"), path: path.to_owned() })
    }

    /// Whether `other` is this address or below it.
    fn covers(&self, other: &Address) -> bool {
        let folder = self.path.strip_suffix('/').unwrap_or(&self.path);
        let below = other.path.strip_prefix(folder);
        self.origin == other.origin && below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    }
}

/// The origin of an address: scheme, host and port.
pub fn origin(url: &str) -> String {
    let end = url.find("://").map_or(0, |scheme| scheme + 3);
    let length = url.get(end..).and_then(|rest| rest.find(['/', '?', '#'])).unwrap_or(url.len() - end);
    url.get(..end + length).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN_ORIGIN: &str = "https://mail.example.com";

    fn policy() -> Policy {
        let origins = ["self", "none", "https://shop.example.com"].map(String::from).into();
        let return_urls = ["self", "https://shop.example.com/thanks"].map(String::from).into();
        Policy {
            origins,
            return_urls,
            public: vec![],
            most_cents_per_recipient: 1_000,
            requests_per_minute: None,
            orders_per_day: None,
            wallet: None,
        }
    }

    #[test]
    fn origins_are_compared_as_a_whole() {
        let allows = |origin: Option<&str>| policy().allows_origin(origin, OWN_ORIGIN);
        assert!(allows(None) && allows(Some(OWN_ORIGIN)) && allows(Some("https://shop.example.com")));
        for foreign in [
            "https://evil.example",
            "http://shop.example.com",
            "https://shop.example.com.evil.example",
            "https://shop.example.com:8443",
            "null",
            "self",
            "none",
            "",
        ] {
            assert!(!allows(Some(foreign)), "{foreign}");
        }
        let closed = Policy { origins: vec![], ..policy() };
        assert!(!closed.allows_origin(None, OWN_ORIGIN) && !closed.allows_origin(Some(OWN_ORIGIN), OWN_ORIGIN));
    }

    #[test]
    fn payers_go_back_to_named_addresses_only() {
        let allows = |url: &str| policy().allows_return(url, OWN_ORIGIN);
        for good in [
            "https://shop.example.com/thanks",
            "https://shop.example.com/thanks/",
            "https://SHOP.example.com:443/thanks/a?b=c#d",
            "https://shop.example.com/thanks?order=1",
            "https://mail.example.com/",
            "https://mail.example.com",
            "https://mail.example.com/x",
        ] {
            assert!(allows(good), "{good}");
        }
        for bad in [
            "https://shop.example.com/",
            "https://shop.example.com/thanksgiving",
            "https://shop.example.com/thanks/../evil",
            "https://shop.example.com/thanks/%2e%2e/evil",
            "https://shop.example.com@evil.example/thanks",
            "https://evil.example/https://shop.example.com/thanks",
            "https://shop.example.com.evil.example/thanks",
            "http://shop.example.com/thanks",
            "https://shop.example.com:8443/thanks",
            "//shop.example.com/thanks",
            "javascript:alert(1)",
            "https://shop.example.com\\@evil.example/thanks",
            "",
        ] {
            assert!(!allows(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_public_is_named_by_mode_operation_and_origin() {
        let operation = "pieterpost.create_checkout_link";
        let rule = |origins| Public { mode: "test".into(), operation: operation.into(), per_day: 7, origins };
        let policy = Policy { public: vec![rule(Some(vec!["self".into()]))], ..policy() };
        let is_public = |mode, operation, origin| policy.public(mode, operation, origin, OWN_ORIGIN).is_some();
        assert!(is_public("test", operation, Some(OWN_ORIGIN)));
        assert!(!is_public("test", operation, None));
        assert!(!is_public("test", operation, Some("https://shop.example.com")));
        assert!(!is_public("live", operation, Some(OWN_ORIGIN)));
        assert!(!is_public("test", "pieterpost.create_compose_link", Some(OWN_ORIGIN)));
        let all = Policy { public: vec![rule(None)], ..policy.clone() };
        assert!(all.public("test", operation, None, OWN_ORIGIN).is_some());
        assert!(all.public("test", operation, Some("https://evil.example"), OWN_ORIGIN).is_none());
    }

    #[test]
    fn a_wrong_policy_is_named() {
        let public = |mode: &str, operation: &str, origin: &str| Public {
            mode: mode.into(),
            operation: operation.into(),
            per_day: 1,
            origins: Some(vec![origin.into()]),
        };
        let wrong = Policy {
            origins: vec!["https://shop.example.com/".into(), "*".into()],
            return_urls: vec!["/x".into()],
            public: vec![
                public("Test", "pieterpost.create_checkout_link", "*"),
                public("test", "pieterpost.create_order", "*"),
                public("test", "pieterpost.mint", "*"),
                public("test", "pieterpost.create_checkout_link", "https://evil.example"),
            ],
            ..policy()
        };
        assert_eq!(wrong.faults().len(), 7, "{:?}", wrong.faults());
        assert!(policy().faults().is_empty());
    }

    #[test]
    fn origin_of_an_address() {
        assert_eq!(origin("https://a.example:8787/b?c"), "https://a.example:8787");
        assert_eq!(origin("http://127.0.0.1:8787"), "http://127.0.0.1:8787");
    }
}
