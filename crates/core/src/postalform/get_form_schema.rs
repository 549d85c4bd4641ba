//! `POST /mcp`, tool `postalform.get_form_schema`
//! <https://postalform.com/agents> "Tools for agents", read 2026-11-21; members are those of the vendor's own list of tools,
//! as captured in public on 2026-09-19.

use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::pfd;
use crate::schema::{Object, Shape, documentation, filled, list, may, must, object, text};

/// Reads what a form asks for.
pub static GET_FORM_SCHEMA: Operation = Operation {
    name: "postalform.get_form_schema",
    doc: documentation("Reads what a form asks for: its fields, groups and attachments."),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Post,
    path: "/tools/get_form_schema",
    repeat: Repeat::Read,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: true,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &FORM_NAME,
    output: &FORM_SCHEMA,
    proof: &["slug", "fields"],
    done: &Done::NEVER,
    agrees: unheld,
};

static WORD: Shape = text();
static ANY: Shape = Shape::Any;

/// PFD-012.
pub static FORM_NAME: Object = object("PostalFormFormName", "Which form.").fields(&[must(
    "slug",
    &filled(),
    "Its name, as `list_forms` gives it.",
)
.rule(pfd(12))]);

/// PFD-012, PFD-018.
pub static FORM_SCHEMA: Object = object("PostalFormFormSchema", "What a form asks for.").fields(&[
    must("slug", &WORD, "Its name.").rule(pfd(12)),
    may("name", &WORD, "Its name for people.").rule(pfd(12)),
    may("description", &WORD, "What it is for.").rule(pfd(12)),
    may("certified_mail", &WORD, "`required`, `optional` or `none`.").rule(pfd(12)),
    may("recipient", &ANY, "Who it goes to.").rule(pfd(12)),
    may("checkout_flow", &WORD, "How PostalForm's own pages go on; nothing depends on it here.").rule(pfd(18)),
    may("groups", &list(&ANY), "Fields that belong together.").rule(pfd(12)),
    must("fields", &list(&ANY), "What is asked for.").rule(pfd(12)),
    may("attachments", &list(&ANY), "What has to come with it.").rule(pfd(12)),
]);
