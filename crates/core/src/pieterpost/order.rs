//! An order, as every call about orders answers it.
//! <https://pieterpost.com/api/docs/> "Orders and status", read 2026-11-21.

use super::wallet::WALLET_SHAPE;
use super::{mail, mode};
use crate::operation::{Done, Sent, nothing_else};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::{RuleId, pp};
use crate::schema::{Bound, Format, Keys, Object, Shape, Slot, Weight, formatted, map, may, must, object, text};

static TEXT: Shape = text();
static ANY: Shape = Shape::Any;

const OPTIONAL_TEXT: Shape = Shape::Nullable(&TEXT);
const ANYTHING: Keys = Keys::Within(Bound { least: 0, most: u32::MAX, weight: Weight::Info, rule: RuleId::NONE });

/// Every state that an order can be in. Others may be added by the vendor and are passed on.
pub const STATUSES: &[&str] =
    &["draft", "checkout_open", "paid", "queued", "fulfilled", "failed", "cancelled", "expired"];

/// PP-163: states that an order does not leave.
pub static DONE: Done =
    Done { member: "status", values: &["fulfilled", "failed", "cancelled", "expired"], also: nothing_else };

/// PP-140.
pub static ORDER: Object = object("Order", "An order and where it stands.").fields(&[
    must("amountCents", &Shape::Integer, "The price in hundredths of the currency.").rule(pp(140)),
    must("billingMode", &formatted(Format::Usually(&["hosted_checkout", "credits"])), "Who pays.").rule(pp(140)),
    must("checkoutUrl", &OPTIONAL_TEXT, "The payment page; of use while status is checkout_open only.").rule(pp(164)),
    must("createdAt", &text(), "When it was made, RFC 3339.").rule(pp(142)),
    must("currency", &text(), "ISO 4217, in lower case.").rule(pp(140)),
    must("error", &OPTIONAL_TEXT, "Why it failed.").rule(pp(162)),
    must("expiresAt", &OPTIONAL_TEXT, "When the payment page closes, RFC 3339.").rule(pp(142)),
    must("externalId", &OPTIONAL_TEXT, "The caller's own id.").rule(pp(140)),
    must("fulfilledAt", &OPTIONAL_TEXT, "When it was handed to the mail, RFC 3339.").rule(pp(142)),
    must("metadata", &map(&ANY, ANYTHING), "The caller's own values.").rule(pp(140)),
    must("orderId", &text(), "The id for looking it up.").rule(pp(140)),
    must("orderRef", &text(), "A second id, a UUID.").rule(pp(140)),
    must("paidAt", &OPTIONAL_TEXT, "When it was paid, RFC 3339.").rule(pp(142)),
    must("paymentReference", &OPTIONAL_TEXT, "What it was paid with.").rule(pp(140)),
    must("recipientCount", &Shape::Integer, "How many letters or postcards.").rule(pp(141)),
    must("requestType", &formatted(Format::Usually(&["letter", "postcard"])), "What is sent.").rule(pp(140)),
    must("senderEmail", &OPTIONAL_TEXT, "Who is told.").rule(pp(140)),
    must("status", &formatted(Format::Usually(STATUSES)), "Where it stands.").rule(pp(160)),
    must("testMode", &Shape::Flag, "Whether nothing is really sent.").rule(pp(10)),
    must("updatedAt", &text(), "When it last changed, RFC 3339.").rule(pp(142)),
    may("wallet", &Shape::Nullable(&WALLET_SHAPE), "The wallet it was paid from; direct orders only.").rule(pp(131)),
]);

const RECIPIENT_COUNT: Slot = ORDER.slot("recipientCount");
const TEST_MODE: Slot = ORDER.slot("testMode");

/// PP-010, PP-141: an order is of the key's mode and has as many recipients as were sent.
pub fn agrees(sent: &Sent<'_>, order: &Group<'_>, found: &mut Findings) {
    mode::by_flag(sent, order, TEST_MODE, found);
    let expected = sent.input.as_ref().and_then(mail::recipients);
    if let (Some(expected), Some(actual)) = (expected, order.integer(RECIPIENT_COUNT))
        && i64::from(expected) != actual
    {
        let issue = found.warning(pp(141), Code::CountMismatch, &order.at(RECIPIENT_COUNT));
        issue.number("actual", actual).number("expected", i64::from(expected));
    }
}
