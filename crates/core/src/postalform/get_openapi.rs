//! `GET /openapi.json`
//! <https://postalform.com/agents> "Discovery", read 2026-11-21.

use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::pfd;
use crate::schema::{Object, Shape, documentation, must, object, text};

/// Reads what PostalForm says of its interface.
pub static GET_OPENAPI: Operation = Operation {
    name: "postalform.get_openapi",
    doc: documentation("Reads what PostalForm says of its interface: its OpenAPI document."),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Get,
    path: "/openapi.json",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: true,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &NO_INPUT,
    output: &OPENAPI,
    proof: &["openapi"],
    done: &Done::NEVER,
    agrees: unheld,
};

/// There is nothing to say.
pub static NO_INPUT: Object = object("PostalFormNoInput", "There is nothing to say.").exactly(pfd(1));

/// PFD-001.
pub static OPENAPI: Object = object("PostalFormOpenApi", "An OpenAPI document.").fields(&[
    must("openapi", &text(), "The version of OpenAPI.").rule(pfd(1)),
    must("info", &Shape::Any, "What it is about.").rule(pfd(1)),
    must("paths", &Shape::Any, "What can be called.").rule(pfd(1)),
]);
