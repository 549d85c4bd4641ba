//! Wallets: money that was paid in before. There is one for each account, mode and currency.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::key::{ACCOUNT, Caller};
use crate::date::rfc3339;
use crate::html::money;
use crate::mode::Mode;

/// PP-136: the currencies that are known. Orders are paid in euros: no order names a currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Currency {
    /// Euros.
    #[default]
    Eur,
    /// United States dollars.
    Usd,
}

impl Currency {
    /// The currency of this name, as ISO 4217 has it but in lower case.
    pub(super) fn find(name: &str) -> Option<Self> {
        match name {
            "eur" => Some(Currency::Eur),
            "usd" => Some(Currency::Usd),
            _ => None,
        }
    }

    /// For people.
    pub(super) fn amount(self, cents: i64) -> String {
        let name = match self {
            Currency::Eur => "EUR",
            Currency::Usd => "USD",
        };
        money(name, cents)
    }
}

/// What is in a wallet from the beginning.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Balance {
    /// The account's id; `acct_sandbox`, if nothing is said.
    #[serde(default = "account")]
    pub account: String,
    /// `test`, if nothing is said.
    #[serde(default)]
    pub mode: Mode,
    /// `eur`, if nothing is said.
    #[serde(default)]
    pub currency: Currency,
    /// In hundredths of the currency.
    pub cents: u32,
}

fn account() -> String {
    ACCOUNT.to_owned()
}

/// Which wallet.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Which {
    owner: Caller,
    currency: Currency,
}

impl Which {
    pub(super) fn of(owner: &Caller, currency: Currency) -> Self {
        Which { owner: owner.clone(), currency }
    }
}

/// All wallets that were opened.
#[derive(Default)]
pub(super) struct Wallets(BTreeMap<Which, Wallet>);

#[derive(Default)]
struct Wallet {
    /// What was in it before anything was booked.
    first_cents: i64,
    entries: Vec<Entry>,
    /// When it was looked at first.
    opened_ms: Option<u64>,
}

/// A change of a wallet.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    /// The ledger's id for it.
    pub(super) id: String,
    /// What comes in; negative for what goes out.
    pub(super) cents: i64,
    /// The id of the order or top-up.
    pub(super) of: String,
    #[serde(skip)]
    pub(super) at_ms: u64,
}

/// A wallet as it is answered, in the vendor's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WalletView {
    balance_cents: i64,
    currency: Currency,
    mode: Mode,
    /// Given when the wallet itself is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
}

/// A wallet as the control plane shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WalletState<'w> {
    account: &'w str,
    #[serde(flatten)]
    view: WalletView,
    entries: &'w [Entry],
}

impl Wallets {
    pub(super) fn new(balances: &[Balance]) -> Self {
        let mut wallets = Wallets::default();
        for Balance { account, mode, currency, cents } in balances {
            let owner = Caller { account: account.clone(), mode: *mode };
            wallets.0.entry(Which::of(&owner, *currency)).or_default().first_cents += i64::from(*cents);
        }
        wallets
    }

    /// What is left in a wallet.
    pub(super) fn balance(&self, which: &Which) -> i64 {
        self.0.get(which).map_or(0, Wallet::balance)
    }

    /// Changes a wallet. Whoever debits looks at the balance first.
    pub(super) fn book(&mut self, which: &Which, entry: Entry) {
        self.0.entry(which.clone()).or_default().entries.push(entry);
    }

    pub(super) fn view(&self, which: &Which) -> WalletView {
        WalletView {
            balance_cents: self.balance(which),
            currency: which.currency,
            mode: which.owner.mode,
            updated_at: None,
        }
    }

    /// A wallet that is read for itself. One that was never used has changed when it was first read.
    pub(super) fn read(&mut self, which: &Which, now_ms: u64) -> WalletView {
        let wallet = self.0.entry(which.clone()).or_default();
        let opened_ms = *wallet.opened_ms.get_or_insert(now_ms);
        let updated_ms = wallet.entries.last().map_or(opened_ms, |entry| entry.at_ms);
        WalletView { updated_at: Some(rfc3339(updated_ms)), ..self.view(which) }
    }

    pub(super) fn states(&self) -> impl Iterator<Item = WalletState<'_>> {
        self.0.iter().map(|(which, wallet)| WalletState {
            account: &which.owner.account,
            view: self.view(which),
            entries: &wallet.entries,
        })
    }
}

impl Wallet {
    fn balance(&self) -> i64 {
        self.entries.iter().fold(self.first_cents, |balance, entry| balance.saturating_add(entry.cents))
    }
}
