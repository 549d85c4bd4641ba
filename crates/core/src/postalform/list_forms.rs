//! `POST /mcp`, tool `postalform.list_forms`
//! <https://postalform.com/agents> "Tools for agents", read 2026-11-21; members are those of the vendor's own list of tools,
//! as captured in public on 2026-09-19.

use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::pfd;
use crate::schema::{Object, Shape, count, documentation, filled, list, may, must, object, text};

/// Lists the forms that PostalForm can fill in.
pub static LIST_FORMS: Operation = Operation {
    name: "postalform.list_forms",
    doc: documentation("Lists the forms that PostalForm can fill in and send."),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Post,
    path: "/tools/list_forms",
    repeat: Repeat::Read,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: true,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &FORM_SEARCH,
    output: &FORMS,
    proof: &["forms"],
    done: &Done::NEVER,
    agrees: unheld,
};

static WORD: Shape = text();
static OR_NULL: Shape = Shape::Nullable(&WORD);
static LISTED_SHAPE: Shape = Shape::Object(&LISTED);

/// PFD-012.
pub static FORM_SEARCH: Object = object("PostalFormFormSearch", "Which forms.").fields(&[
    may("q", &WORD, "What their names hold.").rule(pfd(12)),
    may("limit", &count(1, 200, pfd(12)), "How many at most; 50, if it is not said.").rule(pfd(12)),
    may("cursor", &filled(), "The `next_cursor` of the answer before.").rule(pfd(12)),
]);

/// PFD-012.
pub static FORMS: Object = object("PostalFormForms", "Forms.").fields(&[
    must("forms", &list(&LISTED_SHAPE), "Those that were found.").rule(pfd(12)),
    may("next_cursor", &OR_NULL, "Where there are more: the `cursor` to ask for them with.").rule(pfd(12)),
]);

/// PFD-012.
pub static LISTED: Object = object("PostalFormForm", "A form.").fields(&[
    must("slug", &WORD, "Its name in `get_form_schema`.").rule(pfd(12)),
    must("name", &WORD, "Its name for people.").rule(pfd(12)),
    may("description", &OR_NULL, "What it is for.").rule(pfd(12)),
    may("category", &OR_NULL, "What it belongs to.").rule(pfd(12)),
    may("certified_mail", &WORD, "`required`, `optional` or `none`.").rule(pfd(12)),
    may("recipient_mode", &WORD, "Who names the recipient: `user`, `predefined` or `computed`.").rule(pfd(12)),
]);
