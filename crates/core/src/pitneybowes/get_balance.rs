//! `GET /shippingservices/v1/developers/{developerId}/merchants/{postalReportingNumber}/account-balance`
//! <https://docs.shippingapi.pitneybowes.com/api/get-merchants-account-balance.html>, read 2026-11-21.

use super::PITNEYBOWES;
use super::merchant::{DEVELOPER, MERCHANT};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, unheld};
use crate::rule::{RuleId, pb};
use crate::schema::{Bound, Object, Shape, Weight, documentation, list, may, must, object, text};

/// Reads what is in a merchant's accounts. What is still on its way is not in it.
pub static GET_BALANCE: Operation = Operation {
    name: "pitneybowes.get_balance",
    doc: documentation("Reads what is in a merchant's accounts. What is still on its way is not in it."),
    source: documentation("https://docs.shippingapi.pitneybowes.com/api/get-merchants-account-balance.html"),
    provider: &PITNEYBOWES,
    method: Method::Get,
    path: "/shippingservices/v1/developers/{developerId}/merchants/{postalReportingNumber}/account-balance",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &MERCHANT_ID,
    output: &BALANCES,
    proof: &["accounts"],
    done: &Done::NEVER,
    agrees: unheld,
};

/// Which merchant.
pub static MERCHANT_ID: Object = object("PostageMerchantId", "Which merchant.").fields(&[DEVELOPER, MERCHANT]);

/// PB-034.
pub static BALANCES: Object = object("PostageBalances", "What is in a merchant's accounts.").fields(&[must(
    "accounts",
    &list(&ACCOUNT_SHAPE),
    "The postage account, and a line of credit, if any.",
)
.rule(pb(34))]);

static ACCOUNT_SHAPE: Shape = Shape::Object(&ACCOUNT);
static TEXT: Shape = text();
const OPTIONAL_TEXT: Shape = Shape::Nullable(&TEXT);

/// The vendor writes a balance as a decimal number.
static DECIMAL: Shape = Shape::Scalar(Bound { least: 0, most: u32::MAX, weight: Weight::Info, rule: RuleId::NONE });

/// PB-034.
pub static ACCOUNT: Object = object("PostageAccount", "One account of a merchant.").fields(&[
    must("accountType", &text(), "Which of them it is.").rule(pb(34)),
    may("accountNumber", &OPTIONAL_TEXT, "Its number; not the one that a merchant is named by.").rule(pb(34)),
    may("balance", &Shape::Nullable(&DECIMAL), "In dollars, with a fraction.").rule(pb(34)),
    may("currencyCode", &OPTIONAL_TEXT, "ISO 4217.").rule(pb(34)),
]);
