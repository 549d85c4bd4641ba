//! `GET /shippingservices/v1/developers/{developerId}/merchants`
//! <https://docs.shippingapi.pitneybowes.com/api/get-merchants.html>, read 2026-11-21.

use super::PITNEYBOWES;
use super::merchant::DEVELOPER;
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::pb;
use crate::schema::{Bound, Object, Shape, Weight, documentation, filled, list, may, must, object, text};

/// Lists the merchants of a developer.
pub static LIST_MERCHANTS: Operation = Operation {
    name: "pitneybowes.list_merchants",
    doc: documentation("Lists the merchants of a developer."),
    source: documentation("https://docs.shippingapi.pitneybowes.com/api/get-merchants.html"),
    provider: &PITNEYBOWES,
    method: Method::Get,
    path: "/shippingservices/v1/developers/{developerId}/merchants",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &MERCHANTS_QUERY,
    output: &MERCHANTS,
    proof: &["content"],
    done: &Done::NEVER,
    agrees: unheld,
};

/// A number of the query. What other public sources say of it is advice.
const fn number(least: u32, most: u32) -> Shape {
    Shape::Count(Bound { least, most, weight: Weight::Warning, rule: pb(34) })
}

/// PB-034.
pub static MERCHANTS_QUERY: Object = object("PostageMerchantsQuery", "Which of them, and in which order.").fields(&[
    DEVELOPER,
    may("size", &number(1, 2_000), "How many on a page; 20, if nothing is said.").rule(pb(34)).in_query(),
    may("page", &number(0, u32::MAX), "Which page, from 0 on.").rule(pb(34)).in_query(),
    may("sort", &filled(), "A member and `asc` or `desc`, such as `fullName,desc`.").rule(pb(34)).in_query(),
]);

/// PB-034.
pub static MERCHANTS: Object = object("PostageMerchants", "A page of a developer's merchants.").fields(&[
    must("content", &list(&MERCHANT_SHAPE), "The merchants.").rule(pb(34)),
    may("totalPages", &Shape::Integer, "How many pages there are.").rule(pb(34)),
    may("totalElements", &Shape::Integer, "How many merchants there are.").rule(pb(34)),
    may("last", &Shape::Flag, "Whether this is the last page.").rule(pb(34)),
    may("size", &Shape::Integer, "How many are on a page.").rule(pb(34)),
    may("number", &Shape::Integer, "Which page this is, from 0 on.").rule(pb(34)),
    may("numberOfElements", &Shape::Integer, "How many are on this page.").rule(pb(34)),
    may("first", &Shape::Flag, "Whether this is the first page.").rule(pb(34)),
]);

static MERCHANT_SHAPE: Shape = Shape::Object(&MERCHANT);
static TEXT: Shape = text();
const OPTIONAL_TEXT: Shape = Shape::Nullable(&TEXT);

/// PB-034.
pub static MERCHANT: Object = object("PostageMerchant", "A merchant.").fields(&[
    must("postalReportingNumber", &text(), "The Shipper ID, by which a merchant is named.").rule(pb(34)),
    may("fullName", &OPTIONAL_TEXT, "The name.").rule(pb(34)),
    may("email", &OPTIONAL_TEXT, "The e-mail address.").rule(pb(34)),
    may("registeredDate", &OPTIONAL_TEXT, "Since when.").rule(pb(34)),
    may("paymentAccountNumber", &OPTIONAL_TEXT, "The postage account's number, which is another one.").rule(pb(34)),
    may("enterpriseAccount", &OPTIONAL_TEXT, "A further account.").rule(pb(34)),
    may("merchantStatus", &OPTIONAL_TEXT, "`ACTIVE` or `INACTIVE`.").rule(pb(34)),
    may("merchantStatusReason", &OPTIONAL_TEXT, "Why not active.").rule(pb(34)),
    may("deactivatedDate", &OPTIONAL_TEXT, "Since when not active.").rule(pb(34)),
]);
