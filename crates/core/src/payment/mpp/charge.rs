//! What a challenge charges, and which of several is paid.

use alloc::string::String;
use alloc::vec::Vec;

use super::LARGEST;
use super::header::Challenge;
use crate::payment::address::Address;
use crate::payment::json::{decode, raw, read};
use crate::payment::{Fault, Mode, Refusal, decimal, hex, keccak};
use crate::schema::{Object, Shape, may, must, object, text};
use crate::{date, digest, json};

/// How the caller can pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A transaction on Tempo, which the provider sends.
    TempoTransaction,
    /// The hash of a transaction on Tempo that the caller's wallet has sent: the money has left before the order knows.
    TempoHash,
    /// A shared payment token of Stripe's.
    Stripe,
    /// An encrypted card, as its network's own library makes it.
    Card,
}

impl Method {
    /// All of them.
    pub const ALL: [Method; 4] = [Method::TempoTransaction, Method::TempoHash, Method::Stripe, Method::Card];

    /// As it is written where a caller chooses.
    pub const fn name(self) -> &'static str {
        match self {
            Method::TempoTransaction => "tempo_transaction",
            Method::TempoHash => "tempo_hash",
            Method::Stripe => "stripe",
            Method::Card => "card",
        }
    }

    /// As it is called in a challenge. (A quote calls Stripe's `stripe_spt`, PFM-002.)
    pub const fn challenge(self) -> &'static str {
        match self {
            Method::TempoTransaction | Method::TempoHash => "tempo",
            Method::Stripe => "stripe",
            Method::Card => "card",
        }
    }
}

/// PFM-010: the chain of a challenge that names none.
pub const USUAL_CHAIN: u64 = 4_217;

/// A network of Tempo's, and the token that is paid with there.
#[derive(Debug, PartialEq, Eq)]
pub struct Tempo {
    /// Its number.
    pub chain_id: u64,
    /// Whether tokens are money there.
    pub mode: Mode,
    /// The token's contract.
    pub token: &'static str,
}

/// Those that are known; all tokens there have six decimals.
pub static TEMPO: [Tempo; 2] = [
    Tempo { chain_id: USUAL_CHAIN, mode: Mode::Live, token: "0x20C000000000000000000000b9537d11c60E8b50" },
    Tempo { chain_id: 42_431, mode: Mode::Test, token: "0x20c0000000000000000000000000000000000000" },
];

/// A challenge that can be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The challenge.
    pub challenge: Challenge,
    /// How it is paid.
    pub method: Method,
    /// How much, in hundredths of a dollar; a sum that is no whole number of them is none.
    pub cents: Option<u64>,
    /// How much, as it is written.
    pub amount: String,
    /// In what: a currency, or a token's address.
    pub currency: String,
    /// To whom, where that is said.
    pub recipient: String,
    /// The provider's own name for the order. A credential of Stripe's repeats it.
    pub external_id: Option<String>,
    /// The chain's number; 0 where there is none.
    pub chain_id: u64,
    /// Milliseconds since 1970 from which on the challenge is worth nothing, where that is said.
    pub expires_ms: Option<u64>,
    /// What is asked, as JSON text.
    pub request: String,
}

static CHARGE: Object = object("Charge", "What is asked.")
    .fields(&[
        must("amount", &text(), "How much."),
        must("currency", &text(), "In what."),
        may("recipient", &text(), "To whom."),
        may("externalId", &text(), "The order."),
        may("methodDetails", &Shape::Object(&DETAILS), "What the method needs to know."),
    ])
    .quiet();

static DETAILS: Object = object("Details", "What the method needs to know.")
    .fields(&[
        may("chainId", &Shape::Integer, "The chain."),
        may("feePayer", &Shape::Flag, "Whether the provider pays the fee."),
        may("supportedModes", &Shape::Any, "pull, push or both."),
        may("splits", &Shape::Any, "Others who get a part."),
    ])
    .quiet();

/// PFM-004: the first method of the caller's that a challenge is for and that can be paid, or why the first one cannot.
/// `body` is what the challenge was answered to.
pub fn choose(
    challenges: &[Challenge],
    methods: &[Method],
    mode: Mode,
    body: &[u8],
    now_ms: u64,
) -> Result<Charge, Refusal> {
    let mut first = None;
    for method in methods {
        for challenge in challenges.iter().filter(|challenge| challenge.method == method.challenge()) {
            match charge(challenge, *method, mode, body, now_ms) {
                Ok(charge) => return Ok(charge),
                Err(refusal) => first = first.or(Some(refusal)),
            }
        }
    }
    let offered: Vec<&str> = challenges.iter().map(|challenge| challenge.method.as_str()).collect();
    Err(first.unwrap_or_else(|| Fault::UnsupportedMethod.about(&offered.join(", "))))
}

fn charge(challenge: &Challenge, method: Method, mode: Mode, body: &[u8], now_ms: u64) -> Result<Charge, Refusal> {
    if challenge.intent != "charge" {
        return Err(Fault::UnsupportedIntent.about(&challenge.intent));
    }
    // PFM-009
    if challenge.digest.as_deref().is_some_and(|digest| !is_digest(digest, body)) {
        return Err(Fault::WrongDigest.about(challenge.digest.as_deref().unwrap_or_default()));
    }
    let expires_ms = match challenge.expires.as_deref() {
        None => None,
        Some(written) => match date::milliseconds(written) {
            Some(expires_ms) if expires_ms > now_ms => Some(expires_ms),
            _ => return Err(Fault::Expired.about(written)),
        },
    };
    if challenge.request.len() > LARGEST {
        return Err(Fault::ChallengeTooLarge.about("request"));
    }
    let bytes = decode(&challenge.request, "request")?;
    let reading = read(&CHARGE, &bytes, "request")?;
    let root = reading.root();
    let member = |name| CHARGE.find(name).and_then(|slot| root.copy(slot)).filter(|text| !text.is_empty());
    let needed = |name| member(name).ok_or_else(|| Fault::WrongMember.about(name));
    let (amount, currency) = (needed("amount")?, needed("currency")?);
    let whole = decimal::sum(&amount).ok_or_else(|| Fault::WrongMember.about("amount"))?;
    let details = root.group(CHARGE.slot("methodDetails"));
    let mut charge = Charge {
        challenge: challenge.clone(),
        method,
        cents: None,
        amount,
        currency,
        recipient: member("recipient").unwrap_or_default(),
        external_id: member("externalId"),
        chain_id: 0,
        expires_ms,
        request: String::from(core::str::from_utf8(&bytes).unwrap_or_default()),
    };
    match method {
        Method::Stripe | Method::Card => {
            if !charge.currency.eq_ignore_ascii_case("usd") {
                return Err(Fault::UnsupportedAsset.about(&charge.currency));
            }
            charge.cents = Some(whole);
        }
        Method::TempoTransaction | Method::TempoHash => {
            let chain = details.and_then(|details| details.integer(DETAILS.slot("chainId")));
            charge.chain_id = chain.map_or(USUAL_CHAIN, |chain| u64::try_from(chain).unwrap_or_default());
            let known = TEMPO.iter().find(|tempo| tempo.chain_id == charge.chain_id);
            let shown = json::concat(&["tempo ", &number(charge.chain_id)]);
            let tempo = known.ok_or_else(|| Fault::UnsupportedNetwork.about(&shown))?;
            if tempo.mode != mode {
                return Err(Fault::OtherMode.about(&shown));
            }
            if Address::parse(&charge.currency).is_none_or(|token| Address::parse(tempo.token) != Some(token)) {
                return Err(Fault::UnsupportedAsset.about(&charge.currency));
            }
            if Address::parse(&charge.recipient).is_none() {
                return Err(Fault::WrongAddress.about(&charge.recipient));
            }
            charge.cents = (whole % 10_000 == 0).then_some(whole / 10_000);
            if let Some(details) = details {
                let modes = raw(&details.at(DETAILS.slot("supportedModes")), &bytes);
                let wanted: &[u8] = if method == Method::TempoHash { b"\"push\"" } else { b"\"pull\"" };
                let is_sponsored = details.flag(DETAILS.slot("feePayer")) == Some(true);
                if !modes.is_empty() && !modes.windows(wanted.len()).any(|mode| mode == wanted)
                    || is_sponsored && method == Method::TempoHash
                {
                    return Err(Fault::UnsupportedFlow.about(method.name()));
                }
                if details.at(DETAILS.slot("splits")).is_there() {
                    return Err(Fault::UnsupportedFlow.about("splits"));
                }
            }
        }
    }
    Ok(charge)
}

impl Charge {
    /// What the caller's wallet is asked: `{ method, challengeId, realm, expires?, request, memo?, chainId? }`, where
    /// `request` is what the provider asks, as it came.
    pub fn ask(&self) -> String {
        let challenge = &self.challenge;
        let mut out = String::new();
        json::member(&mut out, "{\"method\":", self.method.name());
        json::member(&mut out, ",\"challengeId\":", &challenge.id);
        json::member(&mut out, ",\"realm\":", &challenge.realm);
        if let Some(expires) = &challenge.expires {
            json::member(&mut out, ",\"expires\":", expires);
        }
        if self.chain_id > 0 {
            json::put(&mut out, &[",\"chainId\":", &number(self.chain_id)]);
            json::member(&mut out, ",\"memo\":", &hex(&memo(&challenge.realm, &challenge.id)));
        }
        json::put(&mut out, &[",\"request\":", &self.request, "}"]);
        out
    }
}

fn number(value: u64) -> String {
    let mut written = String::new();
    decimal::write(&mut written, value);
    written
}

/// PFM-009: whether a digest is that of a body, as mppx writes it or as RFC 9530 does, between colons.
fn is_digest(written: &str, body: &[u8]) -> bool {
    let field = digest::field(body);
    let without = |text: &str| -> Vec<u8> { text.bytes().filter(|byte| *byte != b':').collect() };
    written == field || written.as_bytes() == without(&field)
}

/// The memo that binds a transfer on Tempo to its challenge. The specification does not have it; mppx demands it.
pub fn memo(realm: &str, challenge_id: &str) -> [u8; 32] {
    let [tag, realm, id] = [b"mpp" as &[u8], realm.as_bytes(), challenge_id.as_bytes()].map(|bytes| keccak(&[bytes]));
    let pieces = tag.iter().take(4).chain(&[1]).chain(realm.iter().take(10)).chain(&[0; 10]).chain(id.iter().take(7));
    let mut memo = [0; 32];
    for (place, byte) in memo.iter_mut().zip(pieces) {
        *place = *byte;
    }
    memo
}
