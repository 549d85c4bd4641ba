//! A top-up: money on its way into a wallet.

use serde::Serialize;

use super::create::{Sent, SentState};
use super::wallet::{Currency, Entry, WalletView, Wallets, Which};
use crate::date::rfc3339;
use crate::ids::Ids;
use crate::mode::Mode;

/// A top-up.
pub(super) struct Topup {
    pub(super) id: String,
    pub(super) amount_cents: i64,
    pub(super) currency: Currency,
    /// Where a payer goes back to.
    pub(super) return_url: Option<String>,
    /// The page on which it is paid; live mode only.
    pub(super) checkout_url: Option<String>,
    pub(super) created_ms: u64,
    pub(super) paid_ms: Option<u64>,
    pub(super) sent: Sent,
}

/// A top-up as it is answered, in the vendor's order (PP-145, PP-146).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TopupView<'t> {
    amount_cents: i64,
    checkout_url: Option<&'t str>,
    created_at: String,
    currency: Currency,
    paid_at: Option<String>,
    status: &'static str,
    test_mode: bool,
    topup_id: &'t str,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wallet: Option<WalletView>,
}

/// A top-up as the control plane shows it.
#[derive(Serialize)]
pub(super) struct TopupState<'t> {
    #[serde(flatten)]
    sent: SentState<'t>,
    topup: TopupView<'t>,
}

impl Topup {
    /// Puts the money into the wallet.
    pub(super) fn pay(&mut self, wallets: &mut Wallets, ids: &mut Ids, now_ms: u64) {
        self.paid_ms = Some(now_ms);
        let entry = Entry { id: ids.id("ledger_"), cents: self.amount_cents, of: self.id.clone(), at_ms: now_ms };
        wallets.book(&self.wallet(), entry);
    }

    pub(super) fn view(&self, wallets: &Wallets) -> TopupView<'_> {
        let is_paid = self.paid_ms.is_some();
        let mode = self.sent.caller.mode;
        TopupView {
            amount_cents: self.amount_cents,
            checkout_url: self.checkout_url.as_deref().filter(|_| !is_paid),
            created_at: rfc3339(self.created_ms),
            currency: self.currency,
            paid_at: self.paid_ms.map(rfc3339),
            status: if is_paid { "paid" } else { "pending" },
            test_mode: mode == Mode::Test,
            topup_id: &self.id,
            updated_at: rfc3339(self.paid_ms.unwrap_or(self.created_ms)),
            wallet: (mode == Mode::Test).then(|| wallets.view(&self.wallet())),
        }
    }

    pub(super) fn state(&self, wallets: &Wallets) -> TopupState<'_> {
        TopupState { sent: self.sent.state(), topup: self.view(wallets) }
    }

    fn wallet(&self) -> Which {
        Which::of(&self.sent.caller, self.currency)
    }
}
