//! `GET /.well-known/x402`
//! <https://postalform.com/agents> "Discovery", read 2026-11-21.

use super::get_openapi::NO_INPUT;
use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::pfd;
use crate::schema::{Bound, Keys, Object, Shape, documentation, map, may, must, object, text};

/// Reads what can be paid for over x402, and at which prices.
pub static GET_X402_MANIFEST: Operation = Operation {
    name: "postalform.get_x402_manifest",
    doc: documentation("Reads what can be paid for over x402, on which network and at which prices."),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Get,
    path: "/.well-known/x402",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: true,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &NO_INPUT,
    output: &MANIFEST,
    proof: &["resources"],
    done: &Done::NEVER,
    agrees: unheld,
};

/// PFD-002.
pub static MANIFEST: Object = object("PostalFormX402Manifest", "What can be paid for over x402.").fields(&[
    must("version", &Shape::Integer, "The version of x402.").rule(pfd(2)),
    must("protocol", &text(), "`x402`.").rule(pfd(2)),
    must("resources", &map(&RESOURCE_SHAPE, Keys::Within(Bound::FREE)), "By path.").rule(pfd(2)),
]);

static RESOURCE_SHAPE: Shape = Shape::Object(&RESOURCE);

/// PFD-002.
pub static RESOURCE: Object = object("PostalFormX402Resource", "Something that can be paid for.").fields(&[
    may("method", &text(), "The HTTP method.").rule(pfd(2)),
    may("scheme", &text(), "How it is paid, such as `exact`.").rule(pfd(2)),
    may("token", &text(), "What it is paid in, such as `USDC`.").rule(pfd(2)),
    may("network", &text(), "Where, in CAIP-2: `eip155:8453` is Base, where money is real.").rule(pfd(2)),
    may("facilitator", &text(), "Who settles.").rule(pfd(2)),
    may("pricingMode", &text(), "`range`, where each order has a price of its own.").rule(pfd(2)),
    may("minPrice", &text(), "The lowest price, such as `$3.40`.").rule(pfd(2)),
    may("maxPrice", &text(), "The highest price.").rule(pfd(2)),
    may("validate", &text(), "Where an order is checked.").rule(pfd(2)),
    may("status", &text(), "Where an order is looked up.").rule(pfd(2)),
]);
