//! Merchants, each with a postage account.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::developer::{DEVELOPER, OTHER_DEVELOPER};

/// The merchant of the examples.
pub const MERCHANT: &str = "3001234567";

/// When the built-in merchants registered.
const REGISTERED: &str = "2026-01-05T00:00:00.000Z";

/// A merchant.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Merchant {
    /// Whose merchant it is; the built-in developer's, if nothing is said.
    #[serde(default = "developer")]
    pub developer_id: String,
    /// The Shipper ID, as it stands in paths.
    pub postal_reporting_number: String,
    /// The name.
    #[serde(default)]
    pub full_name: String,
    /// What is in the postage account, in cents.
    #[serde(default)]
    pub cents: u64,
}

fn developer() -> String {
    DEVELOPER.to_owned()
}

/// PB-034: a merchant as it is listed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MerchantView<'m> {
    postal_reporting_number: &'m str,
    pub(super) full_name: &'m str,
    email: &'static str,
    registered_date: &'static str,
    payment_account_number: String,
    enterprise_account: Option<&'static str>,
    merchant_status: &'static str,
    merchant_status_reason: Option<&'static str>,
    deactivated_date: Option<&'static str>,
}

/// A merchant as the control plane shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MerchantState<'m> {
    developer_id: &'m str,
    postal_reporting_number: &'m str,
    cents: u64,
}

/// PB-034: what is in the accounts.
#[derive(Serialize)]
pub(super) struct Balances {
    accounts: [Account; 1],
}

/// What the vendor calls the kind of a postage account is not known here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    account_type: &'static str,
    account_number: String,
    balance: Option<Box<RawValue>>,
    currency_code: &'static str,
}

impl Merchant {
    /// The postage account's number, which is another one than the merchant's.
    fn account_number(&self) -> String {
        format!("00{}", self.postal_reporting_number)
    }

    pub(super) fn view(&self) -> MerchantView<'_> {
        MerchantView {
            postal_reporting_number: &self.postal_reporting_number,
            full_name: &self.full_name,
            email: "mail@example.com",
            registered_date: REGISTERED,
            payment_account_number: self.account_number(),
            enterprise_account: None,
            merchant_status: "ACTIVE",
            merchant_status_reason: None,
            deactivated_date: None,
        }
    }

    pub(super) fn state(&self) -> MerchantState<'_> {
        MerchantState {
            developer_id: &self.developer_id,
            postal_reporting_number: &self.postal_reporting_number,
            cents: self.cents,
        }
    }

    /// The balance is written as a decimal number, exactly.
    pub(super) fn balances(&self) -> Balances {
        let balance = format!("{}.{:02}", self.cents / 100, self.cents % 100);
        Balances {
            accounts: [Account {
                account_type: "POSTAGE",
                account_number: self.account_number(),
                balance: RawValue::from_string(balance).ok(),
                currency_code: "USD",
            }],
        }
    }
}

/// The built-in merchants and those of the options, which take the place of one with the same number.
pub(super) fn all(own: &[Merchant]) -> Vec<Merchant> {
    let built_in = [
        (DEVELOPER, MERCHANT, "Library of Congress", 7_189),
        (DEVELOPER, "3001234568", "Smithsonian Institution", 0),
        (OTHER_DEVELOPER, "3007654321", "New York Public Library", 0),
    ];
    let built_in = built_in.map(|(developer_id, number, full_name, cents)| Merchant {
        developer_id: developer_id.into(),
        postal_reporting_number: number.into(),
        full_name: full_name.into(),
        cents,
    });
    let is_replaced = |merchant: &Merchant| {
        own.iter().any(|other| {
            (&other.developer_id, &other.postal_reporting_number)
                == (&merchant.developer_id, &merchant.postal_reporting_number)
        })
    };
    built_in.into_iter().filter(|merchant| !is_replaced(merchant)).chain(own.iter().cloned()).collect()
}
