//! A request, but for its body.

use std::net::Ipv6Addr;

use edgepost_core::http::{Headers, header, percent_decode};

use crate::cors;
use crate::policy;
use crate::problem::{Code, Problem};

/// What came in, but for the body.
#[derive(Clone, Debug)]
pub struct Head {
    /// The HTTP method.
    pub method: String,
    /// The absolute address.
    pub url: String,
    /// As they came.
    pub headers: Headers,
    /// The network address that asks.
    pub address: String,
}

impl Head {
    /// The path; a slash where there is none.
    pub(crate) fn path(&self) -> &str {
        let rest = self.url.get(policy::origin(&self.url).len()..).unwrap_or_default();
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        if path.is_empty() { "/" } else { path }
    }

    /// The method; for a preflight the one that it asks about.
    pub(crate) fn asked_method(&self) -> &str {
        let is_preflight = cors::is_preflight(&self.method, &self.headers);
        let asked = header(&self.headers, "access-control-request-method").filter(|_| is_preflight);
        asked.unwrap_or(&self.method)
    }

    /// The network that asks. Who has one IPv6 address has 2^64 of them (RFC 6177).
    pub fn network(&self) -> String {
        match self.address.parse::<Ipv6Addr>() {
            Ok(address) => match (address.to_ipv4_mapped(), address.segments()) {
                (Some(v4), _) => v4.to_string(),
                (None, [a, b, c, d, ..]) => format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"),
            },
            Err(_) => self.address.clone(),
        }
    }

    /// The page that asks, if it is one.
    pub(crate) fn origin(&self) -> Option<&str> {
        header(&self.headers, "origin")
    }

    /// Names and values of the query.
    pub(crate) fn query(&self) -> Result<Vec<(String, String)>, Problem> {
        let query = self.url.split_once('?').map_or("", |(_, query)| query.split('#').next().unwrap_or_default());
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((percent_decode(name)?, percent_decode(&value.replace('+', " "))?))
        });
        let pairs: Option<Vec<_>> = pairs.collect();
        pairs.ok_or_else(|| Problem::new(Code::InvalidInput, "The query is not percent-encoded UTF-8."))
    }
}
