//! `POST /v1/compose-links`
//! <https://pieterpost.com/api/docs/> "Create a compose link", read 2026-11-21.

use super::mail::{EXTERNAL_ID, LOCALE, METADATA_FIELD};
use super::recipient::RECIPIENT;
use super::{PIETERPOST, mode};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, Sent};
use crate::read::{Findings, Group};
use crate::rule::pp;
use crate::schema::{Misplaced, Object, Shape, Slot, documentation, may, must, object, text};

/// Makes an address at which a person finds a letter begun.
pub static CREATE_COMPOSE_LINK: Operation = Operation {
    name: "pieterpost.create_compose_link",
    doc: documentation("Makes a link to PieterPost's own page with a letter begun; a person reviews and sends it."),
    source: documentation("https://pieterpost.com/api/docs/"),
    provider: &PIETERPOST,
    method: Method::Post,
    path: "/v1/compose-links",
    repeat: Repeat::IdempotencyKey,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: true,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &COMPOSE_LINK_INPUT,
    output: &COMPOSE_LINK,
    proof: &["id", "url"],
    done: &Done::NEVER,
    agrees,
};

const NOT_HERE: &str = "into a checkout link or a direct order";

/// PP-100: one recipient and, if wanted, a text.
pub static COMPOSE_LINK_INPUT: Object = object("ComposeLinkInput", "The letter as the person finds it.")
    .fields(&[
        must("recipient", &Shape::Object(&RECIPIENT), "Who receives it.").rule(pp(100)),
        may("message", &text(), "The text.").rule(pp(100)),
        EXTERNAL_ID,
        LOCALE,
        METADATA_FIELD,
    ])
    .misplaced(&[
        Misplaced { name: "recipients", belongs: NOT_HERE, rule: pp(100) },
        Misplaced { name: "letters", belongs: NOT_HERE, rule: pp(100) },
        Misplaced { name: "postcard", belongs: NOT_HERE, rule: pp(100) },
    ])
    .unknown(pp(31));

/// PP-101.
pub static COMPOSE_LINK: Object = object("ComposeLink", "A letter begun.").fields(&[
    must("expiresAt", &text(), "When the link closes, RFC 3339.").rule(pp(101)),
    must("id", &text(), "Its id.").rule(pp(101)),
    must("mode", &text(), "`compose_link`.").rule(pp(101)),
    must("testMode", &Shape::Flag, "Whether nothing is really sent.").rule(pp(10)),
    must("url", &text(), "For the person.").rule(pp(101)),
]);

const TEST_MODE: Slot = COMPOSE_LINK.slot("testMode");

fn agrees(sent: &Sent<'_>, link: &Group<'_>, found: &mut Findings) {
    mode::by_flag(sent, link, TEST_MODE, found);
}
