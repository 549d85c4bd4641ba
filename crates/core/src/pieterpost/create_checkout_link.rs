//! `POST /v1/checkout-links`
//! <https://pieterpost.com/api/docs/> "Create checkout links", read 2026-11-21.

use super::PIETERPOST;
use super::mail::{self, COMPOSE_MODE, LETTERS, LetterSlots, METADATA, POSTCARD, VARIABLES};
use super::order::{self, DONE, ORDER};
use crate::operation::{Method, Operation, Repeat};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pp;
use crate::schema::{
    Case, Format, Misplaced, Object, Shape, Slot, documentation, filled, formatted, may, must, object, one_of, text,
};

/// Makes a hosted payment page; PieterPost prints and posts after payment.
pub static CREATE_CHECKOUT_LINK: Operation = Operation {
    name: "pieterpost.create_checkout_link",
    doc: documentation("Makes a hosted payment page; PieterPost prints and posts after payment."),
    source: documentation("https://pieterpost.com/api/docs/"),
    provider: &PIETERPOST,
    method: Method::Post,
    path: "/v1/checkout-links",
    repeat: Repeat::IdempotencyKey,
    input: &CHECKOUT,
    output: &ORDER,
    proof: &["orderId", "status"],
    done: &DONE,
    agrees: order::agrees,
};

const LOCALES: Shape = formatted(Format::Usually(&["de", "en", "es", "fr", "it", "nl", "pl", "pt"]));

/// What is ordered, and how it is paid.
pub static CHECKOUT: Object = object("CheckoutLinkInput", "What is ordered, and how it is paid.")
    .fields(&[
        must("requestType", one_of(&["letter", "postcard"]), "What is sent.").rule(pp(110)),
        must("senderEmail", formatted(Format::Email), "Who orders; told about payment and dispatch.").rule(pp(111)),
        may("returnUrl", formatted(Format::WebAddress), "Where the payer goes back to.").rule(pp(112)),
        may("locale", LOCALES, "Language of the payment page.").rule(pp(176)),
        may("paymentMethod", one_of(&["auto", "card", "ideal"]), "`auto`, if nothing is said.").rule(pp(114)),
        may("externalId", text(), "The caller's own id.").rule(pp(110)),
        may("metadata", METADATA, "The caller's own values.").rule(pp(110)),
        may("composeMode", COMPOSE_MODE, "\"template\": all letters share templateMessage.").rule(pp(70)),
        may("templateMessage", text(), "Text with placeholders such as {{first_name}}.").rule(pp(70)).omit_empty(),
        may("variableKeys", VARIABLES, "Variables that every recipient has to have.").rule(pp(73)).omit_empty(),
        may("stampImageAssetId", filled(), "Id of an uploaded letter-stamp-image asset, for all letters.").rule(pp(44)),
        may("letters", LETTERS, "1 to 25 letters, all to the US or none.").rule(pp(40)),
        may("postcard", Shape::Object(&POSTCARD), "The postcard.").rule(pp(60)),
        may("acceptUsAddressWarnings", Shape::Flag, "Named by another public source; passed on.").rule(pp(176)),
        may("useBusinessLogo", Shape::Flag, "Named by another public source; passed on.").rule(pp(176)),
    ])
    .cases(
        "requestType",
        &[
            Case {
                value: "letter",
                needs: &[("letters", pp(40))],
                excludes: &[Misplaced { name: "postcard", belongs: "", rule: pp(60) }],
            },
            Case {
                value: "postcard",
                needs: &[("postcard", pp(60))],
                excludes: &[
                    Misplaced { name: "letters", belongs: "", rule: pp(60) },
                    Misplaced { name: "stampImageAssetId", belongs: "", rule: pp(44) },
                    Misplaced { name: "composeMode", belongs: "into the postcard", rule: pp(67) },
                    Misplaced { name: "templateMessage", belongs: "into the postcard's message", rule: pp(67) },
                    Misplaced { name: "variableKeys", belongs: "into the postcard", rule: pp(67) },
                ],
            },
        ],
    )
    .rules(&[return_url, letters])
    .unknown(pp(31));

const RETURN_URL: Slot = CHECKOUT.slot("returnUrl");
const REQUEST_TYPE: Slot = CHECKOUT.slot("requestType");

static LETTER_SLOTS: LetterSlots = LetterSlots {
    letters: CHECKOUT.slot("letters"),
    compose_mode: CHECKOUT.slot("composeMode"),
    template: CHECKOUT.slot("templateMessage"),
    variables: CHECKOUT.slot("variableKeys"),
};

/// PP-112: the vendor shows a return address in every example, and does not say that it has to be there.
fn return_url(order: &Group<'_>, found: &mut Findings) {
    if !order.has(RETURN_URL) {
        let issue = found.warning(pp(112), Code::MissingMember, &order.at(RETURN_URL));
        issue.hint("Without it the payer does not come back.");
    }
}

fn letters(order: &Group<'_>, found: &mut Findings) {
    if order.text(REQUEST_TYPE).is_none_or(|kind| !kind.is("postcard")) {
        mail::letters(order, &LETTER_SLOTS, found);
    }
}
