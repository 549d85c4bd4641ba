//! Pitney Bowes: tokens that expire, merchants, and their postage accounts, to which money is added.
//! <https://docs.shippingapi.pitneybowes.com/>, read 2026-11-21.
//!
//! ```text
//! key and secret --POST /oauth/token--> token --its time is over--> 401
//! balance --fund_account, as often as it is asked--> more of it
//! ```
//!
//! A refill under a transaction's id that was used before is another refill: the vendor wants ids to be unique, and does
//! not promise that one counts once (PB-012). What else the vendor leaves open is the sandbox's choice, and said where it
//! is made.

mod developer;
mod fund_account;
mod get_balance;
mod list_merchants;
mod merchant;
mod oauth;
mod refusal;
#[cfg(test)]
mod scenario;

use edgepost_core::http::header as find_header;
use edgepost_core::pitneybowes::PITNEYBOWES;
use serde::{Deserialize, Serialize};

pub use self::developer::{DEVELOPER, Developer, KEY, OTHER_DEVELOPER, OTHER_KEY, OTHER_SECRET, SECRET};
use self::fund_account::{Refill, RefillState};
use self::merchant::MerchantState;
pub use self::merchant::{MERCHANT, Merchant};
use self::oauth::{Token, TokenState};
use crate::Sandbox;
use crate::answer::{Answer, Refusal, json};
use crate::ids::Ids;
use crate::route::{Call, Mount, Route};

/// PB-021: what can be set about Pitney Bowes. Whatever is left out has its default.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct Options {
    /// How long a token is good, in seconds.
    pub token_seconds: u64,
    /// Developers beside the built-in ones.
    pub developers: Vec<Developer>,
    /// Merchants beside the built-in ones, or in their place.
    pub merchants: Vec<Merchant>,
}

impl Default for Options {
    fn default() -> Self {
        Options { token_seconds: 35_999, developers: Vec::new(), merchants: Vec::new() }
    }
}

pub(crate) static MOUNT: Mount = Mount {
    name: PITNEYBOWES.name,
    refuse: refusal::response,
    routes: &[
        Route::operation(&fund_account::ENDPOINT),
        Route::operation(&list_merchants::ENDPOINT),
        Route::operation(&get_balance::ENDPOINT),
        Route::plain("POST", oauth::PATH, oauth::token),
    ],
};

/// Developers, their merchants, and everything that was done.
pub(crate) struct PitneyBowes {
    options: Options,
    ids: Ids,
    developers: Vec<Developer>,
    merchants: Vec<Merchant>,
    tokens: Vec<Token>,
    /// How many requests for a token were refused.
    tokens_refused: u64,
    refills: Vec<Refill>,
}

/// Pitney Bowes' part of the state; lists are in the order in which things were made.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State<'s> {
    tokens: Vec<TokenState<'s>>,
    tokens_refused: u64,
    merchants: Vec<MerchantState<'s>>,
    refills: Vec<RefillState<'s>>,
}

impl PitneyBowes {
    pub(crate) fn new(seed: &str, options: Options) -> Self {
        PitneyBowes {
            ids: Ids::new(&format!("pitneybowes {seed}")),
            developers: developer::all(&options.developers),
            merchants: merchant::all(&options.merchants),
            tokens: Vec::new(),
            tokens_refused: 0,
            refills: Vec::new(),
            options,
        }
    }

    pub(crate) fn state(&self, now_ms: u64) -> State<'_> {
        State {
            tokens: self.tokens.iter().map(|token| token.state(now_ms)).collect(),
            tokens_refused: self.tokens_refused,
            merchants: self.merchants.iter().map(Merchant::state).collect(),
            refills: self.refills.iter().map(Refill::state).collect(),
        }
    }

    /// Who sends a request (PB-004), about whose merchants, in a language that there is (PB-005).
    fn admit(&self, call: &Call<'_>) -> Result<String, Refusal> {
        let shown = find_header(&call.request.headers, "authorization").unwrap_or_default();
        let developer = oauth::developer_of(&self.tokens, shown, call.now_ms).ok_or(refusal::AUTHENTICATION)?;
        // The vendor's example of a language is `en-US`; that it refuses what is none is known from its codes (PB-033).
        let is_language =
            |written: &str| written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ,;=.*-".contains(&byte));
        if !find_header(&call.request.headers, "accept-language").is_none_or(is_language) {
            return Err(refusal::ACCEPT_LANGUAGE);
        }
        if developer != call.piece() {
            return Err(refusal::UNAUTHORIZED);
        }
        Ok(developer.to_owned())
    }

    /// The merchant that a request is about; another developer's is as good as none.
    fn merchant(&mut self, developer: &str, call: &Call<'_>) -> Result<&mut Merchant, Refusal> {
        let number = call.pieces.get(1).map_or("", String::as_str);
        let mut own = self.merchants.iter_mut().filter(|merchant| merchant.developer_id == developer);
        own.find(|merchant| merchant.postal_reporting_number == number).ok_or(refusal::NOT_FOUND)
    }
}

/// What an operation does, for the developer who sent the request.
type Work = fn(&mut PitneyBowes, developer: &str, call: &Call<'_>) -> Result<Answer, Refusal>;

/// Lets an operation work if the request may pass.
fn admitted(sandbox: &mut Sandbox, call: &Call<'_>, work: Work) -> Answer {
    let provider = &mut sandbox.pitneybowes;
    let developer = provider.admit(call);
    developer.and_then(|developer| work(provider, &developer, call)).unwrap_or_else(|refusal| {
        let response = refusal::written(&refusal, &call.request.headers);
        Answer { response, outcome: refusal.code }
    })
}

/// A success.
fn ok(body: &impl Serialize, outcome: &'static str) -> Answer {
    Answer { response: json(200, body), outcome }
}
