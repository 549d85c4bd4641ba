//! The order: one body for x402 and MPP, to be checked and to be placed (PF-003).
//! <https://postalform.com/agents> "Draft an order payload", read 2026-11-21.

use super::address::{ID, MANUAL, NAME, Party, RECIPIENT_CASES, SENDER_CASES, TEXT, TYPE};
use super::bulk::{self, BULK};
use super::document::{self, DOCUMENT};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::{pf, pfb, pfs};
use crate::schema::{
    Case, Format, Object, Shape, Slot, Tag, Weight, filled, filled_or, formatted, may, must, object, one_of, text,
};

/// PF-010, PF-050 to PF-052.
pub static MACHINE_ORDER: Object = object("PostalFormOrder", "Mail to one recipient, or to each row of a list.")
    .fields(&[
        must(
            "request_id",
            &formatted(Format::Uuid),
            "Makes it happen once: the same for every try, new for every order.",
        )
        .rule(pf(11)),
        must("buyer_name", &filled().advised(0, 256, pf(13)), "Who pays.").rule(pf(10)),
        must("buyer_email", &formatted(Format::Email).advised(0, 256, pf(13)), "Where the receipt goes.").rule(pf(12)),
        may(
            "pdf",
            &filled_or(&DOCUMENT),
            "What is printed: {upload_token}, {download_url, file_id}, a data: or https address.",
        )
        .rule(pf(20)),
        may("file_name", &text().advised(0, 255, pf(13)), "What the PDF is called.").rule(pf(24)).omit_empty(),
        may("mailpiece_type", &one_of(&["letter", "postcard"]), "A letter, if nothing is said.").rule(pf(52)),
        may("postcard_size", &one_of(&["4x6", "6x9", "11x6"]), "In inches; needed for a postcard.").rule(pf(52)),
        must("sender_name", &NAME, "Who sends it.").rule(pf(10)),
        may("sender_address_id", &ID, "The sender's address, as search_addresses found it.").rule(pf(31)).omit_empty(),
        must("sender_address_type", &TYPE, "`Address`: found by search_addresses; `Manual`: written out.").rule(pf(30)),
        may("sender_address_text", &TEXT, "The address that was found, in one line.").rule(pf(31)).omit_empty(),
        may("sender_address_manual", &MANUAL, "The sender's address, written out.").rule(pf(32)),
        may("recipient_name", &NAME, "Who receives it.").rule(pf(10)),
        may("recipient_address_id", &ID, "The recipient's address, as search_addresses found it.")
            .rule(pf(31))
            .omit_empty(),
        may("recipient_address_type", &TYPE, "`Address`: found by search_addresses; `Manual`: written out.")
            .rule(pf(30)),
        may("recipient_address_text", &TEXT, "The address that was found, in one line.").rule(pf(31)).omit_empty(),
        may("recipient_address_manual", &MANUAL, "The recipient's address, written out.").rule(pf(32)),
        may("double_sided", &Shape::Flag, "true, if nothing is said.").rule(pf(50)),
        may("color", &Shape::Flag, "false, if nothing is said.").rule(pf(50)),
        may("mail_class", &one_of(&["standard", "priority", "express"]), "standard, if nothing is said.").rule(pf(51)),
        may("certified", &Shape::Flag, "false, if nothing is said.").rule(pf(50)),
        may("signature_required", &Shape::Flag, "Named by the vendor for postcards only, which have none.")
            .rule(pf(60)),
        may("bulk", &Shape::Object(&BULK), "A list of recipients, in place of the one.").rule(pfb(1)),
    ])
    .any_of(&[&["recipient_name", "recipient_address_type", "pdf"], &["bulk"]], pf(10))
    .tags(&TAGS)
    .rules(&[parties, pdf, options, one_or_many])
    .exactly(pf(14));

static TAGS: [Tag; 3] = [
    Tag { member: "mailpiece_type", cases: &PIECES },
    Tag { member: "sender_address_type", cases: &SENDER_CASES },
    Tag { member: "recipient_address_type", cases: &RECIPIENT_CASES },
];

static PIECES: [Case; 2] = [
    Case { value: "letter", needs: &[], excludes: &[] },
    Case { value: "postcard", needs: &[("postcard_size", pf(52))], excludes: &[] },
];

const PDF: Slot = MACHINE_ORDER.slot("pdf");
const PIECE: Slot = MACHINE_ORDER.slot("mailpiece_type");
const SIZE: Slot = MACHINE_ORDER.slot("postcard_size");
const BULK_OF: Slot = MACHINE_ORDER.slot("bulk");
const SENDER: Party = Party::of(&MACHINE_ORDER, "sender_address_type", "sender_address_id");
const RECIPIENT: Party = Party::of(&MACHINE_ORDER, "recipient_address_type", "recipient_address_id");

fn parties(order: &Group<'_>, found: &mut Findings) {
    for party in [SENDER, RECIPIENT] {
        party.check(order, found);
    }
}

fn pdf(order: &Group<'_>, found: &mut Findings) {
    if let Some(text) = order.text(PDF) {
        document::check(&text, found);
    }
}

/// How it is printed and sent: the member, what is in force where nothing is said (PF-050), and what a postcard is sent with
/// whatever is said (PF-054).
static OPTIONS: [(Slot, &str, &str); 5] = [
    (MACHINE_ORDER.slot("double_sided"), "true", "true"),
    (MACHINE_ORDER.slot("color"), "false", "true"),
    (MACHINE_ORDER.slot("mail_class"), "standard", "standard"),
    (MACHINE_ORDER.slot("certified"), "false", "false"),
    (MACHINE_ORDER.slot("signature_required"), "", "false"),
];

/// PF-053, PF-054, PFS-001.
fn options(order: &Group<'_>, found: &mut Findings) {
    let is_postcard = order.text(PIECE).is_some_and(|piece| piece.is("postcard"));
    if !is_postcard && order.has(SIZE) {
        found.warning(pf(53), Code::IgnoredMember, &order.at(SIZE)).text("other", "a letter").fix_remove();
    }
    for (slot, usual, on_postcard) in OPTIONS {
        let place = order.at(slot);
        if is_postcard && place.is_usable() && place.written() != on_postcard {
            let issue = found.warning(pf(54), Code::OverriddenMember, &place);
            issue.text("actual", &place.written()).text("expected", on_postcard).fix_remove();
        } else if !is_postcard && !place.is_there() && !usual.is_empty() {
            found.info(pfs(1), Code::DefaultInForce, &place).text("actual", usual);
        }
    }
}

/// Members that a list of recipients takes the place of.
static ONE: [Slot; 5] = [
    MACHINE_ORDER.slot("recipient_name"),
    MACHINE_ORDER.slot("recipient_address_id"),
    MACHINE_ORDER.slot("recipient_address_type"),
    MACHINE_ORDER.slot("recipient_address_text"),
    MACHINE_ORDER.slot("recipient_address_manual"),
];

/// PFB-003, PFB-005, PFB-006, PFB-010: a list goes with a PDF for all of its rows, and with no recipient.
fn one_or_many(order: &Group<'_>, found: &mut Findings) {
    let Some(list) = order.group(BULK_OF) else { return };
    for slot in ONE.into_iter().filter(|slot| order.has(*slot)) {
        found.error(pfb(6), Code::ConflictingMembers, &order.at(slot)).text("other", "bulk").fix_remove();
    }
    let pdf = order.at(PDF);
    let mode = bulk::mode(&list);
    if mode == "pdf" && !pdf.is_there() {
        found.error(pfb(3), Code::MissingMember, &pdf);
    } else if mode != "pdf" && !mode.is_empty() && pdf.is_there() {
        let issue = found.warning(pfb(5), Code::IgnoredMember, &pdf);
        issue.text("other", "a template").fix_remove();
    }
    if order.text(PIECE).is_some_and(|piece| piece.is("postcard")) {
        let weight = if mode == "pdf" { Weight::Warning } else { Weight::Error };
        found.weigh(weight, pfb(10), Code::ConflictingMembers, order.at(PIECE).path()).text("other", "bulk");
    }
}
