//! `POST /v1/orders`
//! <https://pieterpost.com/api/docs/> "Create direct orders", read 2026-11-21.

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
use crate::schema::{Format, Misplaced, Object, Slot, documentation, formatted, may, object};

/// Sends letters or postcards, paid from the wallet.
pub static CREATE_ORDER: Operation = Operation {
    name: "pieterpost.create_order",
    doc: documentation("Sends letters or postcards at once, paid from the account's wallet."),
    source: documentation("https://pieterpost.com/api/docs/"),
    provider: &PIETERPOST,
    method: Method::Post,
    path: "/v1/orders",
    repeat: Repeat::IdempotencyKey,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: false,
    is_order: true,
    order: "",
    key: "",
    money: None,
    input: &DIRECT_ORDER,
    output: &ORDER,
    proof: &["orderId", "status"],
    done: &DONE,
    agrees: order::agrees,
};

const HOSTED: &str = "into a checkout link: a direct order is paid from the wallet";

/// What is sent. The same shape as a checkout link's (PP-051, PP-120), without what is about the payer.
pub static DIRECT_ORDER: Object = object("DirectOrderInput", "What is sent, paid from the wallet.")
    .fields(&[
        REQUEST_TYPE,
        may("senderEmail", &formatted(Format::Email), "Who orders; told about the dispatch.").rule(pp(122)),
        LOCALE,
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
    .misplaced(&[
        Misplaced { name: "returnUrl", belongs: HOSTED, rule: pp(51) },
        Misplaced { name: "paymentMethod", belongs: HOSTED, rule: pp(120) },
    ])
    .rules(&[sender, letters])
    .unknown(pp(31));

const SENDER: Slot = DIRECT_ORDER.slot("senderEmail");
static LETTER_SLOTS: LetterSlots = LetterSlots::of(&DIRECT_ORDER);

/// PP-122: shown in every example, and nowhere said to be needed.
fn sender(order: &Group<'_>, found: &mut Findings) {
    if !order.has(SENDER) {
        found.warning(pp(122), Code::MissingMember, &order.at(SENDER));
    }
}

fn letters(order: &Group<'_>, found: &mut Findings) {
    mail::letters_of(order, &LETTER_SLOTS, found);
}
