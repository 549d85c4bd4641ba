//! What PostalForm answers. <https://postalform.com/agents> "Track fulfillment", read 2026-11-21; members that it does not
//! name are those of the vendor's OpenAPI document.

use super::bulk;
use crate::operation::{Sent, hold};
use crate::read::{Findings, Group, is_web_address};
use crate::report::Code;
use crate::rule::{RuleId, pf, pfb, pfm};
use crate::schema::{Bound, Format, Object, Shape, Slot, Weight, formatted, list, may, must, object, text};

static WORD: Shape = text();
static OR_NULL: Shape = Shape::Nullable(&WORD);
/// PF-072: dollars, as a number or a text.
static PRICE: Shape = Shape::Scalar(Bound { least: 0, most: u32::MAX, weight: Weight::Info, rule: RuleId::NONE });
static PRICE_OR_NULL: Shape = Shape::Nullable(&PRICE);
static MACHINE_PAYMENT_SHAPE: Shape = Shape::Object(&MACHINE_PAYMENT);
static X402_SHAPE: Shape = Shape::Object(&X402);

/// PF-070, PFM-002.
pub static VALIDATION: Object = object("PostalFormValidation", "What an order would cost.").fields(&[
    may("request_id", &WORD, "The order's.").rule(pf(70)),
    may("request_hash", &WORD, "A hash of the request.").rule(pf(70)),
    may("order_id", &OR_NULL, "The order's id, where there is one already.").rule(pf(70)),
    may(
        "status",
        &formatted(Format::Usually(&["validated_new_order", "validated_existing_order"])),
        "Whether there is.",
    )
    .rule(pf(70)),
    may("postcard_guidelines_url", &OR_NULL, "How a postcard's PDF has to be.").rule(pf(70)),
    may("bulk", &Shape::Object(&COUNTED), "What was counted of a list.").rule(pfb(8)),
    must("quote", &Shape::Object(&QUOTE), "The price.").rule(pf(71)),
    may("protocol", &WORD, "`mpp`.").rule(pfm(2)),
    may("methods", &list(&WORD), "How it can be paid: `tempo`, `stripe_spt` and others.").rule(pfm(2)),
]);

/// PFB-008.
pub static COUNTED: Object = object("PostalFormCounted", "What was counted of a list.").fields(&[
    must("recipient_count", &Shape::Integer, "How many rows.").rule(pfb(8)),
    may("content_mode", &WORD, "What their letters are made from.").rule(pfb(8)),
]);

/// PF-071.
pub static QUOTE: Object = object("PostalFormQuote", "A price. Options are those in force.").fields(&[
    must("price_usd", &PRICE, "In dollars.").rule(pf(71)),
    may("full_price_usd", &PRICE, "Before anything is taken off.").rule(pf(71)),
    may("currency", &WORD, "`usd`.").rule(pf(71)),
    must("page_count", &Shape::Integer, "How many pages the PDF has.").rule(pf(71)),
    may("billable_page_count", &Shape::Integer, "How many are paid for.").rule(pf(71)),
]);

/// PF-081.
pub static PLACED_ORDER: Object = object("PostalFormPlacedOrder", "What became of an order.").fields(&[
    may("order_id", &WORD, "PostalForm's own id of it.").rule(pf(75)),
    may("request_id", &WORD, "The caller's.").rule(pf(75)),
    may("status", &WORD, "Such as `settled_pending_webhook`, which passes.").rule(pf(83)),
    may("payment_status", &WORD, "`paid`, once it is.").rule(pfm(5)),
    may("is_paid", &Shape::Flag, "Whether it is paid for.").rule(pf(81)),
    may("current_step", &OR_NULL, "How far it has come; `email_sent` is the last.").rule(pf(81)),
    may("price_usd", &PRICE_OR_NULL, "In dollars.").rule(pf(81)),
    may("mailpiece_type", &WORD, "What is sent.").rule(pf(81)),
    may("postcard_size", &OR_NULL, "In inches, of a postcard.").rule(pf(81)),
    may("machine_payment", &Shape::Nullable(&MACHINE_PAYMENT_SHAPE), "How it was paid.").rule(pf(81)),
    may("x402", &Shape::Nullable(&X402_SHAPE), "The same over x402.").rule(pf(81)),
    may("campaign_url", &OR_NULL, "The page of a list, with each row's letter.").rule(pfb(9)),
    may("order_complete_url", &OR_NULL, "Its page, once it is paid; a sentence until then.").rule(pf(82)),
]);

/// PF-081.
pub static MACHINE_PAYMENT: Object = object("PostalFormPayment", "How an order was paid.").fields(&[
    may("protocol", &OR_NULL, "`x402` or `mpp`.").rule(pf(81)),
    may("method", &OR_NULL, "Such as `tempo` or `stripe`.").rule(pf(81)),
    may("network", &OR_NULL, "Where.").rule(pf(81)),
    may("recipient", &OR_NULL, "To whom.").rule(pf(81)),
    may("settlement_reference", &OR_NULL, "The payment's own id.").rule(pf(81)),
    may("settled_at", &OR_NULL, "When, RFC 3339.").rule(pf(81)),
]);

/// PF-081.
pub static X402: Object = object("PostalFormX402Payment", "How an order was paid over x402.").fields(&[
    may("network", &OR_NULL, "Where, in CAIP-2.").rule(pf(81)),
    may("pay_to", &OR_NULL, "To whom.").rule(pf(81)),
    may("settlement_tx", &OR_NULL, "The transaction's hash.").rule(pf(81)),
    may("settled_at", &OR_NULL, "When, RFC 3339.").rule(pf(81)),
]);

/// PF-075: an order's own id, or that of any request that led to it.
pub static ORDER_ID: Object = object("PostalFormOrderId", "Which order.").fields(&[must(
    "id",
    &formatted(Format::Id),
    "Its `order_id` or `request_id`.",
)
.rule(pf(75))
.in_path()]);

const COUNTED_OF: Slot = VALIDATION.slot("bulk");
const COUNT: Slot = COUNTED.slot("recipient_count");
const REQUEST_ID: Slot = VALIDATION.slot("request_id");
const IS_PAID: Slot = PLACED_ORDER.slot("is_paid");
const PAGE: Slot = PLACED_ORDER.slot("order_complete_url");

/// PF-070, PFB-008: the answer is about the order that was asked about.
pub(super) fn agrees(sent: &Sent<'_>, answer: &Group<'_>, found: &mut Findings) {
    hold(sent, "request_id", &answer.at(REQUEST_ID), (Weight::Error, pf(70), Code::IdMismatch), found);
    let counted = answer.group(COUNTED_OF).and_then(|counted| Some((counted.integer(COUNT)?, counted.at(COUNT))));
    let rows = sent.input.and_then(|order| bulk::count(&order, found));
    if let (Some((actual, place)), Some(rows)) = (counted, rows)
        && actual != rows as i64
    {
        let issue = found.error(pfb(8), Code::CountMismatch, &place);
        issue.number("actual", actual).number("expected", rows as i64);
    }
}

/// PF-082, PF-084: whether an order is paid, and its page is one.
pub(super) fn is_paid_and_shown(order: &Group<'_>) -> bool {
    order.flag(IS_PAID) == Some(true)
        && order.text(PAGE).is_some_and(|page| page.utf8().starts_with(b"https://") && is_web_address(&page.value()))
}
