//! Which operation a path means.

use edgepost_core::http::percent_decode;
use edgepost_core::operation::{self, OPERATIONS, Operation, Payment};
use edgepost_core::postalform::CREATE_ORDER;

use crate::mint::is_identity;
use crate::problem::{Code, Problem};

/// What a request is for.
#[derive(Clone, Debug)]
pub enum Route {
    /// A call that goes on to a provider.
    Operation {
        /// Which one.
        operation: &'static Operation,
        /// Members of the input that came in the path.
        members: Vec<(String, String)>,
    },
    /// A check that goes nowhere.
    Validate(&'static Operation),
    /// An order that the gateway pays itself.
    Pay(&'static Operation),
    /// A delivery of Postpay's.
    Hook {
        /// The mode in the path.
        mode: String,
    },
    /// Events that the merchant did not take, for an operator.
    DeadLetters {
        /// The one that is to be sent again; all are listed, if none is named.
        again: Option<String>,
    },
    /// An entry of the ledger, for an operator.
    Ledger {
        /// Which one.
        id: String,
        /// Whether the operator says what became of it.
        resolves: bool,
    },
    /// A payer on the way back from Postpay.
    Return,
    /// Whether the gateway serves.
    Health,
    /// The gateway's own description.
    OpenApi,
    /// The web page and what belongs to it.
    Page,
}

/// Finds the route of a path, or the problem with it.
pub fn find(method: &str, path: &str) -> Result<Route, Problem> {
    if let Some(name) = path.strip_prefix("/validate/") {
        let Some(operation) = operation::find(name) else { return Err(unknown(path)) };
        return allow(method, "POST", Route::Validate(operation));
    }
    if let Some(name) = path.strip_prefix("/pay/") {
        // PF-096: what is paid with a signature.
        return match operation::find(name) {
            Some(operation) if operation.payment == Payment::X402 => allow(method, "POST", Route::Pay(operation)),
            Some(operation) if operation.payment == Payment::Mpp => Err(pays_itself(operation)),
            _ => Err(unknown(path)),
        };
    }
    if let Some(mode) = path.strip_prefix("/hooks/postpay/") {
        return allow(method, "POST", Route::Hook { mode: mode.to_owned() });
    }
    if let Some(id) = path.strip_prefix("/hooks/dead-letters/") {
        let Some(id) = id.strip_suffix("/send") else { return Err(unknown(path)) };
        return allow(method, "POST", Route::DeadLetters { again: Some(id.to_owned()) });
    }
    if let Some(id) = path.strip_prefix("/ledger/") {
        let (id, resolves) = id.strip_suffix("/resolve").map_or((id, false), |id| (id, true));
        if !is_identity(id) {
            return Err(unknown(path));
        }
        let allowed = if resolves { "POST" } else { "GET" };
        return allow(method, allowed, Route::Ledger { id: id.to_owned(), resolves });
    }
    match path {
        "/hooks/dead-letters" => return allow(method, "GET", Route::DeadLetters { again: None }),
        "/return/postpay" => return allow(method, "GET", Route::Return),
        "/healthz" => return allow(method, "GET", Route::Health),
        "/openapi.json" => return allow(method, "GET", Route::OpenApi),
        _ => {}
    }
    let mut allowed = Vec::new();
    for operation in OPERATIONS {
        let Some(members) = captures(operation, path) else { continue };
        if operation.method.name() == method {
            return Ok(Route::Operation { operation, members });
        }
        allowed.push(operation.method.name());
    }
    if !allowed.is_empty() {
        return Err(not_allowed(&allowed.join(", ")));
    }
    if matches!(method, "GET" | "HEAD") && !is_reserved(path) { Ok(Route::Page) } else { Err(unknown(path)) }
}

fn allow(method: &str, allowed: &str, route: Route) -> Result<Route, Problem> {
    if method == allowed { Ok(route) } else { Err(not_allowed(allowed)) }
}

fn not_allowed(allowed: &str) -> Problem {
    let mut problem = Problem::new(Code::MethodNotAllowed, format!("Use {allowed} here."));
    problem.allow = Some(allowed.to_owned());
    problem
}

/// Nothing is served under a path.
pub(crate) fn unknown(path: &str) -> Problem {
    Problem::new(Code::NotFound, format!("Nothing is served at {path}. GET /openapi.json lists what is."))
}

/// The gateway's wallet knows no MPP.
fn pays_itself(operation: &Operation) -> Problem {
    let Operation { name, path, provider, .. } = operation;
    let detail = format!(
        "The gateway's wallet pays over x402 only: send the order to /pay/{}, or pay {name} yourself at /{}{path}.",
        CREATE_ORDER.name, provider.name
    );
    Problem::new(Code::NotFound, detail)
}

/// Paths that are never a page's.
fn is_reserved(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    path.starts_with("//")
        || ["validate", "pay", "hooks", "ledger", "return"].contains(&first)
        || OPERATIONS.iter().any(|operation| operation.provider.name == first)
}

/// The members in a path, if it is this operation's.
fn captures(operation: &'static Operation, path: &str) -> Option<Vec<(String, String)>> {
    let rest = path.strip_prefix('/')?.strip_prefix(operation.provider.name)?;
    let mut members = Vec::new();
    let mut pieces = rest.split('/');
    for wanted in operation.path.split('/') {
        let piece = pieces.next()?;
        match wanted.strip_prefix('{').and_then(|wanted| wanted.strip_suffix('}')) {
            Some(name) => {
                let value = percent_decode(piece)?;
                let field = operation.input.fields.iter().find(|field| field.name == name)?;
                members.push((field.name.to_owned(), value));
            }
            None if wanted == piece => {}
            None => return None,
        }
    }
    pieces.next().is_none().then_some(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(method: &str, path: &str) -> String {
        match find(method, path) {
            Ok(Route::Operation { operation, members }) => format!("{} {members:?}", operation.name),
            Ok(route) => format!("{route:?}").split('(').next().unwrap().to_owned(),
            Err(problem) => format!("{} {:?}", problem.code.parts().1, problem.allow),
        }
    }

    #[test]
    fn po_113_the_vendors_graphql_is_not_served() {
        assert_eq!(name("POST", "/postpay/graphql"), "404 None");
    }

    #[test]
    fn exactly_the_operations_are_served() {
        assert_eq!(name("POST", "/pieterpost/v1/checkout-links"), "pieterpost.create_checkout_link []");
        assert_eq!(name("GET", "/pieterpost/v1/orders/ord_1"), r#"pieterpost.get_order [("orderId", "ord_1")]"#);
        assert_eq!(name("GET", "/pieterpost/v1/orders/a%2Fb"), r#"pieterpost.get_order [("orderId", "a/b")]"#);
        assert_eq!(name("GET", "/pieterpost/v1/checkout-links"), "405 Some(\"POST\")");
        assert_eq!(name("DELETE", "/pieterpost/v1/orders/ord_1"), "405 Some(\"GET\")");
        assert_eq!(name("POST", "/hooks/postpay/test"), "Hook { mode: \"test\" }");
        assert_eq!(name("GET", "/hooks/postpay/test"), "405 Some(\"POST\")");
        assert_eq!(name("GET", "/hooks/dead-letters"), "DeadLetters { again: None }");
        assert!(name("POST", "/hooks/dead-letters/msg_1/send").starts_with("DeadLetters { again: Some"));
        assert_eq!(name("GET", "/return/postpay"), "Return");
        let id = crate::mint::identity("a", "b", "c", "d");
        let entry = |resolves| format!("Ledger {{ id: {id:?}, resolves: {resolves} }}");
        assert_eq!(name("GET", &format!("/ledger/{id}")), entry(false));
        assert_eq!(name("POST", &format!("/ledger/{id}/resolve")), entry(true));
        assert_eq!(name("POST", &format!("/ledger/{id}")), "405 Some(\"GET\")");
        assert_eq!(name("GET", &format!("/ledger/{id}/resolve")), "405 Some(\"POST\")");
        assert!(name("GET", &format!("/ledger/{id}x")).starts_with("404"));
        assert_eq!(name("POST", "/validate/pieterpost.get_order"), "Validate");
        assert_eq!(name("GET", "/validate/pieterpost.get_order"), "405 Some(\"POST\")");
        assert_eq!(name("POST", "/pay/postalform.create_order"), "Pay");
        assert_eq!(name("GET", "/pay/postalform.create_order"), "405 Some(\"POST\")");
        let mpp = find("POST", "/pay/postalform.create_order_mpp").unwrap_err();
        assert_eq!(mpp.code, Code::NotFound);
        for way_out in ["/pay/postalform.create_order,", "/postalform/api/machine/mpp/orders."] {
            assert!(mpp.detail.contains(way_out), "{}", mpp.detail);
        }
        assert_eq!(name("POST", "/pieterpost/v1/orders"), "pieterpost.create_order []");
        assert_eq!(name("GET", "/pieterpost/v1/wallet"), "pieterpost.get_wallet []");
        assert_eq!(name("POST", "/pieterpost/v1/wallet"), "405 Some(\"GET\")");
        for unknown in [
            "/pieterpost",
            "/pieterpost/",
            "/pieterpost/v1/orders/a/b",
            "/pieterpost/v1/wallets",
            "/validate/x",
            "/pay/x",
            "/pay/pieterpost.create_order",
            "//evil.example/x",
            "/pieterpostx/v1/checkout-links/../x",
            "/ledger/1",
            "/hooks/postpay",
            "/hooks/dead-letters/msg_1",
            "/return/pieterpost",
            "/pieterpost/v1/orders/%ff",
            "/pieterpost//v1/checkout-links",
        ] {
            assert!(name("POST", unknown).starts_with("404"), "{unknown}: {}", name("POST", unknown));
        }
        assert!(name("GET", "//evil.example/x").starts_with("404"));
        assert_eq!(name("GET", "/"), "Page");
        assert_eq!(name("HEAD", "/main.js"), "Page");
    }
}
