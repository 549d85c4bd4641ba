//! `GET /v1/wallet?currency=`
//! <https://pieterpost.com/api/docs/> "Read wallet balance", read 2026-11-21.

use super::wallet::{CURRENCY, WALLET, WALLET_SHAPE};
use super::{PIETERPOST, mode};
use crate::operation::{Body, Done, Method, Operation, Payment, Repeat, Sent, hold};
use crate::read::{Findings, Group};
use crate::report::Code;
use crate::rule::pp;
use crate::schema::{Object, Shape, Slot, Weight, documentation, may, must, object, text};

/// Reads what the account may do, and the balance of one currency.
pub static GET_WALLET: Operation = Operation {
    name: "pieterpost.get_wallet",
    doc: documentation("Reads what the account may do, and the balance of one currency."),
    source: documentation("https://pieterpost.com/api/docs/"),
    provider: &PIETERPOST,
    method: Method::Get,
    path: "/v1/wallet",
    repeat: Repeat::Read,
    body: Body::None,
    payment: Payment::None,
    may_be_public: false,
    is_order: false,
    order: "",
    key: "",
    money: None,
    input: &WALLET_QUERY,
    output: &ACCOUNT,
    proof: &["accountId"],
    done: &Done::NEVER,
    agrees,
};

/// Which wallet.
pub static WALLET_QUERY: Object = object("GetWalletInput", "Which wallet.").fields(&[may(
    "currency",
    &CURRENCY,
    "ISO 4217, in lower case; `eur`, if nothing is said.",
)
.rule(pp(136))
.in_query()]);

/// PP-135.
pub static ACCOUNT: Object = object("Account", "What an account may do, and one of its wallets.").fields(&[
    must("accountId", &text(), "The account.").rule(pp(135)),
    must("approvalStatus", &text(), "Where the account's approval stands.").rule(pp(135)),
    must("approvedForDirectSend", &Shape::Flag, "Whether direct orders are approved; not needed any more.")
        .rule(pp(11)),
    must("creditsEnabled", &Shape::Flag, "Whether it has wallets.").rule(pp(135)),
    must("hostedApiEnabled", &Shape::Flag, "Whether it can make payment links.").rule(pp(135)),
    must("liveEnabled", &Shape::Flag, "Whether it can send live mail.").rule(pp(135)),
    must("wallet", &WALLET_SHAPE, "The wallet of this mode and currency.").rule(pp(135)),
]);

const ACCOUNT_WALLET: Slot = ACCOUNT.slot("wallet");
const CURRENCY_ANSWERED: Slot = WALLET.slot("currency");
const MODE: Slot = WALLET.slot("mode");

/// PP-010, PP-136: the wallet is of the key's mode and of the currency that was asked for.
fn agrees(sent: &Sent<'_>, account: &Group<'_>, found: &mut Findings) {
    let Some(wallet) = account.group(ACCOUNT_WALLET) else { return };
    mode::by_name(sent, &wallet, MODE, found);
    hold(sent, "currency", &wallet.at(CURRENCY_ANSWERED), (Weight::Warning, pp(136), Code::CurrencyMismatch), found);
}
