//! The gateway's own wallet: what it may spend, and who signs for it.
//!
//! ```text
//! POST /pay/postalform.create_order --grant with max_amount in usd, caps of the policy--> own_payment
//!    price within cents_per_order --set aside within hour and day, and of the grant--> signed --> sent
//! ```
//!
//! PF-096: this is the one place that may hold a wallet's key, as a secret of the Worker. It signs only what the flow of the
//! core has checked, and never without caps (PFS-008).

mod key;
pub mod spending;

use edgepost_core::flow::pay::Ask;
use edgepost_core::http::Request;
use edgepost_core::outcome::Advice;
use edgepost_core::payment::address::Address;
use edgepost_core::read;
use edgepost_core::schema::{Mode, Object, must, object, text};
use serde::{Deserialize, Serialize};

use self::key::Key;
use crate::access::Access;
use crate::asks::Asks;
use crate::bound;
use crate::budget::Spend;
use crate::config::Config;
use crate::ledger::Received;
use crate::own_payment::NOT_SENT_MS;
use crate::problem::{Code, Problem};
use crate::tally::{Counts, Hold};

/// What the wallet may spend, in hundredths of a dollar (USDC counts as one).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// On one order.
    pub cents_per_order: u64,
    /// Within any hour.
    pub cents_per_hour: u64,
    /// Within any 24 hours.
    pub cents_per_day: u64,
}

impl Caps {
    /// What is wrong with them.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let Caps { cents_per_order, cents_per_hour, cents_per_day } = *self;
        if cents_per_order == 0 {
            return Some("cents_per_order is 0: leave [vars.policy.wallet] out where nothing is paid");
        }
        let is_rising = cents_per_order <= cents_per_hour && cents_per_hour <= cents_per_day;
        (!is_rising).then_some("cents_per_order is at most cents_per_hour, and that at most cents_per_day")
    }
}

/// What the gateway pays with.
#[derive(Clone, Debug)]
pub struct Wallet {
    /// What may be spent.
    pub caps: Caps,
    signer: Signer,
}

#[derive(Clone, Debug)]
enum Signer {
    /// The gateway itself.
    Key(Key),
    /// Somebody else, for this account.
    Remote(Address),
}

/// The private key, without its mode.
const PRIVATE_KEY: &str = "X402_PRIVATE_KEY";
/// The account that the remote signer signs for, without its mode.
const ADDRESS: &str = "X402_ADDRESS";
/// What grants and tallies call the wallet's money.
pub(crate) const CURRENCY: &str = "usd";

impl Wallet {
    /// Reads the configuration, and says what is wrong with it by name; `None` where nothing is paid.
    pub fn read(
        mode: &str,
        caps: Option<Caps>,
        var: &impl Fn(&str) -> Option<String>,
        faults: &mut Vec<String>,
    ) -> Option<Self> {
        let named = |name: &str, mode: &str| format!("{name}_{}", mode.to_ascii_uppercase());
        let other = if mode == "live" { "test" } else { "live" };
        let (key_name, address_name) = (named(PRIVATE_KEY, mode), named(ADDRESS, mode));
        let (written, address) = (var(&key_name), var(&address_name));
        let key = written.as_ref().map(|written| Key::parse(written));
        let of_other = var(&named(PRIVATE_KEY, other));
        // Keys do not tell their mode: this is how real money ends up in tests.
        if let (Some(Some(key)), Some(Some(of_other))) = (&key, of_other.as_deref().map(Key::parse))
            && *key == of_other
        {
            faults.push(format!("{PRIVATE_KEY}_TEST and {PRIVATE_KEY}_LIVE hold the same"));
        }
        let signer = match (key, address) {
            (Some(_), Some(_)) => Err(format!("{key_name} and {address_name} are both there: who signs?")),
            (Some(key), None) => {
                key.map(|key| Some(Signer::Key(key))).ok_or(format!("{key_name} is no private key: 0x and 64 digits"))
            }
            (None, Some(address)) => {
                let address = Address::parse(&address).map(|address| Some(Signer::Remote(address)));
                address.ok_or(format!("{address_name} is no address: 0x and 40 digits, with their checksum"))
            }
            (None, None) => Ok(None),
        };
        match signer {
            Ok(signer) => Some(Wallet { caps: caps?, signer: signer? }),
            Err(fault) => {
                faults.push(fault);
                None
            }
        }
    }

    /// Whose money it is.
    pub fn address(&self) -> Option<Address> {
        match &self.signer {
            Signer::Key(key) => key.address(),
            Signer::Remote(address) => Some(*address),
        }
    }

    /// Signs, or says what the remote signer is asked.
    pub fn sign(&self, ask: &Ask) -> Signing {
        match (&self.signer, ask.digest) {
            (Signer::Key(key), Some(digest)) => Signing::Signed(key.sign(&digest)),
            (Signer::Key(_), None) => Signing::Signed(None),
            (Signer::Remote(_), _) => Signing::Ask(asked(&ask.json)),
        }
    }
}

/// How something is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signing {
    /// Here; nothing, if it cannot be.
    Signed(Option<String>),
    /// By who is bound as `SIGNER`: this request is sent there, and the answer read with [`signature`].
    Ask(Request),
}

/// What the remote signer is asked: the typed data as they are.
fn asked(typed_data: &str) -> Request {
    let headers = ["accept", "content-type"].map(|name| (name.to_owned(), "application/json".to_owned()));
    Request {
        method: "POST".into(),
        url: "https://signer/signTypedData".into(),
        headers: headers.into(),
        body: Some(typed_data.as_bytes().to_vec()),
    }
}

static SIGNED: Object =
    object("Signed", "The remote signer's answer.").fields(&[must("signature", &text(), "0x and digits.")]).quiet();

/// What the remote signer answered: `{ "signature": "0x..." }`, or why there is none. Its no (400 to 499) stays one; but not 408,
/// 425 and 429, and everything else may be otherwise later.
pub fn signature(received: &Received) -> Result<String, Problem> {
    let not_now = |why: &str| {
        let detail = format!("{why} Nothing was sent, and nothing was paid.");
        Problem::new(Code::NotSent, detail).retry(Advice::SameBytes, Some(NOT_SENT_MS))
    };
    let answer = match received {
        Received::Answer(answer) if answer.status == 200 => answer,
        // What else it says is not passed on: nobody knows what a signer says of its keys.
        Received::Answer(answer) => {
            let why = format!("The signer refuses with status {}.", answer.status);
            let is_final = (400..500).contains(&answer.status) && !matches!(answer.status, 408 | 425 | 429);
            let refused = || Problem::new(Code::PaymentRefused, format!("{why} Nothing was paid."));
            return Err(if is_final { refused() } else { not_now(&why) });
        }
        _ => return Err(not_now("The signer does not answer.")),
    };
    let reading = read::check(&SIGNED, &answer.body, Mode::Answer);
    let signature = SIGNED.find("signature").and_then(|slot| reading.root().copy(slot));
    signature.filter(|_| reading.is_json).ok_or_else(|| not_now("The signer's answer has no signature."))
}

/// What a caller allows for one order, in the query: `?pages=2&max_cents=500`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// PFS-003: how many pages it has to have.
    pub pages: Option<u64>,
    /// PFS-008: the most that it may cost, in hundredths of a dollar; what grant and policy allow, if nothing is said.
    pub max_cents: Option<u64>,
}

impl Bounds {
    /// Reads them. What is not understood is refused: it may have been meant as a bound.
    pub fn read(query: &[(String, String)]) -> Result<Self, Problem> {
        let mut bounds = Bounds::default();
        for (name, value) in query {
            let bound = match name.as_str() {
                "pages" => &mut bounds.pages,
                "max_cents" => &mut bounds.max_cents,
                _ => return Err(Problem::new(Code::InvalidInput, "The query has `pages` and `max_cents`, no more.")),
            };
            if bound.is_some() || !value.bytes().all(|byte| byte.is_ascii_digit()) || value.parse::<u64>().is_err() {
                let detail = "`pages` and `max_cents` are whole numbers, each once; cents are hundredths of a dollar.";
                return Err(Problem::new(Code::InvalidInput, detail));
            }
            *bound = value.parse().ok();
        }
        Ok(bounds)
    }
}

/// What a payment takes of the grant and of the wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// PFS-008: the most that this order may cost.
    pub max_cents: u64,
    /// PFS-003: how many pages it has to have, where the caller knows.
    pub pages: Option<u64>,
    /// What has to be set aside; the sum is the price, once that is known.
    pub holds: Vec<Hold>,
}

/// Decides whether a grant and the policy let the wallet pay, and how much. Nobody pays from it without a grant that says how
/// much of it may be spent.
pub fn allow(config: &Config, access: &Access, asks: &Asks, bounds: &Bounds) -> Result<Allowance, Problem> {
    let Some(wallet) = &config.wallet else {
        let detail = format!(
            "This gateway pays nothing itself: it needs {PRIVATE_KEY}_{mode}, or {ADDRESS}_{mode} and the binding SIGNER, and the \
             caps of [vars.policy.wallet].",
            mode = config.mode.to_ascii_uppercase()
        );
        return Err(Problem::new(Code::ProviderNotConfigured, detail));
    };
    let insufficient = |detail: &str| Err(Problem::new(Code::GrantInsufficient, detail));
    let Access::Granted { claims, id } = access else {
        return insufficient("The gateway pays with a grant only.");
    };
    let sums = claims.max_amount.iter().flatten();
    let most = sums.filter(|(currency, _)| currency.eq_ignore_ascii_case(CURRENCY)).map(|(_, cents)| *cents).min();
    let Some(most) = most else {
        return insufficient(
            "The gateway pays with a grant only that says how much of its money: `max_amount` in usd.",
        );
    };
    let max_cents = most.min(wallet.caps.cents_per_order).min(bounds.max_cents.unwrap_or(u64::MAX));
    let spend = Spend { cents: Some((CURRENCY.into(), max_cents)), recipients: asks.countries.len() as u64 };
    let hold = bound::counts(claims, spend).map(|(limits, spend)| Hold {
        tally: format!("grant:{}:{id}", config.mode),
        counts: Counts::Grant { limits, spend },
    });
    Ok(Allowance { max_cents, pages: bounds.pages, holds: hold.into_iter().collect() })
}

#[cfg(test)]
mod tests;
