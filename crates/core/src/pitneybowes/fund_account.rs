//! `POST /shippingservices/v1/developers/{developerId}/merchants/{postalReportingNumber}/account/fund`
//! <https://docs.shippingapi.pitneybowes.com/api/post-merchants-account-fund.html>, read 2026-11-21.

use alloc::string::String;

use super::PITNEYBOWES;
use super::get_balance::GET_BALANCE;
use super::merchant::{DEVELOPER, MERCHANT};
use crate::check::{Check, Verdict};
use crate::json;
use crate::operation::{Body, Done, Method, Money, Operation, Payment, Repeat, Sent, at_most, hold};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pb;
use crate::schema::{Format, Object, Shape, Slot, Weight, count, documentation, formatted, must, object, one_of};

/// Adds money to a merchant's postage account, from the payment method on file.
pub static FUND_ACCOUNT: Operation = Operation {
    name: "pitneybowes.fund_account",
    doc: documentation("Adds money to a merchant's postage account, from the payment method on file."),
    source: documentation("https://docs.shippingapi.pitneybowes.com/api/post-merchants-account-fund.html"),
    provider: &PITNEYBOWES,
    method: Method::Post,
    path: "/shippingservices/v1/developers/{developerId}/merchants/{postalReportingNumber}/account/fund",
    // PB-012: the transaction's id is to be unique; that it counts once is promised nowhere.
    repeat: Repeat::ByHand,
    body: Body::Json,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    // PB-009: in whole dollars.
    money: Some(Money { amount: "amount", currency: "currencyCode", unit: 100, is_granted: true }),
    input: &REFILL,
    output: &REFILLED,
    proof: &["amount"],
    done: &Done::NEVER,
    agrees,
};

/// PB-012: a balance before and after is all that can be shown. Postage is bought meanwhile, so it proves nothing.
pub(crate) static CHECK: Check = Check {
    of: &FUND_ACCOUNT,
    with: &GET_BALANCE,
    by: &["developerId", "postalReportingNumber"],
    says: |_, _| Verdict::Unclear,
};

const CURRENCIES: &[&str] = &["USD"];

/// PB-008, PB-009.
pub static REFILL: Object = object("PostageRefill", "How much is added to whose postage account, once.")
    .fields(&[
        DEVELOPER,
        MERCHANT,
        must("amount", &count(1, u32::MAX, pb(8)), "In whole dollars: 500 is USD 500.00.").rule(pb(8)),
        must("currencyCode", &one_of(CURRENCIES), "ISO 4217; there is only one.").rule(pb(8)),
        must(
            "maxAmount",
            &count(1, u32::MAX, pb(9)),
            "The most that `amount` may be, in whole dollars. It is not sent.",
        )
        .rule(pb(9))
        .aside(),
    ])
    .rules(&[within_cap])
    .exactly(pb(8));

/// PB-010.
pub static REFILLED: Object = object("PostageRefilled", "What was added.").fields(&[
    must("amount", &Shape::Integer, "In whole dollars.").rule(pb(10)),
    must("currencyCode", &formatted(Format::Usually(CURRENCIES)), "ISO 4217.").rule(pb(10)),
]);

const AMOUNT: Slot = REFILL.slot("amount");
const MAX_AMOUNT: Slot = REFILL.slot("maxAmount");
const ADDED: Slot = REFILLED.slot("amount");
const ADDED_CURRENCY: Slot = REFILLED.slot("currencyCode");

/// PB-009: the vendor does not say whether amounts are dollars or cents. So every refill has a cap, and says in words what
/// it is taken for.
fn within_cap(refill: &Group<'_>, found: &mut Findings) {
    let Some(amount @ 1..) = refill.integer(AMOUNT) else { return };
    if at_most(refill, AMOUNT, MAX_AMOUNT, pb(9), found) && refill.integer(MAX_AMOUNT).is_some() {
        let mut written = String::from("USD ");
        json::integer(&mut written, amount);
        json::raw(&mut written, ".00");
        found.weigh(Weight::Info, pb(9), Code::ConfirmAmount, refill.at(AMOUNT).path()).text("actual", &written);
    }
}

/// PB-010: what was added is what was asked for.
fn agrees(sent: &Sent<'_>, refilled: &Group<'_>, found: &mut Findings) {
    hold(sent, "amount", &refilled.at(ADDED), (Weight::Warning, pb(10), Code::AmountMismatch), found);
    hold(sent, "currencyCode", &refilled.at(ADDED_CURRENCY), (Weight::Warning, pb(10), Code::CurrencyMismatch), found);
}
