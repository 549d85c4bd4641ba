//! `POST /mcp`, tool `postalform.get_order_status`
//! <https://postalform.com/agents> "Tools for agents", read 2026-11-21; members are those of the vendor's own list of tools,
//! as captured in public on 2026-09-19.

use super::{POSTALFORM, SOURCE};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::pfd;
use crate::schema::{Format, Object, Shape, documentation, formatted, list, may, must, object, text};

/// Looks up an order that was made at PostalForm's own pages.
pub static GET_ORDER_STATUS: Operation = Operation {
    name: "postalform.get_order_status",
    doc: documentation(
        "Looks up an order that was paid at a checkout page, and where its mail is. Orders of programs are looked up with \
         `get_order`.",
    ),
    source: documentation(SOURCE),
    provider: &POSTALFORM,
    method: Method::Post,
    path: "/tools/get_order_status",
    repeat: Repeat::Read,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: true,
    is_order: false,
    order: "order_id",
    key: "",
    money: None,
    input: &CHECKOUT_ORDER,
    output: &STATUS,
    proof: &["found"],
    done: &Done::NEVER,
    agrees: unheld,
};

static WORD: Shape = text();
static OR_NULL: Shape = Shape::Nullable(&WORD);
static ANY: Shape = Shape::Any;

/// PFD-017.
pub static CHECKOUT_ORDER: Object = object("PostalFormCheckoutOrder", "Which order.").fields(&[must(
    "order_id",
    &formatted(Format::Uuid),
    "PostalForm's own id of it.",
)
.rule(pfd(17))]);

/// PFD-017.
pub static STATUS: Object = object("PostalFormStatus", "How far an order has come.").fields(&[
    must("found", &Shape::Flag, "Whether there is one.").rule(pfd(17)),
    may("order_id", &WORD, "PostalForm's own id of it.").rule(pfd(17)),
    may("is_paid", &Shape::Flag, "Whether it is paid for.").rule(pfd(17)),
    may("current_step", &OR_NULL, "How far it has come.").rule(pfd(17)),
    may("error", &OR_NULL, "What went wrong.").rule(pfd(17)),
    may("mailing_status", &OR_NULL, "Where the mail is.").rule(pfd(17)),
    may("tracking_number", &OR_NULL, "The carrier's number; no proof that anything was mailed.").rule(pfd(17)),
    may("carrier", &OR_NULL, "Who carries it.").rule(pfd(17)),
    may("delivery_status", &OR_NULL, "What the carrier says.").rule(pfd(17)),
    may("tracking_events", &list(&ANY), "What the carrier said, the last fifty.").rule(pfd(17)),
    may("estimated_delivery_at", &OR_NULL, "When it may arrive.").rule(pfd(17)),
]);
