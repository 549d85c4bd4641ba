//! From a request to what answers it.

use edgepost_core::http::{Request, Response, percent_decode};
use edgepost_core::operation::Operation;

use crate::answer::{Answer, Refusal, error, header};
use crate::{Sandbox, address, control, pieterpost, pitneybowes, postalform, postpay};

/// Everything that is served.
static MOUNTS: [&Mount; 5] =
    [&control::MOUNT, &pieterpost::MOUNT, &postpay::MOUNT, &pitneybowes::MOUNT, &postalform::MOUNT];

/// What is served under `/{name}`.
pub(crate) struct Mount {
    pub(crate) name: &'static str,
    pub(crate) routes: &'static [Route],
    /// Writes the refusals of what is not there in the shape that callers expect.
    pub(crate) refuse: fn(&Refusal) -> Response,
}

/// One address with one method.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// The path behind the mount's name, with the pieces that differ in braces.
    pub(crate) path: &'static str,
    pub(crate) to: Target,
}

impl Route {
    /// Where an operation is.
    pub(crate) const fn operation(endpoint: &'static Endpoint) -> Self {
        let operation = endpoint.operation;
        Route { method: operation.method.name(), path: operation.path, to: Target::Operation(endpoint) }
    }

    /// Another path of an operation.
    pub(crate) const fn alias(path: &'static str, endpoint: &'static Endpoint) -> Self {
        Route { path, ..Route::operation(endpoint) }
    }

    /// Where a server of tools is.
    pub(crate) const fn tools(path: &'static str, server: &'static Server) -> Self {
        Route { method: "POST", path, to: Target::Tools(server) }
    }

    /// Where a page or the like is.
    pub(crate) const fn plain(method: &'static str, path: &'static str, run: Plain) -> Self {
        Route { method, path, to: Target::Plain(run) }
    }
}

/// Answers a request for no operation.
pub(crate) type Plain = fn(&mut Sandbox, &Call<'_>) -> Response;

/// What a route leads to.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// An operation of a provider: counted, and open to faults.
    Operation(&'static Endpoint),
    /// Several operations at one address.
    Tools(&'static Server),
    /// Anything else.
    Plain(Plain),
}

/// A server of tools.
pub(crate) struct Server {
    /// All its operations.
    pub(crate) tools: fn() -> Vec<&'static Endpoint>,
    /// The one that a request is for, where it is for one.
    pub(crate) called: fn(&Call<'_>) -> Option<&'static Endpoint>,
    /// Answers every other request.
    pub(crate) talk: Plain,
}

/// The provider's side of an operation.
pub(crate) struct Endpoint {
    pub(crate) operation: &'static Operation,
    pub(crate) run: fn(&mut Sandbox, &Call<'_>) -> Answer,
    /// Every refusal that the operation can meet, those first that are the usual ones of their status.
    pub(crate) refusals: &'static [&'static [Refusal]],
    /// Writes a refusal in the provider's shape.
    pub(crate) refuse: fn(&Refusal) -> Response,
}

impl Endpoint {
    /// Every refusal that the operation can meet.
    pub(crate) fn refusals(&self) -> impl Iterator<Item = &'static Refusal> {
        self.refusals.iter().copied().flatten()
    }
}

/// A request on its way.
pub(crate) struct Call<'c> {
    pub(crate) request: &'c Request,
    /// The scheme, host and port that the request came to.
    pub(crate) origin: &'c str,
    /// What stands in the place of the path's braces, decoded.
    pub(crate) pieces: Vec<String>,
    /// The time, in milliseconds since 1970.
    pub(crate) now_ms: u64,
}

impl Call<'_> {
    /// The first piece of the path that was in braces.
    pub(crate) fn piece(&self) -> &str {
        self.pieces.first().map_or("", String::as_str)
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.request.body.as_deref().unwrap_or_default()
    }
}

/// All operations of all providers.
pub(crate) fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    MOUNTS.iter().flat_map(|mount| mount.routes).flat_map(|route| match route.to {
        // An operation that has another path is still one.
        Target::Operation(endpoint) if route.path != endpoint.operation.path => Vec::new(),
        Target::Operation(endpoint) => vec![endpoint],
        Target::Tools(server) => (server.tools)(),
        Target::Plain(_) => Vec::new(),
    })
}

/// What answers a request, or the answer that nothing does.
pub(crate) fn find<'c>(request: &'c Request, now_ms: u64) -> Result<(Target, Call<'c>), Response> {
    let (origin, path) = address::split(&request.url).ok_or_else(|| error(&NOT_FOUND))?;
    let (mount, path) = mounted(path).ok_or_else(|| error(&NOT_FOUND))?;
    let mut methods: Vec<&str> = Vec::new();
    for route in mount.routes {
        let Some(pieces) = pieces(route.path, path) else { continue };
        if route.method == request.method {
            return Ok((route.to, Call { request, origin, pieces, now_ms }));
        }
        methods.push(route.method);
    }
    if methods.is_empty() {
        return Err((mount.refuse)(&NOT_FOUND));
    }
    let allow = methods.join(", ");
    let mut response = (mount.refuse)(&METHOD_NOT_ALLOWED.saying(format!("This address takes: {allow}.")));
    response.headers.push(header("allow", allow));
    Err(response)
}

const NOT_FOUND: Refusal = Refusal::new(404, "not_found", "The sandbox serves nothing at this address.");
const METHOD_NOT_ALLOWED: Refusal = Refusal::new(405, "method_not_allowed", "This address takes another method.");

/// The mount that a path belongs to, and the rest of the path.
fn mounted(path: &str) -> Option<(&'static Mount, &str)> {
    let path = path.strip_prefix('/')?;
    let (name, rest) = path.split_at_checked(path.find('/').unwrap_or(path.len()))?;
    let mount = MOUNTS.iter().find(|mount| mount.name == name)?;
    Some((mount, rest))
}

/// What stands in the place of the template's braces, decoded; `None` if the path is another one.
fn pieces(template: &str, path: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut actual = path.split('/');
    for expected in template.split('/') {
        let piece = actual.next()?;
        if expected.starts_with('{') {
            found.push(percent_decode(piece)?);
        } else if expected != piece {
            return None;
        }
    }
    actual.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &str, url: &str) -> (u16, Option<String>) {
        let request = Request { method: method.into(), url: url.into(), headers: Vec::new(), body: None };
        match find(&request, 0) {
            Ok(_) => (200, None),
            Err(response) => {
                let allow = edgepost_core::http::header(&response.headers, "allow").map(str::to_owned);
                (response.status, allow)
            }
        }
    }

    #[test]
    fn addresses_lead_somewhere_or_nowhere() {
        for (method, url, expected) in [
            ("POST", "http://localhost/pieterpost/v1/checkout-links", 200),
            ("POST", "http://localhost/pieterpost/v1/checkout-links?x=1", 200),
            ("GET", "http://localhost/pieterpost/v1/orders/ord_1", 200),
            ("GET", "http://localhost/pieterpost/v1/sandbox/checkout/ord_1", 200),
            ("POST", "http://localhost/pieterpost/v1/sandbox/checkout/ord_1", 200),
            ("GET", "http://localhost/_sandbox/state", 200),
            ("GET", "http://localhost/", 404),
            ("GET", "http://localhost", 404),
            ("GET", "/pieterpost/v1/orders/ord_1", 404),
            ("GET", "http://localhost/pieterpost", 404),
            ("GET", "http://localhost/v1/orders/ord_1", 404),
            ("GET", "http://localhost/pieterpost/v1/orders/ord_1/", 404),
            ("GET", "http://localhost/pieterpost/v1/orders/%ff", 404),
            ("POST", "http://localhost/pieterpost/v1/orders", 200),
            ("POST", "http://localhost/pieterpost/v1/orders/", 405),
            ("POST", "http://localhost/pieterpost/v1/uploads", 200),
            ("GET", "http://localhost/pieterpost/v1/wallet?currency=eur", 200),
            ("GET", "http://localhost/pieterpost/nl/?draft=x", 200),
            ("GET", "http://localhost/pieterpost/nl?draft=x", 404),
            ("GET", "http://localhost/pieterpost/v1/orders", 405),
            ("POST", "http://localhost/other/v1/checkout-links", 404),
            ("GET", "http://localhost/pieterpost/v1/checkout-links", 405),
        ] {
            assert_eq!(status(method, url).0, expected, "{method} {url}");
        }
    }

    #[test]
    fn a_wrong_method_is_told_the_right_ones() {
        let page = "http://localhost/pieterpost/v1/sandbox/checkout/ord_1";
        assert_eq!(status("PUT", page), (405, Some("GET, POST".into())));
        assert_eq!(status("GET", "http://localhost/_sandbox/reset"), (405, Some("POST".into())));
    }

    #[test]
    fn pp_130_an_id_is_decoded() {
        assert_eq!(pieces("/v1/orders/{orderId}", "/v1/orders/a%2Fb%20c").unwrap(), ["a/b c"]);
    }
}
