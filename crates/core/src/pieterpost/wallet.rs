//! Wallets: money that was paid in before, for direct orders.
//! <https://pieterpost.com/api/docs/> "Read wallet balance", "Create credit top-ups", read 2026-11-21.

use crate::schema::{Format, Object, Shape, formatted, may, must, object, text};

/// The currencies that are known: the vendor documents `eur`, another public source `usd` (PP-136).
pub(super) const CURRENCY: Shape = formatted(Format::Usually(&["eur", "usd"]));

/// The shape of a wallet in an answer.
pub(super) static WALLET_SHAPE: Shape = Shape::Object(&WALLET);

/// What is in a wallet.
pub static WALLET: Object = object("Wallet", "A wallet: one for each mode and currency.").fields(&[
    must("balanceCents", &Shape::Integer, "What is left, in hundredths of the currency."),
    must("currency", &text(), "ISO 4217, in lower case."),
    must("mode", &formatted(Format::Usually(&["test", "live"])), "Which of the two wallets."),
    may("updatedAt", &text(), "When it last changed, RFC 3339; when the wallet itself is read."),
]);
