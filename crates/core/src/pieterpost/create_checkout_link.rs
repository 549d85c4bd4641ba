//! `POST /v1/checkout-links`
//! <https://pieterpost.com/api/docs/> "Create checkout links", read 2026-11-21.

use super::PIETERPOST;
use super::mail::{
    self, ACCEPT_WARNINGS, BUSINESS_LOGO, COMPOSE_MODE_FIELD, EXTERNAL_ID, LETTERS_FIELD, LOCALE, LetterSlots,
    MAIL_TAGS, METADATA_FIELD, POSTCARD_FIELD, REQUEST_TYPE, STAMP, TEMPLATE, VARIABLE_KEYS,
};
use super::order::{self, DONE, ORDER};
use crate::operation::{Body, Method, Operation, Payment, Repeat};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pp;
use crate::schema::{Format, Object, Slot, Weight, documentation, formatted, may, must, object, one_of};

/// Makes a hosted payment page; PieterPost prints and posts after payment.
pub static CREATE_CHECKOUT_LINK: Operation = Operation {
    name: "pieterpost.create_checkout_link",
    doc: documentation("Makes a hosted payment page; PieterPost prints and posts after payment."),
    source: documentation("https://pieterpost.com/api/docs/"),
    provider: &PIETERPOST,
    method: Method::Post,
    path: "/v1/checkout-links",
    repeat: Repeat::IdempotencyKey,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: true,
    is_order: true,
    order: "",
    key: "",
    money: None,
    input: &CHECKOUT,
    output: &ORDER,
    proof: &["orderId", "status"],
    done: &DONE,
    agrees: order::agrees,
};

/// What is ordered, and how it is paid.
pub static CHECKOUT: Object = object("CheckoutLinkInput", "What is ordered, and how it is paid.")
    .fields(&[
        REQUEST_TYPE,
        must("senderEmail", &formatted(Format::Email), "Who orders; told about payment and dispatch.").rule(pp(111)),
        may("returnUrl", &formatted(Format::WebAddress(Weight::Error)), "Where the payer goes back to.").rule(pp(112)),
        LOCALE,
        may("paymentMethod", &one_of(&["auto", "card", "ideal"]), "`auto`, if nothing is said.").rule(pp(114)),
        EXTERNAL_ID,
        METADATA_FIELD,
        COMPOSE_MODE_FIELD,
        TEMPLATE,
        VARIABLE_KEYS,
        STAMP,
        LETTERS_FIELD,
        POSTCARD_FIELD,
        ACCEPT_WARNINGS,
        BUSINESS_LOGO,
    ])
    .tags(&MAIL_TAGS)
    .rules(&[return_url, letters])
    .unknown(pp(31));

const RETURN_URL: Slot = CHECKOUT.slot("returnUrl");
static LETTER_SLOTS: LetterSlots = LetterSlots::of(&CHECKOUT);

/// PP-112: the vendor shows a return address in every example, and does not say that it has to be there.
fn return_url(order: &Group<'_>, found: &mut Findings) {
    if !order.has(RETURN_URL) {
        let issue = found.warning(pp(112), Code::MissingMember, &order.at(RETURN_URL));
        issue.hint("Without it the payer does not come back.");
    }
}

fn letters(order: &Group<'_>, found: &mut Findings) {
    mail::letters_of(order, &LETTER_SLOTS, found);
}
