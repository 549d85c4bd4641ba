//! `POST /v1/credits/topups`
//! <https://pieterpost.com/api/docs/> "Create credit top-ups", read 2026-11-21.

use super::mail::METADATA;
use super::wallet::{CURRENCY, WALLET_SHAPE};
use super::{PIETERPOST, mode};
use crate::operation::{Body, Done, Method, Money, Operation, Payment, Repeat, Sent, nothing_else};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pp;
use crate::schema::{Format, Object, Shape, Slot, Weight, documentation, formatted, may, must, object, text};

/// Adds money to a wallet.
pub static CREATE_TOPUP: Operation = Operation {
    name: "pieterpost.create_topup",
    doc: documentation("Adds money to a wallet: at once in test mode, by a payment page in live mode."),
    source: documentation("https://pieterpost.com/api/docs/"),
    provider: &PIETERPOST,
    method: Method::Post,
    path: "/v1/credits/topups",
    repeat: Repeat::IdempotencyKey,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: Some(Money { amount: "amountCents", currency: "currency", unit: 1, is_granted: false }),
    input: &TOPUP_INPUT,
    output: &TOPUP,
    proof: &["topupId", "status"],
    done: &DONE,
    agrees,
};

static TEXT: Shape = text();
const OPTIONAL_TEXT: Shape = Shape::Nullable(&TEXT);

/// What another public source takes: 5 to 500, in whole units (PP-148).
const USUAL_CENTS: core::ops::RangeInclusive<i64> = 500..=50_000;
const STEP_CENTS: i64 = 100;

/// How much is added, and how.
pub static TOPUP_INPUT: Object = object("TopupInput", "How much is added.")
    .fields(&[
        must("amountCents", &Shape::Integer, "In hundredths of the currency.").rule(pp(145)),
        must("currency", &CURRENCY, "ISO 4217, in lower case.").rule(pp(145)),
        may("metadata", &METADATA, "The caller's own values.").rule(pp(145)),
        may("returnUrl", &formatted(Format::WebAddress(Weight::Error)), "Where the payer goes back to.").rule(pp(145)),
    ])
    .rules(&[amount])
    .unknown(pp(31));

const AMOUNT: Slot = TOPUP_INPUT.slot("amountCents");

/// PP-148.
fn amount(topup: &Group<'_>, found: &mut Findings) {
    let Some(cents) = topup.integer(AMOUNT) else { return };
    if cents < 1 {
        found.error(pp(148), Code::OutOfRange, &topup.at(AMOUNT)).number("actual", cents).number("least", 1);
    } else if !USUAL_CENTS.contains(&cents) || cents % STEP_CENTS != 0 {
        let issue = found.warning(pp(148), Code::UnusualAmount, &topup.at(AMOUNT));
        issue.number("actual", cents).number("least", *USUAL_CENTS.start()).number("most", *USUAL_CENTS.end());
        issue.number("step", STEP_CENTS);
    }
}

/// PP-146: the wallet is credited when it is paid.
static DONE: Done = Done { member: "status", values: &["paid"], also: nothing_else };

/// PP-145, PP-146.
pub static TOPUP: Object = object("Topup", "Money on its way into a wallet.").fields(&[
    must("amountCents", &Shape::Integer, "In hundredths of the currency.").rule(pp(145)),
    must("checkoutUrl", &OPTIONAL_TEXT, "The payment page; live mode only.").rule(pp(146)),
    must("createdAt", &text(), "When it was made, RFC 3339.").rule(pp(142)),
    must("currency", &text(), "ISO 4217, in lower case.").rule(pp(145)),
    must("paidAt", &OPTIONAL_TEXT, "When it was paid, RFC 3339.").rule(pp(146)),
    must("status", &formatted(Format::Usually(&["pending", "paid"])), "Where it stands.").rule(pp(146)),
    must("testMode", &Shape::Flag, "Whether no money moves.").rule(pp(10)),
    must("topupId", &text(), "Its id.").rule(pp(145)),
    must("updatedAt", &text(), "When it last changed, RFC 3339.").rule(pp(142)),
    may("wallet", &Shape::Nullable(&WALLET_SHAPE), "The wallet with the money in it; test mode only.").rule(pp(145)),
]);

const TEST_MODE: Slot = TOPUP.slot("testMode");

fn agrees(sent: &Sent<'_>, topup: &Group<'_>, found: &mut Findings) {
    mode::by_flag(sent, topup, TEST_MODE, found);
}
